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
        return _product(xp, g, a, out, left, right)

    return Op("contract", forward, (vjp_a, vjp_b), elementwise=False, symbol=subscripts)


def _product(xp: Namespace, a: Operand, b: Operand, left: str, right: str, out: str) -> Operand:
    sizes = {**dict(zip(left, a.shape, strict=True)), **dict(zip(right, b.shape, strict=True))}
    batch = [s for s in out if s in left and s in right]
    inner = [s for s in left if s in right and s not in out]
    rows = [s for s in left if s not in right]
    columns = [s for s in right if s not in left]
    lead, m, k, n = ([sizes[s] for s in part] for part in (batch, rows, inner, columns))
    a = _ordered(xp, a, left, [*batch, *rows, *inner])
    b = _ordered(xp, b, right, [*batch, *inner, *columns])
    a = xp.reshape(a, (*lead, math.prod(m), math.prod(k)))
    b = xp.reshape(b, (*lead, math.prod(k), math.prod(n)))
    y = xp.reshape(xp.matmul(a, b), (*lead, *m, *n))
    return _ordered(xp, y, [*batch, *rows, *columns], out)


def _ordered(xp: Namespace, x: Operand, axes: Sequence[str], wanted: Sequence[str]) -> Operand:
    order = tuple(map(axes.index, wanted))
    return x if order == tuple(range(len(order))) else xp.permute_dims(x, order)
