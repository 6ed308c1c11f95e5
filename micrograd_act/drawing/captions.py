"""The product along a path, written out beside the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from micrograd_act.drawing.boxes import Caption
from micrograd_act.drawing.spelling import number, plain, spell
from micrograd_act.graph.node import Node

_LEAVES = 6  # a graph with more leaves has no one derivative that it is about
_FACTORS = 8
_NAME = 16


def path_product(
    root: Node, order: Sequence[Node], titles: Mapping[int, str], leaf: Node | None = None
) -> Caption | None:
    """Write the derivative by `leaf` as the product along its largest path.

    Without a `leaf` the first input that has a name is taken. None for arrays, for graphs of many
    leaves and for paths too long to read.
    """
    if leaf is None:
        leaf = _subject(root, order, titles)
    if leaf is None or any(node.ndim for node in order):
        return None
    best: dict[int, tuple[float, int]] = {id(leaf): (1.0, -1)}
    count: dict[int, int] = {id(leaf): 1}
    total: dict[int, float] = {id(leaf): 1.0}
    for node in order:
        if not node.inputs:
            continue
        locals_ = node.local_grads
        for i, (x, local) in enumerate(zip(node.inputs, locals_, strict=True)):
            if id(x) not in best or local is None:
                continue
            product = local * best[id(x)][0]
            if id(node) not in best or abs(product) > abs(best[id(node)][0]):
                best[id(node)] = (product, i)
            count[id(node)] = count.get(id(node), 0) + count[id(x)]
            total[id(node)] = total.get(id(node), 0.0) + local * total[id(x)]
    if id(root) not in best or root is leaf:
        return None
    factors = []
    node = root
    while node is not leaf:
        i = best[id(node)][1]
        factors.append(spell(node.local_grads[i]))
        node = node.inputs[i]
    if len(factors) > _FACTORS:
        return None
    more = count[id(root)] - 1
    rest = total[id(root)] - best[id(root)][0]
    words = f"+ {spell(rest)} on {more:,} more path{'s' * (more > 1)}" if more else ""
    names = (titles[id(root)] or _result_name(titles), titles[id(leaf)])
    head = "∂{}/∂{}".format(*(plain(name, _NAME) for name in names))
    factors = factors[:1] + [f"({f})" if f.startswith("−") else f for f in factors[1:]]
    return Caption(head, tuple(factors), number(total[id(root)]), words)


def _subject(root: Node, order: Sequence[Node], titles: Mapping[int, str]) -> Node | None:
    leaves = [node for node in order if not node.inputs and node.requires_grad]
    if len(leaves) > _LEAVES:
        return None
    named = [node for node in leaves if titles[id(node)]]
    return next((n for n in named if titles[id(n)].startswith("x")), next(iter(named), None))


def _result_name(titles: Mapping[int, str]) -> str:
    return "out" if "y" in titles.values() else "y"
