# verdict: failed
# message: in place
def double(x):
    return x.mul_(2)
