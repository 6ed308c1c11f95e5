"""The digits of every activation: value, slope and the slope's slope, over the whole range."""

import numpy as np
import pytest

from micrograd_act.ops import REGISTRY
from micrograd_act.ops.op import Op
from tests.contract.cases import cases
from tests.contract.rounding import errors, second_error

# With other parameters the product beta * x is rounded before exp sees it.
BY_DEFAULT = {
    name: found[0].op if isinstance(entry, Op) or entry.required else entry.bind()
    for name, entry in REGISTRY.items()
    if (found := [case for case in cases(name) if case.op.facts])
}


@pytest.mark.parametrize(
    ("dtype", "value_bound", "slope_bound"), [(np.float64, 4, 10), (np.float32, 4, 16)]
)
@pytest.mark.parametrize("name", BY_DEFAULT)
def test_value_and_slope(name, dtype, value_bound, slope_bound):
    (value, at), (slope, slope_at) = errors(BY_DEFAULT[name], dtype)
    assert value <= value_bound, f"{value} ulp at {at}"
    assert slope <= slope_bound, f"{slope} ulp at {slope_at}"


@pytest.mark.parametrize("name", BY_DEFAULT)
def test_second_derivative(name):
    bend, at = second_error(BY_DEFAULT[name])
    assert bend <= 10, f"{bend} ulp at {at}"


def _tanh(xp, x):
    return xp.tanh(x)


def _naive(xp, g, y, x):
    return g * (1 - y * y)


def _textbook(xp, x):
    return xp.log(1.0 + xp.exp(x))


def test_lost_digits_are_found():
    naive = Op("naive", _tanh, (_naive,), facts=REGISTRY["tanh"].facts)
    (value, _), (slope, _) = errors(naive)
    assert value <= 4
    assert slope > 1e10
    textbook = Op("textbook", _textbook, (_naive,), facts=REGISTRY["softplus"].bind().facts)
    with np.errstate(over="ignore"):
        (value, _), _ = errors(textbook)
    assert value == np.inf
