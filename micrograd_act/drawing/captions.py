"""The product along a path, written out beside the result."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from micrograd_act.drawing.boxes import Caption
from micrograd_act.drawing.spelling import number, plain, spell
from micrograd_act.graph.node import Node
from micrograd_act.pathways.ledger import paths
from micrograd_act.pathways.spelling import bracketed

_LEAVES = 6  # a graph with more leaves has no one derivative that it is about
_FACTORS = 8
_NAME = 16


def path_product(
    root: Node,
    order: Sequence[Node],
    titles: Mapping[int, str],
    along: Sequence[int] | None = None,
    start: Node | None = None,
) -> Caption | None:
    """Write the derivative by the graph's input as the product along one path.

    Parameters
    ----------
    root : Node
    order : sequence of Node
        All nodes of the graph, leaves in the order of their creation.
    titles : mapping
        Names by id.
    along : sequence of int, optional
        Which input the path takes at each node from the result on; the largest path by default.
    start : Node, optional
        By what the derivative is; the graph's input by default.

    Returns
    -------
    Caption or None
        None for arrays, for graphs of many leaves and for paths too long to read.
    """
    leaf = _subject(order, titles) if start is None else start
    if leaf is None or leaf is root or any(node.ndim for node in order):
        return None
    try:
        ledger = paths(root, leaf, names=False)
        largest = next(iter(ledger), None)
    except Exception:  # a leaf has changed since, or a user's rule raises: there is no derivative
        return None
    if along is None:
        if largest is None or len(largest.turns) > _FACTORS:
            return None
        along = largest.turns
    factors: list[float] = []
    node = root
    for turn in along:
        factor = node.local_grads[turn]
        if factor is None:  # an op of a user's that is not elementwise
            return None
        factors.append(factor)
        node = node.inputs[turn]
    total = float(ledger.gradient)
    more, rest = ledger.count - 1, spell(total - math.prod(factors))
    names = (titles[id(root)] or _result_name(titles), titles[id(leaf)])
    return Caption(
        "∂{}/∂{}".format(*(plain(name, _NAME) for name in names)),
        tuple(bracketed([spell(factor) for factor in factors])),
        number(total),
        f"+ {rest} on {more:,} more path{'s' * (more > 1)}" if more else "",
        tuple(along),
    )


def _subject(order: Sequence[Node], titles: Mapping[int, str]) -> Node | None:
    """The leaf by which the derivative is written: the first called x, else the first named."""
    leaves = [node for node in order if not node.inputs and node.requires_grad]
    if len(leaves) > _LEAVES:
        return None
    named = [node for node in leaves if titles[id(node)]]
    return next((n for n in named if titles[id(n)].startswith("x")), next(iter(named), None))


def _result_name(titles: Mapping[int, str]) -> str:
    return "out" if "y" in titles.values() else "y"
