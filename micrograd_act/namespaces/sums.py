"""Sums over axes of arrays, and what is made of sums of exponentials."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Sums", "ones"]

Array: TypeAlias = Any
Axis: TypeAlias = int | tuple[int, ...] | None

_ndarray = np.ndarray
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
        self._amax: Callable[..., Array] = np.maximum.reduce if self._native else module.max
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
        d, _, undefined = self._below_maximum(x, axis)
        y = self._exp(d)
        y /= self.sum(y, axis=axis, keepdims=True)
        return y if undefined is None else self.module.where(undefined, math.nan, y)

    def log_softmax(self, x: Array, axis: Axis) -> Array:
        if not x.size:
            return self._floating(x).copy()
        d, _, undefined = self._below_maximum(x, axis)
        y = d - self._log_sum(self.module.exp(d), axis)
        return y if undefined is None else self.module.where(undefined, math.nan, y)

    def log_softmax_at(self, x: Array, axis: int, index: Any) -> Array:
        if not x.size:
            return self._floating(x)[index]
        d, _, undefined = self._below_maximum(x, axis)
        y = d[index]
        y -= self._log_sum(self._exp(d), axis).reshape(y.shape)
        if undefined is None:
            return y
        return self.module.where(undefined.reshape(y.shape), math.nan, y)

    def logsumexp(self, x: Array, axis: Axis, keepdims: bool = False) -> Array:
        if not x.size:  # the logarithm of 0
            return self.sum(self._floating(x), axis=axis, keepdims=keepdims) - math.inf
        d, m, _ = self._below_maximum(x, axis)
        y = self._log_sum(self._exp(d), axis)
        y += m
        return y if keepdims else self.module.squeeze(y, axis=axis)

    def _below_maximum(self, x: Array, axis: Axis) -> tuple[Array, Array, Array | None]:
        """``x - max(x)``, or its limit; the maximum; the rows that have no limit."""
        xp = self.module
        x = self._floating(x)
        m = self._amax(x, axis=axis, keepdims=True)
        if self._all(xp.isfinite(m), axis=None):
            return x - m, m, None
        infinite, largest = xp.isinf(m), x == m
        d = x - xp.where(infinite, 0.0, m)
        d = xp.where(largest, 0.0, xp.where(m == math.inf, -math.inf, d))
        return d, m, infinite & (self._sum(largest, axis=axis, keepdims=True) > 1)

    def _exp(self, d: Array) -> Array:
        """exp(d), which takes the place of d."""
        return np.exp(d, out=d) if type(d) is _ndarray and self._native else self.module.exp(d)

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


def _reducing(reduce: Callable[..., Array], native: bool) -> Callable[..., Array]:
    # a function of the instance: the method costs a quarter more, and every bias calls it
    def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        return reduce(x, axis=axis, keepdims=keepdims) if keepdims else reduce(x, axis=axis)

    def sum_of_matrix(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        if type(axis) is int and type(x) is _ndarray and x.ndim == 2 and x.dtype.char in "fd":
            rows, columns = x.shape
            if axis in (0, -2) and rows <= _LONG:
                y = ones(rows, x.dtype).dot(x)
                return y.reshape(1, columns) if keepdims else y
            if axis in (1, -1) and columns <= _LONG:
                y = x.dot(ones(columns, x.dtype))
                return y.reshape(rows, 1) if keepdims else y
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
