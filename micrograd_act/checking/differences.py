"""Derivatives by differences, with an error bar for each output.

Most functions are settled by four steps. Where these do not agree, thirteen run from coarse to
fine and are extrapolated (Ridders 1982); the noise of the function is measured (Moré & Wild 2011),
and the estimate with the smallest sum of inconsistency and noise is kept. Each output is judged
alone, so that a step across the kink of one spoils no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Function: TypeAlias = Callable[[float], Array]

# Powers of two: added to numbers of the direction's scale they are free of rounding.
STEPS = tuple(2.0 ** (-4 - 2 * k) for k in range(13))
_QUICK = STEPS[:3]
_LINEAR = 2e-13  # a straight line at two steps needs no third
_CHECK = STEPS[8]  # sees kinks, ripples and noise that the quick steps stride over
_FINE = 2.0**-40
_COARSE = (2.0**-20, 0.73 * 2.0**-20, 1.4 * 2.0**-20)  # float32 may advance evenly on one
_POINTS = 7
_EPS = float(np.finfo(np.float64).eps)
_SUBNORMAL = float(np.finfo(np.float64).smallest_subnormal)
_ORDERS = 5
_LARGER = 5
_RESOLVED = 1e-8
_UNSEEN = 5e8  # times the precision


@dataclass(slots=True)
class Slope:
    """The derivative of each output: one value, or at a kink those of the two sides.

    `error` is the half-width of the error bar, infinite where no steps agreed; `size` the largest
    output met on the way and `climb` its steepest rise over the larger steps, against which an
    error can be called small. `few` is 1 where few steps settled it.
    """

    right: Array
    left: Array
    error: Array
    size: Array
    climb: Array
    few: Array

    @classmethod
    def unknown(cls, shape: tuple[int, ...]) -> Slope:
        """No estimate yet."""
        return cls(*(np.full(shape, np.nan) for _ in fields(cls)))

    @property
    def low(self) -> Array:
        """The smaller of the two sides."""
        return np.minimum(self.right, self.left)

    @property
    def high(self) -> Array:
        """The larger of the two sides."""
        return np.maximum(self.right, self.left)

    @property
    def kinked(self) -> Array:
        """Where the two sides differ."""
        return np.asarray(self.low < self.high)

    def put(self, where: Array, right: Any, left: Any, error: Any) -> None:
        """Replace the estimates at some outputs."""
        for mine, other in ((self.right, right), (self.left, left), (self.error, error)):
            np.copyto(mine, other, where=where)


def slope(function: Function, y: Array, precision: float = 0.0) -> Slope:
    """The derivative of ``function(t)`` at 0, where it is `y`; NaN means outside the domain.

    `precision` is that of the numbers in which the function computes, if less than float64.
    """
    ahead = [function(h) for h in STEPS]
    behind = [function(-h) for h in STEPS]
    size = np.abs(y)
    for values in (*ahead, *behind):
        size = np.fmax(size, np.abs(values))
    measured = np.fmax(_noise(function, y), _unrest(ahead, behind, y))
    if precision:
        measured = np.fmax(measured, 0.5 * precision * size)
    noise = [
        np.fmax(measured, 0.5 * _EPS * np.fmax(np.abs(a), np.abs(b)))
        for a, b in zip(ahead, behind, strict=True)
    ]

    right = [(v - y) / h for v, h in zip(ahead, STEPS, strict=True)]
    left = [(y - v) / h for v, h in zip(behind, STEPS, strict=True)]
    centre = [(a - b) / (2 * h) for a, b, h in zip(ahead, behind, STEPS, strict=True)]
    value, error = _extrapolated(_smooth(centre, right, left, noise), 16.0, noise)
    rises = [np.abs(v) for v in (*right[:_LARGER], *left[:_LARGER])]
    if precision:  # what is small beside the result cannot be seen
        rises.append(_UNSEEN * precision * size)
    few = np.zeros_like(value)
    found = Slope(value, value.copy(), error, size, np.fmax.reduce(rises), few)

    poor = ~(error <= _RESOLVED * np.abs(value) + _EPS * size)
    if np.any(poor):
        _resolve_sides(
            found, poor, _extrapolated(right, 4.0, noise), _extrapolated(left, 4.0, noise)
        )
    return found


def quick_slope(function: Function, y: Array, least: Any = 0.0) -> tuple[Slope, Array]:
    """The derivative from four steps, and where they settle it.

    `least` is the size of the terms of each output, where it is a sum.
    """
    steps = (_QUICK[0], _QUICK[-1], _CHECK)
    ahead = np.stack([function(h) for h in steps])
    behind = np.stack([function(-h) for h in steps])
    size = np.fmax(np.fmax(np.max(np.abs(ahead), 0), np.max(np.abs(behind), 0)), np.abs(y))
    size = np.fmax(size, least)
    noise = 2 * _EPS * size
    widths = np.reshape(steps, (-1,) + (1,) * y.ndim)
    coarse, fine, check = (ahead - behind) / (2 * widths)
    error = np.abs(fine - coarse) + noise / _QUICK[0] + _EPS * np.abs(coarse)
    value = coarse
    if not np.all(error <= _LINEAR * (np.abs(coarse) + size)):
        middle = (function(_QUICK[1]) - function(-_QUICK[1])) / (2 * _QUICK[1])
        once = middle + (middle - coarse) / 15
        again = fine + (fine - middle) / 15
        value = again + (again - once) / 255
        # the last column is better than its distance from the one before; what relies on it and
        # is not so is refuted below, or looked at again by those who find a gradient wrong
        error = np.abs(value - again) / 8 + noise / _QUICK[-1] + _EPS * np.abs(value)

    # the gap between the two sides shrinks with the step, unless they meet in a kink
    gap = np.abs(ahead + (behind - 2 * y)) / widths
    blur = 8 * noise / _CHECK + 1e-9 * np.abs(value)
    settled = (
        (error <= 1e-9 * np.abs(value) + 1e-12 * size)
        & (np.abs(check - value) <= blur)
        & (gap[-1] <= 4 * _CHECK / _QUICK[-1] * gap[-2] + blur)
    )
    few = settled.astype(np.float64)
    return Slope(value, value, error, size, np.abs(value), few), settled


def _smooth(
    centre: Sequence[Array],
    right: Sequence[Array],
    left: Sequence[Array],
    noise: Sequence[Array],
) -> list[Array]:
    """The central differences, NaN where the gap between the two sides does not shrink with h.

    There the step is too coarse to see the function, or the point is a kink; both look smooth to
    central differences alone.
    """
    kept = [np.full_like(centre[0], np.nan)]
    before = np.abs(right[0] - left[0])
    for k in range(1, len(STEPS)):
        gap = np.abs(right[k] - left[k])
        slack = 8 * noise[k] / STEPS[k]
        kept.append(np.where(gap <= 0.5 * before + slack, centre[k], np.nan))
        before = gap
    return kept


def _extrapolated(
    rows: Sequence[Array], factor: float, noise: Sequence[Array]
) -> tuple[Array, Array]:
    """The best entry of the extrapolation table for each output, and its error."""
    best = np.full_like(rows[0], np.nan)
    error = np.full_like(rows[0], np.inf)
    table = np.stack(rows)
    blur = 2 * np.stack(noise) / np.reshape(STEPS, (-1,) + (1,) * best.ndim)
    entries, doubts = [], []  # the columns of the table, from the second
    for m in range(1, _ORDERS + 1):
        below, above = table[1:], table[:-1]
        table = below + (below - above) / (factor**m - 1)
        doubt = np.abs(table - below) + np.abs(table - above) + blur[m:]
        entries.append(table)
        doubts.append(doubt + _EPS * np.abs(table))
    for k in range(1, len(STEPS)):
        for m in range(min(k, _ORDERS)):
            entry, doubt = entries[m][k - m - 1], doubts[m][k - m - 1]
            better = (doubt < error) | _refuted(best, error, entry, doubt)
            np.copyto(best, entry, where=better)
            np.copyto(error, doubt, where=better)
    return best, error


def _refuted(coarse: Array, error: Array, fine: Array, doubt: Array) -> Array:
    """Where finer steps see something else: floor(x) is x to steps that are whole numbers."""
    apart = np.abs(fine - coarse)
    gross = apart > 0.1 * np.fmax(np.abs(fine), np.abs(coarse))
    return np.asarray(gross & (apart > 4 * (error + doubt)))


def _resolve_sides(
    found: Slope, poor: Array, right: tuple[Array, Array], left: tuple[Array, Array]
) -> None:
    (r, r_error), (s, s_error) = right, left
    only_right = poor & ~np.isfinite(s_error) & (r_error < found.error)
    only_left = poor & ~np.isfinite(r_error) & (s_error < found.error)
    found.put(only_right, r, r, r_error)
    found.put(only_left, s, s, s_error)
    both = r_error + s_error
    kink = poor & np.isfinite(both) & (np.abs(r - s) > 4 * both) & (both < found.error)
    found.put(kink, r, s, both)


def _noise(function: Function, y: Array) -> Array:
    """The standard deviation of the function's rounding errors, at least half a unit of its own."""
    noise, still = _scatter(function, y, _FINE)
    if np.any(still):  # fine steps do not climb the staircase of float32, or of a sum that cancels
        coarse = [_scatter(function, y, spacing)[0] for spacing in _COARSE]
        noise = np.where(still, np.fmax.reduce([noise, *coarse]), noise)
    return np.fmax(noise, np.fmax(0.5 * _EPS * np.abs(y), _SUBNORMAL))


