"""Some faults through the real command line: the same verdicts, the documented exit codes, and progress kept."""

import json
import subprocess
import sys

import pytest
from faults import Fault, House, corpus, hold_to_account

from tutor.attempt.result import Verdict
from tutor.workspace.progress import Progress

pytestmark = pytest.mark.proof

CASES = [fault for fault in corpus() if fault.cli]
LIMIT = 300  # seconds, for a busy machine


@pytest.mark.parametrize("fault", CASES, ids=[fault.name for fault in CASES])
def test_a_fault_gets_its_verdict_from_the_command_line(fault: Fault, house: House, layers: frozenset[str]) -> None:
    hold_to_account(fault, house, layers, _through_command)


def _through_command(house: House) -> tuple[Verdict, str, dict[str, tuple[object, ...]]]:
    """`tutor check` in the workspace as programs read it; the progress it writes is looked at, not the file's bytes."""
    before = house.picture()
    words = [sys.executable, "-m", "tutor", "check", "01_double", "--course", str(house.course), "--json"]
    result = subprocess.run(
        words, cwd=house.workspace, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False
    )
    after = house.picture()
    (line,) = result.stdout.decode("utf-8").splitlines()
    document = json.loads(line)
    verdict = Verdict(document["verdict"])
    assert result.returncode == (0 if verdict is Verdict.PASSED else 3 if verdict is Verdict.ERROR else 1)
    assert b"\x1b" not in result.stdout + result.stderr
    assert b"Traceback" not in result.stderr
    with Progress(house.progress) as progress:
        known = progress.summary(str(house.course.resolve()))
    assert {name: each.attempts for name, each in known.items()} == {"00_earlier": 1, "01_double": 1}
    messages = [check["message"] for check in document["checks"] if check["message"]]
    kept = {path: facts for path, facts in before.items() if "progress.db" in path}
    others = {path: facts for path, facts in after.items() if "progress.db" not in path}
    return verdict, "\n".join(messages), {**others, **kept}
