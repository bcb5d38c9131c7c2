"""Runs one attempt inside a judge: checks, solution, answer, pytest, timing; everything told through the channel.

The order matters: checks, solution and the functions they compare with are loaded before the answer runs.
"""

import contextlib
import inspect
import itertools
import os
import sys
import types
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from msgspec.structs import force_setattr
from torch.utils import benchmark as _benchmark  # noqa: F401  (imported here so that no attempt imports it)

from tutor.attempt.job import Job
from tutor.attempt.protocol import (
    AnswerFailed,
    Assignment,
    Closed,
    CourseFault,
    DeviceChosen,
    Likened,
    Measured,
    Measuring,
    RunEnded,
    ShutIn,
    Tampered,
)
from tutor.attempt.result import Outcome
from tutor.judge import settings
from tutor.judge.channel import Channel
from tutor.judge.device import DeviceUnavailable, choose_device, describe
from tutor.judge.integrity import Broken
from tutor.judge.integrity_attempt import seal_attempt, seal_programs
from tutor.judge.likeness import SolutionAndAnswers, likeness, read_solution_and_answers
from tutor.judge.load import load_override, load_sources, read_sources, unregister
from tutor.judge.measure import measure
from tutor.judge.plugin import JudgePlugin
from tutor.judge.programs import Start, set_aside
from tutor.judge.shut_in import close_doors
from tutor.judge.unusable import AnswerUnusable, unusable
from tutor.judge.warned import plain_warnings

# What pytest offers beyond collecting and running: terminal output, reports and caches that a judge never shows.
UNUSED_PLUGINS = (
    "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "freeze_support", "junitxml", "legacypath",
    "logging", "pastebin", "recwarn", "reports", "setuponly", "setupplan", "skipping", "stepwise", "terminal",
    "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings",
)  # fmt: skip


def run_attempt(assignment: Assignment, channel: Channel) -> None:
    """Make the attempt; every end it can come to by itself is an event, and `Closed` is the last."""
    job = assignment.job
    force_setattr(assignment, "key", "")  # the channel keeps it out of sight; here the answer's traceback would show it
    try:
        device = choose_device(job.device)
        channel.send(DeviceChosen(device=describe(device)))
        _judge(job, device, Path(assignment.scratch), channel)
    except DeviceUnavailable as error:
        channel.send(CourseFault(message=str(error)))
    except AnswerUnusable as error:
        channel.send(error.event)
    channel.send(Closed())


def _judge(job: Job, device: torch.device, scratch: Path, channel: Channel) -> None:
    send, tampered, ended = channel.send, Tampered, RunEnded()  # the answer may replace them
    plain_warnings(Path(job.answer_file) if job.answer_file else None, job.answer_label)
    settings.use_hypothesis_profile(job.seed, shrink=not job.stop_at_first_failure)
    seals: list[Broken] = []
    told: dict[str, None] = {}
    sources = read_solution_and_answers(job)

    def tell(names: tuple[str, ...]) -> bool:
        """Report what the answer has changed, each name once; whether anything was. Calls nothing that it may patch."""
        new = (*[name for name in names if name not in told],)
        if new:
            send(tampered(names=new))
        for name in new:
            told[name] = None
        return names != ()

    def load(session: pytest.Session) -> tuple[types.ModuleType, types.ModuleType] | None:
        reference = Path(job.solution_file)
        solution = load_sources(reference, read_sources(reference, job.files), f"{job.exercise}__solution")
        unregister(solution, *([plugin.check_module] if plugin.check_module else []))
        taken = seal_attempt(session, plugin.check_module, solution, plugin, channel)
        seals.append(taken.at_the_end)
        answer = _load_answer(job, device, scratch, channel)
        if tell(taken.after_import()):
            return None
        programs_hold = seal_programs(answer)
        seals.append(programs_hold)
        plugin.tampered = lambda: tell((*taken.between_checks(), *programs_hold()))
        return answer, solution

    plugin = JudgePlugin(job, device, channel, scratch, load)
    try:
        pytest.main(_pytest_arguments(job), plugins=[plugin])
    finally:  # pytest itself may have stumbled over what the answer changed
        for seal in seals:
            tell(seal())
    if plugin.unusable is not None:
        raise plugin.unusable
    if plugin.modules is None or told or not seals:
        return
    send(ended)
    passed = all(result.outcome is Outcome.PASSED for result in plugin.results.values())
    if passed and job.measure and len(plugin.results) == len(job.checks):
        _measure(plugin, device, channel)
    elif not passed and plugin.failed and sources is not None:
        _liken(plugin, sources, channel)


