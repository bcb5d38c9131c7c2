"""Says whether what judges an answer is still what it was before the answer ran: the seal.

It looks; it neither restores nor decides a verdict. A seal is a closure over functions taken beforehand, and not a
class: code that patches builtins, or this module, between taking and looking does not change how it looks.
"""

import builtins
import operator
import types
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from tutor.judge.integrity_rewraps import rewrap_test
from tutor.judge.integrity_watch import UNWATCHED, Function, Space, Watched, watched

Broken = Callable[[], tuple[str, ...]]
Probe = tuple[str, Callable[[], object], object]  # what is looked at, how, and what it gave

_MOST_NAMES = 20  # told of a broken seal


def seal(parts: Watched | None = None, *, base: Watched | None = None, probes: Iterable[Probe] = ()) -> Broken:
    """Take the state of everything watched; the function returned names what has changed since, () for nothing.

    `parts` are the attempt's own (checks, solution); `base` stands in for what is watched in every attempt.
    """
    if base is None:
        base = watched()
        if _look((base,), ())():  # checks, solution or pytest have changed something, which is theirs to do
            watched.cache_clear()
            base = watched()
    return _look((base,) if parts is None else (base, parts), tuple(probes))


def look_over() -> None:
    """Look at what every attempt watches, for the pages of a fork: each is copied when it is first looked at."""
    _look((watched(),), ())()


def _look(records: tuple[Watched, ...], probes: tuple[Probe, ...]) -> Broken:
    """The function that compares `records` and `probes` with what is there when it is called."""
    every, each, same, call = all, map, operator.is_, operator.call
    length, flat, failures, make_tuple = len, chain.from_iterable, Exception, tuple
    values_of = dict.values
    code_of, defaults_of, keywords_of, content_of = (
        operator.attrgetter(name) for name in ("__code__", "__defaults__", "__kwdefaults__", "cell_contents")
    )
    names_of = _namer()

    def namespaces_hold(record: Watched) -> bool:
        try:
            return every(each(same, flat(each(call, record.readers, record.lives)), record.values))
        except failures:  # a name is gone
            return False

    def functions_hold(record: Watched) -> bool:
        try:
            return (
                every(each(same, each(code_of, record.callables), record.codes))
                and every(each(same, each(defaults_of, record.callables), record.defaults))
                and every(each(same, each(keywords_of, record.with_keywords), record.keywords))
                and every(each(same, flat(each(values_of, record.keywords)), record.keyword_values))
                and every(each(same, each(content_of, record.cells), record.contents))
            )
        except failures:  # a closure's cell was emptied
            return False

    def changed(one: Function) -> bool:
        function = one.function
        if code_of(function) is not one.code or defaults_of(function) is not one.defaults:
            return True
        if one.keywords is not None and (
            keywords_of(function) is not one.keywords
            or not every(each(same, values_of(one.keywords), one.keyword_values))
        ):
            return True
        try:
            return not every(each(same, each(content_of, one.cells), one.contents))
        except failures:
            return True

    def broken() -> tuple[str, ...]:
        found: dict[str, None] = {}
        for record in records:
            if not namespaces_hold(record):
                for space in record.spaces:
                    for name in names_of(space, False):
                        found[name] = None
            for space, before in record.sized:
                if length(space.live) != before:
                    for name in names_of(space, True):
                        found[name] = None
            if not functions_hold(record):
                for one in record.functions:
                    if changed(one):
                        found[one.label] = None
        for label, probe, value in probes:
            try:
                holds = probe() is value
            except failures:
                holds = False
            if not holds:
                found[label] = None
        return make_tuple(found)[:_MOST_NAMES]

    return broken


def _namer() -> Callable[[Space, bool], Iterator[str]]:
    """A function that yields the names that are new in a space, or hold something else; not torch's rewraps."""
    is_rewrap = rewrap_test()
    shadowable = frozenset(vars(builtins))
    missing = object()
    kind, acts, pair = type, callable, zip
    method_resolution = type.__dict__["__mro__"].__get__
    attributes = type.__dict__["__dict__"].__get__
    descriptors, module_type = (property, staticmethod, classmethod), types.ModuleType
    copy_of, unwatched = tuple, UNWATCHED

    def inherited(owner: type, name: str) -> object:
        for base in method_resolution(owner)[1:]:
            value = attributes(base).get(name, missing)
            if value is not missing:
                return value
        return missing

    def matters(space: Space, name: str, value: object) -> bool:
        """Whether a key that was not there before changes what judges."""
        if space.owner is not None:
            before = inherited(space.owner, name)
            if before is missing and not (name[:2] == name[-2:] == "__"):
                return False
            return (acts(value) or kind(value) in descriptors) and not is_rewrap(before, value)
        if space.closed:
            return kind(value) is not module_type
        return name in shadowable

    def names_of(space: Space, added: bool) -> Iterator[str]:
        if added:
            for name in copy_of(space.live):
                if name not in space.keys and name not in unwatched and matters(space, name, space.live[name]):
                    yield space.form.replace("{}", f"{name}")
            return
        for name, value in pair(space.names, space.values):
            now = space.live.get(name, missing)
            if now is not value and not is_rewrap(value, now):
                yield space.form.replace("{}", f"{name}")

    return names_of
