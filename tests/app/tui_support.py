"""What the TUI's tests share: a small course on disk, attempts by script instead of by the engine, a pilot to drive."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

from textual.pilot import Pilot
from textual.widget import Widget

from tutor.attempt.diff import Extreme, FirstDifference, Statistics, TensorDiff, TensorFacts, Window
from tutor.attempt.job import Job
from tutor.attempt.protocol import CheckFinished, CheckStarted, Event, Finished, Started
from tutor.attempt.result import Argument, Attempt, CheckResult, Device, Outcome, Output, Spread, Timing, Verdict
from tutor.cli.start import begin
from tutor.course.loader import load_course, read_content
from tutor.course.records import Course
from tutor.engine.client import EngineUnavailable, EngineUnusable
from tutor.tui.app import TutorApp
from tutor.tui.screens.welcome import Beginning
from tutor.tui.state import Phase
from tutor.workspace.files import Workspace, create_workspace
from tutor.workspace.progress import ExerciseProgress, Progress

WHY = "PyTorch is not installed for this Python. To install it: python -m pip install torch"
KEY = "course"
FIRST, SECOND, THIRD = "01_make_tensors", "01_reshape", "02_pairwise_distance"

COURSE = f"""
format = 1
title = "A small course"
preload = []

[[chapter]]
number = "01"
title = "Tensors"
exercises = [{{ id = "{FIRST}", level = 1 }}, {{ id = "{SECOND}", level = 2 }}]

[[chapter]]
number = "02"
title = "Mathematics"
exercises = [{{ id = "{THIRD}", level = 3 }}]
"""

SOLUTION = '''"""# {title}

Broadcasting lines shapes up from the right. A dimension of size 1 is stretched to fit its partner:

    >>> a = torch.tensor([[0.0, 0.0], [3.0, 4.0]])   # (2, 2): two points in the plane
    >>> (a[:, None, :] - a[None, :, :]).shape
    torch.Size([2, 2, 2])

Write `answer(a, b)`:

- `a` has shape `(N, D)`, `b` has shape `(M, D)`; N, M and D may differ and may be 1
- it returns the distances, shape `(N, M)`, with the dtype and device of the inputs
- no Python loop, and without `torch.cdist`, which is this function ready made

## Why it works

