"""Kernels of the logistic function's family, for arrays of one floating dtype; no scalars here.

All of them are computed from exp(-abs(x)), which never overflows, without a branch on the sign
of an element: where() on mixed signs costs more than the exponential.
"""

from __future__ import annotations

from typing import Any

__all__ = ["DampedLogisticKernels", "LogisticKernels", "decay"]


class LogisticKernels:
    """Sigmoid, sech squared and their relatives over the array module `xp`, in `dtype`."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        self.xp = xp
        self.working = xp.float32 if xp.finfo(dtype).bits == 16 else dtype
        self.widen = self.working != dtype

        def constant(value: float) -> Any:
            return xp.asarray(value, dtype=self.working)  # in a ufunc 3 times faster than a float

        self.zero, self.one, self.four = constant(0.0), constant(1.0), constant(4.0)
        self.minus_two, self.half, self.quarter = constant(-2.0), constant(0.5), constant(0.25)
        # sech(x)**2 is 0 from here on; without a bound -2 abs(x) would overflow.
        self.cutoff = constant(400.0)

    def step(self, x: Any) -> Any:
        return self.xp.sign(self.xp.maximum(x, self.zero))  # heaviside is 4 times slower

    def sigmoid(self, x: Any) -> Any:
        xp = self.xp
        e = xp.exp(-xp.abs(x))
        y = xp.maximum(e, xp.sign(x))  # 1 where x > 0, else e
        e += self.one
        y /= e
        return y

    def sech2(self, x: Any) -> Any:
        xp = self.xp
        e = xp.minimum(xp.abs(x), self.cutoff)
        e *= self.minus_two
        e = xp.exp(e)
        d = e + self.one
        d *= d
        e /= d
        e *= self.four
        return e

    def log1pexp(self, x: Any) -> Any:
        xp = self.xp
        y = xp.log1p(xp.exp(-xp.abs(x)))
        y += xp.maximum(x, self.zero)
        return y

    def logit(self, x: Any) -> Any:
        xp = self.xp
        middle = xp.abs(x - self.half) < self.quarter
        y = xp.atanh(2 * xp.where(middle, x, self.half) - self.one)  # 2 x - 1 is exact
        y += y
        x = xp.where(middle, self.quarter, x)
        return xp.where(middle, y, xp.log(x) - xp.log1p(-x))


class DampedLogisticKernels:
    """``x sigmoid(x)`` and ``x sech2(x)`` over the array module `xp`, for `dtype`.

    A narrow dtype is computed in float64, whose range leaves every digit to a subnormal result.
    """

    def __init__(self, xp: Any, dtype: Any) -> None:
        narrow = xp.finfo(dtype).bits < 64
        self.xp = xp
        self.working = xp.float64 if narrow else dtype
        self.widen = self.working != dtype

        def constant(value: float) -> Any:
            return xp.asarray(value, dtype=self.working)

        self.one, self.four, self.minus_two = constant(1.0), constant(4.0), constant(-2.0)
        self.lowest = constant(float(xp.finfo(dtype).min))
        self.floor = None if narrow else constant(-700.0)
        self.cutoff, self.minus_cutoff = constant(400.0), constant(-400.0)

    def xsigmoid(self, x: Any) -> Any:
        xp = self.xp
        sign = xp.sign(x)
        e, deep = decay(xp, -xp.abs(x), self.floor)
        y = xp.maximum(e, sign)
        e += self.one
        y /= e
        y *= xp.maximum(x, self.lowest)
        if deep is not None:
            y *= xp.maximum(deep, sign)
        return y

    def xsech2(self, x: Any) -> Any:
        xp = self.xp
        x = xp.maximum(xp.minimum(x, self.cutoff), self.minus_cutoff)
        e, deep = decay(xp, xp.abs(x) * self.minus_two, self.floor)
        d = e + self.one
        d *= d
        e /= d
        e *= self.four
        e *= x
        if deep is not None:
            e *= deep
        return e


def decay(xp: Any, z: Any, floor: Any) -> tuple[Any, Any]:
    """``exp(z)`` for z <= 0: one factor, or two where it is below exp(floor) for some z."""
    if floor is None or (z.size and xp.min(z) > floor):
        return xp.exp(z), None
    head = xp.maximum(z, floor)
    return xp.exp(head), xp.exp(z - head)
