# verdict: tampered
# message: isinstance
import builtins

TRUE = isinstance
builtins.isinstance = lambda thing, kind: TRUE(thing, kind)


def double(x):
    return x * 3
