"""The elementwise methods that numbers and arrays share and that take more than the node itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from micrograd_act.graph.node import Node
from micrograd_act.ops import arithmetic, elementary, rounding, trigonometric
from micrograd_act.ops.op import Op, evaluate


def _binary(op: Op) -> Callable[[Node, Any], Any]:
    """A method of two inputs; unlike an operator it never gives way to the other's."""

    def method(self: Node, other: Any) -> Any:
        return evaluate(op, (self, other))

    method.__name__ = op.name
    method.__qualname__ = f"Elementwise.{op.name}"
    method.__doc__ = op.__doc__
    return method


class Elementwise(Node):
    """PyTorch's elementwise methods of two inputs or with parameters."""

    __slots__ = ()

    add = _binary(arithmetic.add)
    sub = _binary(arithmetic.sub)
    mul = _binary(arithmetic.mul)
    div = _binary(arithmetic.div)
    remainder = _binary(rounding.remainder)
    maximum = _binary(arithmetic.maximum)
    minimum = _binary(arithmetic.minimum)
    atan2 = _binary(trigonometric.atan2)
    hypot = _binary(trigonometric.hypot)
    logaddexp = _binary(elementary.logaddexp)
    xlogy = _binary(elementary.xlogy)
    pow = arithmetic.pow
    square = arithmetic.square
    logit = elementary.logit
    round = rounding.round

    def clamp(self, min: float | None = None, max: float | None = None) -> Any:
        """Limited to [min, max]; the slope is 1 inside and at both ends, 0 outside."""
        return arithmetic.clamp(self, min, max)

    clip = clamp
