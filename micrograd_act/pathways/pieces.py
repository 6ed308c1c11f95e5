"""The affine pieces that relu and its kin are made of, and how far the piece at a point reaches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.graph.derivatives import grad
from micrograd_act.graph.node import Node
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.value import Value
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.arithmetic import abs as absolute
from micrograd_act.ops.arithmetic import clamp, maximum, minimum
from micrograd_act.ops.op import Facts, Op
from micrograd_act.ops.piecewise import prelu
from micrograd_act.ops.reductions import amax, amin
from micrograd_act.pathways.edges import Steps, op_of

# Where slopes of a piece are compared: near its ends, in the middle, and far out.
_INSIDE = np.array([1e-9, 1e-3, 0.11, 0.37, 0.5, 0.73, 0.97, 1 - 1e-9])
_OUTSIDE = np.array([1e-9, 1e-3, 0.3, 1.0, 2.7, 31.0, 1e3, 1e9, 1e150])
LARGER = (maximum, minimum)
_EXTREME = (amax, amin)


class Reach(NamedTuple):
    """Where the affine region around a point ends in some direction.

    Attributes
    ----------
    distance : float
        The map holds from ``x`` to ``x + distance * direction``; infinite if it never ends.
    node : Node or None
        The first node to change to another of its pieces.
    element : tuple of int
        Which element of its input changes.
    """

    distance: float
    node: Node | None = None
    element: tuple[int, ...] = ()


def is_piecewise(node: Node, i: int) -> bool:
    """Whether `node` is made of affine pieces in its input `i`, told from its op."""
    op = op_of(node)
    if op in LARGER or op.family in _EXTREME:
        return True
    return i == 0 and (op == prelu or places(op) is not None)


@lru_cache(maxsize=512)
def places(op: Op) -> tuple[float, ...] | None:
    """Where an elementwise function of one variable changes its piece; None if it is curved."""
    if isinstance(op.facts, Facts):
        found = {float(x) for x, _ in (*op.facts.kinks, *op.facts.jumps)}
    elif op == absolute:
        found = {0.0}
    elif op.family is clamp:
        found = {float(limit) for _, limit in op.params if limit is not None}  # type: ignore[arg-type]
    else:
        return None
    ends = sorted(found)
    pieces = [low + (high - low) * _INSIDE for low, high in pairwise(ends)]
    first, last = (ends[0], ends[-1]) if ends else (0.0, 0.0)
    pieces += [first - _OUTSIDE, last + _OUTSIDE]
    if not ends:
        pieces = [np.concatenate(pieces)]
    constant = all(len(np.unique(_slopes(op, piece))) == 1 for piece in pieces)
    return tuple(ends) if constant else None


def reach(steps: Steps, x: Node, direction: Any) -> Reach:
    """How far the pieces that `x` stands on go on in a direction."""
    switching = [
        node
        for node, positions in steps.items()
        if any(op_of(node).slopes[i] is None and is_piecewise(node, i) for i in positions)
    ]
    moved = list(dict.fromkeys(v for node in switching for v in node.inputs if v.requires_grad))
    moved = [v for v in moved if v is x or v in steps]
    speeds = dict(zip(moved, _tangents(moved, x, direction), strict=True))
    nearest = Reach(np.inf)
    for node in switching:
        for margin, speed in _margins(node, speeds):
            t = _crossing(margin, speed)
            k = int(np.argmin(t)) if t.size else 0
            if t.size and t.flat[k] < nearest.distance:
                index = tuple(map(int, np.unravel_index(k, t.shape)))
                nearest = Reach(float(t.flat[k]), node, index)
    return nearest


def _slopes(op: Op, x: Any) -> Any:
    rule = op.vjps[0]
    assert rule is not None
    with np.errstate(all="ignore"):
        y = op.forward(arrays, x)
        return np.broadcast_to(rule(arrays, np.ones_like(x), y, x), x.shape)


def _tangents(nodes: list[Node], x: Node, direction: Any) -> list[Any]:
    """How fast each node moves if `x` moves in a direction: the transpose of a transpose."""
    if not nodes:
        return []
    weights = [_zero_like(node) for node in nodes]
    pulled = grad(nodes, x, weights, create_graph=True)
    seed = float(direction) if isinstance(x, Value) else direction
    found = grad(pulled, weights, seed, allow_unused=True)
    return [
        np.zeros(node.shape) if c is None else np.asarray(c._data, dtype=float)
        for node, c in zip(nodes, found, strict=True)
    ]


def _zero_like(node: Node) -> Node:
    if isinstance(node, Value):
        return Value(0.0)
    return Tensor(np.zeros_like(node._data), requires_grad=True)


def _margins(node: Node, speeds: dict[Node, Any]) -> Iterator[tuple[Any, Any]]:
    """What changes its sign where `node` changes its piece, and how fast it moves."""
    op = op_of(node)
    values = [np.asarray(v._data, dtype=float) for v in node.inputs]
    moving = [speeds.get(v, 0.0) for v in node.inputs]
    if op in LARGER:
        yield values[0] - values[1], np.asarray(moving[0] - moving[1])
        return
    (z, *_), (speed, *_) = values, moving
    if op.family in _EXTREME:
        yield _beside_the_extreme(op, z, np.asarray(speed))
        return
    for place in (0.0,) if op == prelu else places(op) or ():
        margin, speed_there = z - place, np.array(np.broadcast_to(speed, z.shape), dtype=float)
        standing = (margin == 0) & (speed_there != 0)
        if op != prelu and np.any(standing):
            beyond = np.nextafter(z, np.inf * np.sign(speed_there))
            speed_there[standing & (_slopes(op, beyond) == _slopes(op, z))] = 0.0
        yield margin, speed_there


def _beside_the_extreme(op: Op, z: Any, speed: Any) -> tuple[Any, Any]:
    """By how much each element falls short of the one that is chosen."""
    axis = dict(op.params).get("axis")
    axes = tuple(range(z.ndim)) if axis is None else tuple(np.atleast_1d(axis))  # type: ignore[call-overload]
    axes = tuple(a % z.ndim for a in axes) if z.ndim else ()
    kept = [a for a in range(z.ndim) if a not in axes]
    order = (*kept, *axes)
    shape = tuple(z.shape[a] for a in kept)
    rows, moving = (np.transpose(v, order).reshape(*shape, -1) for v in (z, speed))
    choose = np.argmax if op.family is amax else np.argmin
    chosen = choose(rows, -1)[..., None]
    back = np.argsort(order)

    def short(v: Any) -> Any:
        off = np.take_along_axis(v, chosen, -1) - v
        return np.transpose(off.reshape([z.shape[a] for a in order]), back)

    return short(rows), short(moving)


def _crossing(margin: Any, speed: Any) -> Any:
    """When each margin reaches 0 or leaves it; infinite where it never does."""
    margin, speed = np.broadcast_arrays(margin, speed)
    with np.errstate(all="ignore"):
        t = np.where(speed == 0, np.inf, -margin / speed)
    return np.where(t >= 0, t + 0.0, np.inf)
