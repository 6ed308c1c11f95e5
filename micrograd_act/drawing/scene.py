"""A whole picture as marks: panels, captions, notes and the legend."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd_act.drawing import brackets
from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.faces import BAR
from micrograd_act.drawing.marks import Group, Mark, Path, Rect, Scene
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.placing import Placed, place
from micrograd_act.drawing.routing import Point, Spline
from micrograd_act.drawing.shapes import (
    course,
    draw_arrow,
    draw_box,
    draw_pill,
    mark_arrow,
    mark_box,
    shape_inset,
    words,
)
from micrograd_act.drawing.style import TEXT, Look, Theme

MARGIN = 14.0
_BETWEEN = 40.0  # panels
_SAMPLE = 46.0  # width of a line in the legend


def compose(
    panels: Sequence[Panel], look: Look, prefix: str = "", like: Sequence[Panel] = ()
) -> Scene:
    """Draw panels across the direction in which they run.

    Boxes of one id stand at the same place in each.

    Parameters
    ----------
    prefix : str
        Every id starts with it, so that several pictures can stand in one page.
    like : sequence of Panel
        As many panels for which room is left, so that pictures of one graph cover each other.
    """
    theme = look.colors
    marks: list[Mark] = []
    left, top, wide, bottom = MARGIN, MARGIN, 2 * MARGIN, MARGIN
    placed = place([*panels, *like], look.turned)
    for number in range(len(panels)):
        name = f"{prefix}p{number}" if len(panels) > 1 else prefix
        alike = placed[number :: len(panels)]
        lift = max(map(_lift, placed if look.turned else alike))
        ends = [_draw_panel(marks, alike[0], left, top, lift, theme, name)]
        ends += [_draw_panel([], other, left, top, lift, theme, name) for other in alike[1:]]
        right, tall = (max(sizes) for sizes in zip(*ends, strict=True))
        wide, bottom = max(wide, right + MARGIN), max(bottom, top + tall)
        if look.turned:
            left = right + _BETWEEN
        else:
            top = bottom + _BETWEEN
    wide, bottom = _draw_legend(marks, [*panels, *like], wide, bottom, theme)
    return Scene(tuple(marks), wide, bottom + MARGIN, theme.ground)


def _caption_place(placed: Placed) -> tuple[float, float, float]:
    """The middle of the result, the caption's height, and how much of it is above that middle."""
    panel = placed.panel
    result = next((n for n, box in enumerate(panel.boxes) if box.result), len(panel.boxes) - 1)
    tall = sum(size + 12 for _, size, _ in placed.caption)
    # In a graph that runs down, what leads to the result would stand beside the caption's top.
    head = placed.extents[result].half if placed.turned else tall / 2
    return placed.layout.nodes[result][not placed.turned], tall, head


def _lift(placed: Placed) -> float:
    """The extra room above where a caption is taller than what stands beside it."""
    middle, _, head = _caption_place(placed)
    return max(0.0, head - middle)


