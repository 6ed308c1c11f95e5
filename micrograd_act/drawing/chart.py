"""`Chart`: the picture of a ledger or of a split."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from micrograd_act.drawing.bars import Bars, as_text, compose_bars
from micrograd_act.drawing.marks import Scene
from micrograd_act.drawing.picture import Picture


@dataclass(frozen=True, slots=True, repr=False)
class Chart(Picture):
    """A picture of bars.

    Attributes
    ----------
    bars : Bars
        What is drawn, as plain data.
    """

    bars: Bars = field(kw_only=True)

    title: ClassVar[str] = "Gradient by what its paths cross"

    @property
    def dot(self) -> str:
        """Bars are no graph."""
        raise ValueError("dot: bars are no graph that Graphviz draws; save them as .svg")

    def scene(self, prefix: str = "") -> Scene:  # noqa: D102
        return compose_bars(self.bars, self.look)

    def __str__(self) -> str:
        return as_text(self.bars)

    def __repr__(self) -> str:
        return f"<Picture: {len(self.bars.bars)} bars>"
