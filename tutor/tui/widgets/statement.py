"""The statement of an exercise: its text at once, Markdown when the imports it needs delay no frame any more."""

import asyncio
import re
from importlib import import_module

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content as Plain
from textual.widgets import Static

ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)]) ")


class StatementView(Vertical):
    """Shows Markdown, as plain text until the Markdown widget is loaded."""

    def __init__(self) -> None:
        super().__init__(id="statement")
        self._text = ""
        self._ready = False

    def compose(self) -> ComposeResult:
        """The plain text, alone in the first frame."""
        yield Static(Plain(as_text(self._text)), id="statement-text")

    async def show(self, markdown: str) -> None:
        """Replace what is shown."""
        if markdown == self._text:
            return
        self._text = markdown
        if self._ready:
            from textual.widgets import Markdown

            await self.query_one("#statement-markdown", Markdown).update(markdown)
        elif self.is_mounted:
            self.query_one("#statement-text", Static).update(Plain(as_text(markdown)))

    async def load(self) -> None:
        """From now on show Markdown as such; call it when the first frame has been drawn."""
        # in a thread, so that keys are answered meanwhile
        await asyncio.to_thread(import_module, "textual.widgets._markdown")
        from textual.widgets import Markdown

        view = Markdown(id="statement-markdown")
        view.display = False  # the text stays in sight until Markdown has been laid out
        await self.mount(view)
        shown = None
        while shown != self._text:  # another exercise may be chosen meanwhile
            shown = self._text
            await view.update(shown)
        self._ready = True
        with self.app.batch_update():
            view.display = True
            await self.query_one("#statement-text").remove()


def as_text(markdown: str) -> str:
    """Markdown roughly as it will look: paragraphs and list items on one line each, signs of emphasis left out."""
    lines: list[str] = []
    in_fence = flowing = False
    for line in markdown.split("\n"):
        if line.lstrip().startswith("```"):
            in_fence, flowing = not in_fence, False
            continue
        if in_fence or not line.strip() or (line.startswith("    ") and not flowing):
            lines.append(line)
            flowing = False
            continue
        words = line.strip().replace("`", "").replace("**", "")
        if flowing and not ITEM.match(line):
            lines[-1] += f" {words}"
        else:
            lines.append(words)
        flowing = True
    return "\n".join(lines)
