"""Where a value or a slope is NaN or overflows although there is a limit."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

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
_SETTLED = 1e4  # behind it a function that has a limit is near it
_STEPS = 2  # of a tail that overflows; what has more of them oscillates

Function = Callable[[Array], Array]


def undefined(what: str, function: Function, domain: Interval | None) -> list[Finding]:
    """Look at a function in a domain that is claimed, or in that which shows."""
    with np.errstate(all="ignore"):
        inside = np.full(GRID.shape, True)
        if domain is not None:
            inside = (domain.low < GRID) & (domain.high > GRID)
        x = GRID[inside]
        y = function(x).astype(float)
        found = [f for run in runs(np.isnan(y)) for f in _run(what, function, x, y, *run, domain)]
        found += _overflow(what, function, x, y)
        if not found:
            for side in (-1, 1):
                found += _at_infinity(what, function, x, y, side)
    return found


def _run(
    what: str,
    function: Function,
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
        at = _edge(np.isnan, function, x[outer], x[inner])
        way = "down" if first == 0 else "up"
        small = _rounded(y[inner]) == 0
        before = "it tends to 0" if small else f"just before it is {spell(y[inner])}"
        return [Finding("nan", f"the {what} is NaN from here {way}, but {before}", at)]
    middle = float(x[(first + last) // 2])
    if x[first] <= 0 <= x[last]:
        middle = 0.0
    beside = [float(y[first - 1]), float(y[last + 1])]
    if first == last:  # a pole has no limit: closer to it the values have other sizes
        reach = 1e-6 * max(1.0, abs(middle))
        beside += function(np.array([middle - reach, middle + reach])).tolist()
    if max(beside) - min(beside) <= _CLOSE * (1 + abs(beside[0])):
        near = spell(_rounded(beside[0]))
        return [Finding("nan", f"the {what} is NaN, beside it {near}", middle)]
    if what == "slope":  # only where the value is finite, and one such input spoils every weight
        return [Finding("nan", "the slope is NaN, although the value is a number", middle)]
    return []


def _edge(holds: Callable[[Array], Any], function: Function, inside: Any, outside: Any) -> float:
    """The outermost number towards `outside` at which the value has a property."""

    def has(x: Array) -> Any:
        with np.errstate(all="ignore"):
            return holds(function(x).astype(float))

    return float(edges(has, np.array([inside]), np.array([outside]))[0][0])


def _overflow(what: str, function: Function, x: Array, y: Array) -> list[Finding]:
    """Infinite at a finite input although it was not large beside it."""
    for first, last in runs(np.isinf(y)):
        for infinite, beside in ((first, first - 1), (last, last + 1)):
            if not 0 <= beside < len(y) or not abs(y[beside]) < _LARGE:
                continue
            if abs(x[first]) <= _FAR or abs(x[last]) <= _FAR:
                continue
            at = _edge(np.isinf, function, x[infinite], x[beside])
            way = "down" if beside > infinite else "up"
            before = spell(y[beside])
            message = f"the {what} is infinite from here {way}, but just before it is {before}"
            return [Finding("overflow", message, at)]
    return []


def _at_infinity(what: str, function: Function, x: Array, y: Array, side: int) -> list[Finding]:
    """NaN at an infinity, or another value than the tail tends to."""
    at = side * _INF
    far = np.flatnonzero(side * x > _SETTLED)[::side]  # from near to far
    if far.size < _TAIL or abs(x[far[-1]]) < 1e299 or np.any(np.isnan(y[far])):
        return []
    places, tail = x[far], y[far]
    changes = np.abs(np.diff(tail)) / (1 + np.abs(tail[:-1]))
    turns = np.flatnonzero((changes[1:] > _CLOSE) & (changes[:-1] < _SMALL)) + 1
    if turns.size and np.count_nonzero(changes > _CLOSE) <= _STEPS:
        k = int(turns[0])
        before = tail[k]

        def left(values: Array) -> Any:
            return np.abs(values - before) > _CLOSE * (1 + np.abs(before))

        end = _edge(left, function, places[k + 1], places[k])
        message = f"the {what} turns from {spell(before)} to {spell(tail[k + 1])}"
        return [Finding("overflow", f"{message}: something in it overflows", end)]
    limit = _limit(tail[-_TAIL:])
    if limit is None:
        return []
    found = float(function(np.array([at]))[0])
    if math.isnan(found):
        if math.isinf(limit):
            return []
        return [Finding("nan", f"the {what} is NaN, its limit is {spell(limit)}", at)]
    if found == limit or abs(found - limit) <= _CLOSE * (1 + abs(limit)):
        return []
    return [Finding("limit", f"the {what} is {spell(found)}, its limit is {spell(limit)}", at)]


def _limit(tail: Array) -> float | None:
    """What the last values tend to; None if they do not tend to anything."""
    last = float(tail[-1])
    if math.isinf(last) or abs(last) > _LARGE:
        steady = bool(np.all(np.diff(np.abs(tail[np.isfinite(tail)])) >= 0))
        steady = steady and bool(np.all(np.sign(tail) == np.sign(last)))
        return math.copysign(_INF, last) if steady else None
    spread = float(np.max(tail) - np.min(tail))
    if spread > _SMALL * (1 + abs(last)):
        return None
    return _rounded(last)


def _rounded(limit: float) -> float:
    return 0.0 if abs(limit) < _SMALL else float(limit)
