"""One box or one arrow as marks, given its place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from micrograd_act.drawing.boxes import VERDICTS, Arrow, Box, Curve
from micrograd_act.drawing.faces import (
    BAR,
    PAD,
    PILL_HEIGHT,
    PLOT,
    RADIUS,
    ROW,
    UNDER,
    Row,
    pill_size,
    pill_text,
    rows,
    sign,
    tooltip,
)
from micrograd_act.drawing.marks import Anchor, Circle, Group, Mark, Path, Rect, Span, Step, Text
from micrograd_act.drawing.routing import ARROW, Point, Spline
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import LABEL, SIGN, TEXT, Theme, stroke

_HALO = 5.0  # ground left free beside a line where it crosses another
_TANGENT = 38.0  # from the point to an end
_STROKE = 6.0  # of the tangent
_RING = 4.0  # of a box that a gradient check found
_STACKED = 6.0
_MARKER = 12.0  # of a highlight, beyond what it marks


def words(
    x: float,
    y: float,
    content: str,
    fill: str,
    size: float = TEXT,
    bold: bool = False,
    anchor: Anchor = "start",
) -> Text:
    """One line of text in one face."""
    return Text(x, y, (Span(content, fill, size, bold),), anchor)


def draw_box(
    box: Box, half: Point, place: Point, theme: Theme, anchor: str, beside: bool = False
) -> Group:
    """Draw a box about its place.

    Parameters
    ----------
    half : (float, float)
        Half the width and half the height of its shape.
    anchor : str
        The id of its group.
    beside : bool
        A plain op has its texts at its right instead of under it.
    """
    marks: list[Mark]
    if box.kind == "omitted":
        marks = _omitted(half, place, theme)
    elif box.kind == "constant":
        marks = _constant(box, half, place, theme)
    elif box.kind == "op":
        marks = _op(box, half, place, theme, beside)
    elif box.kind == "activation":
        marks = _activation(box, half, place, theme)
    elif box.kind == "group":
        marks = _group(box, half, place, theme)
    else:
        marks = _leaf(box, half, place, theme)
    radius = RADIUS if box.kind == "op" else 10.0
    if box.effect in VERDICTS:
        marks.insert(0, _ringed(half, place, radius, theme.lines[box.effect].color, theme.ground))
    return Group(tuple(marks), box.kind, anchor, tooltip(box))


def frame(half: Point, place: Point, radius: float, color: str, width: float, fill: str) -> Rect:
    """The outline of a box."""
    (x, y), (wide, tall) = place, half
    return Rect(x - wide, y - tall, 2 * wide, 2 * tall, radius, color, width, fill)


def mark_box(box: Box, half: Point, place: Point, theme: Theme) -> list[Mark]:
    """What a marker pen leaves around a box that is lit."""
    if not box.lit:
        return []
    grown = half[0] + _MARKER / 2, half[1] + _MARKER / 2
    radius = (RADIUS if box.kind == "op" else 10.0) + _MARKER / 2
    return [frame(grown, place, radius, theme.marker, _MARKER, theme.marker)]


def _ringed(half: Point, place: Point, radius: float, color: str, ground: str) -> Rect:
    grown = half[0] + _RING, half[1] + _RING
    return frame(grown, place, radius + _RING, color, _RING, ground)


def _leaf(box: Box, half: Point, place: Point, theme: Theme) -> list[Mark]:
    left, top = place[0] - half[0], place[1] - half[1]
    is_parameter = box.kind == "parameter"
    color = theme.parameter if is_parameter else theme.soft
    out: list[Mark] = [
        frame(half, place, 8, color, 3.0 if box.result else 2.0, theme.ground),
        Rect(left, top, BAR, 2 * half[1], 4, color, 2, color if is_parameter else theme.ground),
    ]
    for number, row in enumerate(rows(box)):
        y = top + 5 + ROW * (number + 1) - 6
        out += _row(row, left + BAR + 12, left + 2 * half[0] - PAD + 4, y, theme, theme.ink)
    return out


def _constant(box: Box, half: Point, place: Point, theme: Theme) -> list[Mark]:
    out: list[Mark] = [frame(half, place, 6, theme.lines["constant"].color, 1.5, theme.ground)]
    row = rows(box)[0]
    if row.name:
        left, right = place[0] - half[0] + 10, place[0] + half[0] - 10
        return out + _row(row, left, right, place[1] + 8, theme, theme.ink)
    return [*out, words(place[0], place[1] + 8, row.number.text, theme.ink, LABEL, False, "middle")]


def _group(box: Box, half: Point, place: Point, theme: Theme) -> list[Mark]:
    """A stack of sheets: there is more below the first."""
    behind = place[0] + _STACKED, place[1] + _STACKED
    color = theme.ink if box.result else theme.soft
    left, right, top = place[0] - half[0], place[0] + half[0], place[1] - half[1]
    out: list[Mark] = [
        frame(half, behind, 6, color, 2, theme.ground),
        frame(half, place, 6, color, 3 if box.result else 2, theme.ground),
    ]
    for number, row in enumerate(rows(box)):
        y = top + 6 + ROW * (number + 1) - 5
        out += _row(row, left + PAD, right - PAD, y, theme, theme.ink)
    return out


def _omitted(half: Point, place: Point, theme: Theme) -> list[Mark]:
    return [
        frame(half, place, 6, theme.lines["constant"].color, 1.5, theme.ground),
        words(place[0], place[1] + 6, "…", theme.ink, LABEL, True, "middle"),
    ]


def _op(box: Box, half: Point, place: Point, theme: Theme, beside: bool) -> list[Mark]:
    x, y = place
    color = theme.ink if box.result else theme.soft
    figure = sign(box)
    size = SIGN if len(figure) < 3 else LABEL
    out: list[Mark] = [
        frame(half, place, RADIUS, color, 3 if box.result else 2, theme.ground),
        words(x, y + 0.36 * size, figure, theme.ink, size, True, "middle"),
    ]
    lines = rows(box)
    for number, row in enumerate(lines):
        parts = tuple(_parts(row, theme, theme.ink))
        if beside:
            low = y + 8 + UNDER * (number - (len(lines) - 1) / 2)
            out.append(Text(x + half[0] + 8, low, parts))
        else:
            out.append(Text(x, y + half[1] + 24 + UNDER * number, parts, "middle"))
    return out


def _activation(box: Box, half: Point, place: Point, theme: Theme) -> list[Mark]:
    left, top = place[0] - half[0], place[1] - half[1]
    right, tall = place[0] + half[0], 2 * half[1]
    effect = theme.lines[box.effect]
    out: list[Mark] = [frame(half, place, 10, effect.color, 3, theme.ground)]
    lines = rows(box)
    heads = 1 + bool(box.detail) + bool(box.formula)
    for number, row in enumerate(lines):
        y = top + 4 + ROW * (number + 1) - 3
        if number >= heads:
            y = top + tall - 12 - ROW * (len(lines) - 1 - number)
        out += _row(row, left + PAD, right - PAD, y, theme, effect.ink)
    if box.curve is not None:
        plot_top = top + 13 + ROW * heads
        out += _curve(box.curve, place[0] - PLOT[0] / 2, plot_top, effect.color, theme)
    return out


def _row(row: Row, left: float, right: float, y: float, theme: Theme, strong: str) -> list[Mark]:
    """Name and word at the left, number at the right."""
    parts = _parts(row, theme, strong)
    if not row.number.text:
        return [Text(left, y, tuple(parts))]
    out: list[Mark] = [Text(left, y, tuple(parts[:-1]))] if parts[:-1] else []
    return [*out, Text(right, y, tuple(parts[-1:]), "end")]


def _parts(row: Row, theme: Theme, strong: str) -> list[Span]:
    quiet = row.word == "grad"
    bold = row.word == "slope"
    parts = [Span(row.name, theme.ink, LABEL, True)] if row.name else []
    if row.word:
        head = row.strong and not bold
        fill, size = (strong, LABEL) if head else (theme.soft, TEXT)
        parts.append(Span(row.word, fill, size, head))
    fill = strong if bold else theme.soft if quiet else theme.ink
    kind = row.word if quiet or bold else "data"
    return [*parts, Span(row.number.text, fill, TEXT if quiet else LABEL, bold, kind)]


def _curve(curve: Curve, left: float, top: float, color: str, theme: Theme) -> list[Mark]:
    """Axes, function, tangent and points, inside the plot's rectangle."""
    x0, x1, y0, y1 = curve.window
    across, upward = PLOT[0] / (x1 - x0), PLOT[1] / (y1 - y0)

    def at(x: float, y: float) -> Point:
        return left + (x - x0) * across, top + (y1 - y) * upward

    out: list[Mark] = []
    if y0 <= 0 <= y1:
        y = at(0, 0)[1]
        out.append(Path(((left, y), (left + PLOT[0], y)), theme.axis, 1.4))
    if x0 <= 0 <= x1:
        x = at(0, 0)[0]
        out.append(Path(((x, top), (x, top + PLOT[1])), theme.axis, 1.4))
    out += [
        Path(tuple(at(x, y) for x, y in part), theme.ink, 2.6, rounded=True) for part in curve.lines
    ]
    if curve.slope is None or not curve.points:
        return out + [Circle(*at(x, y), 4.5, color, 0.6) for x, y in curve.points]
    x, y = at(*curve.points[0])
    rise = curve.slope * upward / across
    # The plot's frame shortens it; its direction is what is shown.
    lower, upper = (y - top, top + PLOT[1] - y) if rise < 0 else (top + PLOT[1] - y, y - top)
    back = _run(rise, x - left, lower)
    on = _run(rise, left + PLOT[0] - x, upper)
    ends = (x - back, y + back * rise), (x + on, y - on * rise)
    out.append(Path(ends, color, _STROKE, opacity=0.75, rounded=True))
    axis = at(0, 0)[1]
    if y0 <= 0 <= y1 and abs(axis - y) > 8:
        out.append(Path(((x, y), (x, axis)), color, 1.6, "4 4"))
    return [*out, Circle(x, y, 7.5, color)]


