"""From which input on a slope is below a threshold, in each precision."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.catalogue.evaluating import GRID, Array
from micrograd_act.catalogue.intervals import Interval, edges, from_ordered

THRESHOLDS = (1e-2, 1e-4, 1e-8, 0.0)
DTYPES = ("float16", "float32", "float64")


class Tail(NamedTuple):
    """On the left and on the right, where the slope is below a threshold; None if it never is."""

    left: Interval | None
    right: Interval | None


def tails_of(slope: Callable[[Array], Array]) -> dict[tuple[str, float], Tail]:
    """The tails for every dtype and threshold; for 0 those where the slope is exactly 0."""
    found = {}
    for name in DTYPES:
        grid = _grid(name)
        size = np.abs(slope(grid).astype(float))
        inner = np.array([_last(size, t, grid, side) for t in THRESHOLDS for side in (-1, 1)])
        outer = inner + np.tile([-1, 1], len(THRESHOLDS))
        there = (inner >= 0) & (outer >= 0) & (outer < len(grid))
        limits = np.repeat(THRESHOLDS, 2)[there]
        ends: list[Interval | None] = [_ALL if i < 0 else None for i in inner]
        if there.any():
            last, first = edges(_large(slope, limits), grid[inner[there]], grid[outer[there]])
            for k, a, b in zip(np.flatnonzero(there).tolist(), last, first, strict=True):
                ends[k] = _beyond(float(a), float(b), left=k % 2 == 0)
        for k, t in enumerate(THRESHOLDS):
            found[name, t] = Tail(ends[2 * k], ends[2 * k + 1])
    return found


def rounded_of(value: Callable[[Array], Array], ends: tuple[float, float]) -> dict[str, Tail]:
    """Where a value is exactly its limit, for limits that numbers near them round to."""
    found = {}
    for name in DTYPES[1:]:
        grid = _grid(name)
        y = value(grid)
        sides: list[Interval | None] = []
        for side, limit in zip((-1, 1), ends, strict=True):
            last = _last((y != np.asarray(limit, y.dtype)).astype(float), 0.0, grid, side)
            first = last + side
            if not math.isfinite(limit) or limit == 0 or last < 0 or not 0 <= first < len(grid):
                sides.append(None)
                continue

            def differs(x: Array, limit: float = limit) -> Any:
                y = value(x)
                return y != np.asarray(limit, y.dtype)

            a, b = edges(differs, grid[last : last + 1], grid[first : first + 1])
            sides.append(_beyond(float(a[0]), float(b[0]), left=side < 0))
        found[name] = Tail(sides[0], sides[1])
    return found


_SHORTER = 4
_ALL = Interval(-math.inf, math.inf, False, False)


def _beyond(outside: float, inside: float, left: bool) -> Interval:
    """All numbers from `inside` on, where `outside` is its neighbour."""
    closed = len(repr(outside)) + _SHORTER > len(repr(inside))  # x > 1 says more than x ≥ 1.0001
    end = inside if closed else outside
    return (
        Interval(-math.inf, end, False, closed) if left else Interval(end, math.inf, closed, False)
    )


def _large(slope: Callable[[Array], Array], limits: Array) -> Callable[[Array], Any]:
    def holds(x: Array) -> Any:
        size = np.abs(slope(x).astype(float))
        return ~_small(size, limits, x.dtype)

    return holds


def _small(size: Array, limits: Any, dtype: Any) -> Any:
    """Below the threshold, by more than its own rounding."""
    below = size < limits * (1 - float(np.finfo(dtype).eps))
    return np.where(np.equal(limits, 0), size == 0, below)


def _last(size: Array, threshold: float, grid: Array, side: int) -> int:
    """Index of the outermost input whose slope is not small; -1 if all are."""
    found = np.flatnonzero(~_small(size, threshold, grid.dtype))
    return -1 if not found.size else int(found[0 if side < 0 else -1])


def _grid(name: str) -> Array:
    dtype = np.dtype(name)
    if name == "float16":  # all of them
        positive = from_ordered(np.arange(0x7C00), dtype)
    else:
        largest = float(np.finfo(dtype).max)
        positive = np.append(GRID[(GRID >= 0) & (np.abs(GRID) < largest)], largest).astype(dtype)
    return np.unique(np.concatenate([-positive, positive]))
