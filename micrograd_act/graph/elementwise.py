"""The elementwise methods that numbers and arrays share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from micrograd_act.graph.late import Late
from micrograd_act.graph.node import Node
from micrograd_act.ops import arithmetic, elementary, piecewise, shaping
from micrograd_act.ops.op import Family, Op

_M = TypeVar("_M", bound=Callable[..., Any])


def _unary(op: Op) -> Callable[[Node], Any]:
    def method(self: Node) -> Any:
        return self._computed(op)

    return named("Elementwise", method, op)


def _binary(op: Op) -> Callable[[Node, Any], Any]:
    """A method of two inputs; unlike an operator it never gives way to the other's."""

    def method(self: Node, other: Any, **options: Any) -> Any:
        return op(self, other, **options)

    return named("Elementwise", method, op)


def named(kind: str, method: _M, op: Op | Family) -> _M:
    """A method of a class under the name and with the text of what it applies."""
    method.__name__ = op.name
    method.__qualname__ = f"{kind}.{op.name}"
    method.__doc__ = op.__doc__
    return method


class Elementwise(Node):
    """PyTorch's elementwise methods; those that nets spend their time in are written in place."""

    __slots__ = ()

    neg = _unary(arithmetic.neg)
    sign = _unary(piecewise.sign)
    reciprocal = _unary(elementary.reciprocal)
    rsqrt = _unary(elementary.rsqrt)
    exp2 = _unary(elementary.exp2)
    expm1 = _unary(elementary.expm1)
    log2 = _unary(elementary.log2)
    log10 = _unary(elementary.log10)
    log1p = _unary(elementary.log1p)
    erf = _unary(elementary.erf)
    erfc = _unary(elementary.erfc)
    sin = Late("ops.trigonometric", make=_unary)
    cos = Late("ops.trigonometric", make=_unary)
    tan = Late("ops.trigonometric", make=_unary)
    asin = Late("ops.trigonometric", make=_unary)
    acos = Late("ops.trigonometric", make=_unary)
    atan = Late("ops.trigonometric", make=_unary)
    sinh = Late("ops.trigonometric", make=_unary)
    cosh = Late("ops.trigonometric", make=_unary)
    asinh = Late("ops.trigonometric", make=_unary)
    acosh = Late("ops.trigonometric", make=_unary)
    atanh = Late("ops.trigonometric", make=_unary)
    floor = Late("ops.rounding", make=_unary)
    ceil = Late("ops.rounding", make=_unary)
    trunc = Late("ops.rounding", make=_unary)
    clone = _unary(shaping.clone)

    add = _binary(arithmetic.add)
    sub = _binary(arithmetic.sub)
    mul = _binary(arithmetic.mul)
    div = _binary(arithmetic.div)
    remainder = Late("ops.rounding", make=_binary)
    floor_divide = Late("ops.rounding", make=_binary)
    maximum = _binary(arithmetic.maximum)
    minimum = _binary(arithmetic.minimum)
    atan2 = Late("ops.trigonometric", make=_binary)
    hypot = Late("ops.trigonometric", make=_binary)
    logaddexp = _binary(elementary.logaddexp)
    xlogy = _binary(elementary.xlogy)
    heaviside = _binary(piecewise.heaviside)
    pow = arithmetic.pow
    square = arithmetic.square
    logit = elementary.logit
    round = Late("ops.rounding")

    def prelu(self, weight: Any) -> Any:
        """See `functional.prelu`."""
        return piecewise.prelu(self, weight)

    def hardshrink(self, lambd: float = 0.5) -> Any:
        """See `functional.hardshrink`."""
        from micrograd_act.ops.hard import hardshrink

        return hardshrink(self, lambd)

    def clamp(self, min: Any = None, max: Any = None) -> Any:
        """Limited to [min, max]; the slope is 1 inside and at both ends, 0 outside."""
        return arithmetic.clamp(self, min, max)

    clip = clamp
