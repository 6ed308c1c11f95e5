"""A picture with question marks in the place of numbers."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from micrograd_act.drawing.boxes import Arrow, Box, Caption, Number, Panel

PARTS = ("data", "grad", "local")
_ASKED = Number("?")


def hidden(panel: Panel, parts: Collection[str]) -> Panel:
    """Hide results' data, gradients or local gradients; given data stay, or nothing can be done.

    What tells a hidden number otherwise goes too: an edge's width and colour, the tangent and the
    point on a curve, the factors of a product.
    """
    if not parts:
        return panel
    caption = None if panel.caption is None else _caption(panel.caption, parts)
    return replace(
        panel,
        boxes=tuple(_box(box, parts) for box in panel.boxes),
        arrows=tuple(_arrow(arrow) for arrow in panel.arrows) if "local" in parts else panel.arrows,
        caption=caption,
    )


def _box(box: Box, parts: Collection[str]) -> Box:
    curve = box.curve
    if "data" in parts and box.op:
        box = replace(box, value=_ASKED)
        curve = curve and replace(curve, points=(), slope=None)
    if "grad" in parts and box.grad is not None:
        box = replace(box, grad=_ASKED)
    if "local" in parts and box.local is not None:
        box = replace(box, local=_ASKED, effect="unknown")
        curve = curve and replace(curve, slope=None)
    return replace(box, curve=curve)


def _arrow(arrow: Arrow) -> Arrow:
    if arrow.local is None:
        return arrow
    return replace(arrow, local=_ASKED, effect="unknown", size=1.0)


def _caption(caption: Caption, parts: Collection[str]) -> Caption:
    if "local" in parts:
        caption = replace(caption, factors=("?",) * len(caption.factors))
    if "grad" in parts:
        rest = re.sub(r"^\+ \S+", "+ ?", caption.rest)
        caption = replace(caption, total=_ASKED, rest=rest)
    return caption
