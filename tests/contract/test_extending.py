"""docs/extending.md: its blocks run, and its ops keep the contract without a line of test code."""

from pathlib import Path

import numpy as np
import pytest

from micrograd_act.ops.op import REGISTRY, Op
from tests.contract import facts
from tests.contract.cases import bound, case_of
from tests.contract.checks import CHECKS
from tests.contract.samples import Sample
from tests.test_readme import python_blocks, run_block

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
SAMPLES = {"dead_zone": (Sample({"width": 0.3}),)}


@pytest.fixture(scope="module")
def added():
    """The names that the page adds to the registry, for as long as the tests run."""
    before = dict(REGISTRY)
    namespace = {"__name__": "__main__"}
    compared = sum(
        run_block(source, offset, namespace)
        for offset, source in python_blocks(PAGE.read_text(encoding="utf-8"))
    )
    assert compared >= 1
    yield [name for name in REGISTRY if name not in before]
    REGISTRY.clear()
    REGISTRY.update(before)


def _cases(name):
    rng = np.random.default_rng(1)
    samples = SAMPLES.get(name, ())
    return [case_of(op, inputs, rng) for op, inputs in bound(REGISTRY[name], samples)]


def test_the_ops_of_the_page_keep_the_contract(added):
    assert added == ["logcosh", "dead_zone", "sum_of_squares"]
    for name in added:
        for case in _cases(name):
            for check in CHECKS.values():
                check(case)


def test_the_facts_of_the_page_hold(added):
    op = REGISTRY["dead_zone"].bind(width=0.25)
    for check in facts.FACTS.values():
        check(op)


def _off(vjp):
    def off(xp, g, y, *x):
        return vjp(xp, g, y, *x) * (1 + 1e-6)

    return off


def test_a_slope_that_is_off_by_a_millionth_is_found(added):
    for name in added:
        case = _cases(name)[0]
        op = case.op
        wrong = Op(name, op.forward, tuple(map(_off, op.vjps)), elementwise=op.elementwise)
        with pytest.raises(AssertionError):
            CHECKS["vjp"](type(case)(wrong, case.xs))
