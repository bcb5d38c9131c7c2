"""Knows torch's own replacements of its functions from anybody else's.

torch wraps some of its functions when a module of its is first imported (`torch._dynamo`) or a class first used
(`Optimizer.step`). Such a wrapper's code is found in torch's source file, and it holds the function it replaces.
"""

import io
import types
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path

import torch

Rewrap = Callable[[object, object], bool]


def rewrap_test() -> Rewrap:
    """A function that says whether its second argument is torch's own wrapper around its first.

    Everything it calls is taken now, as for a seal.
    """
    root = f"{Path(torch.__file__).parent}/"
    function_type, code_type, kind = types.FunctionType, types.CodeType, type
    read, compiled, some, failures = io.open, compile, any, Exception
    code_of, closure_of, content_of = attrgetter("__code__"), attrgetter("__closure__"), attrgetter("cell_contents")

    def is_in(code: types.CodeType, whole: types.CodeType) -> bool:
        if code == whole:
            return True
        return some(kind(constant) is code_type and is_in(code, constant) for constant in whole.co_consts)

    def is_torchs(code: types.CodeType) -> bool:
        if not code.co_filename.startswith(root):
            return False
        try:
            with read(code.co_filename, "rb") as file:
                return is_in(code, compiled(file.read(), code.co_filename, "exec", dont_inherit=True))
        except failures:
            return False

    def held_by(function: object) -> list[object]:
        found: list[object] = []
        if kind(function) is function_type:
            for cell in closure_of(function) or ():
                try:
                    found += [content_of(cell)]
                except failures:  # not filled yet
                    continue
        return found

    def is_rewrap(before: object, now: object) -> bool:
        if kind(now) is not function_type or not is_torchs(code_of(now)):
            return False
        wrapped = [before] + [one for one in held_by(before) if kind(one) is function_type]  # torch may rewrap afresh
        return some(some(one is old for old in wrapped) or is_rewrap(before, one) for one in held_by(now))

    return is_rewrap
