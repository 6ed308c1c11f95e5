"""Elementary functions: exponentials, logarithms, roots, the error function."""

from __future__ import annotations

import math
from typing import Any

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.arithmetic import clamp
from micrograd_act.ops.op import Facts, Op, evaluate, register

_TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
_LOG_2 = math.log(2.0)
_LOG_10 = math.log(10.0)


def _exp(xp: Namespace, x: Operand) -> Operand:
    """E to the power x."""
    return xp.exp(x)


def _exp_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * y


exp = register(Op("exp", _exp, (_exp_vjp,)))


def _expm1(xp: Namespace, x: Operand) -> Operand:
    """exp(x) - 1, exact near 0."""
    return xp.expm1(x)


def _expm1_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.exp(x)


expm1 = register(Op("expm1", _expm1, (_expm1_vjp,)))


def _log(xp: Namespace, x: Operand) -> Operand:
    """Natural logarithm; NaN below 0."""
    return xp.log(x)


def _log_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / x


log = register(Op("log", _log, (_log_vjp,)))


def _log1p(xp: Namespace, x: Operand) -> Operand:
    """log(1 + x), exact near 0."""
    return xp.log1p(x)


def _log1p_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / (1 + x)


log1p = register(Op("log1p", _log1p, (_log1p_vjp,)))


def _sqrt(xp: Namespace, x: Operand) -> Operand:
    """Square root; NaN below 0, and at 0 the slope is inf."""
    return xp.sqrt(x)


def _sqrt_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / (2 * y)


sqrt = register(Op("sqrt", _sqrt, (_sqrt_vjp,), symbol="√"))


def _rsqrt(xp: Namespace, x: Operand) -> Operand:
    """``1 / sqrt(x)``; inf at 0, NaN below."""
    return 1 / xp.sqrt(x)


def _rsqrt_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return -g * y / (2 * x)


rsqrt = register(Op("rsqrt", _rsqrt, (_rsqrt_vjp,)))


def _reciprocal(xp: Namespace, x: Operand) -> Operand:
    """``1 / x``; infinite at 0."""
    return 1 / x


def _reciprocal_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return -g * y / x


reciprocal = register(Op("reciprocal", _reciprocal, (_reciprocal_vjp,)))


def _exp2(xp: Namespace, x: Operand) -> Operand:
    """2 to the power x."""
    return xp.exp2(x)


def _exp2_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (_LOG_2 * y)


exp2 = register(Op("exp2", _exp2, (_exp2_vjp,)))


def _log2(xp: Namespace, x: Operand) -> Operand:
    """Logarithm to base 2; NaN below 0."""
    return xp.log2(x)


def _log2_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / (_LOG_2 * x)


log2 = register(Op("log2", _log2, (_log2_vjp,), symbol="log₂"))


def _log10(xp: Namespace, x: Operand) -> Operand:
    """Logarithm to base 10; NaN below 0."""
    return xp.log10(x)


def _log10_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / (_LOG_10 * x)


log10 = register(Op("log10", _log10, (_log10_vjp,), symbol="log₁₀"))


def _logaddexp(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """``log(exp(a) + exp(b))`` without overflow."""
    return xp.logaddexp(a, b)


def _logaddexp_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * xp.sigmoid(a - b)


def _logaddexp_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return g * xp.sigmoid(b - a)


logaddexp = register(Op("logaddexp", _logaddexp, (_logaddexp_a, _logaddexp_b)))


def _xlogy(xp: Namespace, x: Operand, y: Operand) -> Operand:
    """``x log(y)``, which is 0 where x is 0, whatever y but NaN."""
    return x * xp.log(xp.where(x == 0, xp.where(y == y, 1.0, y), y))


def _xlogy_x(xp: Namespace, g: Operand, z: Operand, x: Operand, y: Operand) -> Operand:
    flat = xp.where(x == 0, y <= 0, False)  # 0 there, as PyTorch's
    return g * xp.log(xp.where(flat, 1.0, y))


def _xlogy_y(xp: Namespace, g: Operand, z: Operand, x: Operand, y: Operand) -> Operand:
    return g * x / y


xlogy = register(Op("xlogy", _xlogy, (_xlogy_x, _xlogy_y)))


def _logit(xp: Namespace, x: Operand) -> Operand:
    """``log(x / (1 - x))``, the inverse of sigmoid; infinite at 0 and 1, NaN outside."""
    return xp.logit(x)


def _logit_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g / (x * (1 - x))


_inverse_sigmoid = register(Op("logit", _logit, (_logit_vjp,)))


def logit(input: Any, eps: float | None = None) -> Any:
    """``log(x / (1 - x))``, the inverse of sigmoid; infinite at 0 and 1, NaN outside.

    With `eps` the input is first limited to [eps, 1 - eps], outside of which the slope is 0.
    """
    if eps is not None:
        input = clamp(input, eps, 1.0 - eps)
    return evaluate(_inverse_sigmoid, (input,))


def _erf(xp: Namespace, x: Operand) -> Operand:
    """Error function."""
    return xp.erf(x)


def _erf_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (_TWO_OVER_SQRT_PI * xp.gaussian(x))


erf = register(
    Op(
        "erf",
        _erf,
        (_erf_vjp,),
        facts=Facts(
            left=(-1.0, 0.0), right=(1.0, 0.0), range=(-1.0, 1.0), symmetry="odd", monotone=True
        ),
    )
)


def _erfc(xp: Namespace, x: Operand) -> Operand:
    """1 - erf(x), exact in the right tail."""
    return xp.erfc(x)


def _erfc_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return -g * (_TWO_OVER_SQRT_PI * xp.gaussian(x))


erfc = register(Op("erfc", _erfc, (_erfc_vjp,)))


def _gaussian(xp: Namespace, x: Operand) -> Operand:
    """``exp(-x**2)``, with all digits in the tails."""
    return xp.gaussian(x)


def _gaussian_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (-2 * xp.xgaussian(x))


gaussian = register(
    Op(
        "gaussian",
        _gaussian,
        (_gaussian_vjp,),
        facts=Facts(left=(0.0, 0.0), right=(0.0, 0.0), range=(0.0, 1.0), symmetry="even"),
        source="Broomhead & Lowe 1988, Complex Systems 2",
    )
)
