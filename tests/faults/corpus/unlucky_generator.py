# verdict: failed
def double(x):
    while True:
        yield x * 2
