"""Paths marked on the picture of their graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from micrograd_act.drawing.boxes import Caption, Panel
from micrograd_act.drawing.reading import LIMIT, nearest, read
from micrograd_act.drawing.spelling import number, plain
from micrograd_act.drawing.views import View
from micrograd_act.graph.naming import name_of
from micrograd_act.graph.node import Node, nodes
from micrograd_act.pathways.path import Path

_NAME = 16


def read_highlighted(root: Node, names: Mapping[int, str], highlight: Any, view: View) -> Panel:
    """The graph that ends in `root` with one or several paths marked.

    The product of a single one is written beside the result. `view` folds and leaves out nothing.
    """
    paths = _checked(highlight)
    order = nodes(root)
    if len(order) > LIMIT:
        order = nearest(root, order)
    place = {id(node): f"n{k}" for k, node in enumerate(order)}
    for path in paths:
        missing = next((node for node in path.nodes if id(node) not in place), None)
        if missing is not None:
            name = name_of(missing, names) or missing._op or "a leaf"
            why = "is not drawn" if len(order) < len(nodes(root)) else "is not in this graph"
            raise ValueError(f"draw: '{name}' on the path to highlight {why}")
    boxes = {place[id(node)] for path in paths for node in path.nodes}
    edges = {
        (place[id(node)], i)
        for path in paths
        for node, i in zip(path.nodes, path.turns, strict=False)
    }
    panel = read(root, names, view=view)
    arrows = []
    seen: dict[str, int] = {}
    for arrow in panel.arrows:
        i = seen[arrow.target] = seen.get(arrow.target, -1) + 1
        arrows.append(replace(arrow, lit=arrow.lit or (arrow.target, i) in edges))
    return replace(
        panel,
        boxes=tuple(replace(box, lit=box.lit or box.id in boxes) for box in panel.boxes),
        arrows=tuple(arrows),
        caption=_caption(paths[0], names) if len(paths) == 1 else panel.caption,
    )


def _checked(highlight: Any) -> Sequence[Path]:
    paths = [highlight] if isinstance(highlight, Path) else highlight
    if isinstance(paths, (list, tuple)) and all(isinstance(path, Path) for path in paths):
        return paths
    raise TypeError(
        "draw: highlight is a path of a ledger or a list of them, such as paths(y, x).top(3), "
        f"got {type(highlight).__name__}"
    )


def _caption(path: Path, names: Mapping[int, str]) -> Caption:
    ends = (path.nodes[0], path.nodes[-1])
    y, x = (plain(name_of(node, names) or node._op or "data", _NAME) for node in ends)
    what = "∂{}/∂{} on this path" if path.is_scalar else "norm of ∂{}/∂{} on this path"
    return Caption(what.format(y, x), tuple(path.factors), number(path.size), turns=path.turns)
