"""Products over axes and running sums and products along one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family
from micrograd_act.ops.reductions import Axes, _axes, _check_axis, _kept


def _along(x: Operand, axis: int) -> int:
    """The axis as a number from 0 on; a single number has axis 0, too."""
    ndim = len(x.shape) or 1
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, len(x.shape))
    return axis % ndim


def _part(xp: Namespace, x: Operand, at: int, *bounds: Any) -> Operand:
    return xp.getitem(x, (slice(None),) * at + (slice(*bounds),))


def _reversed(xp: Namespace, x: Operand, at: int) -> Operand:
    return _part(xp, x, at, None, None, -1)


@family()
def cumsum(axis: int) -> Op:
    """Sums of the elements up to each along `axis`."""
    _check_axis("cumsum", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        at = _along(x, axis)
        return xp.cumsum(x, at) if x.shape else x

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        at = _along(x, axis)
        if not x.shape:
            return g
        return _reversed(xp, xp.cumsum(_reversed(xp, g, at), at), at)

    return Op("cumsum", forward, (vjp,), elementwise=False, slopes=(1.0,))


@family()
def cumprod(axis: int) -> Op:
    """Products of the elements up to each along `axis`; slopes are right at zeros, too."""
    _check_axis("cumprod", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        at = _along(x, axis)
        return xp.cumprod(x, at) if x.shape else x

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        # s[i] = g[i] + x[i + 1] s[i + 1] by doubling; dividing g y by x would fail at zeros
        at = _along(x, axis)
        if not x.shape:
            return g
        s, a, shift = g, _part(xp, x, at, 1, None), 1
        while shift < x.shape[at]:
            rest = _part(xp, s, at, None, -shift) + a * _part(xp, s, at, shift, None)
            s = xp.concatenate((rest, _part(xp, s, at, -shift, None)), at)
            a = _part(xp, a, at, None, -shift) * _part(xp, a, at, shift, None)
            shift *= 2
        before = _part(xp, y, at, None, -1) * _part(xp, s, at, 1, None)
        return xp.concatenate((_part(xp, s, at, None, 1), before), at)

    return Op("cumprod", forward, (vjp,), elementwise=False)


@family()
def prod(axis: Axes = None, keepdims: bool = False) -> Op:
    """Product over `axis` (all by default); of nothing it is 1. Slopes are right at zeros, too."""
    _check_axis("prod", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.prod(x, axis=axis, keepdims=keepdims)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        g = xp.reshape(g, _kept(x.shape, axis))
        ndim = len(x.shape)
        reduced = _axes(axis, ndim)
        size = math.prod(x.shape[a] for a in reduced)
        if size < 2:
            return xp.broadcast_to(g, x.shape)
        order = (*(a for a in range(ndim) if a not in reduced), *reduced)
        moved = xp.permute_dims(x, order)
        outer = moved.shape[: ndim - len(reduced)]
        others = xp.reshape(_of_others(xp, xp.reshape(moved, (*outer, size))), moved.shape)
        back = tuple(order.index(a) for a in range(ndim))
        return g * xp.permute_dims(others, back)

    return Op("prod", forward, (vjp,), elementwise=False, symbol="Π")


def _of_others(xp: Namespace, x: Operand) -> Operand:
    """For each element of the last axis the product of the others."""
    at = len(x.shape) - 1
    left = xp.cumprod(x, at)
    right = _reversed(xp, xp.cumprod(_reversed(xp, x, at), at), at)
    middle = _part(xp, left, at, None, -2) * _part(xp, right, at, 2, None)
    ends = _part(xp, right, at, 1, 2), _part(xp, left, at, -2, -1)
    return xp.concatenate((ends[0], middle, ends[1]), at)
