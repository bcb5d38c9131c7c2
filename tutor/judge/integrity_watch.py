"""What an answer must leave alone: live namespaces and functions, each with what it held when it was looked at.

Owns the choice and the record; `tutor.judge.integrity` compares. Collected in the engine, before judges are forked,
because collecting takes longer than an attempt should.
"""

import enum
import functools
import sys
import types
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

# Watched modules, those people call by name first: the first label that a class or function gets is the one shown.
# A name ending in "." stands for every loaded module from there down. Not all of torch, pytest and hypothesis: each
# thousand objects looked at costs an attempt a millisecond, most of it for pages that a fork no longer shares.
PLACES = (
    *(
        "torch",
        "torch.nn",
        "torch.nn.functional",
        "torch.nn.init",
        "torch.nn.parameter",
        "torch.nn.modules.",
        "torch.optim",
    ),
    *("torch.optim.optimizer", "torch.optim.sgd", "torch.optim.adam", "torch.optim.adamw", "torch.optim.rmsprop"),
    *("torch.optim.lr_scheduler", "torch.linalg", "torch.special", "torch.fft", "torch._C._nn", "torch._tensor"),
    *("torch.functional", "torch.testing", "torch.testing._comparison", "torch.autograd", "torch.autograd.function"),
    *("torch.autograd.grad_mode", "torch.autograd.functional", "torch.autograd.graph", "torch.random"),
    *("torch.overrides", "torch.serialization", "torch.utils.data", "torch.utils.data.dataset"),
    *("torch.utils.data.dataloader", "torch.utils.data.sampler", "torch.utils.data._utils.collate"),
    *("torch.utils.data._utils.fetch", "torch.utils._contextlib", "torch.library"),
    *("torch.nn.utils.clip_grad", "tutor.checks", "tutor.", "contextlib"),
    *("pytest", "_pytest.outcomes", "_pytest.raises", "_pytest.python_api", "_pytest.python", "_pytest.fixtures"),
    *("_pytest.runner", "_pytest.main", "_pytest.nodes", "_pytest.monkeypatch", "_pytest.compat", "pluggy."),
    *("hypothesis", "hypothesis.core", "hypothesis.control", "hypothesis._settings", "hypothesis.strategies"),
    *("hypothesis.strategies._internal.strategies", "hypothesis.strategies._internal.core"),
    *("hypothesis.internal.conjecture.data", "hypothesis.internal.conjecture.engine"),
    *("hypothesis.internal.escalation", "hypothesis.internal.reflection", "hypothesis.utils.dynamicvariables"),
)
# Of these the names alone, and the code of their own functions.
SHALLOW = (
    *("builtins", "sys", "os", "math", "operator", "functools", "itertools", "copy", "inspect", "types", "random"),
    *("time", "collections", "ast", "re", "numpy", "numpy.linalg", "msgspec", "msgspec.structs", "msgspec.json"),
    *("torch.cuda", "torch.backends.mps", "torch.mps", "torch.xpu", "torch.accelerator"),
)
CLOSED = "tutor"  # in this package no value of any kind may change, and no name be added
_CONTAINERS = (dict, list, set)
_DESCRIPTORS = (
    *(property, staticmethod, classmethod, types.ModuleType, types.GetSetDescriptorType),
    *(types.MemberDescriptorType, functools.cached_property),
)
UNWATCHED = frozenset(
    # Filled in by Python itself, by looking, or by torch.set_default_dtype.
    (
        "Storage",
        *("__annotations__", "__annotate__", "__annotations_cache__", "__doc__", "__abstractmethods__", "_abc_impl"),
        *("__warningregistry__", "__dict__", "__weakref__", "__builtins__", "__cached__"),
        *("_hashable_values_", "_unhashable_values_", "_unhashable_values_map_", "_value2member_map_"),
    )
)
_HEAP_TYPE, _IMMUTABLE_TYPE = 1 << 9, 1 << 8  # CPython's tp_flags


class Space(NamedTuple):
    """A live mapping and what it held: of `names` the `values`, and `keys` in all.

    `form` says how one entry is called: "torch.{}", or "the checks (test_shape)" for all alike.
    """

    form: str
    live: Mapping[Any, object]
    names: tuple[Any, ...]
    values: tuple[object, ...]
    keys: frozenset[Any]
    read: Callable[[Mapping[Any, object]], tuple[object, ...]]
    closed: bool  # whether no key may be added
    owner: type | None  # the class whose attributes these are


