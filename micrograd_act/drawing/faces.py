"""What is written on a box and how large that makes it, in pixels; nothing is placed here."""

from __future__ import annotations

from dataclasses import dataclass

from micrograd_act.drawing.boxes import Arrow, Box, Kind, Number, Panel
from micrograd_act.drawing.layout import Extent
from micrograd_act.drawing.metrics import shorten, text_width
from micrograd_act.drawing.spelling import clip, plain
from micrograd_act.drawing.style import LABEL, SIGN, TEXT

RADIUS = 25.0
PILL_HEIGHT = 31.0
PLOT = (182.0, 112.0)
ROW = 28.0
UNDER = 26.0  # between the lines under a sign
BAR = 10.0
PAD = 14.0
_LONGEST = 220.0  # width of an operation or formula
_LABEL = 290.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a box: a word at the left, a quantity at the right.

    Attributes
    ----------
    name : str
        The user's label, bold; or "" where `word` stands alone.
    word : str
        ``grad``, ``slope``, ``= tanh``.
    strong : bool
        Bold, in the colour of the effect.
    """

    name: str
    word: str
    number: Number
    strong: bool = False


def rows(box: Box) -> list[Row]:
    """The lines of a box, header first; a plain op has them under its sign."""
    longest = 2 * _LONGEST if box.kind == "group" else _LABEL
    name = _name(plain(box.label), longest)
    if box.kind == "omitted":
        return []
    data = [] if box.detail == "" else [Row("", "data", box.value)]
    formula = []
    if box.formula:
        formula = [Row("", shorten(plain(box.formula), TEXT, _LONGEST), Number(""))]
    head = Number(plain(box.detail)) if box.detail else box.value
    if box.kind == "group":
        contents = Row("", shorten(plain(box.detail), TEXT, longest), Number(""))
        grad = [] if box.grad is None else [Row("", "grad", box.grad)]
        return [Row(name, "", Number("")), contents, Row("", "data", box.value), *grad]
    if box.kind == "activation":
        word = shorten(plain(box.op), LABEL, _LONGEST, True)
        found = [Row(name, f"= {word}" if name else word, head, True), *data, *formula]
        if box.local is not None:
            found.append(Row("", "slope", box.local, True))
    elif box.kind == "op":
        found = [*formula, Row(name, "", head), *data]
    else:
        word = "shape" if box.detail else "" if box.kind == "constant" else "data"
        found = [Row(name, "" if name else word, head), *data]
    if box.grad is not None:
        found.append(Row("", "grad", box.grad))
    return found


def _name(text: str, longest: float) -> str:
    """A label; of a parameter's dotted name, ``block1.fc1.weight``, the last part is kept."""
    front, dot, last = text.rpartition(".")
    room = longest - text_width(dot + last, LABEL, True)
    if not dot or " " in text or room < longest / 3 or text_width(text, LABEL, True) <= longest:
        return shorten(text, LABEL, longest, True)
    return shorten(front, LABEL, room, True).removesuffix("…").rstrip(".") + "…" + dot + last


def sign(box: Box) -> str:
    """What stands inside a plain op's circle."""
    figure = plain(box.symbol or box.op, 24)
    return shorten(figure, SIGN if len(figure) < 3 else LABEL, _LONGEST, True)


def row_parts(row: Row) -> tuple[float, float, float]:
    """Widths of a row's name, word and number."""
    head = LABEL if row.name or row.strong else TEXT
    return (
        text_width(row.name, LABEL, True),
        text_width(row.word, head, row.strong),
        text_width(row.number.text, LABEL, row.strong),
    )


def row_width(row: Row, between: float = 18.0) -> float:
    """Width of a row with its parts apart from each other."""
    name, word, figure = row_parts(row)
    return name + word + (8.0 if name and word else 0.0) + figure + (between if name or word else 0)


def extents(panel: Panel, turned: bool = False) -> list[Extent]:
    """Size of every box; leaves of one panel have one width, and so have activations.

    `turned` exchanges width and height, for a graph that runs down.
    """
    entering: dict[str, int] = {}
    for arrow in panel.arrows:
        entering[arrow.target] = entering.get(arrow.target, 0) + 1
    widths = {
        kinds: max((_width(box) for box in panel.boxes if box.kind in kinds), default=0.0)
        for kinds in _FRAMED
    }
    measure = _turned_extent if turned else _extent
    return [measure(box, entering.get(box.id, 0), widths) for box in panel.boxes]


def merge(a: Extent, b: Extent) -> Extent:
    """The size that holds both: twins share their places."""
    return Extent(
        max(a.half, b.half),
        max(a.reach, b.reach),
        max(a.up, b.up),
        max(a.down, b.down),
        min(a.ports, b.ports),
        tuple(
            (max(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]))
            for one, two in zip(a.texts, b.texts, strict=False)
        ),
        a.align_right,
        a.beside,
    )


