# verdict: failed
def double(x):
    raise ValueError("line\n" * 100_000)
