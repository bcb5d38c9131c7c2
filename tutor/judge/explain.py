"""From an exception of the answer to a sentence and the learner's own frames.

Only frames of the learner's file come through, the one nearest the error first: no check source, no frames of tutor,
torch or pytest. The exception's own text is asked for under guard, for it may be the learner's work.
"""

import builtins
import difflib
import re
import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tutor.attempt.diff import ExceptionDiff, Frame
from tutor.judge.explain_torch import explain_torch
from tutor.judge.format import cap
from tutor.judge.guarded import class_name, lies_in, text_of

_MOST_FRAMES = 10
_MOST_TEXT = 2000
_SENTENCE = 300
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")  # colours and bold type, which torch writes into some messages
_ARGUMENTS = re.compile(
    r"(?:\w+\.)*(\w+)\(\) (?:takes|missing|got an unexpected keyword|got multiple values|got some positional)"
)


def explain_exception(error: BaseException, answer_file: Path, label: str) -> tuple[str, ExceptionDiff]:
    """The sentence for `error` and its record; `answer_file` tells the learner's frames, `label` names it.

    Both may be of a folder: then each line is told with the name of its file.
    """
    try:
        return _explain(error, answer_file, label)
    except BaseException:  # the error's attributes and class may be the learner's work, and raise whatever they like
        kind = class_name(error)
        return f"Using your code ended with {kind}.", ExceptionDiff(type=kind, message=cap(text_of(error), _MOST_TEXT))


def _explain(error: BaseException, answer_file: Path, label: str) -> tuple[str, ExceptionDiff]:
    text = _ESCAPE.sub("", text_of(error)).replace(str(answer_file), label)
    if isinstance(error, SyntaxError) and _is_of(error, answer_file):
        return _syntax(error, str(error.filename or "").replace(str(answer_file), label, 1) or label, label)
    frames = _frames(error, answer_file, label)
    diff = ExceptionDiff(type=class_name(error), message=cap(text, _MOST_TEXT), frames=frames)
    sentence = _special(error, text, frames, answer_file, label) or _plain(error, text, frames, label)
    meaning = None if isinstance(error, AssertionError) else explain_torch(text)
    return (f"{sentence} {meaning}" if meaning else sentence), diff


