"""The namespace of Python floats: `math`, and total primitives over it.

The elementary functions raise where `math` does; the primitives, from `step` on, never. What each
name promises is said in the contract.
"""

# ruff: noqa: D103

from __future__ import annotations

import builtins
import math
import sys
from builtins import abs
from math import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    copysign,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    hypot,
    inf,
    log,
    log1p,
    log2,
    log10,
    pow,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from typing import Final, cast

from micrograd_act.namespaces.contract import Namespace
from micrograd_act.namespaces.scalar_gates import (
    cauchy,
    exp_neg,
    mish_bend,
    mish_slope,
    softsign,
    squareplus,
    squareplus_slope,
    tanh_bend,
    tanh_bump,
    tanh_gate,
    tanhshrink,
    xcauchy,
    xmish_gate,
    xtanh_bend,
    xtanh_bump,
    xtanh_gate,
)
from micrograd_act.namespaces.scalar_products import (
    scaled_bump,
    scaled_exp_neg,
    scaled_sigmoid,
    scaled_tanh,
    softplus,
    x2scaled_bump,
    xscaled_bump,
    xscaled_sigmoid,
)

__all__ = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cauchy",
    "ceil",
    "cos",
    "cosh",
    "erf",
    "erfc",
    "erfcx",
    "exp",
    "exp2",
    "exp_neg",
    "expm1",
    "floats",
    "floor",
    "gaussian",
    "gelu_slope",
    "hypot",
    "log",
    "log1p",
    "log1pexp",
    "log2",
    "log10",
    "logaddexp",
    "logit",
    "maximum",
    "minimum",
    "mish_bend",
    "mish_slope",
    "ndtr",
    "npdf",
    "pow",
    "remainder",
    "round",
    "scaled_bump",
    "scaled_exp_neg",
    "scaled_sigmoid",
    "scaled_tanh",
    "sech2",
    "sigmoid",
    "sign",
    "silu_bend",
    "silu_slope",
    "sin",
    "sinh",
    "softplus",
    "softsign",
    "sqrt",
    "squareplus",
    "squareplus_slope",
    "step",
    "tan",
    "tanh",
    "tanh_bend",
    "tanh_bump",
    "tanh_gate",
    "tanhshrink",
    "trunc",
    "where",
    "x2gaussian",
    "x2npdf",
    "x2scaled_bump",
    "xcauchy",
    "xgaussian",
    "xmish_gate",
    "xndtr",
    "xnpdf",
    "xscaled_bump",
    "xscaled_sigmoid",
    "xsigmoid",
    "xtanh_bend",
    "xtanh_bump",
    "xtanh_gate",
]

_LOWEST = -sys.float_info.max
_EXP_MINUS_700 = 9.85967654375977e-305
_LOG_2 = 0.6931471805599453
_RSQRT_2PI = 0.3989422804014327
_RSQRT_PI = 0.5641895835477563
# sqrt(1/2) as a rounded number, its upper half and the rest of it
_SQRT_HALF = 0.7071067811865476
_SQRT_HALF_HIGH = 0.7071067839860916
_SQRT_HALF_LOW = -2.799544089368687e-09
_ROUNDER = 1.5 * 2.0**32  # adding it rounds numbers below 64 to half of the bits


def sign(x: float) -> float:
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def round(x: float) -> float:
    return builtins.round(x, 0)


def floor(x: float) -> float:
    return copysign(math.floor(x), x)  # -0.0 stays -0.0


def ceil(x: float) -> float:
    return copysign(math.ceil(x), x)


def trunc(x: float) -> float:
    return copysign(math.trunc(x), x)


def remainder(a: float, b: float) -> float:
    return a % b


def logaddexp(a: float, b: float) -> float:
    if a == b:
        return a + _LOG_2  # inf - inf
    return maximum(a, b) + log1p(exp(-abs(a - b)))


def logit(x: float) -> float:
    if 0.25 < x < 0.75:
        return 2.0 * atanh(2.0 * x - 1.0)  # 2 x - 1 is exact
    return log(x) - log1p(-x)


def maximum(a: float, b: float) -> float:
    return a if a >= b or a != a else b


def minimum(a: float, b: float) -> float:
    return a if a <= b or a != a else b


def where(condition: bool, a: float, b: float) -> float:
    return a if condition else b


def step(x: float) -> float:
    return 0.0 if x <= 0.0 else 1.0 if x > 0.0 else x