The new dimensions do the work of the loops.
"""

import torch


def answer(a, b):
    """The distance from every row of a to every row of b."""
    # BEGIN SOLUTION
    return torch.linalg.vector_norm(a[:, None] - b[None], dim=-1)
    # END SOLUTION
'''

CHECKS = '''"""Checks."""


def test_shape(answer):
    """The result has one row per point of `a` and one column per point of `b`.

    Where would you add a dimension?

    `a[:, None, :]` has shape (N, 1, D).
    """


def test_every_pair(answer):
    """Every pair is right, for any number of points in any dimension, in float32 and float64.

    Do N, M and D have the same size in what you tried?
    """


def test_rules(answer):
    """No Python loop over points and no `torch.cdist`."""
'''


def make_course(root: Path) -> Course:
    """A course of three exercises in two chapters."""
    for folder in ("solutions", "tests/checks"):
        (root / folder).mkdir(parents=True)
    (root / "course.toml").write_text(COURSE)
    titles = {FIRST: "Tensors by value", SECOND: "Shapes and views", THIRD: "Distances between every pair of points"}
    for name, title in titles.items():
        (root / "solutions" / f"{name}.py").write_text(SOLUTION.replace("{title}", title))
        (root / "tests" / "checks" / f"test_{name}.py").write_text(CHECKS)
    return load_course(root)


def make_workspace(root: Path, course: Course) -> Workspace:
    """A workspace with every starter in it."""
    root.mkdir(parents=True, exist_ok=True)
    return create_workspace(root, {p: t for e in course.exercises for p, t in read_content(e).starters.items()})


def tensor_diff() -> TensorDiff:
    """A 2 x 3 tensor where 3 x 2 was expected to be alike: two of six elements differ."""
    facts = TensorFacts(
        type="Tensor",
        shape=(2, 3),
        dtype="float32",
        device="cpu",
        requires_grad=False,
        statistics=Statistics(minimum=0.0, maximum=5.0, mean=2.5),
    )
    return TensorDiff(
        name="answer(a, b)",
        expected=facts,
        actual=facts,
        differing=2,
        total=6,
        largest_absolute=Extreme(value=20.0, index=(1, 0)),
        largest_relative=Extreme(value=4.0, index=(1, 0)),
        first=FirstDifference(index=(0, 1), expected="3.0000", actual="9.0000"),
        window=Window(
            corner=(0, 0),
            expected=(("0.0000", "3.0000", "4.0000"), ("5.0000", "4.0000", "3.0000")),
            actual=(("0.0000", "9.0000", "4.0000"), ("25.0000", "4.0000", "3.0000")),
            differs=((False, True, False), (True, False, False)),
        ),
        relative_tolerance=1.3e-6,
        absolute_tolerance=1e-5,
    )


def results(job: Job, *, failing: int | None = None, message: str = "", output: str = "") -> tuple[CheckResult, ...]:
    """Results in which check number `failing` fails with a diff and the others pass."""
    return tuple(
        CheckResult(
            id=check.id,
            claim=check.claim,
            outcome=Outcome.FAILED if number == failing else Outcome.PASSED,
            seconds=0.01,
            message=(message or "answer(a, b) has 2 of 6 elements that differ.") if number == failing else None,
            diff=tensor_diff() if number == failing else None,
            diagnosis="These are the expected values squared." if number == failing else None,
            smallest_input=(Argument(label="a", value="tensor([[3., 4.]])"),) if number == failing else (),
            hints=len(check.hints),
            output=output if number == failing else "",
        )
        for number, check in enumerate(job.checks)
    )


def timing(seconds: float) -> Timing:
    """An answer that takes so long a call, beside a solution that takes a millisecond."""
    answer, solution = (Spread(median=median, iqr=0.0001) for median in (seconds, 0.001))
    return Timing(answer=answer, solution=solution, ratio=seconds / 0.001, claim="Speed")


def attempt(job: Job, *, failing: int | None = None, message: str = "", output: str = "") -> Attempt:
    """A finished attempt: passed with a timing, or failed at check number `failing`."""
    passed = failing is None
    return Attempt(
        exercise=job.exercise,
        verdict=Verdict.PASSED if passed else Verdict.FAILED,
        device=Device(type="cpu", name="A processor"),
        seconds=0.25,
        checks=results(job, failing=failing, message=message, output=output),
        timing=timing(0.0012) if passed else None,
        output=Output(text=output),
        message=None if passed else message or "answer(a, b) has 2 of 6 elements that differ.",
    )


def events(finished: Attempt) -> Iterator[Event]:
    """What the engine would send for this attempt."""
    yield Started(exercise=finished.exercise)
    for result in finished.checks:
        yield CheckStarted(check=result.id)
        yield CheckFinished(result=result)
    yield Finished(attempt=finished)


class ScriptedConnection:
    """Runs a job by asking the script; `close` makes a blocked run raise, as the engine's does."""

    def __init__(self, runner: "ScriptedRunner") -> None:
        self._runner = runner
        self._closed = threading.Event()

    def run(self, job: Job) -> Iterator[Event]:
        """The script's events; where it yields None, wait until `runner.go` is set or the connection closed."""
        self._runner.jobs.append(job)
        for event in self._runner.script(job, len(self._runner.jobs)):
            while event is None and not self._runner.go.wait(0.01):
                if self._closed.is_set():
                    raise EngineUnavailable("The connection was closed.")
            if self._closed.is_set():
                raise EngineUnavailable("The connection was closed.")
            if event is not None:
                yield event

    def close(self) -> None:
        """Hang up."""
        self._closed.set()
        self._runner.closed += 1


class ScriptedRunner:
    """Stands in for the engine: `script(job, number)` says what happens in attempt `number`, from 1."""

    def __init__(self, script: Callable[[Job, int], Iterator[Event | None]] | None = None) -> None:
        self.script = script or (lambda job, number: events(attempt(job, failing=1 if number == 1 else None)))
        self.jobs: list[Job] = []
        self.closed = 0
        self.go = threading.Event()
        self.warm = threading.Event()
        self.warm.set()
        self.unavailable: str | None = None

    def connect(self, say: Callable[[str], None]) -> ScriptedConnection:
        """A connection, once warm."""
        if self.unavailable is not None:
            raise EngineUnavailable(self.unavailable)
        if not self.warm.is_set():
            say("Starting PyTorch, once: this takes a few seconds.")
            self.warm.wait(5)
        return ScriptedConnection(self)