class Function(NamedTuple):
    """A Python function and what makes it do what it does; `cells` are those of its closure that hold functions."""

    label: str
    function: types.FunctionType
    code: types.CodeType
    defaults: tuple[Any, ...] | None
    keywords: dict[str, Any] | None
    keyword_values: tuple[object, ...]
    cells: tuple[types.CellType, ...]
    contents: tuple[object, ...]


class Watched(NamedTuple):
    """What is watched, and the same laid out in parallel columns, to be compared by C loops."""

    spaces: tuple[Space, ...]
    functions: tuple[Function, ...]
    readers: tuple[Callable[[Any], tuple[object, ...]], ...]
    lives: tuple[Mapping[Any, object], ...]
    values: tuple[object, ...]  # of all spaces
    sized: tuple[tuple[Space, int], ...]  # spaces in which new names count, and how many they had
    callables: tuple[object, ...]
    codes: tuple[types.CodeType, ...]
    defaults: tuple[tuple[Any, ...] | None, ...]
    keywords: tuple[dict[str, Any], ...]
    keyword_values: tuple[object, ...]
    with_keywords: tuple[object, ...]
    cells: tuple[types.CellType, ...]
    contents: tuple[object, ...]


def _columns(spaces: list[Space], functions: list[Function]) -> Watched:
    with_keywords = [one for one in functions if one.keywords is not None]
    return Watched(
        spaces=tuple(spaces),
        functions=tuple(functions),
        readers=tuple(space.read for space in spaces),
        lives=tuple(space.live for space in spaces),
        values=tuple(value for space in spaces for value in space.values),
        sized=tuple((space, len(space.live)) for space in spaces if space.keys),
        callables=tuple(one.function for one in functions),
        codes=tuple(one.code for one in functions),
        defaults=tuple(one.defaults for one in functions),
        keywords=tuple(one.keywords for one in with_keywords if one.keywords is not None),
        keyword_values=tuple(value for one in with_keywords for value in one.keyword_values),
        with_keywords=tuple(one.function for one in with_keywords),
        cells=tuple(cell for one in functions for cell in one.cells),
        contents=tuple(value for one in functions for value in one.contents),
    )


@functools.cache
def watched() -> Watched:
    """What is watched in every attempt; the engine clears and fills the cache when it has imported all it will."""
    deep, shallow = _loaded(PLACES), _loaded(SHALLOW)
    collector = Collector()
    for name in dict.fromkeys((*deep, *shallow)):
        collector.add_module(
            name, sys.modules[name], own={name} if name.startswith(CLOSED) else {*deep}, classes=name in deep
        )
    collector.add_registered((*shallow, *deep))
    return collector.watched()


def _loaded(places: Iterable[str]) -> list[str]:
    names: dict[str, None] = {}
    for place in places:
        if place.endswith("."):
            names.update(dict.fromkeys(sorted(name for name in sys.modules if f"{name}.".startswith(place))))
        elif place in sys.modules:
            names[place] = None
    return [name for name in names if isinstance(sys.modules[name], types.ModuleType)]


