"""Small curves: one for a line of a table, and all of them on one sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from micrograd_act.catalogue.evaluating import Array, slope, value
from micrograd_act.catalogue.measuring import Measured
from micrograd_act.catalogue.plots import (
    CLASS,
    CURVE,
    GRID,
    KINK,
    anonymous,
    dark_rules,
    pieces,
)
from micrograd_act.drawing.curves import visible
from micrograd_act.drawing.elements import dashed, document, fixed, line, text
from micrograd_act.drawing.style import LABEL, LIGHT
from micrograd_act.ops.op import Op

_HALF = 3.6  # an activation bends within
_WIDE, _TALL = 72.0, 40.0  # of one in a table
_COLUMNS = 6
_CELL, _ROW = 196.0, 158.0
_PLOT = 168.0, 108.0  # of one on the sheet
_TOP = 58.0
_MARGIN = 16.0
_FINENESS = 1500.0


def sparkline(op: Op, found: Measured) -> str:
    """The curve alone, small: equal units on both axes."""
    drawn = "".join(_curves(op, found, _WIDE, _TALL, width=2, slopes=False))
    return (
        f"<svg class='{CLASS}' viewBox='0 0 {fixed(_WIDE)} {fixed(_TALL)}' aria-hidden='true'>"
        f"{drawn}</svg>"
    )


def sheet(shown: Sequence[tuple[str, Op, Measured]]) -> str:
    """Value and slope of many activations, each under its name, as an SVG picture."""
    body = [f"<style>{dark_rules()}</style>"]
    for x, words, color, dash in ((0.0, "f(x)", CURVE, ""), (110.0, "f′(x)", KINK, dashed("7 4"))):
        body.append(line(f"M{fixed(_MARGIN + x)},24h40", color, 4, dash))
        body.append(text(_MARGIN + x + 50, 31, words, LIGHT.soft))
    for i, (name, op, found) in enumerate(shown):
        x, y = _MARGIN + i % _COLUMNS * _CELL, _TOP + i // _COLUMNS * _ROW
        body.append(text(x, y + 18, name, LIGHT.ink, LABEL))
        drawn = "".join(_curves(op, found, *_PLOT, width=3, slopes=True))
        body.append(f"<g transform='translate({fixed(x)} {fixed(y + 28)})'>{drawn}</g>")
    rows = -(-len(shown) // _COLUMNS)
    wide, tall = 2 * _MARGIN + (_COLUMNS - 1) * _CELL + _PLOT[0], _TOP + rows * _ROW
    names = ", ".join(name for name, *_ in shown)
    drawn = document(body, wide, tall, LIGHT.ground, "", "Activations and their slopes", names)
    fitting = "<svg style='max-width:100%;height:auto' "  # to the column of a notebook
    return anonymous(drawn.replace("<svg ", fitting, 1))


def _curves(
    op: Op, found: Measured, wide: float, tall: float, width: float, slopes: bool
) -> Iterator[str]:
    up = _HALF * tall / wide

    def point(a: float, b: float) -> str:
        return f"{fixed((a + _HALF) / (2 * _HALF) * wide)},{fixed((up - b) / (2 * up) * tall)}"

    yield line(
        f"M0,{fixed(tall / 2)}H{fixed(wide)}M{fixed(wide / 2)},0V{fixed(tall)}", GRID, width / 2
    )

    def f(x: Array) -> Array:
        return value(op, x)

    def df(x: Array) -> Array:
        return slope(op, x)

    kinks, jumps = ([x for x, _ in points] for points in (found.kinks, found.jumps))
    drawn = [(f, jumps, CURVE, width, "")]
    if slopes:
        drawn.insert(0, (df, sorted({*kinks, *jumps}), KINK, width * 0.7, dashed("7 4")))
    for function, torn, color, thick, dash in drawn:
        d = ""
        for xs, ys in pieces(function, _HALF, sorted(torn), 145):
            for part in visible(np.asarray(xs), ys, -up, up, _FINENESS):
                d += "M" + "L".join(point(a, b) for a, b in part)
        yield line(d, color, thick, dash)
