"""Memory is gathered into huge pages where the kernel does so, and nothing is lost by it."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import mmap
import sys
from pathlib import Path

from tutor.engine.huge_pages import gather


def huge():  # kB
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages:"))


area = mmap.mmap(-1, 2**25, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
area.madvise(mmap.MADV_NOHUGEPAGE)
area.write(bytes(range(256)) * 2**17)
area.madvise(mmap.MADV_HUGEPAGE)
before = huge()
pauses = sum(1 for _ in gather())
area.seek(0)
assert area.read() == bytes(range(256)) * 2**17
print(pauses, huge() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="huge pages are Linux's")
def test_memory_is_gathered_in_pieces_and_keeps_what_it_holds() -> None:
    setting = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    pauses, gained = map(int, result.stdout.split())
    assert pauses >= 3  # 32 MB in pieces of 8, so that the caller is not kept waiting
    if not setting.is_file() or "[never]" in setting.read_text() or gained == 0:
        pytest.skip("this kernel gathers no huge pages on request")
    assert gained >= 16 * 1024
