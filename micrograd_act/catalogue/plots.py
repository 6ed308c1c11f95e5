"""The plot of a card as SVG: f, f' and f'' over the same inputs, what saturates and what kinks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from micrograd_act.catalogue.evaluating import Array, curvature, slope, value
from micrograd_act.catalogue.measuring import Measured
from micrograd_act.catalogue.singular import jumps_of
from micrograd_act.drawing.curves import visible
from micrograd_act.drawing.elements import dashed, document, fixed, line, text
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.spelling import plain, spell
from micrograd_act.drawing.style import LABEL, LIGHT, TEXT
from micrograd_act.ops.op import Op

WIDE = 1060.0
SATURATED = 1e-2  # of the slope's size, below which little of a gradient is left
_HALF = 6.0
_GAP, _TALL = 34.0, 236.0
_TOP, _BELOW = 42.0, 34.0
_POINTS = 801
_FINENESS = 2400.0  # the curve is off by a tenth of a pixel
_BESIDE = 1e-9
_TEAR = 1e-3  # by which a curvature jumps
_MOST = 8.0  # of a value or derivative that is shown

CURVE, KINK, TINT, HATCH, GRID = "#0f766e", "#c2410c", "#e2e8f0", "#94a3b8", "#cbd5e1"
DARK = {
    LIGHT.ground: "#0f172a",
    LIGHT.ink: "#f1f5f9",
    LIGHT.soft: "#cbd5e1",
    CURVE: "#5eead4",
    KINK: "#fdba74",
    TINT: "#273449",
    HATCH: "#7c8ba1",
    GRID: "#334155",
}
"""What each colour becomes on a dark ground."""

CLASS = "mga-plot"


def dark_rules() -> str:
    """The style rules by which pictures and pages of this class follow a dark screen."""
    rules = "".join(
        f".{CLASS} [fill='{light}']{{fill:{dark}}}.{CLASS} [stroke='{light}']{{stroke:{dark}}}"
        for light, dark in DARK.items()
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


@dataclass(frozen=True)
class _Panel:
    """One of the three: its curve, sampled between the points where something jumps."""

    name: str
    pieces: Sequence[tuple[Array, Array]]
    marks: Sequence[tuple[float, float, bool]] = ()  # x, y, filled


def plot(op: Op, found: Measured, name: str = "f") -> str:
    """Draw an elementwise op of one variable."""
    singular = sorted({x for x, _ in (*found.kinks, *found.jumps)})
    half = reach(singular)
    panels = [
        _panel(f"{name}(x)", lambda x: value(op, x), half, singular, found, jumps=True),
        _panel(f"{name}′(x)", lambda x: slope(op, x), half, singular, found, jumps=False),
    ]
    if curvature(op, np.array([0.5])) is not None:
        panels.append(_bends(f"{name}″(x)", op, half, singular))
    wide = (WIDE - _GAP * 2) / 3
    body: list[str] = []
    shaded = shades(found, half)
    for i, panel in enumerate(panels):
        body += _draw(panel, i * (wide + _GAP), wide, half, shaded, identity=i == 0)
    body += _legend(found, shaded, _TOP + _TALL + _BELOW + 36)
    tall = _TOP + _TALL + _BELOW + 54
    style = f"<style>{dark_rules()}</style>"
    title = f"{plain(op.name)}: value, slope and curvature"
    drawn = document([style, *body], WIDE, tall, LIGHT.ground, "", title, _summary(op, found))
    return anonymous(drawn)


def anonymous(drawn: str) -> str:
    """A picture without ids, so that any number of plots can stand in one page."""
    drawn = drawn.replace(" aria-labelledby='title desc'", "").replace(
        "<title id='title'>", "<title>"
    )
    return drawn.replace("<desc id='desc'>", "<desc>").replace("<svg ", f"<svg class='{CLASS}' ", 1)


def _summary(op: Op, found: Measured) -> str:
    kinks = ", ".join(spell(x) for x, _ in found.kinks)
    return f"{op!r}" + (f", kinks at {kinks}" if kinks else ", smooth")


def reach(singular: Sequence[float]) -> float:
    """Up to which inputs there is something to see."""
    far = max((abs(x) for x in singular if abs(x) < 1e3), default=0.0)
    return max(_HALF, math.ceil(1.5 * far))


def _panel(
    name: str,
    function: Callable[[Array], Array],
    half: float,
    singular: Sequence[float],
    found: Measured,
    jumps: bool,
) -> _Panel:
    marks = []
    for x, at in found.jumps if jumps else found.kinks:
        sides = function(np.array([x - _BESIDE, x + _BESIDE])).tolist()
        marks += [(x, y, False) for y in sides if abs(y - at) > 1e-6]
        marks.append((x, at, True))
    if jumps:
        there = {x for x, _ in found.jumps}
        kinks = [x for x, _ in found.kinks if x not in there]
        marks += [(x, float(function(np.array([x]))[0]), True) for x in kinks]
    return _Panel(name, pieces(function, half, singular), marks)


def _bends(name: str, op: Op, half: float, singular: Sequence[float]) -> _Panel:
    def function(x: Array) -> Array:
        found = curvature(op, x)
        return np.full(x.shape, math.nan) if found is None else found

    torn = [x for x, _ in jumps_of(function, _TEAR, half)]
    return _Panel(name, pieces(function, half, sorted({*singular, *torn})))


def pieces(
    function: Callable[[Array], Array],
    half: float,
    singular: Sequence[float],
    points: int = _POINTS,
) -> list[tuple[Array, Array]]:
    """Sample a function between the points where something jumps."""
    inner = [x for x in singular if -half < x < half]
    ends = [-half, *(y for x in inner for y in (x - _BESIDE, x + _BESIDE)), half]
    found = []
    for low, high in zip(ends[::2], ends[1::2], strict=True):
        x = np.linspace(low, high, max(3, round(points * (high - low) / (2 * half))))
        found.append((x, function(x).astype(float)))
    return found


def shades(found: Measured, half: float) -> list[tuple[float, float, bool]]:
    """Where the slope is small, and where it is exactly 0, as (from, to, dead)."""
    dead = [(max(i.low, -half), min(i.high, half), True) for i in found.signs.flat]
    tail = found.tails["float64", SATURATED]
    small = []
    if tail.left is not None:
        small.append((-half, min(tail.left.high, half), False))
    if tail.right is not None and tail.right.low > -math.inf:
        small.append((max(tail.right.low, -half), half, False))
    covered = [s for s in small if not any(d[0] <= s[0] and s[1] <= d[1] for d in dead)]
    return [s for s in (*covered, *dead) if s[1] > s[0]]


def _draw(
    panel: _Panel,
    left: float,
    wide: float,
    half: float,
    shades: Sequence[tuple[float, float, bool]],
    identity: bool,
) -> list[str]:
    bottom, top = _window(panel)
    ticks = _ticks(bottom, top)
    room = max(text_width(spell(t), TEXT) for t in ticks) + 10
    x0, x1, y0, y1 = left + room, left + wide, _TOP + _TALL, _TOP

    def across(x: float) -> float:
        return x0 + (x1 - x0) * (x + half) / (2 * half)

    def up(y: float) -> float:
        return y0 + (y1 - y0) * (y - bottom) / (top - bottom)

    body = [text(left + room, 24, panel.name, LIGHT.ink, LABEL, True)]
    for low, high, dead in shades:
        body += _shade(across(low), across(high), y1, y0, dead)
    for t in ticks:
        y = up(t)
        body.append(line(f"M{fixed(x0)},{fixed(y)}H{fixed(x1)}", GRID, 1.5))
        body.append(text(x0 - 8, y + 7, spell(t), LIGHT.soft, anchor="end"))
    body.append(line(f"M{fixed(across(0))},{fixed(y0)}V{fixed(y1)}", GRID, 1.5))
    if bottom < 0 < top:
        body.append(line(f"M{fixed(x0)},{fixed(up(0))}H{fixed(x1)}", LIGHT.soft, 1.8))
    for x, anchor in ((-half, "start"), (0.0, "middle"), (half, "end")):
        body.append(text(across(x), y0 + 26, spell(x), LIGHT.soft, anchor=anchor))
    if identity:
        low, high = max(-half, bottom), min(half, top)
        if high > low:
            d = f"M{fixed(across(low))},{fixed(up(low))}L{fixed(across(high))},{fixed(up(high))}"
            body.append(line(d, HATCH, 2, dashed("3 6")))
    for xs, ys in panel.pieces:
        for part in visible(xs, ys, bottom, top, _FINENESS):
            d = "M" + "L".join(f"{fixed(across(a))},{fixed(up(b))}" for a, b in part)
            body.append(line(d, CURVE, 4, " stroke-linejoin='round'"))
    for x, y, filled in panel.marks:
        if -half <= x <= half and bottom <= y <= top:
            fill = KINK if filled else LIGHT.ground
            body.append(
                f"<circle cx='{fixed(across(x))}' cy='{fixed(up(y))}' r='6' fill='{fill}' "
                f"stroke='{KINK}' stroke-width='3'/>"
            )
    return body


def _shade(left: float, right: float, top: float, bottom: float, dead: bool) -> list[str]:
    size = f"width='{fixed(right - left)}' height='{fixed(bottom - top)}'"
    body = [f"<rect x='{fixed(left)}' y='{fixed(top)}' {size} fill='{TINT}'/>"]
    if dead:  # hatched, so that it differs in grey print
        lines = []
        step, tall = 16.0, bottom - top
        start = left - tall + (-(left - tall)) % step
        for k in range(math.ceil((right - start) / step)):
            a = start + k * step  # from (a, bottom) to (a + tall, top)
            low, high = max(a, left), min(a + tall, right)
            if high > low:
                ends = ((low, bottom - (low - a)), (high, bottom - (high - a)))
                lines.append("L".join(f"{fixed(x)},{fixed(y)}" for x, y in ends))
        body.append(line("".join(f"M{part}" for part in lines), HATCH, 1.5))
    return body


def _window(panel: _Panel) -> tuple[float, float]:
    """The heights that are shown: all of them where they are not extreme, and 0."""
    seen = np.concatenate([y for _, y in panel.pieces])
    seen = seen[np.isfinite(seen)]
    if not seen.size:
        return -1.0, 1.0
    low, high = min(0.0, float(seen.min())), max(0.0, float(seen.max()))
    low, high = max(low, -_MOST), min(high, _MOST)
    if high - low < 1e-6:
        low, high = low - 1, high + 1
    pad = 0.08 * (high - low)
    return low - pad, high + pad


def _ticks(low: float, high: float) -> list[float]:
    """Two to five round numbers."""
    raw = (high - low) / 3
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= raw * 0.8)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def _legend(found: Measured, shades: Sequence[tuple[float, float, bool]], y: float) -> list[str]:
    body: list[str] = []
    x = 0.0
    entries: list[tuple[str, list[str]]] = []
    if any(not dead for *_, dead in shades):
        entries.append(("saturated: |slope| < 0.01", ["tint"]))
    if any(dead for *_, dead in shades):
        entries.append(("dead: slope 0", ["hatch"]))
    if found.kinks or found.jumps:
        entries.append(("returned at a kink" if found.kinks else "returned at a jump", ["dot"]))
    entries.append(("identity", ["line"]))
    for words, (kind,) in entries:
        if kind in ("tint", "hatch"):
            body += _shade(x, x + 40, y - 19, y + 3, kind == "hatch")
        elif kind == "dot":
            body.append(f"<circle cx='{fixed(x + 20)}' cy='{fixed(y - 7)}' r='6' fill='{KINK}'/>")
        else:
            body.append(line(f"M{fixed(x)},{fixed(y - 7)}h40", HATCH, 2, dashed("3 6")))
        body.append(text(x + 52, y, words, LIGHT.soft))
        x += 52 + text_width(words, TEXT) + 36
    return body
