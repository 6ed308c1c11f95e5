"""The identity, steps, and relu with its relatives of two straight pieces."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Facts, Op, evaluate, family, register
from micrograd_act.ops.parameters import check_finite
from micrograd_act.ops.shaping import reshape

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
    check_finite("affine", a=a, b=b)

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


def _flat(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (0 * xp.abs(xp.sign(x)))  # NaN stays NaN, in every derivative


def _step(xp: Namespace, x: Operand) -> Operand:
    """Unit step: 0 for x <= 0, 1 for x > 0; it is the slope of relu.

    The slope is 0 everywhere, also at the jump. `heaviside` lets the value at 0 be chosen.

    Examples
    --------
    >>> from micrograd_act.functional import step
    >>> step(-2.0), step(0.0), step(0.1)
    (0.0, 0.0, 1.0)
    """
    return xp.step(x)


step = register(
    Op(
        "step",
        _step,
        (_flat,),
        facts=Facts(
            left=(0.0, 0.0),
            right=(1.0, 0.0),
            range=(0.0, 1.0),
            jumps=((0.0, 0.0),),
            monotone=True,
        ),
        source="McCulloch & Pitts 1943",
    )
)


def _heaviside(xp: Namespace, x: Operand, values: Operand) -> Operand:
    """0 for x < 0, `values` at 0, 1 for x > 0; the slope is 0, and `values` gets no gradient.

    Examples
    --------
    >>> from micrograd_act.functional import heaviside
    >>> heaviside(0.0, 0.5), heaviside(3.0, 0.5)
    (0.5, 1.0)
    """
    return xp.where(x == 0, values, xp.step(x))


def _heaviside_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand, values: Operand) -> Operand:
    return _flat(xp, g, y, x)


heaviside = register(Op("heaviside", _heaviside, (_heaviside_vjp, None), activation=True))


def _sign(xp: Namespace, x: Operand) -> Operand:
    """-1, 0 or 1; the slope is 0 everywhere, also at the jump."""
    return xp.sign(x)


sign = register(
    Op(
        "sign",
        _sign,
        (_flat,),
        facts=Facts(
            left=(-1.0, 0.0),
            right=(1.0, 0.0),
            range=(-1.0, 1.0),
            symmetry="odd",
            monotone=True,
            jumps=((0.0, 0.0),),
        ),
        source="Rosenblatt 1958, Psychological Review 65",
    )
)


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


def _relu6(xp: Namespace, x: Operand) -> Operand:
    """``min(max(x, 0), 6)``; the slope at both kinks is 0, as in PyTorch.

    Examples
    --------
    >>> from micrograd_act.functional import relu6
    >>> relu6(-1.0), relu6(2.5), relu6(8.0)
    (0.0, 2.5, 6.0)
    """
    return xp.minimum(xp.maximum(x, 0.0), 6.0)


def _relu6_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g * (xp.step(x) * xp.step(6 - x))


relu6 = register(
    Op(
        "relu6",
        _relu6,
        (_relu6_vjp,),
        facts=Facts(
            left=(0.0, 0.0),
            right=(6.0, 0.0),
            range=(0.0, 6.0),
            kinks=((0.0, 0.0), (6.0, 0.0)),
            convention="PyTorch",
            monotone=True,
        ),
        source="Krizhevsky 2010, convolutional deep belief networks on CIFAR-10",
    )
)


@family()
def leaky_relu(negative_slope: float = 0.01) -> Op:
    """``max(x, 0) + negative_slope min(x, 0)``.

    At the kink 0 the slope is `negative_slope`, as in PyTorch.

    Raises
    ------
    ValueError
        If `negative_slope` is not finite.

    Examples
    --------
    >>> from micrograd_act import leaky_relu
    >>> leaky_relu(-2.0), leaky_relu(-2.0, negative_slope=0.2)
    (-0.02, -0.4)
    """
    check_finite("leaky_relu", negative_slope=negative_slope)

    def forward(xp: Namespace, x: Operand) -> Operand:
        above = xp.maximum(x, 0.0)
        return above + negative_slope * xp.minimum(x, 0.0) if negative_slope else above

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * xp.where(x <= 0, negative_slope, xp.step(x))

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


class _PReLU(Op):
    def __call__(self, input: Any, weight: Any) -> Any:
        """Evaluate; several weights belong to axis 1 of the input, the channels."""
        count, ndim = np.size(getattr(weight, "data", weight)), _ndim(input)
        if count > 1 and _ndim(weight) == 1 and ndim > 1:
            channels = np.shape(getattr(input, "data", input))[1]
            if count != channels:
                raise ValueError(
                    f"prelu: {count} weights for an input with {channels} channels on axis 1; "
                    "give one for each channel, or one in all"
                )
            weight = reshape.bind(shape=(count,) + (1,) * (ndim - 2))(weight)
        return evaluate(self, (input, weight))


def _ndim(x: Any) -> int:
    return np.ndim(getattr(x, "data", x))


def _prelu(xp: Namespace, x: Operand, weight: Operand) -> Operand:
    """``max(x, 0) + weight min(x, 0)`` with a weight that is learned.

    One weight for all, or one for each channel, axis 1 of the input. At the kink 0 the slope is the
    weight, as in PyTorch.

    Raises
    ------
    ValueError
        If there are several weights and not one for each channel.

    Examples
    --------
    >>> from micrograd_act import Value
    >>> from micrograd_act.functional import prelu
    >>> y = prelu(Value(-2.0), Value(0.25))
    >>> y.data, y.local_grads
    (-0.5, (0.25, -2.0))
    """
    return xp.maximum(x, 0.0) + weight * xp.minimum(x, 0.0)


def _prelu_x(xp: Namespace, g: Operand, y: Operand, x: Operand, weight: Operand) -> Operand:
    return g * xp.where(x <= 0, weight, xp.step(x))


def _prelu_weight(xp: Namespace, g: Operand, y: Operand, x: Operand, weight: Operand) -> Operand:
    return g * xp.minimum(x, 0.0)


prelu = register(
    _PReLU(
        "prelu",
        _prelu,
        (_prelu_x, _prelu_weight),
        activation=True,
        source="He, Zhang, Ren & Sun 2015, ICCV",
    )
)
