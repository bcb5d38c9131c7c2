# verdict: failed, crashed
# needs: limits-memory
# message: memory
def double(x):
    hoard = bytearray(100 * 2**30)
    del hoard
    return x * 2
