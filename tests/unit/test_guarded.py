"""What an object says of itself never raises, whatever the learner has written into it."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.attempt.job import CheckSpec, Job
from tutor.judge.explain import explain_exception
from tutor.judge.failure import describe_failure, let_go
from tutor.judge.format import format_value
from tutor.judge.guarded import class_name, comes_from, one_line, text_of
from tutor.judge.mismatch import Mismatch

FILE = Path("/nowhere/01_x.py")
JOB = Job(
    exercise="01_x",
    checks=(CheckSpec(id="test_it", claim="It works."),),
    check_file="/nowhere/test_01_x.py",
    solution_file="/nowhere/solution.py",
    answer_file=str(FILE),
    answer_label="01_x.py",
)


def leave(*_: object, **__: object) -> object:
    raise SystemExit(0)


class Meta(type):
    """A class of classes that lies about their names."""

    __name__ = property(leave)  # type: ignore[assignment]
    __repr__ = leave  # type: ignore[assignment]


class Silent(Exception):
    __str__ = __repr__ = leave  # type: ignore[assignment]


class Nameless(Exception, metaclass=Meta):
    __str__ = __repr__ = leave  # type: ignore[assignment]


class Faceless(AttributeError, metaclass=Meta):
    __class__ = property(leave)  # type: ignore[assignment]
    __cause__ = __context__ = __traceback__ = property(leave)  # type: ignore[assignment]
    __str__ = __repr__ = __getattribute__ = leave  # type: ignore[assignment]


class Odd:
    __repr__ = __str__ = __eq__ = __hash__ = __len__ = __iter__ = __format__ = leave  # type: ignore[assignment]


class OddMapping(dict):  # type: ignore[type-arg]
    items = keys = __iter__ = __len__ = leave  # type: ignore[assignment]


@pytest.mark.parametrize("make", [lambda: Silent(), lambda: Nameless(), lambda: Faceless()])
def test_an_error_that_raises_when_asked_is_still_named(make: Callable[[], BaseException]) -> None:
    error = make()
    name = class_name(error)
    assert text_of(error) == "(its message cannot be printed)"
    assert one_line(error) == f"{name}: (its message cannot be printed)"
    assert not comes_from(error, FILE)
    message, diff = explain_exception(error, FILE, "01_x.py")
    assert name in message
    assert diff.type == name
    assert name in describe_failure(error, JOB).message


@pytest.mark.parametrize(
    "make",
    [
        lambda: Odd(),
        lambda: OddMapping(a=1),
        lambda: [Odd()],
        lambda: {"a": Odd()},
        lambda: {1: OddMapping(a=1)},
        lambda: Nameless,
    ],
)
def test_a_value_that_raises_when_asked_is_still_formatted(make: Callable[[], object]) -> None:
    assert format_value(make())


def test_a_diff_that_cannot_be_drawn_leaves_a_failure() -> None:
    error = Mismatch("not equal", diff=leave)  # type: ignore[arg-type]
    assert "Mismatch" in describe_failure(error, JOB).message


def test_a_group_that_holds_itself_ends() -> None:
    class Endless(BaseExceptionGroup[Exception]):
        @property
        def exceptions(self) -> tuple[BaseException, ...]:  # type: ignore[override]
            return (self,)

    assert "Endless" in describe_failure(Endless("all", [ValueError()]), JOB).message


def test_an_error_comes_from_the_file_whose_code_raised_it(tmp_path: Path) -> None:
    code = compile("def f():\n    raise SystemExit\n", str(FILE), "exec")
    space: dict[str, object] = {}
    exec(code, space)
    function = space["f"]
    assert callable(function)
    with pytest.raises(SystemExit) as caught:
        function()
    assert comes_from(caught.value, FILE)
    assert not comes_from(caught.value, tmp_path / "01_x.py")


class Held:
    """Stands for a DataLoader's iterator, whose workers end when it does."""


@pytest.mark.parametrize("kind", ["plain", "cause", "context", "group"])
def test_what_a_described_error_held_is_freed_without_the_collector(kind: str) -> None:
    known: list[weakref.ref[Held]] = []

    def fail() -> None:
        held = Held()
        known.append(weakref.ref(held))
        raise Mismatch("not equal")

    def lead() -> None:
        if kind == "plain":
            fail()
        try:
            fail()
        except Mismatch as error:
            if kind == "group":
                raise ExceptionGroup("several", [error]) from None
            raise ValueError from (error if kind == "cause" else None)

    gc.disable()
    try:
        with pytest.raises(Exception) as caught:
            lead()
        assert known[0]() is not None
        let_go(caught.value)
        assert known[0]() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("make", [lambda: Silent(), lambda: Nameless(), lambda: Faceless()])
def test_letting_go_of_an_error_that_lies_does_not_raise(make: Callable[[], BaseException]) -> None:
    let_go(make())
