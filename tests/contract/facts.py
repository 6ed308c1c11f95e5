"""What an activation claims of itself, one function for each claim, each able to refute it."""

import itertools

import numpy as np

from micrograd_act.namespaces.arrays import arrays
from tests.contract.exact import exact, mp, rounded, xp

_DECADES = np.logspace(-300, 300, 201)
_DENSE = np.linspace(-10, 10, 20001)
GRID = np.unique(np.concatenate([-_DECADES, _DENSE, _DECADES, [-750.0, -40.0, 40.0, 750.0]]))
FAR = 1e18
APART = mp.mpf(10) ** -12  # third differences have 24 digits left
# Where activations have their kinks; thirds and sevenths in case one is somewhere else.
KNOTS = np.unique([k / n for n in (3, 4, 7) for k in range(-8 * n, 8 * n + 1)])


def value(op, x):
    with np.errstate(over="ignore"):
        return np.asarray(op.forward(arrays, np.asarray(x, dtype=float)))


def slope(op, x):
    x = np.asarray(x, dtype=float)
    one = np.ones_like(x)
    return np.broadcast_to(op.vjps[0](arrays, one, value(op, x), x), x.shape)


def inside(op, x):
    low, high = op.facts.domain
    return x[(x > low) & (x < high)]


def fact_limits(op):
    """Value and slope at both infinities are the stated limits, and far out they are near."""
    ends = ((-np.inf, op.facts.left), (np.inf, op.facts.right))
    for x, (limit, slope_limit) in ends:
        with np.errstate(invalid="ignore" if np.isnan(limit) else "warn"):
            found = float(value(op, x)), float(slope(op, x))
        assert np.array_equal(found, (limit, slope_limit), equal_nan=True), f"{op!r}: {found}"
        if np.isnan(limit):
            continue
        far = np.sign(x) * FAR
        if np.isinf(limit):
            assert np.sign(limit) * value(op, far) > 10
        else:
            assert abs(value(op, far) - limit) <= 1e-12 * (1 + abs(limit))
        assert abs(slope(op, far) - slope_limit) <= 1e-6


def fact_range(op):
    """No value lies outside, and values come close to both ends."""
    low, high = op.facts.range
    edges = np.array([x for x, _ in (*op.facts.kinks, *op.facts.jumps)])
    y = value(op, inside(op, np.concatenate([GRID, edges - 1e-9, edges + 1e-9])))
    slack = 1e-15 * np.abs(np.nan_to_num([low, high], posinf=0, neginf=0))
    assert np.all((y >= low - slack[0]) & (y <= high + slack[1])), f"{op!r}: {y.min()}, {y.max()}"
    for end, reached in ((low, y.min()), (high, y.max())):
        near = abs(reached) > 1e10 if np.isinf(end) else abs(reached - end) <= 1e-6 * (1 + abs(end))
        assert near, f"{op!r}: claims {end}, reaches {reached}"


def fact_domain(op):
    """Finite inside, NaN outside."""
    low, high = op.facts.domain
    x = inside(op, GRID[np.abs(GRID) < 1e100])
    with np.errstate(invalid="ignore"):
        assert np.all(np.isfinite(value(op, x))), f"{op!r}: not finite inside {op.facts.domain}"
        for end, outside in ((low, low - 1), (high, high + 1)):
            assert np.isinf(end) or np.isnan(value(op, outside)), f"{op!r}: finite at {outside}"


def beside(op, x, order):
    """The derivative of that order just left and just right of the points, from one side each."""
    x = exact(np.asarray(x, dtype=float))
    sides = []
    for step in (-APART, APART):
        rows = [op.forward(xp, x + k * step) for k in range(1, order + 2)]
        while len(rows) > 1:
            rows = [(b - a) / step for a, b in itertools.pairwise(rows)]
        sides.append(rounded(rows[0]))
    return sides


def knots(op, *more):
    return inside(op, np.union1d(KNOTS, more))


def fact_kinks(op):
    """The slope jumps at the stated points and nowhere else; there it is the stated one."""
    stated = dict(op.facts.kinks)
    points = knots(op, *stated)
    for x, left, right in zip(points, *beside(op, points, 1), strict=True):
        jumps = abs(left - right) > 1e-9
        assert jumps == (x in stated), f"{op!r}: slopes {left}, {right} around {x}"
        if jumps:
            found = float(slope(op, x))
            assert found == stated[x], f"{op!r}: the slope at {x} is {found}"
            assert min(left, right) - 1e-9 <= found <= max(left, right) + 1e-9


def fact_jumps(op):
    """The value jumps at the stated points and nowhere else; there it is the stated one."""
    stated = dict(op.facts.jumps)
    points = knots(op, *stated)
    for x, left, right in zip(points, *beside(op, points, 0), strict=True):
        at = float(value(op, x))
        jumps = max(abs(at - left), abs(at - right)) > 1e-9 * (1 + abs(at))
        assert jumps == (x in stated), f"{op!r}: {left}, {at}, {right} around {x}"
        assert at == stated.get(x, at), f"{op!r}: {at} at {x}"


def fact_smoothness(op):
    """The first derivative that jumps is the one after the stated number, away from kinks."""
    claimed = op.facts.smoothness
    assert claimed >= 1, f"{op!r}: kinks and jumps are claimed as such"
    points = np.setdiff1d(knots(op), [x for x, _ in (*op.facts.kinks, *op.facts.jumps)])
    for order in (2, 3):
        left, right = beside(op, points, order)
        apart = np.abs(left - right) > 1e-6 * (1 + np.abs(left))
        if order <= claimed:
            assert not apart.any(), f"{op!r}: derivative {order} jumps at {points[apart]}"
        elif order == claimed + 1:
            assert apart.any(), f"{op!r}: derivative {order} jumps nowhere"


def fact_convention(op):
    """Whoever has kinks says whose slopes they are."""
    assert bool(op.facts.convention) == bool(op.facts.kinks), f"{op!r}"


def fact_symmetry(op):
    """Odd, even, or neither: also a symmetry that is not claimed is refuted."""
    x = GRID[GRID > 0]
    y, mirrored = value(op, x), value(op, -x)
    slack = 1e-15 * np.abs(y)
    found = {
        "odd": bool(np.all(np.abs(mirrored + y) <= slack) and value(op, 0.0) == 0),
        "even": bool(np.all(np.abs(mirrored - y) <= slack)),
    }
    assert found.get(op.facts.symmetry, not any(found.values())), f"{op!r}: {found}"


def fact_monotone(op):
    """Never decreases, or does somewhere."""
    y = value(op, inside(op, GRID))
    falls = bool(np.any(np.diff(y) < -1e-15 * np.abs(y[1:])))
    assert falls != op.facts.monotone, f"{op!r}: decreases somewhere: {falls}"


def fact_affine(op):
    """One slope everywhere, or several; and `slopes` says the same."""
    found = slope(op, GRID)
    same = bool(np.all(found == found[0])) and not op.facts.jumps
    same = same and not op.facts.jumps
    assert same == op.facts.affine, f"{op!r}: one slope everywhere: {same}"
    assert op.is_affine == same, f"{op!r}: slopes is {op.slopes}"


FACTS = {
    name.removeprefix("fact_"): fact
    for name, fact in list(globals().items())
    if name.startswith("fact_")
}
