"""What can still be read in a damaged progress file: the rows in its pages, whatever has become of the rest.

This module knows SQLite's file format as far as leaf pages of tables go, and the columns of progress.db. It must not
write anything, and it lets no row through that the rest of tutor could stumble over.
"""

import math
import struct
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

Value: TypeAlias = int | float | str | bytes | None
Row: TypeAlias = tuple[Value, ...]

_TABLE_LEAF = 0x0D
_USUAL_PAGE = 4096
_FILE_HEADER = 100
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


class Salvage(Struct, frozen=True):
    """Rows in the order of the tables' columns: `attempts` by new ids from 1, oldest first; `help` once an exercise.

    `outcomes` name attempts that are among them, by their new ids.
    """

    attempts: tuple[Row, ...]
    help: tuple[Row, ...]
    outcomes: tuple[Row, ...] = ()


def salvage(database: bytes, journal: bytes = b"", wal: bytes = b"") -> Salvage:
    """Every sound row in a damaged database and in what SQLite keeps beside it; never raises."""
    attempts: set[tuple[int, Row]] = set()
    shown: dict[tuple[Value, Value], tuple[int, str | None]] = {}
    outcomes: dict[int, Row] = {}
    for page in _pages(database, journal, wal):
        for number, row in _rows(page):
            if _is_attempt(row):
                attempts.add((number, row[1:]))
            elif _is_outcome(row):
                outcomes[number] = row
            elif _is_help(row):
                course, exercise, hints, revealed = row
                # a page may be there in several versions: help only ever grows
                most, first = shown.get((course, exercise), (0, None))
                moments = [moment for moment in (first, revealed) if isinstance(moment, str)]
                shown[course, exercise] = max(most, _whole(hints)), min(moments, default=None)
    kept = sorted(attempts, key=lambda found: (found[0], repr(found[1])))
    versions = Counter(number for number, _ in kept)
    # where a page is there in several versions, nobody knows to which of them the outcomes belong
    new_ids = {number: new for new, (number, _) in enumerate(kept, start=1) if versions[number] == 1}
    return Salvage(
        attempts=tuple((new, *row) for new, (_, row) in enumerate(kept, start=1)),
        help=tuple((*key, *value) for key, value in shown.items()),
        outcomes=tuple((new_ids[_whole(row[0])], *row[1:]) for _, row in sorted(outcomes.items()) if row[0] in new_ids),
    )


def _pages(database: bytes, journal: bytes, wal: bytes) -> Iterator[bytes]:
    said = int.from_bytes(database[16:18], "big")
    sector = int.from_bytes(journal[20:24], "big")
    for size in {said, _USUAL_PAGE} if said >= 512 and said & (said - 1) == 0 else {_USUAL_PAGE}:
        for start in range(0, len(database), size):
            # offsets in the first page count from the start of the file, though its own header comes after the file's
            yield database[start : start + size]
        for start in range(max(sector, 512) + 4, len(journal), size + 8):
            yield journal[start : start + size]
        for start in range(32 + 24, len(wal), size + 24):
            yield wal[start : start + size]


def _rows(page: bytes) -> Iterator[tuple[int, Row]]:
    """The rows of a leaf page of a table, with their row ids; those that make no sense are passed over."""
    header = _FILE_HEADER if page.startswith(b"SQLite format 3\0") else 0
    if len(page) < header + 8 or page[header] != _TABLE_LEAF:
        return
    for cell in range(int.from_bytes(page[header + 3 : header + 5], "big")):
        pointer = header + 8 + 2 * cell
        try:
            yield _row(page, int.from_bytes(page[pointer : pointer + 2], "big"))
        except (IndexError, ValueError, struct.error):  # UnicodeDecodeError among them
            continue


def _row(page: bytes, at: int) -> tuple[int, Row]:
    size, at = _varint(page, at)
    number, at = _varint(page, at)
    end = at + size
    if end > len(page):
        raise ValueError("The row goes on in another page.")
    header, kinds_at = _varint(page, at)
    at += header
    values: list[Value] = []
    kinds_end = at
    while kinds_at < kinds_end:
        kind, kinds_at = _varint(page, kinds_at)
        value, at = _value(page, at, kind)
        values.append(value)
    if at != end:
        raise ValueError("The values do not fill the row.")
    return number, tuple(values)


def _value(page: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind in _INTEGER_BYTES:
        end = at + _INTEGER_BYTES[kind]
        return int.from_bytes(page[at:end], "big", signed=True), end
    if kind == 7:
        return float(struct.unpack(">d", page[at : at + 8])[0]), at + 8
    if kind < 12:
        raise ValueError("SQLite writes no value of this kind.")
    end = at + (kind - 12) // 2
    return page[at:end].decode() if kind % 2 else page[at:end], end


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """An integer of one to nine bytes, the first eight of seven bits each; and where the next thing begins."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | page[place] & 0x7F
        if page[place] < 0x80:
            return value, place + 1
    return value << 8 | page[at + 8], at + 9


def _is_attempt(row: Row) -> bool:
    if len(row) != 11 or row[0] is not None:  # the id is the row id, and not in the row
        return False
    course, exercise, at, verdict, seconds, device, checks, passed, answer_seconds, ratio = row[1:]
    return (
        all(isinstance(text, str) for text in (course, exercise, verdict, device))
        and _is_moment(at)
        and _is_number(seconds)
        and all(isinstance(count, int) for count in (checks, passed))
        and all(number is None or _is_number(number) for number in (answer_seconds, ratio))
    )


def _is_help(row: Row) -> bool:
    if len(row) != 4:
        return False
    course, exercise, hints, revealed = row
    return (
        isinstance(course, str)
        and isinstance(exercise, str)
        and isinstance(hints, int)
        and hints >= 0
        and (revealed is None or _is_moment(revealed))
    )


def _is_outcome(row: Row) -> bool:
    return len(row) == 3 and isinstance(row[0], int) and all(isinstance(text, str) for text in row[1:])


def _is_moment(value: Value) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0
