"""The lines of edges: smooth, always to the right, and bent only where something is in the way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Rect = tuple[float, float, float, float]  # left, right, top, bottom

ARROW = 16.0  # length of an arrowhead, which lies level
_CLEAR = 7.0  # between a line and what it passes
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Spline:
    """Height as a function of x: level at both ends, never above or below its points.

    Monotone cubic interpolation with harmonic slopes (Fritsch and Butland 1984).
    """

    points: tuple[Point, ...]
    slopes: tuple[float, ...]

    @classmethod
    def through(cls, points: Sequence[Point]) -> Spline:
        """Choose the slopes; of points that share an x the first counts."""
        kept = [points[0]]
        for point in points[1:]:
            if point[0] > kept[-1][0] + 0.01:
                kept.append(point)
        steps = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(kept)]
        slopes = [0.0] * len(kept)
        for i in range(1, len(kept) - 1):
            one, two = steps[i - 1], steps[i]
            if one * two > 0:
                slopes[i] = 2 * one * two / (one + two)
        return cls(tuple(kept), tuple(slopes))

    def at(self, x: float) -> float:
        """Height at `x`; level beyond the ends."""
        points = self.points
        if x <= points[0][0]:
            return points[0][1]
        if x >= points[-1][0]:
            return points[-1][1]
        i = bisect_right(points, (x, float("inf"))) - 1
        (x0, y0), (x1, y1) = points[i], points[i + 1]
        wide = x1 - x0
        t = (x - x0) / wide
        rest = 1 - t
        return rest * rest * ((1 + 2 * t) * y0 + t * wide * self.slopes[i]) + t * t * (
            (1 + 2 * rest) * y1 - rest * wide * self.slopes[i + 1]
        )


@dataclass(frozen=True, slots=True)
class Stop:
    """A column that an edge passes.

    Attributes
    ----------
    left, right : float
        The column's sides.
    y : float
        Where there is room for the line.
    bound : bool
        The line meets `y` in the column's middle in any case: the edge's pill is there.
    above, below : tuple of rectangles
        What stands next to the line's place.
    """

    left: float
    right: float
    y: float
    bound: bool
    above: tuple[Rect, ...]
    below: tuple[Rect, ...]


def thread(
    start: Point, end: Point, stops: Sequence[Stop], level_end: bool = False
) -> tuple[Spline, bool]:
    """Join `start` and `end`, touching only what the line's own stops do not forbid.

    The first and the last stop are the columns of the two nodes. Also says whether the line is
    level all along the last column; `level_end` demands that.
    """
    level = [False] * len(stops)
    level[-1] = level_end
    for turn in range(_ROUNDS + 1):
        spline = Spline.through(_points(start, end, stops, level))
        hit = [i for i, stop in enumerate(stops) if not level[i] and _blocked(spline, stop)]
        if not hit:
            break
        for i in range(len(stops)) if turn == _ROUNDS - 1 else hit:
            level[i] = True
    return spline, level[-1]


def _points(start: Point, end: Point, stops: Sequence[Stop], level: Sequence[bool]) -> list[Point]:
    """The points that a line has to meet where it is level in some of its columns."""
    points = [start]
    if level[0]:
        points.append((stops[0].right, start[1]))
    for stop, flat in zip(stops[1:-1], level[1:-1], strict=True):
        if flat:
            points += [(stop.left, stop.y), (stop.right, stop.y)]
        elif stop.bound:
            points.append(((stop.left + stop.right) / 2, stop.y))
    head = end[0] - ARROW
    if level[-1]:
        head = min(head, stops[-1].left - ARROW)
    return [*points, (head, end[1]), end]


def _blocked(spline: Spline, stop: Stop) -> bool:
    """Whether a line comes too close to what stands above or below its place."""
    ends = [spline.at(stop.left), spline.at(stop.right)]
    if stop.bound:
        ends.append(stop.y)
    high, low = min(ends) - _CLEAR, max(ends) + _CLEAR
    return any(
        min(spline.at(left), spline.at(right)) - _CLEAR < bottom
        for left, right, _, bottom in stop.above
        if bottom > high
    ) or any(
        max(spline.at(left), spline.at(right)) + _CLEAR > top
        for left, right, top, _ in stop.below
        if top < low
    )