def _run(rise: float, across: float, along: float) -> float:
    """How far a tangent goes to one side where so much room is left, its round end included."""
    run = min(_TANGENT / math.hypot(1, rise), across - _STROKE / 2)
    if rise:
        run = min(run, (along - _STROKE / 2) / abs(rise))
    return max(run, 0.0)


def shape_inset(box: Box, across: float, offset: float) -> float:
    """How far inside its widest point a box's outline lies at a port's height.

    `across` is half the side that edges touch, `offset` the port's place on it.
    """
    if box.kind != "op":
        return 0.0
    over = max(abs(offset) - (across - RADIUS), 0.0)
    return RADIUS - math.sqrt(max(RADIUS**2 - over**2, 0.0))


@dataclass(frozen=True, slots=True)
class Course:
    """The line of an arrow up to its head, and the tip, as the picture has them."""

    line: tuple[Step, ...]
    head: tuple[Step, ...]


def course(
    arrow: Arrow, spline: Spline, insets: tuple[float, float], turned: bool = False
) -> Course:
    """Where an edge runs; at its ends it goes on straight into the outlines, `insets` further.

    A spline runs to the right; `turned` draws it downwards.
    """
    start, (tip, level) = spline.points[0], spline.points[-1]
    tip += insets[1]
    steps: list[Step] = [(start[0] - insets[0], start[1])]
    if insets[0] >= 0.05:
        steps.append(start)
    steps += [*bezier(spline, len(spline.points) - 1), (tip - ARROW + 2, level)]
    half = max(8.0, stroke(arrow) * 1.15)
    head = [(tip - ARROW, level - half), (tip, level), (tip - ARROW, level + half)]
    return Course(_turned(steps, turned), _turned(head, turned))


