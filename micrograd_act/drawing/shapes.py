"""One box or one arrow as SVG elements, given its place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from micrograd_act.drawing.boxes import Arrow, Box, Curve
from micrograd_act.drawing.faces import (
    BAR,
    PAD,
    PILL_HEIGHT,
    PLOT,
    RADIUS,
    ROW,
    Row,
    pill_size,
    rows,
    sign,
    tooltip,
)
from micrograd_act.drawing.layout import Extent
from micrograd_act.drawing.routing import ARROW, Point, Spline
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import FONT, LABEL, SIGN, TEXT, Theme, stroke

_HALO = 5.0  # ground left free beside a line where it crosses another
_TANGENT = 38.0  # from the point to an end
_STROKE = 6.0  # of the tangent


def fixed(x: float) -> str:
    """Write a coordinate with at most one decimal."""
    digits = f"{x:.1f}".removesuffix(".0")
    return "0" if digits == "-0" else digits


def text(
    x: float,
    y: float,
    content: str,
    fill: str,
    size: float = TEXT,
    bold: bool = False,
    anchor: str = "start",
) -> str:
    """One line of text with its baseline at `y`."""
    place = "" if anchor == "start" else f" text-anchor='{anchor}'"
    return (
        f"<text x='{fixed(x)}' y='{fixed(y)}' font-size='{fixed(size)}'{_weight(bold)}{place} "
        f"fill='{fill}'>{escape(content)}</text>"
    )


Span = tuple[str, str, float, bool]  # content, fill, size, bold


def spans(x: float, y: float, parts: list[Span], anchor: str) -> str:
    """One line of text in several faces, a space between them."""
    if len(parts) == 1:
        return text(x, y, *parts[0], anchor)
    inner = " ".join(
        f"<tspan font-size='{fixed(size)}' fill='{fill}'{_weight(bold)}>{escape(content)}</tspan>"
        for content, fill, size, bold in parts
    )
    place = "" if anchor == "start" else f" text-anchor='{anchor}'"
    return f"<text x='{fixed(x)}' y='{fixed(y)}' font-size='{fixed(TEXT)}'{place}>{inner}</text>"


def _weight(bold: bool) -> str:
    return " font-weight='700'" if bold else ""


def rect(
    x: float, y: float, w: float, h: float, rx: float, stroke_: str, width: float, fill: str
) -> str:
    """Rectangle with round corners."""
    return (
        f"<rect x='{fixed(x)}' y='{fixed(y)}' width='{fixed(w)}' height='{fixed(h)}' "
        f"rx='{fixed(rx)}' fill='{fill}' stroke='{stroke_}' stroke-width='{fixed(width)}'/>"
    )


def line(path: str, color: str, width: float, extra: str = "") -> str:
    """Open path."""
    return f"<path d='{path}' fill='none' stroke='{color}' stroke-width='{fixed(width)}'{extra}/>"


def dashed(dash: str) -> str:
    """The attribute of a dashed line; "" for a solid one."""
    return f" stroke-dasharray='{dash}'" if dash else ""


def document(
    body: Sequence[str],
    wide: float,
    tall: float,
    ground: str,
    prefix: str,
    title: str,
    summary: str,
) -> str:
    """A whole SVG text; `title` and `summary` are for screen readers, `prefix` is for their ids."""
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {fixed(wide)} {fixed(tall)}' "
        f"width='{fixed(wide)}' height='{fixed(tall)}' font-family='{FONT}' role='img' "
        f"aria-labelledby='{prefix}title {prefix}desc'>"
        f"<title id='{prefix}title'>{escape(title)}</title>"
        f"<desc id='{prefix}desc'>{escape(summary)}</desc>"
        f"<rect width='100%' height='100%' fill='{ground}'/>"
    )
    return head + "\n" + "\n".join(body) + "\n</svg>\n"


def draw_box(box: Box, extent: Extent, place: Point, theme: Theme, anchor: str) -> list[str]:
    """Draw a box about its place; `anchor` is the id of its group."""
    out = [f"<g id='{anchor}' class='{box.kind}'><title>{escape(tooltip(box))}</title>"]
    if box.kind == "omitted":
        out += _omitted(extent, place, theme)
    elif box.kind == "constant":
        out += _constant(box, extent, place, theme)
    elif box.kind == "op":
        out += _op(box, extent, place, theme)
    elif box.kind == "activation":
        out += _activation(box, extent, place, theme)
    else:
        out += _leaf(box, extent, place, theme)
    return [*out, "</g>"]


def _leaf(box: Box, extent: Extent, place: Point, theme: Theme) -> list[str]:
    left, top = place[0] - extent.half, place[1] - extent.up
    tall = extent.up + extent.down
    is_parameter = box.kind == "parameter"
    color = theme.parameter if is_parameter else theme.soft
    width = 3.0 if box.result else 2.0
    out = [
        rect(left, top, 2 * extent.half, tall, 8, color, width, theme.ground),
        rect(left, top, BAR, tall, 4, color, 2, color if is_parameter else theme.ground),
    ]
    for number, row in enumerate(rows(box)):
        y = top + 5 + ROW * (number + 1) - 6
        out += _row(row, left + BAR + 12, left + 2 * extent.half - PAD + 4, y, theme, theme.ink)
    return out


def _constant(box: Box, extent: Extent, place: Point, theme: Theme) -> list[str]:
    left, top = place[0] - extent.half, place[1] - extent.up
    color = theme.lines["constant"].color
    out = [rect(left, top, 2 * extent.half, extent.up + extent.down, 6, color, 1.5, theme.ground)]
    row = rows(box)[0]
    if row.name:
        return out + _row(
            row, left + 10, left + 2 * extent.half - 10, place[1] + 8, theme, theme.ink
        )
    return [*out, text(place[0], place[1] + 8, row.number.text, theme.ink, LABEL, False, "middle")]


def _omitted(extent: Extent, place: Point, theme: Theme) -> list[str]:
    color = theme.lines["constant"].color
    left, top = place[0] - extent.half, place[1] - extent.up
    return [
        rect(left, top, 2 * extent.half, extent.up + extent.down, 6, color, 1.5, theme.ground),
        text(place[0], place[1] + 6, "…", theme.ink, LABEL, True, "middle"),
    ]


def _op(box: Box, extent: Extent, place: Point, theme: Theme) -> list[str]:
    x, y = place
    reach, tall = extent.reach, extent.up
    color = theme.ink if box.result else theme.soft
    figure = sign(box)
    size = SIGN if len(figure) < 3 else LABEL
    out = [
        rect(
            x - reach,
            y - tall,
            2 * reach,
            2 * tall,
            RADIUS,
            color,
            3 if box.result else 2,
            theme.ground,
        ),
        text(x, y + 0.36 * size, figure, theme.ink, size, True, "middle"),
    ]
    for number, row in enumerate(rows(box)):
        out.append(_centred(row, x, y + tall + 24 + 26 * number, theme))
    return out


def _activation(box: Box, extent: Extent, place: Point, theme: Theme) -> list[str]:
    left, top = place[0] - extent.half, place[1] - extent.up
    right = left + 2 * extent.half
    effect = theme.lines[box.effect]
    tall = extent.up + extent.down
    out = [rect(left, top, 2 * extent.half, tall, 10, effect.color, 3, theme.ground)]
    lines = rows(box)
    heads = 2 if box.detail else 1
    for number, row in enumerate(lines):
        y = top + 4 + ROW * (number + 1) - 3
        if number >= heads:
            y = top + tall - 12 - ROW * (len(lines) - 1 - number)
        out += _row(row, left + PAD, right - PAD, y, theme, effect.ink)
    if box.curve is not None:
        plot_top = top + 13 + ROW * heads
        out += _curve(box.curve, place[0] - PLOT[0] / 2, plot_top, effect.color, theme)
    return out


def _row(row: Row, left: float, right: float, y: float, theme: Theme, strong: str) -> list[str]:
    """Name and word at the left, number at the right."""
    out = []
    parts = _parts(row, theme, strong)
    if parts[:-1]:
        out.append(spans(left, y, parts[:-1], "start"))
    out.append(spans(right, y, parts[-1:], "end"))
    return out


def _centred(row: Row, x: float, y: float, theme: Theme) -> str:
    """Name, word and number as one text."""
    return spans(x, y, _parts(row, theme, theme.ink), "middle")


def _parts(row: Row, theme: Theme, strong: str) -> list[Span]:
    quiet = row.word == "grad"
    bold = row.word == "slope"
    parts: list[Span] = [(row.name, theme.ink, LABEL, True)] if row.name else []
    if row.word:
        head = row.strong and not bold
        fill, size = (strong, LABEL) if head else (theme.soft, TEXT)
        parts.append((row.word, fill, size, head))
    fill = strong if bold else theme.soft if quiet else theme.ink
    return [*parts, (row.number.text, fill, TEXT if quiet else LABEL, bold)]


def _curve(curve: Curve, left: float, top: float, color: str, theme: Theme) -> list[str]:
    """Axes, function, tangent and points, inside the plot's rectangle."""
    x0, x1, y0, y1 = curve.window
    across, upward = PLOT[0] / (x1 - x0), PLOT[1] / (y1 - y0)

    def at(x: float, y: float) -> Point:
        return left + (x - x0) * across, top + (y1 - y) * upward

    out = []
    axes = ""
    if y0 <= 0 <= y1:
        axes += f"M{fixed(left)},{fixed(at(0, 0)[1])}h{fixed(PLOT[0])}"
    if x0 <= 0 <= x1:
        axes += f"M{fixed(at(0, 0)[0])},{fixed(top)}v{fixed(PLOT[1])}"
    if axes:
        out.append(line(axes, theme.axis, 1.4))
    for part in curve.lines:
        points = " ".join(f"{fixed(px)},{fixed(py)}" for px, py in (at(x, y) for x, y in part))
        out.append(
            f"<polyline points='{points}' fill='none' stroke='{theme.ink}' stroke-width='2.6' "
            "stroke-linejoin='round' stroke-linecap='round'/>"
        )
    if curve.slope is not None and curve.points:
        x, y = at(*curve.points[0])
        rise = curve.slope * upward / across
        # The plot's frame shortens it; its direction is what is shown.
        lower, upper = (y - top, top + PLOT[1] - y) if rise < 0 else (top + PLOT[1] - y, y - top)
        back = _run(rise, x - left, lower)
        on = _run(rise, left + PLOT[0] - x, upper)
        path = f"M{fixed(x - back)},{fixed(y + back * rise)}"
        path += f"L{fixed(x + on)},{fixed(y - on * rise)}"
        out.append(line(path, color, _STROKE, " stroke-opacity='.75' stroke-linecap='round'"))
        if y0 <= 0 <= y1 and abs(at(0, 0)[1] - y) > 8:
            out.append(
                line(
                    f"M{fixed(x)},{fixed(y)}V{fixed(at(0, 0)[1])}",
                    color,
                    1.6,
                    " stroke-dasharray='4 4'",
                )
            )
        out.append(f"<circle cx='{fixed(x)}' cy='{fixed(y)}' r='7.5' fill='{color}'/>")
    else:
        for px, py in (at(x, y) for x, y in curve.points):
            out.append(
                f"<circle cx='{fixed(px)}' cy='{fixed(py)}' r='4.5' "
                f"fill='{color}' fill-opacity='.6'/>"
            )
    return out


