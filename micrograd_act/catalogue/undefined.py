"""Where a value or a slope is NaN or overflows although there is a limit."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from micrograd_act.catalogue.evaluating import GRID, Array
from micrograd_act.catalogue.findings import Finding
from micrograd_act.catalogue.intervals import Interval, edges, runs
from micrograd_act.drawing.spelling import spell

_INF = math.inf
_FAR = 30.0  # what ends nearer is a domain, what ends farther overflows
_LARGE = 1e100
_SMALL = 1e-6
_CLOSE = 1e-3
_TAIL = 40  # points of the grid by which a tail is judged


def undefined(
    what: str, function: Callable[[Array], Array], domain: Interval | None
) -> list[Finding]:
    """Look at a function in a domain that is claimed, or in that which shows."""
    with np.errstate(all="ignore"):
        inside = np.full(GRID.shape, True)
        if domain is not None:
            inside = (domain.low < GRID) & (domain.high > GRID)
        x = GRID[inside]
        y = function(x).astype(float)
        found = [f for run in runs(np.isnan(y)) for f in _run(what, function, x, y, *run, domain)]
        found += _overflow(what, x, y)
        if not found:
            for side in (-1, 1):
                found += _at_infinity(what, function, x, y, side)
    return found


def _run(
    what: str,
    function: Callable[[Array], Array],
    x: Array,
    y: Array,
    first: int,
    last: int,
    domain: Interval | None,
) -> list[Finding]:
    """A run of NaN on the grid."""
    if first == 0 and last == len(x) - 1:
        return [Finding("nan", f"the {what} is NaN everywhere", 1.0)]
    if first == 0 or last == len(x) - 1:
        inner, outer = (last + 1, last) if first == 0 else (first - 1, first)
        if domain is None and abs(x[inner]) <= _FAR:
            return []
        if not math.isfinite(y[inner]):
            return []
        _, at = edges(_is_number(function), x[inner : inner + 1], x[outer : outer + 1])
        way = "down" if first == 0 else "up"
        small = abs(y[inner]) < _SMALL
        before = "it tends to 0" if small else f"just before it is {spell(y[inner])}"
        return [Finding("nan", f"the {what} is NaN from here {way}, but {before}", float(at[0]))]
    before, behind = y[first - 1], y[last + 1]
    if not abs(before - behind) <= _CLOSE * (1 + abs(before)):
        return []
    middle = float(x[(first + last) // 2])
    if x[first] <= 0 <= x[last]:
        middle = 0.0
    return [Finding("nan", f"the {what} is NaN, beside it {spell(before)}", middle)]


def _is_number(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    def holds(x: Array) -> Array:
        with np.errstate(all="ignore"):
            found: Array = ~np.isnan(function(x).astype(float))
            return found

    return holds


def _overflow(what: str, x: Array, y: Array) -> list[Finding]:
    """Infinite at a finite input although it was not large beside it."""
    for first, last in runs(np.isinf(y)):
        beside = [y[i] for i in (first - 1, last + 1) if 0 <= i < len(y)]
        moderate = [v for v in beside if abs(v) < _LARGE]
        far = abs(x[first]) > _FAR and abs(x[last]) > _FAR
        if moderate and far:
            inner = x[first] if first > 0 and abs(y[first - 1]) < _LARGE else x[last]
            return [
                Finding(
                    "overflow",
                    f"the {what} is infinite; nearer to 0 it is {spell(moderate[0])}",
                    float(inner),
                )
            ]
    return []


def _at_infinity(
    what: str, function: Callable[[Array], Array], x: Array, y: Array, side: int
) -> list[Finding]:
    """NaN at an infinity, or another value than the tail tends to."""
    at = side * _INF
    tail = y[:_TAIL][::-1] if side < 0 else y[-_TAIL:]  # from near to far
    edge = x[0] if side < 0 else x[-1]
    if abs(edge) < 1e299 or np.any(np.isnan(tail)):
        return []
    limit = _limit(tail)
    if limit is None:
        return []
    found = float(function(np.array([at]))[0])
    if math.isnan(found):
        return [Finding("nan", f"the {what} is NaN, its limit is {spell(limit)}", at)]
    same = found == limit or abs(found - limit) <= _CLOSE * (1 + abs(limit))
    if not same:
        message = f"the {what} is {spell(found)}, its limit is {spell(limit)}"
        return [Finding("limit", message, at)]
    return []


def _limit(tail: Array) -> float | None:
    """What the last values tend to; None if they do not tend to anything."""
    last = float(tail[-1])
    if math.isinf(last) or abs(last) > _LARGE:
        steady = bool(np.all(np.diff(np.abs(tail[np.isfinite(tail)])) >= 0))
        return math.copysign(_INF, last) if steady else None
    spread = float(np.max(tail) - np.min(tail))
    return last if spread <= 1e-6 * (1 + abs(last)) else None
