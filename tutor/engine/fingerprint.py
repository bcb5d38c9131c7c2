"""What an engine was started with: when any of it changes, the next caller has the engine replaced. No torch."""

import hashlib
import importlib.util
import sys
from pathlib import Path

import tutor

PACKAGES = ("attempt", "checks", "engine", "judge")  # those that an engine and its judges hold
LIBRARIES = ("torch", "torchvision", "pytest", "hypothesis", "numpy")


def fingerprint() -> str:
    """A digest of tutor's source files, this Python, and the installed libraries that an engine holds.

    Files count by path, size and modification time: reading them all would cost each call more than it saves.
    """
    package = Path(tutor.__file__).parent
    facts = [sys.version, sys.executable]
    facts += [_facts(path) for name in PACKAGES for path in sorted((package / name).rglob("*.py"))]
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin) if spec and spec.origin else None
        if origin is None:
            facts.append(f"{name} missing")
            continue
        version = origin.parent / "version.py"
        facts.append(_facts(version if version.is_file() else origin))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _facts(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return f"{path} missing"
    return f"{path} {status.st_size} {status.st_mtime_ns}"
