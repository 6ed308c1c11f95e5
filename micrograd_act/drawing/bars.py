"""A gradient by what its paths cross, as bars: rows for a few groups, columns for many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice

from micrograd_act.drawing.marks import Group, Mark, Path, Rect, Scene
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.shapes import words
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import LABEL, TEXT, Look, Theme
from micrograd_act.pathways.ledger import Paths
from micrograd_act.pathways.spelling import norm, spell, spell_paths, width
from micrograd_act.pathways.splitting import Split
from micrograd_act.pathways.table import spell_group

_MARGIN = 16.0
_ROW = 38.0
_THICK = 22.0
_LONG = 400.0  # the longest bar
_WIDE, _HIGH = 720.0, 280.0  # columns
_ROWS = 14  # more groups of a ledger are columns
_COLUMNS = 1000
_GROUPS = 40  # of a split; more would not be read
_BLOCKS = 30  # the longest bar of a terminal


@dataclass(frozen=True, slots=True)
class Bar:
    """One group: its contribution, a number or the norm of an array, and how many paths it has."""

    label: str
    size: float
    paths: str
    first: bool = False  # crosses nothing that counts

    @property
    def text(self) -> str:
        """The number."""
        return spell(self.size)


@dataclass(frozen=True, slots=True)
class Bars:
    """All groups below a title; `axis` says what is counted, "" for groups without an order."""

    title: str
    bars: tuple[Bar, ...]
    axis: str = ""
    notes: tuple[str, ...] = ()

    @property
    def extremes(self) -> tuple[float, float]:
        """The ends of the scale; 0 is in it."""
        sizes = [bar.size for bar in self.bars if math.isfinite(bar.size)]
        return min([0.0, *sizes]), max([0.0, *sizes])


def read_ledger(ledger: Paths) -> Bars:
    """A ledger by activations crossed.

    Raises
    ------
    ValueError
        If a path crosses more activations than there is room for columns.
    """
    most = ledger.crossing.most(ledger.y)
    if most > _COLUMNS:
        raise ValueError(
            f"draw: the paths of this ledger cross up to {most:,} activations, too many to draw "
            f"(at most {_COLUMNS:,}); plot by_activations yourself"
        )
    counts = ledger.counts_by_activations
    found = ledger.parts
    names = map(str, range(1, len(found)))
    bars = [
        Bar(label, _size(c), spell_paths(n), first=not k)
        for k, (label, c, n) in enumerate(zip(["none", *names], found, counts, strict=True))
    ]
    axis = f"{ledger.crossing.what} crossed"
    notes = _notes(ledger)
    if ledger.uncounted:
        notes += (f"crossing none, but not affine: {', '.join(ledger.uncounted)}",)
    return Bars(f"{_subject(ledger)}, by {axis}", tuple(bars), axis, notes)


def read_split(split: Split) -> Bars:
    """A split, group by group."""
    if not split:
        return Bars(_title(split), (Bar("none", 0.0, spell_paths(0), first=True),))
    bars = [
        Bar(plain(spell_group(group), 60), _size(c), spell_paths(split.counts[group]), not group)
        for group, c in islice(split.items(), _GROUPS)
    ]
    notes = _notes(split.ledger)
    if len(split) > _GROUPS:
        notes = (f"{len(split) - _GROUPS:,} more groups are not drawn", *notes)
    return Bars(_title(split), tuple(bars), notes=notes)


def _title(split: Split) -> str:
    return f"{_subject(split.ledger)}, by what its paths cross"


def _size(c: object) -> float:
    return c if isinstance(c, float) else norm(c)


def _subject(ledger: Paths) -> str:
    y, x = (plain(ledger.names.any(node), 24) for node in (ledger.y, ledger.x))
    return f"gradient of {y} at {x}"


def _notes(ledger: Paths) -> tuple[str, ...]:
    arrays = ("Euclidean norms, which do not add up",) if ledger.x.ndim else ()
    return (*arrays, ledger.trouble) if ledger.trouble else arrays


def as_text(chart: Bars) -> str:
    """The bars for a terminal."""
    low, high = chart.extremes
    unit = _BLOCKS / (high - low) if high > low else 0.0
    zero = round(-low * unit)
    rows = []
    for bar in chart.bars:
        length = round(bar.size * unit) if math.isfinite(bar.size) else 0
        drawn = " " * (zero + min(length, 0)) + "█" * abs(length)
        rows.append((bar.label, drawn + ("▏" if not length else ""), bar.text, bar.paths))
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = [chart.title]
    for cells in rows:
        padded = [cell + " " * (w - width(cell)) for cell, w in zip(cells, widths, strict=True)]
        lines.append(f"  {'  '.join(padded)}".rstrip())
    return "\n".join([*lines, *chart.notes])


def compose_bars(chart: Bars, look: Look) -> Scene:
    """The bars as marks."""
    theme = look.colors
    marks: list[Mark] = [words(_MARGIN, _MARGIN + LABEL, chart.title, theme.ink, LABEL, True)]
    top = _MARGIN + LABEL + 22
    as_columns = chart.axis and len(chart.bars) > _ROWS
    draw = _columns if as_columns else _rows
    right, y = draw(marks, chart, top, theme)
    for note in chart.notes:
        y += 30
        marks.append(words(_MARGIN, y, note, theme.soft))
    texts = [text_width(note, TEXT) for note in chart.notes]
    wide = max(
        [right, _MARGIN + text_width(chart.title, LABEL, True), *map(_MARGIN.__add__, texts)]
    )
    return Scene(tuple(marks), wide + _MARGIN, y + _MARGIN, theme.ground)


def _rows(marks: list[Mark], chart: Bars, y: float, theme: Theme) -> tuple[float, float]:
    """Append a line for each bar; return the right end and the lower one."""
    low, high = chart.extremes
    unit = _LONG / (high - low) if high > low else 0.0
    left = _MARGIN + max(text_width(bar.label, TEXT) for bar in chart.bars) + 14
    zero = left - low * unit
    numbers = left + _LONG + 16
    counts = numbers + max(text_width(bar.text, TEXT, True) for bar in chart.bars) + 24
    top = y
    for bar in chart.bars:
        base = y + _ROW / 2 + 7
        color, ink = _colors(bar, theme)
        part: list[Mark] = [words(left - 14, base, bar.label, theme.ink, anchor="end")]
        if math.isfinite(bar.size) and bar.size:
            long = max(abs(bar.size * unit), 1.0)
            x = zero - long * (bar.size < 0)
            part.append(_filled(x, y + (_ROW - _THICK) / 2, long, _THICK, color))
        part.append(words(numbers, base, bar.text, ink, bold=True))
        part.append(words(counts, base, bar.paths, theme.soft))
        marks.append(Group(tuple(part), "bar", title=_tooltip(bar, chart.axis)))
        y += _ROW
    marks.append(Path(((zero, top), (zero, y)), theme.axis, 2))
    return counts + max(text_width(bar.paths, TEXT) for bar in chart.bars), y


def _columns(marks: list[Mark], chart: Bars, y: float, theme: Theme) -> tuple[float, float]:
    """Append a column for each bar, with an axis of numbers; return the right and lower end."""
    low, high = chart.extremes
    unit = _HIGH / (high - low) if high > low else 0.0
    zero = y + high * unit
    ends = [(high, y)] if low == 0 else [(high, y), (low, y + _HIGH)]
    ends = [(value, place) for value, place in ends if value]
    scale = [*ends, (0.0, zero)]
    left = _MARGIN + max(text_width(spell(value), TEXT) for value, _ in scale) + 12
    step = max(2.0, _WIDE / len(chart.bars))
    right = left + step * len(chart.bars)
    for value, level in scale:
        marks.append(Path(((left - 5, level), (right, level)), theme.axis, 2 if not value else 1))
        marks.append(words(left - 12, level + 7, spell(value), theme.soft, anchor="end"))
    bottom = y + _HIGH
    every = _step(len(chart.bars))
    end = right
    for k, bar in enumerate(chart.bars):
        x = left + k * step
        color, ink = _colors(bar, theme)
        if not math.isfinite(bar.size):
            part: Mark = words(x + step / 2, zero - 8, bar.text, ink, bold=True, anchor="middle")
        else:
            length = bar.size * unit
            tall = max(abs(length), 1.0 if bar.size else 0.0)
            gap = min(step / 5, 3.0)
            part = _filled(x + gap / 2, zero - tall * (length > 0), step - gap, tall, color)
        marks.append(Group((part,), "bar", title=_tooltip(bar, chart.axis)))
        if k % every == 0:
            marks.append(words(x + step / 2, bottom + 28, str(k), theme.soft, anchor="middle"))
            end = max(end, x + step / 2 + text_width(str(k), TEXT) / 2)
    place = (left + right) / 2
    marks.append(words(place, bottom + 60, chart.axis, theme.ink, anchor="middle"))
    return end, bottom + 66


def _filled(x: float, y: float, wide: float, tall: float, color: str) -> Rect:
    return Rect(x, y, wide, tall, 0, color, 0, color)


def _colors(bar: Bar, theme: Theme) -> tuple[str, str]:
    """Of the bar and of its number."""
    if not math.isfinite(bar.size):
        style = theme.lines["undefined"]
        return style.color, style.ink
    return (theme.lines["always 1"].color if bar.first else theme.soft), theme.ink


def _tooltip(bar: Bar, axis: str) -> str:
    crossed = f"{bar.label} {axis}" if axis else bar.label
    return plain(f"{crossed}: {bar.size!r}, {bar.paths}", 300)


def _step(n: int) -> int:
    """How far apart numbers stand on an axis from 0 to n: 1, 2 or 5 times a power of ten."""
    return next(m for e in (1, 10, 100, 1000) for m in (e, 2 * e, 5 * e) if n <= 14 * m)
