"""The logistic function of a product as ops of two inputs, and exp of a quotient."""

from __future__ import annotations

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family, register


def _scaled_sigmoid(xp: Namespace, x: Operand, b: Operand) -> Operand:
    """``sigmoid(b x)``."""
    return xp.scaled_sigmoid(x, b)


def _scaled_sigmoid_x(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (b * xp.scaled_bump(x, b))


def _scaled_sigmoid_b(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * xp.xscaled_bump(x, b)


register(Op("scaled_sigmoid", _scaled_sigmoid, (_scaled_sigmoid_x, _scaled_sigmoid_b)))


def _xscaled_sigmoid(xp: Namespace, x: Operand, b: Operand) -> Operand:
    """``x sigmoid(b x)``; where sigmoid is 0 it is 0, also at an infinite x."""
    return xp.xscaled_sigmoid(x, b)


def xscaled_sigmoid_x(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    """The vjp in x."""
    return g * (xp.scaled_sigmoid(x, b) + b * xp.xscaled_bump(x, b))


def xscaled_sigmoid_b(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    """The vjp in b."""
    return g * xp.x2scaled_bump(x, b)


register(Op("xscaled_sigmoid", _xscaled_sigmoid, (xscaled_sigmoid_x, xscaled_sigmoid_b)))


def _decay(xp: Namespace, x: Operand, b: Operand) -> Operand:
    """The derivative of the logarithm of sigmoid' at ``b x``."""
    return -xp.scaled_tanh(x / 2, b)


def _scaled_tanh(xp: Namespace, x: Operand, b: Operand) -> Operand:
    """``tanh(b x)``."""
    return xp.scaled_tanh(x, b)


def _scaled_tanh_x(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (4 * b * xp.scaled_bump(x, 2 * b))


def _scaled_tanh_b(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (4 * xp.xscaled_bump(x, 2 * b))


register(Op("scaled_tanh", _scaled_tanh, (_scaled_tanh_x, _scaled_tanh_b)))


def _scaled_bump(xp: Namespace, x: Operand, b: Operand) -> Operand:
    """``sigmoid'(b x)``."""
    return xp.scaled_bump(x, b)


def _scaled_bump_x(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (b * y * _decay(xp, x, b))


def _scaled_bump_b(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (xp.xscaled_bump(x, b) * _decay(xp, x, b))


register(Op("scaled_bump", _scaled_bump, (_scaled_bump_x, _scaled_bump_b)))


def _xscaled_bump(xp: Namespace, x: Operand, b: Operand) -> Operand:
    """``x sigmoid'(b x)``; 0 where ``b x`` is infinite."""
    return xp.xscaled_bump(x, b)


def _xscaled_bump_x(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (xp.scaled_bump(x, b) + b * y * _decay(xp, x, b))


def _xscaled_bump_b(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (xp.x2scaled_bump(x, b) * _decay(xp, x, b))


register(Op("xscaled_bump", _xscaled_bump, (_xscaled_bump_x, _xscaled_bump_b)))


def _x2scaled_bump(xp: Namespace, x: Operand, b: Operand) -> Operand:
    """``x**2 sigmoid'(b x)``; 0 where ``b x`` is infinite."""
    return xp.x2scaled_bump(x, b)


def _x2scaled_bump_x(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (2 * xp.xscaled_bump(x, b) + b * y * _decay(xp, x, b))


def _x2scaled_bump_b(xp: Namespace, g: Operand, y: Operand, x: Operand, b: Operand) -> Operand:
    return g * (x * y * _decay(xp, x, b))


register(Op("x2scaled_bump", _x2scaled_bump, (_x2scaled_bump_x, _x2scaled_bump_b)))


@family()
def scaled_exp_neg(b: float = 1.0) -> Op:
    """``exp(min(x, 0) / b)``; the slope at 0 is that of the left side."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.scaled_exp_neg(x, b)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * xp.where(x > 0, 0.0, y / b)

    return Op("scaled_exp_neg", forward, (vjp,))
