"""Says, of an import that failed, what is missing or broken and what to install. It imports none of it."""

import re
import sys

NAMES = {"torch": "PyTorch"}
PACKAGES = {"PIL": "pillow", "sklearn": "scikit-learn"}  # whose modules have another name
_LIBRARY = (
    re.compile(r"([^\s:]+): cannot open shared object file"),  # Linux
    re.compile(r"Library not loaded: (?:\S*/)?([^\s/]+)"),  # macOS
)


def what_to_install(module: str, error: BaseException) -> str:
    """A sentence or two on why `module` cannot be imported, and the command that mends it."""
    absent = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if absent == module:
        return f"{_name(module)} is not installed for this Python. To install it: {_command(module)}"
    if absent:
        return f"{_name(absent)}, which {_name(module)} needs, is not installed. To install it: {_command(absent)}"
    text = " ".join(str(error).split()) or "without a message"
    why = f"{type(error).__name__}: {text}"
    for pattern in _LIBRARY:
        if found := pattern.search(text):
            why = f"the shared library {found[1]} cannot be loaded"
            break
    return f"{_name(module)} is installed but broken: {why}. To install it anew: {_command(module, anew=True)}"


def _name(module: str) -> str:
    return NAMES.get(module, module)


def _command(module: str, *, anew: bool = False) -> str:
    options = "--force-reinstall " if anew else ""
    return f"{sys.executable} -m pip install {options}{PACKAGES.get(module, module)}"
