"""What a judge does to itself before any of the answer runs, so that all it starts can be found and ended.

Owns the process's session, parent-death signal, standard streams and limits. Whoever keeps judges kills them; nothing
here does.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36


def set_process_control(option: int, value: int) -> bool:
    """prctl(option, value) on Linux; False where it is not there or refused."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(option, value, 0, 0, 0) == 0)


def leave_session(engine: int) -> None:
    """Lead a session of its own, and die with the engine (process id `engine`)."""
    os.setsid()
    set_process_control(PR_SET_PDEATHSIG, signal.SIGKILL)
    set_process_control(PR_SET_CHILD_SUBREAPER, 1)
    if os.getppid() != engine:  # it died before the signal was asked for
        os._exit(1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)


def redirect_streams(output: int) -> None:
    """Standard input from nowhere, both outputs to the descriptor `output`, written line by line."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(null)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


def set_limits() -> None:
    """No core files, whatever crashes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
