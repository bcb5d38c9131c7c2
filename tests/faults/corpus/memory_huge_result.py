# verdict: failed
def double(x):
    return x.new_zeros(1).expand(10**6, 10**6)
