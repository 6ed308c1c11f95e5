"""Kernels of the error function's family, for arrays of one floating dtype; no scalars here.

All of them are ``m(u) exp(-u**2 / 2)``, ``u = abs(x)``, with a smooth m, and none has a branch on
the sign of an element: the upper tail is computed and reflected.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from micrograd_act.namespaces.logistic import decay

__all__ = ["ErrorKernels", "NormalKernels"]

# m(u) (u + 5/4), m(u) = (1 - Phi(u)) exp(u**2 / 2), as a polynomial in t = (u - 4) / (u + 4), which
# maps [0, inf] to [-1, 1]: interpolated at the Chebyshev points of degree 24 and 10 with mpmath at
# 60 digits, relative error 3e-17 and 4e-8. The factor u + 5/4 makes the product flat at 0, where t
# has lost the last bits of u.
_TAIL = {
    53: (
        0.4956558668353369,
        -0.13930290771363993,
        0.04509444855924031,
        0.010673512219144294,
        -0.024481636401447845,
        0.01581307360831334,
        -0.004875488073649123,
        -0.0001259196235511721,
        0.0006481010535180423,
        -0.00010581906530395624,
        -8.069121208450835e-05,
        2.2408346585754612e-05,
        1.2551487578645765e-05,
        -3.6407540882122214e-06,
        -2.44899914933162e-06,
        4.582719338967889e-07,
        5.312571044341239e-07,
        -1.4503192007398367e-08,
        -1.1212144680176336e-07,
        -1.4912426609080933e-08,
        2.0324798756302064e-08,
        4.954250859352813e-09,
        -2.699436973745408e-09,
        -6.27309925291951e-10,
        1.9035382083477424e-10,
    ),
    24: (
        0.4956558668353369,
        -0.13930275286010854,
        0.04509453186365936,
        0.010670388121941422,
        -0.024483317631741462,
        0.01583096176563244,
        -0.004865851876491169,
        -0.00016867009647681078,
        0.0006250132190737034,
        -5.8798680490183186e-05,
        -5.510864767282887e-05,
    ),
}
_PIVOT = 4.0
_SHIFT = 1.25

# erf(v) / v on [0, 3/4] as a polynomial in v**2, found in the same way: 1e-18 and 1e-9.
_CENTRE = {
    53: (
        1.1283791670955126,
        -0.37612638903183715,
        0.11283791670952596,
        -0.026866170644428485,
        0.005223977615420539,
        -0.0008548326188759752,
        0.00012055289567541706,
        -1.4924196305569617e-05,
        1.643068417974155e-06,
        -1.5940066854661717e-07,
        1.1472499701094691e-08,
    ),
    24: (
        1.1283791655787516,
        -0.37612619469437675,
        0.11283386538414544,
        -0.026835114568609705,
        0.005115332112532226,
        -0.0006756479568680047,
    ),
}

_SQRT_HALF = 0.7071067811865476
_RSQRT_2PI = 0.3989422804014327


class NormalKernels:
    """Phi, phi, erf and their relatives over the array module `xp`, for `dtype`.

    A narrow dtype is computed in float64 and rounded once, with the short series: that saves what
    keeping the digits of x**2 costs.
    """

    _for_narrow = "float64"

    def __init__(self, xp: Any, dtype: Any) -> None:
        info = xp.finfo(dtype)
        narrow = info.bits < 64
        bits = 24 if narrow else 53
        self.xp = xp
        self.working = getattr(xp, self._for_narrow) if narrow else dtype
        self.widen = self.working != dtype

        def constant(value: float) -> Any:
            return xp.asarray(value, dtype=self.working)  # in a ufunc 3 times faster than a float

        self.narrow = narrow
        self.zero, self.minus_zero, self.one, self.two = map(constant, (0.0, -0.0, 1.0, 2.0))
        self.minus_half, self.minus_one, self.minus_two = map(constant, (-0.5, -1.0, -2.0))
        self.rsqrt_2pi = constant(_RSQRT_2PI)
        # exp(-u**2 / 2) is 0 from `limit` on; adding `rounder` rounds u to half of the bits.
        self.infinity = constant(math.inf)
        self.limit, self.minus_limit = constant(40.0), constant(-40.0)
        self.rounder = constant(1.5 * 2.0**32)
        self.floor = constant(-700.0)
        self.tail = tuple(constant(c) for c in reversed(_TAIL[bits]))
        self.pivot, self.shift = constant(_PIVOT), constant(_SHIFT)
        # The same for u = sqrt(2) z, all divided by sqrt(2).
        self.tail_z = tuple(constant(_SQRT_HALF * c) for c in reversed(_TAIL[bits]))
        self.pivot_z, self.shift_z = constant(_SQRT_HALF * _PIVOT), constant(_SQRT_HALF * _SHIFT)
        self.centre = tuple(constant(c) for c in reversed(_CENTRE[bits]))
        self.edge = constant(0.75)
        self.far = constant(1e17)
        largest = min(float(info.max), sys.float_info.max)
        # 2 exp(z**2) overflows beyond
        self.overflow = constant(math.sqrt(math.log(largest / 2.0)) * (1.0 - 2.0**-50))

    def _polynomial(self, t: Any, coefficients: tuple[Any, ...]) -> Any:
        y = t * coefficients[0]
        for c in coefficients[1:-1]:
            y += c
            y *= t
        y += coefficients[-1]
        return y

    def _mills(self, u: Any) -> Any:
        """``m(u)`` for 0 <= u <= `limit`."""
        t = u - self.pivot
        t /= u + self.pivot
        y = self._polynomial(t, self.tail)
        y /= u + self.shift
        return y

    def _half_erfcx(self, z: Any) -> Any:
        """``erfcx(z) / 2``, which is ``m(sqrt(2) z)``, for z >= 0."""
        t = self.xp.minimum(z, self.far)  # inf / inf else
        y = t - self.pivot_z
        y /= t + self.pivot_z
        y = self._polynomial(y, self.tail_z)
        y /= z + self.shift_z
        return y

    def _square(self, x: Any) -> tuple[Any, Any]:
        """``x**2`` as a rounded number and the rest of it, for abs(x) <= `limit`."""
        high = x + self.rounder
        high -= self.rounder
        low = x - high
        square = x * x
        rest = x + high
        rest *= low
        high *= high
        high -= square
        rest += high
        return square, rest

    def _exp_square(self, x: Any, scale: Any) -> Any:
        """``exp(scale x**2)``: the rounding of x**2 alone would cost 700 ulp."""
        if self.narrow:
            return self.xp.exp(x * x * scale)
        square, rest = self._square(x)
        square *= scale
        rest *= scale
        y = self.xp.exp(square)
        rest *= y
        y += rest
        return y

    def _weighted(self, x: Any, order: int, scale: Any, factor: Any) -> Any:
        """``factor x**order exp(scale x**2)``, whose digits survive where exp(...) is subnormal."""
        xp = self.xp
        x = xp.clip(x, self.minus_limit, self.limit)
        if self.narrow:
            y, deep = self._exp_square(x, scale) * factor, None
        else:
            square, y = self._square(x)
            square *= scale
            y *= scale
            y *= factor
            y += factor
            head, deep = decay(xp, square, self.floor)
            y *= head
        for _ in range(order):
            y *= x
        if deep is not None:
            y *= deep
        return y

    def npdf(self, x: Any) -> Any:
        return self._weighted(x, 0, self.minus_half, self.rsqrt_2pi)

    def xnpdf(self, x: Any) -> Any:
        return self._weighted(x, 1, self.minus_half, self.rsqrt_2pi)

    def x2npdf(self, x: Any) -> Any:
        return self._weighted(x, 2, self.minus_half, self.rsqrt_2pi)

    def gaussian(self, x: Any) -> Any:
        return self._weighted(x, 0, self.minus_one, self.one)

    def xgaussian(self, x: Any) -> Any:
        return self._weighted(x, 1, self.minus_one, self.one)

    def x2gaussian(self, x: Any) -> Any:
        return self._weighted(x, 2, self.minus_one, self.one)

    def ndtr(self, x: Any) -> Any:
        u = self.xp.clip(self.xp.abs(x), self.zero, self.limit)  # a third of minimum's time
        q = self._mills(u)
        q *= self._exp_square(u, self.minus_half)
        return self.xp.abs((x > self.zero) - q)  # 1 - q or q

    def xndtr(self, x: Any) -> Any:
        u = self.xp.clip(self.xp.abs(x), self.zero, self.limit)
        q = self._mills(u)
        q *= u  # first, so that no digit is lost where the bell is subnormal
        q *= self._exp_square(u, self.minus_half)
        return self.xp.clip(x, self.minus_zero, self.infinity) - q

    def gelu_slope(self, x: Any) -> Any:
        if not self.narrow:
            y = self.ndtr(x)
            y += self.xnpdf(x)
            return y
        x = self.xp.clip(x, self.minus_limit, self.limit)
        u = self.xp.abs(x)
        q = self._mills(u)
        bell = self._exp_square(u, self.minus_half)
        q *= bell
        y = self.xp.abs((x > self.zero) - q)
        bell *= self.rsqrt_2pi
        bell *= x
        y += bell
        return y

    def _half_erfc(self, u: Any) -> Any:
        """``erfc(u) / 2`` for u >= 0."""
        u = self.xp.minimum(u, self.limit)
        y = self._half_erfcx(u)
        y *= self._exp_square(u, self.minus_one)
        return y

    def erfc(self, x: Any) -> Any:
        y = self.xp.abs((x < self.zero) - self._half_erfc(self.xp.abs(x)))
        y *= self.two
        return y

    def erfcx(self, x: Any) -> Any:
        xp = self.xp
        y = self._half_erfcx(xp.abs(x))
        if xp.any(x < self.zero):
            z = xp.minimum(xp.maximum(-x, self.zero), self.overflow)
            grown = self._exp_square(z, self.one)
            grown -= y
            y = xp.where(x < self.zero, xp.where(x < -self.overflow, xp.inf, grown), y)
        y *= self.two
        return y


class ErrorKernels(NormalKernels):
    """The error function, which near 1 needs no more digits than its dtype has."""

    _for_narrow = "float32"

    def erf(self, x: Any) -> Any:
        xp = self.xp
        u = xp.abs(x)
        outer = self._half_erfc(u)
        outer *= self.minus_two
        outer += self.one
        # Both are right at the edge, and `maximum` takes the one that is right on either side:
        # inner stays at erf(edge) outside, outer is pulled down inside.
        outer -= xp.maximum(self.edge - u, self.zero)
        u = xp.minimum(u, self.edge)
        inner = self._polynomial(u * u, self.centre)
        inner *= u
        return xp.copysign(xp.maximum(inner, outer), x)
