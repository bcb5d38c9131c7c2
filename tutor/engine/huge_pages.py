"""Gathers the engine's memory into huge pages: a fork then copies far fewer page tables, and its end frees fewer.

Linux from 6.1 on, where transparent huge pages are not switched off; elsewhere nothing happens. A page that a judge
writes to is still copied alone. Measured by `benchmarks/latency.py`.
"""

import ctypes
import re
import sys
from collections.abc import Iterator
from pathlib import Path

HUGE = 2 * 2**20  # bytes of a huge page on x86-64 and arm64
PIECE = 4 * HUGE  # asked for at once: some 20 ms, for which nobody is served
MADV_COLLAPSE = 25  # linux/mman.h

_ANONYMOUS = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw-p 00000000 00:00 0 +(?:\[heap\])?$", re.MULTILINE)


def gather() -> Iterator[None]:
    """Gather what this process holds by now; pauses after every piece, so that the caller can see to others."""
    if not sys.platform.startswith("linux"):
        return
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for begin, end in _regions():
        for piece in range(begin, end, PIECE):
            madvise(piece, min(PIECE, end - piece), MADV_COLLAPSE)  # refused: these pages stay as they are
            yield


def _regions() -> list[tuple[int, int]]:
    """Anonymous memory this process can write to, as addresses of whole huge pages."""
    try:
        maps = Path("/proc/self/maps").read_text()
    except OSError:
        return []
    found = ((int(begin, 16), int(end, 16)) for begin, end in _ANONYMOUS.findall(maps))
    whole = ((-(-begin // HUGE) * HUGE, end // HUGE * HUGE) for begin, end in found)
    return [(begin, end) for begin, end in whole if begin < end]
