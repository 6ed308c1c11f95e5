"""Names of groups beside a graph: a bracket along the boxes that belong to each."""

from __future__ import annotations

from dataclasses import dataclass

from micrograd_act.drawing.marks import Mark, Path
from micrograd_act.drawing.metrics import shorten, text_width
from micrograd_act.drawing.placing import Placed
from micrograd_act.drawing.shapes import words
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import TEXT, Theme

_ROW = 44.0  # of brackets above a graph that runs to the right
_TICK = 8.0
_LONGEST = 260.0  # name
_APART = 12.0  # two of one row
_GRAPH = 12.0  # between the brackets and the graph


@dataclass(frozen=True, slots=True)
class Span:
    """A bracket from `low` to `high` in the layout's x; row 0 is next to the graph."""

    name: str
    low: float
    high: float
    row: int


def spans(placed: Placed) -> list[Span]:
    """Where the brackets of a panel are; those that would overlap stand in different rows."""
    index = {box.id: number for number, box in enumerate(placed.panel.boxes)}
    found: list[Span] = []
    ends: list[float] = []  # of each row
    asked = []
    for bracket in placed.panel.brackets:
        numbers = [index[name] for name in bracket.boxes if name in index]
        if numbers:
            reach = [(placed.layout.nodes[n][0], placed.extents[n].reach) for n in numbers]
            low, high = min(x - r for x, r in reach), max(x + r for x, r in reach)
            asked.append((low, high, shorten(plain(bracket.name), TEXT, _LONGEST, True)))
    for low, high, name in sorted(asked):
        start, end = _room(low, high, name, placed.turned)
        row = next((n for n, there in enumerate(ends) if there <= start), len(ends))
        ends[row : row + 1] = [end + _APART]
        found.append(Span(name, low, high, row))
    return found


def _room(low: float, high: float, name: str, turned: bool) -> tuple[float, float]:
    """From where to where a bracket and its name reach."""
    half = (TEXT if turned else text_width(name, TEXT, True)) / 2
    middle = (low + high) / 2
    return min(low, middle - half), max(high, middle + half)


def width(found: list[Span], turned: bool) -> float:
    """The room that brackets take beside the graph."""
    if not found:
        return 0.0
    return _GRAPH + sum(_rows(found, turned))


def _rows(found: list[Span], turned: bool) -> list[float]:
    """How wide each row is, from the graph on."""
    count = 1 + max(span.row for span in found)
    if not turned:
        return [_ROW] * count
    widest = [0.0] * count
    for span in found:
        widest[span.row] = max(widest[span.row], text_width(span.name, TEXT, True))
    return [wide + 2 * _TICK + 12.0 for wide in widest]


def draw_brackets(
    found: list[Span], turned: bool, along: float, across: float, theme: Theme
) -> tuple[list[Mark], float]:
    """Draw brackets whose graph starts at `along` and, beyond their room, at `across`.

    Also says how far the names reach in the direction of the graph.
    """
    marks: list[Mark] = []
    reach = 0.0
    if not found:
        return marks, reach
    rows = _rows(found, turned)
    total = sum(rows)
    for span in found:
        edge = across + total - sum(rows[: span.row])  # the side next to the graph
        low, high = along + span.low, along + span.high
        middle = (low + high) / 2
        ends = [(low, edge), (low, edge - _TICK), (high, edge - _TICK), (high, edge)]
        if turned:
            line = tuple((y, x) for x, y in ends)
            name = words(edge - _TICK - 10, middle + 7, span.name, theme.soft, TEXT, True, "end")
        else:
            line = tuple(ends)
            half = text_width(span.name, TEXT, True) / 2
            middle = max(middle, half + 2)
            name = words(middle, edge - _TICK - 10, span.name, theme.soft, TEXT, True, "middle")
            reach = max(reach, middle + half)
        marks += [Path(line, theme.soft, 2.0), name]
    return marks, reach
