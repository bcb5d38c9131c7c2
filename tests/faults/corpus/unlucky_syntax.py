# verdict: crashed
def double(x)
    return x * 2
