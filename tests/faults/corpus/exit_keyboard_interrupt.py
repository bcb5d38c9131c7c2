# verdict: failed
# message: KeyboardInterrupt
def double(x):
    raise KeyboardInterrupt
