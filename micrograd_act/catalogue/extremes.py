"""The largest value of a function, where it is, and whether it is reached at all."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.catalogue.evaluating import GRID, Array, narrow
from micrograd_act.catalogue.intervals import Interval, runs, spread

_INF = math.inf
_SLACK = 8 * float(np.finfo(float).eps)
_GOLDEN = (math.sqrt(5) - 1) / 2
_NEAR = 10.0
_NARROW = 1e-2  # of the input's size; what is wider is a plateau


class Extreme(NamedTuple):
    """The largest or smallest of something and where; a mere limit is not attained."""

    value: float
    where: Interval
    attained: bool = True


def largest(function: Callable[[Array], Array], ends: tuple[float, float]) -> Extreme:
    """The supremum of a function, given its limits at both infinities.

    `function` works in the dtype of its argument: what looks like a plateau and begins somewhere
    else in float32 is a limit that rounding reaches.
    """
    for limit, at in zip(ends, (-_INF, _INF), strict=True):
        if limit == _INF:
            return Extreme(_INF, Interval(at, at), False)
    values = function(GRID)
    if np.any(values == _INF):
        at = float(GRID[int(np.argmax(values == _INF))])
        return Extreme(_INF, Interval(at, at), False)
    best = _refined(function, values, np.abs(GRID) <= _NEAR)  # of many peaks one that is near
    far = _refined(function, values, np.full(GRID.shape, True))
    if far.value > best.value + _SLACK * abs(best.value):
        best = far
    for limit, at in zip(ends, (-_INF, _INF), strict=True):
        if limit > best.value:
            best = Extreme(limit, Interval(at, at), False)
    return best


def smallest(function: Callable[[Array], Array], ends: tuple[float, float]) -> Extreme:
    """The infimum of a function."""

    def mirrored(x: Array) -> Array:
        return -function(x)

    found = largest(mirrored, (-ends[0], -ends[1]))
    return found._replace(value=-found.value + 0.0)


def _refined(function: Callable[[Array], Array], values: Array, there: Array) -> Extreme:
    """The largest value on some points of the grid, and between them and their neighbours."""
    if np.all(np.isnan(values[there])):
        return Extreme(-_INF, Interval(math.nan, math.nan), False)
    top = float(np.nanmax(values[there]))
    slack = _SLACK * abs(top)

    def holds(x: Array) -> Any:
        return function(x) >= top - slack

    flags = values >= top - slack
    flags[1:-1] |= flags[:-2] & flags[2:]  # one point, as a kink, does not part a plateau
    found = [run for run in runs(flags) if there[run[0] : run[1] + 1].any()]
    first, last = min(found, key=_distance)
    low, high = float(GRID[first]), float(GRID[last])
    if high - low <= _NARROW * max(abs(low), abs(high), 1e-3):
        x = _peak(
            function, float(GRID[max(first - 1, 0)]), float(GRID[min(last + 1, GRID.size - 1)])
        )
        peak = float(function(np.array([x]))[0])
        for rounder in (round(x, 6) + 0.0, (low + high) / 2):
            if function(np.array([rounder]))[0] >= max(peak, top) - slack:
                x = rounder
                break
        return Extreme(max(top, peak), Interval(x, x))
    where = spread(holds, GRID, first, last, -_INF, _INF)
    return Extreme(top, where) if _is_plateau(function, top, where) else _limit(top, where)


def _distance(run: tuple[int, int]) -> tuple[float, bool]:
    low, high = GRID[run[0]], GRID[run[1]]
    return (0.0 if low <= 0 <= high else float(min(abs(low), abs(high)))), bool(high < 0)


def _limit(top: float, where: Interval) -> Extreme:
    at = (
        _INF
        if where.high == _INF
        else -_INF
        if where.low == -_INF
        else (where.low + where.high) / 2
    )
    return Extreme(top, Interval(at, at), math.isfinite(at))


def _is_plateau(function: Callable[[Array], Array], top: float, where: Interval) -> bool:
    """Whether float32 has the same plateau."""
    ends = [x for x in (where.low, where.high) if math.isfinite(x)]
    if not ends:
        return True
    beyond = [x + (1 if x == where.high else -1) * 1e-3 * max(abs(x), 1.0) for x in ends]
    values = function(narrow(np.array(beyond))).astype(float)
    return bool(np.all(np.abs(values - top) > 1e-6 * abs(top)))


def _peak(function: Callable[[Array], Array], low: float, high: float) -> float:
    """Where a function with one peak between `low` and `high` is largest, by golden section."""

    def at(x: float) -> float:
        return float(function(np.array([x]))[0])

    a, b = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    fa, fb = at(a), at(b)
    while high - low > 1e-9 * max(1e-9, abs(low), abs(high)):
        if fa >= fb:
            high, b, fb = b, a, fa
            a = high - _GOLDEN * (high - low)
            fa = at(a)
        else:
            low, a, fa = a, b, fb
            b = low + _GOLDEN * (high - low)
            fb = at(b)
    return (low + high) / 2
