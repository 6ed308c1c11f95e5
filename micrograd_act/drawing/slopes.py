"""The local gradient of each input of a node or of a fold, as it is drawn on an edge."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from micrograd_act.drawing.boxes import Number, classify
from micrograd_act.drawing.folding import Entry
from micrograd_act.drawing.spelling import number, span
from micrograd_act.graph.node import Node

RAISES = "raises"

# The number, what it does to a gradient, and its size.
Local: TypeAlias = tuple[Number | None, Any, float]


def locals_of(node: Node, grad: Any) -> list[Local]:
    """Number, effect and size of the local gradient of each input of a node."""
    if node.op is None:
        return []
    try:
        with np.errstate(all="ignore"):
            return _measured(node, grad)
    except Exception as error:  # a user's rule may raise; the graph has a picture all the same
        raised = Number(RAISES, f"{type(error).__name__}: {error}")
        return [(raised, "undefined", 0.0)] * len(node.inputs)


def _measured(node: Any, grad: Any) -> list[Local]:
    found: list[Local] = []
    for i, (x, local) in enumerate(zip(node.inputs, node.local_grads, strict=True)):
        slope = node.op.slopes[i]
        if not x.requires_grad:
            found.append((None, "constant", 0.0))
        elif slope is not None:
            found.append((number(slope), classify(slope, slope, abs(slope), True), abs(slope)))
        elif local is None:
            found.append(_gain(node, i, grad))
        else:
            found.append(_summary(local))
    return found


def _summary(local: Any) -> Local:
    values = np.asarray(local, dtype=float)
    if values.size == 0:
        return None, "unknown", 0.0
    with np.errstate(all="ignore"):
        low, high = float(values.min()), float(values.max())
        size = float(np.sqrt(np.mean(values * values)))
    shown = number(local) if values.ndim == 0 else span(low, high)
    missing = np.count_nonzero(np.isnan(values))
    if missing and values.ndim:
        word = "NaN" if missing == values.size else "has NaN"
        shown = Number(word, f"NaN at {missing:,} of {values.size:,} elements")
    return shown, classify(low, high, size, False), size


def _gain(node: Any, i: int, grad: Any) -> Local:
    """How much longer the gradient gets where there is no number for each element."""
    vjp = node.op.vjps[i] if node.op is not None else None
    if vjp is None or grad is None:
        return None, "unknown", 0.0
    with np.errstate(all="ignore"):
        g = np.asarray(grad)
        back = np.asarray(vjp(node.xp, g, node.data, *(x.data for x in node.inputs)), dtype=float)
        size = float(np.linalg.norm(back.ravel()) / np.linalg.norm(g.astype(float).ravel()))
    if not np.isfinite(size):
        return None, "unknown", 0.0
    shown = number(size)
    return (
        Number(f"gain {shown.text}", f"{shown.exact}, the norm of vjp(g) over the norm of g"),
        classify(size, size, size, False),
        size,
    )


def combined(entry: Entry) -> Local:
    """The product of the local gradients from the result of a fold to an edge that enters it."""
    if not entry.source.requires_grad:
        return None, "constant", 0.0
    if entry.local is None:
        return None, "unknown", 0.0
    if entry.always:
        slope = float(entry.local)
        return number(slope), classify(slope, slope, abs(slope), True), abs(slope)
    return _summary(entry.local)
