"""Sums over axes of arrays, and what is made of sums of exponentials."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.namespaces import rows
from micrograd_act.namespaces.rows import rows_of

__all__ = ["Sums", "ones"]

Array: TypeAlias = Any
Axis: TypeAlias = int | tuple[int, ...] | None

_ndarray = np.ndarray
_MODERATE = {"f": 40.0, "d": 600.0}  # neither exp of it nor a sum of such overflows
_DEEP = -1e300  # exp of it is 0, and a maximum can be taken off
_LONG = 1 << 12  # sums of more terms are NumPy's pairwise ones, which keep their digits


@lru_cache(maxsize=64)
def ones(n: int, dtype: Any) -> Array:
    """A vector of ones: its product with a matrix takes half the time of NumPy's sum."""
    return np.ones(n, dtype)


class Sums:
    """Sums over `module`; NumPy's own take short cuts."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self._native = module is np
        # np.sum adds a microsecond of dispatch to these.
        self._sum: Callable[..., Array] = np.add.reduce if self._native else module.sum
        self._amax: Callable[..., Array] = _amax if self._native else module.max
        self._amin: Callable[..., Array] = np.minimum.reduce if self._native else module.min
        self._all: Callable[..., Any] = np.logical_and.reduce if self._native else module.all
        self.sum = _reducing(self._sum, self._native)

    def _floating(self, x: Any) -> Array:
        raise NotImplementedError

    def sumprod(self, a: Array, b: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        """Sum of ``a * b``; no array of products is made where there are not too many terms."""
        if not (self._native and type(a) is type(b) is _ndarray and a.shape == b.shape):
            return self.sum(a * b, axis=axis, keepdims=keepdims)
        subscripts, kept, count = _contraction(a.shape, axis)
        if count > _LONG:
            return self.sum(a * b, axis=axis, keepdims=keepdims)
        y = np.vecdot(a, b) if subscripts is None else np.einsum(subscripts, a, b)
        return y.reshape(kept) if keepdims else y

    def amax(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        return self._amax(x, axis=axis, keepdims=keepdims)

    def amin(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        return self._amin(x, axis=axis, keepdims=keepdims)

    def softmax(self, x: Array, axis: Axis) -> Array:
        if not x.size:
            return self._floating(x).copy()
        e, total, undefined = self._powers(x, axis)
        e /= total
        return e if undefined is None else self.module.where(undefined, math.nan, e)

    def scaled_softmax(self, x: Array, axis: Axis, g: Array) -> Array:
        if not x.size:
            return self._floating(x) * g
        e, total, undefined = self._powers(x, axis)
        e *= g / total
        return e if undefined is None else self.module.where(undefined, math.nan, e)

    def softmax_excess(self, x: Array, labels: Array, g: Array) -> Array:
        small = rows_of(x) if self._native else None
        if small and type(g) is _ndarray and g.shape == (len(x), 1) and g.dtype.char == "d":
            return np.array(rows.excess(small, labels.tolist(), g[:, 0].tolist()))
        c = self.scaled_softmax(x, 1, g)
        at = np.arange(len(x)), labels
        c[at] = 0.0
        c[at] -= self.sum(c, axis=1)
        return c

    def log_softmax(self, x: Array, axis: Axis) -> Array:
        if not x.size:
            return self._floating(x).copy()
        d, m, undefined = self._below_maximum(x, axis)
        y = d - self._log_sum(self._powers_of(x, m, d.copy(), undefined is None), axis)
        return y if undefined is None else self.module.where(undefined, math.nan, y)

    def log_softmax_at(self, x: Array, labels: Array) -> Array:
        if self._native and (small := rows_of(x)):
            return np.array(rows.log_softmax_at(small, labels.tolist()))
        d, m, undefined = self._below_maximum(x, 1)
        y = d[np.arange(len(x)), labels]
        y -= self._log_sum(self._powers_of(x, m, d, undefined is None), 1)[:, 0]
        return y if undefined is None else self.module.where(undefined[:, 0], math.nan, y)

    def logsumexp(self, x: Array, axis: Axis, keepdims: bool = False) -> Array:
        if not x.size:  # the logarithm of 0
            return self.sum(self._floating(x), axis=axis, keepdims=keepdims) - math.inf
        if axis in (-1, x.ndim - 1) and self._native and (small := rows_of(x)):
            found = np.array(rows.logsumexp(small))
            return found.reshape((*x.shape[:-1], 1) if keepdims else x.shape[:-1])
        d, m, undefined = self._below_maximum(x, axis)
        y = self._log_sum(self._powers_of(x, m, d, undefined is None), axis)
        y += m
        return y if keepdims else self.module.squeeze(y, axis=axis)

    def _below_maximum(
        self, x: Array, axis: Axis, m: Array | None = None
    ) -> tuple[Array, Array, Array | None]:
        """``x - max(x)``, or its limit; the maximum; the rows that have no limit."""
        xp = self.module
        x = self._floating(x)
        m = self._amax(x, axis=axis, keepdims=True) if m is None else m
        if self._all(xp.isfinite(m), axis=None):
            with np.errstate(over="ignore"):  # -inf, whose power is 0, is what is meant
                return x - m, m, None
        infinite, largest = xp.isinf(m), x == m
        d = x - xp.where(infinite, 0.0, m)
        d = xp.where(largest, 0.0, xp.where(m == math.inf, -math.inf, d))
        return d, m, infinite & (self._sum(largest, axis=axis, keepdims=True) > 1)

    def _powers(self, x: Array, axis: Axis) -> tuple[Array, Array, Array | None]:
        """Multiples of exp(x) in each row, their sum, and the rows where it has no limit."""
        x = self._floating(x)
        m = self._amax(x, axis=axis, keepdims=True)
        undefined = None
        if self._native and x.dtype.char in "fd" and _is_moderate(m, _MODERATE[x.dtype.char]):
            e = self.module.exp(x)  # without a maximum taken off it has no fewer digits
        else:
            d, _, undefined = self._below_maximum(x, axis, m)
            e = self._powers_of(x, m, d, undefined is None)
        return e, self.sum(e, axis=axis, keepdims=True), undefined

    def _powers_of(self, x: Array, m: Array, d: Array, finite: bool) -> Array:
        """``exp(x - m)``, given the rounded difference, whose place it takes, and if m is finite.

        In float64 with what the rounding took away, which would cost 350 ulp in the tails; in
        float32 that costs 50, and cross-entropy would take six times as long.
        """
        if type(d) is not _ndarray or not self._native:
            return self.module.exp(d)
        e: Array = np.exp(d, out=d)
        if x.dtype.char == "d" and finite:
            x = np.maximum(x, _DEEP)
            difference = x - m
            taken = x - difference
            rest = taken - m
            difference += taken
            x -= difference
            rest += x
            rest *= e
            e += rest
        return e

    def zero_sum(self, c: Array, picked: Array, axis: Axis) -> Array:
        """In the place of `c`, unless nothing is picked."""
        if not picked.any():
            return c
        if type(c) is not _ndarray:
            return self.module.where(picked, 0.0, c)
        c[picked] = 0.0
        rest = self.sum(c, axis=axis, keepdims=True)
        return np.subtract(c, rest, out=c, where=picked)

    def _log_sum(self, e: Array, axis: Axis) -> Array:
        """log(sum(e)) of powers of which the largest is 1; `e` is used up."""
        total = self.sum(e, axis=axis, keepdims=True)
        if self._amin(total, axis=None) > 1.5:
            return self.module.log(total)
        largest = e == 1.0  # with its 1 left out the sum keeps the small terms
        e -= largest
        rest = self._sum(e, axis=axis, keepdims=True)
        rest += self._sum(largest, axis=axis, keepdims=True, dtype=e.dtype) - 1.0
        return self.module.log1p(rest)


def _is_moderate(m: Array, limit: float) -> bool:
    low: Any = np.minimum.reduce(m, axis=None)
    high: Any = np.maximum.reduce(m, axis=None)
    return bool(low >= 0.0 and high <= limit)


def _amax(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """NumPy's maximum, which takes 90 ns for each row, however short it is, of pairs first."""
    n = x.shape[-1] if x.ndim else 0
    reduce: Callable[..., Array] = np.maximum.reduce
    if (
        x.size < 1024
        or not 1 < n <= 256
        or axis not in (-1, x.ndim - 1)
        or not x.flags.c_contiguous
    ):
        return reduce(x, axis=axis, keepdims=keepdims)
    y = x.reshape(-1)
    while n % 2 == 0:
        y = np.maximum(y[0::2], y[1::2])
        n //= 2
    if n > 1:
        y = reduce(y.reshape(-1, n).T.copy())
    return y.reshape(*x.shape[:-1], 1) if keepdims else y.reshape(x.shape[:-1])


