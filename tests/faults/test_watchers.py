"""What the corpus looks at after each fault is seen: a corpus that sees nothing would always be green."""

import subprocess
import sys
from pathlib import Path

import pytest
from faults import GOOD, House


@pytest.mark.parametrize(
    "change",
    [
        lambda house: (house.base / "home" / "notes.txt").write_text("gone"),
        lambda house: (house.base / "home" / "notes.txt").chmod(0o600),
        lambda house: house.answer.unlink(),
        lambda house: (house.workspace / "exercises" / "new").mkdir(),
        lambda house: (house.course / "solutions" / "link").symlink_to("/"),
        lambda house: (house.runtime / "tmp" / "left").touch(),
        lambda house: (house.runtime / "home" / "left").touch(),
        lambda house: house.progress.write_bytes(b""),
    ],
)
def test_a_changed_file_is_seen(house: House, change: object) -> None:
    house.put(GOOD)
    before = house.picture()
    assert house.picture() == before
    assert callable(change)
    change(house)
    assert house.picture() != before


def test_a_file_in_shared_memory_is_seen(house: House) -> None:
    if not Path("/dev/shm").is_dir():
        pytest.skip("no /dev/shm here")
    before = house.picture()
    Path(f"/dev/shm/tutor-fault-{house.base.name}").touch()
    assert house.picture() != before


def test_a_process_that_is_left_is_seen(house: House) -> None:
    house.put(GOOD)
    house.attempt()
    assert house.survivors() == []
    words = [sys.executable, "-c", "import time; time.sleep(600)", str(house.base)]
    with subprocess.Popen(words) as stray:
        found = house.survivors()
        stray.kill()
    assert len(found) == 1
