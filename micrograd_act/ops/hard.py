"""Activations of straight pieces that limit, cut or imitate a smooth one."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Facts, Op, family, register
from micrograd_act.ops.parameters import check_finite, check_ordered

_INF = math.inf


@family()
def hardtanh(min_val: float = -1.0, max_val: float = 1.0) -> Op:
    """``min(max(x, min_val), max_val)``; the slope at both kinks is 0, as in PyTorch.

    Raises
    ------
    ValueError
        If `min_val` is not below `max_val`, or one is not finite.

    Examples
    --------
    >>> from micrograd_act.functional import hardtanh
    >>> hardtanh(-3.0), hardtanh(0.5), hardtanh(0.5, min_val=0.7, max_val=2.0)
    (-1.0, 0.5, 0.7)
    """
    check_ordered("hardtanh", min_val=min_val, max_val=max_val)
    min_val, max_val = float(min_val), float(max_val)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.minimum(xp.maximum(x, min_val), max_val)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * (xp.step(x - min_val) * xp.step(max_val - x))

    facts = Facts(
        left=(min_val, 0.0),
        right=(max_val, 0.0),
        range=(min_val, max_val),
        kinks=((min_val, 0.0), (max_val, 0.0)),
        convention="PyTorch",
        symmetry="odd" if min_val == -max_val else None,
        monotone=True,
    )
    return Op("hardtanh", forward, (vjp,), facts=facts, source="Collobert 2004, PhD thesis")


def _ramp(xp: Namespace, x: Operand) -> Operand:
    """``relu6(x + 3) / 6``, limited first, so that nothing overflows."""
    return (xp.minimum(xp.maximum(x, -3.0), 3.0) + 3) / 6


def _hardsigmoid(xp: Namespace, x: Operand) -> Operand:
    """``relu6(x + 3) / 6``; the slope at both kinks is 0, as in PyTorch.

    Examples
    --------
    >>> from micrograd_act.functional import hardsigmoid
    >>> hardsigmoid(-3.0), hardsigmoid(0.0), hardsigmoid(4.0)
    (0.0, 0.5, 1.0)
    """
    return _ramp(xp, x)


def _hardsigmoid_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.step(3 - xp.abs(x)) / 6)


hardsigmoid = register(
    Op(
        "hardsigmoid",
        _hardsigmoid,
        (_hardsigmoid_vjp,),
        facts=Facts(
            left=(0.0, 0.0),
            right=(1.0, 0.0),
            range=(0.0, 1.0),
            kinks=((-3.0, 0.0), (3.0, 0.0)),
            convention="PyTorch",
            monotone=True,
        ),
        source="Courbariaux, Bengio & David 2015, NIPS 28; in this form Howard et al. 2019, ICCV",
    )
)


def _hardswish(xp: Namespace, x: Operand) -> Operand:
    """``x relu6(x + 3) / 6``; the slope is 0 at the kink -3 and 1 at the kink 3.

    Examples
    --------
    >>> from micrograd_act.functional import hardswish
    >>> hardswish(-4.0), round(hardswish(1.0), 4), hardswish(1e308)
    (-0.0, 0.6667, 1e+308)
    """
    return xp.maximum(x, -3.0) * _ramp(xp, x)  # -inf * 0 would be NaN


def _hardswish_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.where(xp.abs(x) < 3, (x + 1.5) / 3, xp.step(x))


hardswish = register(
    Op(
        "hardswish",
        _hardswish,
        (_hardswish_vjp,),
        facts=Facts(
            left=(0.0, 0.0),
            right=(_INF, 1.0),
            range=(-0.375, _INF),
            kinks=((-3.0, 0.0), (3.0, 1.0)),
            convention="PyTorch",
        ),
        source="Howard et al. 2019, ICCV",
    )
)


def _shrunk(xp: Namespace, g: Operand, x: Operand, lambd: float) -> Operand:
    """The vjp of what is 0 within `lambd` of 0; with a `lambd` of 0 it is x."""
    return g * xp.step(xp.abs(x) - lambd) if lambd else g


@family()
def softshrink(lambd: float = 0.5) -> Op:
    """Moves x towards 0 by `lambd`, to 0 within that distance of it; the slope at the kinks is 0.

    Raises
    ------
    ValueError
        If `lambd` is negative or not finite.

    Examples
    --------
    >>> from micrograd_act.functional import softshrink
    >>> softshrink(2.0), softshrink(-0.5), softshrink(-2.0, lambd=1.0)
    (1.5, 0.0, -1.0)
    """
    check_finite("softshrink", least=0.0, lambd=lambd)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return x - xp.maximum(xp.minimum(x, lambd), -lambd)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return _shrunk(xp, g, x, lambd)

    facts = Facts(
        left=(-_INF, 1.0),
        right=(_INF, 1.0),
        range=(-_INF, _INF),
        kinks=((-lambd, 0.0), (lambd, 0.0)) if lambd else (),
        convention="PyTorch" if lambd else "",
        symmetry="odd",
        monotone=True,
        affine=not lambd,
    )
    return Op(
        "softshrink",
        forward,
        (vjp,),
        slopes=(None if lambd else 1.0,),
        facts=facts,
        source="Donoho 1995, IEEE T-IT 41",
    )


@family()
def hardshrink(lambd: float = 0.5) -> Op:
    """``x`` where ``abs(x) > lambd``, else 0; it jumps there, and the slope at the jumps is 0.

    Raises
    ------
    ValueError
        If `lambd` is negative or not finite.

    Examples
    --------
    >>> from micrograd_act.functional import hardshrink
    >>> hardshrink(2.0), hardshrink(0.5), hardshrink(0.75, lambd=1.0)
    (2.0, 0.0, 0.0)
    """
    check_finite("hardshrink", least=0.0, lambd=lambd)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return x * xp.step(xp.abs(x) - lambd)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return _shrunk(xp, g, x, lambd)

    facts = Facts(
        left=(-_INF, 1.0),
        right=(_INF, 1.0),
        range=(-_INF, _INF),
        kinks=((-lambd, 0.0), (lambd, 0.0)) if lambd else (),
        convention="PyTorch" if lambd else "",
        jumps=((-lambd, 0.0), (lambd, 0.0)) if lambd else (),
        symmetry="odd",
        monotone=True,
        affine=not lambd,
    )
    return Op(
        "hardshrink",
        forward,
        (vjp,),
        slopes=(None if lambd else 1.0,),
        facts=facts,
        source="Donoho & Johnstone 1994",
    )


@family()
def threshold(threshold: float, value: float) -> Op:
    """``x`` where ``x > threshold``, else `value`; the slope at the threshold is 0, as in PyTorch.

    Raises
    ------
    ValueError
        If a parameter is not finite.

    Examples
    --------
    >>> from micrograd_act.functional import threshold
    >>> threshold(0.5, 0.1, -1.0), threshold(0.05, 0.1, -1.0)
    (0.5, -1.0)
    """
    check_finite("threshold", threshold=threshold, value=value)
    threshold, value = float(threshold), float(value)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.where(x <= threshold, value, x)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * xp.step(x - threshold)

    facts = Facts(
        left=(value, 0.0),
        right=(_INF, 1.0),
        range=(min(value, threshold), _INF),
        kinks=((threshold, 0.0),),
        jumps=() if value == threshold else ((threshold, value),),
        monotone=value <= threshold,
        convention="PyTorch",
    )
    return Op("threshold", forward, (vjp,), facts=facts)
