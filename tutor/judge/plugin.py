"""The judge's pytest plugin: fixtures, one result per check, and nothing printed.

It owns what happens from collection to the last check. It reports through the channel; it does not decide the verdict.
"""

import re
import types
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
import torch

from tutor.attempt.exhibit import MOST_EXHIBITS, Exhibit
from tutor.attempt.job import CheckSpec, Job
from tutor.attempt.protocol import CheckFinished, CheckStarted, CourseFault
from tutor.attempt.result import CheckResult, Outcome
from tutor.judge.channel import Channel
from tutor.judge.exhibits import gathering
from tutor.judge.failure import Failure, describe_failure, let_go
from tutor.judge.guarded import last_line, one_line
from tutor.judge.likeness import Failed
from tutor.judge.settings import settle
from tutor.judge.smallest import SmallestInput
from tutor.judge.unusable import AnswerUnusable, raised_by_answer, unusable


class JudgePlugin:
    """Runs the checks of one job. `load` gives answer and solution once checks are collected, None to run no check.

    `tampered`, which `load` may replace, is asked between checks whether the answer has changed what judges it: then
    no further one runs.
    """

    def __init__(
        self,
        job: Job,
        device: torch.device,
        channel: Channel,
        scratch: Path,
        load: Callable[[pytest.Session], tuple[types.ModuleType, types.ModuleType] | None],
    ) -> None:
        self.job = job
        self.device_under_check = device
        self.channel = channel
        self.scratch = scratch
        self.load = load
        self.tampered: Callable[[], bool] = lambda: False
        self._check_file = Path(job.check_file)
        self.specs = {spec.id: spec for spec in job.checks}
        self.results: dict[str, CheckResult] = {}
        self.exhibits: dict[str, dict[str, Exhibit]] = {}  # by check and title
        self.failed: list[Failed] = []
        self.check_module: types.ModuleType | None = None
        self.fault: str | None = None
        self.modules: tuple[types.ModuleType, types.ModuleType] | None = None
        self.unusable: AnswerUnusable | None = None

    @pytest.fixture(scope="session")
    def answer(self) -> types.ModuleType:
        """The module under check."""
        return self._loaded()[0]

    @pytest.fixture(scope="session")
    def solution(self) -> types.ModuleType:
        """The reference module."""
        return self._loaded()[1]

    @pytest.fixture(scope="session")
    def device(self) -> torch.device:
        """The device to check on."""
        return self.device_under_check

    @pytest.fixture
    def tmp_path(self, request: pytest.FixtureRequest) -> Path:
        """An empty folder of this check's own, inside the attempt's scratch folder."""
        folder: Path = self.scratch / request.node.name
        folder.mkdir(parents=True)
        return folder

    def _loaded(self) -> tuple[types.ModuleType, types.ModuleType]:
        assert self.modules is not None
        return self.modules

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Pass over what lies beside the check file: pytest would make a node of every file there."""
        beside = collection_path.parent == self._check_file.parent and collection_path != self._check_file
        return beside or None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check file that cannot be imported is the course's fault."""
        if report.failed:
            text, file = str(report.longrepr), Path(self.job.check_file).name
            lines = re.findall(rf"(?m)^\S*{re.escape(file)}:(\d+): ", text)
            where = f" ({file}, line {lines[-1]})" if lines else ""
            self.fault = f"The checks of {self.job.exercise} cannot be loaded: {_last_line(text)}{where}"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Load solution and answer, now that the checks are loaded and before any runs."""
        if self.fault is None:
            self._compare_with_known(session)
        if self.fault is not None:
            self._blame_course(self.fault, session)
            return
        try:
            self.modules = self.load(session)
            if self.modules is None:
                session.items.clear()
        except AnswerUnusable as error:
            self.unusable = error
            session.items.clear()
        except BaseException as error:
            self._blame(f"The solution or an answer of {self.job.exercise} cannot be loaded", error, session)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """pytest itself stumbled."""
        self._blame(f"pytest could not run the checks of {self.job.exercise}", excinfo.value, None)
        return True

    def _blame(self, what: str, error: BaseException, session: pytest.Session | None) -> None:
        """Find whose fault `error` is: an answer's handlers and hooks can raise in the middle of anything."""
        if not raised_by_answer(error, self.job):
            self._blame_course(f"{what}: {one_line(error)}{_where(error, self.job)}", session)
            return
        self.unusable = unusable(error, self.job)
        if session is not None:
            session.items.clear()

    def _blame_course(self, fault: str, session: pytest.Session | None) -> None:
        self.fault = fault
        self.modules = None
        self.channel.send(CourseFault(message=fault))
        if session is not None:
            session.items.clear()

    def _compare_with_known(self, session: pytest.Session) -> None:
        found = {_check_id(item): None for item in session.items}
        if list(found) != list(self.specs):
            self.fault = (
                f"The checks of {self.job.exercise} that pytest finds ({', '.join(found) or 'none'}) are not those "
                f"that its file declares ({', '.join(self.specs)})."
            )
        for item in session.items:
            if isinstance(item, pytest.Function):
                self.check_module = item.module

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run one item; a check ends with its last item (several when it is parametrised)."""
        if self.tampered() or self._may_stop():
            return True
        spec = self.specs[_check_id(item)]
        first = spec.id not in self.results
        if first:
            self.channel.begin_output_of(spec.id)
            self.channel.send(CheckStarted(check=spec.id))
        begun = perf_counter()
        failure = self._run(item, nextitem, spec)
        result = self._merge(spec, failure, perf_counter() - begun)
        self.results[spec.id] = result
        if nextitem is None or _check_id(nextitem) != spec.id or self._may_stop():
            self.channel.begin_output_of("")
            self.channel.send(CheckFinished(result=result))
        return True

    def _may_stop(self) -> bool:
        """Whether a check has failed and the job asks for no more than that."""
        return self.job.stop_at_first_failure and any(r.outcome is Outcome.FAILED for r in self.results.values())

    def _run(self, item: pytest.Item, nextitem: pytest.Item | None, spec: CheckSpec) -> Failure | None:
        """What went wrong first in setup, call or teardown; None when all three came through."""
        with gathering() as exhibits:
            failure = self._run_phases(item, nextitem, spec)
        self.exhibits.setdefault(spec.id, {}).update(exhibits)
        return failure

    def _run_phases(self, item: pytest.Item, nextitem: pytest.Item | None, spec: CheckSpec) -> Failure | None:
        smallest = SmallestInput()
        if isinstance(item, pytest.Function):
            smallest.watch(item.obj, frozenset(item.fixturenames))
        settle(self.job.seed, spec.id, self.device_under_check)
        hooks = item.ihook
        error = _raised_by(lambda: hooks.pytest_runtest_setup(item=item))
        if error is None:
            error = _raised_by(lambda: hooks.pytest_runtest_call(item=item))
        at_end = _raised_by(lambda: hooks.pytest_runtest_teardown(item=item, nextitem=nextitem))
        smallest.unwatch()
        error = error or at_end
        if error is None:
            return None
        self.failed.append(Failed(item, spec, smallest))
        failure = describe_failure(error, self.job)._replace(smallest_input=smallest.arguments())
        let_go(error)
        return failure

    def rerun(self, failed: Failed, module: types.ModuleType, folder: Path) -> Failure | None:
        """Run a check again, with another module in the answer's place; what the attempt came to stays."""
        assert self.modules is not None
        self.modules, self.scratch = (module, self.modules[1]), folder
        failed.item._initrequest()  # type: ignore[attr-defined]
        return self._run_phases(failed.item, None, failed.spec)

    def _merge(self, spec: CheckSpec, failure: Failure | None, seconds: float) -> CheckResult:
        """The check's result so far: the first failing item of a parametrised check is the one shown."""
        before = self.results.get(spec.id)
        seconds += before.seconds if before else 0.0
        if failure is None and before is not None and before.outcome is not Outcome.PASSED:
            failure = Failure(before.message or "", before.diff, before.diagnosis, before.smallest_input)
        return CheckResult(
            id=spec.id,
            claim=spec.claim,
            outcome=Outcome.PASSED if failure is None else Outcome.FAILED,
            seconds=seconds,
            message=None if failure is None else failure.message,
            diff=None if failure is None else failure.diff,
            diagnosis=None if failure is None else failure.diagnosis,
            smallest_input=() if failure is None else failure.smallest_input,
            hints=len(spec.hints),
            exhibits=tuple(self.exhibits.get(spec.id, {}).values())[:MOST_EXHIBITS],
        )


def _raised_by(phase: Callable[[], object]) -> BaseException | None:
    """What `phase` raised: an answer's KeyboardInterrupt, SystemExit or pytest.exit fails a check, it ends no run."""
    try:
        phase()
    except BaseException as error:
        return error
    return None


def _where(error: BaseException, job: Job) -> str:
    """The last line of the course's own files that led to `error`, in brackets."""
    solution = {str(Path(job.solution_file) / file) for file in job.files or ("",)}
    place = last_line(error, {*solution, job.answers_file or ""})
    return f" ({Path(place[0]).name}, line {place[1]})" if place else ""


def _check_id(item: pytest.Item) -> str:
    return getattr(item, "originalname", None) or item.name


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("E").strip() if lines else "no reason was given"
