"""The seal by itself: what is watched is missed when it is not, builtins cannot blind it, torch's own rewraps pass."""

import builtins
import types
from collections.abc import Callable

import pytest
import torch

from tutor.judge.integrity import seal
from tutor.judge.integrity_rewraps import rewrap_test
from tutor.judge.integrity_watch import Collector, Watched

NOTHING = Collector().watched()


def bench() -> types.ModuleType:
    """A module with one of each kind of thing that can be changed."""
    module = types.ModuleType("bench")
    exec(
        """
def plain(x, y=1, *, z=2):
    return x + y + z

def outer():
    def inner(x):
        return x
    return lambda x: inner(x)

enclosing = outer()

class Base:
    def method(self): return 1

class Class(Base):
    def own(self): return 1
    @property
    def prop(self): return 1
    @staticmethod
    def static(): return 1

TABLE = {"a": 1}
NUMBER = 7
""",
        vars(module),
    )
    return module


def watch(module: types.ModuleType, *, name: str = "tutor.bench") -> Watched:
    collector = Collector()
    collector.add_module(name, module, own={"bench", name})
    return collector.watched()


def nothing(*_: object, **__: object) -> None:
    return None


def change_closure(module: types.ModuleType) -> None:
    module.enclosing.__closure__[0].cell_contents = nothing


CHANGES: list[tuple[str, Callable[[types.ModuleType], object]]] = [
    ("tutor.bench.plain", lambda m: setattr(m, "plain", nothing)),
    ("tutor.bench.plain", lambda m: delattr(m, "plain")),
    ("tutor.bench.plain", lambda m: setattr(m.plain, "__code__", nothing.__code__)),
    ("tutor.bench.plain", lambda m: setattr(m.plain, "__defaults__", (5,))),
    ("tutor.bench.plain", lambda m: setattr(m.plain, "__kwdefaults__", {"z": 5})),
    ("tutor.bench.plain", lambda m: m.plain.__kwdefaults__.update(z=5)),
    ("tutor.bench.enclosing", change_closure),
    ("tutor.bench.Class.own", lambda m: setattr(m.Class, "own", nothing)),
    ("tutor.bench.Class.prop", lambda m: setattr(m.Class, "prop", 1)),
    ("tutor.bench.Class.prop", lambda m: setattr(m.Class.prop.fget, "__code__", nothing.__code__)),
    ("tutor.bench.Class.static", lambda m: setattr(m.Class.static, "__code__", nothing.__code__)),
    ("tutor.bench.Class.method", lambda m: setattr(m.Class, "method", nothing)),  # shadows the one inherited
    ("tutor.bench.Class.__eq__", lambda m: setattr(m.Class, "__eq__", nothing)),
    ("tutor.bench.TABLE", lambda m: m.TABLE.update(a=2)),
    ("tutor.bench.TABLE", lambda m: m.TABLE.update(b=2)),
    ("tutor.bench.NUMBER", lambda m: setattr(m, "NUMBER", 8)),
    ("tutor.bench.len", lambda m: setattr(m, "len", nothing)),
]


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_a_change_is_named_where_watched_and_missed_where_not(
    name: str, change: Callable[[types.ModuleType], object]
) -> None:
    module = bench()
    watching, blind = seal(watch(module), base=NOTHING), seal(NOTHING, base=NOTHING)
    assert watching() == ()
    change(module)
    assert name in watching()
    assert blind() == ()


def test_what_is_put_back_is_whole_again() -> None:
    module = bench()
    look = seal(watch(module), base=NOTHING)
    before, module.plain = module.plain, nothing
    assert look() == ("tutor.bench.plain",)
    module.plain = before
    assert look() == ()


def test_another_librarys_data_and_additions_are_its_own() -> None:
    module = bench()
    look = seal(watch(module, name="library"), base=NOTHING)
    module.NUMBER, module.TABLE["a"], module.extra = 8, 2, nothing
    assert look() == ()
    module.len = nothing
    assert look() == ("library.len",)


@pytest.mark.parametrize(
    "name",
    [
        "all",
        "any",
        "map",
        "len",
        "zip",
        "type",
        "tuple",
        "dict",
        "getattr",
        "isinstance",
        "callable",
        "Exception",
        "vars",
    ],
)
def test_patched_builtins_do_not_blind_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = bench()
    look = seal(watch(module), base=NOTHING)
    module.plain = nothing
    module.TABLE["b"] = 1
    with monkeypatch.context() as patch:
        patch.setattr(builtins, name, nothing)
        found = look()
    assert found == ("tutor.bench.plain", "tutor.bench.TABLE")


@pytest.mark.parametrize("holds", [True, False, None])
def test_a_probe_that_gives_something_else_or_raises_is_named(holds: bool | None) -> None:
    def probe() -> object:
        if holds is None:
            raise RuntimeError
        return holds

    found = seal(NOTHING, base=NOTHING, probes=[("a switch", probe, True)])()
    assert found == (() if holds else ("a switch",))


def test_torchs_wrapper_of_step_is_its_own_and_an_imitation_is_not() -> None:
    class Own(torch.optim.SGD):
        def step(self, closure: object = None) -> None:
            return None

    before = vars(Own)["step"]
    Own([torch.nn.Parameter(torch.ones(1))], lr=0.1)
    wrapper = vars(Own)["step"]
    is_rewrap = rewrap_test()
    assert wrapper is not before
    assert is_rewrap(before, wrapper)
    assert not is_rewrap(nothing, wrapper)
    namespace: dict[str, object] = {}
    imitation = compile("def make(func):\n    return lambda *a: func and None", torch.__file__, "exec")
    exec(imitation, namespace)
    make = namespace["make"]
    assert callable(make)
    assert not is_rewrap(before, make(before))
