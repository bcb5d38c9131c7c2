"""The engine's folder is its owner's alone, and what is unsafe about it is said."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.engine.paths import RuntimeFolderUnusable, engine_paths


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """pytest's own temporary folders can be too deep for the path of a socket."""
    with tempfile.TemporaryDirectory(prefix="tutor-") as folder:
        yield Path(folder)


def test_the_folder_is_made_for_its_owner_alone(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder / "run"))
    paths = engine_paths()
    assert paths.folder.stat().st_mode & 0o077 == 0
    assert paths.socket.parent == paths.folder


def test_a_folder_open_to_others_is_closed(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (short_folder / "run").mkdir(mode=0o777)
    (short_folder / "run").chmod(0o777)
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder / "run"))
    assert engine_paths().folder.stat().st_mode & 0o077 == 0


def test_a_link_in_its_place_is_refused(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (short_folder / "elsewhere").mkdir()
    (short_folder / "run").symlink_to(short_folder / "elsewhere")
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder / "run"))
    with pytest.raises(RuntimeFolderUnusable, match="not a folder of yours"):
        engine_paths()


def test_a_file_in_its_place_is_refused(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (short_folder / "run").write_text("")
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder / "run"))
    with pytest.raises(RuntimeFolderUnusable, match="TUTOR_RUNTIME_DIR"):
        engine_paths()


def test_a_path_too_long_for_a_socket_is_refused(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder / ("long" * 30)))
    with pytest.raises(RuntimeFolderUnusable, match="too long"):
        engine_paths()
