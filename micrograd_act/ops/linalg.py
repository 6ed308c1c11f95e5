"""Matrix products, and the layer that is one."""

from __future__ import annotations

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, register


def _matmul(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Matrix product; vectors, matrices and batches of them, as NumPy's."""
    return xp.matmul(a, b)


# A vector is a matrix with one row (left) or one column (right). Batch axes that were broadcast
# are summed by the caller, as for every op.
def _matmul_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    if b.ndim == 2 and a.ndim > 1:
        return xp.matmul(g, b.T)
    if b.ndim == 1:
        return xp.expand_dims(g, -1) * b
    if a.ndim == 1:
        return xp.getitem(xp.matmul(b, xp.expand_dims(g, -1)), (..., 0))
    return xp.matmul(g, xp.swapaxes(b, -1, -2))


def _matmul_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    if a.ndim == 2 and b.ndim > 1:
        return xp.matmul(a.T, g)
    if a.ndim == 1 and b.ndim == 1:
        return g * a
    if a.ndim == 1:
        return xp.expand_dims(a, -1) * xp.expand_dims(g, -2)
    if b.ndim == 1:
        return xp.getitem(xp.matmul(xp.swapaxes(a, -1, -2), xp.expand_dims(g, -1)), (..., 0))
    return xp.matmul(xp.swapaxes(a, -1, -2), g)


matmul = register(Op("matmul", _matmul, (_matmul_a, _matmul_b), elementwise=False, symbol="@"))


def _linear(xp: Namespace, x: Operand, weight: Operand, bias: Operand) -> Operand:
    """``x @ weight.T + bias``."""
    return xp.matmul(x, weight.T) + bias


def _linear_x(
    xp: Namespace, g: Operand, y: Operand, x: Operand, weight: Operand, bias: Operand
) -> Operand:
    return xp.matmul(g, weight)


def _linear_weight(
    xp: Namespace, g: Operand, y: Operand, x: Operand, weight: Operand, bias: Operand
) -> Operand:
    if x.ndim != 2:
        rows, columns = weight.shape
        g, x = xp.reshape(g, (-1, rows)), xp.reshape(x, (-1, columns))
    return xp.matmul(g.T, x)


def _linear_bias(
    xp: Namespace, g: Operand, y: Operand, x: Operand, weight: Operand, bias: Operand
) -> Operand:
    return g


linear = register(
    Op(
        "linear",
        _linear,
        (_linear_x, _linear_weight, _linear_bias),
        elementwise=False,
        slopes=(None, None, 1.0),
    )
)
