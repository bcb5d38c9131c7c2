"""Seals one attempt: what is watched in all of them, and this one's checks, solution, fixtures and global switches.

It chooses what to look at in pytest's and hypothesis's own objects; looking is `tutor.judge.integrity`'s.
"""

import operator
import re
import sys
import types
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest
import torch
from hypothesis._settings import default_variable
from torch.utils._device import DeviceContext

from tutor.judge.integrity import Broken, Probe, seal
from tutor.judge.integrity_watch import Collector
from tutor.judge.load import modules_of

STATE = ("modules", "tampered", "fault", "unusable")  # of the judge, set in the course of an attempt
_REBOUND = re.compile(r"^\s+global\s+(.+)$", re.MULTILINE)


class Seals(NamedTuple):
    """What to ask once the answer is imported, between two checks, and at the end: each names what was changed."""

    after_import: Broken
    between_checks: Broken  # looks at the attempt's own parts alone, which costs next to nothing
    at_the_end: Broken


def seal_attempt(
    session: pytest.Session, checks: types.ModuleType | None, solution: types.ModuleType, judge: object, channel: object
) -> Seals:
    """Take the state of all that judges the answer; the attributes of `judge` steer the run, `channel` tells of it."""
    parts, constants = Collector(), Collector()
    if checks is not None:
        _add_source(parts, constants, "the checks", checks)
    for module in modules_of(solution):
        _add_source(parts, constants, "the solution", module)
    probes = _probes(session, solution, judge)
    for item in session.items:
        probes += _add_item(parts, item)
    for name, caller in vars(session.config.hook).items():
        if hasattr(caller, "_hookimpls"):
            probes.append((f"pytest's hook {name}", _same_attributes(caller, "_hookexec", "_hookimpls"), True))
            probes.append((f"pytest's hook {name}", _same_items(caller._hookimpls), True))
    parts.add_entries("the judge", vars(judge), [name for name in vars(judge) if name not in STATE])
    parts.add_entries("the judge", vars(channel))
    nothing = Collector().watched()
    own = parts.watched()
    at_the_end = seal(own, probes=probes)
    constants_hold = seal(constants.watched(), base=nothing)
    return Seals(
        after_import=lambda: (*constants_hold(), *at_the_end()),
        between_checks=seal(own, base=nothing, probes=probes),
        at_the_end=at_the_end,
    )


def seal_programs(answer: types.ModuleType) -> Broken:
    """Take the state of what starts the answer's programs, which the answer holds from its import on."""
    label, start, parts = "what starts programs", vars(answer).get("__start__"), Collector()
    parts.add_entries(label, vars(answer), ["__start__"])
    parts.add_value(label, start, closed=False)
    content = attrgetter("cell_contents")
    cells = [(label, partial(content, cell), content(cell)) for cell in getattr(start, "__closure__", None) or ()]
    return seal(parts.watched(), base=Collector().watched(), probes=cells)


def _add_source(parts: Collector, constants: Collector, label: str, module: types.ModuleType) -> None:
    """A module that judges: its names by identity, unless its own functions rebind them; its dictionaries once."""
    live = vars(module)
    rebound = {name.strip() for names in _REBOUND.findall(_source(module)) for name in names.split(",")}
    form = f"{label} ({{}})"
    parts.add_entries(form, live, [name for name in live if name not in rebound and not name.startswith("__")])
    for name, value in live.items():
        if getattr(value, "__module__", None) == module.__name__:
            parts.add_value(form.replace("{}", name), value, closed=False)
        if type(value) is dict and not name.startswith("__"):
            constants.add_entries(form.replace("{}", name), value)


def _source(module: types.ModuleType) -> str:
    file = getattr(module, "__file__", None)
    return Path(file).read_text(encoding="utf-8", errors="replace") if file else ""


