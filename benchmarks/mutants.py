"""How quickly `tutor author verify` runs mutants: `python benchmarks/mutants.py [EXERCISE] [COLD]`.

Verifies one exercise anew, with a warm engine and an attempt for each core, and divides by all the attempts made.
Beside it, for COLD mutants spread over the list (5 unless said), a `pytest` of its own is started on the check file
with the mutant in the solution's place; the time for all mutants is extrapolated from these.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tutor.authoring.mutants import Mutant, make_mutants
from tutor.authoring.runner import Runner
from tutor.authoring.verify import Options, verify
from tutor.course.loader import load_course
from tutor.course.locate import builtin_course
from tutor.course.records import Course, Exercise
from tutor.course.source import read_text

EXERCISE = "04_first_gradient"  # about 40 mutants


def main() -> None:
    """Measure and print."""
    course = load_course(builtin_course())
    exercise = course.find(sys.argv[1] if len(sys.argv) > 1 else EXERCISE)
    cold = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    if exercise is None:
        sys.exit(f"There is no exercise {sys.argv[1]}.")
    mutants = make_mutants(read_text(exercise.solution_file, exercise.file_name), exercise.file_name).chosen
    cores = os.cpu_count() or 1
    warm, attempts = verified(course, exercise, cores)
    sample = [mutants[round(i * (len(mutants) - 1) / max(cold - 1, 1))] for i in range(cold)]
    each = statistics.median(alone(exercise, mutant) for mutant in sample)
    whole = each * len(mutants)
    print(f"{exercise.id}: {len(mutants)} mutants, {attempts} attempts in all, {cores} cores.\n")
    rows = [
        ("`tutor author verify --fresh`, everything", warm, warm / attempts),
        ("the mutants' share of it", warm * len(mutants) / attempts, warm / attempts),
        (f"a cold `pytest -x` a mutant ({cold} were run), one after another", whole, each),
        (f"the same on {cores} cores at best", whole / cores, each / cores),
    ]
    print("| | seconds | milliseconds a mutant | ratio |")
    print("|---|--:|--:|--:|")
    for label, seconds, one in rows:
        print(f"| {label} | {seconds:.1f} | {one * 1e3:.0f} | {one / (warm / attempts):.1f} |")


def verified(course: Course, exercise: Exercise, cores: int) -> tuple[float, int]:
    """Seconds for a whole verification, and the attempts in it."""
    counts: list[int] = [0]
    with Runner(course.preload, cores) as runner:
        runner.devices()  # the engine is warm from here on
        begun = perf_counter()
        result = verify(course, exercise, runner, Options(fresh=True), lambda done, _: counts.append(done))
        seconds = perf_counter() - begun
    if not result.verified:
        sys.exit("\n".join(map(str, result.findings)))
    return seconds, max(counts)


def alone(exercise: Exercise, mutant: Mutant) -> float:
    """Seconds for pytest in a process of its own, on a course whose solution is the mutant."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "solutions").mkdir()
        (root / "tests" / "checks").mkdir(parents=True)
        (root / "solutions" / exercise.file_name).write_text(mutant.source, encoding="utf-8")
        checks = shutil.copy(exercise.check_file, root / "tests" / "checks")
        words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--rootdir", folder, str(checks)]
        begun = perf_counter()
        subprocess.run(words, cwd=folder, capture_output=True, check=False)
        return perf_counter() - begun


if __name__ == "__main__":
    main()
