"""Checks of the parameters that a family of ops is bound with."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

__all__ = ["check_finite", "check_ordered", "check_positive"]


def _number(op: str, name: str, value: Any) -> float:
    if not isinstance(value, Real):
        raise TypeError(f"{op}: {name} must be a number, got {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def check_finite(op: str, least: float = -math.inf, **parameters: Any) -> None:
    """Raise on a parameter that is no finite number, or below `least`."""
    for name, value in parameters.items():
        number = _number(op, name, value)
        if not math.isfinite(number) or number < least:
            bound = f" and at least {least:g}" if least > -math.inf else ""
            raise ValueError(f"{op}: {name} must be finite{bound}, got {value}")


def check_positive(op: str, **parameters: Any) -> None:
    """Raise on a parameter that is no finite number above 0."""
    for name, value in parameters.items():
        if not 0 < _number(op, name, value) < math.inf:
            raise ValueError(f"{op}: {name} must be positive and finite, got {value}")


def check_ordered(op: str, **parameters: Any) -> None:
    """Raise if the first of two finite parameters is not below the second."""
    check_finite(op, **parameters)
    (low, a), (high, b) = parameters.items()
    if not a < b:
        hint = "; are they swapped?" if a > b else ""
        raise ValueError(f"{op}: {low} must be below {high}, got {a} and {b}{hint}")
