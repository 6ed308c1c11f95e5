"""An activation's derivatives against differences, at ordinary inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from micrograd_act.catalogue.behaviour import POINTS
from micrograd_act.catalogue.evaluating import GRID, Array, curvature, slope, value
from micrograd_act.catalogue.findings import Finding
from micrograd_act.catalogue.intervals import edges
from micrograd_act.catalogue.measuring import measured
from micrograd_act.checking import gradcheck
from micrograd_act.drawing.spelling import spell
from micrograd_act.graph.custom import activation, made_of
from micrograd_act.ops.op import Op

_SMALLEST = float(np.finfo(np.float32).smallest_subnormal)  # no net notices a smaller slope
_CENTRAL, _ORDINARY = 2.0, 8.0
_APART = 1.0  # from what jumps; the steps of differences are shorter
_ROUNDING = 1e-11  # of the largest slope: differences of values that cancel are off by it
_LOST = 100.0  # up to where a slope may be lost to rounding


def slopes_agree(op: Op) -> list[Finding]:
    """The slope lies between the two sides at a kink, and agrees with differences elsewhere."""
    found = measured(op)
    x = np.unique(np.concatenate([POINTS, [x for x, _ in found.kinks]]))
    with np.errstate(all="ignore"):
        x = x[np.isfinite(value(op, x)) & np.isfinite(slope(op, x))]
    x = x[_apart(x, found.jumps)]
    size = np.abs(x)
    near = size <= _ORDINARY
    slack = _ROUNDING * float(np.max(np.abs(slope(op, x[near])), initial=0.0))
    central = size <= _CENTRAL  # first: only the worst of each part is named
    for part in (x[central], x[near & ~central], x[~near]):
        if not part.size:
            continue
        made = [
            Finding("slope", f"it is {_digits(is_)}, differences say {said}", at)
            for at, is_, said in _disagreements(partial(value, op), partial(slope, op), part, slack)
        ]
        if made:
            return made
    return []


def curvature_agrees(op: Op) -> list[Finding]:
    """So does the second derivative, where the derivative is not written for numbers alone."""
    found = measured(op)
    x = POINTS[np.abs(POINTS) <= _ORDINARY]
    x = x[_apart(x, (*found.kinks, *found.jumps))]
    x = x[np.isfinite(slope(op, x))]
    c = curvature(op, x)
    if c is None or not x.size:
        return []
    x = x[np.isfinite(c)]
    return [
        Finding(
            "curvature",
            f"the second derivative is {_digits(is_)}, differences of the slope say {said}",
            at,
        )
        for at, is_, said in _disagreements(partial(slope, op), partial(curvature, op), x)
    ]


def digits_lost(op: Op) -> list[Finding]:
    """From where on a given derivative is exactly 0 and that of the function's graph is not."""
    own = made_of(op)
    if own is None or own.vjp is None:
        return []
    plain: Any = activation(own.fn)

    def lost(x: Array) -> Array:
        try:
            other = slope(plain, x)
        except Exception:  # it was given because the function has no graph
            return np.full(x.shape, False)
        gone: Array = np.isfinite(other) & (other != 0) & (slope(op, x) == 0)
        return gone

    made = []
    x = GRID[np.abs(GRID) <= _LOST]
    there = lost(x)
    for side, word in ((-1, "down"), (1, "up")):
        flags = there[::side]
        run = int(np.argmin(flags[::-1])) if not flags.all() else 0  # how many of the last
        if not run:
            continue
        ordered = x[::side]
        inner, outer = ordered[-run], ordered[-run - 1]
        at = float(edges(lost, np.array([inner]), np.array([outer]))[0][0])
        truth = float(slope(plain, np.array([at]))[0])
        if abs(truth) < _SMALLEST:
            continue
        message = f"from here {word} vjp gives exactly 0; the graph of the function {spell(truth)}"
        made.append(Finding("digits", message, at))
    return made


def _apart(x: Array, points: Any) -> Any:
    places = np.array([*(p for p, _ in points), math.inf])
    return np.min(np.abs(x[:, None] - places), axis=1) > _APART


def _disagreements(
    function: Callable[[Array], Array],
    derivative: Callable[[Array], Any],
    x: Array,
    slack: float = 0.0,
) -> Iterator[tuple[float, float, str]]:
    """Where the derivative of an elementwise function is not what differences say it is."""
    report = gradcheck(function, x, grad=derivative, raise_exception=False)
    for failure in report.failures:
        if not failure.index or failure.analytic is None or failure.numeric is None:
            continue
        sides = np.atleast_1d(failure.numeric)
        apart = np.min(np.abs(sides - failure.analytic))
        large = max(abs(failure.analytic), *np.abs(sides)) >= _SMALLEST
        if large and not apart <= slack:
            at = float(x[failure.index[0]])
            yield at, failure.analytic, _said(failure.numeric)


def _said(numeric: float | tuple[float, float]) -> str:
    if isinstance(numeric, tuple):
        low, high = sorted(numeric)
        return f"between {_digits(low)} and {_digits(high)}"
    return _digits(numeric)


def _digits(x: float) -> str:
    """More digits than a card has: the last of them may be the mistake."""
    return f"{x + 0.0:.10g}".replace("-", "−")
