"""Activations that multiply x by a gate which opens from 0 to 1, and gated linear units."""

from __future__ import annotations

import math
from typing import Any

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Facts, Op, evaluate, family, register
from micrograd_act.ops.primitives import xmish_gate, xndtr, xsigmoid, xtanh_gate
from micrograd_act.ops.scaled import xscaled_sigmoid_b, xscaled_sigmoid_x

_INF = math.inf


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


class _Swish(Op):
    def __call__(self, input: Any, beta: Any = None) -> Any:
        """Evaluate; without a beta it is silu."""
        return silu(input) if beta is None else evaluate(self, (input, beta))


def _swish(xp: Namespace, x: Operand, beta: Operand) -> Operand:
    """``x sigmoid(beta x)`` with a beta that may be learned; with beta 1, its default, it is silu.

    With a large beta it is near relu, with beta 0 it is x / 2.

    Examples
    --------
    >>> from micrograd_act import Value
    >>> from micrograd_act.functional import swish
    >>> y = swish(Value(2.0), Value(1.5))
    >>> round(y.data, 4), [round(slope, 4) for slope in y.local_grads]
    (1.9051, [1.0881, 0.1807])
    """
    return xp.xscaled_sigmoid(x, beta)


swish = register(
    _Swish(
        "swish",
        _swish,
        (xscaled_sigmoid_x, xscaled_sigmoid_b),
        activation=True,
        source="Ramachandran, Zoph & Le 2017, arXiv:1710.05941",
    )
)


@family()
def gelu(approximate: str = "none") -> Op:
    """Gaussian error linear unit, ``x Phi(x)``.

    0 at -inf and inf at inf; the slope tends to 0 and 1 and has its maximum 1.129 at sqrt(2). The
    minimum is -0.17 at -0.7518.

    Parameters
    ----------
    approximate : {"none", "tanh"}
        With "tanh" Phi(x) is ``(1 + tanh(sqrt(2 / pi) (x + 0.044715 x**3))) / 2``, which differs
        from it by up to 5e-4.

    Raises
    ------
    ValueError
        If `approximate` is neither.

    Examples
    --------
    >>> from micrograd_act import gelu
    >>> round(gelu(1.0), 4), round(gelu(1.0, approximate="tanh"), 4), gelu(float("-inf"))
    (0.8413, 0.8412, -0.0)
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")
    exact = approximate == "none"

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.xndtr(x) if exact else xp.xtanh_gate(x)

    lowest = -0.16997120747990369 if exact else -0.17004075057125406
    return Op(
        "gelu",
        forward,
        xndtr.vjps if exact else xtanh_gate.vjps,
        facts=Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(lowest, _INF)),
        source="Hendrycks & Gimpel 2016, arXiv:1606.08415",
    )


def _mish(xp: Namespace, x: Operand) -> Operand:
    """``x tanh(softplus(x))``.

    0 at -inf and inf at inf; the slope tends to 0 and 1 and has its maximum 1.0884 at 1.4906. The
    minimum is -0.3088 at -1.1925.

    Examples
    --------
    >>> from micrograd_act.functional import mish
    >>> round(mish(1.0), 4), mish(float("-inf"))
    (0.8651, -0.0)
    """
    return xp.xmish_gate(x)


mish = register(
    Op(
        "mish",
        _mish,
        xmish_gate.vjps,
        facts=Facts(left=(0.0, 0.0), right=(_INF, 1.0), range=(-0.30884341301725043, _INF)),
        source="Misra 2019, arXiv:1908.08681",
    )
)


def _halves(xp: Namespace, name: str, x: Operand, axis: int) -> tuple[Operand, Operand]:
    if not isinstance(axis, int):
        raise TypeError(f"{name}: axis must be an int, got {axis!r}")
    if not -len(x.shape) <= axis < len(x.shape):
        raise IndexError(f"{name}: there is no axis {axis} in shape {x.shape}")
    size = x.shape[axis]
    if size % 2:
        raise ValueError(f"{name}: axis {axis} must have an even size, got shape {x.shape}")
    before = (slice(None),) * (axis % len(x.shape))
    first, second = slice(0, size // 2), slice(size // 2, size)
    return xp.getitem(x, (*before, first)), xp.getitem(x, (*before, second))


@family()
def glu(axis: int = -1) -> Op:
    """Gated linear unit: ``a sigmoid(b)`` of the two halves of `axis`.

    Raises
    ------
    ValueError
        If the size of `axis` is odd.
    IndexError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act.functional import glu
    >>> glu(np.array([2.0, 4.0, 0.0, 100.0])).tolist()
    [1.0, 4.0]
    """

    def forward(xp: Namespace, x: Operand) -> Operand:
        a, b = _halves(xp, "glu", x, axis)
        return a * xp.sigmoid(b)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        a, b = _halves(xp, "glu", x, axis)
        slope = a * (xp.sech2(b / 2) / 4)
        return xp.concatenate([g * xp.sigmoid(b), g * slope], axis)

    return Op(
        "glu",
        forward,
        (vjp,),
        elementwise=False,
        activation=True,
        source="Dauphin, Fan, Auli & Grangier 2017, ICML",
    )


@family()
def swiglu(axis: int = -1) -> Op:
    """``silu(a) b`` of the two halves of `axis`.

    Raises
    ------
    ValueError
        If the size of `axis` is odd.
    IndexError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act.functional import swiglu
    >>> swiglu(np.array([0.0, 100.0, 3.0, 2.0])).tolist()
    [0.0, 200.0]
    """

    def forward(xp: Namespace, x: Operand) -> Operand:
        a, b = _halves(xp, "swiglu", x, axis)
        return xp.xsigmoid(a) * b

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        a, b = _halves(xp, "swiglu", x, axis)
        slope = b * xp.silu_slope(a)
        return xp.concatenate([g * slope, g * xp.xsigmoid(a)], axis)

    return Op(
        "swiglu",
        forward,
        (vjp,),
        elementwise=False,
        activation=True,
        source="Shazeer 2020, arXiv:2002.05202",
    )
