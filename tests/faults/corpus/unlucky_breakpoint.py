# verdict: failed, crashed
def double(x):
    breakpoint()
    return x * 2
