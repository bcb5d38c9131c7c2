"""Takes the README's pictures from the app itself: `python docs/make_pictures.py`.

Opens the built-in course in a temporary workspace, with the real engine, checks answers that are wrong in instructive
ways, and saves what the screen shows as docs/pictures/*.svg.
"""

import asyncio
import tempfile
from pathlib import Path
from time import monotonic

from textual.pilot import Pilot

from tutor.course.loader import load_course, read_starter
from tutor.course.locate import builtin_course
from tutor.course.solution import read_solution
from tutor.tui.app import TutorApp
from tutor.tui.screens.course import CourseScreen
from tutor.workspace.files import create_workspace

PICTURES = Path(__file__).parent / "pictures"
SIZE = (110, 38)
PATIENCE = 120.0  # seconds for the engine to warm


def main() -> None:
    """Save every picture."""
    PICTURES.mkdir(exist_ok=True)
    course = load_course(builtin_course())
    exercise = course.find("03_matmul")
    assert exercise is not None
    right = read_solution(exercise)
    wrong = right.replace("return queries @ keys.mT", "return (queries @ keys.mT).softmax(dim=1)")
    assert wrong != right
    asyncio.run(take("failed", wrong))
    asyncio.run(take("passed", right))


async def take(name: str, answer: str) -> None:
    """Save what the screen shows after `answer` was checked as 03_matmul, the exercises before it done."""
    course = load_course(builtin_course())
    starters = {exercise.id: read_starter(exercise) for exercise in course.exercises}
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(Path(folder), starters)
        for exercise in course.exercises[:2]:
            workspace.answer_file(exercise.id).write_text(read_solution(exercise), encoding="utf-8")
        workspace.answer_file("03_matmul").write_text(answer, encoding="utf-8")
        app = TutorApp(course, workspace, "builtin")
        async with app.run_test(size=SIZE) as pilot:
            screen = app.screen
            assert isinstance(screen, CourseScreen)
            for exercise in course.exercises[:3]:
                await pilot.press("r")
                await ended(pilot, screen, exercise.id)
                if exercise.id != "03_matmul":
                    await pilot.press("n")
            await pilot.pause(1.0)
            (PICTURES / f"{name}.svg").write_text(app.export_screenshot(title="tutor start"), encoding="utf-8")


async def ended(pilot: Pilot[None], screen: CourseScreen, exercise_id: str) -> None:
    """Wait for the verdict on the exercise."""
    until = monotonic() + PATIENCE
    while screen.state is None or screen.state.exercise != exercise_id or screen.state.attempt is None:
        if monotonic() > until:
            raise TimeoutError(f"no verdict on {exercise_id}")
        await pilot.pause(0.1)


if __name__ == "__main__":
    main()
