"""Kernels of mish and of the factors of gelu's tanh form, for arrays of one floating dtype.

A gate is what multiplies x in the activation, a bump its derivative, a bend the derivative of that.
With an x in front they are multiplied by x, and have the limit of that at both infinities.
"""

from __future__ import annotations

import math
from typing import Any

from micrograd_act.namespaces.logistic import decay

__all__ = ["MishKernels", "TanhGateKernels"]


class _WideKernels:
    """Kernels in float64 for a narrower dtype: the range leaves every digit to a small result."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        self.xp = xp
        self.narrow = xp.finfo(dtype).bits < 64
        self.working = xp.float64 if self.narrow else dtype
        self.widen = self.working != dtype
        self.floor = None if self.narrow else self._constant(-700.0)
        self.lowest = self._constant(float(xp.finfo(dtype).min))
        self.half, self.one, self.two, self.four = map(self._constant, (0.5, 1.0, 2.0, 4.0))

    def _constant(self, value: float) -> Any:
        return self.xp.asarray(value, dtype=self.working)  # in a ufunc 3 times faster than a float


class MishKernels(_WideKernels):
    """``x tanh(log(1 + exp(x)))`` and its derivatives, as rational functions of x and exp(x)."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        super().__init__(xp, dtype)
        self.infinity, self.minus_infinity = map(self._constant, (math.inf, -math.inf))
        self.near = self._constant(22.0)  # from here on value and slope are x and 1
        self.limit, self.minus_limit = self._constant(800.0), self._constant(-800.0)
        self.three, self.six, self.eight = map(self._constant, (3.0, 6.0, 8.0))

    def xmish_gate(self, x: Any) -> Any:
        """``x n / (n + 2)`` with n = w (w + 2), w = exp(x)."""
        w, deep = decay(self.xp, self.xp.clip(x, self.minus_infinity, self.near), self.floor)
        y = w + self.two
        y *= w
        w = y + self.two
        y /= w
        y *= self.xp.clip(x, self.lowest, self.infinity)
        if deep is not None:
            y *= deep
        return y

    def mish_slope(self, x: Any) -> Any:
        """``w (4 + 4 x + w (6 + 4 x + w (4 + w))) / (w**2 + 2 w + 2)**2``."""
        xp = self.xp
        x = xp.clip(x, self.minus_limit, self.near)
        w, deep = decay(xp, x, self.floor)
        x *= self.four
        y = w + self.four
        y *= w
        y += x
        y += self.six
        y *= w
        y += x
        y += self.four
        y *= w
        below = w + self.two
        below *= w
        below += self.two
        below *= below
        y /= below
        if deep is not None:
            y *= deep
        return y

    def mish_bend(self, x: Any) -> Any:
        """``4 w (a + w (b + w (c + w d))) / (w**2 + 2 w + 2)**3``; above 0 divided by w**6."""
        xp = self.xp
        x = xp.clip(x, self.minus_limit, self.limit)
        above = x > 0
        e, deep = decay(xp, -xp.abs(x), self.floor)
        a, b = self.four + self.two * x, self.eight + self.two * x
        c, d = self.six - self.three * x, self.two - self.two * x
        y = e * xp.where(above, a, d)
        y += xp.where(above, b, c)
        y *= e
        y += xp.where(above, c, b)
        y *= e
        y += xp.where(above, d, a)
        square = e * e
        below = xp.where(above, self.one + self.two * square, self.two + square)
        below += self.two * e
        y /= below * below * below
        y *= self.four
        y *= xp.where(above, e, self.one)
        y *= e
        if deep is not None:
            y *= deep
            y *= xp.where(above, deep, self.one)
        return y


# q(x) = 2 sqrt(2 / pi) (x + 0.044715 x**3) = C1 x + C3 x**3. The upper parts of the constants have
# 36 and 26 bits, so that their products below are exact.
_C1_HIGH, _C1_LOW = 1.5957691216026433, 3.0874305383944692e-12
_C3_HIGH, _C3_LOW = 0.071354815736413, 5.361872467621785e-10
_C1, _C3 = _C1_HIGH + _C1_LOW, _C3_HIGH + _C3_LOW


