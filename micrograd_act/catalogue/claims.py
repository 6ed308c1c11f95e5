"""Attempts to refute what is claimed of an activation, each with the input that does it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from micrograd_act.catalogue.evaluating import GRID, Array, curvature, slope, value
from micrograd_act.catalogue.findings import Finding
from micrograd_act.catalogue.measuring import Measured
from micrograd_act.catalogue.singular import jumps_of
from micrograd_act.drawing.spelling import spell
from micrograd_act.graph.custom import made_of
from micrograd_act.ops.op import Op

_INF = math.inf
_NEAR = 1e-6  # by which a place or an extreme may be off
_ROUNDING = 1e-13
_TEAR = 1e-3
_ORDERS = 3  # derivatives that are looked at
_ORDINALS = {2: "second", 3: "third"}
_NEARBY = 10.0
_BESIDE = 1e-9


def claims_of(op: Op) -> dict[str, Any]:
    """What is claimed, by the attributes of `Facts`."""
    if op.facts is not None:
        return op.facts._asdict()
    own = made_of(op)
    return {} if own is None or own.facts is None else dict(cast(Mapping[str, Any], own.facts))


def refuted(op: Op, found: Measured) -> list[Finding]:
    """Every claim that does not hold."""
    made = []
    for name, claimed in claims_of(op).items():
        check = _CHECKS.get(name)
        if check is not None:
            made += [
                Finding(f"fact: {name}", message, x) for message, x in check(op, found, claimed)
            ]
    return made


_Refutations = list[tuple[str, float | None]]


def _same(said: float, is_: float) -> bool:
    if math.isfinite(said) and math.isfinite(is_):
        return abs(said - is_) <= _NEAR * (1 + abs(said))
    return said == is_ or (math.isnan(said) and math.isnan(is_))


def _end(side: int) -> Callable[[Op, Measured, Any], _Refutations]:
    def check(op: Op, found: Measured, claimed: Any) -> _Refutations:
        ends = found.ends[side]
        at = (-_INF, _INF)[side]
        made: _Refutations = []
        for what, said, is_ in zip(("value", "slope"), claimed, ends, strict=True):
            if not _same(said, is_):
                made.append((f"the {what} is {spell(is_)}, not {spell(said)}", at))
        return made

    return check


def _range(op: Op, found: Measured, claimed: Any) -> _Refutations:
    made: _Refutations = []
    for said, extreme, word in zip(
        claimed, (found.low, found.high), ("least", "greatest"), strict=True
    ):
        is_ = extreme.value
        if not _same(said, is_):
            made.append((f"the {word} value is {spell(is_)}, not {spell(said)}", extreme.where.low))
    return made


def _domain(op: Op, found: Measured, claimed: Any) -> _Refutations:
    made: _Refutations = []
    ends = (found.domain.low, found.domain.high)
    for said, is_, word in zip(claimed, ends, ("from", "up to"), strict=True):
        if not _same(said, is_):
            made.append((f"it is a number {word} {spell(is_)}, not {word} {spell(said)}", is_))
    return made


def _points(what: str) -> Callable[[Op, Measured, Any], _Refutations]:
    function, noun = (slope, "slope") if what == "kinks" else (value, "value")

    def check(op: Op, found: Measured, claimed: Any) -> _Refutations:
        there = getattr(found, what)
        made: _Refutations = []
        for x, said in claimed:
            at = float(function(op, np.array([float(x)]))[0])
            if not any(abs(x - place) <= _NEAR * (1 + abs(x)) for place, _ in there):
                made.append((f"the {noun} does not jump", float(x)))
            elif at != said and not abs(at - said) <= _ROUNDING * abs(said):
                made.append((f"the {noun} is {spell(at)}, not {spell(said)}", float(x)))
        stated = [x for x, _ in claimed]
        for place, _ in there:
            if not any(abs(x - place) <= _NEAR * (1 + abs(place)) for x in stated):
                left, right = function(op, np.array([place - _BESIDE, place + _BESIDE])).tolist()
                message = (
                    f"the {noun} jumps from {spell(left)} to {spell(right)}, which is not said"
                )
                made.append((message, place))
        return made

    return check


def _smoothness(op: Op, found: Measured, claimed: Any) -> _Refutations:
    """No derivative up to the stated order jumps away from kinks; the next one does."""
    if claimed < 1:
        return [("kinks and jumps are claims of their own; smoothness is 1 or more", None)]
    orders = range(2, int(min(claimed + 1, _ORDERS)) + 1)
    if curvature(op, np.array([0.5]), orders[-1]) is None:
        return []
    for order in orders:
        torn = _torn(op, found, order)
        ordinal = _ORDINALS.get(order, f"{order}th")
        if torn is not None and order <= claimed:
            return [(f"the {ordinal} derivative jumps", torn)]
        if torn is None and order > claimed:
            return [(f"the {ordinal} derivative jumps nowhere", None)]
    return []


def _torn(op: Op, found: Measured, order: int) -> float | None:
    """Where a derivative jumps or has no value, nearest to 0, away from kinks."""
    singular = [x for x, _ in (*found.kinks, *found.jumps)]

    def bend(x: Array) -> Array:
        found = curvature(op, x, order)
        return np.full(x.shape, math.nan) if found is None else found

    size = np.abs(GRID)
    ordinary = (size == 0) | ((size >= 1 / _NEARBY**3) & (size <= _NEARBY))
    x = GRID[ordinary & (found.domain.low < GRID) & (found.domain.high > GRID)]
    places = [x for x, _ in jumps_of(bend, _TEAR)] + x[~np.isfinite(bend(x))].tolist()
    away = [x for x in places if not any(abs(x - s) < _NEAR for s in singular)]
    return min(away, key=abs) if away else None


def _symmetry(op: Op, found: Measured, claimed: Any) -> _Refutations:
    if claimed == found.symmetry:
        return []
    if claimed is None:
        return [(f"it is {found.symmetry}", None)]
    x = GRID[GRID > 0]
    y, mirrored = value(op, x), value(op, -x)
    with np.errstate(all="ignore"):
        off = np.abs(mirrored + y if claimed == "odd" else mirrored - y)
        worst = x[int(np.nanargmax(np.where(np.abs(x) < 4, off, 0)))]
    a, b = value(op, np.array([worst, -worst])).tolist()
    return [(f"f(x) is {spell(a)} and f(−x) is {spell(b)}", float(worst))]


def _monotone(op: Op, found: Measured, claimed: Any) -> _Refutations:
    if claimed == found.monotone:
        return []
    if not claimed:
        return [("it never decreases", None)]
    falls = found.signs.falling
    if not falls:
        return [("it drops where it jumps", found.jumps[0][0])]
    low, high = max(falls[0].low, -10.0), min(falls[0].high, 10.0)
    x = (low + high) / 2
    return [(f"the slope is {spell(float(slope(op, np.array([x]))[0]))}", x)]


def _convention(op: Op, found: Measured, claimed: Any) -> _Refutations:
    return [("there is no kink", None)] if claimed and not found.kinks else []


def _affine(op: Op, found: Measured, claimed: Any) -> _Refutations:
    s = slope(op, GRID)
    with np.errstate(invalid="ignore"):
        off = np.abs(s - s[len(s) // 2])
    is_ = not found.jumps and not bool(np.any(off > _ROUNDING * np.abs(s)))
    if is_ == claimed:
        return []
    if not claimed:
        return [("one slope everywhere", None)]
    near = np.where(np.abs(GRID) <= 10, off, 0)
    x = float(GRID[int(np.nanargmax(near))])
    a, b = slope(op, np.array([x, 0.0])).tolist()
    return [(f"the slope is {spell(a)}, at 0 it is {spell(b)}", x)]


_CHECKS: dict[str, Callable[[Op, Measured, Any], _Refutations]] = {
    "left": _end(0),
    "right": _end(1),
    "range": _range,
    "domain": _domain,
    "kinks": _points("kinks"),
    "jumps": _points("jumps"),
    "smoothness": _smoothness,
    "convention": _convention,
    "symmetry": _symmetry,
    "monotone": _monotone,
    "affine": _affine,
}