def _run(rise: float, across: float, along: float) -> float:
    """How far a tangent goes to one side where so much room is left, its round end included."""
    run = min(_TANGENT / math.hypot(1, rise), across - _STROKE / 2)
    if rise:
        run = min(run, (along - _STROKE / 2) / abs(rise))
    return max(run, 0.0)


def shape_inset(box: Box, extent: Extent, offset: float) -> float:
    """How far inside its widest point a box's outline lies at a port's height."""
    if box.kind != "op":
        return 0.0
    over = max(abs(offset) - (extent.up - RADIUS), 0.0)
    return RADIUS - math.sqrt(max(RADIUS**2 - over**2, 0.0))


def draw_arrow(
    arrow: Arrow, spline: Spline, insets: tuple[float, float], theme: Theme, anchor: str
) -> list[str]:
    """Draw an edge; at its ends it goes on level into the outlines, `insets` further."""
    style = theme.lines[arrow.effect]
    width = stroke(arrow)
    start, (tip_x, tip_y) = spline.points[0], spline.points[-1]
    tip_x += insets[1]
    path = f"M{fixed(start[0] - insets[0])},{fixed(start[1])}"
    path += f"H{fixed(start[0])}" if insets[0] >= 0.05 else ""
    path += bezier(spline, len(spline.points) - 1) + f"H{fixed(tip_x - ARROW + 2)}"
    out = [f"<g id='{anchor}' class='edge'>"]
    out.append(line(path, theme.ground, width + _HALO))
    out.append(line(path, style.color, width, dashed(style.dash)))
    if style.double:
        out.append(line(path, theme.ground, width * 0.35))
    half = max(8.0, width * 1.15)
    out.append(
        f"<path d='M{fixed(tip_x - ARROW)},{fixed(tip_y - half)}L{fixed(tip_x)},{fixed(tip_y)}"
        f"L{fixed(tip_x - ARROW)},{fixed(tip_y + half)}z' fill='{style.color}'/>"
    )
    return [*out, "</g>"]


