# verdict: failed, crashed
def double(x):
    raise ValueError("x" * 50_000_000)
