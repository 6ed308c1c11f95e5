"""The primitives behind mish, gelu's tanh form, softsign, arctan and squareplus, on floats."""

# ruff: noqa: D103

from __future__ import annotations

import sys
from math import copysign, exp, hypot, sqrt, tanh

from micrograd_act.namespaces.algebraic import DENOMINATOR, NUMERATOR

__all__ = [
    "cauchy",
    "exp_neg",
    "mish_bend",
    "mish_slope",
    "softsign",
    "squareplus",
    "squareplus_slope",
    "tanh_bend",
    "tanh_bump",
    "tanh_gate",
    "tanhshrink",
    "xcauchy",
    "xmish_gate",
    "xtanh_bend",
    "xtanh_bump",
    "xtanh_gate",
]

_LARGEST = sys.float_info.max
_EXP_MINUS_700 = 9.85967654375977e-305
_ROUNDER = 1.5 * 2.0**40  # adding it rounds to multiples of 2**-12
# q(x) = C1 x + C3 x**3 = 2 sqrt(2 / pi) (x + 0.044715 x**3); see the kernels for arrays
_C1_HIGH, _C1_LOW = 1.5957691216026433, 3.0874305383944692e-12
_C3_HIGH, _C3_LOW = 0.071354815736413, 5.361872467621785e-10
_C1, _C3 = _C1_HIGH + _C1_LOW, _C3_HIGH + _C3_LOW
_3_C3 = 0.21406444881780073


def exp_neg(x: float) -> float:
    return 1.0 if x >= 0.0 else exp(x)


def softsign(x: float) -> float:
    u = abs(x)
    return x / (1.0 + u) if u <= _LARGEST or u != u else copysign(1.0, x)


def cauchy(x: float) -> float:
    if x > 1e150 or x < -1e150:
        return (1.0 / x) * (1.0 / x)
    return 1.0 / (1.0 + x * x)


def xcauchy(x: float) -> float:
    return 1.0 / x if x > 1e150 or x < -1e150 else x / (1.0 + x * x)


def squareplus(x: float, b: float) -> float:
    half = 0.5 * abs(x) + 0.5 * hypot(x, sqrt(b))
    return 0.25 * b / half if x < 0.0 else half


def squareplus_slope(x: float, b: float) -> float:
    if x > 1e200 or x < -1e200:
        return 0.0 if x < 0.0 else 1.0
    h = hypot(x, sqrt(b))
    half = 0.5 * (abs(x) + h)
    return 0.25 * b / half / h if x < 0.0 else half / h


def tanhshrink(x: float) -> float:
    if x > 2.0 or x < -2.0:
        return x - tanh(x)
    square = x * x
    above = below = 0.0
    for c in reversed(NUMERATOR):
        above = above * square + c
    for c in reversed(DENOMINATOR):
        below = below * square + c
    return x * square * above / below


def xmish_gate(x: float) -> float:
    if x > 22.0:
        return x
    if x < -700.0:  # exp(x) loses digits
        return max(x, -_LARGEST) * exp(x + 700.0) * _EXP_MINUS_700
    w = exp(x)
    above = w * (w + 2.0)
    return x * above / (above + 2.0)


def mish_slope(x: float) -> float:
    if x > 22.0:
        return 1.0
    if x < -700.0:
        return (1.0 + x) * exp(x + 700.0) * _EXP_MINUS_700 if x > -800.0 else 0.0
    w = exp(x)
    below = w * (w + 2.0) + 2.0
    above = 4.0 + 4.0 * x + w * (6.0 + 4.0 * x + w * (4.0 + w))
    return w * above / (below * below)


def mish_bend(x: float) -> float:
    if x > 800.0 or x < -800.0:
        return 0.0
    if x < -700.0:
        return (2.0 + x) * exp(x + 700.0) * _EXP_MINUS_700
    e = exp(-abs(x))
    a, b, c, d = 4.0 + 2.0 * x, 8.0 + 2.0 * x, 6.0 - 3.0 * x, 2.0 - 2.0 * x
    if x > 0.0:
        below = 1.0 + 2.0 * e * (1.0 + e)
        return 4.0 * (d + e * (c + e * (b + e * a))) / below**3 * e * e
    below = e * (e + 2.0) + 2.0
    return 4.0 * e * (a + e * (b + e * (c + e * d))) / below**3


def _tanh_argument(x: float) -> tuple[float, float]:
    """``q(x)`` as a rounded number and the rest of it, for abs(x) <= 24."""
    high = (x + _ROUNDER) - _ROUNDER
    low = x - high
    cube = high * high * high  # exact, and so is every product of upper parts
    cube_high = (cube + _ROUNDER) - _ROUNDER
    large, small = cube_high * _C3_HIGH, high * _C1_HIGH
    q = large + small
    part = q - large
    rest = (large - (q - part)) + (small - part)
    rest += (cube - cube_high) * _C3_HIGH + cube * _C3_LOW + high * _C1_LOW
    rest += low * (_C1 + _C3 * (3.0 * high * x + low * low))
    rounded = q + rest
    return rounded, rest - (rounded - q)


def _tanh_decay(x: float) -> tuple[float, float, float]:
    """``exp(-abs(q))`` in two factors, and q."""
    q, rest = _tanh_argument(x)
    z = abs(q)
    rest = rest if q > 0.0 else -rest
    if z > 700.0:
        return _EXP_MINUS_700 * (1.0 - rest), exp(700.0 - z), q
    e = exp(-z)
    return e - e * rest, 1.0, q


def _tanh_gate(x: float, order: int) -> float:
    factor = x if order else 1.0
    if x > 24.0:
        return factor
    if x < -24.0:
        return -0.0 if order else 0.0
    e, deep, _ = _tanh_decay(x)
    return factor * (1.0 if x > 0.0 else e) / (1.0 + e) * (1.0 if x > 0.0 else deep)


def tanh_gate(x: float) -> float:
    return _tanh_gate(x, 0)


def xtanh_gate(x: float) -> float:
    return _tanh_gate(x, 1)


def _tanh_bump(x: float, order: int) -> float:
    if x > 24.0 or x < -24.0:
        return 0.0
    e, deep, _ = _tanh_decay(x)
    d = 1.0 + e
    return (x if order else 1.0) * (_C1 + _3_C3 * (x * x)) * (e / (d * d)) * deep


def tanh_bump(x: float) -> float:
    return _tanh_bump(x, 0)


def xtanh_bump(x: float) -> float:
    return _tanh_bump(x, 1)


def _tanh_bend(x: float, order: int) -> float:
    if x > 24.0 or x < -24.0:
        return 0.0
    e, deep, q = _tanh_decay(x)
    d = 1.0 + e
    slope = _C1 + _3_C3 * (x * x)
    y = 2.0 * _3_C3 * x - slope * slope * tanh(0.5 * q)
    return (x if order else 1.0) * y * (e / (d * d)) * deep


def tanh_bend(x: float) -> float:
    return _tanh_bend(x, 0)


def xtanh_bend(x: float) -> float:
    return _tanh_bend(x, 1)
