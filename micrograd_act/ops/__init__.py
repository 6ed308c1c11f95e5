"""Every operation, as data. Importing this package enters those that any program needs."""

from micrograd_act.ops import (
    arithmetic,
    elementary,
    linalg,
    piecewise,
    reductions,
    shaping,
    sigmoids,
)
from micrograd_act.ops.op import REGISTRY, Facts, Family, Op

__all__ = [
    "REGISTRY",
    "Facts",
    "Family",
    "Op",
    "arithmetic",
    "elementary",
    "linalg",
    "piecewise",
    "reductions",
    "shaping",
    "sigmoids",
]
