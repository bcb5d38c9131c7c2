"""What the modal screens have in common: one framed box over the course.

Its style is here and not in tutor.tcss, which is parsed before the first frame.
"""

from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A screen with one box, `#dialog`, that scrolls where it must."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        #dialog {
            width: 90%;
            max-width: 96;
            height: auto;
            max-height: 90%;
            padding: 1 2;
            background: $surface;
            border: round $primary;
            scrollbar-size-vertical: 1;
            scrollbar-background: $surface;
        }
        Markdown { padding: 0; }
        MarkdownFence { margin: 0 0 1 0; }
        #answers {
            height: auto;
            margin: 1 0 0 0;
            align-horizontal: right;
            Button { margin: 0 0 0 2; }
        }
    }
    """
