# verdict: timed_out
# limit: 1.0
def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
