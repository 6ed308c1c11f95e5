"""Kernels of rational functions and roots, and of x - tanh(x), for arrays of one floating dtype."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["DENOMINATOR", "NUMERATOR", "AlgebraicKernels", "ShrinkKernels"]

# x - tanh(x) = (x cosh(x) - sinh(x)) / cosh(x); both series have positive terms only: x**3 times
# the sum of 2 k x**(2 k - 2) / (2 k + 1)!, and the sum of x**(2 k) / (2 k)!.
NUMERATOR = (
    0.3333333333333333,
    0.03333333333333333,
    0.0011904761904761906,
    2.2045855379188714e-05,
    2.505210838544172e-07,
    1.9270852604185937e-09,
    1.0706029224547743e-11,
    4.498331606952833e-14,
    1.4797143443923793e-16,
    3.9145882126782523e-19,
    8.509974375387505e-22,
    1.5472680682522736e-24,
)
DENOMINATOR = (
    1.0,
    0.5,
    0.041666666666666664,
    0.001388888888888889,
    2.48015873015873e-05,
    2.755731922398589e-07,
    2.08767569878681e-09,
    1.1470745597729725e-11,
    4.779477332387385e-14,
    1.5619206968586225e-16,
    4.110317623312165e-19,
    8.896791392450574e-22,
    1.6117375710961184e-24,
)


class AlgebraicKernels:
    """1 / (1 + x**2) and its relatives over the array module `xp`, in `dtype`."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        self.xp = xp
        self.working = xp.float32 if xp.finfo(dtype).bits == 16 else dtype
        self.widen = self.working != dtype
        info = xp.finfo(dtype)

        self.zero, self.half, self.one = map(self._constant, (0.0, 0.5, 1.0))
        self.largest, self.lowest = map(self._constant, (float(info.max), float(info.min)))
        self.far = self._constant(float(info.max) ** 0.7)  # slopes there are 0 and 1
        self.root = self._constant(math.sqrt(float(info.max)) / 2.0)
        self.edge = self._constant(2.0)
        self.numerator = tuple(map(self._constant, reversed(NUMERATOR)))
        self.denominator = tuple(map(self._constant, reversed(DENOMINATOR)))

    def _constant(self, value: float) -> Any:
        return self.xp.asarray(value, dtype=self.working)  # in a ufunc 3 times faster than a float

    def exp_neg(self, x: Any) -> Any:
        return self.xp.exp(self.xp.minimum(x, self.zero))

    def softsign(self, x: Any) -> Any:
        x = self.xp.clip(x, self.lowest, self.largest)
        return x / (self.xp.abs(x) + self.one)

    def _squared(self, x: Any) -> tuple[Any, Any, Any]:
        """``abs(x)`` up to the number whose square is near overflow, 1 + x**2, and the excess."""
        u = self.xp.abs(x)
        near = self.xp.minimum(u, self.root)
        square = near * near
        square += self.one
        return near, square, self.root / self.xp.maximum(u, self.root)

    def cauchy(self, x: Any) -> Any:
        _, square, excess = self._squared(x)
        y = excess / square
        y *= excess
        return y

    def xcauchy(self, x: Any) -> Any:
        y, square, excess = self._squared(x)
        y /= square
        y *= excess
        return self.xp.copysign(y, x)

    def squareplus(self, x: Any, b: float) -> Any:
        xp = self.xp
        half = self.half * xp.abs(x)
        half += self.half * xp.hypot(x, self._constant(math.sqrt(b)))
        return xp.where(x < self.zero, self._constant(b / 4.0) / half, half)

    def squareplus_slope(self, x: Any, b: float) -> Any:
        xp = self.xp
        x = xp.clip(x, -self.far, self.far)
        h = xp.hypot(x, self._constant(math.sqrt(b)))
        half = self.half * (xp.abs(x) + h)
        y = xp.where(x < self.zero, self._constant(b / 4.0) / half, half)
        y /= h
        return y

    def _polynomial(self, t: Any, coefficients: tuple[Any, ...]) -> Any:
        y = t * coefficients[0]
        for c in coefficients[1:-1]:
            y += c
            y *= t
        y += coefficients[-1]
        return y


class ShrinkKernels(AlgebraicKernels):
    """``x - tanh(x)``; a narrow dtype is computed in float64, since the quotient costs 4 ulp."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        super().__init__(xp, xp.float64 if xp.finfo(dtype).bits < 64 else dtype)
        self.widen = self.working != dtype

    def tanhshrink(self, x: Any) -> Any:
        xp = self.xp
        u = xp.minimum(xp.abs(x), self.edge)
        square = u * u
        inner = self._polynomial(square, self.numerator)
        inner *= square
        inner *= u
        inner /= self._polynomial(square, self.denominator)
        return xp.where(xp.abs(x) < self.edge, xp.copysign(inner, x), x - xp.tanh(x))