def _pytest_arguments(job: Job) -> list[str]:
    folder = str(Path(job.check_file).parent)
    unused = [word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")]
    return [
        job.check_file, *unused, "--noconftest", "--assert=plain", "--import-mode=importlib",
        f"--rootdir={folder}", f"--confcutdir={folder}", "-c", os.devnull,
    ]  # fmt: skip


def _load_answer(job: Job, device: torch.device, scratch: Path, channel: Channel) -> types.ModuleType:
    """The answer, once the doors are closed."""
    if job.override is not None:
        assert job.answers_file is not None
        answers = Path(job.answers_file)
        answer = load_override(Path(job.solution_file), answers, job.override, job.exercise, job.files)
        channel.send(ShutIn(layers=_close_doors(job, answers, scratch, device)))
        vars(answer).update(_programs(job, device))
        return answer
    assert job.answer_file is not None
    path = Path(job.answer_file)
    sources = {file: _source(path / file, _label(job, file)) for file in job.files or ("",)}
    beside = _beside(path, sources) if job.files else {}
    channel.send(ShutIn(layers=_close_doors(job, path, scratch, device)))
    start = _programs(job, device)
    channel.begin_output_of("")
    settings.settle(job.seed, "import", device)
    try:
        answer = load_sources(path, sources, job.exercise, beside=beside)
    except BaseException as error:  # sys.exit() at import is no way out
        raise unusable(error, job) from None
    vars(answer).update(start)
    return answer


def _programs(job: Job, device: torch.device) -> dict[str, Start]:
    """How `tutor.checks.run_program` starts a program soon, as an entry for the answer; none where it cannot."""
    ready = job.files and sys.platform.startswith("linux") and device.type == "cpu"  # no fork has an accelerator
    return {"__start__": set_aside()} if ready else {}


def _close_doors(job: Job, answer: Path, scratch: Path, device: torch.device) -> tuple[str, ...]:
    """Hide the course's checks, solutions and answers, and the folder around every attempt's but for this one's."""
    checks = Path(job.check_file).parent
    hidden = (checks, Path(job.solution_file).parent, checks.parent / "answers", scratch.parent.parent)
    return close_doors(hidden=hidden, readable=[answer], scratch=scratch, cpu=device.type == "cpu")


def _label(job: Job, file: str) -> str:
    """What messages call one of the answer's files."""
    return f"{job.answer_label}/{file}" if file else job.answer_label


def _beside(folder: Path, sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """The learner's further files, which those of the exercise may import; one that cannot be read is left out."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        if path.name not in sources and path.is_file():
            with contextlib.suppress(OSError):
                found[path.name] = path.read_bytes()
    return found


def _source(path: Path, label: str) -> bytes:
    """The bytes of the answer's file, known to be readable and UTF-8."""
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise _no_module(f"{label} is a folder; the exercise needs a file of that name.") from None
    except (FileNotFoundError, NotADirectoryError):
        raise _no_module(f"{label} is not there; `tutor reset` writes the starter again.") from None
    except OSError as error:
        raise _no_module(f"{label} cannot be read: {error.strerror}.") from None
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _no_module(f"{label} is not UTF-8 text (line {line}); save it as UTF-8 in your editor.") from None
    if b"\x00" in data:
        raise _no_module(f"{label} holds a null byte; is it a Python file?")
    return data


def _no_module(message: str) -> AnswerUnusable:
    return AnswerUnusable(AnswerFailed(message=message))


def _liken(plugin: JudgePlugin, sources: SolutionAndAnswers, channel: Channel) -> None:
    """Say which wrong answer this one behaves like, if one does."""
    failed, folders = plugin.failed[0], (plugin.scratch / f"again-{number}" for number in itertools.count())
    because = likeness(
        plugin.job,
        sources,
        failed,
        plugin.results[failed.spec.id],
        lambda one, module: plugin.rerun(one, module, next(folders)),
    )
    if because is not None:
        channel.send(Likened(check=failed.spec.id, because=because))


def _measure(plugin: JudgePlugin, device: torch.device, channel: Channel) -> None:
    """Time the check file's benchmark, if it has one; a benchmark that raises leaves the attempt without timing."""
    functions = [value for name, value in vars(plugin.check_module).items() if name.startswith("bench_")]
    if not functions or plugin.modules is None:
        return
    answer, solution = plugin.modules
    channel.send(Measuring())
    settings.settle(plugin.job.seed, "timing", device)
    claim = " ".join((inspect.getdoc(functions[0]) or "").split())
    try:
        channel.send(Measured(timing=measure(functions[0], answer, solution, device, claim)))
    except BaseException:
        return
