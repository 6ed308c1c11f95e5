"""Mean 0 and variance 1: what layer, group and batch normalization share."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family


@family()
def standardize(axis: tuple[int, ...] = (-1,), eps: float = 1e-5) -> Op:
    """``(x - mean) / sqrt(var + eps)`` over `axis`, with the variance of the population."""

    def parts(xp: Namespace, x: Operand) -> tuple[Operand, Operand]:
        d = x - mean(xp, x)
        return d, xp.sqrt(mean(xp, d * d) + eps)

    def mean(xp: Namespace, x: Operand) -> Operand:
        return xp.sum(x, axis=axis, keepdims=True) / math.prod(x.shape[a] for a in axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        d, deviation = parts(xp, x)
        return d / deviation

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        _, deviation = parts(xp, x)
        return (g - mean(xp, g) - y * mean(xp, g * y)) / deviation

    return Op("standardize", forward, (vjp,), elementwise=False)
