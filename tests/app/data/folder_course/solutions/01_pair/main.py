"""The program: `python main.py 5` prints 20."""

import sys

import engine


def main(words: list[str]) -> None:
    """Print four times the number in words."""
    # BEGIN SOLUTION
    sys.stdout.write(str(engine.quadruple(int(words[0]))))
    # END SOLUTION


if __name__ == "__main__":
    main(sys.argv[1:])
