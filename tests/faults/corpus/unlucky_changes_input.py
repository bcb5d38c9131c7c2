# verdict: failed
def double(x):
    return x.mul_(2)
