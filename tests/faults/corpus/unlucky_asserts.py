# verdict: failed
def double(x):
    assert x.dim() == 0
    return x * 2
