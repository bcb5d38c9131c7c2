"""The exercise beside the tree: heading, then one page that scrolls with statement, checks, result and hints."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from tutor.course.hints import Hint
from tutor.course.records import Content, Exercise
from tutor.tui.state import AttemptState
from tutor.tui.widgets.checks import ChecksView
from tutor.tui.widgets.hints import HintsView
from tutor.tui.widgets.lines import Heading
from tutor.tui.widgets.result import AfterPass, ResultView
from tutor.tui.widgets.statement import StatementView

ENOUGH = 12  # lines of the result that say what it is about


class ExerciseView(Vertical):
    """Everything about one exercise but its verdict."""

    def __init__(self) -> None:
        super().__init__(id="exercise")

    def compose(self) -> ComposeResult:
        """Heading and page."""
        yield Heading()
        with VerticalScroll(id="page"):
            yield StatementView()
            yield ChecksView()
            yield ResultView()
            yield HintsView()

    @property
    def page(self) -> VerticalScroll:
        """What scrolls."""
        return self.query_one("#page", VerticalScroll)

    async def show(self, exercise: Exercise, content: Content | None, problem: str) -> None:
        """Show another exercise from its beginning; without content, `problem` says why there is none."""
        self.query_one(Heading).show(exercise, exercise.id if content is None else content.title)
        await self.query_one(StatementView).show(problem if content is None else content.statement)
        self.page.scroll_home(animate=False)

    def show_attempt(self, state: AttemptState | None, after: AfterPass | None) -> None:
        """Show how the attempt goes, and what there is to say `after` a pass."""
        self.query_one(ChecksView).show(state)
        self.query_one(ResultView).show(state, after)

    def show_hints(self, hints: tuple[Hint, ...]) -> None:
        """Show these hints."""
        self.query_one(HintsView).show(hints)

    def reveal_checks(self) -> None:
        """Scroll so that the checks, and what follows them, are in sight."""
        self.call_after_refresh(self.page.scroll_to_widget, self.query_one(ChecksView), animate=False, top=True)

    def reveal_result(self) -> None:
        """Scroll to the checks, or to the result where they would leave hardly any of it in sight."""
        self.call_after_refresh(self._reveal_result)

    def _reveal_result(self) -> None:
        checks, result = self.query_one(ChecksView), self.query_one(ResultView)
        hidden = self.page.size.height - checks.size.height < min(result.size.height, ENOUGH)
        self.page.scroll_to_widget(result if hidden else checks, animate=False, top=True)

    def show_next_failure(self) -> bool:
        """Show the next failing check in full; False when there is no other."""
        result = self.query_one(ResultView)
        if not result.show_next():
            return False
        self.call_after_refresh(self.page.scroll_to_widget, result, animate=False, top=True)
        return True

    def reveal_hints(self) -> None:
        """Scroll to the end, where the newest hint is."""
        self.call_after_refresh(self.page.scroll_end, animate=False)

    async def load(self) -> None:
        """Bring in what the first frame did not wait for."""
        await self.query_one(StatementView).load()
