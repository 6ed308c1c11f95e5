"""All activations in one table: in a terminal, as Markdown, as a page to sort."""

from __future__ import annotations

import os
from functools import cached_property
from html import escape
from pathlib import Path
from typing import NamedTuple

from micrograd_act.catalogue import pages
from micrograd_act.catalogue.cards import Card, card
from micrograd_act.catalogue.costs import recorded
from micrograd_act.catalogue.intervals import places
from micrograd_act.catalogue.measuring import Measured
from micrograd_act.catalogue.poster import sheet, sparkline
from micrograd_act.catalogue.wording import bracketed, fine, smoothness_class
from micrograd_act.drawing.saving import write_whole
from micrograd_act.drawing.spelling import spell
from micrograd_act.graph.custom import example_of
from micrograd_act.namespaces.notation import text
from micrograd_act.ops.op import REGISTRY, Family, load_all


class Cell(NamedTuple):
    """A text, and the number by which it is sorted where it has one."""

    text: str
    number: float | None = None


COLUMNS = (
    *("range", "max |f′|", "slope 0 where", "|f′| < 0.01 where", "class", "mean", "gain", "cost"),
)
_IN_A_TERMINAL = ("range", "max |f′|", "slope 0 where", "class", "gain", "cost")  # 80 columns
LEGEND = (
    "With the defaults of their parameters. mean: of f(z), z standard normal; gain: "
    "1/√E f(z)², times 1/√fan_in the standard deviation of weights that keep the second moment; "
    "cost: time of value and slope, as a multiple of relu's."
)


