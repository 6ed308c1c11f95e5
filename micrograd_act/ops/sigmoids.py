"""Activations of the shape of an S, and what is made of tanh."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Facts, Op, register

_INF = math.inf


def _sigmoid(xp: Namespace, x: Operand) -> Operand:
    """Logistic function, ``1 / (1 + exp(-x))``.

    Tends to 0 and 1, the slope to 0 on both sides; 0.5 with slope 0.25 at 0. Value within 3 ulp,
    slope within 4, in float64, also far out in the tails.

    Examples
    --------
    >>> from micrograd_act import Value, sigmoid
    >>> y = sigmoid(Value(40.0))
    >>> y.data, f"{y.local_grads[0]:.4e}"
    (1.0, '4.2484e-18')
    """
    return xp.sigmoid(x)


def _sigmoid_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.sech2(x / 2) / 4)  # y * (1 - y) is 0 from x = 37 on, where the slope is 8e-17


sigmoid = register(
    Op(
        "sigmoid",
        _sigmoid,
        (_sigmoid_vjp,),
        symbol="σ",
        facts=Facts(left=(0.0, 0.0), right=(1.0, 0.0), range=(0.0, 1.0), monotone=True),
        source="Verhulst 1838",
    )
)


def _logsigmoid(xp: Namespace, x: Operand) -> Operand:
    """``log(sigmoid(x))``, which is ``-softplus(-x)``.

    Tends to x on the left and to 0 on the right; the slope is ``sigmoid(-x)``.

    Examples
    --------
    >>> from micrograd_act.functional import logsigmoid
    >>> round(logsigmoid(0.0), 4), logsigmoid(-800.0)
    (-0.6931, -800.0)
    """
    return -xp.log1pexp(-x)


def _logsigmoid_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.sigmoid(-x)


logsigmoid = register(
    Op(
        "logsigmoid",
        _logsigmoid,
        (_logsigmoid_vjp,),
        facts=Facts(left=(-_INF, 1.0), right=(0.0, 0.0), range=(-_INF, 0.0), monotone=True),
    )
)


def _tanh(xp: Namespace, x: Operand) -> Operand:
    """Hyperbolic tangent.

    Tends to -1 and 1, the slope to 0 on both sides; slope 1 at 0. The slope keeps its digits where
    ``1 - tanh(x)**2`` is 0.

    Examples
    --------
    >>> from micrograd_act import Value, tanh
    >>> y = tanh(Value(20.0))
    >>> y.data, f"{y.local_grads[0]:.4e}"
    (1.0, '1.6993e-17')
    """
    return xp.tanh(x)


def _tanh_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.sech2(x)  # 1 - y * y loses every digit from x = 19 on


tanh = register(
    Op(
        "tanh",
        _tanh,
        (_tanh_vjp,),
        facts=Facts(
            left=(-1.0, 0.0), right=(1.0, 0.0), range=(-1.0, 1.0), symmetry="odd", monotone=True
        ),
    )
)


def _tanhshrink(xp: Namespace, x: Operand) -> Operand:
    """``x - tanh(x)``; the slope is ``tanh(x)**2``.

    Near 0 it is x**3 / 3, of which the difference has lost every digit at x = 1e-8.

    Examples
    --------
    >>> from micrograd_act.functional import tanhshrink
    >>> f"{tanhshrink(1e-6):.4e}"
    '3.3333e-19'
    """
    return xp.tanhshrink(x)


def _tanhshrink_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.tanh(x) ** 2


tanhshrink = register(
    Op(
        "tanhshrink",
        _tanhshrink,
        (_tanhshrink_vjp,),
        facts=Facts(
            left=(-_INF, 1.0),
            right=(_INF, 1.0),
            range=(-_INF, _INF),
            symmetry="odd",
            monotone=True,
        ),
    )
)


def _softsign(xp: Namespace, x: Operand) -> Operand:
    """``x / (1 + abs(x))``; -1 and 1 at the infinities, the slope tends to 0 as 1 / x**2.

    The slope at 0 is 1 and has a kink there.

    Examples
    --------
    >>> from micrograd_act.functional import softsign
    >>> softsign(1.0), softsign(float("-inf"))
    (0.5, -1.0)
    """
    return xp.softsign(x)


def _softsign_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    r = 1 / (1 + xp.abs(x))
    return g * (r * r)  # (1 + abs(x))**2 overflows where this is a number


softsign = register(
    Op(
        "softsign",
        _softsign,
        (_softsign_vjp,),
        facts=Facts(
            left=(-1.0, 0.0),
            right=(1.0, 0.0),
            range=(-1.0, 1.0),
            symmetry="odd",
            monotone=True,
            smoothness=1,
        ),
        source="Bergstra et al. 2009",
    )
)
