"""Activations: one block each, a textbook formula over the namespace's accurate primitives."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Facts, Op, family, register

_INF = math.inf


def _identity(xp: Namespace, x: Operand) -> Operand:
    """X itself; the slope is 1."""
    return x


def _identity_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g


identity = register(
    Op(
        "identity",
        _identity,
        (_identity_vjp,),
        slopes=(1.0,),
        facts=Facts(
            left=(-_INF, 1.0),
            right=(_INF, 1.0),
            range=(-_INF, _INF),
            symmetry="odd",
            monotone=True,
            affine=True,
        ),
    )
)


@family()
def affine(a: float = 1.0, b: float = 0.0) -> Op:
    """``a x + b`` with two constants; its slope is `a` everywhere."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return a * x + b

    def constant(xp: Namespace, x: Operand) -> Operand:
        return xp.where(x == x, b, x)  # 0 times inf would be NaN; NaN stays NaN

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * a

    def limit(x: float) -> float:
        return a * x if a else b

    facts = Facts(
        left=(limit(-_INF), a),
        right=(limit(_INF), a),
        range=(-_INF, _INF) if a else (b, b),
        symmetry="odd" if b == 0 else None if a else "even",
        monotone=a >= 0,
        affine=True,
    )
    return Op("affine", forward if a else constant, (vjp,), slopes=(float(a),), facts=facts)


def _relu(xp: Namespace, x: Operand) -> Operand:
    """max(x, 0); the slope at 0 is 0."""
    return xp.maximum(x, 0.0)


def _relu_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * xp.step(x)


relu = register(
    Op(
        "relu",
        _relu,
        (_relu_vjp,),
        facts=Facts(
            left=(0.0, 0.0),
            right=(_INF, 1.0),
            range=(0.0, _INF),
            kinks=((0.0, 0.0),),
            monotone=True,
        ),
        source="Nair & Hinton 2010, ICML",
    )
)


@family()
def leaky_relu(negative_slope: float = 0.01) -> Op:
    """``max(x, 0) + negative_slope min(x, 0)``; at 0 the slope is `negative_slope`."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        above = xp.maximum(x, 0.0)
        return above + negative_slope * xp.minimum(x, 0.0) if negative_slope else above

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * xp.where(x > 0, 1.0, xp.where(x <= 0, negative_slope, x))

    facts = Facts(
        left=(-_INF if negative_slope > 0 else _INF if negative_slope else 0.0, negative_slope),
        right=(_INF, 1.0),
        range=(-_INF if negative_slope > 0 else 0.0, _INF),
        kinks=() if negative_slope == 1 else ((0.0, negative_slope),),
        symmetry="odd" if negative_slope == 1 else "even" if negative_slope == -1 else None,
        monotone=negative_slope >= 0,
        affine=negative_slope == 1,
    )
    return Op(
        "leaky_relu",
        forward,
        (vjp,),
        slopes=(1.0 if negative_slope == 1 else None,),
        facts=facts,
        source="Maas, Hannun & Ng 2013, ICML workshop",
    )


def _sigmoid(xp: Namespace, x: Operand) -> Operand:
    """1 / (1 + exp(-x))."""
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


def _tanh(xp: Namespace, x: Operand) -> Operand:
    """Hyperbolic tangent."""
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


@family()
def softplus(beta: float = 1.0) -> Op:
    """``log(1 + exp(beta x)) / beta``, a smooth relu; no threshold, unlike PyTorch's."""
    if not beta > 0:
        raise ValueError(f"softplus: beta must be positive, got {beta}")

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.log1pexp(x) if beta == 1 else xp.log1pexp(beta * x) / beta

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * (xp.sigmoid(x) if beta == 1 else xp.sigmoid(beta * x))

    facts = Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(0.0, _INF), monotone=True)
    return Op("softplus", forward, (vjp,), facts=facts, source="Dugas et al. 2001, NIPS 13")


def _silu(xp: Namespace, x: Operand) -> Operand:
    """``x sigmoid(x)``; the limit at -inf is 0."""
    return xp.xsigmoid(x)


def _silu_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.sigmoid(x) + xp.xsech2(x / 2) / 2)


silu = register(
    Op(
        "silu",
        _silu,
        (_silu_vjp,),
        facts=Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(-0.27846454276107377, _INF)),
        source="Elfwing, Uchibe & Doya 2018, Neural Networks 107",
    )
)


def _gelu(xp: Namespace, x: Operand) -> Operand:
    """``x Φ(x)``, with the normal distribution function; the limit at -inf is 0."""
    return xp.xndtr(x)


def _gelu_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.ndtr(x) + xp.xnpdf(x))


gelu = register(
    Op(
        "gelu",
        _gelu,
        (_gelu_vjp,),
        facts=Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(-0.16997120747990369, _INF)),
        source="Hendrycks & Gimpel 2016, arXiv:1606.08415",
    )
)