def draw_pill(arrow: Arrow, place: Point, theme: Theme) -> list[str]:
    """Draw the local gradient on its edge."""
    if arrow.local is None:
        return []
    style = theme.lines[arrow.effect]
    wide, tall = pill_size(arrow)
    x, y = place
    words = f"local gradient {arrow.local.exact or arrow.local.text}"
    return [
        f"<g class='local'><title>{escape(plain(words, 300))}</title>",
        rect(x - wide / 2, y - tall / 2, wide, tall, PILL_HEIGHT / 2, style.color, 2, theme.ground),
        text(x, y + 7.4, arrow.local.text, style.ink, TEXT, True, "middle"),
        "</g>",
    ]


def bezier(spline: Spline, count: int) -> str:
    """The first `count` points of a spline as path commands, after its start."""
    out = []
    for i in range(count - 1):
        (x0, y0), (x1, y1) = spline.points[i], spline.points[i + 1]
        third = (x1 - x0) / 3
        if abs(y0 - y1) < 0.05:
            out.append(f"H{fixed(x1)}")
            continue
        out.append(
            f"C{fixed(x0 + third)},{fixed(y0 + spline.slopes[i] * third)} "
            f"{fixed(x1 - third)},{fixed(y1 - spline.slopes[i + 1] * third)} "
            f"{fixed(x1)},{fixed(y1)}"
        )
    return "".join(out)
