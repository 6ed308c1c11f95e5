"""Activations: one block each, a textbook formula over the namespace's accurate primitives."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.elementary import xndtr, xsigmoid
from micrograd_act.ops.op import Facts, Op, family, register

_INF = math.inf


def _identity(xp: Namespace, x: Operand) -> Operand:
    """Identity: x itself.

    The local gradient is 1 at every input: the path that the others are measured against.

    Examples
    --------
    >>> from micrograd_act import identity
    >>> identity(-0.4)
    -0.4
    """
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
    """``a x + b`` with two constants; its slope is `a` at every input.

    Examples
    --------
    >>> from micrograd_act import affine
    >>> affine(3.0, a=2.0, b=1.0)
    7.0
    """

    def forward(xp: Namespace, x: Operand) -> Operand:
        return a * x + b

    def constant(xp: Namespace, x: Operand) -> Operand:
        return xp.where(x == x, float(b), x)  # 0 times inf would be NaN; NaN stays NaN

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
    """Rectified linear unit, ``max(x, 0)``.

    The slope is 0 up to and at 0, as in PyTorch, and 1 above; NaN of NaN.

    Examples
    --------
    >>> from micrograd_act import relu
    >>> relu(-0.4), relu(2)
    (0.0, 2.0)
    """
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
            convention="PyTorch",
            monotone=True,
        ),
        source="Nair & Hinton 2010, ICML",
    )
)


@family()
def leaky_relu(negative_slope: float = 0.01) -> Op:
    """``max(x, 0) + negative_slope min(x, 0)``.

    At the kink 0 the slope is `negative_slope`, as in PyTorch.

    Examples
    --------
    >>> from micrograd_act import leaky_relu
    >>> leaky_relu(-2.0), leaky_relu(-2.0, negative_slope=0.2)
    (-0.02, -0.4)
    """

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
        convention="" if negative_slope == 1 else "PyTorch",
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


@family()
def softplus(beta: float = 1.0) -> Op:
    """``log(1 + exp(beta x)) / beta``, a smooth relu.

    0 at -inf and inf at inf; the slope is ``sigmoid(beta x)``. There is no threshold beyond which
    it becomes x, as PyTorch has; nothing overflows without it.

    Raises
    ------
    ValueError
        If `beta` is not positive.

    Examples
    --------
    >>> from micrograd_act import softplus
    >>> round(softplus(0.0), 4), softplus(800.0)
    (0.6931, 800.0)
    """
    if not beta > 0:
        raise ValueError(f"softplus: beta must be positive, got {beta}")

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.log1pexp(x) if beta == 1 else xp.log1pexp(beta * x) / beta

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * (xp.sigmoid(x) if beta == 1 else xp.sigmoid(beta * x))

    facts = Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(0.0, _INF), monotone=True)
    return Op("softplus", forward, (vjp,), facts=facts, source="Dugas et al. 2001, NIPS 13")


def _silu(xp: Namespace, x: Operand) -> Operand:
    """Sigmoid linear unit or swish, ``x sigmoid(x)``.

    0 at -inf, where ``-inf * 0`` would be NaN, and inf at inf; the slope tends to 0 and 1 and has
    its maximum 1.0998 at 2.4. The minimum is -0.2785 at -1.2785.

    Examples
    --------
    >>> from micrograd_act import silu
    >>> round(silu(1.0), 4), silu(float("-inf"))
    (0.7311, -0.0)
    """
    return xp.xsigmoid(x)


silu = register(
    Op(
        "silu",
        _silu,
        xsigmoid.vjps,
        facts=Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(-0.27846454276107377, _INF)),
        source="Elfwing, Uchibe & Doya 2018, Neural Networks 107",
    )
)


def _gelu(xp: Namespace, x: Operand) -> Operand:
    """Gaussian error linear unit, ``x Phi(x)``, in its exact form.

    0 at -inf and inf at inf; the slope tends to 0 and 1 and has its maximum 1.129 at sqrt(2). The
    minimum is -0.17 at -0.7518.

    Examples
    --------
    >>> from micrograd_act import gelu
    >>> round(gelu(1.0), 4), gelu(float("-inf"))
    (0.8413, -0.0)
    """
    return xp.xndtr(x)


gelu = register(
    Op(
        "gelu",
        _gelu,
        xndtr.vjps,
        facts=Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(-0.16997120747990369, _INF)),
        source="Hendrycks & Gimpel 2016, arXiv:1606.08415",
    )
)
