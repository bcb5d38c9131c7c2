# verdict: timed_out
# limit: 1.0
def double(x):
    return sum(range(10**14))
