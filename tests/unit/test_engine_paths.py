"""The engine's folder is its owner's alone, and what is unsafe about it is said."""

from pathlib import Path

import pytest

from tutor.engine.paths import RuntimeFolderUnusable, engine_paths


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(tmp_path / "run"))
    paths = engine_paths()
    assert paths.folder.stat().st_mode & 0o077 == 0
    assert paths.socket.parent == paths.folder


def test_a_folder_open_to_others_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir(mode=0o777)
    (tmp_path / "run").chmod(0o777)
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(tmp_path / "run"))
    assert engine_paths().folder.stat().st_mode & 0o077 == 0


def test_a_link_in_its_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(tmp_path / "run"))
    with pytest.raises(RuntimeFolderUnusable, match="not a folder of yours"):
        engine_paths()


def test_a_file_in_its_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").write_text("")
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(tmp_path / "run"))
    with pytest.raises(RuntimeFolderUnusable, match="TUTOR_RUNTIME_DIR"):
        engine_paths()


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(tmp_path / ("long" * 30)))
    with pytest.raises(RuntimeFolderUnusable, match="too long"):
        engine_paths()