def mark_arrow(arrow: Arrow, way: Course, theme: Theme) -> list[Mark]:
    """What a marker pen leaves under an arrow that is lit."""
    return [Path(way.line, theme.marker, stroke(arrow) + 2 * _MARKER)] if arrow.lit else []


def draw_arrow(arrow: Arrow, way: Course, theme: Theme, anchor: str) -> Group:
    """Draw an edge, apart from those that it crosses."""
    style = theme.lines[arrow.effect]
    width = stroke(arrow)
    ground = theme.marker if arrow.lit else theme.ground
    marks = [
        Path(way.line, ground, width + _HALO),
        Path(way.line, style.color, width, style.dash),
    ]
    if style.double:
        marks.append(Path(way.line, ground, width * 0.35))
    return Group((*marks, Path(way.head, fill=style.color)), "edge", anchor)


def _turned(steps: Sequence[Step], turned: bool) -> tuple[Step, ...]:
    if not turned:
        return tuple(steps)
    return tuple(tuple(step[i + 1 - 2 * (i % 2)] for i in range(len(step))) for step in steps)


def draw_pill(arrow: Arrow, place: Point, theme: Theme) -> list[Mark]:
    """Draw the local gradient on its edge."""
    if arrow.local is None:
        return []
    style = theme.lines[arrow.effect]
    wide, tall = pill_size(arrow)
    x, y = place
    formula = f"{arrow.formula} = " if arrow.formula else ""
    title = plain(f"local gradient {formula}{arrow.local.exact or arrow.local.text}", 300)
    marks = (
        frame((wide / 2, tall / 2), place, PILL_HEIGHT / 2, style.color, 2, theme.ground),
        words(x, y + 7.4, pill_text(arrow), style.ink, TEXT, True, "middle"),
    )
    return [Group(marks, "local", title=title)]


def bezier(spline: Spline, count: int) -> list[Step]:
    """The first `count` points of a spline as lines and curves, after its start."""
    steps: list[Step] = []
    for i in range(count - 1):
        (x0, y0), (x1, y1) = spline.points[i], spline.points[i + 1]
        third = (x1 - x0) / 3
        if abs(y0 - y1) < 0.05:
            steps.append((x1, y1))
            continue
        a, b = y0 + spline.slopes[i] * third, y1 - spline.slopes[i + 1] * third
        steps.append((x0 + third, a, x1 - third, b, x1, y1))
    return steps
