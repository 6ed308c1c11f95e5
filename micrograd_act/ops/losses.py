"""Losses that are worth a node of their own."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, register


def _mse(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Mean of the squared differences."""
    d = a - b
    return xp.sum(d * d) / math.prod(a.shape)


def _mse_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return (a - b) * (2 * g / math.prod(a.shape))


def _mse_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return (b - a) * (2 * g / math.prod(a.shape))


mse = register(Op("mse", _mse, (_mse_a, _mse_b), elementwise=False))