def _reducing(reduce: Callable[..., Array], native: bool) -> Callable[..., Array]:
    # a function of the instance: the method costs a quarter more, and every bias calls it
    def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        return reduce(x, axis=axis, keepdims=keepdims) if keepdims else reduce(x, axis=axis)

    def sum_of_matrix(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        if type(axis) is tuple and len(axis) == 1:
            axis = axis[0]
        if type(axis) is int and type(x) is _ndarray and x.ndim > 1 and x.dtype.char in "fd":
            *outer, n = x.shape
            if axis in (-1, len(outer)) and 0 < n <= _LONG:
                y = x.reshape(-1, n).dot(ones(n, x.dtype))
                return y.reshape(*outer, 1) if keepdims else y.reshape(outer)
            if axis in (0, -2) and x.ndim == 2 and len(x) <= _LONG:
                y = ones(len(x), x.dtype).dot(x)
                return y.reshape(1, n) if keepdims else y
        return sum(x, axis, keepdims)

    return sum_of_matrix if native else sum


@lru_cache(maxsize=256)
def _contraction(shape: tuple[int, ...], axis: Axis) -> tuple[str | None, tuple[int, ...], int]:
    """Subscripts of a sum over axes, None for the last; the shape with them as 1; the terms."""
    ndim = len(shape)
    given = range(ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = tuple(sorted({range(ndim)[a] for a in given}))
    letters = "abcdefghijklmnopqrstuvwxyz"[:ndim]
    left = "".join(s for i, s in enumerate(letters) if i not in axes)
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    subscripts = None if axes == (ndim - 1,) else f"{letters},{letters}->{left}"
    return subscripts, kept, math.prod(shape[a] for a in axes)
