"""The curve of an activation around the points where a graph stands on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from micrograd_act.drawing.boxes import Curve

ASPECT = 182.0 / 112.0  # of the plot; equal units on both axes show a slope of 1 at 45 degrees
_HALF = 3.0  # an activation's bends lie within ±3
_STEPS = 241  # odd, so that 0 is on the grid: most kinks are there
_CLOUD = 60  # points drawn of an array


def curve(op: Callable[[Any], Any], z: Any, y: Any, slope: float | None) -> Curve | None:
    """Sample an elementwise op of one variable around `z`, its input, where it gives `y`.

    Parameters
    ----------
    op : callable
    z, y : float or ndarray
    slope : float or None
        Local gradient at `z`, for a scalar.

    Returns
    -------
    Curve or None
        None where the op cannot be evaluated on a grid.
    """
    points = _sample(z, y)
    half = max([_HALF, *(1.3 * abs(x) for x, _ in points)])
    values = _values(op, half) if half < 1e100 else None
    if values is None:
        return None
    bottom, top = _range(values[np.isfinite(values)], [v for _, v in points], 2 * half / ASPECT)
    scalar = np.size(z) == 1
    shown = slope if scalar and points and slope is not None and math.isfinite(slope) else None
    return Curve(_lines(op, half, bottom, top), (-half, half, bottom, top), tuple(points), shown)


@lru_cache(maxsize=64)
def _values(op: Callable[[Any], Any], half: float) -> Any:
    """The function on a grid; None where it cannot be evaluated on one."""
    grid = np.linspace(-half, half, _STEPS)
    try:
        with np.errstate(all="ignore"):
            values = np.asarray(op(grid), dtype=float)
    except Exception:  # a user's function may take scalars only; the box then has no curve
        return None
    return values if values.shape == grid.shape and np.isfinite(values).any() else None


@lru_cache(maxsize=64)
def _lines(
    op: Callable[[Any], Any], half: float, bottom: float, top: float
) -> tuple[tuple[tuple[float, float], ...], ...]:
    return visible(np.linspace(-half, half, _STEPS), _values(op, half), bottom, top)


def visible(
    grid: Any, values: Any, bottom: float, top: float, fineness: float = 600
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The lines of a sampled curve between two heights, in points that are off by 1 / fineness."""
    parts = _parts(grid, values, bottom, top)
    return tuple(_clip(part, bottom, top, fineness) for part in parts)


def _sample(z: Any, y: Any) -> list[tuple[float, float]]:
    """Evenly spread points of an array, smallest to largest, all finite."""
    xs, ys = (np.atleast_1d(np.asarray(a, float)).ravel() for a in (z, y))
    if xs.shape != ys.shape:
        return []
    kept = np.isfinite(xs) & np.isfinite(ys)
    xs, ys = xs[kept], ys[kept]
    order = np.argsort(xs, kind="stable")
    if len(order) > _CLOUD:
        order = order[np.linspace(0, len(order) - 1, _CLOUD).round().astype(int)]
    return [(float(xs[i]), float(ys[i])) for i in order]


def _range(values: Any, stood: Iterable[float], tall: float) -> tuple[float, float]:
    """Choose what is seen of the y axis, of height `tall` where that shows the shape."""
    points = list(stood)
    low, high = float(values.min()), float(values.max())
    extent = high - low
    if extent <= 0.8 * tall:
        if 0 < extent < 0.5 * tall:
            tall = extent / 0.6
        middle = (low + high) / 2
        return middle - tall / 2, middle + tall / 2
    below, above = min([0.0, *points]), max([0.0, *points])
    room = (above - below) / 0.72
    if room > tall:
        tall = room
    bottom = max(-tall / 2, low - 0.12 * tall)  # nothing to see below the lowest value
    bottom = min(bottom, below - 0.14 * tall)
    bottom = max(bottom, above + 0.14 * tall - tall)
    return bottom, bottom + tall


def _parts(grid: Any, values: Any, bottom: float, top: float) -> list[list[tuple[float, float]]]:
    """Cut the curve where it is not finite or leaves the window."""
    parts: list[list[tuple[float, float]]] = []
    current: list[tuple[float, float]] = []
    inside = np.isfinite(values) & (values >= bottom) & (values <= top)
    keep = inside.copy()
    keep[1:] |= inside[:-1]
    keep[:-1] |= inside[1:]
    keep &= np.isfinite(values)
    for x, y, kept in zip(grid.tolist(), values.tolist(), keep.tolist(), strict=True):
        if kept:
            current.append((x, y))
        elif current:
            parts.append(current)
            current = []
    if current:
        parts.append(current)
    return [part for part in parts if len(part) > 1]


def _clip(
    part: list[tuple[float, float]], bottom: float, top: float, fineness: float
) -> tuple[tuple[float, float], ...]:
    """End a part on the window's edge, and drop points that lie on a straight line."""
    points = part[:]
    for end, beside in ((0, 1), (-1, -2)):
        (x, y), (nx, ny) = points[end], points[beside]
        edge = min(max(y, bottom), top)
        if edge != y and ny != y:
            points[end] = (x + (nx - x) * (edge - y) / (ny - y), edge)
    # an end that was moved onto its neighbour, which lies on the edge itself, goes
    points = [p for i, p in enumerate(points) if i == 0 or p[0] > points[i - 1][0]]
    return _simplified(points, (top - bottom) / fineness)


def _simplified(
    points: list[tuple[float, float]], tolerance: float
) -> tuple[tuple[float, float], ...]:
    """Drop points that a straight line between those kept passes within `tolerance`."""
    kept = [points[0]]
    last, low, high = points[0], -math.inf, math.inf  # the slopes that pass all points since
    for before, point in pairwise(points):
        (ax, ay), (x, y) = last, point
        if not low <= (y - ay) / (x - ax) <= high:
            last, low, high = before, -math.inf, math.inf
            kept.append(last)
            ax, ay = last
        low = max(low, (y - ay - tolerance) / (x - ax))
        high = min(high, (y - ay + tolerance) / (x - ax))
    return (*kept, points[-1])
