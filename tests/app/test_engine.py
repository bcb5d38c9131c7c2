"""The engine through its client: real processes, real sockets, hostile answers."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from engine_support import CHECKS, SOLUTION, Bench, attempt, events, processes_at_work, processes_of_engine

import tutor
from tutor.attempt.protocol import CheckFinished, CheckStarted, Event, Finished, Measuring, Started, Superseded
from tutor.attempt.result import Outcome, Verdict
from tutor.engine.client import Engine, EngineUnavailable, engine_status, stop_engine
from tutor.engine.paths import engine_paths

pytestmark = pytest.mark.usefixtures("shared_engine")


def test_a_right_answer_passes_and_tells_each_step(bench: Bench) -> None:
    seen = events(bench.job(SOLUTION))
    kinds = [type(event) for event in seen]
    assert kinds == [Started, CheckStarted, CheckFinished, CheckStarted, CheckFinished, Measuring, Finished]
    result = seen[-1]
    assert isinstance(result, Finished)
    assert result.attempt.verdict is Verdict.PASSED
    assert result.attempt.timing is not None
    assert result.attempt.timing.ratio > 0
    assert result.attempt.device.type == "cpu"


def test_a_wrong_answer_fails_with_its_smallest_input(bench: Bench) -> None:
    result = attempt(bench.job(SOLUTION.replace("x * 2", "x * 2 if x.numel() == 6 else x * 2 + (x > 3)")))
    assert result.verdict is Verdict.FAILED
    check = result.first_failing
    assert check is not None
    assert check.id == "test_any"
    assert [argument.label for argument in check.smallest_input] == ["x"]
    assert "shape (1,)" in check.smallest_input[0].value
    assert check.diff is not None


def test_output_belongs_to_the_check_that_printed_it(bench: Bench) -> None:
    answer = SOLUTION.replace('    """Twice x."""', '    import os\n    print("py")\n    os.write(2, b"raw")')
    result = attempt(bench.job("print('import')\n" + answer))
    assert "import" in result.output.text
    assert "import" not in result.checks[0].output
    assert "py" in result.checks[0].output
    assert "raw" in result.checks[0].output


@pytest.mark.parametrize(
    ("line", "verdict", "words"),
    [
        ("import os; os._exit(0)", Verdict.CRASHED, "ended the process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Verdict.CRASHED, "SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", Verdict.CRASHED, "SIGSEGV"),
        ("import sys; sys.exit(0)", Verdict.FAILED, "sys.exit"),
        ("raise KeyboardInterrupt", Verdict.FAILED, "KeyboardInterrupt"),
        ("import pytest; pytest.exit('done')", Verdict.FAILED, "Exit"),
        ("import pytest; pytest.skip('no')", Verdict.FAILED, "Skipped"),
        ("import pytest; pytest.xfail('no')", Verdict.FAILED, "XFailed"),
        ("return double(x)", Verdict.FAILED, "calls itself"),
        ("input()", Verdict.FAILED, "EOFError"),
    ],
)
def test_no_way_out_is_a_pass(bench: Bench, line: str, verdict: Verdict, words: str) -> None:
    for answer in (
        SOLUTION.replace("return x * 2", line),
        SOLUTION.replace("return x * 2", f"{line}\n    return x * 2"),
    ):
        result = attempt(bench.job(answer))
        assert result.verdict is verdict
        assert words in (result.message or "")


@pytest.mark.parametrize("line", ["import os; os._exit(0)", "import sys; sys.exit(0)", "raise KeyboardInterrupt"])
def test_leaving_at_import_is_a_crash(bench: Bench, line: str) -> None:
    result = attempt(bench.job(f"{SOLUTION}\n{line}\n"))
    assert result.verdict is Verdict.CRASHED
    assert result.checks[0].outcome is Outcome.ERROR
    assert result.checks[0].message == result.message


@pytest.mark.parametrize(
    "loop",
    [
        "while True: pass",
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    while True: pass",
        "while True: print('x' * 1000)",
        "sum(range(10**14))",
    ],
)
def test_a_loop_is_stopped_and_leaves_nothing(bench: Bench, loop: str) -> None:
    before = processes_at_work() if engine_status() else set()
    result = attempt(bench.job(SOLUTION.replace("return x * 2", loop), time_limit=1.0))
    assert result.verdict is Verdict.TIMED_OUT
    assert "Stopped after 1 seconds" in (result.message or "")
    assert processes_at_work() <= before


FORKS = """
import os, time
for n in range(20):
    if os.fork() == 0:
        if n % 2:
            os.setsid()
        if n % 3 == 0 and os.fork():
            os._exit(0)
        time.sleep(600)
        os._exit(0)
