"""The folders of attempts are removed whatever is in them, in pieces, and after a killed engine too."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.engine import scratch
from tutor.engine.scratch import Scratch


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of this test's own, that nothing is left in which a removal of files could stumble over."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)
        subprocess.run(["rm", "-rf", *map(str, Path(folder).iterdir())], check=True)


def left(temporary: Path) -> list[str]:
    return [path.name for path in temporary.glob("tutor-attempts-*/*")]


def nest(folder: str, depth: int) -> None:
    """`depth` folders inside one another, with a file in each: deeper than any path can be written."""
    here = os.open(folder, os.O_DIRECTORY)
    for _ in range(depth):
        os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        os.mkdir("deeper", dir_fd=here)
        deeper = os.open("deeper", os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)


def test_folders_nested_without_end_are_removed(temporary: Path) -> None:
    folders = Scratch()
    folder = folders.make()
    nest(folder, 5000)
    folders.remove(folder)
    folders.work(60)
    assert left(temporary) == []


def test_links_are_removed_and_not_followed(temporary: Path) -> None:
    outside = temporary / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    folders = Scratch()
    folder = Path(folders.make())
    (folder / "to_folder").symlink_to(outside)
    (folder / "to_file").symlink_to(outside / "file")
    (folder / "0").mkdir()
    (folder / "0" / "1").symlink_to(outside)
    folders.remove(str(folder))
    assert left(temporary) == []
    assert (outside / "file").read_text() == "mine"


LOCKED = """
import os, sys, tempfile
from pathlib import Path
from tutor.engine.scratch import Scratch
if os.getuid() == 0:
    os.setuid(65534)
tempfile.tempdir = sys.argv[1]
folders = Scratch()
folder = Path(folders.make())
(folder / "locked" / "in").mkdir(parents=True)
(folder / "locked" / "in" / "file").touch(mode=0)
(folder / "locked" / "in").chmod(0)
(folder / "locked").chmod(0)
folder.chmod(0)
folders.remove(str(folder))
print(os.listdir(folder.parent.parent))
"""


def test_locked_folders_are_removed_by_who_is_not_root(temporary: Path) -> None:
    temporary.chmod(0o777)
    words = [sys.executable, "-c", LOCKED, str(temporary)]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_heap_of_files_is_removed_in_pieces(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "AT_ONCE", 0.0)
    monkeypatch.setattr(scratch, "_BATCH", 7)
    folders = Scratch()
    folder = folders.make()
    for number in range(100):
        (Path(folder) / str(number)).touch()
    folders.remove(folder)
    assert folders.busy
    assert len(left(temporary)) == 1
    folders.work(60)
    assert not folders.busy
    assert left(temporary) == []


def test_what_cannot_be_removed_keeps_nobody_busy(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = Scratch()
    folder = folders.make()
    (Path(folder) / "file").touch()

    def refuse(_: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        folders.remove(folder)
        folders.work(60)
    assert not folders.busy
    assert len(left(temporary)) == 1


@pytest.mark.parametrize("collected", [True, False])
def test_folders_of_a_dead_engine_are_removed_and_those_of_a_living_one_stay(temporary: Path, collected: bool) -> None:
    living = Scratch().make()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | (0 if collected else os.WNOWAIT))
    dead = Path(living).parent.with_name(f"attempt-{ended.pid}-abc")
    (dead / "0").mkdir(parents=True)
    nest(str(dead / "0"), 10)
    (dead / "7").mkdir()  # half removed when its engine was killed
    folders = Scratch()
    assert folders.busy
    folders.work(60)
    assert left(temporary) == [Path(living).parent.name]
    ended.wait()


def test_a_folder_of_somebody_else_is_refused(temporary: Path) -> None:
    (temporary / "elsewhere").mkdir()
    (temporary / f"tutor-attempts-{os.getuid()}").symlink_to(temporary / "elsewhere")
    with pytest.raises(OSError, match="not a folder of yours"):
        Scratch().make()