def _unrest(ahead: Sequence[Array], behind: Sequence[Array], y: Array) -> Array:
    """Noise as the finest steps show it, where the few points of `_noise` happened to agree.

    From one step to the next but one a second difference falls by 256, at a kink by 16; what does
    not fall is noise.
    """
    bends = [np.abs(a - y + (b - y)) for a, b in zip(ahead[-7:], behind[-7:], strict=True)]
    found = np.zeros_like(y)
    for coarse, fine in zip(bends[:-2], bends[2:], strict=True):
        found = np.fmax(found, np.where(3 * fine > coarse, 0.5 * fine, 0.0))
    return found


def _scatter(function: Function, y: Array, spacing: float) -> tuple[Array, Array]:
    """Noise by a difference table, in which smooth parts vanish; and where steps change nothing."""
    table = [y, *(function(j * spacing) for j in range(1, _POINTS))]
    still = np.logical_or.reduce([a == b for a, b in pairwise(table)])
    found = np.zeros_like(y)
    _, exponent = np.frexp(np.abs(y))
    unit = np.ldexp(1.0, exponent)  # so that squares neither overflow nor vanish
    table = [v / unit for v in table]
    for order in range(1, 5):
        table = [b - a for a, b in pairwise(table)]
        if order >= 3:
            mean = sum(np.square(d) for d in table) / len(table)
            found = np.fmax(found, np.sqrt(mean / _GAMMA[order]))
    return unit * found, still


# The variance of white noise grows by (2m)! / (m!)^2 in m-th differences.
_GAMMA = {3: 20.0, 4: 70.0}
