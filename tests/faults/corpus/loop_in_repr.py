# verdict: timed_out
# limit: 1.0
class Endless:
    def __repr__(self):
        while True:
            pass


def double(x):
    return Endless()