def _frames(error: BaseException, answer_file: Path, label: str) -> tuple[Frame, ...]:
    """The learner's frames of `error`, or of what it was raised from when it has none itself."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = _frames_of(current.__traceback__, answer_file, label)
        if frames:
            return frames
        current = current.__cause__ or current.__context__
    return ()


def _frames_of(traceback: types.TracebackType | None, answer_file: Path, label: str) -> tuple[Frame, ...]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if lies_in(code.co_filename, answer_file):
            places.append((code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    if not places:
        return ()
    lines = {file: _lines(Path(file)) for file, _, _ in places}
    nearest_first = list(dict.fromkeys(reversed(places)))[:_MOST_FRAMES]  # recursion repeats itself
    return tuple(
        Frame(
            file=file.replace(str(answer_file), label, 1),
            line=line,
            function=function,
            source=cap(lines[file][line - 1].strip(), 200) if 0 < line <= len(lines[file]) else "",
        )
        for file, line, function in nearest_first
    )


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _is_of(error: SyntaxError, answer_file: Path) -> bool:
    return error.filename is None or lies_in(error.filename, answer_file)


def _syntax(error: SyntaxError, file: str, label: str) -> tuple[str, ExceptionDiff]:
    line = error.lineno if type(error.lineno) is int else 0
    source = error.text.strip() if type(error.text) is str else ""
    what = "is indented in a way Python cannot read" if isinstance(error, IndentationError) else "is not valid Python"
    shown = f": `{cap(source, 80)}`" if source else ""
    reason = str(error.msg or "invalid syntax")
    sentence = f"L{_line(line, file, label)[1:]} {what} ({reason}){shown}."
    frames = (Frame(file=file, line=line, function="<module>", source=cap(source, 200)),) if line else ()
    return sentence, ExceptionDiff(type=class_name(error), message=cap(reason, _MOST_TEXT), frames=frames)


def _plain(error: BaseException, text: str, frames: tuple[Frame, ...], label: str) -> str:
    """ "ValueError in create_vector (line 31): too many values." """
    kind = class_name(error)
    first = cap(text.partition("\n")[0], _SENTENCE)
    said = f": {first}" if first else ""
    ending = "" if said.endswith((".", "!", "?", ":")) else "."
    if not frames:
        return f"Using your code ended with {kind}{said}{ending}"
    return f"{kind} {_where(frames[0], label)}{said}{ending}{_suggestion(error)}"


def _line(line: int, file: str, label: str) -> str:
    """ "line 7", or of an exercise that is a folder "line 7 of engine.py"."""
    return f"line {line}" if file == label else f"line {line} of {file.removeprefix(f'{label}/')}"


def _line_of(frame: Frame, label: str) -> str:
    return _line(frame.line, frame.file, label)


def _where(frame: Frame, label: str) -> str:
    line = _line_of(frame, label)
    if frame.function == "<module>":
        return f"in {line}"
    function = "a lambda" if frame.function == "<lambda>" else frame.function
    return f"in {function} ({line})"


def _special(error: BaseException, text: str, frames: tuple[Frame, ...], answer_file: Path, label: str) -> str | None:
    """Sentences for exceptions that mean something particular in an exercise."""
    place, line = (_where(frames[0], label), _line_of(frames[0], label)) if frames else ("", "")
    match error:
        case NotImplementedError() if text.startswith("TODO") or (frames and "NotImplementedError" in frames[0].source):
            what = text.removeprefix("TODO").lstrip(": ") or "what the statement asks for"
            where = f" (in {frames[0].function}, {line})" if frames else ""
            return f"Still to do: {cap(what, 200).rstrip('.')}{where}."
        case AttributeError() if _is_answer(error.obj, answer_file):
            return _missing_name(error.obj, str(error.name), answer_file)
        case TypeError() if not frames:
            return _called_wrongly(text)
        case ModuleNotFoundError() if frames:
            return _not_found(str(error.name), line, frames[0].file, answer_file)
        case ImportError() if frames and "relative import" in text:
            return f"A relative import fails {place}, for the files are no package: write `import NAME`, without dots."
        case RecursionError():
            who = f"`{frames[0].function}` ({line})" if frames else "A function"
            return f"{who} calls itself without end: what should stop it?"
        case SystemExit():
            where = f" {place}" if place else ""
            return (
                f"The code ends the program{where} (`sys.exit()` or `exit()`): a function returns its result instead."
            )
        case KeyboardInterrupt():
            return f"The code raises KeyboardInterrupt{f' {place}' if place else ''}, as if someone had pressed Ctrl+C."
        case MemoryError():
            return f"The code needs more memory than there is{f' {place}' if place else ''}."
        case AssertionError() if text and not _raised_in(error, answer_file):
            return cap(text, _MOST_TEXT)  # a check's own sentence, on what it saw inside or after the answer
        case AssertionError() if frames:
            said = f": {cap(text, 200)}" if text else f": `{frames[0].source}`" if frames[0].source else ""
            return f"An assertion of your own does not hold {place}{said}."
    return None


def _not_found(name: str, line: str, file: str, answer_file: Path) -> str:
    """Of a module that nobody could import; in a folder it may be a neighbour, misspelt."""
    neighbours = [path.stem for path in answer_file.glob("*.py")] if answer_file.is_dir() else []
    near = _nearest(name, [one for one in neighbours if one != Path(file).stem])
    if near:
        return f"There is no {name}.py beside {Path(file).name} ({line}). Did you mean `import {near}`?"
    return f"`{name}` is not installed here, so {line} cannot import it."


def _raised_in(error: BaseException, answer_file: Path) -> bool:
    frame = _last_frame(error)
    return frame is not None and lies_in(frame.f_code.co_filename, answer_file)


def _is_answer(value: object, answer_file: Path) -> bool:
    return type(value) is types.ModuleType and lies_in(str(value.__dict__.get("__file__")), answer_file)


def _missing_name(module: Any, name: str, answer_file: Path) -> str:
    within = str(module.__file__).removeprefix(str(answer_file)).lstrip("/")
    file = f"Your {within}" if within else "Your file"
    mine = [key for key, value in vars(module).items() if _is_own(value, module) and not key.startswith("_")]
    near = _nearest(name, mine)
    if near:
        return f"{file} has no `{name}`, but it has `{near}`: was it renamed? The checks look for `{name}`."
    return f"{file} has no `{name}`: the statement asks for one of that name, at the top level of the file."


def _is_own(value: object, module: types.ModuleType) -> bool:
    return not isinstance(value, types.ModuleType) and getattr(value, "__module__", module.__name__) == module.__name__


def _called_wrongly(text: str) -> str:
    """A TypeError outside the learner's code: a call that did not fit, or a result that could not be used."""
    found = _ARGUMENTS.match(text)
    first = cap(text.partition("\n")[0], _SENTENCE)
    if found:
        name = found[1]
        what = "Your class" if name == "__init__" else f"`{name}`"
        return f"{what} was called as the statement says and does not accept it: {first}. Do its parameters match?"
    if "NoneType" in text:
        return f"What your code returned could not be used: {first}. Is a `return` missing?"
    return f"What your code returned could not be used: {first}."


def _suggestion(error: BaseException) -> str:
    """ " Did you mean `x`?" for a misspelt name or attribute."""
    try:
        if isinstance(error, NameError) and error.name:
            frame = _last_frame(error)
            names: Iterable[str] = dir(builtins)
            if frame is not None:
                names = [*frame.f_locals, *frame.f_globals, *names]
            near = _nearest(error.name, names)
        elif isinstance(error, AttributeError) and error.name:
            near = _nearest(error.name, [name for name in dir(error.obj) if not name.startswith("_")])
        else:
            return ""
    except BaseException:  # a learner's __dir__ may raise
        return ""
    return f" Did you mean `{near}`?" if near else ""


def _last_frame(error: BaseException) -> types.FrameType | None:
    traceback, frame = error.__traceback__, None
    while traceback is not None:
        frame, traceback = traceback.tb_frame, traceback.tb_next
    return frame


def _nearest(name: str, names: Iterable[str]) -> str | None:
    found = difflib.get_close_matches(name, [one for one in names if one != name], n=1, cutoff=0.7)
    if found:
        return found[0]
    lower = name.lower().replace("_", "")
    return next((one for one in names if one != name and one.lower().replace("_", "") == lower), None)
