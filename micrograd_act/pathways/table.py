"""Ledgers and twins laid out as text and as HTML, both from the same lines of cells."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from micrograd_act.pathways.spelling import (
    norm,
    printable,
    spell,
    spell_count,
    spell_paths,
    summary,
    width,
)

if TYPE_CHECKING:
    from micrograd_act.pathways.ledger import Paths
    from micrograd_act.pathways.splitting import Split


class Section(NamedTuple):
    """A heading and lines of cells below it; numbers stand at the right of their columns."""

    heading: str
    lines: Sequence[tuple[str, ...]] = ()
    numeric: bool = False


_LISTED = 10  # paths in a table
_GROUPS = 40  # of a split, or by activations crossed
_NAME = 40  # characters of a name
_LEFT = 'style="text-align:left;white-space:pre-wrap"'
_RIGHT = 'style="text-align:right"'
_WORK = 2_000_000  # edge crossings that a display may cost


def ledger_sections(ledger: Paths) -> list[Section]:
    """What is shown of a ledger: the largest paths, sums by activations crossed, identity."""
    y, x = map(ledger.names.any, (ledger.y, ledger.x))
    heading = f"{spell_paths(ledger.count)} from {y} to {x}, gradient {summary(ledger.gradient)}"
    largest: list[tuple[str, ...]] = []
    if ledger.is_enumerable:
        largest = [(p.equation, p.route, p.note) for p in islice(ledger, _LISTED)]
        if ledger.count > _LISTED:
            largest.append((f"… and {spell_count(ledger.count - _LISTED)} more", "", ""))
        if largest and not ledger.is_scalar:
            heading += "; each path by the norm of its contribution"
    else:
        largest = [(f"more than limit={ledger.limit} paths are not listed",)]
    sections = [Section(heading, largest)]
    if ledger.trouble:
        sections.append(Section(ledger.trouble))
    if ledger.count:
        same = ledger.identity
        share = f"identity: {spell_paths(same.count)}, gradient {summary(same.gradient)}"
        sections += [_crossed(ledger), Section(share)]
    return sections


def _crossed(ledger: Paths) -> Section:
    entries = ledger.crossing.most(ledger.y) + 1
    if entries * sum(map(len, ledger.steps.values())) > _WORK:
        return Section(f"by_activations has {entries:,} entries, too many for this table")
    parts, counts = ledger.parts, ledger.counts_by_activations
    lines: list[tuple[str, ...]] = []
    k = 0
    while k < len(counts) and len(lines) < _GROUPS:
        last = k
        while counts[k] == 0 and last + 1 < len(counts) and counts[last + 1] == 0:
            last += 1  # entries without paths share a line
        hidden = ledger.uncounted if k == 0 else []
        note = f"not affine all the same: {', '.join(hidden)}" if hidden else ""
        name = str(k) if k else "none"
        name = name if last == k else f"{name} … {last}"
        lines.append((name, summary(parts[k]), _size(parts[k]), spell_paths(counts[k]), note))
        k = last + 1
    if k < len(counts):
        lines.append((f"… and {len(counts) - k:,} more", "", "", "", ""))
    return Section(f"by {ledger.crossing.what} crossed", lines)


def _size(c: Any) -> str:
    return "" if isinstance(c, float) else f"norm {spell(norm(c))}"


def split_sections(split: Split) -> list[Section]:
    """What is shown of a split: each group with its gradient and how many paths it has."""
    ledger = split.ledger
    y, x = map(ledger.names.any, (ledger.y, ledger.x))
    lines = [
        (spell_group(group), summary(c), _size(c), spell_paths(split.counts[group]))
        for group, c in islice(split.items(), _GROUPS)
    ]
    if len(split) > _GROUPS:
        lines.append((f"… and {len(split) - _GROUPS:,} more", "", "", ""))
    return [Section(f"gradient of {y} at {x} by what its paths cross", lines)]


def spell_group(group: tuple[Any, ...]) -> str:
    """The values that a group of paths crosses, from the result on."""
    return " ← ".join(shortened(printable(f"{value}")) for value in group) or "none"


def shortened(name: str) -> str:
    """A name as it stands in a table."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def as_text(sections: Iterable[Section]) -> str:
    """Sections below each other, each with aligned columns."""
    out = []
    for section in sections:
        out.append(section.heading)
        out.extend("  " + line for line in _aligned(section))
    return "\n".join(out)


def _aligned(section: Section) -> list[str]:
    widths = [max(map(width, column)) for column in zip(*section.lines, strict=True)]
    aligned = []
    for line in section.lines:
        cells = []
        for k, (cell, w) in enumerate(zip(line, widths, strict=True)):
            if w:
                blank = " " * (w - width(cell))
                cells.append(blank + cell if section.numeric and k else cell + blank)
        aligned.append("  ".join(cells).rstrip())
    return aligned


def never_raising(sections_of: Callable[[Any], Iterable[Section]], shown: Any) -> str:
    """An HTML table of what is shown; where that fails, the reason."""
    try:
        return as_html(sections_of(shown))
    except Exception as error:  # a notebook shows what it can
        return f"<pre>{html.escape(type(shown).__name__)}: {html.escape(str(error))}</pre>"


def as_html(sections: Iterable[Section]) -> str:
    """Each section as an HTML table without its empty columns, every text escaped."""
    return "\n".join(map(_as_html, sections))


def _as_html(section: Section) -> str:
    used = [k for k, cells in enumerate(zip(*section.lines, strict=True)) if any(cells)]
    head = f'<th colspan="{max(len(used), 1)}" {_LEFT}>{html.escape(section.heading)}</th>'
    rows = [f"<tr>{head}</tr>"]
    for line in section.lines:
        inside = "".join(
            f"<td {_RIGHT if section.numeric and k else _LEFT}>{html.escape(line[k])}</td>"
            for k in used
        )
        rows.append(f"<tr>{inside}</tr>")
    return "<table>\n" + "\n".join(rows) + "\n</table>"
