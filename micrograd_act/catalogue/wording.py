"""What was measured of an activation, put into words; every number in them is computed."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.catalogue.evaluating import slope, value
from micrograd_act.catalogue.extremes import Extreme
from micrograd_act.catalogue.intervals import Interval, places
from micrograd_act.catalogue.measuring import Measured
from micrograd_act.catalogue.tails import DTYPES, THRESHOLDS, Tail
from micrograd_act.drawing.spelling import spell
from micrograd_act.ops.op import Facts, Op

_INF = math.inf
_BESIDE = 1e-9
_DEPTH = 20  # layers over which a factor is multiplied up
_LISTED = 3  # singular points


class Row(NamedTuple):
    """One fact: what it is called, and what is the case."""

    name: str
    text: str


def rows(op: Op, found: Measured) -> list[Row]:
    """The facts of an elementwise op of one variable."""
    facts = op.facts if isinstance(op.facts, Facts) else None
    ends = found.ends if facts is None else facts
    made = [
        Row("domain", "all x" if found.domain == _ALL else str(found.domain)),
        Row("range", _range(found)),
        Row("limits", _limits(ends.left, ends.right)),
        Row("symmetry", found.symmetry or "none"),
        Row("monotone", _monotone(found)),
        Row("shape", _shape(found)),
        Row("smoothness", _smoothness(op, found)),
    ]
    if found.kinks or found.jumps:
        made.append(Row("at its jumps" if found.jumps else "at its kinks", _singular(op, found)))
    return [
        *made,
        Row("slope", _sign(found)),
        Row("largest slope", _extreme(found.lipschitz)),
        Row("dies", _dies(found)),
        *_normal(found),
    ]


_ALL = Interval(-_INF, _INF, False, False)


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
    facts = op.facts if isinstance(op.facts, Facts) else None
    if found.jumps:
        return "jumps"
    if found.kinks:
        return "C⁰"
    if facts is None:
        return ""
    order = facts.continuous_derivatives
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
    parts = []
    for function, points, what in (
        (value, found.jumps, "value"),
        (slope, found.kinks, "slope"),
    ):
        for x, at in points:
            left, right = function(op, np.array([x - _BESIDE, x + _BESIDE])).tolist()
            parts.append(
                f"{what} {spell(_near(left))} | {spell(_near(right))} at {spell(x)}, "
                f"where it returns {spell(at)}"
            )
    shown = "; ".join(parts[:_LISTED])
    convention = op.facts.convention if isinstance(op.facts, Facts) else ""
    return f"{shown}, as in {convention}" if convention else shown


def _near(x: float) -> float:
    """A one-sided limit, read a billionth beside its point."""
    rounded = round(x, 6)
    return rounded if abs(x - rounded) < 1e-7 else x


def _sign(found: Measured) -> str:
    if found.signs.oscillates:
        return "changes its sign without end"
    parts = [
        f"{word} where {places(where)}" if where != (_ALL,) else f"{word} everywhere"
        for word, where in (
            ("positive", found.signs.rising),
            ("negative", found.signs.falling),
            ("0", found.signs.flat),
        )
        if where
    ]
    return "; ".join(parts)


def _extreme(found: Extreme) -> str:
    if found.value == _INF:
        return "unbounded"
    where = found.where
    if where.low == where.high and math.isinf(where.low):
        return f"{spell(found.value)}, the limit at {spell(where.low)}"
    if where.low == -_INF and where.high == _INF:
        return f"{spell(found.value)} everywhere"
    return (
        f"{spell(found.value)} at {where}"
        if where.low == where.high
        else (f"{spell(found.value)} where {where}")
    )


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


def _normal(found: Measured) -> list[Row]:
    m = found.moments
    if math.isnan(m.square):
        return []
    made = [Row("of normal z", f"mean {spell(m.mean)}, standard deviation {_root(m.variance)}")]
    if math.isfinite(m.gain) and m.square > 0:
        named = _SCHEMES.get(round(m.gain, 2), "")
        weights = f"weights of standard deviation {spell(m.gain)}/√n{named}"
        back = (
            ""
            if not math.isfinite(m.backward_gain)
            else (f"; gradients would need {spell(m.backward_gain)}")
        )
        made.append(Row("gain", f"{weights} keep the second moment{back}"))
    return made


_SCHEMES = {1.0: ", LeCun's,", 1.41: ", He's,"}


def _root(variance: float) -> str:
    return spell(math.sqrt(max(variance, 0.0)))


def saturation(found: Measured) -> list[tuple[str, list[str]]]:
    """For every dtype the inputs from which on the slope is below each threshold."""
    return [(name, [_tail(found.tails[name, t]) for t in THRESHOLDS]) for name in DTYPES]


SATURATION_HEAD = ("< 1e−2", "< 1e−4", "< 1e−8", "= 0")


def _tail(tail: Tail) -> str:
    found = [side for side in tail if side is not None]
    return "everywhere" if _ALL in found else places(found) or "never"


def pitfalls(found: Measured) -> list[str]:
    """What goes wrong with it, in sentences."""
    made = []
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
    if largest.value == _INF:
        made.append("Its slope is unbounded: one large input can make a gradient explode.")
    elif largest.value > 1 + 1e-9:
        power = spell(largest.value**_DEPTH)
        made.append(
            f"It amplifies gradients by up to {spell(largest.value)}, over {_DEPTH} layers by up "
            f"to {power}."
        )
    elif 0 < largest.value < 1 - 1e-9:
        power = spell(largest.value**_DEPTH)
        made.append(
            f"No more than {spell(largest.value)} of a gradient passes, over {_DEPTH} layers no "
            f"more than {power} unless weights make up for it."
        )
    if signs.oscillates or (signs.falling and signs.rising):
        made.append("Different inputs have the same value, and gradients change their sign.")
    if found.convex and found.concave:
        made.append("It is affine: layers with it collapse into one affine map.")
    elif found.moments.mean > _SHIFT or found.moments.mean < -_SHIFT:
        made.append(
            f"Its values are not centred: of standard normal inputs their mean is "
            f"{spell(found.moments.mean)}, a shift that the next layer sees."
        )
    if found.domain != _ALL and not math.isnan(found.domain.low):
        made.append(f"It is NaN unless {found.domain}.")
    return made


_SHIFT = 0.05


def _inside(inner: Interval, outer: Interval) -> bool:
    return outer.low <= inner.low and inner.high <= outer.high


def spelled_params(op: Any) -> str:
    """``negative_slope=0.01, …``, without switches that stand at their defaults."""
    shown = {key: val for key, val in op.params if not _is_default(op, key, val)}
    return ", ".join(f"{key}={_literal(val)}" for key, val in shown.items())


def _is_default(op: Any, name: str, val: Any) -> bool:
    """Whether it is a default that is no finite number, which would say something of the curve."""
    number = isinstance(val, (int, float)) and math.isfinite(val)
    return not number and op.family.signature.parameters[name].default == val


def _literal(val: Any) -> str:
    return spell(val) if isinstance(val, (int, float)) else repr(val)
