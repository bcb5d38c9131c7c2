# verdict: failed
# message: calls itself
def double(x):
    return double(x)
