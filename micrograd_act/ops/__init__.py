"""Every operation, as data. Importing this package fills the registry."""

from micrograd_act.ops import (
    accumulating,
    activations,
    arithmetic,
    elementary,
    linalg,
    losses,
    moments,
    reductions,
    rounding,
    shaping,
    trigonometric,
)
from micrograd_act.ops.op import REGISTRY, Facts, Family, Op

__all__ = [
    "REGISTRY",
    "Facts",
    "Family",
    "Op",
    "accumulating",
    "activations",
    "arithmetic",
    "elementary",
    "linalg",
    "losses",
    "moments",
    "reductions",
    "rounding",
    "shaping",
    "trigonometric",
]
