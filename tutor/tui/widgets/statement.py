"""The statement of an exercise: its text at once, Markdown when the imports it needs delay no frame any more."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content as Plain
from textual.widgets import Static


class StatementView(Vertical):
    """Shows Markdown, as plain text until the Markdown widget is loaded."""

    def __init__(self) -> None:
        super().__init__(id="statement")
        self._text = ""
        self._ready = False

    def compose(self) -> ComposeResult:
        """The plain text, alone in the first frame."""
        yield Static(Plain(self._text), id="statement-text")

    async def show(self, markdown: str) -> None:
        """Replace what is shown."""
        if markdown == self._text:
            return
        self._text = markdown
        if self._ready:
            await self._draw()
        elif self.is_mounted:
            self.query_one("#statement-text", Static).update(Plain(markdown))

    async def load(self) -> None:
        """From now on show Markdown as such; call it when the first frame has been drawn."""
        from textual.widgets import Markdown

        await self.mount(Markdown(self._text, id="statement-markdown"))
        await self.query_one("#statement-text").remove()
        self._ready = True

    async def _draw(self) -> None:
        from textual.widgets import Markdown

        await self.query_one("#statement-markdown", Markdown).update(self._text)
