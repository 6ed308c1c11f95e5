"""What an activation claims of itself."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple


class Facts(NamedTuple):
    """What is claimed of an elementwise function of one variable; each claim has a test.

    Only what the code cannot tell of itself is claimed: gains, the largest slope and where slopes
    vanish are computed (`card`).

    Attributes
    ----------
    domain, range : tuple of float
        Closed intervals; the ends may be infinite.
    left, right : tuple of float
        Limits of the value and of the slope at minus and plus infinity.
    kinks : tuple of (float, float)
        Points where the slope jumps, with the slope returned there.
    jumps : tuple of (float, float)
        Points where the value jumps, with the value returned there.
    smoothness : float
        How many derivatives are continuous where there is neither a kink nor a jump.
    convention : str
        Who returns the same slopes at the kinks.
    symmetry : {"odd", "even"} or None
    monotone : bool
        Never decreases.
    affine : bool
        The slope is the same everywhere.
    """

    left: tuple[float, float]
    right: tuple[float, float]
    range: tuple[float, float]
    domain: tuple[float, float] = (-math.inf, math.inf)
    kinks: tuple[tuple[float, float], ...] = ()
    symmetry: Literal["odd", "even"] | None = None
    monotone: bool = False
    affine: bool = False
    jumps: tuple[tuple[float, float], ...] = ()
    smoothness: float = math.inf
    convention: str = ""

    @property
    def continuous_derivatives(self) -> float:
        """-1 for a function that jumps, 0 for one with kinks, else `smoothness`."""
        return -1 if self.jumps else 0 if self.kinks else self.smoothness
