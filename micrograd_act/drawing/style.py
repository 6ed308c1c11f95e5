"""The visual language: colours, line styles and sizes that every writer of pixels shares.

Text keeps a contrast of 7:1 on its ground, lines 3:1. Effects differ in line and width as well as
in colour, so that they hold in grey print and for colour-blind eyes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from micrograd_act.drawing.boxes import Arrow, Effect

FONT = "DejaVu Sans, Verdana, sans-serif"
TEXT = 20.0  # the smallest
LABEL = 22.0
SIGN = 27.0
TOTAL = 25.0


@dataclass(frozen=True, slots=True)
class Line:
    """How an effect is drawn: `color` for lines, `ink` for text."""

    color: str
    ink: str
    dash: str = ""
    double: bool = False
    legend: str = ""
    width: float = 5.0


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours on one ground."""

    ground: str
    ink: str
    soft: str
    axis: str
    parameter: str
    marker: str
    lines: dict[Effect, Line]


LIGHT = Theme(
    ground="#ffffff",
    ink="#111827",
    soft="#334155",
    axis="#94a3b8",
    parameter="#b45309",
    marker="#fde68a",
    lines={
        "always 1": Line("#0f766e", "#115e59", double=True, legend="always 1", width=7.5),
        "is 1": Line("#0f766e", "#115e59", legend="1 here", width=5.0),
        "flips": Line("#6d28d9", "#5b21b6", dash="16 4 4 4", legend="−1", width=5.0),
        "damps": Line("#334155", "#334155", legend="damps", width=2.6),
        "amplifies": Line("#c2410c", "#9a3412", legend="amplifies", width=6.5),
        "dead": Line("#64748b", "#475569", dash="9 7", legend="dead (0)", width=2.2),
        "undefined": Line("#be123c", "#9f1239", dash="2 6", legend="undefined", width=4.0),
        "unknown": Line("#334155", "#334155", width=2.6),
        "constant": Line("#64748b", "#475569", width=1.8),
        "wrong": Line(
            "#be123c", "#9f1239", dash="14 5", legend="wrong: written ≠ measured", width=6.0
        ),
        "unclear": Line("#a16207", "#713f12", dash="3 6", legend="undecided", width=5.0),
    },
)

_DARK_LINES: tuple[tuple[Effect, str, str], ...] = (
    ("always 1", "#2dd4bf", "#5eead4"),
    ("is 1", "#2dd4bf", "#5eead4"),
    ("flips", "#a78bfa", "#c4b5fd"),
    ("damps", "#cbd5e1", "#cbd5e1"),
    ("amplifies", "#fb7a3c", "#fdba74"),
    ("dead", "#94a3b8", "#b6c2d2"),
    ("undefined", "#fb7185", "#fda4af"),
    ("unknown", "#cbd5e1", "#cbd5e1"),
    ("constant", "#94a3b8", "#b6c2d2"),
    ("wrong", "#fb7185", "#fda4af"),
    ("unclear", "#facc15", "#fde047"),
)

DARK = Theme(
    ground="#0f172a",
    ink="#f1f5f9",
    soft="#cbd5e1",
    axis="#64748b",
    parameter="#fbbf24",
    marker="#4d3c0e",
    lines={
        effect: replace(LIGHT.lines[effect], color=color, ink=ink)
        for effect, color, ink in _DARK_LINES
    },
)

THEMES = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is drawn, whatever it shows."""

    theme: str = "light"
    rankdir: str = "LR"

    @property
    def colors(self) -> Theme:
        """The theme by its name."""
        return THEMES[self.theme]

    @property
    def turned(self) -> bool:
        """Whether the graph runs down."""
        return self.rankdir == "TD"


def stroke(arrow: Arrow) -> float:
    """Width of an arrow's line: logarithmic in the local gradient where that is not 0 or ±1."""
    if arrow.effect not in {"damps", "amplifies"}:
        return LIGHT.lines[arrow.effect].width
    if not math.isfinite(arrow.size):
        return 11.0
    return round(min(max(5 + 3.2 * math.log10(max(arrow.size, 1e-9)), 1.6), 11.0), 1)
