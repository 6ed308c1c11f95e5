"""An elementwise subject: all elements move at once, and each output shows the slope of its own."""

from __future__ import annotations

import numpy as np

from micrograd_act.checking.comparison import BARS, Array, Comparison, along, scale
from micrograd_act.checking.differences import Slope


def check_elements(comparison: Comparison, i: int) -> None:
    """Judge the gradient of input `i`."""
    x, y = comparison.subject.xs[i], comparison.subject.y
    sides = _slopes(comparison, i, scale(x))
    poor = ~(sides.error <= 1e-8 * np.abs(sides.low) + 1e-15 * sides.size)
    if np.any(poor):
        other = _slopes(comparison, i, np.ones_like(x))
        apart = np.abs(other.low - sides.low) > BARS * (other.error + sides.error)
        # a bar may also be short because the slope is missed altogether
        closer = other.error * np.abs(sides.low) <= sides.error * np.abs(other.low)
        better = poor & (other.error < sides.error) & (closer | np.isnan(sides.low))
        # flat at small steps and steep at large ones: float32, or a staircase, who can tell
        stairs = poor & apart & ~better & (other.low == 0) & (other.error < sides.error)
        sides.put(better, other.low, other.high, other.error)
        sides.put(stairs, np.nan, np.nan, np.inf)
        np.copyto(sides.size, other.size, where=better)

    # which element of x each output was made of
    origin = np.broadcast_to(np.arange(x.size).reshape(x.shape), y.shape).ravel()

    def gathered(values: Array) -> Array:
        total = np.bincount(origin, values.ravel(), minlength=x.size)
        return np.asarray(total).reshape(x.shape)

    ends = comparison.g * sides.low, comparison.g * sides.high
    comparison.enter(
        i,
        gathered(np.fmin(*ends)),
        gathered(np.fmax(*ends)),
        gathered(np.abs(comparison.g) * sides.error),
        gathered(np.abs(comparison.g) * sides.size),
    )
    comparison.kinked[i] = gathered(sides.kinked.astype(float)) > 0


def _slopes(comparison: Comparison, i: int, unit: Array) -> Slope:
    """The slope of every output in its element of input `i`."""
    unit = unit * comparison.rng.choice((-1.0, 1.0), np.shape(unit))
    found = along(comparison.subject, {i: unit})
    unit = np.broadcast_to(unit, comparison.subject.y.shape)
    low, high = found.low / unit, found.high / unit
    parts = np.fmin(low, high), np.fmax(low, high), found.error / abs(unit), found.size / abs(unit)
    return Slope(*map(np.asarray, parts))
