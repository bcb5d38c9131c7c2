"""Each layer that holds an answer: what an answer meets with the layer on, and what it could do with the layer off."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from engine_support import SOLUTION, Bench, attempt, processes_of_engine

from tutor.attempt.protocol import Started
from tutor.attempt.result import Verdict
from tutor.engine import client
from tutor.engine.client import Engine, EngineUnavailable, engine_status, stop_engine
from tutor.judge.probe import EVERY

pytestmark = pytest.mark.usefixtures("shared_engine")


@pytest.fixture
def another_engine(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Call it to have attempts from here on made by an engine of this test's own, with the environment as it is."""
    yield lambda: monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder))
    if os.environ["TUTOR_RUNTIME_DIR"] == str(short_folder):
        stop_engine()


class Layer(NamedTuple):
    """A layer, what an answer tries, and the word it comes to with the layer on and with it off."""

    name: str
    tries: str
    held: str
    free: str
    switch: str = ""  # what is switched off, where it is not the layer alone


LAYERS = (
    Layer("session", "import os\nprint('alone' if os.getpgrp() == os.getpid() else 'signals-reach-the-engine')",
          "alone", "signals-reach-the-engine"),
    Layer("subreaper", """
import os, time
judge = os.getpid()
read, write = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        while os.getppid() not in (judge, int(open(f"/proc/{judge}/stat").read().split()[3])):
            time.sleep(0.001)
        os.write(write, b"kept" if os.getppid() == judge else b"escaped")
    os._exit(0)
os.wait()
print(os.read(read, 100).decode())
""", "kept", "escaped"),
    Layer("streams", "import sys, threading\nprint('heard', len(sys.stdin.read()), sep='-')", "heard-0", ""),
    Layer("scratch", "import os\nprint('apart' if os.environ['HOME'] == os.getcwd() else 'at-home')",
          "apart", "at-home"),
    Layer("limits", """
try:
    with open("big", "wb") as file:
        file.truncate(2 * 2**30)
    print("made")
except OSError:
    print("denied")
""", "denied", "made"),
    Layer("limits-memory", """
import torch
try:
    torch.empty(6 * 2**30, dtype=torch.uint8)
    print("allocated")
except RuntimeError:
    print("denied")
""", "denied", "allocated", "limits"),
    Layer("landlock", """
from pathlib import Path
for path in ({check!r}, {solution!r}):
    try:
        print("read" if Path(path).read_text() else "")
    except OSError:
        print("denied")
try:
    Path({outside!r}).write_text("x")
    print("read")
except OSError:
    print("denied")
""", "denied", "read"),
    Layer("landlock-tcp", """
import socket
try:
    socket.create_server(("127.0.0.1", 0))
    print("listening")
except OSError:
    print("denied")
""", "denied", "listening", "landlock"),
    Layer("landlock-signals", """
import os
try:
    os.kill(os.getppid(), 0)
    print("signalled")
except OSError:
    print("denied")
""", "denied", "signalled", "landlock"),
)  # fmt: skip


def test_every_layer_that_the_doctor_names_is_tried_here() -> None:
    assert {layer.name for layer in LAYERS} | {"parent-death"} == set(EVERY)


@pytest.mark.parametrize("layer", LAYERS, ids=[layer.name for layer in LAYERS])
def test_each_layer_holds_and_is_missed_when_off(
    bench: Bench, another_engine: Callable[[], None], monkeypatch: pytest.MonkeyPatch, layer: Layer
) -> None:
    code = layer.tries
    for name, path in {
        "check": bench.root / "tests/checks/test_01_double.py",
        "solution": bench.root / "solutions/01_double.py",
        "outside": bench.root / "outside.txt",
    }.items():
        code = code.replace("{" + name + "!r}", repr(str(path)))
    held = attempt(bench.job(code + "\n" + SOLUTION))
    assert held.verdict is Verdict.PASSED
    if layer.name not in held.layers:
        pytest.skip(f"this machine has no layer {layer.name}: {held.layers}")
    assert set(held.output.text.split()) == {layer.held}
    another_engine()
    monkeypatch.setenv("TUTOR_WITHOUT_LAYERS", layer.switch or layer.name)
    free = attempt(bench.job(code + "\n" + SOLUTION))
    assert layer.name not in free.layers
    assert set(free.output.text.split()) == ({layer.free} if layer.free else set())


@pytest.mark.parametrize("off", [False, True], ids=["on", "off"])
def test_a_judge_dies_with_its_engine_by_parent_death(
    bench: Bench, another_engine: Callable[[], None], monkeypatch: pytest.MonkeyPatch, off: bool
) -> None:
    another_engine()
    if off:
        monkeypatch.setenv("TUTOR_WITHOUT_LAYERS", "parent-death")
    if "parent-death" not in attempt(bench.job(SOLUTION)).layers and not off:
        pytest.skip("this machine has no layer parent-death")
    with Engine.connect() as engine:
        run = engine.run(bench.job(SOLUTION + "while True: pass", time_limit=600.0))
        assert isinstance(next(run), Started)
        judges = [psutil.Process(pid) for pid in processes_of_engine()]
        status = engine_status()
        assert judges
        assert status is not None
        os.kill(status.pid, signal.SIGKILL)
        with pytest.raises(EngineUnavailable, match="gone away"):
            list(run)
    _, alive = psutil.wait_procs(judges, timeout=1 if off else 20)
    for judge in alive:
        judge.kill()
    assert alive == (judges if off else [])


SECRETS = """
import os
print(sorted(key for key in os.environ if "TOKEN" in key or "KEY" in key), "TOKEN" in open("/proc/self/environ").read())
"""


@pytest.mark.parametrize("off", [False, True], ids=["on", "off"])
def test_an_answer_sees_no_secrets_by_the_list_of_what_it_may_see(
    bench: Bench, another_engine: Callable[[], None], monkeypatch: pytest.MonkeyPatch, off: bool
) -> None:
    another_engine()
    monkeypatch.setenv("MY_TOKEN", "secret")
    monkeypatch.setenv("SOME_SECRET_ACCESS_KEY", "secret")
    if off:
        monkeypatch.setattr(client, "KNOWN_PREFIXES", ("",))
    said = attempt(bench.job(SECRETS + SOLUTION)).output.text.strip()
    assert said == ("['MY_TOKEN', 'SOME_SECRET_ACCESS_KEY'] True" if off else "[] False")


def test_an_answer_cannot_leave_bytecode_beside_what_it_imports(bench: Bench) -> None:
    bench.write("exercises/helper.py", "TWO = 2\n")
    code = f"import sys\nsys.path.insert(0, {str(bench.root / 'exercises')!r})\nimport helper\n"
    assert attempt(bench.job(code + SOLUTION)).verdict is Verdict.PASSED
    assert not (bench.root / "exercises" / "__pycache__").exists()
