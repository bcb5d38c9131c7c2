"""How the workspace says that something cannot be done: one exception, always a sentence for the learner."""

from collections.abc import Iterator
from contextlib import contextmanager


class WorkspaceError(Exception):
    """Something in the learner's folder cannot be read or written; `str()` is the sentence to show."""


def reason(error: OSError) -> str:
    """The operating system's words for `error`, fit for the end of a sentence."""
    words = (error.strerror or type(error).__name__).strip().rstrip(".")
    return words[:1].lower() + words[1:]


@contextmanager
def saying(what: str, *, advice: str = "") -> Iterator[None]:
    """Turns an OSError inside the block into a WorkspaceError: "`what`: the reason. `advice`"."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"{what}: {reason(error)}. {advice}".rstrip()) from error
