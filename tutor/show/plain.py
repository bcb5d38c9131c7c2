"""Making text harmless: what a learner's code printed or raised must not steer their terminal, nor flood it.

This module owns the rule "nothing foreign reaches a face but through `clean`". It must not decide how things look.
"""

import re

from rich.text import Text

MESSAGE_LIMIT = 2000
VALUE_LIMIT = 600

# Controls, bidirectional and invisible formatting, line separators, lone surrogates (no stream can encode those).
# The two joiners U+200C and U+200D stay: Persian and emoji need them, and they do no harm.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?]) +(?=[A-Z`])")
_CODE = re.compile(r"`[^`\n]+`")


def clean(text: str, limit: int | None = None) -> str:
    """`text` with everything a terminal would act on made visible; newlines and tabs stay.

    Only the first `limit` characters are kept when there are more, followed by a mark that says how many were not.
    """
    left_out = 0 if limit is None else max(len(text) - limit, 0)
    kept = text[:limit] if left_out else text
    harmless = _HARMFUL.sub(_visible, kept.replace("\r\n", "\n"))
    return f"{harmless}⋯ ({plural(left_out, 'more character')})" if left_out else harmless


def clean_line(text: str, limit: int | None = None) -> str:
    """`clean` for a place that has one line only: runs of white space become one space."""
    return clean(" ".join(text.split()), limit)


def quoted(name: str, limit: int | None = None) -> str:
    """The name of a value in backticks; one that holds code in backticks, as "`x` afterwards", stands as it is."""
    line = clean_line(name, limit)
    return line if "`" in line else f"`{line}`"


def cap_lines(text: str, *, head: int, tail: int) -> str:
    """`text`, or its first `head` and last `tail` lines with a mark between them that counts the rest."""
    lines = text.split("\n")
    left_out = len(lines) - head - tail
    if left_out <= 0:
        return text
    mark = f"⋯ {plural(left_out, 'line')} left out ⋯"
    return "\n".join([*lines[:head], mark, *(lines[-tail:] if tail else [])])


def prose(text: str, style: str = "") -> Text:
    """A sentence or a few lines for people as wrapped, capped text, `code` in backticks standing out."""
    result = Text(cap_lines(clean(text, MESSAGE_LIMIT), head=16, tail=6), style=style, overflow="fold")
    result.highlight_regex(_CODE, "cyan")
    return result


def value(text: str, style: str = "") -> Text:
    """A value as capped text over at most a dozen lines."""
    return Text(cap_lines(clean(text, VALUE_LIMIT), head=9, tail=3), style=style, overflow="fold")


def opening(text: str, limit: int) -> str:
    """The first paragraph of Markdown on one line, as many whole sentences as `limit` characters hold, at least one."""
    paragraph = " ".join(text.strip().split("\n\n", 1)[0].replace("**", "").split())
    sentences = _SENTENCE_ENDS.split(paragraph)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + 1 + len(sentence) > limit:
            break
        kept = f"{kept} {sentence}"
    return kept


def plural(count: int, noun: str) -> str:
    """ "1 check", "12 checks"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode's control pictures: U+241B is the picture of ESC
    if code == 0x7F:
        return "\u2421"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