class TanhGateKernels(_WideKernels):
    """``sigmoid(q(x))``, which is ``(1 + tanh(q(x) / 2)) / 2``, and its two derivatives."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        super().__init__(xp, dtype)
        # even with exp(700) left out, exp(-abs(q)) is 0 from `limit` on
        self.limit, self.minus_limit = self._constant(32.0), self._constant(-32.0)
        # added, it rounds to multiples of 2**-12: x to 17 bits, its cube to 26
        self.rounder = self._constant(1.5 * 2.0**40)
        self.three = self._constant(3.0)
        self.c1, self.c1_high, self.c1_low = map(self._constant, (_C1, _C1_HIGH, _C1_LOW))
        self.c3, self.c3_high, self.c3_low = map(self._constant, (_C3, _C3_HIGH, _C3_LOW))
        self.three_c3, self.six_c3 = self._constant(3.0 * _C3), self._constant(6.0 * _C3)

    def _argument(self, x: Any) -> tuple[Any, Any]:
        """``q(x)`` as a rounded number and the rest of it, for abs(x) <= `limit`.

        The rounding of q alone would cost 300 ulp in exp(q).
        """
        if self.narrow:
            q = x * x
            q *= self.c3
            q += self.c1
            q *= x
            return q, None
        high = x + self.rounder
        high -= self.rounder
        low = x - high
        cube = high * high * high  # exact, and so is every product of upper parts
        cube_high = cube + self.rounder
        cube_high -= self.rounder
        large, small = cube_high * self.c3_high, high * self.c1_high
        q = large + small
        part = q - large
        rest = large - (q - part)
        rest += small - part
        cube -= cube_high
        rest += cube * self.c3_high
        rest += (cube + cube_high) * self.c3_low
        rest += high * self.c1_low
        rest += low * (self.c1 + self.c3 * (self.three * high * x + low * low))
        rounded = q + rest
        q -= rounded
        rest += q
        return rounded, rest

    def _decayed(self, x: Any) -> tuple[Any, Any, Any]:
        """``exp(-abs(q))`` in two factors, and q."""
        xp = self.xp
        q, rest = self._argument(x)
        e, deep = decay(xp, -xp.abs(q), self.floor)
        if rest is not None:
            rest *= xp.sign(q)
            rest *= e
            e -= rest
        return e, deep, q

    def _bounded(self, x: Any) -> Any:
        return self.xp.clip(x, self.minus_limit, self.limit)

    def tanh_gate(self, x: Any) -> Any:
        xp = self.xp
        sign = xp.sign(x)
        e, deep, _ = self._decayed(self._bounded(x))
        if deep is not None:
            e *= deep
        y = xp.maximum(e, sign)
        e += self.one
        y /= e
        return y

    def xtanh_gate(self, x: Any) -> Any:
        xp = self.xp
        sign = xp.sign(x)
        e, deep, _ = self._decayed(self._bounded(x))
        y = xp.maximum(e, sign)
        e += self.one
        y /= e
        y *= xp.maximum(x, self.lowest)
        if deep is not None:
            y *= xp.maximum(deep, sign)
        return y

    def _bump(self, x: Any, order: int) -> Any:
        x = self._bounded(x)
        e, deep, _ = self._decayed(x)
        y = x * x
        y *= self.three_c3
        y += self.c1
        if order:
            y *= x
        d = e + self.one
        d *= d
        e /= d
        y *= e
        if deep is not None:
            y *= deep
        return y

    def tanh_bump(self, x: Any) -> Any:
        return self._bump(x, 0)

    def xtanh_bump(self, x: Any) -> Any:
        return self._bump(x, 1)

    def _bend(self, x: Any, order: int) -> Any:
        """``q'' s - q'**2 s tanh(q / 2)`` with s = sigmoid'(q)."""
        xp = self.xp
        x = self._bounded(x)
        e, deep, q = self._decayed(x)
        slope = x * x
        slope *= self.three_c3
        slope += self.c1
        slope *= slope
        slope *= xp.tanh(self.half * q)
        y = x * self.six_c3
        y -= slope
        if order:
            y *= x
        d = e + self.one
        d *= d
        e /= d
        y *= e
        if deep is not None:
            y *= deep
        return y

    def tanh_bend(self, x: Any) -> Any:
        return self._bend(x, 0)

    def xtanh_bend(self, x: Any) -> Any:
        return self._bend(x, 1)
