"""Where everything stands: a layered layout from left to right, from sizes alone.

`arrange` knows no graph and no text. Each sweep takes time linear in items and edges, there is no
recursion, and the same sizes give the same places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from micrograd_act.drawing.aligning import align
from micrograd_act.drawing.layering import Edge, Layers, build
from micrograd_act.drawing.routing import ARROW, Point, Rect, Spline, Stop, thread

_NODE_GAP = 22.0
_PILL_GAP = 9.0
_LANE_GAP = 14.0
_PORT = 18.0  # between two arrowheads of one node
_LEAST_PORT = 14.0  # where one of them is kept level
_LANE = 5.0  # half the height of a lane
_BESIDE = 6  # rectangles that a line is kept clear of on each side in a column
_CLEAR = 9.0  # between a text and what it hangs over
_LEVEL = 0.5  # a line that climbs less is level
_LEAST_ROOM = 12.0  # between columns


@dataclass(frozen=True, slots=True)
class Extent:
    """Size of a node about the point at its middle, on the height where edges meet it.

    Attributes
    ----------
    half : float
        Half its width, texts included.
    reach : float
        Half the width of the shape that edges touch.
    up, down : float
        Height above and below that line.
    texts : tuple of (float, float, float)
        Half width, top and bottom below that line of the texts under the shape.
    ports : float
        How far from that line edges may touch the shape.
    align_right : bool
        Stands at the right of its column, close to its consumer.
    beside : bool
        Stands in the column before its consumer even where leaves make a list.
    """

    half: float
    reach: float
    up: float
    down: float
    ports: float
    texts: tuple[tuple[float, float, float], ...] = ()
    align_right: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Joint:
    """One edge before it has a place.

    Attributes
    ----------
    source, target : int
        Numbers of nodes; two joints may join the same two.
    pill : tuple of float
        Width and height of its pill, (0, 0) for none.
    level : int
        Its ends should stand at one height: 0 no, 1 yes, 2 before all others if the edge is long.
    """

    source: int
    target: int
    pill: tuple[float, float] = (0.0, 0.0)
    level: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """One edge: its line and the middle of its pill."""

    line: Spline
    pill: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of nodes and routes of edges in a rectangle that starts at (0, 0)."""

    nodes: tuple[Point, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


def arrange(nodes: Sequence[Extent], joints: Sequence[Joint]) -> Layout:
    """Place nodes, numbered with inputs before results, and the edges between them."""
    if not nodes:
        return Layout((), (), 0.0, 0.0)
    edges = [(joint.source, joint.target) for joint in joints]
    layers = build(len(nodes), edges, [extent.beside for extent in nodes])
    plan = _Plan(layers, nodes, joints, edges)
    places = tuple((plan.x(node), plan.heights[node]) for node in range(len(nodes)))
    return Layout(places, plan.routes(), plan.middles[-1] + plan.halves[-1], plan.height)


class _Plan:
    """The layered graph with a height for every item and a middle for every column."""

    def __init__(
        self, layers: Layers, nodes: Sequence[Extent], joints: Sequence[Joint], edges: list[Edge]
    ) -> None:
        self.layers, self.nodes, self.edges = layers, nodes, edges
        pairs = zip(layers.pill, joints, strict=True)
        self.pills = {item: joint.pill for item, joint in pairs if joint.pill[0]}
        up = [extent.up for extent in nodes] + [_LANE] * (len(layers.rank) - len(nodes))
        down = [extent.down for extent in nodes] + up[len(nodes) :]
        for item, (_, tall) in self.pills.items():
            up[item] = down[item] = tall / 2
        # A short edge is no skip, whatever it carries.
        wish = [
            0 if joint.level == 2 and len(chain) == 1 else joint.level
            for joint, chain in zip(joints, layers.chains, strict=True)
        ]
        straight = sorted((n for n in range(len(wish)) if wish[n]), key=lambda n: -wish[n])
        heights = align(layers, edges, up, down, self._gap, straight)
        top = min(y - u for y, u in zip(heights, up, strict=True))
        self.heights = [y - top for y in heights]
        self.height = max(y + d for y, d in zip(self.heights, down, strict=True))
        self.ports = self._ports()
        self.halves = self._halves()
        self.middles = self._middles()

    def _gap(self, a: int, b: int) -> float:
        solid = (a < len(self.nodes)) + (b < len(self.nodes))
        return (_PILL_GAP, _LANE_GAP, _NODE_GAP)[solid]

    def _ports(self) -> list[tuple[float, float]]:
        """Offsets at which each edge leaves its source and enters its target, by height.

        An edge that comes in straight stays straight, the others stand beside it.
        """
        leaving: list[list[tuple[float, int]]] = [[] for _ in self.nodes]
        entering: list[list[tuple[float, int]]] = [[] for _ in self.nodes]
        for number, ((source, target), chain) in enumerate(
            zip(self.edges, self.layers.chains, strict=True)
        ):
            leaving[source].append((self.heights[chain[0]], number))
            entering[target].append((self.heights[chain[-1]], number))
        offsets = ([0.0] * len(self.edges), [0.0] * len(self.edges))
        for side, groups in enumerate((leaving, entering)):
            for node, group in enumerate(groups):
                group.sort()
                if len(group) < 2:
                    continue
                reach = self.nodes[node].ports
                last = len(group) - 1
                level = [
                    i for i, (y, _) in enumerate(group) if abs(y - self.heights[node]) < _LEVEL
                ]
                middle = level[0] if len(level) == 1 else last / 2
                step = min(_PORT, reach / max(middle, last - middle))
                if step < _LEAST_PORT:
                    middle, step = last / 2, min(_PORT, 2 * reach / last)
                for place, (_, number) in enumerate(group):
                    offsets[side][number] = (place - middle) * step
        return list(zip(*offsets, strict=True))

    def _halves(self) -> list[float]:
        """Half the width of each column."""
        halves = [0.0] * len(self.layers.columns)
        for node, extent in enumerate(self.nodes):
            column = self.layers.rank[node]
            halves[column] = max(halves[column], extent.half)
        for item, (wide, _) in self.pills.items():
            column = self.layers.rank[item]
            halves[column] = max(halves[column], wide / 2)
        return halves

    def _middles(self) -> list[float]:
        """Leave more room between two columns where an edge has to climb further.

        Where all edges between a column and its pills are level, texts may hang over the pills'
        column, as far as none of them is in the way.
        """
        rank, heights = self.layers.rank, self.heights
        climbs = [0.0] * len(self.layers.columns)
        for (source, target), chain in zip(self.edges, self.layers.chains, strict=True):
            for a, b in zip([source, *chain], [*chain, target], strict=True):
                climbs[rank[a]] = max(climbs[rank[a]], abs(heights[b] - heights[a]))
        middles = [self.halves[0]]
        for column in range(1, len(self.halves)):
            room = min(max(_LEAST_ROOM, 0.22 * climbs[column - 1]), 80.0)
            room += ARROW if column % 2 == 0 else 0.0
            before = self.halves[column - 1]
            if climbs[column - 1] < _LEVEL and self._overhangs(column - 1):
                before = self._reach(column - 1)
            middle = middles[-1] + before + room + self.halves[column]
            if column > 1:  # what hangs over a column of pills keeps clear of the nodes beyond
                clear = max(_LEAST_ROOM, min(0.5 * climbs[column - 1], 80.0))
                beyond = middles[-2] + self.halves[column - 2] + clear + self.halves[column]
                middle = max(middle, beyond)
            middles.append(middle)
        return middles

    def _overhangs(self, column: int) -> bool:
        """Whether the texts of a column may stand below or above what is in the next one."""
        bands = [
            (self.heights[node] + top - _CLEAR, self.heights[node] + low + _CLEAR)
            for node in self.layers.columns[column]
            if node < len(self.nodes)
            for _, top, low in self.nodes[node].texts
        ]
        beside = self.layers.columns[column + 1]
        sides = [(item, self.pills.get(item, (0.0, 2 * _LANE))[1] / 2) for item in beside]
        return not any(
            top < self.heights[item] + tall and self.heights[item] - tall < low
            for top, low in bands
            for item, tall in sides
        )

    def _reach(self, column: int) -> float:
        """Half the width of a column without the texts under its shapes."""
        nodes = [item for item in self.layers.columns[column] if item < len(self.nodes)]
        return max(
            (self.nodes[n].reach if self.nodes[n].texts else self.nodes[n].half for n in nodes),
            default=self.halves[column],
        )

    def x(self, node: int) -> float:
        column = self.layers.rank[node]
        free = self.halves[column] - self.nodes[node].half
        return self.middles[column] + (free if self.nodes[node].align_right else 0.0)

    def routes(self) -> tuple[Route, ...]:
        """Draw every edge; where one has to end level, those beside it do too and none cross."""
        self.rects = [self._rects(item) for item in range(len(self.layers.rank))]
        found = [self._line(number, False) for number in range(len(self.edges))]
        leveled = {self.edges[number][1] for number, (_, level) in enumerate(found) if level}
        for number, (_, target) in enumerate(self.edges):
            if target in leveled and not found[number][1]:
                found[number] = self._line(number, True)
        return tuple(
            Route(line, (self.middles[self.layers.rank[pill]], self.heights[pill]))
            for (line, _), pill in zip(found, self.layers.pill, strict=True)
        )

    def _line(self, number: int, level_end: bool) -> tuple[Spline, bool]:
        (source, target), (leave, enter) = self.edges[number], self.ports[number]
        pill = self.layers.pill[number]
        start = (self.x(source) + self.nodes[source].reach, self.heights[source] + leave)
        end = (self.x(target) - self.nodes[target].reach, self.heights[target] + enter)
        stops = [self._stop(source)]
        stops += [self._stop(item, item == pill) for item in self.layers.chains[number]]
        stops.append(self._stop(target))
        return thread(start, end, stops, level_end)

    def _stop(self, item: int, bound: bool = False) -> Stop:
        """The column at an item's place, with what stands close above and below it."""
        number = self.layers.rank[item]
        column, place = self.layers.columns[number], self.layers.where[item]
        sides: list[list[Rect]] = [[], []]
        for side, step in enumerate((-1, 1)):
            other = place + step
            while 0 <= other < len(column) and len(sides[side]) < _BESIDE:
                sides[side] += self.rects[column[other]]
                other += step
        if item < len(self.nodes):
            sides[1] += self.rects[item][1:]
        left, right = (
            self.middles[number] - self.halves[number],
            self.middles[number] + self.halves[number],
        )
        return Stop(left, right, self.heights[item], bound, tuple(sides[0]), tuple(sides[1]))

    def _rects(self, item: int) -> list[Rect]:
        """The rectangles of an item: shape and texts of a node, a pill, or a point of a lane."""
        y = self.heights[item]
        if item < len(self.nodes):
            size, x = self.nodes[item], self.x(item)
            words = [(x - half, x + half, y + top, y + low) for half, top, low in size.texts]
            bottom = y + (size.up if words else size.down)
            return [(x - size.reach, x + size.reach, y - size.up, bottom), *words]
        x = self.middles[self.layers.rank[item]]
        wide, tall = self.pills.get(item, (0.0, 0.0))
        return [(x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2)]
