"""Where a slope is positive, negative and exactly 0, and whether it ever falls or rises."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.catalogue.evaluating import GRID, Array, narrow
from micrograd_act.catalogue.intervals import Interval, runs, spread

_INF = math.inf
_POINT = 1e-3  # a narrower zero is a single point around which the slope underflows
_MOST = 8  # changes of sign; more of them come from an oscillation
_NEAR = 10.0
_NEARLY = 1e-6  # of a slope where its sign turns


class Signs(NamedTuple):
    """Intervals of inputs by the sign of the slope; those around 0 if it oscillates.

    `zeros` are the single points at which the slope is 0.
    """

    rising: tuple[Interval, ...]
    falling: tuple[Interval, ...]
    flat: tuple[Interval, ...]
    zeros: tuple[float, ...]
    oscillates: bool


def signs_of(slope: Callable[[Array], Array], domain: Interval) -> Signs:
    """Classify inputs; `slope` works in the dtype of its argument.

    Zeros that begin somewhere else in float32 come from underflow and count with their neighbours.
    """
    grid = GRID[(domain.low <= GRID) & (domain.high >= GRID)]
    values = slope(grid)
    grid, values = grid[~np.isnan(values)], values[~np.isnan(values)]
    flat = [run for run in runs(values == 0) if _is_flat(slope, grid, *run)]
    signs = _filled(np.sign(values), flat)
    oscillates = np.count_nonzero(np.diff(signs)) > _MOST
    if oscillates:
        near = np.abs(grid) <= _NEAR
        grid, signs = grid[near], signs[near]
    low, high = (-_NEAR, _NEAR) if oscillates else (domain.low, domain.high)

    def where(sign: float) -> tuple[Interval, ...]:
        def holds(x: Array) -> Any:
            return np.sign(slope(x)) == sign

        found = []
        for first, last in runs(signs == sign):
            interval = spread(holds, grid, first, last, low, high)
            # where the sign turns the slope is 0, whatever rounding makes of it
            if first > 0 and signs[first - 1] == -sign:
                interval = interval._replace(low_closed=False)
            if last < len(signs) - 1 and signs[last + 1] == -sign:
                interval = interval._replace(high_closed=False)
            found.append(interval)
        return tuple(found)

    rising, falling = where(1.0), where(-1.0)
    zeros = _touched(grid, values)
    if not oscillates:
        turns = {x for i in rising for x in i[:2]} & {x for i in falling for x in i[:2]}
        at = np.array(sorted(x for x in turns if math.isfinite(x)))
        if at.size:
            zeros |= set(at[np.abs(slope(at)) <= _NEARLY].tolist())
    return Signs(rising, falling, where(0.0), tuple(sorted(zeros)), bool(oscillates))


def _touched(grid: Array, values: Array) -> set[float]:
    """Points at which the slope is 0 and has one sign around."""
    found = set()
    for first, last in runs(values == 0):
        inside = first > 0 and last < len(grid) - 1
        if inside and grid[last] - grid[first] < _POINT:
            found.add(0.0 if grid[first] <= 0 <= grid[last] else float(grid[first]))
    return found


def _is_flat(slope: Callable[[Array], Array], grid: Array, first: int, last: int) -> bool:
    def holds(x: Array) -> Any:
        return slope(x) == 0

    where = spread(holds, grid, first, last, -_INF, _INF)
    if where.high - where.low < _POINT:
        return False
    beyond = [
        x + way * _POINT * max(abs(x), 1.0)
        for x, way in ((where.low, -1), (where.high, 1))
        if math.isfinite(x)
    ]
    return bool(np.all(slope(narrow(np.array(beyond))) != 0))


def _filled(signs: Array, flat: list[tuple[int, int]]) -> Array:
    """Signs with zeros only where the function is flat; others take the sign towards 0."""
    kept = signs.copy()
    held = np.zeros(len(signs), dtype=bool)
    for first, last in flat:
        held[first : last + 1] = True
    known = np.flatnonzero((signs != 0) | held)
    for i in np.flatnonzero((signs == 0) & ~held):
        if known.size:
            kept[i] = signs[known[np.argmin(np.abs(known - i))]]
    return kept


def bends_of(slope: Callable[[Array], Array], domain: Interval) -> tuple[bool, bool]:
    """Whether the slope never falls (the function is convex), and whether it never rises."""
    grid = GRID[(domain.low <= GRID) & (domain.high >= GRID)]
    values = slope(grid).astype(float)
    change = np.diff(values[np.isfinite(values)])
    slack = 1e-12 * float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))
    return bool(np.all(change >= -slack)), bool(np.all(change <= slack))
