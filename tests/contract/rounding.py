"""The rounding error of an activation in units in the last place, against 60 digits and more."""

import numpy as np

from micrograd_act.namespaces.arrays import arrays
from tests.contract.exact import exact, mp, rounded, xp

_DECADES = np.array([10.0 ** (k / 2) for k in range(-646, 617)])
_POSITIVE = np.concatenate([_DECADES[::5], np.linspace(0.01, 40.3, 271), np.linspace(41, 760, 97)])
POINTS = np.unique(np.concatenate([-_POSITIVE, _POSITIVE]))
_DIGITS = 400  # so that a difference of a slope that is 1 - 1e-300 keeps enough
_AROUND_ROOTS = 0.3  # there any formula is ill-conditioned


def points_of(op, dtype=np.float64):
    low, high = op.facts.domain
    with np.errstate(over="ignore", under="ignore"):
        x = np.unique(POINTS.astype(dtype))
    x = x[np.isfinite(x) & (low < x) & (high > x)]
    for kink, _ in op.facts.kinks:
        x = x[np.abs(x - kink) > 8 * np.finfo(dtype).eps * max(1.0, abs(kink))]
    return x


def settled(op, x):
    """Value and slope of exact(x), with more digits where 60 and 90 do not give the same."""
    found = []
    for digits in (60, 90):
        with mp.workdps(digits):
            found.append(_exact_pair(op, x))
    few, pair = found
    with mp.workdps(_DIGITS):
        # 0 may be a difference of equals
        value, slope = (pair == 0) | ~(abs(few - pair) <= abs(pair) * 1e-30)
        pair[0, value] = op.forward(xp, exact(x[value]))
        pair[1, slope] = _exact_pair(op, x[slope])[1]
    return pair


def _exact_pair(op, x):
    point = exact(x)
    y = op.forward(xp, point)
    slope = op.vjps[0](xp, xp.ones_like(x), y, point)
    pair = np.empty((2, *x.shape), dtype=object)
    pair[0], pair[1] = y, slope
    return pair


def units(found, wanted, x):
    """The largest error in ulp of the true value and where, away from its roots other than 0."""
    wanted = np.broadcast_to(np.asarray(wanted, dtype=object), x.shape)
    with np.errstate(over="ignore"):
        true = rounded(wanted).astype(found.dtype)
    away = np.isfinite(true)
    for k in np.flatnonzero(np.sign(true[1:]) * np.sign(true[:-1]) < 0):
        if np.sign(x[k]) == np.sign(x[k + 1]):
            away &= (x < x[k] - _AROUND_ROOTS) | (x > x[k + 1] + _AROUND_ROOTS)
    found, wanted, x = found[away], wanted[away], x[away]
    spacing = np.spacing(np.abs(true[away]))
    off = np.array(
        [
            float(abs(mp.mpf(float(a)) - b) / mp.mpf(float(s))) if np.isfinite(a) else np.inf
            for a, b, s in zip(found, wanted, spacing, strict=True)
        ]
    )
    worst = int(np.argmax(off))
    return float(off[worst]), float(x[worst])


def errors(op, dtype=np.float64):
    """(ulp, where) of the value and of the slope on arrays of `dtype`."""
    x = points_of(op, dtype)
    y, slope = _exact_pair(op, x)
    found = op.forward(arrays, x)
    found_slope = np.broadcast_to(op.vjps[0](arrays, np.ones_like(x), found, x), x.shape)
    return units(found, y, x), units(found_slope, slope, x)
