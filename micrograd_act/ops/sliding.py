"""Sliding windows and their adjoint: what convolutions and pooling are made of."""

from __future__ import annotations

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family

Sizes = tuple[int, ...]


@family()
def windows(kernel: Sizes, stride: Sizes, dilation: Sizes) -> Op:
    """Every window of the last axes: (..., *size) becomes (..., *positions, *kernel)."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.windows(x, kernel, stride, dilation)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.fold(g, x.shape[-len(kernel) :], stride, dilation)

    return Op("windows", forward, (vjp,), elementwise=False)


@family()
def fold(size: Sizes, stride: Sizes, dilation: Sizes) -> Op:
    """The sum of windows laid over each other, in axes of `size`: the adjoint of `windows`."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.fold(x, size, stride, dilation)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.windows(g, x.shape[-len(size) :], stride, dilation)

    return Op("fold", forward, (vjp,), elementwise=False)
