"""Variance, standard deviation and norms."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Forward, Op, Vjp, family
from micrograd_act.ops.reductions import (
    Axes,
    _check_axis,
    _check_floating,
    _count,
    _kept,
    _tied,
)


class _Spread:
    """What variance and standard deviation share: the arguments, and the deviations."""

    def __init__(
        self, name: str, axis: Axes, unbiased: bool | None, correction: float | None
    ) -> None:
        if isinstance(axis, bool):  # var(x, False) is PyTorch's var(x, unbiased=False)
            axis, unbiased = None, axis
        _check_axis(name, axis)
        if unbiased is not None and correction is not None:
            raise TypeError(f"{name}: unbiased and correction say the same; give one of them")
        self.axis = axis
        self.correction = correction if correction is not None else 0 if unbiased is False else 1

    def count(self, x: Operand) -> float:
        left = _count(x.shape, self.axis) - self.correction
        return left if left > 0 else 0  # 0 / 0 is NaN, NumPy's and PyTorch's

    def deviations(self, xp: Namespace, x: Operand) -> Operand:
        total = xp.sum(x, axis=self.axis, keepdims=True)
        return x - total / (_count(x.shape, self.axis) or math.nan)

    def variance(self, xp: Namespace, x: Operand, keepdims: bool) -> Operand:
        d = self.deviations(xp, x)
        return xp.sum(d * d, axis=self.axis, keepdims=keepdims) / self.count(x)


@family()
def var(
    axis: Axes = None,
    unbiased: bool | None = None,
    keepdims: bool = False,
    *,
    correction: float | None = None,
) -> Op:
    """Variance over `axis`: the squared deviations divided by the number less `correction`.

    That is 1 by default, as in PyTorch, and 0 with ``unbiased=False``. Of no more elements than
    `correction` it is NaN.
    """
    spread = _Spread("var", axis, unbiased, correction)

    def forward(xp: Namespace, x: Operand) -> Operand:
        _check_floating("var", x)
        return spread.variance(xp, x, keepdims)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        g = xp.reshape(g, _kept(x.shape, spread.axis))
        return g * (2 * spread.deviations(xp, x)) / spread.count(x)

    return Op("var", forward, (vjp,), elementwise=False)


@family()
def std(
    axis: Axes = None,
    unbiased: bool | None = None,
    keepdims: bool = False,
    *,
    correction: float | None = None,
) -> Op:
    """Square root of `var`; where it is 0 the slope is 0, as PyTorch's."""
    spread = _Spread("std", axis, unbiased, correction)

    def forward(xp: Namespace, x: Operand) -> Operand:
        _check_floating("std", x)
        return xp.sqrt(spread.variance(xp, x, keepdims))

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        kept = _kept(x.shape, spread.axis)
        g, y = xp.reshape(g, kept), xp.reshape(y, kept)
        return g * (spread.deviations(xp, x) / xp.where(y == 0, 1.0, y)) / spread.count(x)

    return Op("std", forward, (vjp,), elementwise=False)


@family()
def norm(p: float | str = "fro", axis: Axes = None, keepdims: bool = False) -> Op:
    """``sum(abs(x) ** p) ** (1 / p)`` over `axis`, all axes by default.

    "fro" is 2; inf and -inf give the largest and the smallest magnitude, 0 the number of elements
    that are not 0. Where the norm is 0 the slope is 0, as PyTorch's.
    """
    if isinstance(p, str) and p != "fro":
        raise ValueError(f"norm: p is a number or 'fro', got {p!r}")
    order = 2.0 if isinstance(p, str) else float(p)
    _check_axis("norm", axis)
    make = _extreme if math.isinf(order) else _count_of_others if order == 0 else _of_powers
    forward, vjp = make(order, axis, keepdims)
    return Op("norm", forward, (vjp,), elementwise=False, symbol="‖·‖")


def _extreme(order: float, axis: Axes, keepdims: bool) -> tuple[Forward, Vjp]:
    def forward(xp: Namespace, x: Operand) -> Operand:
        extreme = xp.amax if order > 0 else xp.amin
        return extreme(xp.abs(x), axis=axis, keepdims=keepdims)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return _tied(xp, g, y, xp.abs(x), axis) * xp.sign(x)

    return forward, vjp


def _count_of_others(order: float, axis: Axes, keepdims: bool) -> tuple[Forward, Vjp]:
    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.sum(xp.step(xp.abs(x)), axis=axis, keepdims=keepdims)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.reshape(g, _kept(x.shape, axis)) * xp.where(x == x, 0.0, x)

    return forward, vjp


def _of_powers(order: float, axis: Axes, keepdims: bool) -> tuple[Forward, Vjp]:
    def forward(xp: Namespace, x: Operand) -> Operand:
        if order == 2:
            return xp.sqrt(xp.sum(x * x, axis=axis, keepdims=keepdims))
        powers = xp.abs(x) if order == 1 else xp.pow(xp.abs(x), order)
        total = xp.sum(powers, axis=axis, keepdims=keepdims)
        return total if order == 1 else xp.pow(total, 1 / order)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        kept = _kept(x.shape, axis)
        g, y = xp.reshape(g, kept), xp.reshape(y, kept)
        if order == 1:
            return g * xp.sign(x)
        share = x / xp.where(y == 0, 1.0, y)
        if order == 2:
            return g * share
        size = xp.abs(xp.where(x == 0, 1.0, share))  # 0 to a negative power is infinite
        return g * xp.sign(x) * xp.pow(size, order - 1)

    return forward, vjp
