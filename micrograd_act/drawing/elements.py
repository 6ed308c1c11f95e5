"""Marks as SVG elements, and the document around them; charts of other rooms share these."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from micrograd_act.drawing.marks import Circle, Group, Mark, Path, Rect, Span, Text
from micrograd_act.drawing.style import FONT, TEXT


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
    kind: str = "",
) -> str:
    """One line of text with its baseline at `y`."""
    return (
        f"<text x='{fixed(x)}' y='{fixed(y)}' font-size='{fixed(size)}'{_weight(bold)}"
        f"{_anchored(anchor)} fill='{fill}'{_class(kind)}>{escape(content)}</text>"
    )


def rect(
    x: float, y: float, w: float, h: float, rx: float, stroke: str, width: float, fill: str
) -> str:
    """Rectangle with round corners."""
    return (
        f"<rect x='{fixed(x)}' y='{fixed(y)}' width='{fixed(w)}' height='{fixed(h)}' "
        f"rx='{fixed(rx)}' fill='{fill}' stroke='{stroke}' stroke-width='{fixed(width)}'/>"
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


def element(mark: Mark) -> str:
    """One mark as SVG text, a line for each element."""
    if isinstance(mark, Group):
        name = f" id='{mark.id}'" if mark.id else ""
        title = f"<title>{escape(mark.title)}</title>" if mark.title else ""
        inside = [element(part) for part in mark.marks]
        return "\n".join([f"<g{name} class='{mark.kind}'>{title}", *inside, "</g>"])
    if isinstance(mark, Text):
        return _line_of_text(mark)
    if isinstance(mark, Rect):
        return rect(
            mark.x, mark.y, mark.wide, mark.tall, mark.round, mark.stroke, mark.width, mark.fill
        )
    if isinstance(mark, Circle):
        faint = f" fill-opacity='{mark.opacity:g}'" if mark.opacity < 1 else ""
        place = f"cx='{fixed(mark.x)}' cy='{fixed(mark.y)}' r='{fixed(mark.radius)}'"
        return f"<circle {place} fill='{mark.fill}'{faint}/>"
    return _path(mark)


def _path(mark: Path) -> str:
    first, *rest = mark.steps
    d = f"M{fixed(first[0])},{fixed(first[1])}"
    for step in rest:
        if len(step) == 2:
            d += f"L{fixed(step[0])},{fixed(step[1])}"
        else:
            a, b, c = (f"{fixed(step[i])},{fixed(step[i + 1])}" for i in (0, 2, 4))
            d += f"C{a} {b} {c}"
    if mark.fill:
        return f"<path d='{d}z' fill='{mark.fill}'/>"
    extra = dashed(mark.dash)
    if mark.opacity < 1:
        extra += f" stroke-opacity='{mark.opacity:g}'"
    if mark.rounded:
        extra += " stroke-linejoin='round' stroke-linecap='round'"
    return line(d, mark.stroke, mark.width, extra)


def _line_of_text(mark: Text) -> str:
    if len(mark.spans) == 1:
        span = mark.spans[0]
        face = (span.content, span.fill, span.size, span.bold)
        return text(mark.x, mark.y, *face, mark.anchor, span.kind)
    inner = " ".join(map(_span, mark.spans))
    return (
        f"<text x='{fixed(mark.x)}' y='{fixed(mark.y)}' font-size='{fixed(TEXT)}'"
        f"{_anchored(mark.anchor)}>{inner}</text>"
    )


def _span(span: Span) -> str:
    return (
        f"<tspan font-size='{fixed(span.size)}' fill='{span.fill}'{_weight(span.bold)}"
        f"{_class(span.kind)}>{escape(span.content)}</tspan>"
    )


def _weight(bold: bool) -> str:
    return " font-weight='700'" if bold else ""


def _class(kind: str) -> str:
    return f" class='{kind}'" if kind else ""


def _anchored(anchor: str) -> str:
    return "" if anchor == "start" else f" text-anchor='{anchor}'"
