"""Wrong answers that 01_fix_counter must catch, and right ones it must accept."""

from tutor.checks import right, wrong


class Shared:
    calls = 0

    def __call__(self):
        Shared.calls += 1
        return Shared.calls


class Own:
    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return self.calls


@wrong(caught_by="test_apart", because="The count is kept on the class, so all counters share it.")
def shared(solution):
    return {"Counter": Shared}


@right("with a plain number")
def own(solution):
    return {"Counter": Own}