def sigmoid(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def xsigmoid(x: float) -> float:
    if x >= 0.0:
        return x / (1.0 + exp(-x))
    if x < -700.0:  # exp(x) loses digits
        return maximum(x, _LOWEST) * exp(x + 700.0) * _EXP_MINUS_700
    e = exp(x)
    return x * e / (1.0 + e)


def sech2(x: float) -> float:
    e = exp(-2.0 * abs(x))
    d = 1.0 + e
    return 4.0 * e / (d * d)


def silu_slope(x: float) -> float:
    if x > 1500.0 or x < -1500.0:
        return 1.0 if x > 0.0 else 0.0
    if x < -700.0:
        return (1.0 + x) * exp(x + 700.0) * _EXP_MINUS_700
    e = exp(-abs(x))
    d = 1.0 + e
    return ((1.0 if x > 0.0 else e * e) + e * (1.0 + x)) / (d * d)


def silu_bend(x: float) -> float:
    u = minimum(abs(x), 1500.0)
    if u > 700.0:
        return (2.0 - u) * exp(700.0 - u) * _EXP_MINUS_700
    e = exp(-u)
    d = 1.0 + e
    return e * ((2.0 - u) + e * (2.0 + u)) / (d * d * d)


def log1pexp(x: float) -> float:
    return x + log1p(exp(-x)) if x > 0.0 else log1p(exp(x))


def _bell(x: float, scale: float, factor: float) -> float:
    """``factor exp(-scale x**2)``; the rounding of x**2 alone would cost 700 ulp."""
    if x > 40.0 or x < -40.0:
        return 0.0
    high = (x + _ROUNDER) - _ROUNDER
    square = x * x
    rest = (high * high - square) + (x - high) * (x + high)
    factor -= factor * scale * rest
    exponent = -scale * square
    if exponent < -700.0:
        return factor * exp(exponent + 700.0) * _EXP_MINUS_700
    return factor * exp(exponent)


def npdf(x: float) -> float:
    return _bell(x, 0.5, _RSQRT_2PI)


def xnpdf(x: float) -> float:
    return _bell(x, 0.5, x * _RSQRT_2PI)


def x2npdf(x: float) -> float:
    return _bell(x, 0.5, x * x * _RSQRT_2PI)


def gaussian(x: float) -> float:
    return _bell(x, 1.0, 1.0)


def xgaussian(x: float) -> float:
    return _bell(x, 1.0, x)


def x2gaussian(x: float) -> float:
    return _bell(x, 1.0, x * x)


def _mills_series(r: float) -> float:
    """``u sqrt(2 pi) (1 - Phi(u)) / phi(u)`` from r = u**-2 < 1 / 1250, within 3e-17."""
    tail = 1.0 - 9.0 * r * (1.0 - 11.0 * r * (1.0 - 13.0 * r))
    return 1.0 - r * (1.0 - 3.0 * r * (1.0 - 5.0 * r * (1.0 - 7.0 * r * tail)))


def gelu_slope(x: float) -> float:
    return ndtr(x) + xnpdf(x)


def erfcx(x: float) -> float:
    if x < 25.0:
        return _bell(x, -1.0, erfc(x)) if x > -26.64 else inf
    return _RSQRT_PI * _mills_series(0.5 / (x * x)) / x


def ndtr(x: float) -> float:
    z = -x * _SQRT_HALF
    y = 0.5 * erfc(z)
    if x > -1.0:
        return y
    if x < -37.0:
        return _bell(x, 0.5, -_RSQRT_2PI * _mills_series(1.0 / (x * x)) / x)
    high = (x + _ROUNDER) - _ROUNDER
    rest = ((high * _SQRT_HALF_HIGH + z) + high * _SQRT_HALF_LOW) + (x - high) * _SQRT_HALF
    # z + sqrt(z**2 + 2) is -erfc'(z) / erfc(z) to the two digits that the correction needs
    return y + y * rest * (z + sqrt(z * z + 2.0))


def xndtr(x: float) -> float:
    if x > -37.0:
        return x * ndtr(x)
    return _bell(x, 0.5, -_RSQRT_2PI * _mills_series(1.0 / (x * x))) or -0.0  # as x / inf is


# The module itself: its attributes are found 10 ns sooner than an instance's.
floats: Final = cast(Namespace, sys.modules[__name__])
