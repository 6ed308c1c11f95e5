"""Smooth relatives of relu that are made of exponentials and roots."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Facts, Op, family, on_floats, register
from micrograd_act.ops.parameters import check_positive

_INF = math.inf


@family()
def softplus(beta: float = 1.0, threshold: float = _INF) -> Op:
    """``log(1 + exp(beta x)) / beta``, a smooth relu.

    0 at -inf and inf at inf; the slope is ``sigmoid(beta x)``. Nothing overflows, so there is no
    need to return x where ``beta x`` is above a threshold; PyTorch does from 20 on, which is off by
    2e-9. With a finite `threshold` it is done here too.

    Raises
    ------
    ValueError
        If `beta` is not positive and finite, or `threshold` is NaN.

    Examples
    --------
    >>> from micrograd_act import softplus
    >>> round(softplus(0.0), 4), softplus(800.0), softplus(21.0, threshold=20)
    (0.6931, 800.0, 21.0)
    """
    check_positive("softplus", beta=beta)
    if threshold != threshold:
        raise ValueError(f"softplus: threshold must be a number, got {threshold}")

    def cut(xp: Namespace, x: Operand, above: Operand, below: Operand) -> Operand:
        return below if threshold == _INF else xp.where(x * beta > threshold, above, below)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return cut(xp, x, x, xp.log1pexp(x) if beta == 1 else xp.softplus(x, beta))

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        slope = xp.sigmoid(x) if beta == 1 else xp.scaled_sigmoid(x, beta)
        return g * cut(xp, x, 1.0, slope)

    edge = threshold / beta
    end = on_floats(forward, (edge,))
    facts = Facts(
        left=(0.0, 0.0),
        right=(_INF, 1.0),
        range=(0.0, _INF),
        kinks=() if threshold == _INF else ((edge, on_floats(vjp, (1.0, end, edge))),),
        jumps=() if threshold == _INF else ((edge, end),),
        convention="" if threshold == _INF else "PyTorch",
        monotone=threshold == _INF,
    )
    return Op("softplus", forward, (vjp,), facts=facts, source="Dugas et al. 2001, NIPS 13")


@family()
def squareplus(b: float = 4.0) -> Op:
    """``(x + sqrt(x**2 + b)) / 2``, a smooth relu without an exponential.

    0 at -inf and inf at inf; the slope is ``(1 + x / sqrt(x**2 + b)) / 2``.

    Raises
    ------
    ValueError
        If `b` is not positive and finite.

    Examples
    --------
    >>> from micrograd_act.functional import squareplus
    >>> squareplus(0.0), squareplus(-1e9)
    (1.0, 1e-09)
    """
    check_positive("squareplus", b=b)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.squareplus(x, b)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * xp.squareplus_slope(x, b)

    facts = Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(0.0, _INF), monotone=True)
    return Op("squareplus", forward, (vjp,), facts=facts, source="Barron 2021, arXiv:2112.11687")


@family()
def elu(alpha: float = 1.0) -> Op:
    """``x`` above 0, ``alpha (exp(x) - 1)`` below: exponential linear unit.

    -alpha at -inf; the slope at 0 is `alpha`, as in PyTorch, so that there is a kink unless it
    is 1.

    Raises
    ------
    ValueError
        If `alpha` is not positive and finite.

    Examples
    --------
    >>> from micrograd_act.functional import elu
    >>> round(elu(-1.0), 4), elu(-1e9), elu(2.0, alpha=0.5)
    (-0.6321, -1.0, 2.0)
    """
    check_positive("elu", alpha=alpha)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.maximum(x, 0.0) + alpha * xp.expm1(xp.minimum(x, 0.0))

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        slope = xp.exp_neg(x)  # not y + alpha, which has lost its digits
        return g * (slope if alpha == 1 else xp.where(x > 0, 1.0, alpha * slope))

    facts = Facts(
        left=(-alpha, 0.0),
        right=(_INF, 1.0),
        range=(-alpha, _INF),
        kinks=() if alpha == 1 else ((0.0, alpha),),
        monotone=True,
        smoothness=1 if alpha == 1 else _INF,
        convention="" if alpha == 1 else "PyTorch",
    )
    return Op(
        "elu", forward, (vjp,), facts=facts, source="Clevert, Unterthiner & Hochreiter 2016, ICLR"
    )


@family()
def celu(alpha: float = 1.0) -> Op:
    """``x`` above 0, ``alpha (exp(x / alpha) - 1)`` below: elu without its kink.

    -alpha at -inf; the slope at 0 is 1.

    Raises
    ------
    ValueError
        If `alpha` is not positive and finite.

    Examples
    --------
    >>> from micrograd_act.functional import celu
    >>> round(celu(-1.0, alpha=2.0), 4), celu(-1e9, alpha=2.0)
    (-0.7869, -2.0)
    """
    check_positive("celu", alpha=alpha)

    def forward(xp: Namespace, x: Operand) -> Operand:
        below = xp.maximum(xp.minimum(x, 0.0), -1e3 * alpha)  # else the quotient may overflow
        return xp.maximum(x, 0.0) + alpha * xp.expm1(below / alpha)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * (xp.exp_neg(x) if alpha == 1 else xp.scaled_exp_neg(x, alpha))

    facts = Facts(
        left=(-alpha, 0.0),
        right=(_INF, 1.0),
        range=(-alpha, _INF),
        monotone=True,
        smoothness=1,
    )
    return Op("celu", forward, (vjp,), facts=facts, source="Barron 2017, arXiv:1704.07483")


_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805
_SELU_PRODUCT = 1.7580993408473768  # of the two, rounded once


def _selu(xp: Namespace, x: Operand) -> Operand:
    """``scale`` times elu with an alpha for which mean 0 and variance 1 are a fixed point.

    scale = 1.0507 and alpha = 1.6733; -1.7581 at -inf. At the kink 0 the slope is 1.7581, as in
    PyTorch.

    Examples
    --------
    >>> from micrograd_act.functional import selu
    >>> round(selu(1.0), 4), round(selu(-1e9), 4)
    (1.0507, -1.7581)
    """
    return _SELU_SCALE * xp.maximum(x, 0.0) + _SELU_PRODUCT * xp.expm1(xp.minimum(x, 0.0))


def _selu_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.where(x > 0, _SELU_SCALE, _SELU_PRODUCT * xp.exp_neg(x))


selu = register(
    Op(
        "selu",
        _selu,
        (_selu_vjp,),
        facts=Facts(
            left=(-_SELU_PRODUCT, 0.0),
            right=(_INF, _SELU_SCALE),
            range=(-_SELU_PRODUCT, _INF),
            kinks=((0.0, _SELU_PRODUCT),),
            monotone=True,
            convention="PyTorch",
        ),
        source="Klambauer, Unterthiner, Mayr & Hochreiter 2017, NIPS 30",
    )
)
