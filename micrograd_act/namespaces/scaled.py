"""Kernels of functions of ``b x``, whose rounding alone would cost 370 ulp in exp(b x)."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.namespaces.logistic import decay

__all__ = ["ScaledKernels"]

_SPLITTER = 2.0**27 + 1.0  # times it, a number is cut into two halves with half of the bits


class ScaledKernels:
    """The logistic function of ``b x`` and its relatives over the array module `xp`, in float64."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        self.xp = xp
        self.narrow = xp.finfo(dtype).bits < 64
        self.working = xp.float64 if self.narrow else dtype
        self.widen = self.working != dtype

        def constant(value: float) -> Any:
            return xp.asarray(value, dtype=self.working)  # in a ufunc 3 times faster than a float

        self.zero, self.one, self.splitter = map(constant, (0.0, 1.0, _SPLITTER))
        self.lowest, self.largest = map(constant, (float(xp.finfo(dtype).min), 1500.0))
        self.floor = None if self.narrow else constant(-700.0)

    def _halves(self, x: Any) -> tuple[Any, Any]:
        high = x * self.splitter
        high -= high - x
        return high, x - high

    def _rest(self, x: Any, b: Any) -> Any:
        """What the rounded product of two finite numbers leaves over."""
        xp = self.xp
        (x, i), (b, k) = xp.frexp(x), xp.frexp(b)  # neither overflow nor underflow
        product = x * b
        (x, x_low), (b, b_low) = self._halves(x), self._halves(b)
        return xp.ldexp(((x * b - product) + x * b_low + x_low * b) + x_low * b_low, i + k)

    def _product(self, x: Any, b: Any) -> tuple[Any, Any]:
        """``b x`` as a rounded number and the rest of it; where it is huge the rest is 0."""
        if self.narrow:
            return x * b, None  # exact
        with np.errstate(over="ignore"):
            z = x * b
        near = self.xp.abs(z) < self.largest
        x, b = self.xp.where(near, x, self.zero), self.xp.where(near, b, self.zero)
        return z, self._rest(x, b)

    def _decayed(self, x: Any, b: Any) -> tuple[Any, Any, Any]:
        """``exp(-abs(b x))`` in two factors, and ``b x``."""
        xp = self.xp
        z, rest = self._product(x, b)
        e, deep = decay(xp, -xp.abs(z), self.floor)
        if rest is not None:
            rest *= xp.sign(z)
            rest *= e
            e -= rest
        return e, deep, z

    def _sigmoid(self, x: Any, b: Any, order: int) -> Any:
        xp = self.xp
        e, deep, z = self._decayed(x, b)
        sign = xp.sign(z)
        y = xp.maximum(e, sign)
        e += self.one
        y /= e
        if order:
            y *= xp.where(xp.isfinite(x), x, xp.where(z < 0, xp.sign(x), x))
        if deep is not None:
            y *= xp.maximum(deep, sign)
        return y

    def scaled_sigmoid(self, x: Any, b: Any) -> Any:
        return self._sigmoid(x, b, 0)

    def xscaled_sigmoid(self, x: Any, b: Any) -> Any:
        return self._sigmoid(x, b, 1)

    def scaled_tanh(self, x: Any, b: Any) -> Any:
        with np.errstate(over="ignore"):
            return self.xp.tanh(x * b)

    def _bump(self, x: Any, b: Any, order: int) -> Any:
        xp = self.xp
        e, deep, z = self._decayed(x, b)
        x = xp.where(xp.abs(z) < self.largest, x, self.zero)
        d = e + self.one
        d *= d
        e /= d
        for _ in range(order):
            e *= x
        if deep is not None:
            e *= deep
        return e

    def scaled_bump(self, x: Any, b: Any) -> Any:
        return self._bump(x, b, 0)

    def xscaled_bump(self, x: Any, b: Any) -> Any:
        return self._bump(x, b, 1)

    def x2scaled_bump(self, x: Any, b: Any) -> Any:
        return self._bump(x, b, 2)

    def softplus(self, x: Any, b: Any) -> Any:
        xp = self.xp
        y, deep, _ = self._decayed(x, b)
        y = xp.log1p(y)
        y /= b
        if deep is not None:
            y *= deep  # last, as the product may be subnormal
        y += xp.maximum(x, self.zero)
        return y

    def scaled_exp_neg(self, x: Any, b: Any) -> Any:
        """With the quotient q = x / b, of which x - q b is left over."""
        xp = self.xp
        with np.errstate(over="ignore"):
            q = xp.minimum(x, self.zero) / b
        if self.narrow:
            return xp.exp(q)
        near = q > -self.largest
        e = xp.exp(q)
        q = xp.where(near, q, self.zero)
        rest = xp.where(near, xp.minimum(x, self.zero), self.zero) - q * b
        rest -= self._rest(q, b)
        rest /= b
        rest *= e
        e += rest
        return e
