"""The picture as SVG text: self-contained, without scripts or fonts, the same bytes every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from micrograd_act.drawing.boxes import Caption, Effect, Panel
from micrograd_act.drawing.faces import extents, merge, pill_size
from micrograd_act.drawing.layout import Extent, Joint, Layout, arrange
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.routing import Point, Spline
from micrograd_act.drawing.shapes import (
    dashed,
    document,
    draw_arrow,
    draw_box,
    draw_pill,
    fixed,
    line,
    shape_inset,
    text,
)
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import LABEL, LIGHT, TEXT, TOTAL, Theme

MARGIN = 14.0
_BETWEEN = 40.0  # panels
_CAPTION = 320.0  # width at which a product is broken


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel with the sizes and places of its boxes."""

    panel: Panel
    extents: tuple[Extent, ...]
    layout: Layout
    caption: tuple[tuple[str, float, bool], ...]


def place(panels: Sequence[Panel]) -> list[Placed]:
    """Lay out panels; those with the same boxes and arrows share places and sizes."""
    sizes = [extents(panel) for panel in panels]
    pills = [[pill_size(arrow) for arrow in panel.arrows] for panel in panels]
    shapes = [
        ([box.id for box in panel.boxes], [(a.source, a.target) for a in panel.arrows])
        for panel in panels
    ]
    if all(shape == shapes[0] for shape in shapes[1:]):
        for other in range(1, len(panels)):
            sizes[0] = [merge(a, b) for a, b in zip(sizes[0], sizes[other], strict=True)]
            pills[0] = [max(a, b) for a, b in zip(pills[0], pills[other], strict=True)]
        sizes = [sizes[0]] * len(panels)
        pills = [pills[0]] * len(panels)
    placed = []
    for panel, size, pill in zip(panels, sizes, pills, strict=True):
        index = {box.id: number for number, box in enumerate(panel.boxes)}
        joints = [
            Joint(index[arrow.source], index[arrow.target], extent, straight)
            for arrow, extent, straight in zip(panel.arrows, pill, trunks(panel), strict=True)
        ]
        layout = arrange(size, joints)
        placed.append(Placed(panel, tuple(size), layout, _caption_lines(panel.caption)))
    return placed


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


def render(
    panels: Sequence[Panel], summary: str = "", prefix: str = "", theme: Theme = LIGHT
) -> str:
    """Draw panels below each other; boxes of one id stand at the same place in each.

    Every id starts with `prefix`, so that several pictures can stand in one page.
    """
    body: list[str] = []
    y, wide = MARGIN, 2 * MARGIN
    for number, placed in enumerate(place(panels)):
        if number:
            y += _BETWEEN
        mark = f"{prefix}p{number}" if len(panels) > 1 else prefix
        right, tall = _draw_panel(body, placed, y, theme, mark)
        wide = max(wide, right + MARGIN)
        y += tall
    present = {a.effect for panel in panels for a in panel.arrows if a.local is not None}
    wide, y = _draw_legend(body, present, wide, y, theme)
    words = "\n".join(plain(row, 400) for row in summary.splitlines())
    return document(body, wide, y + MARGIN, theme.ground, prefix, "Computational graph", words)


def _draw_panel(
    body: list[str], placed: Placed, top: float, theme: Theme, mark: str
) -> tuple[float, float]:
    """Append one panel; return its right end and its height."""
    layout, panel = placed.layout, placed.panel
    index = {box.id: number for number, box in enumerate(panel.boxes)}
    result = next((n for n, box in enumerate(panel.boxes) if box.result), len(panel.boxes) - 1)
    lines = placed.caption
    caption_tall = sum(size + 12 for _, size, _ in lines)
    middle = layout.nodes[result][1]
    # The extra room above where a caption is taller than what stands beside it.
    lift = max(0.0, caption_tall / 2 - middle)

    def shift(point: Point) -> Point:
        return point[0] + MARGIN, point[1] + top + lift

    for number, arrow in enumerate(panel.arrows):
        route = layout.routes[number]
        spline = Spline(tuple(shift(point) for point in route.line.points), route.line.slopes)
        a, b = index[arrow.source], index[arrow.target]
        leave = route.line.points[0][1] - layout.nodes[a][1]
        enter = route.line.points[-1][1] - layout.nodes[b][1]
        insets = (
            shape_inset(panel.boxes[a], placed.extents[a], leave),
            shape_inset(panel.boxes[b], placed.extents[b], enter),
        )
        body += draw_arrow(arrow, spline, insets, theme, f"{mark}e{number}")
    for number, box in enumerate(panel.boxes):
        body += draw_box(
            box, placed.extents[number], shift(layout.nodes[number]), theme, f"{mark}{box.id}"
        )
    for number, arrow in enumerate(panel.arrows):
        route = layout.routes[number]
        body += draw_pill(arrow, shift(route.pill), theme)
    right = layout.width + MARGIN
    if lines:
        x = layout.nodes[result][0] + placed.extents[result].half + MARGIN + 22
        y = top + lift + middle - caption_tall / 2
        for content, size, bold in lines:
            y += size
            body.append(text(x, y, content, theme.ink if bold else theme.soft, size, bold))
            y += 12
            right = max(right, x + text_width(content, size, bold))
    tall = max(lift + layout.height, lift + middle + caption_tall / 2)
    if panel.note:
        tall += 34
        body.append(text(MARGIN, top + tall - 6, panel.note, theme.soft))
        right = max(right, MARGIN + text_width(panel.note, TEXT))
    return right, tall


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


def _draw_legend(
    body: list[str], present: set[Effect], wide: float, y: float, theme: Theme
) -> tuple[float, float]:
    """Append the effects that occur, broken into rows; return the picture's width and height."""
    shown = [s for effect, s in theme.lines.items() if effect in present and s.legend]
    if not shown:
        return wide, y
    x = MARGIN
    y += 40
    for style in shown:
        needed = 56 + text_width(style.legend, TEXT) + 34
        wide = max(wide, MARGIN + needed)
        if x > MARGIN and x + needed - 34 > wide - MARGIN:
            x = MARGIN
            y += 34
        path = f"M{fixed(x)},{fixed(y - 7)}h46"
        body.append(line(path, style.color, style.width, dashed(style.dash)))
        if style.double:
            body.append(line(path, theme.ground, style.width * 0.35))
        body.append(text(x + 56, y, style.legend, theme.soft))
        x += needed
    return wide, y + 6
