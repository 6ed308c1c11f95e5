"""Rounding, and what remains of a division: steps, whose slope is 0 wherever there is one."""

from __future__ import annotations

from typing import Any

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.arithmetic import div, mul
from micrograd_act.ops.op import Op, evaluate, register


def _flat(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.where(x == x, 0.0, x)  # NaN stays NaN


def _round(xp: Namespace, x: Operand) -> Operand:
    """The nearest integer, of two the even one; the slope is 0 everywhere."""
    return xp.round(x)


_to_integer = register(Op("round", _round, (_flat,)))


def round(input: Any, *, decimals: int = 0) -> Any:
    """To `decimals` places after the point, halves to even; the slope is 0 everywhere.

    A negative `decimals` rounds in front of the point.
    """
    if not isinstance(decimals, int):
        raise TypeError(f"round: decimals is an int, got {decimals!r}")
    if not decimals:
        return evaluate(_to_integer, (input,))
    scale = 10.0 ** abs(decimals)
    to, back = (mul, div) if decimals > 0 else (div, mul)
    return back(evaluate(_to_integer, (to(input, scale),)), scale)


def _floor(xp: Namespace, x: Operand) -> Operand:
    """The largest integer not above x; the slope is 0 everywhere."""
    return xp.floor(x)


floor = register(Op("floor", _floor, (_flat,)))


def _ceil(xp: Namespace, x: Operand) -> Operand:
    """The smallest integer not below x; the slope is 0 everywhere."""
    return xp.ceil(x)


ceil = register(Op("ceil", _ceil, (_flat,)))


def _trunc(xp: Namespace, x: Operand) -> Operand:
    """The integer next to x towards 0; the slope is 0 everywhere."""
    return xp.trunc(x)


trunc = register(Op("trunc", _trunc, (_flat,)))


def _remainder(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """``a - b floor(a / b)``, which has the sign of `b`, as Python's %; NaN for b = 0."""
    return xp.remainder(a, b)


def _remainder_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g


def _remainder_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return -g * xp.round((a - y) / b)  # floor(a / b), unless a / b was rounded to an integer


remainder = register(
    Op("remainder", _remainder, (_remainder_a, _remainder_b), slopes=(1.0, None), symbol="%")
)


def _floor_divide(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """``floor(a / b)``, Python's ``//``, whole for whole numbers; the slopes are 0."""
    return a // b


def _flat_either(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * xp.where(y == y, 0.0, y)


floor_divide = register(
    Op("floor_divide", _floor_divide, (_flat_either, _flat_either), symbol="//")
)
