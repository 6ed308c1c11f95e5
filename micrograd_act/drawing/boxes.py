"""What a picture holds before anything is placed: boxes, arrows, captions, as plain frozen data.

Writers (SVG, DOT, text) read nothing else, so a still, a worksheet or a collapsed graph is the same
data with some fields replaced. No positions, no colours, no graph nodes in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["input", "parameter", "constant", "op", "activation", "group", "omitted"]

# What an edge does to a gradient that crosses it.
Effect: TypeAlias = Literal[
    "always 1",
    "is 1",
    "flips",
    "damps",
    "amplifies",
    "dead",
    "undefined",
    "unknown",
    "constant",
    "wrong",
    "unclear",
]

VERDICTS: tuple[Effect, ...] = ("wrong", "unclear")
"""What a gradient check says of a box or an arrow."""


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity as it is drawn, and in full for whoever points at it."""

    text: str
    exact: str = ""


NOT_COMPUTED = Number("–", "not computed")


@dataclass(frozen=True, slots=True)
class Curve:
    """An activation around the points where the graph stands on it.

    Attributes
    ----------
    lines : tuple of polylines
        The graph of the function inside the window; several where it is not defined throughout.
    window : tuple of float
        ``(left, right, bottom, top)`` in the function's own units.
    points : tuple of (float, float)
        Where the graph stands: one for a scalar, a sample for an array.
    slope : float or None
        Of the tangent at the only point.
    """

    lines: tuple[tuple[tuple[float, float], ...], ...]
    window: tuple[float, float, float, float]
    points: tuple[tuple[float, float], ...] = ()
    slope: float | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """One node of the graph together with its operation.

    Attributes
    ----------
    id : str
        ``n0``, ``n1``, …: never made of a user's text.
    label : str
        The user's text, unchecked; "" if there is none.
    op : str
        The operation's name, "" for a leaf.
    symbol : str
        How the operation is written on paper.
    detail : str
        Shape and type of an array.
    grad : Number or None
        None where no gradient is ever computed (constants).
    local : Number or None
        The slope of an activation.
    effect : Effect
        What an activation does to a gradient.
    result : bool
        The node that was drawn.
    lit : bool
        Marked as with a marker pen.
    formula : str
        The operation as one writes it.
    """

    id: str
    kind: Kind
    label: str = ""
    op: str = ""
    symbol: str = ""
    value: Number = NOT_COMPUTED
    grad: Number | None = NOT_COMPUTED
    local: Number | None = None
    effect: Effect = "unknown"
    detail: str = ""
    curve: Curve | None = None
    result: bool = False
    lit: bool = False
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One input of one node, with the local gradient that backward multiplies by.

    Attributes
    ----------
    source, target : str
        Ids of boxes; two arrows between the same boxes are two inputs.
    local : Number or None
        None where no gradient crosses.
    size : float
        Magnitude of the local gradient, which the line's width shows.
    lit : bool
        Marked as with a marker pen.
    formula : str
        The local gradient as one writes it.
    """

    source: str
    target: str
    local: Number | None = None
    effect: Effect = "unknown"
    size: float = 1.0
    lit: bool = False
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """The product along a path, in words: ``head``, then ``factors = total``.

    Attributes
    ----------
    rest : str
        What the other paths bring, "" if there is only one.
    turns : tuple of int
        Which input the path takes at each node, from the result on.
    """

    head: str
    factors: tuple[str, ...]
    total: Number
    rest: str = ""
    turns: tuple[int, ...] = ()


# A float is spelled only when it is shown; an array is summarised at once.
Held: TypeAlias = float | Number


@dataclass(frozen=True, slots=True)
class Pull:
    """What one arrow adds to the gradient of its source in a backward pass.

    Attributes
    ----------
    arrow : int
        Its number among the panel's arrows.
    contribution : float or Number
        Upstream gradient times local gradient, in the shape of the source.
    after : float or Number
        The source's gradient once this has been added to what was there.
    summed : bool
        The source had been broadcast, so the contribution was summed to its shape.
    """

    arrow: int
    contribution: Held
    after: Held
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Tape:
    """A backward pass from the result, in the engine's order.

    Attributes
    ----------
    seed : float or Number
        The gradient of the result.
    pulls : tuple of Pull
    trouble : str
        Why there is no pass.
    definitions : tuple of str
        For each box its operation as one writes it, ``z·Φ(z)``; "" where it has no formula.
    rules : tuple of str
        For each arrow its local gradient as one writes it.
    """

    seed: Held = 1.0
    pulls: tuple[Pull, ...] = ()
    trouble: str = ""
    definitions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bracket:
    """The name of a group beside the boxes that belong to it."""

    name: str
    boxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph. Boxes come oldest first: an arrow's source stands before its target."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    caption: Caption | None = None
    note: str = ""
    tape: Tape = Tape()
    brackets: tuple[Bracket, ...] = ()


def classify(low: float, high: float, size: float, always: bool) -> Effect:
    """Say what a local gradient between `low` and `high`, of typical magnitude `size`, does."""
    if not low <= high:
        return "undefined"
    if low == high == 0:
        return "dead"
    if near(low, 1) and near(high, 1):
        return "always 1" if always else "is 1"
    if near(low, -1) and near(high, -1):
        return "flips"
    return "damps" if size < 1 else "amplifies"


def near(x: float, one: float) -> bool:
    """Whether `x` is 1 or -1 but for rounding."""
    return abs(x - one) <= 1e-12
