"""An elementwise input: all elements move at once, and each output shows the slope of its own."""

from __future__ import annotations

import numpy as np

from micrograd_act.checking.comparison import BARS, Array, Comparison, Numbers, along, scale, signs
from micrograd_act.checking.differences import Slope

_QUANTUM = 1e-315  # of a difference of subnormal results, or of those that are 0 for their size


def check_elements(comparison: Comparison, i: int) -> None:
    """Judge the gradient of input `i`."""
    sides = _slopes(comparison, i, scale(comparison.subject.xs[i]), careful=False)
    numbers, kinked = _gathered(comparison, i, sides)
    wrong, unclear = numbers.judged()
    if ((wrong & ~numbers.gross()) | unclear | kinked).any():
        sides = _careful(comparison, i)
        numbers, kinked = _gathered(comparison, i, sides)
        wrong, unclear = numbers.judged()
    if np.any(kinked):
        comparison.kinked[i] = kinked

    several = comparison.subject.separate
    for mask, record in ((wrong, comparison.wrong), (unclear, comparison.unclear)):
        if not np.any(mask):
            continue
        if several:
            for flat in np.flatnonzero(mask).tolist():
                record(i, flat, numbers.at(flat))
        else:
            worst = int(np.argmax(np.where(mask, _excess(numbers), -1.0)))
            record(i, worst, numbers.at(worst), int(np.sum(mask)), mask.size)


def _careful(comparison: Comparison, i: int) -> Slope:
    """The slopes by all steps, where these are poor by those of size 1 as well."""
    x = comparison.subject.xs[i]
    sides = _slopes(comparison, i, scale(x), careful=True)
    poor = ~(sides.error <= 1e-8 * np.abs(sides.right) + 1e-15 * sides.size)
    if np.any(poor):
        other = _slopes(comparison, i, np.ones_like(x), careful=True)
        apart = np.abs(other.right - sides.right) > BARS * (other.error + sides.error)
        # a bar may also be short because the slope is missed altogether
        closer = other.error * np.abs(sides.right) <= sides.error * np.abs(other.right)
        better = poor & (other.error < sides.error) & (closer | ~apart | np.isnan(sides.right))
        # flat at small steps and steep at large ones: float32, or a staircase, who can tell
        stairs = poor & apart & ~better & (other.right == 0) & (other.error < sides.error)
        sides.put(better, other.right, other.left, other.error)
        sides.put(stairs, np.nan, np.nan, np.inf)
        np.copyto(sides.size, other.size, where=better)
        np.copyto(sides.climb, other.climb, where=better)
    return sides


def _gathered(comparison: Comparison, i: int, sides: Slope) -> tuple[Numbers, Array]:
    """The slopes times the cotangent, added up in the element of `x` that they belong to."""
    x, g = comparison.subject.xs[i], comparison.g

    def gathered(values: Array) -> Array:
        if x.shape == values.shape:
            return values
        origin = comparison.subject.origin(i).ravel()
        total = np.bincount(origin, np.ravel(values), minlength=x.size)
        return np.asarray(total).reshape(x.shape)

    size = np.abs(g)
    ends = g * sides.left, g * sides.right
    low, high = gathered(np.fmin(*ends)), gathered(np.fmax(*ends))
    error, largest, climb = (
        gathered(size * part) for part in (sides.error, sides.size, sides.climb)
    )
    few = gathered(1 - sides.few) == 0
    numbers = Numbers(comparison.c[i], low, high, error, largest, climb, few, comparison.floor)
    return numbers, gathered(sides.kinked.astype(float)) > 0


def _excess(numbers: Numbers) -> Array:
    """How far beyond its bar each gradient is."""
    c = numbers.analytic
    outside = np.fmax(np.fmax(numbers.low - c, c - numbers.high), 0)
    return np.asarray(np.nan_to_num(outside / (BARS * numbers.error + np.abs(c) + 1e-300)))


def _slopes(comparison: Comparison, i: int, unit: Array, careful: bool) -> Slope:
    """The slope of every output in its element of input `i`."""
    unit = unit * signs(comparison.rng, unit.shape)
    found = along(comparison.subject, [{i: unit}], careful)
    if unit.shape != comparison.subject.y.shape:
        unit = np.broadcast_to(unit, comparison.subject.y.shape)
    right, left = found.right[0] / unit, found.left[0] / unit
    sides = np.where(unit > 0, right, left), np.where(unit > 0, left, right)
    error = found.error + _QUANTUM
    rest = (part[0] / abs(unit) for part in (error, found.size, found.climb))
    return Slope(*map(np.asarray, (*sides, *rest, found.few[0])))
