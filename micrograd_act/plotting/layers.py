"""What the layers of a graph hold, as plain arrays by the layer's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from micrograd_act.drawing.grouping import Key, groups_of, title_of
from micrograd_act.graph.node import Node, nodes

Array = npt.NDArray[np.float64]
Layers = dict[str, Array]


def grouped(result: Node, group: Key, what: str) -> dict[str, list[Any]]:
    """The computed nodes of each layer, in order."""
    if not isinstance(result, Node):
        raise TypeError(f"{what}: expected a Value or a Tensor, got {type(result).__name__}")
    found = groups_of(result, nodes(result), group)
    return {title_of(group, name): list(members) for name, members in found.items()}


def by_layer(layers: dict[str, list[Any]], pick: Callable[[Any], Any]) -> Layers:
    """All finite numbers that `pick` takes of a layer's activations."""
    found: Layers = {}
    for name, members in layers.items():
        taken = [pick(node) for node in members if _is_activation(node)]
        if taken:
            numbers = np.concatenate([np.asarray(part, dtype=float).ravel() for part in taken])
            found[name] = numbers[np.isfinite(numbers)]
    return found


def _is_activation(node: Any) -> bool:
    op = node.op
    return bool(op.is_activation and op.elementwise and node.inputs[0].requires_grad)


def length(parts: list[Any]) -> float:
    """The norm of several gradients taken as one vector; NaN of none."""
    if not parts:
        return float("nan")
    return float(np.sqrt(sum(float(np.sum(np.square(np.asarray(g, float)))) for g in parts)))
