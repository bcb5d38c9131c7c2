"""The learner's folder: nothing of theirs is lost, whatever is asked for in whatever order."""

import os
import stat
import sys
from pathlib import Path

import pytest

from tutor.workspace.atomic import create_file, replace_file
from tutor.workspace.backups import newest_backup, save_backup
from tutor.workspace.files import Workspace, WorkspaceError, create_workspace, find_workspace, require_answer

ID = "05_custom_dataset"
STARTER = "raise NotImplementedError\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "learn", {ID: STARTER})


def backups(workspace: Workspace) -> list[str]:
    folder = workspace.root / ".tutor" / "backups" / ID
    return [path.read_text() for path in sorted(folder.iterdir())] if folder.exists() else []


def test_find_goes_upwards_to_the_nearest(workspace: Workspace) -> None:
    inner = workspace.root / "deep" / "er"
    inner.mkdir(parents=True)
    assert find_workspace(inner) == workspace
    assert find_workspace(workspace.root) == workspace
    (workspace.root / "deep" / "exercises").mkdir()
    assert find_workspace(inner) == Workspace(workspace.root / "deep")


def test_find_says_none_without_a_folder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "exercises").write_text("a file is no workspace")
    assert find_workspace(tmp_path) is None
    assert find_workspace(tmp_path / "not" / "there") is None


def test_create_writes_starters_and_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "exercises").mkdir()
    mine = tmp_path / "exercises" / f"{ID}.py"
    mine.write_text("mine\n")
    workspace = create_workspace(tmp_path, {ID: STARTER, "01_create_inspect": "é\n"})
    assert mine.read_text() == "mine\n"
    assert workspace.answer_file("01_create_inspect").read_bytes() == "é\n".encode()
    create_workspace(tmp_path, {ID: STARTER})
    assert mine.read_text() == "mine\n"


def test_create_refuses_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "exercises").write_text("")
    with pytest.raises(WorkspaceError, match="not a folder"):
        create_workspace(tmp_path, {})
    assert (tmp_path / "exercises").read_text() == ""


def test_ensure_writes_once(workspace: Workspace) -> None:
    path = workspace.answer_file("04_first_gradient")
    assert workspace.ensure_answer("04_first_gradient", STARTER) is True
    path.write_text("mine")
    assert workspace.ensure_answer("04_first_gradient", STARTER) is False
    assert path.read_text() == "mine"


def test_labels_have_forward_slashes(workspace: Workspace) -> None:
    assert workspace.label(ID) == "exercises/05_custom_dataset.py"


@pytest.mark.parametrize("bad", ["../secret", "a/b/c", "", "..", "a b", "a\x00"])
def test_an_id_cannot_lead_out_of_the_folder(workspace: Workspace, bad: str) -> None:
    with pytest.raises(WorkspaceError, match="cannot name a file"):
        workspace.answer_file(bad)
    with pytest.raises(WorkspaceError, match="cannot name a file"):
        save_backup(workspace.root, bad, b"")


def test_reset_backs_up_and_undo_brings_back(workspace: Workspace) -> None:
    path = workspace.answer_file(ID)
    path.write_text("mine\n")
    backup = workspace.reset(ID, STARTER)
    assert backup is not None
    assert backup.read_text() == "mine\n"
    assert path.read_text() == STARTER
    assert workspace.undo_reset(ID) == backup
    assert path.read_text() == "mine\n"


def test_undo_can_be_undone_again_and_again(workspace: Workspace) -> None:
    path = workspace.answer_file(ID)
    path.write_text("mine\n")
    workspace.reset(ID, STARTER)
    seen = []
    for _ in range(4):
        workspace.undo_reset(ID)
        seen.append(path.read_text())
    assert seen == ["mine\n", STARTER, "mine\n", STARTER]


def test_undo_keeps_what_was_written_after_the_reset(workspace: Workspace) -> None:
    path = workspace.answer_file(ID)
    path.write_text("first\n")
    workspace.reset(ID, STARTER)
    path.write_text("second\n")
    workspace.undo_reset(ID)
    assert path.read_text() == "first\n"
    assert backups(workspace) == ["first\n", "second\n"]


def test_reset_of_the_starter_or_of_nothing_makes_no_backup(workspace: Workspace) -> None:
    assert workspace.reset(ID, STARTER) is None
    workspace.answer_file(ID).unlink()
    assert workspace.reset(ID, STARTER) is None
    assert workspace.answer_file(ID).read_text() == STARTER
    assert backups(workspace) == []
    assert workspace.undo_reset(ID) is None


