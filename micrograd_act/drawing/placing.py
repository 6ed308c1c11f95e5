"""Panels with places: the layout of their boxes, and the lines of their captions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from micrograd_act.drawing.boxes import Arrow, Caption, Panel
from micrograd_act.drawing.faces import extents, merge, pill_size
from micrograd_act.drawing.layout import Extent, Joint, Layout, arrange
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import LABEL, LIGHT, TEXT, TOTAL

_DASHES = 32.0
_CAPTION = 320.0  # width at which a product is broken


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel with the sizes and places of its boxes.

    Attributes
    ----------
    turned : bool
        The layout's x runs down the picture, and its y to the right.
    caption : tuple of (str, float, bool)
        Lines of text, their sizes, and whether they are bold.
    """

    panel: Panel
    extents: tuple[Extent, ...]
    layout: Layout
    turned: bool
    caption: tuple[tuple[str, float, bool], ...]


def place(panels: Sequence[Panel], turned: bool = False) -> list[Placed]:
    """Lay out panels; those with the same boxes and arrows share places and sizes."""
    sizes = [extents(panel, turned) for panel in panels]
    pills = [[_slot(arrow, turned) for arrow in panel.arrows] for panel in panels]
    shapes = [
        ([box.id for box in panel.boxes], [(a.source, a.target) for a in panel.arrows])
        for panel in panels
    ]
    levels = [trunks(panel) for panel in panels]
    alike = all(shape == shapes[0] for shape in shapes[1:])
    if alike:
        for other in range(1, len(panels)):
            sizes[0] = [merge(a, b) for a, b in zip(sizes[0], sizes[other], strict=True)]
            pills[0] = [
                (max(a[0], b[0]), max(a[1], b[1]))
                for a, b in zip(pills[0], pills[other], strict=True)
            ]
            levels[0] = [max(a, b) for a, b in zip(levels[0], levels[other], strict=True)]
    placed: list[Placed] = []
    for number, panel in enumerate(panels):
        if alike and number:
            size, layout = placed[0].extents, placed[0].layout
        else:
            size = tuple(sizes[number])
            index = {box.id: place for place, box in enumerate(panel.boxes)}
            joints = [
                Joint(index[arrow.source], index[arrow.target], extent, level)
                for arrow, extent, level in zip(
                    panel.arrows, pills[number], levels[number], strict=True
                )
            ]
            layout = arrange(size, joints)
        placed.append(Placed(panel, size, layout, turned, _caption_lines(panel.caption)))
    return placed


def _slot(arrow: Arrow, turned: bool) -> tuple[float, float]:
    """The room for a pill in the layout's directions; a dashed line shows its dashes beside it."""
    wide, tall = pill_size(arrow)
    along, across = (tall, wide) if turned else (wide, tall)
    return along + (_DASHES if LIGHT.lines[arrow.effect].dash and along else 0.0), across


def trunks(panel: Panel) -> list[int]:
    """How much each arrow wants to be level: 2 for a skip, 1 for the one input that is no leaf.

    So the identity path of a residual net is one line, and the leaves of a deep net hang on it.
    """
    inner = {arrow.target for arrow in panel.arrows}
    users = Counter(arrow.source for arrow in panel.arrows)
    results = Counter(arrow.target for arrow in panel.arrows if arrow.source in inner)
    levels = []
    for arrow in panel.arrows:
        only = arrow.source in inner and results[arrow.target] == 1
        skip = arrow.effect == "always 1" and users[arrow.source] > 1
        levels.append(1 if only else 2 if skip else 0)
    return levels


def _caption_lines(caption: Caption | None) -> tuple[tuple[str, float, bool], ...]:
    """Break a product into lines of text: (text, size, bold)."""
    if caption is None:
        return ()
    lines: list[tuple[str, float, bool]] = [(plain(caption.head), LABEL, False)]
    if len(caption.factors) > 1 or caption.rest:
        current = caption.factors[0]
        for factor in caption.factors[1:]:
            longer = f"{current} · {factor}"
            if text_width(longer, LABEL, True) > _CAPTION:
                lines.append((current, LABEL, True))
                current = f"· {factor}"
            else:
                current = longer
        lines.append((current, LABEL, True))
    if caption.rest:
        lines.append((caption.rest, TEXT, False))
    lines.append((f"= {caption.total.text}", TOTAL, True))
    return tuple(lines)
