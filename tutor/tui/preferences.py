"""What a learner likes wherever they work: the theme. Kept in their configuration folder, not in a workspace.

This module owns `tui.json` there. One that cannot be read is as good as none; one that cannot be written costs a
sentence.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tutor.workspace.atomic import make_folder, replace_file
from tutor.workspace.errors import saying

LARGEST = 100_000  # bytes: tutor never writes as much


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """Every choice; None where the learner has made none."""

    theme: str | None = None


def preferences_file(environ: Mapping[str, str]) -> Path | None:
    """Where this user's choices are: $XDG_CONFIG_HOME/tutor/tui.json, else under ~/.config; None without a home."""
    base = environ.get("XDG_CONFIG_HOME", "")
    if base and os.path.isabs(base):  # noqa: PTH117 - the standard says to ignore a relative one
        return Path(base) / "tutor" / "tui.json"
    try:
        return Path.home() / ".config" / "tutor" / "tui.json"
    except RuntimeError:
        return None


def read_preferences(file: Path | None) -> Preferences:
    """The choices in `file`; none when it cannot be read."""
    if file is None:
        return Preferences()
    try:
        with file.open("rb") as opened:
            return msgspec.json.decode(opened.read(LARGEST), type=Preferences)
    except (OSError, msgspec.DecodeError):
        return Preferences()


def write_preferences(file: Path | None, preferences: Preferences) -> None:
    """Remember the choices; raises WorkspaceError when that is impossible."""
    if file is None:
        return
    with saying(f"Your choice is not remembered: {file} cannot be written", advice="Make it and its folder writable."):
        make_folder(file.parent)
        replace_file(file, msgspec.json.format(msgspec.json.encode(preferences)) + b"\n")
