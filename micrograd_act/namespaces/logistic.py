"""Kernels of the logistic function's family, for arrays of one floating dtype; no scalars here.

All of them are computed from exp(-abs(x)), which never overflows, without a branch on the sign
of an element: where() on mixed signs costs more than the exponential.
"""

from __future__ import annotations

from typing import Any

__all__ = ["DampedLogisticKernels", "LogisticKernels", "decay"]

_MANY = 512  # elements from which on a look at all of them pays


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
        self.floor = constant(-700.0 if xp.finfo(self.working).bits == 64 else -80.0)
        # sech(x)**2 is 0 from here on; without a bound -2 abs(x) would overflow.
        self.cutoff = constant(400.0)

    def step(self, x: Any) -> Any:
        xp = self.xp
        if x.size <= _MANY:
            return xp.sign(xp.maximum(x, self.zero))  # heaviside takes 4 times as long
        y = (x > self.zero).astype(self.working)
        undefined = xp.isnan(x)
        return xp.where(undefined, x, y) if xp.any(undefined) else y

    def sigmoid(self, x: Any) -> Any:
        xp = self.xp
        if x.size > _MANY and xp.min(x) > self.floor:  # nothing overflows
            e = xp.exp(-x)
            e += self.one
            return self.one / e
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
    """``x sigmoid(x)`` and its derivatives over the array module `xp`, in `dtype`."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        bits = xp.finfo(dtype).bits
        self.xp = xp
        self.working = xp.float32 if bits == 16 else dtype
        self.widen = self.working != dtype

        def constant(value: float) -> Any:
            return xp.asarray(value, dtype=self.working)

        self.zero, self.one, self.two = constant(0.0), constant(1.0), constant(2.0)
        self.lowest = constant(float(xp.finfo(dtype).min))
        self.floor = constant(-700.0 if bits == 64 else -80.0)
        limit = 1500.0 if bits == 64 else 300.0  # from here on the slopes are 0 and 1
        self.limit, self.minus_limit = constant(limit), constant(-limit)

    def xsigmoid(self, x: Any) -> Any:
        xp = self.xp
        near = x
        if x.size <= _MANY or not xp.min(x) > self.floor:  # exp(-x) may overflow
            near = xp.maximum(x, self.floor)
        e = xp.exp(-near)
        e += self.one
        if near is x:
            return x / e
        y = xp.maximum(x, self.lowest)
        y /= e
        y *= xp.exp(xp.minimum(x - self.floor, self.zero))
        return y

    def silu_slope(self, x: Any) -> Any:
        """``(1 + e (1 + x)) / (1 + e)**2`` above 0, ``e (1 + x + e) / (1 + e)**2`` below."""
        xp = self.xp
        if x.size > _MANY and xp.min(x) > self.floor and xp.max(x) < self.limit:
            e = xp.exp(-x)
            y = x + self.one
            y *= e
            y += self.one
            e += self.one
            y /= e
            y /= e  # the square of e may overflow
            return y
        x = xp.clip(x, self.minus_limit, self.limit)
        e, deep = decay(xp, -xp.abs(x), self.floor)
        y = x + self.one
        y *= e
        if deep is not None:
            y *= deep
            e *= deep
        y += xp.maximum(e * e, xp.sign(x))
        e += self.one
        e *= e
        y /= e
        return y

    def silu_bend(self, x: Any) -> Any:
        """``e (2 - u + e (2 + u)) / (1 + e)**3`` with u = abs(x)."""
        xp = self.xp
        u = xp.minimum(xp.abs(x), self.limit)
        e, deep = decay(xp, -u, self.floor)
        y = u + self.two
        y *= e
        y += self.two - u
        y *= e
        e += self.one
        y /= e * e * e
        if deep is not None:
            y *= deep
        return y


def decay(xp: Any, z: Any, floor: Any) -> tuple[Any, Any]:
    """``exp(z)`` for z <= 0: one factor, or two where it is below exp(floor) for some z."""
    if floor is None or (z.size and xp.min(z) > floor):
        return xp.exp(z), None
    head = xp.maximum(z, floor)
    return xp.exp(head), xp.exp(z - head)
