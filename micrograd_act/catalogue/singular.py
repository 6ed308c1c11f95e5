"""Where the value or the slope of a function jumps, found by halving."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from micrograd_act.catalogue.evaluating import GRID, Array

_FAR = 1e4
_HALVINGS = 60
_BESIDE = 1e-13
_NEIGHBOURS = 16  # floats beside a jump
_DIGITS = 10


def jumps_of(
    function: Callable[[Array], Array], least: float = 1e-7, far: float = _FAR
) -> list[tuple[float, float]]:
    """Points up to `far` where a function jumps, and what it returns there.

    Each interval of a grid is halved on the side where the function changes more; what is left of
    the change is a jump.
    """
    grid = GRID[np.abs(GRID) <= far]
    a, b = grid[:-1], grid[1:]
    left, right = function(a).astype(float), function(b).astype(float)
    alive = np.isfinite(left) & np.isfinite(right)
    a, b, left, right = a[alive], b[alive], left[alive], right[alive]
    for _ in range(_HALVINGS):
        changes = np.abs(right - left) > least * (1 + np.abs(left))
        if not changes.all():
            a, b, left, right = a[changes], b[changes], left[changes], right[changes]
        if not a.size:
            return []
        middle = (a + b) / 2
        at = function(middle).astype(float)
        first = np.abs(at - left) >= np.abs(right - at)
        a, b = np.where(first, a, middle), np.where(first, middle, b)
        left, right = np.where(first, left, at), np.where(first, at, right)
    sharp = _is_sharp(function, a, b)
    a, b, right = a[sharp], b[sharp], right[sharp]
    middle = (a + b) / 2
    rounded = np.round(middle, _DIGITS)
    round_ = np.abs(rounded - middle) <= _BESIDE * np.maximum(1, np.abs(middle))
    places = np.where(round_, rounded, np.where(_between(function, a, right), a, b))
    _, first = np.unique(np.round(places, _DIGITS), return_index=True)  # two intervals may meet
    places = places[first] + 0.0
    return list(zip(places.tolist(), function(places).astype(float).tolist(), strict=True))


def _is_sharp(function: Callable[[Array], Array], a: Array, b: Array) -> Array:
    """Whether most of a change lies between two floats: a steep slope changes as much beside."""
    spread = _NEIGHBOURS * np.spacing(np.maximum(np.abs(a), np.abs(b)))
    beyond_left, left, right, beyond_right = (
        function(x).astype(float) for x in (a - spread, a, b, b + spread)
    )
    beside = np.maximum(np.abs(left - beyond_left), np.abs(beyond_right - right))
    sharp: Array = ~(np.abs(right - left) < beside)
    return sharp


def _between(function: Callable[[Array], Array], x: Array, right: Array) -> Array:
    """Whether the value at x is neither that of the left side nor that of the right one."""
    at, before = function(x), function(np.nextafter(x, -np.inf))
    middle: Array = (at != before) & (at != right)
    return middle
