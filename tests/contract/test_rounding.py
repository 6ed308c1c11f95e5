"""Whoever measures rounding errors for docs/operations.md finds those that are there."""

import numpy as np

from micrograd_act.ops import REGISTRY
from micrograd_act.ops.op import Op
from tests.contract.rounding import errors


def _tanh(xp, x):
    return xp.tanh(x)


def _naive(xp, g, y, x):
    return g * (1 - y * y)


def _textbook(xp, x):
    return xp.log(1.0 + xp.exp(x))


def test_lost_digits_are_found():
    naive = Op("naive", _tanh, (_naive,), facts=REGISTRY["tanh"].facts)
    (value, _), (slope, _) = errors(REGISTRY["tanh"])
    assert value <= 4
    assert slope <= 10
    (value, _), (slope, _) = errors(naive)
    assert value <= 4
    assert slope > 1e10
    textbook = Op("textbook", _textbook, (_naive,), facts=REGISTRY["softplus"].bind().facts)
    with np.errstate(over="ignore"):
        (value, _), _ = errors(textbook)
    assert value == np.inf
