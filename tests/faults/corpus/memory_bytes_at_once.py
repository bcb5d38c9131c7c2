# verdict: failed, crashed
# needs: limits-memory
# message: MemoryError
def double(x):
    hoard = bytearray(100 * 2**30)
    del hoard
    return x * 2
