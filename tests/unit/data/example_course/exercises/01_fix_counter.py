"""# A counter that forgets

This counter should count its calls, one counter apart from the other. Find what is wrong and put it right.
"""


class Counter:
    """Counts how often it was called."""

    calls = 0  # every counter begins at 0

    def __call__(self) -> int:
        """The number of calls so far, this one included."""
        Counter.calls += 1
        return self.calls
