"""Landlock: what the kernel keeps the answer from, without any privilege. Linux only; elsewhere nothing is claimed.

Owns the system calls and the rules: which files may be read and written, no TCP, no signals to other processes. It
holds for the process and all it starts, and cannot be undone. Numbers and layouts are those of linux/landlock.h.
"""

import ctypes
import errno
import functools
import os
import stat
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
VERSION_FLAG = 1
PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

WRITE_FILE, READ_FILE = 1 << 1, 1 << 2
CHANGE_FOLDERS = sum(1 << bit for bit in range(4, 13))  # remove and make files, folders, devices, sockets, links
REFER, TRUNCATE = 1 << 13, 1 << 14
TCP = 1 << 0 | 1 << 1  # bind and connect
SCOPE_ABSTRACT_SOCKETS, SCOPE_SIGNALS = 1 << 0, 1 << 1

# Written to by Python, torch and drivers without changing anything that lasts.
DEVICES = ("null", "zero", "full", "random", "urandom", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "kfd", "dri")
MOST_ENTRIES = 4000  # of a folder that is listed to leave one entry out; beyond that it is readable as a whole


def version() -> int:
    """The kernel's Landlock ABI, 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG)))


def restrict(*, hidden: Iterable[Path], readable: Iterable[Path], writable: Iterable[Path]) -> tuple[str, ...]:
    """Shut this process in for good; the names of the layers that took hold, none where Landlock is not there.

    No file below `hidden` can be read, but for those in `readable`; nothing can be written, made or removed outside
    `writable` and shared memory. All are paths of what exists. Raises OSError when the kernel refuses a rule.
    """
    abi = version()
    if abi < 1:
        return ()
    writing = WRITE_FILE | CHANGE_FOLDERS | (REFER if abi >= 2 else 0) | (TRUNCATE if abi >= 3 else 0)
    scope = (SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS) if abi >= 6 else 0
    attributes = struct.pack("QQQ", writing | READ_FILE, TCP if abi >= 4 else 0, scope)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _checked(_call(CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0)))
    try:
        for path in (*_all_but(set(hidden)), *map(str, readable)):
            _allow(ruleset, path, READ_FILE)
        for path in (*map(str, writable), "/dev/shm"):
            _allow(ruleset, path, writing | READ_FILE)
        for path in _devices():
            _allow(ruleset, path, WRITE_FILE | READ_FILE)
        _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _checked(_call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)))
    finally:
        os.close(ruleset)
    return ("landlock", *(["landlock-tcp"] if abi >= 4 else []), *(["landlock-signals"] if abi >= 6 else []))


def _all_but(hidden: set[Path]) -> Iterator[str]:
    """The fewest paths below which everything lies but what is below `hidden`."""
    shut = {os.path.realpath(path) for path in hidden}
    ancestors = {str(parent) for path in shut for parent in Path(path).parents}
    pending = ["/"]
    while pending:
        folder = pending.pop()
        if folder not in ancestors:
            yield folder
            continue
        try:
            with os.scandir(folder) as listed:
                entries = [(entry.path, entry.is_symlink()) for entry in listed]
        except OSError:
            continue
        if len(entries) > MOST_ENTRIES:
            yield folder
            continue
        for path, is_link in entries:
            if path in ancestors:
                pending.append(path)
            elif path not in shut and not (is_link and _leads_into(path, shut, ancestors)):
                yield path


def _leads_into(link: str, hidden: set[str], ancestors: set[str]) -> bool:
    """Whether a link leads to what is hidden, or to a folder around it."""
    target = os.path.realpath(link)
    return target in ancestors or any(f"{target}/".startswith(f"{folder}/") for folder in hidden)


def _devices() -> Iterator[str]:
    yield from (f"/dev/{name}" for name in DEVICES)
    yield from map(str, Path("/dev").glob("nvidia[0-9]*"))


def _allow(ruleset: int, path: str, access: int) -> None:
    """Add a rule for `path` and all below it; one that is not there needs none."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            access &= WRITE_FILE | READ_FILE | TRUNCATE
        rule = struct.pack("=Qi", access, descriptor)
        _checked(_call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(PATH_BENEATH), rule, ctypes.c_uint32(0)))
    finally:
        os.close(descriptor)


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    return int(_libc().syscall(ctypes.c_long(number), *arguments))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno() or errno.EINVAL
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
