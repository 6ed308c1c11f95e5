"""Ranks and crossing reduction: which column a node stands in, and in which order from the top.

Every real column is followed by a column of pills, so that an edge's number has a place of its own
like a node; a long edge passes the columns between in lanes (items without extent).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

Edge = tuple[int, int]

_LISTED = 8  # leaves that make one list
_STARTS = 12
_WORK = 1200  # items in all further starts together


@dataclass(slots=True)
class Layers:
    """The layered graph: nodes first, then the pill and lane items of the edges.

    Attributes
    ----------
    rank : list of int
        Column of each item; nodes stand in even columns, pills in odd ones.
    columns : list of list of int
        Items of each column from the top.
    left, right : list of list of int
        Neighbours of each item in the columns beside it.
    chains : list of list of int
        Items of each edge from its source to its target, both left out.
    pill : list of int
        Which item of each edge carries its pill.
    """

    rank: list[int]
    columns: list[list[int]]
    left: list[list[int]]
    right: list[list[int]]
    chains: list[list[int]]
    pill: list[int]
    nodes: int
    where: list[int] = field(default_factory=list)

    def is_lane(self, item: int) -> bool:
        """Whether an item belongs to an edge."""
        return item >= self.nodes

    def renumber(self) -> None:
        """Bring `where`, the place of each item in its column, up to date."""
        self.where = [0] * len(self.rank)
        for column in self.columns:
            for place, item in enumerate(column):
                self.where[item] = place


def node_ranks(count: int, edges: Sequence[Edge], beside: Sequence[bool]) -> list[int]:
    """Give each node a column: after all its inputs, and inputs next to their consumers.

    Nodes are numbered with inputs before results. A leaf that is used in the first two columns
    stands in the first one, so that a small graph has its leaves in one list, unless `beside`; of
    more leaves each stands next to its consumer, which crosses fewer edges.
    """
    inputs: list[list[int]] = [[] for _ in range(count)]
    users: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        inputs[target].append(source)
        users[source].append(target)
    rank = [0] * count
    for node in range(count):
        if inputs[node]:
            rank[node] = 1 + max(rank[i] for i in inputs[node])
    listed = sum(not at and not by for at, by in zip(inputs, beside, strict=True)) <= _LISTED
    for node in range(count - 1, -1, -1):
        if not users[node]:
            continue
        latest = min(rank[user] for user in users[node]) - 1
        if not inputs[node]:
            rank[node] = 0 if listed and latest <= 1 and not beside[node] else latest
        elif len(users[node]) > sum(1 for i in inputs[node] if inputs[i]):
            rank[node] = latest
    used = {old: new for new, old in enumerate(sorted(set(rank)))}
    return [used[r] for r in rank]


def build(count: int, edges: Sequence[Edge], beside: Sequence[bool], lanes: int = 40_000) -> Layers:
    """Rank the nodes and thread every edge through the columns that it passes.

    Where the lanes of all edges would be more than `lanes`, edges get none and run straight.
    """
    ranks = node_ranks(count, edges, beside)
    spans = [ranks[target] - ranks[source] for source, target in edges]
    threaded = sum(2 * span - 1 for span in spans) <= lanes
    rank = [2 * r for r in ranks]
    chains: list[list[int]] = []
    pill: list[int] = []
    for (source, _), span in zip(edges, spans, strict=True):
        first = rank[source] + 1
        middle = 2 * ((span - 1) // 2)
        passed = range(2 * span - 1) if threaded else [middle]
        chain = list(range(len(rank), len(rank) + len(passed)))
        rank.extend(first + step for step in passed)
        chains.append(chain)
        pill.append(chain[middle] if threaded else chain[0])
    left: list[list[int]] = [[] for _ in rank]
    right: list[list[int]] = [[] for _ in rank]
    for (source, target), chain in zip(edges, chains, strict=True):
        for a, b in zip([source, *chain], [*chain, target], strict=True):
            if rank[b] == rank[a] + 1:
                right[a].append(b)
                left[b].append(a)
    columns: list[list[int]] = [[] for _ in range(max(rank, default=0) + 1)]
    layers = Layers(rank, columns, left, right, chains, pill, count)
    _first_order(layers, edges)
    best = _reduce_crossings(layers)
    _try_other_orders(layers, best)
    return layers


def _try_other_orders(layers: Layers, best: int) -> None:
    """Start again from shuffled orders, in small graphs, and take one that crosses fewer edges."""
    draw = Random(0)  # the same graph has the same picture
    kept = [column[:] for column in layers.columns]
    for _ in range(min(_STARTS, _WORK // len(layers.rank))):
        if best == 0:
            break
        for column in layers.columns:
            draw.shuffle(column)
        layers.renumber()
        found = _reduce_crossings(layers)
        if found < best:
            best, kept = found, [column[:] for column in layers.columns]
    layers.columns[:] = kept
    layers.renumber()


def _first_order(layers: Layers, edges: Sequence[Edge]) -> None:
    """Fill the columns depth first from the results, operands in order: a tree has no crossing."""
    incoming: list[list[int]] = [[] for _ in range(layers.nodes)]
    sinks = [True] * layers.nodes
    for number, (source, target) in enumerate(edges):
        incoming[target].append(number)
        sinks[source] = False
    seen = [False] * layers.nodes
    for sink in range(layers.nodes - 1, -1, -1):
        if not sinks[sink]:
            continue
        layers.columns[layers.rank[sink]].append(sink)
        stack = incoming[sink][::-1]
        while stack:
            number = stack.pop()
            for item in layers.chains[number]:
                layers.columns[layers.rank[item]].append(item)
            source = edges[number][0]
            if not seen[source]:
                seen[source] = True
                layers.columns[layers.rank[source]].append(source)
                stack.extend(reversed(incoming[source]))
    layers.renumber()


def _reduce_crossings(layers: Layers) -> int:
    """Sweep by barycentres to and fro, keep the best order seen and say how often edges cross."""
    size = len(layers.rank)
    sweeps = 24 if size < 3000 else 10 if size < 12_000 else 4
    patience = 6 if size < 3000 else 3
    best = crossings(layers)
    kept = [column[:] for column in layers.columns]
    stale = 0
    for sweep in range(sweeps):
        if best == 0 or stale == patience:
            break
        rightward = sweep % 2 == 0
        order = range(len(layers.columns)) if rightward else range(len(layers.columns) - 1, -1, -1)
        neighbours = layers.left if rightward else layers.right
        for index in order:
            _sort_column(layers, layers.columns[index], neighbours)
        if size < 6000:
            _swap_neighbours(layers)
        found = crossings(layers)
        stale += 1
        if found < best:
            best, stale = found, 0
            kept = [column[:] for column in layers.columns]
    layers.columns[:] = kept
    layers.renumber()
    return best


def _sort_column(layers: Layers, column: list[int], neighbours: list[list[int]]) -> None:
    """Order a column by its neighbours' mean places; items without any keep theirs."""
    where = layers.where
    slots = [place for place, item in enumerate(column) if neighbours[item]]
    keyed = []
    for place in slots:
        beside = neighbours[column[place]]
        mean = sum([where[i] for i in beside]) / len(beside) if beside[1:] else where[beside[0]]
        keyed.append((mean, place))
    keyed.sort()
    moved = [column[place] for _, place in keyed]
    for place, item in zip(slots, moved, strict=True):
        column[place] = item
        where[item] = place


