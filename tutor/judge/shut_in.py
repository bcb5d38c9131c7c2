"""What a judge does to itself before any of the answer runs, so that the answer does no harm and leaves nothing.

Owns the layers: the process's session and its death with the engine, standard streams, limits, and the locked doors of
Landlock. Each function returns the names of the layers that took hold: none is claimed that is off. Whoever keeps
judges kills them; nothing here does.
"""

import ctypes
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tutor.judge import landlock

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36
MEMORY = 4 * 2**30  # bytes an answer may add to what the judge holds before it
FILE_SIZE = 2**30  # bytes of the largest file it may write

# Read by torch, triton and matplotlib for where to keep what they make: in the home folder, unless told otherwise.
CACHES = ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "TORCH_HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR")


def wanted(layer: str) -> bool:
    """Whether the layer is on; tests switch one off, to see that it is missed, by the engine's environment."""
    return layer not in os.environ.get("TUTOR_WITHOUT_LAYERS", "").split(",")


def set_process_control(option: int, value: int) -> bool:
    """prctl(option, value) on Linux; False where it is not there or refused."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(option, value, 0, 0, 0) == 0)


def leave_session(engine: int) -> tuple[str, ...]:
    """Lead a session of its own, and die with the engine (process id `engine`)."""
    layers = []
    if wanted("session"):
        os.setsid()
        layers.append("session")
    if wanted("parent-death") and set_process_control(PR_SET_PDEATHSIG, signal.SIGKILL):
        layers.append("parent-death")
    if wanted("subreaper") and set_process_control(PR_SET_CHILD_SUBREAPER, 1):
        layers.append("subreaper")
    if os.getppid() != engine:  # it died before the signal was asked for
        os._exit(1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    return tuple(layers)


def redirect_streams(output: int) -> tuple[str, ...]:
    """Standard input from nowhere, both outputs to the descriptor `output`, written line by line."""
    if not wanted("streams"):
        return ()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(null)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    return ("streams",)


def settle_in(scratch: str) -> tuple[str, ...]:
    """Make the attempt's folder the working, home, cache and temporary folder; write no bytecode anywhere."""
    if not wanted("scratch"):
        return ()
    os.chdir(scratch)
    for name in ("HOME", "TMPDIR", *CACHES):
        os.environ[name] = scratch
    tempfile.tempdir = scratch
    sys.dont_write_bytecode = True
    return ("scratch",)


def close_doors(*, hidden: Iterable[Path], readable: Iterable[Path], scratch: Path, cpu: bool) -> tuple[str, ...]:
    """The last layers, once checks and solution are loaded: limits, and Landlock where the kernel has it.

    Memory is limited on the CPU only: an accelerator's driver reserves more address space than any answer needs.
    """
    layers: list[str] = []
    if wanted("limits"):
        layers += _set_limits(cpu)
    if wanted("landlock"):
        try:
            layers += landlock.restrict(hidden=hidden, readable=readable, writable=[scratch])
        except OSError:  # a container may forbid the calls; then nothing is claimed
            pass
    return tuple(layers)


def _set_limits(cpu: bool) -> list[str]:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    try:  # should memory run out all the same, it is the judge that goes, not the learner's desktop
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        pass
    held = _data_bytes()
    if not cpu or held is None:
        return ["limits"]
    resource.setrlimit(resource.RLIMIT_DATA, (held + MEMORY, held + MEMORY))
    return ["limits", "limits-memory"]


def _data_bytes() -> int | None:
    """What RLIMIT_DATA counts of this process by now, in bytes; None where the kernel does not say."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("VmData:")]
    return int(sizes[0]) * 1024 if sizes else None
