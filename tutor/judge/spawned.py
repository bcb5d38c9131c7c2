"""`python -m tutor.judge.spawned ENGINE CONTROL EVENTS OUTPUT [MODULE...]`: a judge where forking is unsafe.

It warms itself up and then waits for its assignment, like a forked judge.
"""

import sys

from tutor.judge.process import judge_main
from tutor.judge.warm import preload, warm_up


def main(arguments: list[str]) -> None:
    """Warm up and serve; the four numbers are the engine's process id and three inherited descriptors."""
    engine, control, events, output = map(int, arguments[:4])
    warm_up()
    preload(arguments[4:])
    judge_main(engine, control, events, output)


if __name__ == "__main__":
    main(sys.argv[1:])