"""


@pytest.mark.parametrize(
    ("after", "limit", "verdict"), [("", 60.0, Verdict.PASSED), ("while True: pass", 3.0, Verdict.TIMED_OUT)]
)
def test_no_process_of_an_answer_survives_it(bench: Bench, after: str, limit: float, verdict: Verdict) -> None:
    assert attempt(bench.job(SOLUTION)).verdict is Verdict.PASSED
    assert attempt(bench.job(FORKS + SOLUTION + after, time_limit=limit)).verdict is verdict
    assert processes_at_work() == set()


def test_hanging_up_ends_the_attempt(bench: Bench) -> None:
    engine = Engine.connect()
    run = engine.run(bench.job(SOLUTION + "while True: pass", time_limit=600.0))
    assert isinstance(next(run), Started)
    assert processes_at_work()
    engine.close()
    until = time.monotonic() + 10
    while processes_at_work() and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_at_work() == set()


def test_callers_that_hang_up_at_any_moment_do_no_harm(bench: Bench) -> None:
    """The engine lives on, whatever it was telling them."""
    before = engine_status()
    job = bench.job(SOLUTION)
    for number in range(20):
        engine = Engine.connect()
        run = engine.run(job)
        for _ in range(number % 7):
            next(run)
        engine.close()
    assert attempt(job).verdict is Verdict.PASSED
    after = engine_status()
    assert after is not None
    assert before is None or before.pid == after.pid
    assert processes_at_work() == set()


def test_an_answer_that_closes_every_descriptor_crashes_and_keeps_nobody_busy(bench: Bench) -> None:
    result = attempt(bench.job(SOLUTION + "import os; os.closerange(3, 4096)"))
    assert result.verdict is Verdict.CRASHED
    quiet = attempt(bench.job(SOLUTION + "import os; os.closerange(3, 4096)\nwhile True: pass", time_limit=1.0))
    assert quiet.verdict is Verdict.TIMED_OUT


CALLS_THE_ENGINE = """
from tutor.engine.client import engine_status, stop_engine
print("status:", engine_status())
stop_engine()
"""


def test_an_answer_cannot_call_the_engine(bench: Bench) -> None:
    assert attempt(bench.job(SOLUTION)).verdict is Verdict.PASSED
    before = engine_status()
    result = attempt(bench.job(CALLS_THE_ENGINE + SOLUTION))
    assert "status: None" in result.output.text
    after = engine_status()
    assert before is not None
    assert after is not None
    assert before.pid == after.pid


def test_a_newer_attempt_takes_the_place_of_the_older(bench: Bench) -> None:
    seen: list[Event] = []
    slow = bench.job(SOLUTION + "while True: pass", time_limit=600.0, supersedes="same file")
    with Engine.connect() as older:
        thread = threading.Thread(target=lambda: seen.extend(older.run(slow)))
        thread.start()
        while not seen:
            time.sleep(0.01)
        assert attempt(bench.job(SOLUTION, supersedes="same file")).verdict is Verdict.PASSED
        thread.join(10)
    assert isinstance(seen[-1], Superseded)
    assert processes_at_work() == set()


def test_an_attempt_leaves_no_file(bench: Bench) -> None:
    job = bench.job("open('left.txt', 'w').write('x')\nimport os\nprint(os.getcwd())\n" + SOLUTION)
    before = {path for path in bench.root.rglob("*") if path.name != "run"}
    result = attempt(job)
    assert result.verdict is Verdict.PASSED
    assert not Path(result.output.text.splitlines()[0]).exists()
    assert {path for path in bench.root.rglob("*") if path.name != "run"} == before


def test_checks_that_do_not_work_are_not_the_learners_fault(bench: Bench) -> None:
    job = bench.job(SOLUTION)
    bench.write("tests/checks/test_01_double.py", "import no_such_module\n" + CHECKS)
    result = attempt(job)
    assert result.verdict is Verdict.ERROR
    assert "no_such_module" in (result.message or "")


def test_a_solution_that_does_not_load_is_not_the_learners_fault(bench: Bench) -> None:
    bench.write("solutions/01_double.py", SOLUTION + "\n1 / 0\n")
    result = attempt(bench.job(SOLUTION))
    assert result.verdict is Verdict.ERROR
    assert "solution" in (result.message or "")


def test_checks_read_anew_for_each_attempt(bench: Bench) -> None:
    assert attempt(bench.job(SOLUTION)).verdict is Verdict.PASSED
    bench.write("tests/checks/test_01_double.py", CHECKS.replace("2.0", "3.0"))
    assert attempt(bench.job(SOLUTION)).verdict is Verdict.FAILED


def test_a_device_that_is_not_there_is_named(bench: Bench) -> None:
    result = attempt(bench.job(SOLUTION, device="xla"))
    assert result.verdict is Verdict.ERROR
    assert "no device 'xla'" in (result.message or "")


def test_an_idle_engine_ends_and_takes_its_socket_along(own_engine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_IDLE_SECONDS", "0.5")
    Engine.connect().close()
    status = engine_status()
    assert status is not None
    psutil.wait_procs([psutil.Process(status.pid)], timeout=20)
    assert engine_status() is None
    assert not engine_paths().socket.exists()


def test_an_engine_is_replaced_when_tutor_changes(own_engine: None, tmp_path: Path) -> None:
    # A copy of tutor changes: the engines of tests that run beside this one must not be replaced.
    copied = shutil.copytree(Path(tutor.__file__).parent, tmp_path / "tutor", ignore=shutil.ignore_patterns("*.pyc"))
    script = (
        "from tutor.engine.client import Engine, engine_status\nEngine.connect().close()\nprint(engine_status().pid)"
    )

    def pid_after_connecting() -> str:
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        words = [sys.executable, "-P", "-c", script]
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout

    first = pid_after_connecting()
    assert pid_after_connecting() == first
    file = copied / "judge" / "__init__.py"
    times = file.stat()
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns + 1_000_000_000))
    assert pid_after_connecting() != first


def test_a_preload_that_is_missing_is_named() -> None:
    with pytest.raises(EngineUnavailable, match="no_such_module"):
        Engine.connect(preload=("no_such_module",))


def test_two_callers_at_once_start_one_engine(bench: Bench, own_engine: None) -> None:
    script = (
        "from tutor.engine.client import Engine, engine_status\nEngine.connect().close()\nprint(engine_status().pid)"
    )
    callers = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    pids = {caller.communicate(timeout=120)[0].strip() for caller in callers}
    assert len(pids) == 1


def test_time_counts_from_when_the_judge_is_ready(
    bench: Bench, own_engine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_JUDGE", "spawn")
    result = attempt(bench.job(SOLUTION, time_limit=1.2))  # the judge, just spawned, takes longer to import torch
    assert result.verdict is Verdict.PASSED, result.message
    assert result.seconds > 1.2


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_every_way_of_making_judges_does_the_same(
    bench: Bench, own_engine: None, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("TUTOR_JUDGE", way)
    for _ in range(2):
        assert attempt(bench.job(SOLUTION)).verdict is Verdict.PASSED
    assert attempt(bench.job(SOLUTION.replace("2", "3"))).verdict is Verdict.FAILED
    assert attempt(bench.job(SOLUTION + "while True: pass", time_limit=1.0)).verdict is Verdict.TIMED_OUT
    status = engine_status()
    assert status is not None
    assert status.judge == way
    assert processes_at_work() == set()
    with Engine.connect(preload=("json.tool",)) as engine:
        assert [type(event) for event in engine.run(bench.job(SOLUTION))][-1] is Finished
    judges = [psutil.Process(pid) for pid in processes_of_engine()]
    assert stop_engine()
    _, alive = psutil.wait_procs(judges, timeout=10)
    assert alive == []
