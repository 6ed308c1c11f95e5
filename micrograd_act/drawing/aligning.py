"""Vertical places: the four-way alignment of Brandes and Köpf (2002), for items of any height.

Each of four passes makes blocks of items that lie on one line (a long edge is one block), stacks
the blocks as closely as their heights allow, and the middle of the four is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from micrograd_act.drawing.layering import Edge, Layers


def align(
    layers: Layers,
    edges: Sequence[Edge],
    up: Sequence[float],
    down: Sequence[float],
    gap: Callable[[int, int], float],
    straight: Sequence[int] = (),
) -> list[float]:
    """Place every item: `up` and `down` are its extents about the line that its edges meet.

    Two items of a column are kept `gap(a, b)` apart. The edges numbered in `straight` determine
    the height of their ends before all others: the trunk of a residual net stays level.
    """
    conflicts = _conflicts(layers)
    trunk: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for number in straight:
        source, target = edges[number]
        chain = layers.chains[number]
        if target not in trunk[0] and source not in trunk[1]:
            trunk[0][target], trunk[1][source] = chain[-1], chain[0]
            conflicts |= {(other, target) for other in layers.left[target] if other != chain[-1]}
            conflicts |= {(source, other) for other in layers.right[source] if other != chain[0]}
    passes: list[list[float]] = []
    for leftward in (False, True):
        for upward in (False, True):
            passes.append(_one_pass(layers, up, down, gap, conflicts, trunk, leftward, upward))
    widths = []
    for ys in passes:
        low = min(y - u for y, u in zip(ys, up, strict=True))
        high = max(y + d for y, d in zip(ys, down, strict=True))
        widths.append((high - low, low, high))
    _, low, high = min(widths)
    shifts = [
        low - widths[number][1] if number % 2 == 0 else high - widths[number][2]
        for number in range(4)
    ]
    placed = []
    for item in range(len(layers.rank)):
        four = sorted(ys[item] + shift for ys, shift in zip(passes, shifts, strict=True))
        placed.append((four[1] + four[2]) / 2)
    return placed


def _conflicts(layers: Layers) -> set[tuple[int, int]]:
    """Segments that cross a long edge's inner segment: the long edge stays straight."""
    found: set[tuple[int, int]] = set()
    where = layers.where
    for column in layers.columns[1:]:
        start, low = 0, 0
        for place, item in enumerate(column):
            inner = _inner(layers, item)
            if inner is None and place < len(column) - 1:
                continue
            high = where[inner] if inner is not None else 1 << 60
            for below in column[start : place + 1]:
                for beside in layers.left[below]:
                    crossing = where[beside] < low or where[beside] > high
                    if crossing and not (layers.is_lane(beside) and layers.is_lane(below)):
                        found.add((beside, below))
            start, low = place + 1, high
    return found


def _inner(layers: Layers, item: int) -> int | None:
    """The left end of the inner segment that ends in `item`, if one does."""
    if not layers.is_lane(item) or not layers.left[item]:
        return None
    beside = layers.left[item][0]
    return beside if layers.is_lane(beside) else None


def _one_pass(
    layers: Layers,
    up: Sequence[float],
    down: Sequence[float],
    gap: Callable[[int, int], float],
    conflicts: set[tuple[int, int]],
    trunk: tuple[dict[int, int], dict[int, int]],
    leftward: bool,
    upward: bool,
) -> list[float]:
    """Align to the neighbours on one side, preferring one direction, and stack the blocks."""
    count = len(layers.rank)
    sign = -1 if upward else 1
    columns = layers.columns[::-1] if leftward else layers.columns
    neighbours = layers.right if leftward else layers.left
    where = layers.where
    root = list(range(count))
    following = list(range(count))
    for column in columns[1:]:
        last = -(1 << 60)
        for item in column[::sign]:
            beside = sorted(neighbours[item], key=lambda i: sign * where[i])
            if not beside:
                continue
            middle = beside[(len(beside) - 1) // 2 : len(beside) // 2 + 1]
            if item in trunk[leftward]:
                middle = [trunk[leftward][item]]
            for other in middle:
                pair = (item, other) if leftward else (other, item)
                if following[item] == item and last < sign * where[other] and pair not in conflicts:
                    following[other] = item
                    root[item] = root[other]
                    following[item] = root[item]
                    last = sign * where[other]
    above, below = (down, up) if upward else (up, down)
    tops = _stack(columns, root, above, below, gap, sign)
    return [sign * tops[root[item]] for item in range(count)]


def _stack(
    columns: list[list[int]],
    root: list[int],
    above: Sequence[float],
    below: Sequence[float],
    gap: Callable[[int, int], float],
    sign: int,
) -> list[float]:
    """Place the blocks: first as high as possible, then as low as those below them allow."""
    count = len(root)
    after: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    waiting = [0] * count
    for column in columns:
        ordered = column[::sign]
        for a, b in pairwise(ordered):
            after[root[a]].append((root[b], below[a] + gap(a, b) + above[b]))
            waiting[root[b]] += 1
    places = [0.0] * count
    ready = [item for item in range(count) if root[item] == item and not waiting[item]]
    order = []
    while ready:
        block = ready.pop()
        order.append(block)
        for other, distance in after[block]:
            places[other] = max(places[other], places[block] + distance)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for block in reversed(order):
        if after[block]:
            lowest = min(places[other] - distance for other, distance in after[block])
            places[block] = max(places[block], lowest)
    return places
