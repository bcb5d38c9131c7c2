"""# Four times

Write `double` in double.py, `quadruple` in engine.py, and `main` in main.py.

## Why it works

Twice two is four.
"""


def double(x: int) -> int:
    """Twice x."""
    # BEGIN SOLUTION
    return x + x
    # END SOLUTION
