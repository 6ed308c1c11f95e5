"""Sums of products over named axes: what einsum and tensordot are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family


@family(arity=2)
def contract(subscripts: str) -> Op:
    """``einsum(subscripts, a, b)`` as one matrix product.

    Each letter occurs once in an operand, and also in the other or in the result.
    """
    operands, out = subscripts.split("->")
    left, right = operands.split(",")

    def forward(xp: Namespace, a: Operand, b: Operand) -> Operand:
        return _product(xp, a, b, left, right, out)

    def vjp_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
        return _product(xp, g, b, out, right, left)

    def vjp_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
        return _product(xp, a, g, left, out, right)

    return Op("contract", forward, (vjp_a, vjp_b), elementwise=False, symbol=subscripts)


def _product(xp: Namespace, a: Operand, b: Operand, left: str, right: str, out: str) -> Operand:
    sizes = {**dict(zip(left, a.shape, strict=True)), **dict(zip(right, b.shape, strict=True))}
    batch = [s for s in out if s in left and s in right]
    inner = [s for s in left if s in right and s not in out]
    rows = [s for s in left if s not in right]
    columns = [s for s in right if s not in left]
    a = _matrices(xp, a, left, sizes, batch, rows, inner)
    b = _matrices(xp, b, right, sizes, batch, inner, columns)
    axes = [*batch, *rows, *columns]
    return _ordered(xp, xp.reshape(xp.matmul(a, b), tuple(sizes[s] for s in axes)), axes, out)


def _matrices(
    xp: Namespace,
    x: Operand,
    axes: str,
    sizes: dict[str, int],
    batch: list[str],
    rows: list[str],
    columns: list[str],
) -> Operand:
    lead, m, n = ([sizes[s] for s in part] for part in (batch, rows, columns))
    order = [*batch, *rows, *columns]
    # a copy along a longer axis is faster
    if order != list(axes) and rows and columns and m[-1] > n[-1]:
        x = _ordered(xp, x, axes, [*batch, *columns, *rows])
        return xp.swapaxes(xp.reshape(x, (*lead, math.prod(n), math.prod(m))), -1, -2)
    return xp.reshape(_ordered(xp, x, axes, order), (*lead, math.prod(m), math.prod(n)))


def _ordered(xp: Namespace, x: Operand, axes: Sequence[str], wanted: Sequence[str]) -> Operand:
    order = tuple(map(axes.index, wanted))
    return x if order == tuple(range(len(order))) else xp.permute_dims(x, order)
