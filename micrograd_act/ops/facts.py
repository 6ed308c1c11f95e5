"""What an activation claims of itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any, Literal, NamedTuple


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


def check_claims(op: str, claims: Mapping[str, Any]) -> None:
    """Raise on a claim that there is not, or that is written in another way.

    Raises
    ------
    TypeError
        If no fact has that name, or its value is of another kind.
    """
    for name, claimed in claims.items():
        if name not in _WRITTEN:
            raise TypeError(f"{op}: no fact is called {name!r}; there are {', '.join(_WRITTEN)}")
        holds, written = _WRITTEN[name]
        if not holds(claimed):
            raise TypeError(f"{op}: the fact {name} is {written}, got {claimed!r}")


def _is_number(claimed: Any) -> bool:
    return isinstance(claimed, Real) and not isinstance(claimed, bool)


def _is_pair(claimed: Any) -> bool:
    return isinstance(claimed, tuple | list) and len(claimed) == 2 and all(map(_is_number, claimed))


def _are_pairs(claimed: Any) -> bool:
    return isinstance(claimed, tuple | list) and all(map(_is_pair, claimed))


def _is_bool(claimed: Any) -> bool:
    return isinstance(claimed, bool)


def _is_symmetry(claimed: Any) -> bool:
    return claimed is None or (isinstance(claimed, str) and claimed in ("odd", "even"))


def _is_text(claimed: Any) -> bool:
    return isinstance(claimed, str)


_LIMIT = "the limits (value, slope)"
_POINTS = "points with what is returned there, ((x, returned), ...)"
_WRITTEN: dict[str, tuple[Callable[[Any], bool], str]] = {
    "left": (_is_pair, _LIMIT),
    "right": (_is_pair, _LIMIT),
    "range": (_is_pair, "the ends (low, high)"),
    "domain": (_is_pair, "the ends (low, high)"),
    "kinks": (_are_pairs, _POINTS),
    "symmetry": (_is_symmetry, "'odd', 'even' or None"),
    "monotone": (_is_bool, "True or False"),
    "affine": (_is_bool, "True or False"),
    "jumps": (_are_pairs, _POINTS),
    "smoothness": (_is_number, "a number"),
    "convention": (_is_text, "a text"),
}
