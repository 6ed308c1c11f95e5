"""Sums of exponentials over rows of a few numbers, where NumPy's calls would take the time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["excess", "log_softmax_at", "logsumexp", "rows_of"]

_MOST = 16  # elements; from about 40 on NumPy is faster
_LARGE = 1e300  # differences of smaller numbers do not overflow


def rows_of(x: Any) -> list[list[float]] | None:
    """The rows of a few numbers in float64; None if they are no such array, or not moderate."""
    if type(x) is not np.ndarray or not 0 < x.size <= _MOST or x.dtype.char != "d" or not x.ndim:
        return None
    rows: list[list[float]] = x.reshape(-1, x.shape[-1]).tolist()
    for row in rows:
        for v in row:
            if not -_LARGE < v < _LARGE:
                return None
    return rows


def logsumexp(rows: list[list[float]]) -> list[float]:
    """``log(sum(exp(row)))``."""
    found = []
    for row in rows:
        _, rest, m = _powers(row)
        found.append(m + math.log1p(rest))
    return found


def log_softmax_at(rows: list[list[float]], labels: list[int]) -> list[float]:
    """The logarithm of the softmax of one number in each row."""
    found = []
    for row, label in zip(rows, labels, strict=True):
        _, rest, m = _powers(row)
        found.append(row[label] - m - math.log1p(rest))
    return found


def excess(rows: list[list[float]], labels: list[int], g: list[float]) -> list[list[float]]:
    """The softmax less 1 at the label, times g; with the digits that the 1 would take."""
    found = []
    for row, label, scale in zip(rows, labels, g, strict=True):
        e, rest, _ = _powers(row)
        scale /= 1.0 + rest
        c = [p * scale for p in e]
        c[label] = 0.0
        c[label] = -sum(c)
        found.append(c)
    return found


def _powers(row: list[float]) -> tuple[list[float], float, float]:
    """``exp(row - max)``, its sum less the 1 of the maximum, and the maximum."""
    m = max(row)
    top = row.index(m)
    e = []
    for v in row:
        d = v - m
        taken = v - d
        p = math.exp(d)
        # what the subtraction rounded away, up to 350 ulp in the tails
        e.append(p + p * ((v - (d + taken)) + (taken - m)))
    rest = sum(e[:top]) + sum(e[top + 1 :])
    return e, rest, m
