"""Every fault through the real engine: a true verdict, and no harm."""

import pytest
from faults import Fault, House, corpus, hold_to_account

from tutor.attempt.result import Verdict

pytestmark = pytest.mark.proof


@pytest.mark.parametrize("fault", corpus(), ids=[fault.name for fault in corpus()])
def test_a_fault_gets_its_verdict_and_does_no_harm(
    fault: Fault, house: House, layers: frozenset[str], request: pytest.FixtureRequest
) -> None:
    if fault.known:
        request.applymarker(pytest.mark.xfail(reason=fault.known, strict=True))
    hold_to_account(fault, house, layers, _through_engine)


def _through_engine(house: House) -> tuple[Verdict, str, dict[str, tuple[object, ...]]]:
    attempt = house.attempt()
    return attempt.verdict, attempt.message or "", house.picture()