class Bench:
    """A course, a workspace and a runner to try the app with."""

    def __init__(self, folder: Path, script: Callable[[Job, int], Iterator[Event | None]] | None = None) -> None:
        self.course = make_course(folder / "course")
        self.workspace = make_workspace(folder / "work", self.course)
        self.runner = ScriptedRunner(script)
        self.preferences = folder / "config" / "tutor" / "tui.json"
        self.ascii_only = False

    def app(self) -> TutorApp:
        """A new app on the same folder."""
        return TutorApp(
            self.course,
            self.workspace,
            KEY,
            runner=self.runner,
            preferences=self.preferences,
            ascii_only=self.ascii_only,
        )

    def file(self, exercise: str = FIRST) -> Path:
        """The learner's file."""
        return self.workspace.answer_file(exercise)

    def progress(self, exercise: str = FIRST) -> ExerciseProgress:
        """What is recorded of an exercise."""
        with Progress(self.workspace.progress_file) as progress:
            return progress.summary(KEY).get(exercise, ExerciseProgress(exercise=exercise))

    def record(
        self,
        exercise: str,
        *,
        passed: bool,
        at: datetime | None = None,
        failing: str = "",
        seconds: float | None = None,
    ) -> None:
        """Put an attempt into the progress, as the command line would.

        One that fails does so at `failing`; `seconds` is how long a call of the answer took.
        """
        checks = tuple(
            CheckResult(
                id=check.id, claim=check.claim, outcome=Outcome.FAILED if check.id == failing else Outcome.PASSED
            )
            for check in read_content(self.course.find(exercise)).checks
        )
        made = Attempt(
            exercise=exercise,
            verdict=Verdict.PASSED if passed else Verdict.FAILED,
            device=Device(type="cpu", name="A processor"),
            seconds=0.1,
            checks=checks,
            timing=None if seconds is None else timing(seconds),
        )
        with Progress(self.workspace.progress_file) as progress:
            progress.record(KEY, made, at)

    def drive(self, steps: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (120, 40)) -> TutorApp:
        """Run the app without a terminal and let `steps` use it."""

        async def main() -> TutorApp:
            app = self.app()
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                await steps(pilot)
            return app

        return asyncio.run(main())


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Let the app go on until `condition` holds; fails after five seconds."""
    for _ in range(500):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError(f"This did not happen within five seconds: {what}\n{screen_text(pilot.app)}")


async def settled(pilot: Pilot[None]) -> None:
    """Wait for the verdict of the attempt that runs on the shown exercise."""
    await until(
        pilot,
        lambda: pilot.app.screen.state.phase in (Phase.DONE, Phase.STOPPED),  # type: ignore[attr-defined]
        "the attempt ends",
    )


def screen_text(app: object) -> str:
    """What is on the screen, as lines of text."""
    screen = app.screen  # type: ignore[attr-defined]
    return "\n".join("".join(segment.text for segment in line) for line in screen._compositor.render_strips())


def in_sight(widget: Widget) -> bool:
    """Whether the widget is shown, and everything around it."""
    return all(one.display for one in widget.ancestors_with_self if isinstance(one, Widget))


class Newcomer(Bench):
    """As Bench, for a learner without a workspace: `folder` is where it would be made."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder / "new"
        self.folder.mkdir()
        self.make: Callable[[], tuple[Workspace, str]] = lambda: begin(self.folder, self.course)

    def app(self) -> TutorApp:
        beginning = Beginning(self.folder, lambda: self.make())
        return TutorApp(self.course, beginning, KEY, runner=self.runner, preferences=self.preferences)


class Unusable(Bench):
    """A machine without PyTorch until `mended`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.mended = False
        self.calls = 0
        connect = self.runner.connect

        def tried(say: Callable[[str], None]) -> ScriptedConnection:
            self.calls += 1
            if not self.mended:
                raise EngineUnusable(WHY)
            return connect(say)

        self.runner.connect = tried  # type: ignore[method-assign]
