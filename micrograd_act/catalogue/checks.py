"""`check_activation`: what an activation promises, and the input at which it does not keep it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.catalogue.behaviour import POINTS, slope_behaves, value_behaves
from micrograd_act.catalogue.cards import card
from micrograd_act.catalogue.claims import claims_of, refuted
from micrograd_act.catalogue.deriving import curvature_agrees, digits_lost, slopes_agree
from micrograd_act.catalogue.evaluating import Array, is_curve, slope, value
from micrograd_act.catalogue.findings import ActivationError, ActivationReport, Finding
from micrograd_act.catalogue.intervals import Interval
from micrograd_act.catalogue.measuring import measured
from micrograd_act.catalogue.undefined import undefined
from micrograd_act.drawing.spelling import spell
from micrograd_act.graph.custom import made_of
from micrograd_act.ops.op import Op

_OCCURS = 1e4  # in size, of an input that a net meets


def check_activation(act: Any, *, raise_exception: bool = True) -> ActivationReport:
    """Check an activation: its value, its slope, its limits, and what is claimed of it.

    It must not branch on its data, change its input or turn float32 into float64; it treats every
    element alone, numbers like arrays; it is NaN or infinite nowhere where it has a limit; its
    first and second derivative agree with differences; its facts hold.

    Parameters
    ----------
    act : Op, Family or str
        What `card` takes: one of your own, ``activation(fn)``, or a built-in one.
    raise_exception : bool
        Raise if anything was found.

    Returns
    -------
    ActivationReport
        True if nothing was found; each finding has a kind, a message and an input. What concerns
        only enormous inputs, or the derivative at infinity of a function that has a value there, is
        a note.

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
    shown = card(act)
    op = shown.op
    if not is_curve(op) or shown.shown_as:
        raise TypeError(f"check_activation: {op!r} is not an elementwise function of one variable")
    findings: list[Finding] = []
    notes: list[Finding] = []
    checked: list[str] = []
    for name, look in _CHECKS.items():
        found, remarks = look(op)
        findings += found
        notes += remarks
        checked.append(name)
        if found and name in _SPOILING:
            break
    report = ActivationReport(shown.title, tuple(findings), tuple(notes), tuple(checked))
    if raise_exception and findings:
        raise ActivationError(report)
    return report


_Found = tuple[list[Finding], list[Finding]]  # mistakes and notes


def _mistakes(check: Callable[[Op], list[Finding]]) -> Callable[[Op], _Found]:
    def look(op: Op) -> _Found:
        return check(op), []

    return look


def _dtypes(op: Op) -> _Found:
    x = POINTS[np.abs(POINTS) < 50].astype(np.float32)
    dtype, slope_dtype = value(op, x).dtype, slope(op, x).dtype
    if dtype != np.float32:
        return [Finding("dtype", f"the value of float32 is {dtype}")], []
    if slope_dtype != np.float32:  # a backward pass rounds it
        return [], [Finding("dtype", f"the derivative of float32 is computed in {slope_dtype}")]
    return [], []


def _limits(op: Op) -> _Found:
    domain = claims_of(op).get("domain")
    claimed = None if domain is None else Interval(*domain)

    def f(x: Array) -> Array:
        return value(op, x)

    def df(x: Array) -> Array:
        y, s = f(x), slope(op, x)
        elsewhere = np.isnan(y) | (np.isinf(y) & np.isfinite(x))  # once is enough
        return np.where(np.isnan(s) & elsewhere, 0.0, s)

    values = undefined("value", f, claimed)
    slopes = undefined("slope", df, measured(op).domain if claimed is None else claimed)
    own = made_of(op)
    from_graph = own is not None and own.vjp is None
    findings: list[Finding] = []
    notes = _hides_nan(op)
    for found, harmless_at_infinity in ((values, False), (slopes, from_graph)):
        for finding in found:
            size = 0.0 if finding.x is None else abs(finding.x)
            harmless = harmless_at_infinity if math.isinf(size) else size > _OCCURS
            (notes if harmless else findings).append(finding)
    return findings, notes


def _hides_nan(op: Op) -> list[Finding]:
    y = float(value(op, np.array([math.nan]))[0])
    return [] if math.isnan(y) else [Finding("nan", f"it turns NaN into {spell(y)}")]


def _curvature(op: Op) -> _Found:
    found = curvature_agrees(op)
    own = made_of(op)
    from_graph = own is not None and own.vjp is None
    return ([], found) if from_graph else (found, [])  # its first derivative is right


def _digits(op: Op) -> _Found:
    return [], digits_lost(op)


def _facts(op: Op) -> list[Finding]:
    return refuted(op, measured(op))


_CHECKS: dict[str, Callable[[Op], _Found]] = {
    "value": _mistakes(value_behaves),
    "derivative": _mistakes(slope_behaves),
    "dtypes": _dtypes,
    "limits": _limits,
    "slope": _mistakes(slopes_agree),
    "curvature": _curvature,
    "digits": _digits,
    "facts": _mistakes(_facts),
}
_SPOILING = {"value", "derivative", "slope"}
