"""Every planted fault is caught and named, and nothing that is right is accused."""

import pytest

from tests.checking.suite import (
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
    verdicts = [case.verdict for case in CASES]
    assert (verdicts.count("fail"), verdicts.count("pass")) == (1, 1)
