"""Finds and ends whole process trees, and collects the dead. The engine is the only caller.

On Linux the engine and every judge are child subreapers: what an answer leaves behind when its parents die becomes the
judge's child, and with the judge gone the engine's. Elsewhere the tree is read before it is killed.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil

SWEEP_SECONDS = 5.0


def kill_tree(pid: int, keep: frozenset[int]) -> int | None:
    """End the judge `pid` and all that its answer started; the engine's children in `keep` live on.

    Returns the judge's wait status (exit status, or minus the signal), None when it was collected before.
    """
    others = [] if _can_sweep() else _descendants(pid)
    _kill_group(pid)
    status = collect(pid)
    for other in others:
        _kill(other)
    if _can_sweep():
        _sweep(keep)
    return status


def collect(pid: int) -> int | None:
    """Kill and reap `pid`: its exit status or minus its signal; None when there is no such child."""
    _kill(pid)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def has_ended(pid: int) -> bool:
    """Whether the child `pid` has ended by itself. It is not collected: its number stays its own until it is."""
    if hasattr(os, "waitid"):
        try:
            return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True


def _sweep(keep: frozenset[int]) -> None:
    """Kill the engine's children that are no judges, and theirs that they leave, until none is left."""
    until = monotonic() + SWEEP_SECONDS
    while strays := _children() - keep:
        for stray in strays:
            _kill_group(stray)
        for stray in strays:
            collect(stray)
        if monotonic() > until:
            return
        sleep(0)


def _can_sweep() -> bool:
    return sys.platform.startswith("linux")


def _children() -> set[int]:
    """Process ids of this process's children, the dead and not yet collected among them."""
    try:
        return {int(word) for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
    except OSError:  # a kernel without CONFIG_PROC_CHILDREN
        return {child.pid for child in psutil.Process().children()}


def _descendants(pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _kill_group(pid: int) -> None:
    with contextlib.suppress(OSError):
        if os.getpgid(pid) == pid:  # a judge that has not yet left the engine's group must not take the engine along
            os.killpg(pid, signal.SIGKILL)
    _kill(pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
