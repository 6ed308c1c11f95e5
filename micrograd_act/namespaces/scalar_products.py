"""The primitives of a product ``b x`` on floats; see the kernels for arrays."""

# ruff: noqa: D103

from __future__ import annotations

from math import copysign, exp, frexp, isfinite, ldexp, log1p, tanh

__all__ = [
    "scaled_bump",
    "scaled_exp_neg",
    "scaled_sigmoid",
    "scaled_tanh",
    "softplus",
    "x2scaled_bump",
    "xscaled_bump",
    "xscaled_sigmoid",
]

_EXP_MINUS_700 = 9.85967654375977e-305
_SPLITTER = 2.0**27 + 1.0


def _rest(x: float, b: float) -> float:
    """What the rounded product of two finite numbers leaves over."""
    (x, i), (b, k) = frexp(x), frexp(b)  # neither overflow nor underflow
    product = x * b
    high = x * _SPLITTER
    x_high = high - (high - x)
    high = b * _SPLITTER
    b_high = high - (high - b)
    x_low, b_low = x - x_high, b - b_high
    rest = ((x_high * b_high - product) + x_high * b_low + x_low * b_high) + x_low * b_low
    return ldexp(rest, i + k)


def _decayed(x: float, b: float) -> tuple[float, float, float]:
    """``exp(-abs(b x))`` in two factors, and ``b x``."""
    z = x * b
    u = abs(z)
    rest = _rest(x, b) if u < 1500.0 else 0.0
    e, deep = (_EXP_MINUS_700, exp(700.0 - u)) if u > 700.0 else (exp(-u), 1.0)
    return e - e * rest if z > 0.0 else e + e * rest, deep, z


def _sigmoid(x: float, b: float, factor: float) -> float:
    e, deep, z = _decayed(x, b)
    if z > 0.0:
        return factor / (1.0 + e)
    return (factor if isfinite(factor) else copysign(1.0, factor)) * e / (1.0 + e) * deep


def scaled_sigmoid(x: float, b: float) -> float:
    return _sigmoid(x, b, 1.0)


def xscaled_sigmoid(x: float, b: float) -> float:
    return _sigmoid(x, b, x)


def scaled_tanh(x: float, b: float) -> float:
    return tanh(x * b)


def _bump(x: float, b: float, order: int) -> float:
    e, deep, z = _decayed(x, b)
    if z >= 1500.0 or z <= -1500.0:
        return 0.0
    d = 1.0 + e
    y = e / (d * d)
    for _ in range(order):
        y *= x
    return y * deep


def scaled_bump(x: float, b: float) -> float:
    return _bump(x, b, 0)


def xscaled_bump(x: float, b: float) -> float:
    return _bump(x, b, 1)


def x2scaled_bump(x: float, b: float) -> float:
    return _bump(x, b, 2)


def softplus(x: float, b: float) -> float:
    e, deep, _ = _decayed(x, b)
    return (x if x > 0.0 else 0.0) + log1p(e) / b * deep


def scaled_exp_neg(x: float, b: float) -> float:
    if x >= 0.0:
        return 1.0
    q = x / b
    if q < -800.0:
        return 0.0
    e = exp(q)
    return e + e * (((x - q * b) - _rest(q, b)) / b)
