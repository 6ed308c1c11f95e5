"""Elementary functions, and the accurate primitives of the namespace as ops.

A primitive is an op so that a derivative can name it and be differentiated again: the slope of
tanh is the op `sech2`, whose own slope is exact in the tails where 1 - tanh**2 is 0.
"""

from __future__ import annotations

import math
from typing import Any

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.arithmetic import clamp
from micrograd_act.ops.op import Op, evaluate, register

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


def _sech2(xp: Namespace, x: Operand) -> Operand:
    """1 / cosh(x)**2: the slope of tanh."""
    return xp.sech2(x)


def _sech2_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (-2 * xp.tanh(x) * y)


sech2 = register(Op("sech2", _sech2, (_sech2_vjp,), symbol="sech²"))


def _erf(xp: Namespace, x: Operand) -> Operand:
    """Error function."""
    return xp.erf(x)


def _erf_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (_TWO_OVER_SQRT_PI * xp.gaussian(x))


erf = register(Op("erf", _erf, (_erf_vjp,)))


def _erfc(xp: Namespace, x: Operand) -> Operand:
    """1 - erf(x), exact in the right tail."""
    return xp.erfc(x)


def _erfc_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return -g * (_TWO_OVER_SQRT_PI * xp.gaussian(x))


erfc = register(Op("erfc", _erfc, (_erfc_vjp,)))


def _npdf(xp: Namespace, x: Operand) -> Operand:
    """Density of the standard normal distribution."""
    return xp.npdf(x)


def _npdf_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return -g * xp.xnpdf(x)


npdf = register(Op("npdf", _npdf, (_npdf_vjp,), symbol="φ"))


def _ndtr(xp: Namespace, x: Operand) -> Operand:
    """Distribution function of the standard normal distribution."""
    return xp.ndtr(x)


def _ndtr_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.npdf(x)


ndtr = register(Op("ndtr", _ndtr, (_ndtr_vjp,), symbol="Φ"))


def _log1pexp(xp: Namespace, x: Operand) -> Operand:
    """log(1 + exp(x))."""
    return xp.log1pexp(x)


def _log1pexp_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.sigmoid(x)


log1pexp = register(Op("log1pexp", _log1pexp, (_log1pexp_vjp,)))


# x times a factor that decays, which at an infinite x is 0 and not infinity times 0.
def _xsigmoid(xp: Namespace, x: Operand) -> Operand:
    """``x sigmoid(x)``; its limit at -inf is 0."""
    return xp.xsigmoid(x)


def _xsigmoid_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.sigmoid(x) + xp.xsech2(x / 2) / 2)


xsigmoid = register(Op("xsigmoid", _xsigmoid, (_xsigmoid_vjp,), symbol="xσ"))


def _xsech2(xp: Namespace, x: Operand) -> Operand:
    """``x sech2(x)``; its limit at both infinities is 0."""
    return xp.xsech2(x)


def _xsech2_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.sech2(x) - 2 * xp.tanh(x) * y)


xsech2 = register(Op("xsech2", _xsech2, (_xsech2_vjp,), symbol="x sech²"))


def _xndtr(xp: Namespace, x: Operand) -> Operand:
    """``x ndtr(x)``; its limit at -inf is 0."""
    return xp.xndtr(x)


def _xndtr_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.ndtr(x) + xp.xnpdf(x))


xndtr = register(Op("xndtr", _xndtr, (_xndtr_vjp,), symbol="xΦ"))


def _xnpdf(xp: Namespace, x: Operand) -> Operand:
    """``x npdf(x)``; its limit at both infinities is 0."""
    return xp.xnpdf(x)


def _xnpdf_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.npdf(x) - xp.x2npdf(x))


xnpdf = register(Op("xnpdf", _xnpdf, (_xnpdf_vjp,), symbol="xφ"))


def _x2npdf(xp: Namespace, x: Operand) -> Operand:
    """``x**2 npdf(x)``; its limit at both infinities is 0."""
    return xp.x2npdf(x)


def _x2npdf_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (2 * xp.xnpdf(x) - x * y)


x2npdf = register(Op("x2npdf", _x2npdf, (_x2npdf_vjp,), symbol="x²φ"))


def _gaussian(xp: Namespace, x: Operand) -> Operand:
    """``exp(-x**2)``, with all digits in the tails."""
    return xp.gaussian(x)


def _gaussian_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (-2 * xp.xgaussian(x))


gaussian = register(Op("gaussian", _gaussian, (_gaussian_vjp,)))


def _xgaussian(xp: Namespace, x: Operand) -> Operand:
    """``x exp(-x**2)``; 0 at both infinities."""
    return xp.xgaussian(x)


def _xgaussian_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.gaussian(x) - 2 * xp.x2gaussian(x))


xgaussian = register(Op("xgaussian", _xgaussian, (_xgaussian_vjp,)))


def _x2gaussian(xp: Namespace, x: Operand) -> Operand:
    """``x**2 exp(-x**2)``; 0 at both infinities."""
    return xp.x2gaussian(x)


def _x2gaussian_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (2 * xp.xgaussian(x) - 2 * x * y)


x2gaussian = register(Op("x2gaussian", _x2gaussian, (_x2gaussian_vjp,)))
