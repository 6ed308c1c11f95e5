"""`check_activation`: what an activation promises, and the input at which it does not keep it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.catalogue.cards import card
from micrograd_act.catalogue.claims import claims_of, refuted
from micrograd_act.catalogue.evaluating import Array, is_curve, slope, value
from micrograd_act.catalogue.findings import ActivationError, ActivationReport, Finding
from micrograd_act.catalogue.intervals import Interval
from micrograd_act.catalogue.measuring import measured
from micrograd_act.catalogue.undefined import undefined
from micrograd_act.checking import gradcheck
from micrograd_act.drawing.spelling import spell
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.expressions import BranchError, symbol
from micrograd_act.namespaces.symbols import symbols
from micrograd_act.ops.op import Op, on_floats

# Where it is evaluated: generic points, round ones, and far ones.
_NEAR = np.concatenate([np.linspace(-7.93, 7.97, 107), np.arange(-6.0, 7.0)])
_FAR = np.array([-500.0, -90.0, -40.0, -20.0, -12.0, 12.0, 20.0, 40.0, 90.0, 500.0])
_POINTS = np.unique(np.concatenate([_NEAR, _FAR]))
_ROUNDING = 1e-11  # by which a number and an array may differ
_SMALLEST = float(np.finfo(np.float32).smallest_subnormal)  # no net notices a smaller slope


def check_activation(act: Any, *, raise_exception: bool = True) -> ActivationReport:
    """Check an activation: its value, its slope, its limits, and what is claimed of it.

    It must not branch on its data, change its input or turn float32 into float64; it treats every
    element alone, numbers like arrays; it is NaN or infinite nowhere where it has a limit; its
    slope agrees with differences; its facts hold.

    Parameters
    ----------
    act : Op, Family or str
        What `card` takes: one of your own, ``activation(fn)``, or a built-in one.
    raise_exception : bool
        Raise if anything was found.

    Returns
    -------
    ActivationReport
        True if nothing was found; each finding has a kind, a message and an input.

    Raises
    ------
    ActivationError
        An AssertionError with the report as `.report`.
    TypeError
        If it is no elementwise function of one variable.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import activation, check_activation
    >>> def hat(x):
    ...     return np.exp(-np.abs(x))
    >>> bool(check_activation(activation(hat, facts={"symmetry": "even", "range": (0.0, 1.0)})))
    True
    >>> swish = activation(lambda x: x / (1 + np.exp(-x)), name="swish")
    >>> print(check_activation(swish, raise_exception=False))
    check_activation: swish fails
      nan at x = −∞: the value is NaN, its limit is 0
      nan at x = −709.8: the slope is NaN from here down, but it tends to 0
    """
    op = card(act).op
    if not is_curve(op):
        raise TypeError(f"check_activation: {op!r} is not an elementwise function of one variable")
    findings: list[Finding] = []
    checked: list[str] = []
    for name, look in _CHECKS.items():
        findings += look(op)
        checked.append(name)
        if findings and name in _SPOILING:
            break
    report = ActivationReport(repr(op), tuple(findings), tuple(checked))
    if raise_exception and findings:
        raise ActivationError(report)
    return report


def _branches(op: Op) -> list[Finding]:
    try:
        op.forward(symbols, symbol("x"))
    except BranchError as error:
        sides = error.condition.args
        at = next((float(side.value) for side in sides if side.head == "number"), None)
        message = f"it branches on its data, {error.condition}; write where(condition, a, b)"
        return [Finding("branch", message, at)]
    except Exception:  # symbols have not all names
        pass
    return []


def _evaluates(op: Op) -> list[Finding]:
    """Runs on an array, which stays as it is, and gives an array of its shape."""
    x = _POINTS.copy()
    try:
        with np.errstate(all="ignore"):
            y = np.asarray(op.forward(arrays, x))
            again = np.asarray(op.forward(arrays, _POINTS.copy()))
    except Exception as error:  # whatever a user's function raises is a finding
        if "ambiguous" in str(error):
            message = "it branches on its data, since an array is not true or false"
            return [Finding("branch", f"{message}; write where(condition, a, b)")]
        return [Finding("raises", f"{type(error).__name__}: {error}")]
    changed = np.flatnonzero(x != _POINTS)
    if changed.size:
        at = float(_POINTS[changed[0]])
        return [Finding("mutates", f"it changes its input, here to {spell(x[changed[0]])}", at)]
    if y.shape not in ((), x.shape):
        return [Finding("shape", f"an input of shape {x.shape} gives {y.shape}")]
    if y.dtype.kind != "f":
        return [Finding("dtype", f"float64 becomes {y.dtype}")]
    y, again = np.broadcast_to(y, x.shape), np.broadcast_to(again, x.shape)
    differs = np.flatnonzero(~((y == again) | (np.isnan(y) & np.isnan(again))))
    if differs.size:
        at = float(x[differs[0]])
        return [Finding("nondeterministic", "two calls give two values", at)]
    return []


def _pulls(op: Op) -> list[Finding]:
    """The same of the derivative."""
    rule = op.vjps[0]
    assert rule is not None
    x = _POINTS.copy()
    with np.errstate(all="ignore"):
        y = np.broadcast_to(np.asarray(op.forward(arrays, x)), x.shape).copy()
        held = y.copy()
        g = np.ones_like(x)
        try:
            c = np.asarray(rule(arrays, g, y, x))
        except Exception as error:  # whatever a user's rule raises is a finding
            return [Finding("raises", f"the derivative: {type(error).__name__}: {error}")]
    for name, given, before in (("x", x, _POINTS), ("g", g, np.ones_like(x)), ("y", y, held)):
        changed = np.flatnonzero(~((given == before) | (np.isnan(given) & np.isnan(before))))
        if changed.size:
            at = float(_POINTS[changed[0]])
            return [Finding("mutates", f"the derivative changes {name}, which it is given", at)]
    if c.shape not in ((), x.shape):
        return [Finding("shape", f"the derivative of shape {x.shape} is {c.shape}")]
    return []


def _dtypes(op: Op) -> list[Finding]:
    x = _POINTS[np.abs(_POINTS) < 50].astype(np.float32)
    found = []
    for what, function in (("value", value), ("slope", slope)):
        dtype = function(op, x).dtype
        if dtype != np.float32:
            found.append(Finding("dtype", f"the {what} of float32 is {dtype}"))
    return found


def _elements(op: Op) -> list[Finding]:
    """What an element gives depends on it alone, and is the same for a number."""
    with np.errstate(all="ignore"):
        y = value(op, _POINTS)
        parts = np.concatenate([value(op, _POINTS[:50])[::-1], value(op, _POINTS[50:])])
        parts[:50] = parts[:50][::-1]
    off = _apart(y, parts)
    if off.size:
        i = int(off[0])
        message = (
            f"in another array it gives {spell(float(parts[i]))} instead of {spell(float(y[i]))}"
        )
        return [Finding("elementwise", message, float(_POINTS[i]))]
    try:
        numbers = np.array([on_floats(op.forward, (x,)) for x in _POINTS.tolist()])
    except Exception as error:  # a function may know arrays only
        return [Finding("scalar", f"a number: {type(error).__name__}: {error}")]
    off = _apart(y, numbers)
    if off.size:
        i = int(off[0])
        message = f"a number gives {spell(float(numbers[i]))}, an array {spell(float(y[i]))}"
        return [Finding("scalar", message, float(_POINTS[i]))]
    return []


def _apart(a: Array, b: Array) -> Array:
    with np.errstate(all="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        near = np.abs(a - b) <= _ROUNDING * np.maximum(np.abs(a), np.abs(b)) + 1e-300
    return np.flatnonzero(~(same | near))


def _limits(op: Op) -> list[Finding]:
    domain = claims_of(op).get("domain")
    claimed = None if domain is None else Interval(*domain)

    def f(x: Array) -> Array:
        return value(op, x)

    def df(x: Array) -> Array:
        s = slope(op, x)
        return np.where(np.isnan(f(x)), 0.0, s)  # once is enough

    found = undefined("value", f, claimed)
    shown = measured(op).domain if claimed is None else claimed
    return found + undefined("slope", df, shown)


def _slopes(op: Op) -> list[Finding]:
    found = measured(op)
    singular = [x for x, _ in found.kinks]
    jumps = [x for x, _ in found.jumps]
    x = np.unique(np.concatenate([_POINTS, singular]))
    with np.errstate(all="ignore"):
        finite = np.isfinite(value(op, x)) & np.isfinite(slope(op, x))
    apart = np.min(np.abs(x[:, None] - np.array([*jumps, math.inf])), axis=1) > 1.0
    x = x[finite & (apart if jumps else True)]
    with np.errstate(all="ignore"):
        report = gradcheck(op, x, raise_exception=False)
    made = []
    for failure in report.failures:
        index = failure.index
        at = None if not index else float(x[index[0]])
        if at is None or failure.numeric is None or failure.analytic is None:
            made.append(Finding("slope", failure.message, at))
            continue
        is_ = float(slope(op, np.array([at]))[0])
        scale = is_ / failure.analytic if failure.analytic else 1.0
        numeric = failure.numeric
        if max(abs(is_), *np.abs(np.atleast_1d(numeric))) < _SMALLEST:
            continue
        if isinstance(numeric, tuple):
            said = f"between {spell(numeric[0] * scale)} and {spell(numeric[1] * scale)}"
        else:
            said = f"{numeric * scale:.10g}".replace("-", "−")
        made.append(
            Finding("slope", f"it is {is_:.10g}, differences say {said}".replace("-", "−"), at)
        )
    return made


def _facts(op: Op) -> list[Finding]:
    return refuted(op, measured(op))


_CHECKS: dict[str, Callable[[Op], list[Finding]]] = {
    "branches": _branches,
    "value": _evaluates,
    "derivative": _pulls,
    "dtypes": _dtypes,
    "elements": _elements,
    "limits": _limits,
    "slope": _slopes,
    "facts": _facts,
}
_SPOILING = {"branches", "value", "derivative", "elements"}
