"""A graph of nodes as the plain data of a picture: values, gradients, local gradients, roles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from micrograd_act.drawing.boxes import Arrow, Box, Number, Panel, Tape, classify
from micrograd_act.drawing.captions import path_product
from micrograd_act.drawing.curves import curve
from micrograd_act.drawing.spelling import number, quantity, span
from micrograd_act.drawing.tape import record
from micrograd_act.graph.naming import name_of
from micrograd_act.graph.node import Node, nodes

LIMIT = 2000  # more nodes than that are not laid out
_RAISES = "raises"
KEPT = 32  # of a larger graph: as many as can be read
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def read(
    root: Node,
    names: Mapping[int, str],
    order: Sequence[Node] | None = None,
    grads: Mapping[int, Any] | None = None,
    along: Sequence[int] | None = None,
) -> Panel:
    """Describe the graph that ends in `root`.

    Parameters
    ----------
    root : Node
    names : mapping
        Names of nodes without a label, by id.
    order : sequence of Node, optional
        The nodes in the order in which boxes are numbered; boxes of one number share a place in
        twins. Oldest first by default.
    grads : mapping, optional
        Gradients by the id of the node, in the place of the nodes' own.
    along : sequence of int, optional
        The path whose product is written out, as in a caption's turns.
    """
    order = nodes(root) if order is None else list(order)
    total = len(order)
    if total > LIMIT:
        order = nearest(root, order)
    ids = {id(node): f"n{i}" for i, node in enumerate(order)}
    titles = {id(node): name_of(node, names) for node in order}
    parameters = _parameters(order, titles)
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    first_arrow: dict[int, int] = {}
    for node in order:
        first_arrow[id(node)] = len(arrows)
        for x in node.inputs:
            if id(x) not in ids:
                ids[id(x)] = f"m{len(ids)}"
                boxes.append(Box(ids[id(x)], "omitted", grad=None))
        grad = _grad(node) if grads is None else grads.get(id(node))
        locals_ = _locals(node, grad)
        box = _box(node, grad, locals_, label=titles[id(node)], result=node is root)
        if id(node) in parameters:
            box = replace(box, kind="parameter")
        boxes.append(replace(box, id=ids[id(node)]))
        for x, (local, effect, size) in zip(node.inputs, locals_, strict=True):
            arrows.append(Arrow(ids[id(x)], ids[id(node)], local, effect, size))
    note = _note(root, total, len(order))
    if len(order) < total:
        return Panel(tuple(boxes), tuple(arrows), None, note, Tape(trouble=note))
    caption = path_product(root, order, titles, along)
    seed = _grad(root) if grads is None else grads.get(id(root))
    tape = record(root, order, first_arrow, seed)
    return Panel(tuple(boxes), tuple(arrows), caption, note, tape)


def _grad(node: Any) -> Any:
    return node.grad


def _note(root: Node, total: int, drawn: int) -> str:
    if drawn < total:
        return (
            f"{total - drawn:,} earlier nodes are not drawn; these {drawn} are nearest the result"
        )
    if not root.inputs and not root.requires_grad:
        return "untracked: pass requires_grad=True to the tensors that this is computed from"
    return ""


def nearest(root: Node, order: list[Node]) -> list[Node]:
    """The nodes fewest steps from the result, in the order given."""
    kept = {id(root)}
    front = [root]
    while front and len(kept) < KEPT:
        following = []
        for node in front:
            for x in node.inputs:
                if id(x) not in kept and len(kept) < KEPT:
                    kept.add(id(x))
                    following.append(x)
        front = following
    return [node for node in order if id(node) in kept]


_WEIGHT = re.compile(r"(.*[._])?(w|weight|theta|θ)s?(?![a-z])", re.IGNORECASE)
_BIAS = re.compile(r"(.*[._])?(b|bias|beta|β)(es)?(?![a-z])", re.IGNORECASE)


def _parameters(order: Sequence[Node], titles: Mapping[int, str]) -> set[int]:
    """Which leaves are parameters: a module's, or named like weights, and biases beside weights."""
    leaves = [node for node in order if not node.inputs and node.requires_grad]
    found = {id(node) for node in leaves if getattr(node, "is_parameter", False)}
    found |= {id(node) for node in leaves if _WEIGHT.match(titles[id(node)])}
    if found:
        found |= {id(node) for node in leaves if _BIAS.match(titles[id(node)])}
    return found


Local = tuple[Number | None, Any, float]


def _locals(node: Node, grad: Any) -> list[Local]:
    """Number, effect and size of the local gradient of each input of a node."""
    if node.op is None:
        return []
    try:
        with np.errstate(all="ignore"):
            return _measured(node, grad)
    except Exception as error:  # a user's rule may raise; the graph has a picture all the same
        raised = Number(_RAISES, f"{type(error).__name__}: {error}")
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


def _box(node: Any, grad: Any, locals_: list[Local], label: str, result: bool) -> Box:
    op = node.op
    is_array = node.ndim > 0
    box = Box(
        "",
        "op" if op is not None else "input" if node.requires_grad or is_array else "constant",
        label,
        value=quantity(node.data),
        grad=quantity(grad),
        detail=f"{'×'.join(map(str, node.shape))} {node.data.dtype}" if is_array else "",
        result=result,
    )
    if op is None:
        return box if box.kind == "input" else replace(box, grad=None)
    box = replace(box, op=op.name, symbol=_symbol(op.symbol))
    if not (op.is_activation and op.elementwise and len(node.inputs) == 1):
        return box
    local, effect, _ = locals_[0]
    raised = local is not None and local.text == _RAISES
    slope = None if is_array or raised else float(node.local_grads[0])
    drawn = curve(op, node.inputs[0].data, node.data, slope)
    return replace(box, kind="activation", local=local, effect=effect, curve=drawn)


def _symbol(symbol: str) -> str:
    """How an op is written in a circle: ``**2`` is a superscript."""
    if symbol.startswith("**") and len(symbol) > 2:
        exponent = symbol[2:]
        whole = exponent.lstrip("-").isdecimal()
        return "x" + exponent.translate(_SUPERSCRIPT) if whole else f"x^{exponent}"
    return symbol.replace("**", "^").replace("@", "matmul")
