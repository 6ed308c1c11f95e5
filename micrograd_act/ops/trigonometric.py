"""Trigonometric and hyperbolic functions, their inverses, and the length of a pair."""

from __future__ import annotations

import math
from functools import partial

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Facts, Op, register
from micrograd_act.ops.shaping import _one_of


def _sin(xp: Namespace, x: Operand) -> Operand:
    """Sine."""
    return xp.sin(x)


def _sin_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.cos(x)


sin = register(
    Op(
        "sin",
        _sin,
        (_sin_vjp,),
        facts=Facts(
            left=(math.nan, math.nan),
            right=(math.nan, math.nan),
            range=(-1.0, 1.0),
            symmetry="odd",
        ),
        source="Sitzmann et al. 2020, NeurIPS 33",
    )
)


def _cos(xp: Namespace, x: Operand) -> Operand:
    """Cosine."""
    return xp.cos(x)


def _cos_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return -g * xp.sin(x)


cos = register(Op("cos", _cos, (_cos_vjp,)))


def _tan(xp: Namespace, x: Operand) -> Operand:
    """Tangent."""
    return xp.tan(x)


def _tan_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (1 + y * y)


tan = register(Op("tan", _tan, (_tan_vjp,)))


def _asin(xp: Namespace, x: Operand) -> Operand:
    """Inverse sine, in [-π/2, π/2]; NaN outside [-1, 1], and at the ends the slope is inf."""
    return xp.asin(x)


def _asin_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / xp.sqrt((1 - x) * (1 + x))  # 1 - x * x loses digits near 1


asin = register(Op("asin", _asin, (_asin_vjp,), symbol="arcsin"))


def _acos(xp: Namespace, x: Operand) -> Operand:
    """Inverse cosine, in [0, π]; NaN outside [-1, 1], and at the ends the slope is -inf."""
    return xp.acos(x)


def _acos_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return -g / xp.sqrt((1 - x) * (1 + x))


acos = register(Op("acos", _acos, (_acos_vjp,), symbol="arccos"))


def _atan(xp: Namespace, x: Operand) -> Operand:
    """Inverse tangent, in [-π/2, π/2]; the slope is ``1 / (1 + x**2)``."""
    return xp.atan(x)


def _atan_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.cauchy(x)


atan = register(
    Op(
        "atan",
        _atan,
        (_atan_vjp,),
        symbol="arctan",
        facts=Facts(
            left=(-math.pi / 2, 0.0),
            right=(math.pi / 2, 0.0),
            range=(-math.pi / 2, math.pi / 2),
            symmetry="odd",
            monotone=True,
        ),
    )
)


def _atan2(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Angle of the point (b, a), in [-π, π]; at the origin the slopes are 0 (PyTorch's)."""
    return xp.atan2(a, b)


def _atan2_joint(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> list[Operand]:
    h = xp.hypot(a, b)
    h = xp.where(h == 0, 1.0, h)
    u = g / h
    return [u * (b / h), -u * (a / h)]


_atan2_vjps = tuple(partial(_one_of, _atan2_joint, i) for i in range(2))
atan2 = register(Op("atan2", _atan2, _atan2_vjps, joint=_atan2_joint))


def _hypot(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """``sqrt(a**2 + b**2)`` without overflow; at the origin the slopes are NaN."""
    return xp.hypot(a, b)


def _hypot_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * (a / y)


def _hypot_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * (b / y)


hypot = register(Op("hypot", _hypot, (_hypot_a, _hypot_b)))


def _sinh(xp: Namespace, x: Operand) -> Operand:
    """Hyperbolic sine."""
    return xp.sinh(x)


def _sinh_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.cosh(x)


sinh = register(Op("sinh", _sinh, (_sinh_vjp,)))


def _cosh(xp: Namespace, x: Operand) -> Operand:
    """Hyperbolic cosine."""
    return xp.cosh(x)


def _cosh_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.sinh(x)


cosh = register(Op("cosh", _cosh, (_cosh_vjp,)))


def _asinh(xp: Namespace, x: Operand) -> Operand:
    """Inverse hyperbolic sine."""
    return xp.asinh(x)


def _asinh_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / xp.hypot(x, 1.0)


asinh = register(Op("asinh", _asinh, (_asinh_vjp,), symbol="arsinh"))


def _acosh(xp: Namespace, x: Operand) -> Operand:
    """Inverse hyperbolic cosine; NaN below 1, where the slope is inf."""
    return xp.acosh(x)


def _acosh_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / (xp.sqrt(x - 1) * xp.sqrt(x + 1))  # x * x overflows


acosh = register(Op("acosh", _acosh, (_acosh_vjp,), symbol="arcosh"))


def _atanh(xp: Namespace, x: Operand) -> Operand:
    """Inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond."""
    return xp.atanh(x)


def _atanh_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / ((1 - x) * (1 + x))


atanh = register(Op("atanh", _atanh, (_atanh_vjp,), symbol="artanh"))