def pill_text(arrow: Arrow) -> str:
    """The local gradient, after its formula where that says more than the number."""
    if arrow.local is None:
        return ""
    formula = shorten(plain(arrow.formula), TEXT, _LONGEST, True)
    if not formula or formula == arrow.local.text or " if " in formula:
        return arrow.local.text
    return f"{formula} = {arrow.local.text}"


def pill_size(arrow: Arrow) -> tuple[float, float]:
    """Width and height of the pill on an arrow; nothing for an arrow without a number."""
    if arrow.local is None:
        return 0.0, 0.0
    return max(text_width(pill_text(arrow), TEXT, True) + 18.0, PILL_HEIGHT), PILL_HEIGHT


_FRAMED: tuple[frozenset[Kind], ...] = (
    frozenset({"input", "parameter"}),
    frozenset({"activation"}),
    frozenset({"group"}),
)


def _width(box: Box) -> float:
    inside = max(row_width(row) for row in rows(box))
    if box.kind == "group":
        return max(150.0, inside + 2 * PAD)
    if box.kind == "activation":
        return max(PLOT[0] + 28.0, inside + 2 * PAD)
    return max(150.0, BAR + 12.0 + PAD + inside)


def _extent(box: Box, entering: int, widths: dict[frozenset[Kind], float]) -> Extent:
    lines = rows(box)
    if box.kind == "omitted":
        return Extent(24.0, 24.0, 17.0, 17.0, 8.0, align_right=True, beside=True)
    if box.kind == "constant":
        half = max(row_width(lines[0], 8.0) / 2 + 10.0, 20.0)
        return Extent(half, half, 18.0, 18.0, 8.0, align_right=True, beside=True)
    if box.kind in {"input", "parameter"}:
        half, tall = widths[_FRAMED[0]] / 2, 10.0 + ROW * len(lines)
        return Extent(half, half, tall / 2, tall / 2, tall / 2 - 14.0, align_right=True)
    if box.kind == "group":
        half, tall = widths[_FRAMED[2]] / 2, 14.0 + ROW * len(lines)
        return Extent(half, half, tall / 2, tall / 2, tall / 2 - 14.0)
    if box.kind == "activation":
        half = widths[_FRAMED[1]] / 2
        tall = PLOT[1] + 22.0 + ROW * len(lines)
        return Extent(half, half, tall / 2, tall / 2, tall / 2 - 20.0)
    figure = sign(box)
    reach = RADIUS if len(figure) < 3 else text_width(figure, LABEL, True) / 2 + 16.0
    tall = max(RADIUS, 9.0 * (entering - 1) + 16.0)
    texts = tuple(
        (
            row_width(row, 8.0) / 2 + 2.0,
            tall + 6.0 + UNDER * number,
            tall + 4.0 + UNDER * (number + 1),
        )
        for number, row in enumerate(lines)
    )
    half = max(reach, *(text[0] for text in texts))
    return Extent(half, reach, tall, texts[-1][2], tall - 7.0, texts)


def _turned_extent(box: Box, entering: int, widths: dict[frozenset[Kind], float]) -> Extent:
    """A box in a graph that runs down; the texts of a plain op stand at its right."""
    size = _extent(box, entering, widths)
    if box.kind != "op":
        inset = 8.0 if box.kind in {"constant", "omitted"} else 20.0
        return Extent(
            size.up,
            size.up,
            size.half,
            size.half,
            size.half - inset,
            align_right=size.align_right,
            beside=size.beside,
        )
    lines = rows(box)
    reach = max(size.reach, 9.0 * (entering - 1) + 16.0)
    wide = max(row_width(row, 8.0) for row in lines)
    tall = UNDER * len(lines) / 2
    text = (tall, reach + 6.0, reach + 10.0 + wide)
    return Extent(max(RADIUS, tall), RADIUS, reach, text[2], reach - 7.0, (text,))


def tooltip(box: Box) -> str:
    """Everything about a box in words, with all digits."""
    parts = [plain(box.label, 200)] if box.label else []
    if box.op:
        parts.append(plain(box.op))
    if box.detail:
        parts.append(plain(box.detail))
    if box.formula:
        parts.append(plain(box.formula, 200))
    if box.kind != "omitted":
        parts.append(f"data {box.value.exact or box.value.text}")
    if box.local is not None:
        parts.append(f"local gradient {box.local.exact or box.local.text}")
    if box.grad is not None:
        parts.append(f"grad {box.grad.exact or box.grad.text}")
    return clip(", ".join(parts), 1000)
