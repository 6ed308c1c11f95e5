"""The accurate primitives of the namespace as ops.

A primitive is an op so that a derivative can name it and be differentiated again: the slope of
tanh is the op `sech2`, whose own slope is exact in the tails where 1 - tanh**2 is 0.
"""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family, register


def _sech2(xp: Namespace, x: Operand) -> Operand:
    """1 / cosh(x)**2: the slope of tanh."""
    return xp.sech2(x)


def _sech2_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (-2 * xp.tanh(x) * y)


sech2 = register(Op("sech2", _sech2, (_sech2_vjp,), symbol="sech²"))


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
    return g * xp.silu_slope(x)


xsigmoid = register(Op("xsigmoid", _xsigmoid, (_xsigmoid_vjp,), symbol="xσ"))


def _silu_slope(xp: Namespace, x: Operand) -> Operand:
    """``sigmoid(x) + x sigmoid(x) sigmoid(-x)``: the slope of silu."""
    return xp.silu_slope(x)


def _silu_slope_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.silu_bend(x)


register(Op("silu_slope", _silu_slope, (_silu_slope_vjp,)))


def _near(xp: Namespace, x: Operand) -> Operand:
    """An x that is finite: further out what decays is 0."""
    return xp.maximum(xp.minimum(x, 1500.0), -1500.0)


def _silu_bend(xp: Namespace, x: Operand) -> Operand:
    """The slope of silu_slope."""
    return xp.silu_bend(x)


def _silu_bend_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    x = _near(xp, x)
    t, s = xp.tanh(x / 2), xp.sech2(x / 2)
    return g * (s / 4 * (x * t**2 - x * s / 2 - 3 * t))


register(Op("silu_bend", _silu_bend, (_silu_bend_vjp,)))


def _xndtr(xp: Namespace, x: Operand) -> Operand:
    """``x ndtr(x)``; its limit at -inf is 0."""
    return xp.xndtr(x)


def _xndtr_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.gelu_slope(x)


xndtr = register(Op("xndtr", _xndtr, (_xndtr_vjp,), symbol="xΦ"))


def _gelu_slope(xp: Namespace, x: Operand) -> Operand:
    """``ndtr(x) + x npdf(x)``: the slope of gelu."""
    return xp.gelu_slope(x)


def _gelu_slope_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (2 * xp.npdf(x) - xp.x2npdf(x))


register(Op("gelu_slope", _gelu_slope, (_gelu_slope_vjp,)))


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


def _exp_neg(xp: Namespace, x: Operand) -> Operand:
    """``exp(min(x, 0))``; the slope at 0 is 1, that of the left side."""
    return xp.exp_neg(x)


def _exp_neg_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.where(x > 0, 0.0, y)


exp_neg = register(Op("exp_neg", _exp_neg, (_exp_neg_vjp,)))


def _cauchy(xp: Namespace, x: Operand) -> Operand:
    """``1 / (1 + x**2)``: the slope of arctan."""
    return xp.cauchy(x)


def _cauchy_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (-2 * xp.xcauchy(x) * y)


cauchy = register(Op("cauchy", _cauchy, (_cauchy_vjp,)))


def _xcauchy(xp: Namespace, x: Operand) -> Operand:
    """``x cauchy(x)``; 0 at both infinities."""
    return xp.xcauchy(x)


def _xcauchy_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.cauchy(x) - 2 * y * y)


xcauchy = register(Op("xcauchy", _xcauchy, (_xcauchy_vjp,)))


