"""Every planted fault is caught and named, and nothing that is right is accused."""

import pytest

from tests.checking.suite import faults, hard, hard_arrays, kinks, slips, states

CASES = [
    *faults.CASES,
    *slips.CASES,
    *kinks.CASES,
    *states.CASES,
    *hard.CASES,
    *hard_arrays.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case):
    case.check()


def test_the_suite_is_whole():
    """A fault that changes nothing is left out when the cases are made: none may vanish so."""
    verdicts = [case.verdict for case in CASES]
    assert (verdicts.count("fail"), verdicts.count("pass")) == (1, 1)
