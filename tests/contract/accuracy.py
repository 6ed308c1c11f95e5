"""The error of a curve, its slope and its bend, in units in the last place of the true value.

`docs/accuracy.md` states what a long run has found, `tests/reference/accuracy.json` holds it; both
are written by ``python -m benchmarks.accuracy``.
"""

import sys

import numpy as np

from micrograd_act import Tensor, Value, functional, grad
from tests.contract.jets import Jet, mp

_STEPS = (0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, np.inf)
TARGETS = {"float64": (4, 10, 10), "numbers": (4, 10, 10), "float32": (4, 16, 16)}
_DIGITS = ((50, 80), (400, 460))  # the larger pair where the smaller does not agree
_STRETCH = 8.0  # of a function, by a parameter
_AROUND_ROOTS = 0.3  # relative beyond 1; within this distance the unit is that of the local scale


def grid(dtype, dense=1):
    """Fixed points: every size of number, and dense where exponents and signs move."""
    info = np.finfo(dtype)
    low, high = np.log10(float(info.smallest_subnormal)), np.log10(float(info.max))
    width = 760.0 if info.bits == 64 else 110.0
    with np.errstate(over="ignore"):
        positive = np.concatenate(
            [
                10.0 ** np.linspace(low, high, 60 * dense),
                np.linspace(0.003, 12.0, 120 * dense) ** 1.01,
                np.linspace(12.0, 41.0, 40 * dense),
                np.linspace(41.0, width, 40 * dense),
                [float(info.max), float(info.tiny), 0.5, 0.75, 1.0, 20.0],
            ]
        )
        x = np.unique(np.concatenate([-positive, positive]).astype(dtype))
    return x[np.isfinite(x) & (x != 0)]


def fresh(rng, dtype, count):
    """Random points: half of them where most inputs are, the rest of every size."""
    info = np.finfo(dtype)
    low, high = np.log(float(info.tiny)), np.log(float(info.max))
    n = count // 4
    x = np.concatenate(
        [
            3.0 * rng.standard_normal(2 * n),
            np.exp(rng.uniform(low, high, n)) * rng.choice((-1.0, 1.0), n),
            rng.uniform(-1.0, 1.0, n) * (745.0 if info.bits == 64 else 104.0),
        ]
    )
    x = np.unique(x.astype(dtype))
    return x[x != 0]


def away(x, kinks):
    """The points that are not within a few roundings of a kink."""
    for kink in map(float, kinks):
        x = x[np.abs(x - kink) > 8 * np.finfo(x.dtype).eps * max(1.0, abs(kink))]
    return x


def truth(curve, x, p):
    """Value and three derivatives of each point, as numbers of many digits."""
    return [_settled(curve, float(point), p) for point in x]


def _settled(curve, x, p):
    for few, more in _DIGITS:
        with mp.workdps(few):
            rough = curve.formula(Jet.variable(x), mp.mpf(p)).d
        with mp.workdps(more):
            found = curve.formula(Jet.variable(x), mp.mpf(p)).d
        if all(map(_agree, rough, found)):
            break
    return found


def _agree(rough, found):
    # 0 may be a difference of equals
    return found != 0 and abs(rough - found) <= abs(found) * mp.mpf(10) ** -30


def measured(curve, x, p):
    """Value, slope and bend on an array, as the engine computes them, in the dtype of `x`."""
    leaf = Tensor(x, requires_grad=True)
    y = curve.call(functional, leaf, p)
    first = _derivative(y, leaf)
    second = _derivative(first, leaf)
    return [np.broadcast_to(part.data, x.shape) for part in (y, first, second)]


def _derivative(y, leaf):
    if not y.requires_grad:
        return Tensor(np.zeros_like(leaf.data))
    found = grad(y, leaf, np.ones_like(leaf.data), create_graph=True, allow_unused=True)
    return Tensor(np.zeros_like(leaf.data)) if found is None else found


def on_numbers(curve, x, p):
    """The same on numbers, one by one."""
    rows = []
    for point in x.tolist():
        leaf = Value(point)
        y = curve.call(Numbers, leaf, p)
        first = _slope(y, leaf)
        rows.append([float(part.data) for part in (y, first, _slope(first, leaf))])
    return [np.array(column) for column in zip(*rows, strict=True)]


def _slope(y, leaf):
    if not y.requires_grad:
        return Value(0.0)
    found = grad(y, leaf, create_graph=True, allow_unused=True)
    return Value(0.0) if found is None else found


class _Numbers:
    def __getattr__(self, name):
        return getattr(functional, name)

    def full_like(self, x, value):
        return Value(float(value))


Numbers = _Numbers()


def units(curve, found, true, order, x):
    """The error of each number; near a root other than 0 in units of what is around it."""
    dtype = found.dtype
    info = np.finfo(dtype)
    values = [row[order] for row in true]
    size = np.array([_magnitude(v, info) for v in values])
    sign = np.array([float(mp.sign(v)) for v in values])
    for k in np.flatnonzero(sign[1:] * sign[:-1] < 0):
        if x[k] / x[k + 1] > 0 or not curve.elementwise:
            distance = _AROUND_ROOTS * min(max(1.0, abs(x[k])), _STRETCH)
            half = x / 2  # whose differences do not overflow
            near = half - half[k] >= -distance / 2
            near &= half - half[k + 1] <= distance / 2
            slopes = [float(abs(true[i][order + 1])) for i in np.flatnonzero(near)]
            size[near] = np.maximum(size[near], distance * max(slopes))
    off = np.empty(x.shape)
    for i, (a, b) in enumerate(zip(found, values, strict=True)):
        if size[i] > float(info.max):
            off[i] = 0.0 if np.isinf(a) and np.sign(a) == sign[i] else np.inf
        elif not np.isfinite(a):
            off[i] = np.inf
        else:
            with np.errstate(over="ignore"):
                unit = np.spacing(
                    np.minimum(dtype.type(size[i]), np.nextafter(info.max, dtype.type(0)))
                )
            off[i] = abs(mp.mpf(float(a)) - b) / mp.mpf(float(unit))
    return off


def _magnitude(v, info):
    """As a float64, not rounded up to infinity nor to 0 sooner than IEEE has it."""
    v = abs(v)
    if v > mp.mpf(float(info.max)) * (1 + mp.mpf(2) ** (-info.nmant - 2)):
        return np.inf
    if v > mp.mpf(float(info.max)):
        return float(info.max)
    return 0.0 if v < sys.float_info.min * 2.0**-60 else float(v)


def worst(curve, found, true, x):
    """The largest error of value, slope and bend, each with where it is."""
    pairs = []
    for order, part in enumerate(found):
        off = units(curve, np.asarray(part), true, order, x)
        k = int(np.argmax(off))
        pairs.append((float(off[k]), float(x[k])))
    return pairs


def bound(error, most):
    """What is promised where a long run has found this error: a fourth of room, below a target."""
    return min(next(step for step in _STEPS if error <= 0.75 * step), most) if error else 0.0


def representable(curve_truth, x):
    """The points at which value, slope and bend are numbers of the dtype of `x`."""
    largest = float(np.finfo(x.dtype).max)
    kept = np.array([all(abs(v) <= largest for v in row[:3]) for row in curve_truth])
    return x[kept], [row for row, keep in zip(curve_truth, kept, strict=True) if keep]
