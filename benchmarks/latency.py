"""How long a learner waits for a verdict, four ways side by side: `python benchmarks/latency.py [ROUNDS [ID ...]]`.

On the same check files and the solutions as answers, interleaved in every round:

- cold pytest: `python -m pytest tests/checks/test_ID.py`, a process that imports torch each time
- tutor check: the command from the shell, the engine warm
- attempt: through the engine's client, to the verdict and its timing
- bare: the check functions alone, called in a fork of a warm process, answer and solution already loaded

Without ids, a few exercises from the course's first half stand for all.

Prints medians over the rounds, the ratios to cold pytest, and the largest memory of a judge's own (USS: private clean
and dirty pages), sampled in a round that is not timed. Figures of one run compare; figures of two runs do not.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Generator
from pathlib import Path
from time import perf_counter

import psutil

from tutor.attempt.job import Job
from tutor.attempt.protocol import Finished
from tutor.attempt.result import Verdict
from tutor.course.loader import load_course, read_content
from tutor.course.locate import builtin_course
from tutor.course.records import Exercise
from tutor.course.solution import read_solutions
from tutor.engine.client import Engine, engine_status
from tutor.engine.jobs import job_for
from tutor.judge.warm import preload, warm_up
from tutor.workspace.files import create_workspace

EXERCISES = (
    "01_create_inspect",
    "02_reshape_view",
    "03_matmul",
    "03_device",
    "04_first_gradient",
    "05_custom_dataset",
    "05_dataloader",
    "07_training_loop",
)
WAYS = ("cold pytest", "tutor check", "attempt", "bare")


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    wanted = sys.argv[2:] or EXERCISES
    course = load_course(builtin_course())
    jobs = {
        exercise: job_for(
            exercise, read_content(exercise), answer_file=exercise.solution_file, label=exercise.id, device="cpu"
        )
        for exercise in course.exercises
        if exercise.id in wanted
    }
    shell = dict(os.environ)  # warming up changes this process's environment, not the shell's
    warm_up()
    preload(course.preload)
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, Engine.connect(preload=course.preload) as engine:
        create_workspace(Path(folder), {part: text for one in jobs for part, text in read_solutions(one).items()})
        for exercise, job in jobs.items():
            memory[exercise.id] = judge_memory(engine, job)
        for _ in range(rounds):
            for exercise, job in jobs.items():
                measures: dict[str, Callable[[], float]] = {
                    "cold pytest": lambda exercise=exercise: cold_pytest(exercise, shell),
                    "tutor check": lambda exercise=exercise: tutor_check(exercise, Path(folder), shell),
                    "attempt": lambda job=job: attempt(engine, job),
                    "bare": lambda job=job: bare(job),
                }
                for way, measure in measures.items():
                    seconds[exercise.id, way].append(measure())
    report(list(memory), seconds, memory, rounds)


def cold_pytest(exercise: Exercise, shell: dict[str, str]) -> float:
    """Seconds of `pytest` on the exercise's check file, in a new process."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(exercise.check_file)]
    return timed(words, exercise.root, shell)


def tutor_check(exercise: Exercise, workspace: Path, shell: dict[str, str]) -> float:
    """Seconds of `tutor check` with the solution as the answer, the engine warm."""
    return timed([sys.executable, "-m", "tutor", "check", exercise.id], workspace, shell)


def timed(words: list[str], folder: Path, shell: dict[str, str]) -> float:
    """Seconds of a command that must succeed."""
    begun = perf_counter()
    result = subprocess.run(
        words, cwd=folder, env=shell, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    seconds = perf_counter() - begun
    if result.returncode:
        sys.exit(f"{' '.join(words)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return seconds


def attempt(engine: Engine, job: Job) -> float:
    """Seconds of one attempt, from sending the job to its last event."""
    begun = perf_counter()
    last = list(engine.run(job))[-1]
    seconds = perf_counter() - begun
    if not isinstance(last, Finished) or last.attempt.verdict is not Verdict.PASSED:
        sys.exit(f"The solution of {job.exercise} does not pass: {last}")
    return seconds


def bare(job: Job) -> float:
    """Seconds of the check functions alone, in a fork of this warm process."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, repr(call_checks(job)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    if not text:
        sys.exit(f"The checks of {job.exercise} do not pass when called one by one.")
    return float(text)


def call_checks(job: Job) -> float:
    """Run the checks with fixtures made by pytest; seconds of the calls of the check functions alone."""
    import pytest
    import torch

    from tutor.judge import settings

    class Stopwatch:
        seconds = 0.0

        @pytest.hookimpl(wrapper=True)
        def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
            settings.settle(job.seed, pyfuncitem.name, torch.device("cpu"))
            begun = perf_counter()
            try:
                return (yield)
            finally:
                self.seconds += perf_counter() - begun

    settings.use_hypothesis_profile(job.seed)
    stopwatch = Stopwatch()
    words = ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "tutor.judge.pytest_plugin", "-c", os.devnull]
    if pytest.main([job.check_file, *words], plugins=[stopwatch]):
        raise SystemExit
    return stopwatch.seconds


def judge_memory(engine: Engine, job: Job) -> float:
    """The largest memory of the judge's own in an attempt, in MB, sampled as often as it can be read."""
    status = engine_status()
    assert status is not None
    parent = psutil.Process(status.pid)
    largest = 0.0
    done = threading.Event()

    def sample() -> None:
        nonlocal largest
        while not done.is_set():
            for child in parent.children():
                try:
                    largest = max(largest, child.memory_full_info().uss / 1e6)
                except psutil.Error:
                    continue

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        for _ in range(3):
            attempt(engine, job)
    finally:
        done.set()
        thread.join()
    return largest


def report(
    exercises: list[str], seconds: dict[tuple[str, str], list[float]], memory: dict[str, float], rounds: int
) -> None:
    """Print the table and what it comes to."""
    print(f"Medians of {rounds} rounds, {os.cpu_count()} cores. Milliseconds; x = cold pytest / this.\n")
    print(
        "| exercise | cold pytest | `tutor check` | x | attempt | x | bare checks | attempt - bare | judge's own MB |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    columns: dict[str, list[float]] = defaultdict(list)
    for name in exercises:
        cold, check, warm, alone = (statistics.median(seconds[name, way]) for way in WAYS)
        row = {"cold": cold, "check": check, "faster check": cold / check, "warm": warm, "faster": cold / warm}
        row |= {"alone": alone, "above": warm - alone, "memory": memory[name]}
        for key, value in row.items():
            columns[key].append(value)
        print(line(name, row))
    print(line("**median**", {key: statistics.median(values) for key, values in columns.items()}))


def line(name: str, row: dict[str, float]) -> str:
    """One row of the table."""
    in_ms = {key: f"{row[key] * 1e3:.0f}" for key in ("cold", "check", "warm", "alone", "above")}
    return (
        f"| {name} | {in_ms['cold']} | {in_ms['check']} | {row['faster check']:.1f} | {in_ms['warm']} "
        f"| {row['faster']:.1f} | {in_ms['alone']} | {in_ms['above']} | {row['memory']:.0f} |"
    )


if __name__ == "__main__":
    main()