@family()
def squareplus_slope(b: float = 4.0) -> Op:
    """``(1 + x / sqrt(x**2 + b)) / 2``."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.squareplus_slope(x, b)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        h = xp.hypot(x, math.sqrt(b))
        return g * (b / 2 / h / h / h)  # h**3 overflows where this is a number

    return Op("squareplus_slope", forward, (vjp,))


def _xmish_gate(xp: Namespace, x: Operand) -> Operand:
    """``x tanh(log(1 + exp(x)))``; its limit at -inf is 0."""
    return xp.xmish_gate(x)


def _xmish_gate_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.mish_slope(x)


xmish_gate = register(Op("xmish_gate", _xmish_gate, (_xmish_gate_vjp,)))


def _mish_slope(xp: Namespace, x: Operand) -> Operand:
    """The slope of mish."""
    return xp.mish_slope(x)


def _mish_slope_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.mish_bend(x)


register(Op("mish_slope", _mish_slope, (_mish_slope_vjp,)))


def _mish_bend(xp: Namespace, x: Operand) -> Operand:
    """The slope of mish_slope."""
    return xp.mish_bend(x)


def _mish_bend_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    """With the gate t, its derivative ``sech2(u) s`` and the logarithmic derivative of that."""
    x = _near(xp, x)
    u, s = xp.log1pexp(x), xp.sigmoid(x)
    t, bump, away = xp.tanh(u), xp.sech2(u) * s, xp.sigmoid(-x)
    decay = away - 2 * t * s
    turn = -s * away - 2 * (bump * s + t * s * away)
    return g * (bump * (decay * (3 + x * decay) + x * turn))


register(Op("mish_bend", _mish_bend, (_mish_bend_vjp,)))


def _tanh_gate(xp: Namespace, x: Operand) -> Operand:
    """``(1 + tanh(sqrt(2 / pi) (x + 0.044715 x**3))) / 2``, which is near ndtr."""
    return xp.tanh_gate(x)


def _tanh_gate_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.tanh_bump(x)


tanh_gate = register(Op("tanh_gate", _tanh_gate, (_tanh_gate_vjp,)))


def _xtanh_gate(xp: Namespace, x: Operand) -> Operand:
    """``x tanh_gate(x)``; its limit at -inf is 0."""
    return xp.xtanh_gate(x)


def _xtanh_gate_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.tanh_gate(x) + xp.xtanh_bump(x))


xtanh_gate = register(Op("xtanh_gate", _xtanh_gate, (_xtanh_gate_vjp,)))


def _tanh_bump(xp: Namespace, x: Operand) -> Operand:
    """The slope of tanh_gate."""
    return xp.tanh_bump(x)


def _tanh_bump_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.tanh_bend(x)


tanh_bump = register(Op("tanh_bump", _tanh_bump, (_tanh_bump_vjp,)))


def _xtanh_bump(xp: Namespace, x: Operand) -> Operand:
    """``x tanh_bump(x)``; 0 at both infinities."""
    return xp.xtanh_bump(x)


def _xtanh_bump_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.tanh_bump(x) + xp.xtanh_bend(x))


xtanh_bump = register(Op("xtanh_bump", _xtanh_bump, (_xtanh_bump_vjp,)))

_C = math.sqrt(2 / math.pi)
_CUBIC = 0.044715


def _tanh_bend_slope(xp: Namespace, x: Operand) -> Operand:
    """The slope of tanh_bend, by the chain rule; it is 0 in all digits beyond abs(x) = 24."""
    x = xp.maximum(xp.minimum(x, 24.0), -24.0)
    u = _C * (x + _CUBIC * x**3)
    first, second, third = _C * (1 + 3 * _CUBIC * x**2), _C * 6 * _CUBIC * x, _C * 6 * _CUBIC
    t, s = xp.tanh(u), xp.sech2(u)
    return s * (third / 2 - 3 * first * second * t + first**3 * (2 * t**2 - s))


def _tanh_bend(xp: Namespace, x: Operand) -> Operand:
    """The slope of tanh_bump."""
    return xp.tanh_bend(x)


def _tanh_bend_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * _tanh_bend_slope(xp, x)


tanh_bend = register(Op("tanh_bend", _tanh_bend, (_tanh_bend_vjp,)))


def _xtanh_bend(xp: Namespace, x: Operand) -> Operand:
    """``x tanh_bend(x)``; 0 at both infinities."""
    return xp.xtanh_bend(x)


def _xtanh_bend_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    near = xp.maximum(xp.minimum(x, 24.0), -24.0)
    return g * (xp.tanh_bend(x) + near * _tanh_bend_slope(xp, x))


xtanh_bend = register(Op("xtanh_bend", _xtanh_bend, (_xtanh_bend_vjp,)))
