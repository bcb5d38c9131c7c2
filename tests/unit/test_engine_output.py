"""The stream of an answer's output is cut into checks, whatever the pieces, within fixed memory."""

from hypothesis import given
from hypothesis import strategies as st

from tutor.engine.output import CHECK_LIMIT, TOTAL_LIMIT, OutputCollector
from tutor.judge.channel import output_mark

KEY = "0123456789abcdef"


def collect(stream: bytes, sizes: list[int]) -> OutputCollector:
    collector = OutputCollector(KEY)
    while stream:
        size = sizes.pop() if sizes else len(stream)
        collector.feed(stream[:size])
        stream = stream[size:]
    collector.close()
    return collector


@given(
    st.lists(st.tuples(st.sampled_from(["test_a", "test_b", ""]), st.binary(max_size=30)), max_size=6),
    st.lists(st.integers(1, 9), max_size=80),
)
def test_any_split_gives_the_same_sections(parts: list[tuple[str, bytes]], sizes: list[int]) -> None:
    stream = b"".join(output_mark(KEY, check) + data for check, data in parts)
    collector = collect(stream, sizes)
    for check in ("test_a", "test_b"):
        expected = b"".join(data for name, data in parts if name == check).decode("utf-8", "replace")
        assert collector.of_check(check) == expected
    assert collector.text == b"".join(data for _, data in parts).decode("utf-8", "replace")
    assert not collector.truncated


def test_a_mark_with_another_key_is_output_like_any_other() -> None:
    forged = output_mark("f" * 16, "test_b") + b"mine"
    collector = collect(output_mark(KEY, "test_a") + forged, [])
    assert collector.of_check("test_a").endswith("mine")
    assert collector.of_check("test_b") == ""


def test_endless_output_is_capped_and_marked() -> None:
    collector = OutputCollector(KEY)
    collector.feed(output_mark(KEY, "test_a"))
    for _ in range(200):
        collector.feed(b"x" * 10_000)
    collector.close()
    assert len(collector.text) == TOTAL_LIMIT
    assert collector.truncated
    assert collector.of_check("test_a").startswith("x" * CHECK_LIMIT)
    assert "cut after 20,000 characters" in collector.of_check("test_a")


def test_a_mark_that_never_ends_is_shown_as_output() -> None:
    collector = collect(b"\x00" + KEY.encode() + b":" + b"y" * 2000, [])
    assert collector.text.count("y") == 2000
