"""Every planted fault is caught and named, and nothing that is right is accused."""

from collections import Counter

import pytest

from tests.checking.suite import (
    broadcasting,
    engine,
    faults,
    hard,
    hard_arrays,
    kinks,
    large,
    slips,
    states,
    tape,
)

CASES = [
    *faults.CASES,
    *faults.ELSEWHERE_CASES,
    *slips.CASES,
    *broadcasting.CASES,
    *kinks.CASES,
    *states.CASES,
    *tape.CASES,
    *engine.CASES,
    *large.CASES,
    *hard.CASES,
    *hard_arrays.CASES,
    *hard_arrays.RIGHT_FUNCTIONS,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case):
    case.check()


def test_the_suite_is_whole():
    """A fault that changes nothing is left out when the cases are made: none may vanish so."""
    verdicts = Counter(case.verdict for case in CASES)
    assert verdicts == {"fail": 2184, "pass": 536, "inconclusive": 6}
    assert len({case.name for case in CASES}) == len(CASES)
