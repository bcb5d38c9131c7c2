"""Every fault through the real engine, some through the real command line: a true verdict, and no harm."""

import json
import subprocess
import sys

import pytest
from faults import GOOD, USUAL_LIMIT, Fault, House, corpus

from tutor.attempt.result import Verdict
from tutor.engine.client import Engine, engine_status
from tutor.workspace.progress import Progress

CASES = [(fault, way) for fault in corpus() for way in ("engine", "command") if way == "engine" or fault.cli]


@pytest.mark.parametrize(("fault", "way"), CASES, ids=[f"{fault.name}-{way}" for fault, way in CASES])
def test_a_fault_gets_its_verdict_and_does_no_harm(
    fault: Fault, way: str, house: House, layers: frozenset[str], request: pytest.FixtureRequest
) -> None:
    if missing := fault.needs - layers:
        pytest.skip(f"no {', '.join(sorted(missing))} here")
    if fault.without and _has(fault.without):
        pytest.skip(f"there is {fault.without} here")
    if fault.known:
        request.applymarker(pytest.mark.xfail(reason=fault.known, strict=True))
    house.set_limit(fault.limit)
    house.put(fault.source, fault.beside)
    Engine.connect().close()  # starts one, should an earlier fault have ended it
    status = engine_status()
    assert status is not None
    before = house.picture()

    if way == "engine":
        attempt = house.attempt()
        verdict, message = attempt.verdict, attempt.message or ""
        after = house.picture()
    else:
        verdict, message = _through_command(house)
        # The command writes the learner's progress: what it holds is looked at, not its bytes.
        before, after = _without_progress(before), _without_progress(house.picture())
        with Progress(house.progress) as progress:
            known = progress.summary(str(house.course.resolve()))
        assert {name: each.attempts for name, each in known.items()} == {"00_earlier": 1, "01_double": 1}

    assert (verdict, message) == (verdict if verdict in fault.verdicts else fault.verdicts, message)
    assert fault.message.lower() in message.lower()
    assert bool(message) is (verdict is not Verdict.PASSED)
    assert house.survivors() == []
    assert house.scratch_folders() == []
    assert {path: facts for path, facts in after.items() if before.get(path) != facts} == {}
    assert before.keys() == after.keys()
    now = engine_status()
    assert now is not None
    assert now.pid == status.pid
    assert now.running == 0
    house.set_limit(USUAL_LIMIT)
    house.put(GOOD)
    good = house.attempt()
    assert (good.verdict, good.message) == (Verdict.PASSED, None)
    assert frozenset(good.layers) == layers


def _through_command(house: House) -> tuple[Verdict, str]:
    """`tutor check` in the workspace, as people read it and as programs do: both must agree on the exit code."""
    words = [sys.executable, "-m", "tutor", "check", "01_double", "--course", str(house.course)]
    result = subprocess.run(
        [*words, "--json"], cwd=house.workspace, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
    )
    (line,) = result.stdout.decode("utf-8").splitlines()
    document = json.loads(line)
    verdict = Verdict(document["verdict"])
    assert result.returncode == (0 if verdict is Verdict.PASSED else 3 if verdict is Verdict.ERROR else 1)
    assert b"\x1b" not in result.stdout + result.stderr
    assert b"Traceback" not in result.stderr
    messages = [check["message"] for check in document["checks"] if check["message"]]
    return verdict, "\n".join(messages)


def _without_progress(picture: dict[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    return {path: facts for path, facts in picture.items() if "progress.db" not in path}


def _has(accelerator: str) -> bool:
    import torch

    return accelerator == "cuda" and torch.cuda.is_available()
