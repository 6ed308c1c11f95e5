"""The part of a graph between a result and an input, and the one pass that sums over its paths.

A path is never enumerated here: what all paths have in common is carried along each edge once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import add
from typing import Any, TypeAlias

from micrograd_act.graph.backward import check_tracked
from micrograd_act.graph.derivatives import between
from micrograd_act.graph.fitting import fit
from micrograd_act.graph.node import Node, changed_after, stale
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops.op import Op, on_floats

# For each result on a way back to the input, inputs before their readers: the positions of the
# inputs through which the ways go.
Steps: TypeAlias = dict[Node, tuple[int, ...]]
Along: TypeAlias = Callable[[Node, tuple[int, ...], Any], Iterable[Any]]


def steps_between(y: Node, x: Node) -> Steps:
    """The edges from `y` back to `x` that carry a gradient."""
    steps: Steps = {}
    for node in between((y,), (x,)):
        vjps = op_of(node).vjps
        kept = [i for i, v in enumerate(node.inputs) if (v is x or v in steps) and vjps[i]]
        if kept:
            steps[node] = tuple(kept)
    return steps


def restricted(steps: Steps, x: Node, wanted: Callable[[Node, int], bool]) -> Steps:
    """The edges on wanted ways to `x`, perhaps with some that no way from `y` reaches."""
    found: Steps = {}
    for node, positions in steps.items():
        inputs = node.inputs
        kept = tuple(
            i for i in positions if (inputs[i] is x or inputs[i] in found) and wanted(node, i)
        )
        if kept:
            found[node] = kept
    return found


def check_node(given: object, what: str, which: str) -> None:
    """Raise unless it is a node that gradients flow through."""
    if not isinstance(given, Node):
        kind = type(given).__name__
        raise TypeError(f"{what}: {which} must be a Value or a Tensor, got {kind}")
    check_tracked((given,), f"{what}, {which}")


def op_of(node: Node) -> Op:
    """The op of a result."""
    assert node.op is not None
    return node.op


def pull_edges(node: Node, positions: tuple[int, ...], g: Any) -> list[Any]:
    """The cotangents of these inputs of `node`, each along its edge, if `g` is that of `node`."""
    if changed_after(node) is not None:
        raise stale(node)
    op, xp, inputs = op_of(node), node.xp, node.inputs
    args = (g, node._data, *(x._data for x in inputs))
    if op.joint is not None and xp is not floats:
        every = op.joint(xp, *args)
        return [fit(every[i], inputs[i]._data) for i in positions]
    found = []
    for i in positions:
        vjp = op.vjps[i]
        assert vjp is not None
        c = on_floats(vjp, args) if xp is floats else fit(vjp(xp, *args), inputs[i]._data)
        found.append(c)
    return found


def pull_edge(node: Node, i: int, g: Any) -> Any:
    """The cotangent of input `i` of `node` along this one edge, if `g` is that of `node`."""
    return pull_edges(node, (i,), g)[0]


def count_edges(node: Node, positions: tuple[int, ...], n: int) -> list[int]:
    """As many paths go on by each edge as have come."""
    return [n] * len(positions)


def spread(
    steps: Steps,
    y: Node,
    x: Node,
    seed: Any,
    along: Along,
    mark: Callable[[Node, int], int] | None = None,
    join: Callable[[int, int], int] = add,
    limit: int | None = None,
) -> dict[int, Any]:
    """What arrives at `x` if `seed` starts at `y`, summed over all paths, apart for each key.

    Parameters
    ----------
    steps : Steps
    y, x : Node
    seed : object
        What starts at `y`: a cotangent, or 1 to count paths.
    along : callable
        ``along(node, positions, g)``: what becomes of `g` on the edge to each of these inputs.
    mark : callable, optional
        ``mark(node, i)``: what an edge adds to the key, which is 0 at `y`; 0 by default.
    join : callable
        ``join(key, mark)``: the key behind the edge.
    limit : int, optional
        Most keys at one node.

    Returns
    -------
    dict
        From key to sum; empty if no path leads to `x`.
    """
    found: dict[Node, dict[int, Any]] = {y: {0: seed}}
    for node in reversed(steps):
        here = found.pop(node, None)
        if here is None:
            continue
        if limit is not None and len(here) > limit:
            raise ValueError(
                f"split: more than {limit} different groups of paths at {node.op}; "
                "use a key with fewer values, or by_activations"
            )
        positions = steps[node]
        marks = [0 if mark is None else mark(node, i) for i in positions]
        targets = [found.setdefault(node.inputs[i], {}) for i in positions]
        kind = type(next(iter(here.values())))
        if len(here) > 1 and kind in (int, float):
            # numbers: the local gradients once, instead of the rules for every key
            one = kind(1)
            for there, local, added in zip(
                targets, along(node, positions, one), marks, strict=True
            ):
                for key, g in here.items():
                    after = join(key, added)
                    there[after] = there[after] + g * local if after in there else g * local
            continue
        for key, g in here.items():
            for there, c, added in zip(targets, along(node, positions, g), marks, strict=True):
                after = join(key, added)
                there[after] = there[after] + c if after in there else c
    return found.get(x, {})
