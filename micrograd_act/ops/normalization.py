"""Mean 0 and variance 1: what layer, group and batch normalization share."""

from __future__ import annotations

import math
from functools import partial

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Forward, Op, Vjp, family
from micrograd_act.ops.shaping import _one_of

Axes = tuple[int, ...]


def _deviations(xp: Namespace, x: Operand, axis: Axes, eps: float) -> tuple[Operand, Operand]:
    """``x - mean``, an array of its own, and ``1 / sqrt(var + eps)``."""
    n = _count(x, axis)
    d = x - xp.sum(x, axis=axis, keepdims=True) / n
    return d, 1.0 / xp.sqrt(xp.sumprod(d, d, axis=axis, keepdims=True) / n + eps)


def _count(x: Operand, axis: Axes) -> int:
    return math.prod(x.shape[a] for a in axis)


def _centred(xp: Namespace, h: Operand, d: Operand, rate: Operand, axis: Axes) -> Operand:
    """`h` without its mean and without its part along `d`; takes the place of both."""
    n = _count(h, axis)
    d *= xp.sumprod(h, d, axis=axis, keepdims=True) * rate * rate / n
    d += xp.sum(h, axis=axis, keepdims=True) / n
    h -= d
    return h


@family()
def standardize(axis: Axes = (-1,), eps: float = 1e-5) -> Op:
    """``(x - mean) / sqrt(var + eps)`` over `axis`, with the variance of the population."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        d, rate = _deviations(xp, x, axis, eps)
        d *= rate
        return d

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        d, rate = _deviations(xp, x, axis, eps)
        return _centred(xp, g * rate, d, rate, axis)

    return Op("standardize", forward, (vjp,), elementwise=False)


@family(arity=3)
def layer_standardize(axis: Axes = (-1,), eps: float = 1e-5) -> Op:
    """``standardize(x) * weight + bias``, both of the shape of the last axes, `axis`."""

    def forward(xp: Namespace, x: Operand, weight: Operand, bias: Operand) -> Operand:
        d, rate = _deviations(xp, x, axis, eps)
        d *= rate
        d *= weight
        d += bias
        return d

    def joint(
        xp: Namespace, g: Operand, y: Operand, x: Operand, weight: Operand, bias: Operand
    ) -> list[Operand]:
        outer = tuple(range(len(x.shape) - len(axis)))
        d, rate = _deviations(xp, x, axis, eps)
        h = g * rate
        of_weight = xp.sumprod(h, d, axis=outer)
        h *= weight
        return [_centred(xp, h, d, rate, axis), of_weight, xp.sum(g, axis=outer)]

    return _of_three("layer_standardize", forward, joint)


@family(arity=3)
def batch_standardize(axis: Axes = (0,), eps: float = 1e-5) -> Op:
    """``standardize(x) * weight + bias``, both of the shape of x's mean with its axes kept."""

    def forward(xp: Namespace, x: Operand, weight: Operand, bias: Operand) -> Operand:
        d, rate = _deviations(xp, x, axis, eps)
        d *= rate * weight
        d += bias
        return d

    def joint(
        xp: Namespace, g: Operand, y: Operand, x: Operand, weight: Operand, bias: Operand
    ) -> list[Operand]:
        n = _count(x, axis)
        d, rate = _deviations(xp, x, axis, eps)
        of_weight = xp.sumprod(g, d, axis=axis, keepdims=True) * rate
        of_bias = xp.sum(g, axis=axis, keepdims=True)
        # `_centred` of g, times rate and weight, with the sums that are known
        d *= of_weight * rate / n
        d += of_bias / n
        d -= g
        d *= -rate * weight
        return [d, of_weight, of_bias]

    return _of_three("batch_standardize", forward, joint)


def _of_three(name: str, forward: Forward, joint: Vjp) -> Op:
    vjps = tuple(partial(_one_of, joint, i) for i in range(3))
    return Op(name, forward, vjps, elementwise=False, joint=joint)
