"""Takes the README's pictures from the app itself: `python docs/make_pictures.py`.

Opens the built-in course in a temporary workspace, with the real engine, checks answers that are wrong in instructive
ways, and saves what the screen shows as docs/pictures/*.svg.
"""

import asyncio
import tempfile
from pathlib import Path
from time import monotonic

from textual.pilot import Pilot

from tutor.attempt.result import Attempt, Device, Verdict
from tutor.course.loader import load_course, read_starters
from tutor.course.locate import builtin_course
from tutor.course.records import Course
from tutor.course.solution import read_solution
from tutor.tui.app import TutorApp
from tutor.tui.screens.course import CourseScreen
from tutor.tui.widgets.code import CodeEditor
from tutor.workspace.files import create_workspace
from tutor.workspace.progress import Progress

PICTURES = Path(__file__).parent / "pictures"
SIZE = (120, 40)
PATIENCE = 120.0  # seconds for the engine to warm


def main() -> None:
    """Save every picture."""
    PICTURES.mkdir(exist_ok=True)
    course = load_course(builtin_course())
    slip = ("queries @ keys.mT", "(queries @ keys.mT).softmax(dim=1)")
    asyncio.run(take("failed", course, "03_matmul", changed=slip))
    asyncio.run(take("passed", course, "07_training_loop"))


async def take(name: str, course: Course, exercise_id: str, *, changed: tuple[str, str] | None = None) -> None:
    """Save what the screen shows after the solution, with a part of it `changed`, was checked.

    A changed one is shown in the editor, a right one beside the tree.
    """
    wanted = course.find(exercise_id)
    assert wanted is not None
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(
            Path(folder), {part: text for one in course.exercises for part, text in read_starters(one).items()}
        )
        answer = read_solution(wanted)
        if changed is not None:
            assert changed[0] in answer
            answer = answer.replace(*changed)
        workspace.answer_file(exercise_id).write_text(answer, encoding="utf-8")
        with Progress(workspace.progress_file) as progress:
            for exercise in course.exercises[: course.exercises.index(wanted)]:
                progress.record("builtin", passed(exercise.id))
        app = TutorApp(course, workspace, "builtin")
        async with app.run_test(size=SIZE) as pilot:
            screen = app.screen
            assert isinstance(screen, CourseScreen)
            await screen.open(wanted)
            await pilot.press("r")
            await ended(pilot, screen, exercise_id)
            if changed is not None:
                await pilot.press("c")
                await pilot.pause(1.0)
                for number, line in enumerate(answer.split("\n"), start=1):
                    if changed[1] in line:
                        app.screen.query_one(CodeEditor).show_line(number)
                screen.query_one("#page").scroll_to_widget(screen.query_one("#result"), animate=False, top=True)
            await pilot.pause(1.0)
            (PICTURES / f"{name}.svg").write_text(app.export_screenshot(title="tutor start"), encoding="utf-8")


def passed(exercise_id: str) -> Attempt:
    """A pass, for the exercises before the one in the picture."""
    device = Device(type="cpu", name="")
    return Attempt(exercise=exercise_id, verdict=Verdict.PASSED, device=device, seconds=0.3, checks=())


async def ended(pilot: Pilot[None], screen: CourseScreen, exercise_id: str) -> None:
    """Wait for the verdict on the exercise."""
    until = monotonic() + PATIENCE
    while screen.state is None or screen.state.exercise != exercise_id or screen.state.attempt is None:
        if monotonic() > until:
            raise TimeoutError(f"no verdict on {exercise_id}")
        await pilot.pause(0.1)


if __name__ == "__main__":
    main()
