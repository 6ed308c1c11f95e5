"""The two nets side by side: rows of texts, and the same as a table for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from micrograd_act.commands.curves import folded
from micrograd_act.commands.measuring import Findings
from micrograd_act.commands.wording import percent, rounded


@dataclass(frozen=True)
class Row:
    """One line; a heading has no cells."""

    title: str
    cells: tuple[str, ...] = ()


def side_by_side(pair: Sequence[Findings], proof: float) -> list[Row]:
    """What the tour tells; `proof` is the difference of the identity net from its affine map."""

    def row(title: str, cell: Callable[[Findings], str]) -> Row:
        return Row(title, tuple(cell(found) for found in pair))

    parts, shares = folded([found.shares for found in pair])
    return [
        Row("Accuracy"),
        row("training data", lambda found: percent(found.history.train[-1])),
        row("test data", lambda found: percent(found.history.test[-1])),
        Row("Local gradients at the activations"),
        row("smallest", lambda found: rounded(found.slopes.least, 3)),
        row("mean", lambda found: rounded(found.slopes.mean, 3)),
        row("largest", lambda found: rounded(found.slopes.most, 3)),
        row("exactly 0", lambda found: percent(found.slopes.zero)),
        Row("Input gradient, by activations crossed"),
        *(
            Row(f"{part}: the identity path" if part == "none" else part, cells)
            for part, cells in zip(parts, _columns(shares), strict=True)
        ),
        Row("Largest difference from an affine map"),
        Row("of the product of the weights", (rounded(proof, 2), "–")),
        row("of the best fit", lambda found: rounded(found.affine_fit, 2)),
        Row("Gradient check of the loss"),
        row("verdict", lambda found: found.check.verdict),
        row("gradients compared", lambda found: str(found.check.gradients)),
    ]


def _columns(shares: Sequence[Sequence[float]]) -> list[tuple[str, ...]]:
    return [tuple(map(percent, line)) for line in zip(*shares, strict=True)]


_ASCII = str.maketrans("−–≈", "--~")  # what every terminal can print


def as_text(rows: Sequence[Row], names: Sequence[str]) -> str:
    """A table for a terminal."""
    first = max(len(row.title) for row in rows) + 4
    wide = [max(len(name), *(len(row.cells[i]) for row in rows if row.cells)) + 3
            for i, name in enumerate(names)]  # fmt: skip
    lines = [" " * first + "".join(name.rjust(w) for name, w in zip(names, wide, strict=True))]
    for row in rows:
        if row.cells:
            cells = "".join(cell.rjust(w) for cell, w in zip(row.cells, wide, strict=True))
            lines.append(f"  {row.title}".ljust(first) + cells)
        else:
            lines += ["", row.title]
    return "\n".join(lines).translate(_ASCII)
