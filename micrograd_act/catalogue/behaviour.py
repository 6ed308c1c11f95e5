"""What any array function of an activation has to keep: the mistakes that spoil all else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from micrograd_act.catalogue.evaluating import Array
from micrograd_act.catalogue.findings import Finding
from micrograd_act.drawing.spelling import spell
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.expressions import BranchError, symbol
from micrograd_act.namespaces.symbols import symbols
from micrograd_act.ops.op import Op, on_floats

# Where it is evaluated: generic points, round ones, and far ones.
_NEAR = np.concatenate([np.linspace(-7.93, 7.97, 107), np.arange(-6.0, 7.0)])
_FAR = np.array([-500.0, -90.0, -40.0, -20.0, -12.0, 12.0, 20.0, 40.0, 90.0, 500.0])
POINTS = np.unique(np.concatenate([_NEAR, _FAR]))
_ROUNDING = 1e-11  # by which a number and an array may differ, of what it is computed from
_STEP = 1e-15  # of an input, a few roundings
_STEPS = 32
_ALONE = 7  # every so many points, one is evaluated in an array of its own

Function = Callable[[Array], Any]


def value_behaves(op: Op) -> list[Finding]:
    """Runs on arrays of any shape, which stay as they are, each element alone, and on numbers."""

    def function(x: Array) -> Any:
        return op.forward(arrays, x)

    def number(x: float) -> float:
        return on_floats(op.forward, (x,))

    found = _behaves(function, number, "")
    if found and found[0].kind == "branch":
        return [_named_branch(op, found[0])]
    return found


def slope_behaves(op: Op) -> list[Finding]:
    """The same of the derivative, whose other arguments stay as they are too."""
    rule = op.vjps[0]
    assert rule is not None
    spoiled: list[str] = []

    def function(x: Array) -> Any:
        y = np.broadcast_to(np.asarray(op.forward(arrays, x)), x.shape).copy()
        g, held = np.ones_like(x), y.copy()
        c = rule(arrays, g, y, x)
        for name, given, before in (("g", g, np.ones_like(x)), ("y", y, held)):
            if _apart(given, before).size:
                spoiled.append(name)
        return c

    def number(x: float) -> float:
        y = on_floats(op.forward, (x,))
        return on_floats(rule, (1.0, y, x))

    found = _behaves(function, number, "the derivative: ")
    if spoiled and not found:
        return [Finding("mutates", f"the derivative changes {spoiled[0]}, which it is given")]
    return found or _linear(op)


def _linear(op: Op) -> list[Finding]:
    """The cotangent of x is g times a number that g does not enter."""
    rule: Any = op.vjps[0]
    with np.errstate(all="ignore"):
        y = np.broadcast_to(np.asarray(op.forward(arrays, POINTS)), POINTS.shape)
        once, other = (rule(arrays, np.full(POINTS.shape, g), y, POINTS) for g in (1.0, -256.0))
        c = np.broadcast_to(once, y.shape)
        slack = _ROUNDING * np.maximum(np.abs(c), np.finfo(float).tiny)
        off = _apart(np.broadcast_to(other, y.shape) / -256, c, slack)
    if not off.size:
        return []
    return [Finding("slope", "vjp(g, y, x) is not g times a number", _at(_nearest(off)))]


def _apart(a: Array, b: Array, slack: Array | float = 0.0) -> Any:
    """Indices at which two arrays differ."""
    same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= slack)
    return np.flatnonzero(~same)


def _rounding(function: Function, y: Array) -> Array:
    """By how much values that are computed in other orders may differ."""
    moved = np.broadcast_to(np.asarray(function(POINTS * (1 + _STEP))), y.shape)
    sensitive = np.abs(moved - y)  # of sin(exp(x)) no digit of a large input is kept
    plain = _ROUNDING * np.maximum(np.maximum(np.abs(y), np.abs(POINTS)), 1)
    slack: Array = np.fmax(plain, _STEPS * sensitive)
    return slack


def _behaves(function: Function, number: Callable[[float], float], what: str) -> list[Finding]:
    with np.errstate(all="ignore"):
        return next(_mistakes(function, number, what), [])


def _mistakes(
    function: Function, number: Callable[[float], float], what: str
) -> Iterator[list[Finding]]:
    """Every mistake; where there is one, what comes after it says nothing."""
    x = POINTS.copy()
    try:
        y = np.asarray(function(x))
        again = np.asarray(function(POINTS.copy()))
    except Exception as error:  # whatever a user's function raises is a finding
        yield [_raised(error, what, function)]
        return
    changed = _apart(x, POINTS)
    if changed.size:
        at = _nearest(changed)
        yield [Finding("mutates", f"{what}it changes its input, here to {spell(x[at])}", _at(at))]
    if y.dtype.kind != "f":
        yield [Finding("dtype", what + _no_numbers(y))]
    if y.shape not in ((), x.shape):
        yield [Finding("shape", f"{what}an input of shape {x.shape} gives {y.shape}")]
    whole = np.broadcast_to(y, x.shape)
    differs = _apart(whole, np.broadcast_to(again, x.shape))
    if differs.size:
        at = _nearest(differs)
        yield [Finding("nondeterministic", f"{what}two calls give two values", _at(at))]
    slack = _rounding(function, whole)
    yield from _parts(function, whole, slack, what)
    yield from _shapes(function, what)
    try:
        numbers = np.array([number(at) for at in POINTS.tolist()])
    except Exception as error:  # a function may know arrays only
        yield [Finding("scalar", f"{what}of a number it raises {type(error).__name__}: {error}")]
        return
    off = _apart(whole, numbers, slack)
    if off.size:
        i = _nearest(off)
        message = f"{what}a number gives {spell(float(numbers[i]))}, an array {spell(whole[i])}"
        yield [Finding("scalar", message, _at(i))]


def _parts(function: Function, whole: Array, slack: Array, what: str) -> Iterator[list[Finding]]:
    """What an element gives may not depend on its neighbours."""
    every = np.arange(POINTS.size)
    chosen = [every[::-1], every[POINTS < 0], every[POINTS >= 0], every[np.abs(POINTS) < 1]]
    chosen += [every[i : i + 1] for i in range(0, POINTS.size, _ALONE)]
    for part in chosen:
        try:
            y = np.broadcast_to(np.asarray(function(POINTS[part].copy())), part.shape)
        except Exception as error:  # it may branch on what is in the array
            yield [_raised(error, what, function)]
            return
        off = _apart(y, whole[part], slack[part])
        if off.size:
            i = int(off[np.argmin(np.abs(np.abs(POINTS[part][off]) - 1))])
            message = (
                f"{what}among other elements it gives {spell(float(y[i]))} instead of "
                f"{spell(float(whole[part][i]))}"
            )
            yield [Finding("elementwise", message, float(POINTS[part][i]))]


def _shapes(function: Function, what: str) -> Iterator[list[Finding]]:
    for shape in ((2, 3), (0,), ()):
        x = np.linspace(0.5, 2.0, math.prod(shape)).reshape(shape)
        try:
            found = np.shape(function(x))
        except Exception as error:
            said = f"an array of shape {shape} raises {type(error).__name__}: {error}"
            yield [Finding("shape", what + said)]
            return
        if found not in ((), shape):
            yield [Finding("shape", f"{what}an input of shape {shape} gives {found}")]


def _raised(error: Exception, what: str, function: Function) -> Finding:
    said = f"{what}{type(error).__name__}: {error}"
    if "ambiguous" in str(error):
        message = f"{what}it branches on its data, and an array is neither true nor false"
        return Finding("branch", f"{message}; write where(condition, a, b)")
    if "converted to Python scalars" in str(error):
        return Finding("raises", f"{said}; functions of math take numbers only, NumPy's take both")
    return Finding("raises", said, _first_raising(function))


def _first_raising(function: Function) -> float | None:
    """The input nearest to 0 at which a function raises, unless it raises everywhere."""
    raising = []
    for x in sorted(POINTS.tolist(), key=abs):
        try:
            function(np.array([x]))
        except Exception:
            raising.append(x)
    return raising[0] if 0 < len(raising) < POINTS.size else None


def _named_branch(op: Op, found: Finding) -> Finding:
    """The condition and where it turns, read from the code."""
    try:
        op.forward(symbols, symbol("x"))
    except BranchError as error:
        sides = error.condition.args
        at = next((float(side.value) for side in sides if side.head == "number"), None)
        message = f"it branches on its data, {error.condition}; write where(condition, a, b)"
        return Finding("branch", message, at)
    except Exception:  # symbols have not all names
        pass
    return found


def _no_numbers(y: Array) -> str:
    if y.dtype == object and y.shape == () and y.item() is None:
        return "it returns None; is a return missing?"
    return f"float64 becomes {y.dtype}"


def _nearest(indices: Any) -> int:
    """The index of the point whose size is nearest to 1."""
    return int(indices[np.argmin(np.abs(np.abs(POINTS[indices]) - 1))])


def _at(i: int) -> float:
    return float(POINTS[i])