def _draw_panel(
    marks: list[Mark],
    placed: Placed,
    left: float,
    top: float,
    lift: float,
    theme: Theme,
    name: str,
) -> tuple[float, float]:
    """Append one panel; return its right end and its height."""
    layout, panel, turned = placed.layout, placed.panel, placed.turned
    index = {box.id: number for number, box in enumerate(panel.boxes)}
    result = next((n for n, box in enumerate(panel.boxes) if box.result), len(panel.boxes) - 1)
    lines = placed.caption
    middle, caption_tall, head = _caption_place(placed)
    named = brackets.spans(placed)
    room = brackets.width(named, turned)
    along, across = (top + lift, left) if turned else (left, top)
    aside, below = (along, across + room) if turned else (along, across + lift + room)

    def shift(point: Point) -> Point:
        return point[0] + aside, point[1] + below

    def at(point: Point) -> Point:
        x, y = shift(point)
        return (y, x) if turned else (x, y)

    under: list[Mark] = []  # what a marker pen leaves stands below all lines
    over: list[Mark] = []
    for number, arrow in enumerate(panel.arrows):
        route = layout.routes[number]
        spline = Spline(tuple(shift(point) for point in route.line.points), route.line.slopes)
        a, b = index[arrow.source], index[arrow.target]
        leave = route.line.points[0][1] - layout.nodes[a][1]
        enter = route.line.points[-1][1] - layout.nodes[b][1]
        insets = (
            shape_inset(panel.boxes[a], placed.extents[a].up, leave),
            shape_inset(panel.boxes[b], placed.extents[b].up, enter),
        )
        way = course(arrow, spline, insets, turned)
        under += mark_arrow(arrow, way, theme)
        over.append(draw_arrow(arrow, way, theme, f"{name}e{number}"))
    for number, box in enumerate(panel.boxes):
        size = placed.extents[number]
        half = (size.up, size.reach) if turned else (size.reach, size.up)
        centre = at(layout.nodes[number])
        under += mark_box(box, half, centre, theme)
        over.append(draw_box(box, half, centre, theme, f"{name}{box.id}", turned))
    marks += [*under, *over]
    for number, arrow in enumerate(panel.arrows):
        marks += draw_pill(arrow, at(layout.routes[number].pill), theme)
    titles, named_right = brackets.draw_brackets(named, turned, along, across, theme)
    marks += titles
    wide, high = (layout.height + room, layout.width) if turned else (layout.width, layout.height)
    right = max(wide + left, named_right)
    top += 0.0 if turned else room
    if lines:
        size = placed.extents[result]
        x = at(layout.nodes[result])[0] + (size.down if turned else size.half) + 22
        y = top + lift + middle - head
        product: list[Mark] = []
        for content, height, bold in lines:
            y += height
            product.append(words(x, y, content, theme.ink if bold else theme.soft, height, bold))
            y += 12
            right = max(right, x + text_width(content, height, bold))
        marks.append(Group(tuple(product), "caption"))
    tall = max(lift + high, lift + middle + caption_tall - head)
    if panel.note:
        tall += 34
        marks.append(words(left, top + tall - 6, panel.note, theme.soft))
        right = max(right, left + text_width(panel.note, TEXT))
    return right, tall + (0.0 if turned else room)


def _draw_legend(
    marks: list[Mark], panels: Sequence[Panel], wide: float, y: float, theme: Theme
) -> tuple[float, float]:
    """Append what occurs of effects and roles, in rows; return the picture's width and height."""
    effects = {a.effect for panel in panels for a in panel.arrows if a.local is not None}
    kinds = {box.kind for panel in panels for box in panel.boxes}
    entries = [(s.legend, s) for e, s in theme.lines.items() if e in effects and s.legend]
    roles = [k for k in ("input", "parameter") if {"input", "parameter"} <= kinds and k in kinds]
    if not entries and not roles:
        return wide, y
    x = MARGIN
    y += 40
    for legend, style in [*entries, *((role, None) for role in roles)]:
        sample = _SAMPLE if style else BAR
        needed = sample + 10 + text_width(legend, TEXT) + 34
        wide = max(wide, MARGIN + needed)
        if x > MARGIN and x + needed - 34 > wide - MARGIN:
            x = MARGIN
            y += 34
        if style is None:
            color = theme.parameter if legend == "parameter" else theme.soft
            fill = color if legend == "parameter" else theme.ground
            marks.append(Rect(x, y - 19, BAR, 24, 4, color, 2, fill))
        else:
            line = ((x, y - 7), (x + sample, y - 7))
            marks.append(Path(line, style.color, style.width, style.dash))
            if style.double:
                marks.append(Path(line, theme.ground, style.width * 0.35))
        marks.append(words(x + sample + 10, y, legend, theme.soft))
        x += needed
    return wide, y + 6
