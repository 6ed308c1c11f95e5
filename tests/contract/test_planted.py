"""Each planted fault is caught by the check that it targets; unbroken, nothing is."""

import numpy as np
import pytest

from tests.broken import PROMISES, WRONG_FACTS, sound
from tests.contract.cases import case_of
from tests.contract.checks import CHECKS
from tests.contract.facts import FACTS


@pytest.mark.parametrize(("check", "fault"), PROMISES)
def test_a_broken_promise_is_caught(check, fault):
    with pytest.raises(AssertionError):
        CHECKS[check](PROMISES[check, fault])


@pytest.mark.parametrize(("fact", "fault"), WRONG_FACTS)
def test_a_wrong_fact_is_caught(fact, fault):
    with pytest.raises(AssertionError):
        FACTS[fact](WRONG_FACTS[fact, fault])


def test_every_check_has_a_fault_that_it_catches():
    by_engine = {"gradients_own_their_memory"}  # tests/graph/test_faults.py plants engines
    assert {check for check, _ in PROMISES} == set(CHECKS) - by_engine
    assert {fact for fact, _ in WRONG_FACTS} == set(FACTS)


@pytest.mark.parametrize("name", ["tanh", "softmax", "exp", "mul"])
def test_what_is_planted_is_the_fault_alone(name):
    op = sound(name)
    shapes = None if op.elementwise else ((3, 3),)
    case = case_of(op, shapes, np.random.default_rng(5))
    for check in CHECKS.values():
        if check is not CHECKS["identity"]:  # an op outside the registry is equal to itself only
            check(case)
