# verdict: failed
# message: Nasty
# cli: yes
class Nasty(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def double(x):
    raise Nasty
