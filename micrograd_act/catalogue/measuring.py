"""What is computed of an activation: the size and sign of its slope, its extremes, its gain."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from micrograd_act.catalogue.evaluating import GRID, Array, slope, value
from micrograd_act.catalogue.extremes import Extreme, largest, smallest
from micrograd_act.catalogue.intervals import Interval, runs, spread
from micrograd_act.catalogue.moments import Moments, moments_of
from micrograd_act.catalogue.signs import Signs, bends_of, signs_of
from micrograd_act.catalogue.singular import jumps_of
from micrograd_act.catalogue.tails import Tail, rounded_of, tails_of
from micrograd_act.ops.op import Op

_INF = math.inf
_SLACK = 1e-13  # of a value, by which mirrored ones may differ


class Ends(NamedTuple):
    """Value and slope at minus and at plus infinity."""

    left: tuple[float, float]
    right: tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """What an activation does to numbers and to gradients, as its code computes it.

    Attributes
    ----------
    domain : Interval
        Where its value is a number.
    ends : Ends
        What it returns at both infinities.
    low, high : Extreme
        The smallest and the largest value.
    symmetry : str or None
        "odd" or "even".
    kinks, jumps : tuple of (float, float)
        Points where the slope or the value jumps, with what is returned there.
    poles : tuple of float
        Points between finite values where the value is infinite. With one there are no moments.
    signs : Signs
        Where the slope is positive, negative and exactly 0.
    monotone : bool
        Never decreases.
    convex, concave : bool
    lipschitz : Extreme
        The largest size of the slope.
    moments : Moments
        Of f(z) and f'(z), z a standard normal variable.
    tails : dict of Tail
        By dtype and threshold: from where on the slope is smaller.
    rounded : dict of Tail
        By dtype: from where on the value is its limit, to the last bit.
    """

    domain: Interval
    ends: Ends
    low: Extreme
    high: Extreme
    symmetry: str | None
    kinks: tuple[tuple[float, float], ...]
    jumps: tuple[tuple[float, float], ...]
    signs: Signs
    monotone: bool
    convex: bool
    concave: bool
    lipschitz: Extreme
    moments: Moments
    tails: dict[tuple[str, float], Tail]
    rounded: dict[str, Tail]
    poles: tuple[float, ...] = ()


@lru_cache(maxsize=256)
def measured(op: Op) -> Measured:
    """Measure an elementwise op of one variable; the same op is measured once."""

    def f(x: Array) -> Array:
        return value(op, x)

    def df(x: Array) -> Array:
        return slope(op, x)

    def size(x: Array) -> Array:
        return np.abs(df(x))

    domain = _domain(f)
    both = np.array([-_INF, _INF])
    (left, right), (falls, rises) = f(both).tolist(), df(both).tolist()
    jumps, kinks = jumps_of(f), jumps_of(df, 1e-6)
    signs = signs_of(df, domain)
    convex, concave = bends_of(df, domain)
    found = Measured(
        domain=domain,
        ends=Ends((left, falls), (right, rises)),
        low=smallest(f, (left, right)),
        high=largest(f, (left, right)),
        symmetry=_symmetry(f),
        kinks=tuple(kinks),
        jumps=tuple(jumps),
        signs=signs,
        monotone=not signs.falling and not any(_drops(f, x) for x, _ in jumps),
        convex=convex and not jumps,
        concave=concave and not jumps,
        lipschitz=_beside(kinks, size, largest(size, (abs(falls), abs(rises)))),
        moments=moments_of(f, df, [x for x, _ in (*kinks, *jumps)]),
        tails=tails_of(df),
        rounded=rounded_of(f, (left, right)),
    )
    return _with_poles(found, f)


def _with_poles(found: Measured, f: Callable[[Array], Array]) -> Measured:
    """What holds of a function that is infinite somewhere between finite values."""
    y = f(GRID)
    beside = [
        (first - 1, last + 1)
        for first, last in runs(np.isinf(y))
        if 0 < first <= last < GRID.size - 1 and np.isfinite(y[[first - 1, last + 1]]).all()
    ]
    if not beside:
        return found
    poles = tuple(float(GRID[(a + b) // 2]) for a, b in beside)
    at = Interval(poles[0], poles[0])
    sides = y[np.ravel(beside)]
    return replace(
        found,
        poles=poles,
        low=Extreme(-_INF, at, False) if np.any(sides < 0) else found.low,
        high=Extreme(_INF, at, False) if np.any(sides > 0) else found.high,
        monotone=False,
        convex=False,
        concave=False,
        lipschitz=Extreme(_INF, at, False),
        moments=Moments(math.nan, math.nan, math.nan),
    )


def _domain(f: Callable[[Array], Array]) -> Interval:
    def holds(x: Array) -> Array:
        return ~np.isnan(f(x))

    found = runs(holds(GRID))
    if not found:
        return Interval(math.nan, math.nan)
    widest = max(found, key=lambda run: GRID[run[1]] - GRID[run[0]])
    return spread(holds, GRID, *widest, -_INF, _INF)


def _symmetry(f: Callable[[Array], Array]) -> str | None:
    x = GRID[GRID > 0]
    y, mirrored = f(x), f(-x)
    with np.errstate(invalid="ignore"):
        slack = _SLACK * np.abs(y)
        same, opposite = (y == mirrored), (y == -mirrored)
        if np.all(opposite | (np.abs(y + mirrored) <= slack)) and f(np.zeros(1))[0] == 0:
            return "odd"
        return "even" if np.all(same | (np.abs(y - mirrored) <= slack)) else None


def _beside(
    kinks: list[tuple[float, float]], size: Callable[[Array], Array], best: Extreme
) -> Extreme:
    """The largest size of a slope, which may be a limit at a kink."""
    for x, _ in kinks:
        found = float(np.nanmax(size(np.nextafter(x, [-_INF, _INF]))))
        if found > best.value:
            best = Extreme(found, Interval(x, x))
    return best


def _drops(f: Callable[[Array], Array], x: float) -> bool:
    """Whether the value is smaller right of a jump than left of it."""
    left, right = f(np.array([x - 1e-9, x + 1e-9])).tolist()
    return bool(right < left)