def _swap_neighbours(layers: Layers) -> None:
    """Exchange vertical neighbours as long as that removes crossings."""
    where = layers.where
    for column in layers.columns:
        if len(column) < 2:
            continue
        beside = {
            item: (_places(where, layers.left[item]), _places(where, layers.right[item]))
            for item in column
        }
        for place in range(len(column) - 1):
            a, b = column[place], column[place + 1]
            gain = 0
            for above, below in zip(beside[a], beside[b], strict=True):
                if len(above) == len(below) == 1:  # two lanes: most of a large graph
                    gain += (above[0] > below[0]) - (above[0] < below[0])
                else:
                    gain += _inversions(above, below) - _inversions(below, above)
            if gain > 0:
                column[place], column[place + 1] = b, a
                where[a], where[b] = place + 1, place


def _places(where: list[int], items: list[int]) -> list[int]:
    return [where[items[0]]] if len(items) == 1 else sorted([where[item] for item in items])


def _inversions(above: list[int], below: list[int]) -> int:
    """Crossings between the edges of an item and those of the item below it."""
    if not above or not below or above[-1] <= below[0]:
        return 0
    return sum(len(above) - bisect_right(above, place) for place in below)


def crossings(layers: Layers) -> int:
    """How many pairs of edges cross."""
    total = 0
    where = layers.where
    for column in layers.columns:
        passed: list[int] = []
        for item in column:
            ends = sorted(where[i] for i in layers.right[item])
            for end in ends:
                total += len(passed) - bisect_right(passed, end)
            for end in ends:
                insort(passed, end)
    return total
