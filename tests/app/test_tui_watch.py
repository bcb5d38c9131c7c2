"""How saves are seen: by any editor's way of writing, and through a folder that goes and comes back."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.tui.watch import FilesChanged, Watch


class Ear:
    """Collects what a watch posts."""

    def __init__(self) -> None:
        self.heard: list[FilesChanged] = []
        self.news = threading.Event()

    def __call__(self, message: FilesChanged) -> None:
        self.heard.append(message)
        self.news.set()

    def wait(self) -> FilesChanged:
        """The next message; fails after five seconds."""
        assert self.news.wait(5), "nothing was heard"
        self.news.clear()
        return self.heard[-1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exercises"
    folder.mkdir()
    (folder / "a.py").write_text("a")
    (folder / "b.py").write_text("b")
    return folder


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def watch(folder: Path, ear: Ear) -> Iterator[Watch]:
    """A watch that is running and has had time to begin."""
    watch = Watch(folder, ear)
    watch.start()
    time.sleep(0.2)
    yield watch
    watch.stop()


def test_save_in_place(watch: Watch, folder: Path, ear: Ear) -> None:
    (folder / "a.py").write_text("longer")
    assert ear.wait().saved == {"a.py"}


def test_save_by_rename(watch: Watch, folder: Path, ear: Ear) -> None:
    (folder / ".a.py.swp").write_text("new")
    (folder / ".a.py.swp").rename(folder / "a.py")
    assert ear.wait().saved == {"a.py"}


def test_save_by_moving_the_old_file_away_first(watch: Watch, folder: Path, ear: Ear) -> None:
    (folder / "a.py").rename(folder / "a.py~")
    (folder / "a.py").write_text("new")
    until = time.monotonic() + 5
    while not any("a.py" in message.saved for message in ear.heard) and time.monotonic() < until:
        time.sleep(0.01)
    assert ear.heard[-1].saved == {"a.py"}


def test_a_save_without_a_change_counts(watch: Watch, folder: Path, ear: Ear) -> None:
    (folder / "a.py").write_text("a")
    assert ear.wait().saved == {"a.py"}


def test_delete_and_create(watch: Watch, folder: Path, ear: Ear) -> None:
    (folder / "a.py").unlink()
    assert ear.wait().deleted == {"a.py"}
    (folder / "a.py").write_text("back")
    assert ear.wait().saved == {"a.py"}


def test_the_folder_itself_goes_and_comes_back(watch: Watch, folder: Path, ear: Ear) -> None:
    folder.rename(folder.with_name("elsewhere"))
    assert ear.wait().deleted == {"a.py", "b.py"}
    folder.mkdir()
    (folder / "a.py").write_text("anew")
    assert ear.wait().saved == {"a.py"}
    (folder / "a.py").write_text("and once more")
    assert ear.wait().saved == {"a.py"}


def test_other_files_are_nobodys_business(folder: Path, ear: Ear) -> None:
    watch = Watch(folder, ear)
    (folder / "notes.txt").write_text("x")
    (folder / "a.py~").write_text("x")
    watch.look()
    assert ear.heard == []


def test_what_tutor_wrote_is_not_reported(folder: Path, ear: Ear) -> None:
    watch = Watch(folder, ear)
    (folder / "a.py").write_text("by tutor")
    watch.mine(folder / "a.py")
    watch.look()
    assert ear.heard == []
    (folder / "a.py").write_text("by the learner")
    watch.look()
    assert ear.wait().saved == {"a.py"}


def test_nothing_is_looked_at_while_tutor_writes(folder: Path, ear: Ear) -> None:
    watch = Watch(folder, ear)
    looking = threading.Thread(target=watch.look)
    with watch.looking_away():
        (folder / "a.py").write_text("by tutor")
        looking.start()
        looking.join(0.05)  # a look that did not wait would be over by now
        watch.mine(folder / "a.py")
    looking.join()
    assert ear.heard == []


def test_a_save_between_start_and_the_first_look_is_seen(folder: Path, ear: Ear) -> None:
    watch = Watch(folder, ear)
    (folder / "b.py").write_text("before the watch was up")
    watch.start()
    assert ear.wait().saved == {"b.py"}
    watch.stop()


def test_a_folder_that_is_not_there_yet(tmp_path: Path, ear: Ear) -> None:
    watch = Watch(tmp_path / "later", ear)
    watch.start()
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.py").write_text("x")
    assert ear.wait().saved == {"a.py"}
    watch.stop()
