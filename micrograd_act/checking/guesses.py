"""A guess at the cause of wrong gradients, from how they differ from the right ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from micrograd_act.checking.comparison import Array, Comparison, Directions, along, scale
from micrograd_act.checking.subjects import Subject

_MOST = 64  # elements that are measured for a guess
_WORK = 1 << 16  # numbers that are moved for it, about
_CLOSE = 1e-5
_LEFT_OUT = "zero, as if left out"


def guess_causes(comparison: Comparison, start: int) -> None:
    """Add guesses to the failures of this comparison, which begin at `start`."""
    failures = comparison.report.failures
    known: dict[int | None, str] = {}
    for k in range(start, len(failures)):
        failure = failures[k]
        if failure.guess or failure.kind not in ("gradient", "kink") or failure.input is None:
            continue
        if comparison.subject.separate:
            text = _of_one(failure.analytic, failure.numeric)
        else:
            if failure.input not in known:
                known[failure.input] = _guess(comparison, failure.input, failure.index)
            text = known[failure.input]
        if not text and failure.kind == "kink":
            text = "wrong side of a kink"
        failures[k] = replace(failure, guess=text)


def _guess(comparison: Comparison, i: int, index: tuple[int, ...] | None) -> str:
    subject, g = comparison.subject, comparison.g
    x = subject.xs[i]
    most = max(3, min(_MOST, _WORK // (subject.y.size + x.size)))
    flat = 0 if index is None else int(np.ravel_multi_index(index, x.shape)) if x.shape else 0
    chosen = np.arange(x.size)
    if x.size > most:
        spread = np.linspace(0, x.size - 1, most - 1).astype(int)
        chosen = np.unique(np.append(spread, flat))
    directions = [{i: _alone(x, k)} for k in chosen]
    units = scale(x).ravel()[chosen].reshape((-1,) + (1,) * subject.y.ndim)
    if subject.y.size > _WORK // 8:
        slopes = np.stack([_roughly(subject, d) for d in directions]) / units
    else:
        found = along(subject, directions)
        slopes = (found.right + found.left) / 2 / units
    terms = g * slopes  # of each element, through each output
    numeric = terms.reshape(len(chosen), -1).sum(1)
    analytic = comparison.c[i].ravel()[chosen]
    if not np.all(np.isfinite(analytic)) or not np.all(np.isfinite(numeric)):
        return ""
    ignored = bool(np.max(np.abs(g - 1)) > 0) and _equal(
        analytic, slopes.reshape(len(chosen), -1).sum(1), 1e-9, np.max(np.abs(slopes))
    )
    if ignored:
        return "cotangent ignored" if np.any(analytic) else f"{_LEFT_OUT}, or cotangent ignored"
    # of equal slopes at equal inputs more elements are no more evidence
    alone = len(chosen) == 1 or (np.ptp(x) == 0 and _equal_parts(slopes))
    if guess := _of_factor(analytic, numeric, alone):
        return guess
    if _equal(analytic, numeric):  # but for some elements, and little there
        return ""
    return (
        _of_signs(analytic, numeric)
        or _of_places(analytic, numeric, x)
        or _of_jacobian(comparison, i)
        or _of_sums(analytic, terms)
        or _of_before(comparison, i, flat)
        or _of_sides(comparison, i, flat)
    )


def _roughly(subject: Subject, direction: Directions) -> Array:
    """The slope of every output by two steps: of very many, all steps take too long."""
    coarse, fine = (
        (subject.moved(h, direction) - subject.moved(-h, direction)) / (2 * h)
        for h in (2.0**-8, 2.0**-9)
    )
    return np.asarray(fine + (fine - coarse) / 3)


def _of_before(comparison: Comparison, i: int, flat: int) -> str:
    """Whether the gradient is the right one of an earlier call, at another point."""
    subject, c = comparison.subject, comparison.c[i]
    if subject.earlier is None or subject.at is None:
        return ""
    try:
        xs, pullback = subject.earlier
        d = _alone(xs[i], flat)
        found = along(subject.at(xs), [{i: d}])
        there = float(np.sum(comparison.g * (found.right + found.left))) / 2 / d.flat[flat]
        same = np.array_equal(np.asarray(pullback(comparison.g)[i]), c)
    except Exception:  # the function belongs to the user
        return ""
    right = abs(there - c.flat[flat]) <= _CLOSE * abs(there)
    return "stale state: it is that of an earlier call" if same and right else ""


def _alone(x: Array, k: int) -> Array:
    d = np.zeros(np.shape(x))
    d.flat[k] = scale(x).flat[k]
    return d


def _equal(a: Array, b: Array, close: float = _CLOSE, size: float = 0.0) -> bool:
    size = max(size, float(np.max(np.abs(b), initial=0.0)))
    return bool(np.max(np.abs(a - b), initial=0.0) <= close * size)


def _of_one(analytic: Any, numeric: Any) -> str:
    if analytic is None or numeric is None or isinstance(numeric, tuple):
        return ""
    return _of_factor(np.array([analytic]), np.array([numeric]), True)


def _equal_parts(slopes: Array) -> bool:
    """Whether all that are not 0 are equal."""
    some = slopes[slopes != 0]
    return not some.size or _equal(some, np.full_like(some, some[0]), 1e-9)


def _of_factor(c: Array, n: Array, alone: bool) -> str:
    """One factor for all elements; of a single number only one that is no accident."""
    if not np.any(n):
        return "not zero, as it should be"
    if not np.any(c):
        return _LEFT_OUT
    ratio = float(np.sum(c * n) / np.sum(n * n))
    off = abs(abs(ratio) - 1)
    if not _equal(c, ratio * n, min(_CLOSE, max(1e-2 * off, 1e-9))):
        return ""
    sign = "sign" if ratio < 0 else ""
    if off <= 1e-7 and sign:
        return sign
    if off < 0.2:
        return (sign and "sign, and ") + f"off by a relative {off:.1g}"
    size = max(abs(ratio), 1 / abs(ratio))
    if alone and abs(size - round(size)) > 1e-6 * size:
        return ""
    return (sign and "sign, and ") + f"factor {abs(ratio):.4g}"


def _of_signs(c: Array, n: Array) -> str:
    return "sign, in some elements" if _equal(np.abs(c), np.abs(n)) else ""


def _of_places(c: Array, n: Array, x: Array) -> str:
    if c.size != x.size or c.size < 2:
        return ""
    if x.ndim == 2 and x.shape[0] == x.shape[1] and _equal(c.reshape(x.shape).T.ravel(), n):
        return "transposed"
    return "right numbers in wrong places" if _equal(np.sort(c), np.sort(n)) else ""


def _of_jacobian(comparison: Comparison, i: int) -> str:
    """Whether the Jacobian was multiplied from its other side, as in g @ W instead of g @ W.T."""
    subject, c = comparison.subject, comparison.c[i]
    if c.size < 2 or subject.y.shape != c.shape:
        return ""
    found = along(subject, [{i: comparison.g}])
    return "transposed" if _equal(c, (found.right[0] + found.left[0]) / 2) else ""


def _of_sums(c: Array, terms: Array) -> str:
    """Whether a single slice of the result was taken for the sum over all of them."""
    for axis in range(1, terms.ndim):
        if terms.shape[axis] < 2:
            continue
        for k in (0, -1):
            if _equal(c, np.take(terms, k, axis).reshape(len(c), -1).sum(1)):
                return f"missing sum over axis {axis - 1}"
    return ""


def _of_sides(comparison: Comparison, i: int, flat: int) -> str:
    """Whether it is the slope of the other side of a kink near by."""
    subject = comparison.subject
    if subject.xs[i].size + subject.y.size > _WORK:
        return ""
    d = _alone(subject.xs[i], flat)
    unit = float(d.flat[flat])
    c = float(comparison.c[i].flat[flat])
    h = 2.0**-26

    def slope(offset: float) -> float:
        ahead, behind = (subject.moved(offset + s * h, {i: d}) for s in (1, -1))
        return float(np.sum(comparison.g * (ahead - behind))) / (2 * h * unit)

    here = slope(2.0**-40)
    for side in (1, -1):
        for k in range(-22, 6, 2):
            there = slope(side * 2.0**k)
            if abs(there - c) <= 0.05 * abs(here - c):
                return "wrong side of a kink"
            if not abs(there - here) <= 0.05 * abs(here - c):
                break
    return ""
