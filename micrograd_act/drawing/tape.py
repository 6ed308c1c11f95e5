"""The backward pass of a graph, edge by edge, run without touching any `.grad`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from micrograd_act.drawing.boxes import Held, Pull, Tape
from micrograd_act.drawing.spelling import quantity
from micrograd_act.errors import GradientError
from micrograd_act.graph import Value
from micrograd_act.graph.node import Node
from micrograd_act.pathways.edges import pull_edges


def record(
    root: Node, order: Sequence[Node], arrows: Mapping[tuple[int, int], int], seed: Any = None
) -> Tape:
    """Record the backward pass of a graph.

    Parameters
    ----------
    root : Node
    order : sequence of Node
        The whole graph, inputs before their readers.
    arrows : mapping
        From the id of a node and the number of an input to the number of the arrow, if it has one.
    seed : float or ndarray, optional
        The gradient of `root`; all ones by default.
    """
    if not root.requires_grad:
        return Tape(trouble="nothing here is tracked, so there is no backward pass")
    start = np.ones(root.shape) if root.ndim else 1.0
    start = start if seed is None else seed
    sums: dict[Node, Any] = {root: start}
    pulls: list[Pull] = []
    try:
        for node in sorted(order, key=_serial, reverse=True):
            g = sums.get(node)
            if g is None or node.op is None:
                continue
            vjps = node.op.vjps
            at = tuple(
                i for i, x in enumerate(node.inputs) if x.requires_grad and vjps[i] is not None
            )
            with np.errstate(all="ignore"):
                found = pull_edges(node, at, g)
                for i, c in zip(at, found, strict=True):
                    x = node.inputs[i]
                    before = sums.get(x)
                    sums[x] = c if before is None else before + c
                    if isinstance(x, Value) and not x.inputs:
                        sums[x] += 0.0  # as in the engine, no leaf keeps the sign of a dead path
                    shown = _held(c)
                    after = shown if sums[x] is c else _held(sums[x])
                    summed = node.op.elementwise and x.shape != node.shape
                    arrow = arrows.get((id(node), i))
                    if arrow is not None:
                        pulls.append(Pull(arrow, shown, after, summed))
    except GradientError as error:  # a leaf has changed since
        return Tape(trouble=str(error))
    except Exception as error:  # a user's rule may raise; the graph has a picture all the same
        return Tape(trouble=f"the backward pass raises {type(error).__name__}: {error}")
    return Tape(_held(start), tuple(pulls))


def _serial(node: Any) -> int:
    serial: int = node._serial
    return serial


def _held(g: Any) -> Held:
    if isinstance(g, np.ndarray) and g.ndim:
        return quantity(g)
    return float(g)