class Table:
    """Every built-in activation, with the defaults of its parameters.

    It prints, shows itself in a notebook, and is saved as a page whose columns can be sorted and
    that holds all cards.

    Examples
    --------
    >>> from micrograd_act.catalogue import Table
    >>> print(str(Table()).splitlines()[0].split()[0])
    activation
    """

    @cached_property
    def cards(self) -> list[Card]:
        """The cards by name, affine ones first; of gelu also the form with tanh."""
        load_all()
        found = [op for entry in REGISTRY.values() if (op := example_of(entry)) is not None]
        gelu = REGISTRY["gelu"]
        assert isinstance(gelu, Family)
        return sorted(map(card, [*found, gelu.bind(approximate="tanh")]), key=_place)

    def cells(self, shown: Card) -> list[Cell]:
        """A line of the table."""
        m = shown.measured
        if m is None:
            return [Cell("")] * len(COLUMNS)
        tail = m.tails["float64", 1e-2]
        return [
            Cell(bracketed(m.low, m.high), m.low.value),
            Cell(fine(m.lipschitz.value), m.lipschitz.value),
            Cell(places(m.signs.flat)),
            Cell(places([side for side in tail if side is not None])),
            Cell(smoothness_class(shown.op, m)),
            *_of_layers(shown, m),
            Cell("" if (cost := recorded().get(shown.title)) is None else spell(cost), cost),
        ]

    @property
    def html(self) -> str:
        """A page of its own: the table, to sort by any column, and every card."""
        cards = "\n".join(pages.fragment(c, with_style=False) for c in self.cards)
        lead = (
            f'<header class="mga-card mga-table"><h2>Activations</h2><p class="mga-lead">'
            f"{escape(LEGEND)} Click a heading to sort, a name for its card.</p></header>"
        )
        body = f"{lead}\n{self._table(linked=True)}\n<main>\n{cards}\n</main>"
        return pages.document("Activations", body, _RULES, _SCRIPT)

    @property
    def svg(self) -> str:
        """The curves of all, with their slopes, on one sheet."""
        return sheet([(_short(c), c.op, c.measured) for c in self.cards if c.measured is not None])

    @property
    def markdown(self) -> str:
        """What they do, the formulas, and where slopes vanish, as three tables."""
        facts, formulas, gone = [], [], []
        for c in self.cards:
            name = _code(c.title)
            facts.append((name, *(cell.text for cell in self.cells(c))))
            written = ["" if e is None else _code(text(e)) for e in c.formulas]
            if not any(written):
                written[0] = c.summary
            formulas.append((name, *written, c.op.source))
            gone.append((name, *_vanishing(c)))
        return (
            f"{LEGEND}\n\n{_markdown(('activation', *COLUMNS), facts)}\n"
            f"## Formulas\n\nRead from the code that runs; Φ and φ are the distribution and the "
            f"density of a standard normal, σ is the sigmoid.\n\n"
            f"{_markdown(('activation', 'f(x)', 'f′(x)', 'source'), formulas)}\n"
            f"## Where slopes vanish\n\nFrom where on |f′| is below a threshold, and where it is "
            f"exactly 0 in each precision.\n\n{_markdown(('activation', *_VANISHING), gone)}"
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table to a file, whole or not at all.

        Parameters
        ----------
        path : path-like
            The suffix decides: ``.html`` for a page with every card, ``.svg`` for a sheet of
            curves, ``.md``, ``.txt``.

        Raises
        ------
        ValueError
            If the suffix is not known.
        FileNotFoundError
            If the folder does not exist.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        contents = {".html": _html, ".svg": _svg, ".md": _page, ".txt": _text}
        make = contents.get(suffix)
        if make is None:
            known = ".html, .svg, .md and .txt"
            raise ValueError(f"save: cannot write {target.name!r}; the known suffixes are {known}")
        write_whole(target, make(self).encode("utf-8"))
        return target

    def __str__(self) -> str:
        lines: list[tuple[str, ...]] = [("activation", *_IN_A_TERMINAL)]
        for c in self.cards:
            cells = dict(zip(COLUMNS, self.cells(c), strict=True))
            lines.append((_short(c), *(cells[name].text for name in _IN_A_TERMINAL)))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def __repr__(self) -> str:
        return f"<Table: {len(self.cards)} activations>"

    def _repr_html_(self) -> str:
        try:
            return f"<style>{pages.style()}{_RULES}</style>{self._table(linked=False)}"
        except Exception as error:  # a display method never raises
            return f"<pre>Table: {type(error).__name__}</pre>"

    def _table(self, linked: bool) -> str:
        heading = _sorting if linked else _heading
        head = heading("activation") + _heading("f") + "".join(map(heading, COLUMNS))
        lines = []
        for c in self.cards:
            name = escape(_short(c))  # a notebook is narrow
            if linked:
                name = f'<a href="#{escape(pages.anchor(c))}">{escape(c.title)}</a>'
            small = "" if c.measured is None else sparkline(c.op, c.measured)
            cells = "".join(map(_data, self.cells(c)))
            lines.append(f'<tr><th scope="row">{name}</th><td>{small}</td>{cells}</tr>')
        rows = "\n".join(lines)
        return (
            f'<div class="mga-card mga-table"><div class="mga-scroll"><table>\n<thead><tr>{head}'
            f"</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div></div>"
        )


def _place(shown: Card) -> tuple[bool, str]:
    return not shown.op.is_affine, shown.title


def _short(shown: Card) -> str:
    """The name, with what tells it from others of the name."""
    form = dict(shown.op.params).get("approximate", "none")
    return shown.op.name if form == "none" else f"{shown.op.name} {form}"


def _of_layers(shown: Card, found: Measured) -> list[Cell]:
    """Mean and gain; of an entry of a vector they say nothing."""
    if shown.shown_as:
        return [Cell(""), Cell("")]
    return [Cell(spell(x), x) for x in (found.moments.mean, found.moments.gain)]


def _html(table: Table) -> str:
    return table.html


def _svg(table: Table) -> str:
    return table.svg


def _text(table: Table) -> str:
    return f"{table}\n"


def _page(table: Table) -> str:
    return f"{_PAGE}{table.markdown}"


_PAGE = """# Activations

Written by `micrograd-act activations --out docs/activations.md`; `micrograd-act activations gelu` \
prints all that is known of one, `--out gelu.html` draws it. [One of your \
own](extending.md#in-your-own-program) has a card too.

![The curve of every activation, and its slope](activations.svg)

"""

_VANISHING = (
    *("< 1e−2", "< 1e−4", "< 1e−8", "= 0 in float16", "= 0 in float32", "= 0 in float64"),
)


def _vanishing(shown: Card) -> list[str]:
    """The cells of one activation; the thresholds are those of float64."""
    if not shown.saturation:
        return [""] * len(_VANISHING)
    *_, double = shown.saturation
    return [*double[1][:3], *(cells[3] for _, cells in shown.saturation)]


def _markdown(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    rows = [head, ("---",) * len(head), *lines]
    return "".join(f"| {' | '.join(map(_piped, row))} |\n" for row in rows)


def _code(words: str) -> str:
    return f"`{words}`"


def _piped(words: str) -> str:
    """A bar would end the cell, in code too."""
    return words.replace("|", "\\|")


def _data(cell: Cell) -> str:
    number = "" if cell.number is None else f' data-number="{cell.number!r}"'
    return f"<td{number}>{escape(cell.text)}</td>"


def _heading(name: str) -> str:
    return f'<th scope="col">{escape(name)}</th>'


def _sorting(name: str) -> str:
    button = f'<button type="button">{escape(name)}</button>'
    return f'<th scope="col" aria-sort="none">{button}</th>'


_RULES = """
.mga-table { max-width: 1340px; margin: 0 auto; padding-bottom: 0; }
.mga-table table { font-size: 15px; margin: 0; }
.mga-table th, .mga-table td { padding: 4px 22px 4px 0; vertical-align: middle; }
.mga-table tbody tr { border-bottom: 1px solid var(--line); }
.mga-table tbody th { color: var(--ink); }
.mga-table svg { width: 72px; height: 40px; margin: 0; }
.mga-table a { color: inherit; }
.mga-table button { font: inherit; font-weight: bold; color: inherit; background: none; border: 0;
  padding: 0; cursor: pointer; }
.mga-table th[aria-sort="ascending"] button::after { content: " ▲"; }
.mga-table th[aria-sort="descending"] button::after { content: " ▼"; }
main > article { border-top: 1px solid #cbd5e1; margin-top: 40px; }
"""
_SCRIPT = """
document.querySelectorAll(".mga-table thead button").forEach(button => {
  button.addEventListener("click", () => {
    const head = button.parentElement, column = head.cellIndex;
    const body = head.closest("table").tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const th of head.parentElement.querySelectorAll("[aria-sort]"))
      th.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => {
      const cell = row.children[column], number = cell.dataset.number;
      return number === undefined ? cell.textContent : Number(number.replace("inf", "Infinity"));
    };
    const compare = (a, b) => typeof a === "number" && typeof b === "number"
      ? (Number.isNaN(a) - Number.isNaN(b)) || a - b : String(a).localeCompare(String(b));
    const rows = [...body.rows].sort((a, b) => compare(key(a), key(b)) * (down ? -1 : 1));
    body.append(...rows);
  });
});
"""
