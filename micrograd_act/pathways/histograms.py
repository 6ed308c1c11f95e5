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
            finite = _finite(x)
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
    size = max(map(abs, span))
    low, high = (end / size for end in span)  # high - low cannot overflow now
    place = (_finite(x) / size - low) * (_BINS / (high - low))
    found = np.bincount(np.minimum(place.astype(int), _BINS - 1), minlength=_BINS)
    return [int(n) for n in found]


def _finite(x: Any) -> Any:
    array = np.ravel(np.asarray(x, dtype=float))
    with np.errstate(all="ignore"):
        whole = np.isfinite(array.sum())  # takes half of the time of a mask
    return array if whole else array[np.isfinite(array)]


def sparkline(numbers: Sequence[int]) -> str:
    """Draw a histogram in one line; a dot is an empty bin.

    Examples
    --------
    >>> sparkline([0, 1, 4, 8, 2])
    '·▁▄█▂'
    """
    most = max(numbers, default=0)
    return "".join(_BLOCKS[-(-n * len(_BLOCKS) // most) - 1] if n else "·" for n in numbers)
