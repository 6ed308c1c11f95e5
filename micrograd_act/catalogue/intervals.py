"""Intervals of inputs, their ends to the last bit, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.catalogue.evaluating import Array
from micrograd_act.drawing.spelling import spell

_INF = math.inf


class Interval(NamedTuple):
    """Numbers from `low` to `high`; an end that is closed belongs to it."""

    low: float
    high: float
    low_closed: bool = True
    high_closed: bool = True

    def __contains__(self, x: object) -> bool:
        assert isinstance(x, float)
        above = x >= self.low if self.low_closed else x > self.low
        return above and (x <= self.high if self.high_closed else x < self.high)

    def mirrored(self) -> Interval:
        """The negatives of its numbers."""
        return Interval(-self.high, -self.low, self.high_closed, self.low_closed)

    def __str__(self) -> str:
        """As a condition on x.

        Examples
        --------
        >>> str(Interval(-math.inf, 0.0)), str(Interval(-1.0, 1.0, False, False))
        ('x ≤ 0', '−1 < x < 1')
        """
        low, high = spell(self.low), spell(self.high)
        below, above = "≤" if self.low_closed else "<", "≤" if self.high_closed else "<"
        if self.low == self.high:
            return f"x = {low}" if math.isfinite(self.low) else f"x → {low}"
        if self.low == -_INF:
            return "all x" if self.high == _INF else f"x {above} {high}"
        if self.high == _INF:
            return f"x {below.translate(_TURNED)} {low}"
        return f"{low} {below} x {above} {high}"


def places(found: Sequence[Interval], most: int = 3) -> str:
    """Intervals as one condition on x.

    Examples
    --------
    >>> outside = Interval(-math.inf, -1.0, False, False), Interval(1.0, math.inf, False, False)
    >>> places(outside), places(outside[:1])
    ('|x| > 1', 'x < −1')
    """
    distinct = list(dict.fromkeys(found))
    if len(distinct) == 2 and distinct[1].low > 0 and distinct[1].high == _INF:
        left, right = map(str, (distinct[0], distinct[1].mirrored()))
        if left == right:
            return f"|x| {'≥' if distinct[1].low_closed else '>'} {spell(distinct[1].low)}"
    return " or ".join(map(str, distinct[:most])) + (" or …" if len(distinct) > most else "")


_TURNED = str.maketrans("<≤", ">≥")

_PARTS = 16

_ORDERED: dict[int, Any] = {8: np.int64, 4: np.int32, 2: np.int16}


def ordered(x: Array) -> Array:
    """Integers in the order of the floats, neighbours one apart."""
    whole = _ORDERED[x.dtype.itemsize]
    bits = x.view(whole)
    found: Array = np.where(bits >= 0, bits, np.iinfo(whole).min - bits)
    return found


def from_ordered(k: Array, dtype: Any) -> Array:
    """Undo `ordered`."""
    whole = _ORDERED[np.dtype(dtype).itemsize]
    bits = np.where(k >= 0, k, np.iinfo(whole).min - k).astype(whole)
    return bits.view(dtype)


def edges(holds: Callable[[Array], Array], yes: Array, no: Array) -> tuple[Array, Array]:
    """Neighbouring floats, the first of which has the property that the second lacks.

    `holds` is asked of arrays whose last axis is that of `yes` and `no`; between each pair it
    changes once.
    """
    dtype = yes.dtype
    a, b = ordered(yes).astype(np.int64), ordered(no).astype(np.int64)
    while True:  # few questions about many floats: a function takes as long for 15 as for one
        step = b // _PARTS - a // _PARTS  # the difference of both may overflow
        step -= np.sign(step)
        if not np.any(step):
            break
        inner = a + np.arange(1, _PARTS)[:, None] * step
        kept = np.cumprod(holds(from_ordered(inner, dtype)), axis=0).sum(axis=0)
        b = np.where((kept < _PARTS - 1) & (step != 0), a + (kept + 1) * step, b)
        a = a + kept * step
    while True:
        middle = (a >> 1) + (b >> 1) + (a & b & 1)
        open_ = (middle != a) & (middle != b)
        if not open_.any():
            return from_ordered(a, dtype), from_ordered(b, dtype)
        found = holds(from_ordered(middle, dtype))
        a, b = np.where(found & open_, middle, a), np.where(~found & open_, middle, b)


def runs(flags: Array) -> list[tuple[int, int]]:
    """First and last index of every run of true elements."""
    steps = np.diff(np.concatenate([[0], np.asarray(flags, dtype=np.int8), [0]]))
    firsts, lasts = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def spread(
    holds: Callable[[Array], Array], grid: Array, first: int, last: int, low: float, high: float
) -> Interval:
    """The run of a property from index `first` to `last` of a grid, with its ends to the last bit.

    A run that reaches an end of the grid reaches `low` or `high`.
    """
    ends = [low, high]
    closed = [math.isfinite(low), math.isfinite(high)]
    neighbours = ((first, first - 1), (last, last + 1))
    found = [side for side, (_, beyond) in enumerate(neighbours) if 0 <= beyond < len(grid)]
    if found:
        inside, outside = np.array([neighbours[side] for side in found]).T
        for side, a, b in zip(found, *edges(holds, grid[inside], grid[outside]), strict=True):
            ends[side] = _shorter(float(a), float(b))
        there = holds(np.array([ends[side] for side in found]))
        for side, belongs in zip(found, there, strict=True):
            closed[side] = bool(belongs)
    return Interval(ends[0], ends[1], closed[0], closed[1])


_DIGITS = 12


def _shorter(inner: float, outer: float) -> float:
    """Of two neighbours and what they round to the number with the fewest digits."""
    rounded = round(inner, _DIGITS) + 0.0
    near = abs(rounded - inner) <= 10.0**-_DIGITS
    return min((inner, outer, rounded) if near else (inner, outer), key=lambda x: len(repr(x)))
