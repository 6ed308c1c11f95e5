"""Paths in order of size: best-first search for numbers, enumeration for arrays.

For numbers the largest product from each node on is known exactly (dynamic programming from the
input up), so the search never follows a path that it does not need, and siblings are looked at
only when their turn comes: k paths cost about k times their length.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.graph.node import Node
from micrograd_act.pathways.edges import Steps, pull_edges
from micrograd_act.pathways.path import Trail
from micrograd_act.pathways.spelling import norm

# The ways on from a node, the best first: (largest size of a path on it, size of the edge,
# position of the input, local gradient).
Option: TypeAlias = tuple[float, float, int, float]
Options: TypeAlias = list[Option]

_INF = math.inf


def size(local: float) -> float:
    """The binary logarithm of a local gradient; NaN counts as infinite, so that it comes first."""
    if local == 0:
        return -_INF
    return math.log2(abs(local)) if math.isfinite(local) else _INF


def joined(a: float, b: float) -> float:
    """The size of two pieces of a path together: infinite if either is, else 0 if either is."""
    return _INF if _INF in (a, b) else a + b


def options_of(steps: Steps, x: Node) -> dict[Node, Options]:
    """For each node the ways on, the best first; of equals the input that comes first."""
    found: dict[Node, Options] = {}
    for node, positions in steps.items():
        options = []
        for i, local in zip(positions, pull_edges(node, positions, 1.0), strict=True):
            child = node.inputs[i]
            here = size(local)
            onward = 0.0 if child is x else found[child][0][0]
            options.append((joined(here, onward), here, i, local))
        options.sort(key=_best_first)
        found[node] = options
    return found


def _best_first(option: Option) -> tuple[float, int]:
    return -option[0], option[2]


def largest_first(options: dict[Node, Options], y: Node, x: Node) -> Iterator[Trail]:
    """Every path between two nodes, from the largest product down; those with product 0 last."""
    if y is not x and y not in options:
        return
    made = 0
    # (minus the largest size possible, what breaks ties, trail, its size, node, option to take)
    heap: list[tuple[float, int, Trail, float, Node, int]] = [(0.0, made, None, 0.0, y, 0)]
    while heap:
        _, _, trail, so_far, node, chosen = heappop(heap)
        while node is not x:
            ways = options[node]
            if chosen + 1 < len(ways):
                made += 1
                bound = joined(so_far, ways[chosen + 1][0])
                heappush(heap, (-bound, made, trail, so_far, node, chosen + 1))
            _, here, i, local = ways[chosen]
            trail = (trail, node, i, local)
            so_far = joined(so_far, here)
            node = node.inputs[i]
            chosen = 0
        yield trail


def enumerated(steps: Steps, y: Node, x: Node, seed: Any) -> Iterator[Trail]:
    """Every path between two nodes of an array graph, from the largest norm down.

    What is common to the beginnings of paths is computed once; only the norms are kept.
    """
    found: list[tuple[float, int, Trail]] = []
    stack: list[tuple[Trail, Node, Any]] = [(None, y, seed)]
    with np.errstate(all="ignore"):
        while stack:
            trail, node, g = stack.pop()
            if node is x:
                length = norm(g)
                found.append((-length if math.isfinite(length) else -_INF, len(found), trail))
                continue
            positions = steps.get(node)
            if positions is None:  # no path leads on from the result
                continue
            onward = zip(positions, pull_edges(node, positions, g), strict=True)
            for i, c in reversed(list(onward)):
                stack.append(((trail, node, i, None), node.inputs[i], c))
    found.sort(key=_smallest_first)
    yield from (trail for _, _, trail in found)


def _smallest_first(entry: tuple[float, int, Trail]) -> tuple[float, int]:
    return entry[0], entry[1]
