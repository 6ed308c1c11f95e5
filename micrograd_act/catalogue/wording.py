"""What was measured of an activation, put into words; every number in them is computed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np

from micrograd_act.catalogue.claims import claims_of
from micrograd_act.catalogue.costs import recorded
from micrograd_act.catalogue.evaluating import Array, slope, value
from micrograd_act.catalogue.extremes import Extreme
from micrograd_act.catalogue.intervals import Interval, places
from micrograd_act.catalogue.measuring import Measured
from micrograd_act.catalogue.tails import DTYPES, THRESHOLDS, Tail
from micrograd_act.drawing.spelling import spell
from micrograd_act.ops.op import Op

_INF = math.inf
_BESIDE = 1e-9
_DEPTH = 20  # layers over which a factor is multiplied up
_LISTED = 3  # singular points


class Row(NamedTuple):
    """One fact: what it is called, and what is the case."""

    name: str
    text: str


def rows(op: Op, found: Measured, title: str) -> list[Row]:
    """The facts of an elementwise op of one variable."""
    ends = found.ends if op.facts is None else op.facts
    made = [
        Row("domain", _domain(found)),
        Row("range", _range(found)),
        Row("limits", _limits(ends.left, ends.right)),
        Row("symmetry", found.symmetry or "none"),
        Row("monotone", _monotone(found)),
        Row("shape", _shape(found)),
        Row("smoothness", _smoothness(op, found)),
    ]
    if found.kinks or found.jumps:
        made.append(Row("jumps" if found.jumps else "kinks", _singular(op, found)))
    return [
        *made,
        Row("slope", _sign(found)),
        Row("largest slope", _extreme(found.lipschitz)),
        Row("dies", _dies(found)),
        *_normal(found),
        *_cost(title),
    ]


_ALL = Interval(-_INF, _INF, False, False)


def _domain(found: Measured) -> str:
    text = "all x" if found.domain == _ALL else str(found.domain)
    return f"{text} but {_listed(found.poles)}" if found.poles else text


def _listed(points: Iterable[float]) -> str:
    return ", ".join(map(spell, points))


def bracketed(low: Extreme, high: Extreme) -> str:
    """An interval of values; an end that is a mere limit does not belong to it."""
    left = "[" if low.attained else "("
    right = "]" if high.attained else ")"
    return f"{left}{spell(low.value)}, {spell(high.value)}{right}"


def _range(found: Measured) -> str:
    ends = [
        f"{word} at {end.where}"
        for word, end in (("lowest", found.low), ("highest", found.high))
        if end.attained and end.where.low == end.where.high
    ]
    text = bracketed(found.low, found.high)
    return text if found.signs.oscillates else "; ".join([text, *ends])


def _limits(left: tuple[float, float], right: tuple[float, float]) -> str:
    parts = []
    for at, (y, s) in (("−∞", left), ("∞", right)):
        if math.isnan(y):
            parts.append(f"none at {at}")
        else:
            parts.append(f"{_plain(y)} with slope {_plain(s)} at {at}")
    return "; ".join(parts)


def _plain(x: float) -> str:
    return spell(x + 0.0)


def _monotone(found: Measured) -> str:
    if found.signs.oscillates:
        return "no: it oscillates"
    if found.poles:
        return f"no: it is infinite at {_listed(found.poles)}"
    if found.monotone:
        flat = found.signs.flat
        return "never decreases" if flat else "increases everywhere"
    if not found.signs.rising and not found.jumps:
        return "decreases everywhere" if not found.signs.flat else "never increases"
    if not found.signs.falling:
        return "no: it drops where it jumps"
    return f"no: it falls where {places(found.signs.falling)}"


def _shape(found: Measured) -> str:
    if found.convex and found.concave:
        return "affine"
    return (
        "convex" if found.convex else "concave" if found.concave else "neither convex nor concave"
    )


def smoothness_class(op: Op, found: Measured) -> str:
    """``C⁰``, ``C¹``, ``C∞``, …; "jumps" of a function that is not continuous."""
    if found.jumps or found.poles:
        return "jumps"
    if found.kinks:
        return "C⁰"
    order = claims_of(op).get("smoothness")
    if order is None:
        return ""
    return "C∞" if order == _INF else f"C{'⁰¹²³'[int(order)]}"


def _smoothness(op: Op, found: Measured) -> str:
    name = smoothness_class(op, found)
    words = {
        "jumps": "not continuous",
        "C⁰": "continuous, with kinks (C⁰)",
        "C∞": "smooth: every derivative is continuous (C∞)",
        "": "no kink found",
    }
    return words.get(name) or f"the {_ORDINALS[name]} derivative jumps ({name})"


_ORDINALS = {"C¹": "second", "C²": "third", "C³": "fourth"}


def _singular(op: Op, found: Measured) -> str:
    places = sorted({x for x, _ in (*found.jumps, *found.kinks)})
    parts = []
    for x in places[:_LISTED]:
        sides = [
            f"{what} {_around(partial(function, op), x)}"
            for function, points, what in (
                (value, found.jumps, "value"),
                (slope, found.kinks, "slope"),
            )
            if any(x == place for place, _ in points)
        ]
        parts.append(f"at {spell(x)}: {', '.join(sides)}")
    shown = "; ".join(parts) + ("; …" if len(places) > _LISTED else "")
    convention = claims_of(op).get("convention")
    return f"{shown}, as in {convention}" if convention else shown


def _around(function: Callable[[Array], Array], x: float) -> str:
    """What a function is left and right of a point, and what it returns there."""
    left, at, right = function(np.array([x - _BESIDE, x, x + _BESIDE])).tolist()
    return f"{spell(_near(left))} left, {spell(_near(right))} right, {spell(at)} returned"


def _near(x: float) -> float:
    """A one-sided limit, read a billionth beside its point."""
    rounded = round(x, 6)
    return rounded if abs(x - rounded) < 1e-7 else x


def _sign(found: Measured) -> str:
    signs = found.signs
    if signs.oscillates:
        return "changes its sign without end"
    zeros = (*signs.flat, *(Interval(x, x) for x in signs.zeros))
    by_sign = (("positive", signs.rising), ("negative", signs.falling), ("0", zeros))
    there = [word for word, where in by_sign if where]
    if len(there) == 1:
        return f"{there[0]} everywhere"
    if not signs.flat and len(there) == 2 and not (signs.rising and signs.falling):
        return f"{there[0]} but at {places(zeros)}, where it is 0"
    parts = []
    for word, where in by_sign:
        if where:
            only_points = all(i.low == i.high for i in where)
            parts.append(f"{word} {'at' if only_points else 'where'} {places(where)}")
    return "; ".join(parts)


def _extreme(found: Extreme) -> str:
    if found.value == _INF:
        return "unbounded"
    where, size = found.where, fine(found.value)
    if where.low == where.high and math.isinf(where.low):
        return f"{size}, the limit at {spell(where.low)}"
    if where.low == -_INF and where.high == _INF:
        return f"{size} everywhere"
    return f"{size} {'at' if where.low == where.high else 'where'} {where}"


def fine(x: float) -> str:
    """With five digits, by which the largest slopes of activations are told apart.

    Examples
    --------
    >>> fine(1.12890484), fine(1.0)
    ('1.1289', '1')
    """
    return f"{x:.5g}" if 1e-3 < abs(x) < 1e4 else spell(x)


def _dies(found: Measured) -> str:
    if _ALL in found.signs.flat:
        return "always: no gradient passes"
    if found.signs.flat:
        return f"yes: no gradient passes where {places(found.signs.flat)}"
    tail = found.tails["float32", 0.0]
    ends = [side for side in tail if side is not None]
    if ends:
        return f"no, but in float32 the slope underflows to 0 where {places(ends)}"
    return "no"


OF_LAYERS = ("normal input", "initialisation")  # what they say is of units, not of an entry


def _normal(found: Measured) -> list[Row]:
    m = found.moments
    if math.isnan(m.square):
        return []
    made = [Row("normal input", f"mean {spell(m.mean)}, standard deviation {_root(m.variance)}")]
    if m.slope_square == 0:
        made.append(Row("initialisation", "none keeps its gradients, which are 0"))
    elif math.isfinite(m.gain) and math.isfinite(m.backward_gain):
        named = _SCHEMES.get(round(m.gain, 2), "")
        forward, back = spell(m.gain), spell(m.backward_gain)
        made.append(
            Row(
                "initialisation",
                f"{named}weights of standard deviation {forward}/√fan_in keep the second moment "
                f"of what flows forward, {back}/√fan_out that of gradients",
            )
        )
    return made


_SCHEMES = {1.0: "LeCun's: ", 1.41: "He's: "}


def _cost(title: str) -> list[Row]:
    cost = recorded().get(title)
    if cost is None:
        return []
    times = spell(cost) if cost else "less than 0.1"
    return [Row("cost", f"{times} × relu's time, forward and backward in float32")]


def _root(variance: float) -> str:
    return spell(math.sqrt(max(variance, 0.0)))


def saturation(found: Measured) -> list[tuple[str, list[str]]]:
    """For every dtype the inputs from which on the slope is below each threshold."""
    return [(name, [_tail(found.tails[name, t]) for t in THRESHOLDS]) for name in DTYPES]


SATURATION_HEAD = ("< 1e−2", "< 1e−4", "< 1e−8", "= 0")


def _tail(tail: Tail) -> str:
    found = [side for side in tail if side is not None]
    return "everywhere" if _ALL in found else places(found) or "never"


def pitfalls(found: Measured, cut: bool = False, mixes: bool = False) -> list[str]:
    """What goes wrong with it, in sentences.

    A `cut` shows one entry of a vector, whose moments say nothing; an op that `mixes` needs every
    input for every output.
    """
    made = []
    if mixes:
        made.append(
            "Its derivative is a whole matrix, of which the curve is a diagonal entry alone."
        )
    signs, largest = found.signs, found.lipschitz
    if _ALL in signs.flat:
        made.append("Its slope is 0 everywhere: nothing below it can be trained by gradients.")
    elif signs.flat:
        where = places(signs.flat)
        made.append(
            f"A unit whose inputs all lie in {where} gets no gradient; only layers below that "
            "still learn can bring it back."
        )
    tail = found.tails["float64", 1e-2]
    soft = [s for s in tail if s is not None and not any(_inside(s, f) for f in signs.flat)]
    if soft:
        made.append(f"Where {places(soft)}, less than a hundredth of a gradient passes.")
    made += _rounding(found)
    if found.poles:
        where = _listed(found.poles)
        made.append(f"It is infinite at x = {where}: near it values and gradients explode.")
    elif largest.value == _INF:
        made.append("Its slope is unbounded: one large input can make a gradient explode.")
    elif largest.value > 1 + 1e-9:
        power = spell(_over_layers(largest.value))
        made.append(
            f"It amplifies gradients by up to {spell(largest.value)}, over {_DEPTH} layers by up "
            f"to {power}."
        )
    elif 0 < largest.value < 1 - 1e-9:
        power = spell(_over_layers(largest.value))
        made.append(
            f"No more than {spell(largest.value)} of a gradient passes, over {_DEPTH} layers no "
            f"more than {power} unless weights make up for it."
        )
    if signs.oscillates or (signs.falling and signs.rising):
        made.append("Different inputs have the same value, and gradients change their sign.")
    if found.convex and found.concave:
        made.append("It is affine: layers with it collapse into one affine map.")
    elif not cut and abs(found.moments.mean) > _SHIFT:
        made.append(
            f"Its values are not centred: of standard normal inputs their mean is "
            f"{spell(found.moments.mean)}, a shift that the next layer sees."
        )
    if found.domain != _ALL and not math.isnan(found.domain.low):
        made.append(f"It is NaN unless {found.domain}.")
    return made


def _over_layers(x: float) -> float:
    return x**_DEPTH if x < 1e15 else _INF


def _inner(tail: Interval) -> float:
    """Where a tail begins, as a size."""
    return min(abs(tail.low), abs(tail.high))


_LATER = 1.01


def _rounding(found: Measured) -> list[str]:
    """Where a slope that is computed from the value is lost, and this one is not."""
    made: list[str] = []
    if _ALL in found.signs.flat:
        return made
    for name, kept in (
        ("float32", found.rounded["float32"]),
        ("float64", found.rounded["float64"]),
    ):
        vanished = found.tails[name, 0.0]
        sides = [
            a
            for a, b in zip(kept, vanished, strict=True)
            if a is not None and (b is None or _inner(b) > _LATER * _inner(a))
        ]
        if sides:
            made.append(f"in {name} where {places(sides)}")
    if not made:
        return []
    return [
        f"Its value rounds to its limit {', '.join(made)}: a slope computed from the value alone "
        "is 0 there; this one is not."
    ]


_SHIFT = 0.05


def _inside(inner: Interval, outer: Interval) -> bool:
    return outer.low <= inner.low and inner.high <= outer.high


_CONDITION = re.compile(r" ([<≤=≥>]) ")


def unbroken(words: str) -> str:
    """With spaces at which no line ends within a condition such as x ≤ 0."""
    return _CONDITION.sub("\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", words)