class Collector:
    """Gathers spaces and functions, each object once, under the first label it was met by."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._kept: list[object] = []  # so that no id is used again
        self._spaces: list[Space] = []
        self._functions: list[Function] = []

    def watched(self) -> Watched:
        """What was gathered."""
        return _columns(self._spaces, self._functions)

    def add_module(self, name: str, module: types.ModuleType, *, own: Container[str], classes: bool = True) -> None:
        """Watch a module's namespace, and in it the classes and functions of the modules `own`."""
        closed = name.partition(".")[0] == CLOSED
        kept = self._add_namespace(f"{name}.{{}}", vars(module), closed=closed)
        for key, value in kept.items():
            if (getattr(value, "__module__", name) in own or not classes) and (classes or not isinstance(value, type)):
                self.add_value(f"{name}.{key}", value, closed=closed)

    def add_registered(self, names: Iterable[str]) -> None:
        """Watch that the entries of `sys.modules` stay what they are."""
        found: dict[Any, object] = {name: sys.modules[name] for name in names if name in sys.modules}
        self._add_space("sys.modules[{}]", sys.modules, found, frozenset(), closed=False, owner=None)

    def _add_namespace(self, form: str, live: dict[str, Any], *, closed: bool) -> dict[str, Any]:
        """Watch a namespace: all of it when `closed`, else what can be called or looks attributes up."""
        kept = {name: value for name, value in live.items() if name not in UNWATCHED and (closed or _acts(value))}
        self._add_space(form, live, kept, frozenset(live), closed=closed, owner=None)
        return kept

    def add_value(self, label: str, value: object, *, closed: bool) -> None:
        """Watch what `value` consists of: a class its attributes, a function its code, a container its entries."""
        if isinstance(value, type):
            self._add_class(label, value, closed)
        elif closed and type(value) in _CONTAINERS:
            self._add_container(label, value)
        else:
            for function in _functions_in(value):
                self._add_function(label, function)

    def add_entries(self, label: str, live: dict[Any, Any], names: Iterable[Any] = ()) -> None:
        """Watch the entries `names` of a mapping by identity; none named: all of them, and that there are no more."""
        names = tuple(names)
        kept = {name: live[name] for name in names if name in live} if names else dict(live)
        self._add_space(label, live, kept, frozenset(live), closed=not names, owner=None)

    def _add_container(self, label: str, value: Any) -> None:
        if type(value) is dict and self._is_new(value):
            self.add_entries(label, value)

    def _add_class(self, label: str, owner: type, closed: bool) -> None:
        mutable = owner.__flags__ & _HEAP_TYPE and not owner.__flags__ & _IMMUTABLE_TYPE
        closed = closed and owner.__module__.partition(".")[0] == CLOSED
        if not mutable or not self._is_new(owner):
            return
        live = vars(owner)
        kept = {name: value for name, value in live.items() if name not in UNWATCHED and (closed or _acts(value))}
        self._add_space(f"{label}.{{}}", live, kept, frozenset(live), closed=False, owner=owner)
        for name, value in kept.items():
            if not isinstance(value, type):
                self.add_value(f"{label}.{name}", value, closed=closed)
        if closed and issubclass(owner, enum.Enum):
            for member in owner:
                self.add_entries(f"{label}.{member.name}", vars(member))

    def _add_space(
        self,
        form: str,
        live: Mapping[Any, object],
        kept: dict[Any, object],
        keys: frozenset[Any],
        *,
        closed: bool,
        owner: type | None,
    ) -> None:
        names = tuple(kept)
        if names:
            twice = names if len(names) > 1 else names * 2  # itemgetter gives a tuple from two names on
            values = tuple(kept[name] for name in twice)
            self._spaces.append(Space(form, live, twice, values, keys, itemgetter(*twice), closed, owner))

    def _add_function(self, label: str, function: types.FunctionType) -> None:
        if not self._is_new(function):
            return
        keywords = function.__kwdefaults__
        cells = tuple(cell for cell in function.__closure__ or () if _acts(_content(cell)))
        contents = tuple(_content(cell) for cell in cells)
        values = tuple(keywords.values()) if keywords else ()
        self._functions.append(
            Function(
                label, function, function.__code__, function.__defaults__, keywords or None, values, cells, contents
            )
        )
        for inner in (*contents, vars(function).get("__wrapped__")):
            for found in _functions_in(inner):
                self._add_function(label, found)

    def _is_new(self, value: object) -> bool:
        if id(value) in self._known:
            return False
        self._known.add(id(value))
        self._kept.append(value)
        return True


def _acts(value: object) -> bool:
    """Whether replacing `value` changes what code does, rather than what it works on."""
    return callable(value) or isinstance(value, _DESCRIPTORS)


def _content(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _functions_in(value: object) -> Iterator[types.FunctionType]:
    """The Python functions that a value found in a namespace calls."""
    if isinstance(value, types.FunctionType):
        yield value
    elif isinstance(value, staticmethod | classmethod | types.MethodType):
        yield from _functions_in(value.__func__)
    elif isinstance(value, property):
        for part in (value.fget, value.fset, value.fdel):
            yield from _functions_in(part)
    elif isinstance(value, functools.partial):
        yield from _functions_in(value.func)
    elif isinstance(value, functools._lru_cache_wrapper):
        yield from _functions_in(value.__wrapped__)
