"""Runs a course's source files as modules: the solution, the answer, and overrides of the solution.

Loading never writes bytecode and never goes through `sys.path`: a file named torch.py in a workspace shadows nothing.
"""

import sys
import types
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tutor.judge.folder import Folder

Sources = Mapping[str, bytes]  # an exercise's texts by file name; of one that is a single file, under the name ""


def read_sources(path: Path, files: Iterable[str] = ()) -> dict[str, bytes]:
    """The texts of an exercise: of the file `path`, or of `files` in the folder `path`."""
    return {file: (path / file).read_bytes() for file in files or ("",)}


def load_sources(
    path: Path, sources: Sources, name: str, parts: Mapping[str, object] | None = None, *, beside: Sources | None = None
) -> types.ModuleType:
    """The module of an exercise's texts: that of its file, or one whose attributes are the modules of its folder.

    `parts` take the place of its own; its other functions see them. `beside` are texts of a folder that belong to no
    exercise and can be imported. Registered and raising as `load_module` says.
    """
    if "" not in sources:
        return Folder(path, sources, name, parts or {}, beside or {}).load(tuple(sources))
    module = run_source(sources[""], path, name)
    for key, part in (parts or {}).items():
        setattr(module, key, part)
    return module


def modules_of(module: types.ModuleType) -> tuple[types.ModuleType, ...]:
    """The module, and where it stands for a folder those in it."""
    within = f"{module.__name__}."
    inner = (one for one in vars(module).values() if type(one) is types.ModuleType and one.__name__.startswith(within))
    return (module, *inner)


def load_module(path: Path, name: str, *, source: bytes | None = None) -> types.ModuleType:
    """The module made by running the file at `path` under `name`, registered in `sys.modules`.

    Registered before it runs, as import does: dataclasses and pickle look their module up there. Whatever the file
    raises goes to the caller.
    """
    return run_source(path.read_bytes() if source is None else source, path, name)


def run_source(source: bytes, path: Path, name: str) -> types.ModuleType:
    """`load_module` for a source already read; `path` is where it came from."""
    code = compile(source, str(path), "exec", dont_inherit=True)
    module = types.ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def unregister(*modules: types.ModuleType) -> None:
    """Take `modules`, and those in them, out of `sys.modules`: no import and no look there finds them any more.

    Functions and classes go on working; only what looks a module up by its name, as pickle does, no longer finds it.
    Only their own names are looked at: a walk through all modules would copy the pages that judges share.
    """
    for module in (inner for one in modules for inner in modules_of(one)):
        if sys.modules.get(module.__name__) is module:
            del sys.modules[module.__name__]


def load_override(
    solution_file: Path,
    answers_file: Path,
    override: str,
    name: str,
    files: Iterable[str] = (),
) -> types.ModuleType:
    """A second copy of the solution with the parts replaced that the function `override` of the answers file returns.

    Raises LookupError when the answers file has no such function. The copy's own functions see the replaced parts,
    as they would had the learner written them; the `solution` handed to the override stays whole.
    """
    sources = read_sources(solution_file, files)
    whole = load_sources(solution_file, sources, f"{name}__solution_for_override")
    answers = load_module(answers_file, f"{name}__answers")
    function: Callable[[types.ModuleType], Mapping[str, object]] | None = getattr(answers, override, None)
    if function is None:
        raise LookupError(f"{answers_file.name} has no function named {override}")
    return load_sources(solution_file, sources, name, function(whole))
