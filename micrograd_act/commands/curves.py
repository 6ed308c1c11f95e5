"""The tour's own two charts as SVG text, in the visual language of the graphs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from micrograd_act.commands.wording import counted, percent
from micrograd_act.drawing.elements import dashed, document, fixed, line, rect, text
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.style import LABEL, LIGHT, TEXT

WIDE = 1060.0
# The net with identity, then the one with the activation: colour of lines, of text, dashes.
STYLES = (("#0f766e", "#115e59", ""), ("#1d4ed8", "#1e40af", "11 6"))
_GRID = "#e2e8f0"
_QUARTERS = [(k / 4, f"{25 * k} %") for k in range(5)]


@dataclass(frozen=True)
class Axes:
    """One plot: a line for each net over the epochs, of shares or on a logarithmic scale."""

    title: str
    lines: Sequence[Sequence[float]]
    log: bool = False


def chart(plots: Sequence[Axes], names: Sequence[str], prefix: str, summary: str) -> str:
    """Plots side by side under one legend."""
    tall, gap = 420.0, 56.0
    wide = (WIDE - gap * (len(plots) - 1)) / len(plots)
    body = _legend(names, 30)
    for i, plot in enumerate(plots):
        body += _plot(plot, i * (wide + gap), 62, wide, tall - 62)
    return document(body, WIDE, tall, LIGHT.ground, prefix, "Training", summary)


def _plot(plot: Axes, left: float, top: float, wide: float, tall: float) -> list[str]:
    ticks = _decades(plot.lines) if plot.log else _QUARTERS
    low, high = ticks[0][0], ticks[-1][0]
    room = max(text_width(name, TEXT) for _, name in ticks) + 12
    x0, x1, y0, y1 = left + room, left + wide - 16, top + tall - 44, top + 44
    epochs = len(plot.lines[0]) - 1

    def at(epoch: float, value: float) -> tuple[float, float]:
        value = math.log10(max(value, 10.0**low)) if plot.log else value
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return x0 + (x1 - x0) * epoch / max(epochs, 1), y0 + (y1 - y0) * share

    body = [text(left, top + 18, plot.title, LIGHT.ink, LABEL, bold=True)]
    for value, name in ticks:
        y = y0 + (y1 - y0) * (value - low) / (high - low)
        body.append(line(f"M{fixed(x0)},{fixed(y)}H{fixed(x1)}", _GRID, 1.5))
        body.append(text(x0 - 10, y + 7, name, LIGHT.soft, anchor="end"))
    for epoch in dict.fromkeys((0, epochs)):
        anchor = "start" if epoch == 0 else "end"
        name = counted(epoch, "epoch") if epoch else "0"
        body.append(text(at(epoch, 0)[0], y0 + 30, name, LIGHT.soft, anchor=anchor))
    for values, (color, _, dash) in zip(plot.lines, STYLES, strict=True):
        points = [at(epoch, v) for epoch, v in enumerate(values) if math.isfinite(v)]
        d = "M" + "L".join(f"{fixed(x)},{fixed(y)}" for x, y in points)
        body.append(line(d, color, 3.5, dashed(dash)))
    return body


def _decades(lines: Sequence[Sequence[float]]) -> list[tuple[float, str]]:
    seen = [math.log10(v) for values in lines for v in values if 0 < v < math.inf]
    low, high = math.floor(min(seen, default=0)), math.ceil(max(seen, default=0))
    high = max(high, low + 1)
    step = math.ceil((high - low) / 5)
    return [(k, f"{10.0**k:.10f}".rstrip("0").rstrip(".")) for k in range(low, high + step, step)]


def bars(shares: Sequence[Sequence[float]], names: Sequence[str], prefix: str, summary: str) -> str:
    """How the gradient divides by activations crossed, one pair of bars for each number."""
    rows, shown = folded(shares)
    room = max(text_width(row, TEXT) for row in rows) + 20
    scale = WIDE - room - 110
    body, y = _legend(names, 30, bars=True), 62.0
    for i, row in enumerate(rows):
        body.append(text(room - 16, y + 34, row, LIGHT.ink, anchor="end"))
        for part, (color, ink, _) in zip(shown, STYLES, strict=True):
            long = part[i] * scale
            if long:
                body.append(rect(room, y, max(long, 1.5), 23, 3, color, 0, color))
            body.append(text(room + long + 10, y + 18, percent(part[i]), ink))
            y += 27
        y += 16
    title = "The input gradient by activations crossed"
    return document(body, WIDE, y, LIGHT.ground, prefix, title, summary)


MOST_ROWS = 8


def folded(shares: Sequence[Sequence[float]]) -> tuple[list[str], list[list[float]]]:
    """Names of the rows and each net's shares; what is beyond the last row is added into it."""
    count = max(map(len, shares))
    shown = [list(part) + [0.0] * (count - len(part)) for part in shares]
    rows = ["none"] + [f"{k}" for k in range(1, count)]
    if count > MOST_ROWS:
        rows = [*rows[: MOST_ROWS - 1], f"{MOST_ROWS - 1} to {count - 1}"]
        shown = [[*part[: MOST_ROWS - 1], sum(part[MOST_ROWS - 1 :])] for part in shown]
    return rows, shown


def _legend(names: Sequence[str], y: float, bars: bool = False) -> list[str]:
    body, x = [], 0.0
    for name, (color, ink, dash) in zip(names, STYLES, strict=True):
        sample = (18.0, "") if bars else (4.5, dashed(dash))
        body.append(line(f"M{fixed(x)},{fixed(y - 7)}h46", color, *sample))
        body.append(text(x + 58, y, name, ink, LABEL, bold=True))
        x += 58 + text_width(name, LABEL, True) + 44
    return body
