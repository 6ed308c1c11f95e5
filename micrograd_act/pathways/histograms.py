"""Small histograms of arrays that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Range: TypeAlias = tuple[float, float]

_BINS = 9  # an odd number, so that 0 is in the middle of what is symmetric
_BLOCKS = "▁▂▃▄▅▆▇█"


def joint_range(*arrays: Any) -> Range | None:
    """From the smallest to the largest finite element of all; None if these are no two numbers."""
    ends = []
    for x in arrays:
        if x is not None:
            finite = np.asarray(x, dtype=float)
            finite = finite[np.isfinite(finite)]
            if finite.size:
                ends += [float(finite.min()), float(finite.max())]
    return (min(ends), max(ends)) if ends and min(ends) < max(ends) else None


def counts(x: Any, span: Range) -> list[int]:
    """How many finite elements are in each of nine bins of equal width.

    Examples
    --------
    >>> counts([0.0, 0.1, 0.9, float("nan")], (0.0, 0.9))
    [1, 1, 0, 0, 0, 0, 0, 0, 1]
    """
    array = np.asarray(x, dtype=float)
    low, high = (end / 2 for end in span)  # high - low may overflow
    with np.errstate(all="ignore"):
        place = (array[np.isfinite(array)] / 2 - low) / (high - low) * _BINS
    found = np.bincount(np.clip(place, 0, _BINS - 1).astype(int).ravel(), minlength=_BINS)
    return [int(n) for n in found]


def sparkline(numbers: Sequence[int]) -> str:
    """Draw a histogram in one line; a dot is an empty bin.

    Examples
    --------
    >>> sparkline([0, 1, 4, 8, 2])
    '·▁▄█▂'
    """
    most = max(numbers, default=0)
    return "".join(_BLOCKS[-(-n * len(_BLOCKS) // most) - 1] if n else "·" for n in numbers)
