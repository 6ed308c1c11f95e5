"""Moments of f(z) and f'(z), z a standard normal variable, by Gauss-Legendre quadrature."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from micrograd_act.catalogue.evaluating import Array

_FAR = 12.0  # the density is 2e-32 there
_WIDTH = 0.25
_ORDER = 20
_ROUNDING = 1e-14


class Moments(NamedTuple):
    """Mean and mean square of the value, mean square of the slope."""

    mean: float
    square: float
    slope_square: float

    @property
    def variance(self) -> float:
        """Of the value."""
        return self.square - self.mean**2

    @property
    def gain(self) -> float:
        """1 / sqrt(E f(z)^2), by which weights keep the second moment of what flows forward."""
        return _inverse_root(self.square)

    @property
    def backward_gain(self) -> float:
        """1 / sqrt(E f'(z)^2), the same for gradients."""
        return _inverse_root(self.slope_square)


def _inverse_root(square: float) -> float:
    return 1 / math.sqrt(square) if square > 0 else math.inf if square == 0 else math.nan


def moments_of(
    value: Callable[[Array], Array], slope: Callable[[Array], Array], breaks: Iterable[float]
) -> Moments:
    """Integrate piece by piece between the points where something jumps."""
    inner = [x for x in breaks if abs(x) < _FAR]
    ends = np.union1d(np.arange(-_FAR, _FAR + _WIDTH / 2, _WIDTH), inner)
    nodes, weights = _rule()
    half = np.diff(ends)[:, None] / 2
    x = ((ends[1:] + ends[:-1]) / 2)[:, None] + half * nodes
    mass = half * weights * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    y, s = value(x.ravel()).reshape(x.shape), slope(x.ravel()).reshape(x.shape)
    mean, square = float(np.sum(mass * y)), float(np.sum(mass * y * y))
    if abs(mean) < _ROUNDING * math.sqrt(square):  # of an odd function
        mean = 0.0
    return Moments(mean, square, float(np.sum(mass * s * s)))


@lru_cache(maxsize=1)
def _rule() -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    return nodes, weights
