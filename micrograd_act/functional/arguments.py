"""What functions do with their arguments: nodes made of arrays, shapes and labels checked."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph.arguments import as_node
from micrograd_act.graph.node import Node
from micrograd_act.ops.inputs import check_plain

Array: TypeAlias = Any


def as_pair(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Two nodes of one shape: a target that would only broadcast mostly lacks an axis."""
    input = as_node(input)
    target = as_node(target, getattr(input, "dtype", None))
    if input.shape != target.shape:
        raise ValueError(
            f"{name}: target {target.shape} differs from input {input.shape}; "
            "reshape one to the other"
        )
    return input, target


def as_constant(name: str, what: str, x: Any) -> Array:
    """The array of an argument through which no derivative is taken."""
    if isinstance(x, Node):
        if x.requires_grad:
            raise GradientError(f"{name}: {what} gets no gradient; pass {what}.detach()")
        return x._data
    check_plain(name, x)
    return np.asarray(x)


def as_indices(name: str, what: str, x: Any) -> Array:
    """An array of whole numbers."""
    check_plain(name, x)
    indices = np.asarray(x._data if isinstance(x, Node) else x)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{name}: {what} must be integers, got {indices.dtype}")
    return indices


def check_range(name: str, what: str, indices: Array, size: int) -> None:
    """Raise on an index outside [0, size)."""
    if indices.size and not (indices.min() >= 0 and indices.max() < size):
        outside = np.argwhere((indices < 0) | (indices >= size))
        at = tuple(map(int, outside[0]))
        where = f"row {at[0]}" if len(at) == 1 and what == "label" else f"{at}"
        raise IndexError(f"{name}: {what} {indices[at]} at {where} is outside [0, {size})")


def reduced(name: str, losses: Any, reduction: str) -> Any:
    """Losses as they are, their sum or their mean."""
    check_reduction(name, reduction)
    if reduction == "none" or losses.ndim == 0:
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def check_reduction(name: str, reduction: str) -> None:
    """Raise on anything but the three reductions."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: reduction is 'mean', 'sum' or 'none', got {reduction!r}")
