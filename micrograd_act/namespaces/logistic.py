"""Kernels of the logistic function's family, for arrays of one floating dtype; no scalars here.

All of them are computed from exp(-abs(x)), which never overflows, without a branch on the sign
of an element: where() on mixed signs costs more than the exponential.
"""

from __future__ import annotations

from typing import Any

__all__ = ["LogisticKernels", "decay"]


def decay(xp: Any, z: Any, floor: Any) -> tuple[Any, Any]:
    """``exp(z)`` for z <= 0: one factor, or two where it is too small to keep its digits."""
    if z.size and xp.min(z) > floor:
        return xp.exp(z), None
    head = xp.maximum(z, floor)
    return xp.exp(head), xp.exp(z - head)


class LogisticKernels:
    """Sigmoid, sech squared and their relatives over the array module `xp`, in `dtype`."""

    def __init__(self, xp: Any, dtype: Any) -> None:
        def constant(value: float) -> Any:
            return xp.asarray(value, dtype=dtype)  # a ufunc takes these 3 times faster than floats

        info = xp.finfo(dtype)
        self.xp = xp
        self.zero, self.one, self.four = constant(0.0), constant(1.0), constant(4.0)
        self.minus_two = constant(-2.0)
        self.lowest = constant(float(info.min))
        self.floor = constant(-80.0 if info.bits == 32 else -700.0)
        # sech(x)**2 is 0 from here on; without a bound -2 abs(x) would overflow.
        self.cutoff = constant(400.0)
        self.minus_cutoff = -self.cutoff

    def step(self, x: Any) -> Any:
        return self.xp.sign(self.xp.maximum(x, self.zero))  # heaviside is 4 times slower

    def sigmoid(self, x: Any) -> Any:
        xp = self.xp
        e = xp.exp(-xp.abs(x))
        y = xp.maximum(e, xp.sign(x))  # 1 where x > 0, else e
        e += self.one
        y /= e
        return y

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

    def log1pexp(self, x: Any) -> Any:
        xp = self.xp
        y = xp.log1p(xp.exp(-xp.abs(x)))
        y += xp.maximum(x, self.zero)
        return y
