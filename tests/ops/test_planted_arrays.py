"""Planted faults of array rules and functions are caught by what checks the real ones."""

import pytest

from micrograd_act import Tensor, gradcheck
from micrograd_act.ops.op import evaluate
from tests.broken_arrays import FUNCTIONS, RULES
from tests.contract.checks import CHECKS
from tests.ops.test_layers import test_same_as_pytorch as check_reference


@pytest.mark.parametrize("name", RULES)
def test_a_wrong_rule_is_caught(name):
    case = RULES[name]
    with pytest.raises(AssertionError):
        CHECKS["vjp"](case)
    leaves = tuple(
        Tensor(x, requires_grad=True) if i in case.checked else x for i, x in enumerate(case.xs)
    )
    report = gradcheck(evaluate(case.op, leaves), raise_exception=False)
    assert {failure.op for failure in report.failures} == {case.op.name}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_part_is_caught(name, monkeypatch):
    module, part, wrong, expression = FUNCTIONS[name]
    check_reference(expression)
    monkeypatch.setattr(module, part, wrong)
    with pytest.raises(AssertionError):
        check_reference(expression)