def _add_item(parts: Collector, item: pytest.Item) -> Iterator[Probe]:
    """A check as pytest holds it: its function, hypothesis's handle on it, and its fixtures."""
    label = f"the checks ({getattr(item, 'originalname', None) or item.name})"
    yield label, _same_attributes(item, "_obj", "_fixtureinfo", "session", "config", "parent", "callspec"), True
    function = getattr(item, "obj", None)
    parts.add_entries(label, vars(function), tuple(vars(function)))
    for value in vars(function).values():
        if hasattr(value, "inner_test"):
            yield label, _same_attributes(value, "inner_test"), True
            parts.add_value(label, value.inner_test, closed=False)
        elif isinstance(value, hypothesis.settings):
            yield label, _same_attributes(value, *vars(value)), True
    for name, definitions in _fixtures(item).items():
        for definition in definitions:
            yield f"the fixture {name}", _same_attributes(definition, "func", "params", "ids"), True
            parts.add_value(f"the fixture {name}", definition.func, closed=False)


def _fixtures(item: pytest.Item) -> dict[str, Any]:
    return getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})


def _probes(session: pytest.Session, solution: types.ModuleType, judge: object) -> list[Probe]:
    """What is no entry of a namespace: lists, stacks of modes, tables of torch's."""
    items = session.items
    hooks = [
        value
        for name, value in vars(torch.nn.modules.module).items()
        if name.startswith("_global_") and isinstance(value, dict)
    ]
    solutions = [one for item in items for one in _fixtures(item).get("solution", ())]
    modules, nothing = attrgetter("modules"), None

    def solution_is_handed_out() -> bool:
        for definition in solutions:
            cached = definition.cached_result
            if cached is not nothing and cached[0] is not solution:
                return False
        now = modules(judge)
        return now is nothing or now[1] is solution

    settings = hypothesis.settings.default
    return [
        ("sys.settrace", sys.gettrace, sys.gettrace()),
        ("sys.setprofile", sys.getprofile, sys.getprofile()),
        ("hypothesis.settings", _same_attributes(default_variable, "value"), True),
        ("hypothesis.settings", _same_attributes(settings, *vars(settings)), True),
        ("the list of checks", _same_items(items), True),
        ("the global hooks of torch.nn.Module", _same_lengths(hooks), True),
        ("torch's functions, by a mode left active", _no_modes(), True),
        ("torch's kernels, by torch.library", _same_kernels(), True),
        ("the solution, as checks are given it", solution_is_handed_out, True),
    ]


def _same_attributes(owner: object, *names: str) -> Callable[[], bool]:
    """Whether those of `names` that `owner` has are the very objects they are now."""
    readers = [attrgetter(name) for name in names if hasattr(owner, name)]
    before = [read(owner) for read in readers]
    every, each, same, call = all, map, operator.is_, operator.call
    return lambda: every(each(same, (call(read, owner) for read in readers), before))


def _same_items(items: list[Any]) -> Callable[[], bool]:
    """The very same, or none left: the judge empties its list when no check can run, and without checks none passes."""
    before, length, every, each, same = tuple(items), len, all, map, operator.is_
    return lambda: length(items) in (0, length(before)) and every(each(same, items, before))


def _same_lengths(containers: list[dict[Any, Any]]) -> Callable[[], bool]:
    length = len
    before = [len(container) for container in containers]
    return lambda: [length(container) for container in containers] == before


def _no_modes() -> Callable[[], bool]:
    """No TorchFunctionMode is active but the one of `torch.set_default_device`, nor any TorchDispatchMode."""
    depth, mode_at = torch._C._len_torch_function_stack, torch._C._get_function_stack_at
    dispatch_depth = torch._C._len_torch_dispatch_stack
    kind, numbers, every, allowed = type, range, all, DeviceContext
    return lambda: not dispatch_depth() and every(kind(mode_at(number)) is allowed for number in numbers(depth()))


def _same_kernels() -> Callable[[], bool]:
    """Nobody has given an operator of torch's own another implementation."""
    table = torch.library._impls
    own = "aten/"
    before = [name for name in table if name.startswith(own)]
    return lambda: [name for name in table if name.startswith(own)] == before
