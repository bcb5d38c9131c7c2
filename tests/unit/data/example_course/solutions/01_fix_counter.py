"""# A counter that forgets

This counter should count its calls, one counter apart from the other. Find what is wrong and put it right.

## Why it works

An attribute set on `self` belongs to one instance; one set on the class is shared by all of them.
"""


class Counter:
    """Counts how often it was called."""

    # BEGIN SOLUTION
    def __init__(self) -> None:
        self.calls = 0

    # END SOLUTION
    # BEGIN PROMPT
    # calls = 0  # every counter begins at 0
    # END PROMPT

    def __call__(self) -> int:
        """The number of calls so far, this one included."""
        # BEGIN SOLUTION
        self.calls += 1
        # END SOLUTION
        # BEGIN PROMPT
        # Counter.calls += 1
        # END PROMPT
        return self.calls
