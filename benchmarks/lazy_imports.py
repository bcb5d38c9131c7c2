"""Which modules attempts import late, and what each costs: `python benchmarks/lazy_imports.py [COURSE]`.

Runs every exercise's checks against its solution in a judge of its own, forked from a warm process, and lists the
modules that the judge had to import and the warm process had not. What is worth its milliseconds belongs into
`tutor.judge.warm.LAZY`, or, where the course's own code imports it, into course.toml's `preload`.
"""

import builtins
import importlib
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from time import perf_counter
from typing import Any

from tutor.attempt.protocol import Assignment
from tutor.course.loader import load_course, read_content
from tutor.course.locate import find_course
from tutor.course.records import CourseError
from tutor.engine.jobs import job_for
from tutor.judge.warm import preload, warm_up

WORTH_LISTING = 0.001  # seconds


def main() -> None:
    """Print the table, dearest first."""
    course = load_course(find_course(sys.argv[1] if len(sys.argv) > 1 else None))
    warm_up()
    preload(course.preload)
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for exercise in course.exercises:
        try:
            content = read_content(exercise)
        except CourseError as error:
            print(error, file=sys.stderr)
            continue
        job = job_for(exercise, content, answer_file=exercise.solution_file, label=exercise.id, device="cpu")
        for line in in_fork(lambda job=job: late_imports(job)).splitlines():
            name, seconds = line.split()
            found[name].append((exercise.id, float(seconds)))
    print(f"{'milliseconds':>12}  module (exercises that import it)")
    for name, uses in sorted(found.items(), key=lambda item: -max(seconds for _, seconds in item[1])):
        dearest = max(seconds for _, seconds in uses)
        if dearest >= WORTH_LISTING:
            print(f"{dearest * 1e3:12.1f}  {name} ({', '.join(sorted({exercise for exercise, _ in uses}))})")


def late_imports(job: Any) -> str:
    """The modules that this attempt imports, outermost only, with the seconds each took."""
    from tutor.judge.channel import Channel
    from tutor.judge.run import run_attempt
    from tutor.judge.shut_in import settle_in

    lines: list[str] = []
    depth = 0

    def watch(original: Callable[..., Any]) -> Callable[..., Any]:
        def watched(name: str, *rest: Any, **more: Any) -> Any:
            nonlocal depth
            before = set(sys.modules)
            depth += 1
            begun = perf_counter()
            try:
                return original(name, *rest, **more)
            finally:
                seconds = perf_counter() - begun
                depth -= 1
                new = [module for module in sys.modules if module not in before]
                if depth == 0 and new:
                    lines.append(f"{new[0]} {seconds:.6f}")

        return watched

    events = os.open(os.devnull, os.O_WRONLY)
    with tempfile.TemporaryDirectory() as scratch:
        builtins.__import__ = watch(builtins.__import__)
        importlib.import_module = watch(importlib.import_module)
        settle_in(scratch)
        run_attempt(Assignment(job=job, key="k", scratch=scratch), Channel(events, events, "k"))
    return "\n".join(lines)


def in_fork(work: Callable[[], str]) -> str:
    """What `work` returns, run in a forked child."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, work().encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        text = stream.read().decode()
    os.waitpid(pid, 0)
    return text


if __name__ == "__main__":
    main()
