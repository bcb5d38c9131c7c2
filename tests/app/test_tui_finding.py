"""Search and filters on the tree, what is next, and where the learner was."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui_support import FIRST, SECOND, THIRD, Bench, attempt, events, in_sight, screen_text, settled, until

from tutor.tui.widgets.tree import CourseTree

SIZES = [(120, 40), (80, 24), (60, 20)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """The first exercise passed, the second failed, the third not tried."""
    bench = Bench(tmp_path, lambda job, number: events(attempt(job, failing=0 if job.exercise == SECOND else None)))
    for name, topic in ((FIRST, "reshape"), (THIRD, "nn.PairwiseDistance")):
        solution = bench.course.root / "solutions" / f"{name}.py"
        solution.write_text(solution.read_text().replace("Write `answer", f"See `{topic}`. Write `answer"))
    for name in (FIRST, SECOND):
        bench.record(name, passed=name == FIRST)
    return bench


def listed(pilot: Pilot[None]) -> list[str]:
    """The ids that the tree holds, opened or not."""
    return [
        leaf.data.id for chapter in pilot.app.screen.query_one(CourseTree).root.children for leaf in chapter.children
    ]


async def lists(pilot: Pilot[None], *names: str) -> None:
    await until(pilot, lambda: listed(pilot) == list(names), f"the tree holds {names}")


def shown(pilot: Pilot[None]) -> str:
    return pilot.app.screen.exercise.id


@pytest.mark.parametrize("size", SIZES)
def test_a_search_goes_over_ids_titles_chapters_and_topics(bench: Bench, size: tuple[int, int]) -> None:
    async def search(pilot: Pilot[None], words: str) -> None:
        await pilot.app.screen.open(bench.course.exercises[0])
        await pilot.press("slash")
        assert in_sight(pilot.app.screen.query_one("#find"))
        await pilot.press(*(" " if letter == " " else letter for letter in words))
        await lists(pilot, THIRD)
        await until(pilot, lambda: shown(pilot) == THIRD, "the statement is the preview")
        assert "1 found" in screen_text(pilot.app)

        await pilot.press("enter")
        assert not in_sight(pilot.app.screen.query_one("#find"))
        assert shown(pilot) == THIRD
        await lists(pilot, FIRST, SECOND, THIRD)
        assert bench.runner.jobs == [], "choosing is not running"
        tree = pilot.app.screen.query_one(CourseTree)
        assert in_sight(tree) is (size[0] >= 100)

    async def steps(pilot: Pilot[None]) -> None:
        for words in ("pairwise", "EVERY PAIR", "mathematics", "nn.Pair", "02 dist"):
            await search(pilot, words)

    bench.drive(steps, size)


def test_the_best_match_is_under_the_cursor_and_arrows_move(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"reshape")
        await lists(pilot, FIRST, SECOND)
        await until(pilot, lambda: shown(pilot) == SECOND, "an id beats a topic")
        await pilot.press("up")
        await until(pilot, lambda: shown(pilot) == FIRST, "up")
        await pilot.press("down")
        await until(pilot, lambda: shown(pilot) == SECOND, "down")
        assert pilot.app.focused is pilot.app.screen.query_one("#find"), "typing goes on"

    bench.drive(steps)


def test_escape_goes_back_to_where_the_search_began(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        begun = shown(pilot)
        await pilot.press("slash", *"pairwise")
        await until(pilot, lambda: shown(pilot) == THIRD, "the preview")
        await pilot.press("escape")
        assert shown(pilot) == begun
        await lists(pilot, FIRST, SECOND, THIRD)
        assert pilot.app.focused is pilot.app.screen.query_one(CourseTree)
        await pilot.press("slash")
        assert pilot.app.screen.query_one(Input).value == "", "a new search is empty"

    bench.drive(steps)


def test_nothing_found_is_said_and_enter_changes_nothing(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        begun = shown(pilot)
        await pilot.press("slash", *"zebra")
        await until(pilot, lambda: "Nothing found: esc shows all" in screen_text(pilot.app), "it says so")
        await pilot.press("enter", "down", "up")
        assert shown(pilot) == begun
        await pilot.press("escape")
        await lists(pilot, FIRST, SECOND, THIRD)

    bench.drive(steps)


def test_letters_typed_into_the_search_are_no_keys(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"qrxhsfltn?/")
        assert pilot.app.screen.query_one(Input).value == "qrxhsfltn?/"
        assert bench.runner.jobs == []

    bench.drive(steps)


def test_a_search_outlives_a_smaller_terminal(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"pair")
        for size in ((60, 20), (120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: in_sight(pilot.app.screen.query_one("#find")), "the search is in sight")
        await pilot.press(*"wise", "enter")
        await until(pilot, lambda: shown(pilot) == THIRD, "it is found")
        assert pilot.app.focused.id == "page"

    bench.drive(steps)


def test_filters_by_status_go_round(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        assert shown(pilot) == THIRD
        for words, names in (
            ("open: 2 exercises", (SECOND, THIRD)),
            ("failed: 2 exercises", (SECOND, THIRD)),  # the one shown stays in sight
            ("passed: 2 exercises", (FIRST, THIRD)),
        ):
            await pilot.press("f")
            await lists(pilot, *names)
            assert words in screen_text(pilot.app)
        await pilot.press("f")
        await lists(pilot, FIRST, SECOND, THIRD)

    bench.drive(steps)


def test_filters_by_level_add_to_the_others_and_escape_takes_all_off(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("f", "l", "l")
        await lists(pilot, SECOND)
        assert "open, level 2: 1 exercise" in screen_text(pilot.app)
        await pilot.press("l")
        await lists(pilot, SECOND, THIRD)
        await pilot.press("slash", *"02")
        await lists(pilot, THIRD)
        await pilot.press("enter")
        await lists(pilot, THIRD)
        assert "open, level 3: 1 exercise" in screen_text(pilot.app), "the filters outlive the search"
        await pilot.press("escape")
        await lists(pilot, FIRST, SECOND, THIRD)

    bench.drive(steps)


def test_the_next_exercise_is_in_the_tree_whatever_the_filter(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("l", "l")
        await lists(pilot, SECOND)
        await pilot.press("n")
        await lists(pilot, SECOND, THIRD)
        await until(pilot, lambda: pilot.app.screen.query_one(CourseTree).cursor_node.data.id == THIRD, "the cursor")

    bench.drive(steps)


def test_a_pass_leaves_the_open_ones_when_another_is_shown(bench: Bench) -> None:
    bench.runner.script = lambda job, number: events(attempt(job))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("f")
        await lists(pilot, SECOND, THIRD)
        await pilot.press("r")
        await settled(pilot)
        assert listed(pilot) == [SECOND, THIRD]
        await pilot.press("n", "n")
        await lists(pilot, THIRD)

    bench.drive(steps)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_next_stands_at_the_top_and_can_be_clicked(bench: Bench, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        top = screen_text(pilot.app).splitlines()[0]
        assert f"next {THIRD}" in top
        assert "1 of 3 passed" in top or "1/3" in top
        await pilot.click("#bar", offset=(2, 0))
        assert shown(pilot) == SECOND, "only what is next can be clicked"
        await pilot.click("#bar", offset=(top.index(THIRD), 0))
        assert shown(pilot) == THIRD
        assert f"next {SECOND}" in screen_text(pilot.app).splitlines()[0]

    bench.drive(steps, size)


def test_each_chapter_shows_how_far_it_is(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        text = screen_text(pilot.app)
        assert "━━╌╌╌ 1/2" in text
        assert "╌╌╌╌╌ 0/1" in text

    bench.drive(steps)


def test_it_opens_where_the_learner_was(bench: Bench) -> None:
    async def leave(pilot: Pilot[None]) -> None:
        assert shown(pilot) == SECOND, "nothing is known yet: the first that has not passed"
        await pilot.press("n", "q")

    async def back(pilot: Pilot[None]) -> None:
        assert shown(pilot) == THIRD
        bench.record(THIRD, passed=True)

    async def after(pilot: Pilot[None]) -> None:
        assert shown(pilot) == SECOND, "what was left has passed meanwhile: the next one"

    bench.drive(leave)
    bench.drive(back)
    bench.drive(after)


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"course": 3}', b'{"course": "99_gone"}', b"\xff\x00"])
def test_a_place_that_cannot_be_read_costs_nothing(bench: Bench, content: bytes) -> None:
    (bench.workspace.root / ".tutor" / "places.json").write_bytes(content)

    async def steps(pilot: Pilot[None]) -> None:
        assert shown(pilot) == SECOND
        await pilot.press("n")

    async def again(pilot: Pilot[None]) -> None:
        assert shown(pilot) == THIRD

    bench.drive(steps)
    bench.drive(again)
