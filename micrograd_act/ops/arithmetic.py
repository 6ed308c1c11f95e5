"""What Python's operators and comparisons mean: + - * / ** and the pieces of piecewise formulas."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.inputs import in_order
from micrograd_act.ops.op import REGISTRY, Family, Op, Vjp, evaluate, family, register


def _pass(xp: Namespace, g: Operand, y: Operand, *x: Operand) -> Operand:
    return g


def _negate(xp: Namespace, g: Operand, y: Operand, *x: Operand) -> Operand:
    return -g


def _flat(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * 0.0


# With *x as above a call packs a tuple, a third of its time, and + and - are the commonest ops.
def _pass_either(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g


def _negate_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return -g


class _Scaling(Op):
    """A sum or difference, which takes PyTorch's factor for its second input."""

    def __call__(self, *xs: Any, alpha: float = 1, **named: Any) -> Any:
        if alpha != 1:
            a, b = in_order(self.name, 2, xs, named)
            xs = (a, mul(b, alpha))
        return super().__call__(*xs, **named)


def _add(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Sum."""
    return a + b


add = register(_Scaling("add", _add, (_pass_either, _pass_either), slopes=(1.0, 1.0), symbol="+"))


def _sub(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Difference."""
    return a - b


sub = register(_Scaling("sub", _sub, (_pass_either, _negate_b), slopes=(1.0, -1.0), symbol="−"))


def _neg(xp: Namespace, x: Operand) -> Operand:
    """The negative."""
    return -x


neg = register(Op("neg", _neg, (_negate,), slopes=(-1.0,), symbol="−"))


def _mul(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Product."""
    return a * b


def _mul_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * b


def _mul_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * a


mul = register(Op("mul", _mul, (_mul_a, _mul_b), symbol="×"))


class _Dividing(Op):
    """A quotient, which PyTorch also rounds."""

    def __call__(self, *xs: Any, rounding_mode: str | None = None, **named: Any) -> Any:
        if rounding_mode is None:
            return super().__call__(*xs, **named)
        if rounding_mode == "floor":
            return REGISTRY["floor_divide"](*xs, **named)
        if rounding_mode == "trunc":
            return REGISTRY["trunc"](super().__call__(*xs, **named))
        raise ValueError(
            f"{self.name}: rounding_mode is None, 'trunc' or 'floor', got {rounding_mode!r}"
        )


def _div(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Quotient; division by 0 gives inf or NaN, as NumPy's."""
    return a / b


def _div_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g / b


def _div_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return -g * y / b  # a / b**2 overflows where the quotient does not


div = register(_Dividing("div", _div, (_div_a, _div_b), symbol="÷"))


@family()
def power(exponent: float) -> Op:
    """``x ** exponent`` for a number: one input, so that no gradient of the exponent is asked for.

    0 to the power 0 is 1 with slope 0; a negative base to a fraction is NaN (PyTorch's values).
    """

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.pow(x, exponent)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * (exponent * xp.pow(x, exponent - 1))

    def square(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * (2 * x)  # half the time of a power of 1

    special: dict[float, tuple[Vjp, float | None]] = {
        0: (_flat, 0.0),
        1: (_pass, 1.0),
        2: (square, None),
    }
    rule, slope = special.get(exponent, (vjp, None))
    return Op("power", forward, (rule,), slopes=(slope,), symbol=f"**{exponent:g}")


def _pow(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """``a ** b``; 0**0 is 1, a negative base to a fraction is NaN (PyTorch's values)."""
    return xp.pow(a, b)


def _pow_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * xp.where(b == 0, 0.0, b * xp.pow(a, xp.where(b == 0, 1.0, b) - 1))


def _pow_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    # 0 ** b is flat for b >= 0, where y * log(a) would be 0 * inf
    flat = xp.where(b >= 0, a == 0, False)
    return g * y * xp.log(xp.where(flat, 1.0, a))


_power_of_two = register(Op("pow", _pow, (_pow_a, _pow_b), symbol="**"))


def pow(input: Any, exponent: Any) -> Any:
    """``input ** exponent``; a number as exponent is a structural parameter, not an input."""
    if isinstance(exponent, (int, float)):
        return power.bind(exponent)(input)
    return evaluate(_power_of_two, (input, exponent))


def square(input: Any) -> Any:
    """``x ** 2``."""
    return pow(input, 2)


def _abs(xp: Namespace, x: Operand) -> Operand:
    """Magnitude; the slope at 0 is 0."""
    return xp.abs(x)


def _abs_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.sign(x)


abs = register(Op("abs", _abs, (_abs_vjp,), symbol="|·|"))


def _share(xp: Namespace, g: Operand, larger: Operand, smaller: Operand, y: Operand) -> Operand:
    """`g` where `larger` wins, half of it at a tie, else 0; NaN where the result is."""
    half = 0.5 * g
    # a choice by mixed signs takes six times as long
    return xp.where(y == y, half * (larger >= smaller) + half * (larger > smaller), y)


def _maximum(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """The larger; at a tie each input has half of the slope."""
    return xp.maximum(a, b)


def _where_a_is_larger(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return _share(xp, g, a, b, y)


def _where_b_is_larger(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return _share(xp, g, b, a, y)


maximum = register(Op("maximum", _maximum, (_where_a_is_larger, _where_b_is_larger), symbol="max"))


def _minimum(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """The smaller; at a tie each input has half of the slope."""
    return xp.minimum(a, b)


minimum = register(Op("minimum", _minimum, (_where_b_is_larger, _where_a_is_larger), symbol="min"))


def _where(xp: Namespace, condition: Operand, a: Operand, b: Operand) -> Operand:
    """`a` where the condition holds, else `b`; no gradient reaches what is not chosen."""
    return xp.where(condition, a, b)


def _where_a(
    xp: Namespace, g: Operand, y: Operand, condition: Operand, a: Operand, b: Operand
) -> Operand:
    return xp.where(condition, g, 0.0)


def _where_b(
    xp: Namespace, g: Operand, y: Operand, condition: Operand, a: Operand, b: Operand
) -> Operand:
    return xp.where(condition, 0.0, g)


where = register(Op("where", _where, (None, _where_a, _where_b)))


class _Clamping(Family):
    """A family whose limits may be arrays; then they are inputs."""

    def __call__(self, input: Any, min: Any = None, max: Any = None) -> Any:
        if all(x is None or isinstance(x, (int, float, np.number, np.bool_)) for x in (min, max)):
            return super().__call__(input, min, max)
        for limit, beyond in ((min, operator.lt), (max, operator.gt)):
            if limit is not None:
                input = where(_outside(input, limit, beyond), limit, input)
        return input


def _outside(input: Any, limit: Any, beyond: Any) -> Any:
    """Where a limit counts: beyond it, not at it, and where it is NaN."""
    x, at = (np.asarray(getattr(t, "_data", t)) for t in (input, limit))
    if at.dtype.kind not in "fiub":
        raise TypeError(f"clamp: a limit is a number or an array, got {type(limit).__name__}")
    try:
        return beyond(x, at) | (at != at)
    except ValueError:
        raise ValueError(f"clamp: shapes {x.shape} and {at.shape} do not broadcast") from None


def clamp_(min: float | None = None, max: float | None = None) -> Op:
    """Limit to [min, max]; the slope is 1 inside and at both ends, 0 outside (PyTorch's)."""
    if min is None and max is None:
        raise ValueError("clamp: give min, max or both")
    if min is not None and max is not None and min > max:
        raise ValueError(f"clamp: min={min} is larger than max={max}")
    low = None if min is None else float(min)
    high = None if max is None else float(max)

    def forward(xp: Namespace, x: Operand) -> Operand:
        # limits are floats for the sake of numbers, but whole arrays stay whole
        bounds = (min, max) if hasattr(x, "dtype") and x.dtype.kind in "iub" else (low, high)
        above = x if bounds[0] is None else xp.maximum(x, bounds[0])
        return above if bounds[1] is None else xp.minimum(above, bounds[1])

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * xp.where(x == y, 1.0, xp.where(y == y, 0.0, y))  # NaN stays NaN

    return Op("clamp", forward, (vjp,))


clamp = REGISTRY["clamp"] = _Clamping(clamp_)