def test_undo_restores_a_file_that_was_deleted(workspace: Workspace) -> None:
    path = workspace.answer_file(ID)
    path.write_text("mine\n")
    workspace.reset(ID, STARTER)
    path.unlink()
    workspace.undo_reset(ID)
    assert path.read_text() == "mine\n"


def test_answers_that_are_not_text_survive_a_reset(workspace: Workspace) -> None:
    path = workspace.answer_file(ID)
    path.write_bytes(b"\xff\x00\r\n")
    workspace.reset(ID, STARTER)
    workspace.undo_reset(ID)
    assert path.read_bytes() == b"\xff\x00\r\n"


def test_backups_never_overwrite_one_another_and_sort_by_time(workspace: Workspace) -> None:
    paths = [save_backup(workspace.root, ID, str(n).encode()) for n in range(50)]
    assert len(set(paths)) == 50
    assert sorted(paths) == paths
    assert newest_backup(workspace.root, ID) == paths[-1]


def test_a_clock_set_back_does_not_hide_the_newest(workspace: Workspace) -> None:
    folder = workspace.root / ".tutor" / "backups" / ID
    folder.mkdir(parents=True)
    (folder / "20990101T000000.000000Z.py").write_text("from the future")
    (folder / "notes.txt").write_text("not a backup")
    newest = save_backup(workspace.root, ID, b"now")
    assert newest_backup(workspace.root, ID) == newest


def test_the_state_folder_is_ignored_by_git(workspace: Workspace) -> None:
    save_backup(workspace.root, ID, b"x")
    assert (workspace.root / ".tutor" / ".gitignore").read_text() == "*\n"


def test_reset_keeps_permissions_and_symbolic_links(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.answer_file(ID)
    real = tmp_path / "elsewhere.py"
    real.write_text("mine\n")
    real.chmod(0o640)
    path.unlink()
    path.symlink_to(real)
    workspace.reset(ID, STARTER)
    assert path.is_symlink()
    assert real.read_text() == STARTER
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_reset_of_a_folder_is_refused(workspace: Workspace) -> None:
    path = workspace.answer_file(ID)
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("kept")
    with pytest.raises(WorkspaceError, match=r"exercises/05_custom_dataset\.py is a folder"):
        workspace.reset(ID, STARTER)
    assert (path / "inside").read_text() == "kept"


def test_when_no_backup_can_be_made_the_file_is_left(workspace: Workspace) -> None:
    path = workspace.answer_file(ID)
    path.write_text("mine\n")
    (workspace.root / ".tutor").write_text("in the way")
    with pytest.raises(WorkspaceError):
        workspace.reset(ID, STARTER)
    assert path.read_text() == "mine\n"


def test_what_is_wrong_with_an_answer_is_said(workspace: Workspace) -> None:
    path, label = workspace.answer_file(ID), workspace.label(ID)
    assert require_answer(path, label) == path
    path.unlink()
    with pytest.raises(WorkspaceError, match="is not there"):
        require_answer(path, label)
    path.symlink_to("nowhere.py")
    with pytest.raises(WorkspaceError, match="link to a file that is not there"):
        require_answer(path, label)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and permission bits are POSIX's")
def test_pipes_and_locked_files_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    with pytest.raises(WorkspaceError, match="not an ordinary file"):
        require_answer(pipe, "pipe.py")
    locked = workspace.answer_file(ID)
    locked.chmod(0)
    if not os.access(locked, os.R_OK):  # the superuser reads everything
        with pytest.raises(WorkspaceError, match="cannot be read: permission denied"):
            require_answer(locked, "it")


def test_atomic_writes_leave_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert create_file(path, b"one") is True
    assert create_file(path, b"two") is False
    replace_file(path, b"three")
    assert path.read_bytes() == b"three"
    with pytest.raises(OSError):
        replace_file(tmp_path / "no" / "folder", b"")
    with pytest.raises(OSError):
        replace_file(tmp_path, b"onto a folder")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_create_works_where_hard_links_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    assert create_file(tmp_path / "file", b"one") is True
    assert create_file(tmp_path / "file", b"two") is False
    assert (tmp_path / "file").read_bytes() == b"one"
    assert len(list(tmp_path.iterdir())) == 1
