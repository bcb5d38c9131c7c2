"""The verdict follows from the evidence alone: nothing but every known check passed, and an orderly end, is a pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tutor.attempt.job import CheckSpec, Job
from tutor.attempt.result import CheckResult, Outcome, Verdict
from tutor.engine.output import OutputCollector
from tutor.engine.verdict import Evidence, settle

CHECKS = tuple(CheckSpec(id=f"test_{n}", claim=f"Claim {n}.", hints=("a", "b")) for n in range(3))
JOB = Job(exercise="01_x", checks=CHECKS, check_file="/c", solution_file="/s", answer_file="/a", time_limit=2.0)


def result(number: int, outcome: Outcome = Outcome.PASSED) -> CheckResult:
    return CheckResult(id=f"test_{number}", claim="what the judge says", outcome=outcome)


def results(*outcomes: Outcome) -> dict[str, CheckResult]:
    return {f"test_{n}": result(n, outcome) for n, outcome in enumerate(outcomes)}


ALL_PASSED = Evidence(results=results(*[Outcome.PASSED] * 3), run_ended=True, status=0)


def verdict(evidence: Evidence) -> Verdict:
    return settle(JOB, evidence, OutputCollector("k"), 0.1).verdict


def test_all_passed_in_order_is_a_pass() -> None:
    attempt = settle(JOB, ALL_PASSED, OutputCollector("k"), 0.1)
    assert attempt.verdict is Verdict.PASSED
    assert attempt.message is None
    assert [check.claim for check in attempt.checks] == [spec.claim for spec in CHECKS]
    assert [check.hints for check in attempt.checks] == [2, 2, 2]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"run_ended": False}, Verdict.CRASHED),
        ({"run_ended": False, "status": -9}, Verdict.CRASHED),
        ({"run_ended": False, "timed_out": True}, Verdict.TIMED_OUT),
        ({"run_ended": False, "fault": "The checks are broken."}, Verdict.ERROR),
        ({"run_ended": False, "answer_failed": ("No such module.", None)}, Verdict.CRASHED),
        ({"results": results(Outcome.PASSED, Outcome.PASSED)}, Verdict.FAILED),
        ({"results": results(Outcome.PASSED, Outcome.FAILED, Outcome.PASSED)}, Verdict.FAILED),
        ({"results": {}}, Verdict.FAILED),
        ({"tampered": ("torch.allclose",)}, Verdict.TAMPERED),
    ],
)
def test_anything_less_is_not(change: dict[str, object], expected: Verdict) -> None:
    assert verdict(replace(ALL_PASSED, **change)) is expected


@given(
    st.dictionaries(st.sampled_from([s.id for s in CHECKS] + ["test_forged"]), st.sampled_from(list(Outcome))),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, 0, 1, -9]),
)
def test_a_pass_needs_every_known_check_and_an_orderly_end(
    outcomes: dict[str, Outcome], ended: bool, late: bool, status: int | None
) -> None:
    evidence = Evidence(
        results={i: CheckResult(id=i, claim="", outcome=o) for i, o in outcomes.items()},
        run_ended=ended,
        timed_out=late,
        status=status,
    )
    if verdict(evidence) is Verdict.PASSED:
        assert ended
        assert all(outcomes.get(spec.id) is Outcome.PASSED for spec in CHECKS)


def test_the_sentence_is_at_the_check_that_was_running() -> None:
    evidence = Evidence(results=results(Outcome.PASSED), started="test_1", status=-9)
    attempt = settle(JOB, evidence, OutputCollector("k"), 0.1)
    assert [check.outcome for check in attempt.checks] == [Outcome.PASSED, Outcome.ERROR, Outcome.NOT_RUN]
    assert "SIGKILL" in (attempt.checks[1].message or "")
    assert attempt.message == attempt.checks[1].message


def test_no_checks_is_no_pass() -> None:
    empty = replace(JOB, checks=())
    assert settle(empty, Evidence(results={}, run_ended=True), OutputCollector("k"), 0.1).verdict is Verdict.FAILED
