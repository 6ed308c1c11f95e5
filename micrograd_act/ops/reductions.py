"""Reductions over axes, and the functions that normalise along one."""

from __future__ import annotations

import math
import operator
from typing import TypeAlias

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family

Axes: TypeAlias = int | tuple[int, ...] | None
_LOG_HALF = -math.log(2.0)


def _axes(axis: Axes, ndim: int) -> tuple[int, ...]:
    """The reduced axes as non-negative numbers; axis 0 of a single number is nothing."""
    if axis is None or not ndim:
        return tuple(range(ndim))
    return tuple(a % ndim for a in ((axis,) if isinstance(axis, int) else axis))


def _kept(shape: tuple[int, ...], axis: Axes) -> tuple[int, ...]:
    """The shape of the result with the reduced axes kept as 1."""
    reduced = _axes(axis, len(shape))
    return tuple(1 if i in reduced else n for i, n in enumerate(shape))


def _count(shape: tuple[int, ...], axis: Axes) -> int:
    if axis is None:
        return math.prod(shape)
    return math.prod(shape[a] for a in _axes(axis, len(shape)))


def _spread(xp: Namespace, g: Operand, x: Operand, axis: Axes, keepdims: bool) -> Operand:
    """The cotangent of a sum given to every element that went into it."""
    if axis is not None and not keepdims:
        g = xp.reshape(g, _kept(x.shape, axis))
    return xp.broadcast_to(g, x.shape)


def _check_axis(name: str, axis: object) -> None:
    """Raise on an axis that is no integer; whether it is in range only the array can tell."""
    if axis is None:
        return
    try:
        axes = [operator.index(a) for a in (axis if isinstance(axis, tuple) else (axis,))]
    except TypeError:
        raise TypeError(f"{name}: axis must be an int or a tuple of ints, got {axis!r}") from None
    if len(set(axes)) < len(axes):
        raise ValueError(f"{name}: axis {axis} names an axis twice")


def _check_floating(name: str, x: Operand) -> str:
    """Raise on whole numbers, whose mean is none; else give NumPy's letter of the dtype."""
    letter: str = x.dtype.char if hasattr(x, "dtype") else "d"
    if letter not in "efdgO":
        raise TypeError(f"{name}: needs a floating dtype, got {x.dtype}; use x.double()")
    return letter


@family()
def sum(axis: Axes = None, keepdims: bool = False) -> Op:
    """Sum over `axis` (all by default)."""
    _check_axis("sum", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.sum(x, axis=axis, keepdims=keepdims)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return _spread(xp, g, x, axis, keepdims)

    return Op("sum", forward, (vjp,), elementwise=False, slopes=(1.0,), symbol="Σ")


@family()
def mean(axis: Axes = None, keepdims: bool = False) -> Op:
    """Mean over `axis` (all by default); of nothing it is NaN, as NumPy's.

    Raises
    ------
    TypeError
        If the numbers are whole.
    """
    _check_axis("mean", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        if _check_floating("mean", x) == "e":  # sums of float16 overflow; NumPy does the same
            wide = xp.sum(x.astype("float32"), axis=axis, keepdims=keepdims)
            return (wide / _count(x.shape, axis)).astype("float16")
        return xp.sum(x, axis=axis, keepdims=keepdims) / _count(x.shape, axis)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return _spread(xp, g / _count(x.shape, axis), x, axis, keepdims)

    return Op("mean", forward, (vjp,), elementwise=False)


def _tied(xp: Namespace, g: Operand, y: Operand, x: Operand, axis: Axes) -> Operand:
    """Share `g` evenly among the elements equal to the extreme (PyTorch's amax); NaN stays NaN."""
    kept = _kept(x.shape, axis)
    y = xp.reshape(y, kept)
    tie = xp.where(x == y, 1.0, xp.where(y == y, 0.0, y))
    return xp.reshape(g, kept) * (tie / xp.sum(tie, axis=axis, keepdims=True))


def _extreme(name: str, symbol: str, axis: Axes, keepdims: bool) -> Op:
    """`amax` or `amin`."""
    _check_axis(name, axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return getattr(xp, name)(x, axis=axis, keepdims=keepdims)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return _tied(xp, g, y, x, axis)

    return Op(name, forward, (vjp,), elementwise=False, symbol=symbol)


@family()
def amax(axis: Axes = None, keepdims: bool = False) -> Op:
    """Largest element over `axis`; the gradient is shared evenly among ties, as PyTorch's."""
    return _extreme("amax", "max", axis, keepdims)


@family()
def amin(axis: Axes = None, keepdims: bool = False) -> Op:
    """Smallest element over `axis`; the gradient is shared evenly among ties, as PyTorch's."""
    return _extreme("amin", "min", axis, keepdims)


@family()
def logsumexp(axis: Axes = None, keepdims: bool = False) -> Op:
    """``log(sum(exp(x)))`` over `axis`, without overflow."""
    _check_axis("logsumexp", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.logsumexp(x, axis=axis, keepdims=keepdims)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.scaled_softmax(x, axis, xp.reshape(g, _kept(x.shape, axis)))

    return Op("logsumexp", forward, (vjp,), elementwise=False)


@family()
def softmax(axis: Axes = -1) -> Op:
    """``exp(x) / sum(exp(x))`` along `axis`."""
    _check_axis("softmax", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.softmax(x, axis)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        c = g - xp.sumprod(g, y, axis, keepdims=True)
        c *= y
        return xp.zero_sum(c, y > 0.5, axis)

    return Op("softmax", forward, (vjp,), elementwise=False, activation=True)


@family()
def softmin(axis: Axes = -1) -> Op:
    """``softmax(-x)`` along `axis`."""
    _check_axis("softmin", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.softmax(-x, axis)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        c = y * (xp.sumprod(g, y, axis, keepdims=True) - g)
        return xp.zero_sum(c, y > 0.5, axis)

    return Op("softmin", forward, (vjp,), elementwise=False, activation=True)


@family()
def log_softmax(axis: Axes = -1) -> Op:
    """``log(softmax(x))`` along `axis`, without overflow or a logarithm of 0."""
    _check_axis("log_softmax", axis)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.log_softmax(x, axis)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        c = g - xp.scaled_softmax(x, axis, xp.sum(g, axis=axis, keepdims=True))
        return xp.zero_sum(c, y > _LOG_HALF, axis)

    return Op("log_softmax", forward, (vjp,), elementwise=False, activation=True)
