"""Each planted fault is caught by the check that it targets; unbroken, nothing is."""

import numpy as np
import pytest

from micrograd_act.ops.op import REGISTRY, Op
from tests.broken import PROMISES, WRONG_FACTS, sound
from tests.contract.cases import Case, case_of, cases
from tests.contract.checks import CHECKS, cotangent, pulled, value
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


def _all_cases():
    for name in REGISTRY:
        found = cases(name)
        if any(case.checked and case.op.vjps[case.checked[0]] for case in found):
            yield name


def _wrong(vjp, how):
    def rule(xp, g, y, *x):
        return how(vjp(xp, g, y, *x))

    return rule


HOWS = {"a millionth too large": lambda c: c * (1 + 1e-6), "of the wrong sign": lambda c: -c}


@pytest.mark.parametrize("name", list(_all_cases()))
def test_a_wrong_gradient_of_any_op_is_caught(name):
    case = max(cases(name), key=lambda case: _moved(case))
    if not _moved(case):
        pytest.skip("its gradient is 0 everywhere")
    op = case.op
    for how in HOWS.values():
        vjps = tuple(vjp and _wrong(vjp, how) for vjp in op.vjps)
        wrong = Op(op.name, op.forward, vjps, elementwise=op.elementwise)
        with pytest.raises(AssertionError):
            CHECKS["vjp"](Case(wrong, case.xs))


def _moved(case):
    """The largest element of a gradient of the case."""
    sizes = [np.abs(pulled(case, cotangent(value(case.op, case.xs).shape), i)).max(initial=0.0)
             for i in case.checked]  # fmt: skip
    return max(sizes, default=0.0)
