"""The errors that the contract states, against mpmath on a fixed grid and on fresh points."""

import re

import numpy as np
import pytest

from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.contract import Namespace
from micrograd_act.namespaces.floats import floats
from tests.namespaces.exact import PARAMETRISED, bound, exact, number, ulps

STATED = {
    name: tuple(map(float, found.groups()))
    for name, member in vars(Namespace).items()
    if (found := re.search(r"\(([\d.]+); ([\d.]+); ([\d.]+)\)\.", member.__doc__ or ""))
}
# beyond this the function or 1 minus it is 0 or the asymptote
_GATES = ("sigmoid", "xsigmoid", "log1pexp", "exp_neg", "silu_slope", "silu_bend")
_MISH = ("xmish_gate", "mish_slope", "mish_bend")
WIDTH = {
    **dict.fromkeys((*_GATES, *_MISH, *PARAMETRISED), 752),
    **dict.fromkeys((name for name in STATED if name.startswith(("tanh_", "xtanh_"))), 22),
    **{"tanh": 25, "sech2": 373},
}
NARROW = {
    **{name: 108 for name, width in WIDTH.items() if width == 752},
    **{name: 11 for name, width in WIDTH.items() if width == 22},
    **{"sech2": 53},
}
# around these no formula in floating point keeps its digits
ROOTS = {
    "silu_slope": (-1.2785,),
    "gelu_slope": (-0.7518,),
    "silu_bend": (-2.3994, 2.3994),
    "mish_slope": (-1.1925,),
    "mish_bend": (-2.2564, 1.4906),
}
BEYOND = ("squareplus", "squareplus_slope")  # the width does not depend on the parameter


def cases(name, width, rng):
    """Functions of x, exact and to be checked, with the width of each."""
    parameters = np.exp(rng.uniform(-4.0, 4.0, 3)).tolist() if name in PARAMETRISED else (1.0,)
    for b in parameters:
        scale = 1.0 if name in BEYOND else 1 / b if name == "scaled_exp_neg" else b
        functions = (bound(xp, name, b) for xp in (exact, floats, arrays))
        yield (*functions, width / scale)


def away_from_roots(name, x):
    for root in ROOTS.get(name, ()):
        x = x[np.abs(x - root) > 0.3]
    return x


def grid(dtype, width):
    info = np.finfo(dtype)
    low, high = np.log10(float(info.smallest_subnormal)), np.log10(float(info.max))
    positive = np.concatenate(
        [
            10.0 ** np.arange(np.ceil(low), high, 3.0),
            np.linspace(0.02, 10.0, 220) ** 1.01,
            np.linspace(0.75, 1.0, 40) * width,
            [float(info.max), float(info.tiny), 0.5, 0.75, 1.0, 20.0],
        ]
    ).astype(dtype)
    return np.concatenate([-positive, [dtype(0.0)], positive])


def fresh(rng, dtype, width):
    spread = np.exp(rng.uniform(-20.0, np.log(width), 150))
    return np.concatenate(
        [3.0 * rng.standard_normal(150), -spread, spread, rng.uniform(-width, width, 150)]
    ).astype(dtype)


def test_every_primitive_states_its_error():
    elementwise = [name for name, member in vars(Namespace).items() if callable(member)]
    primitives = elementwise[elementwise.index("step") + 1 : elementwise.index("sum")]
    assert set(STATED) == {"tanh", *primitives}
    assert max(max(bounds) for bounds in STATED.values()) <= 7.5


@pytest.mark.parametrize("name", STATED)
def test_float64(name, rng):
    in_floats, in_arrays, _ = STATED[name]
    for function, on_floats, on_arrays, width in cases(name, WIDTH.get(name, 39), rng):
        x = np.concatenate([grid(np.float64, width), fresh(rng, np.float64, width)])
        x = away_from_roots(name, x)
        with np.errstate(over="ignore"):
            error = ulps(on_arrays(x), function, x)
        assert error.max() <= in_arrays, f"{error.max():.2f} ulp at {x[error.argmax()]!r}"
        error = ulps([on_floats(value) for value in x.tolist()], function, x)
        assert error.max() <= in_floats, f"{error.max():.2f} ulp at {x[error.argmax()]!r} in floats"


@pytest.mark.parametrize("name", STATED)
def test_float32(name, rng):
    for function, _, on_arrays, width in cases(name, NARROW.get(name, 15), rng):
        x = np.concatenate([grid(np.float32, width), fresh(rng, np.float32, width)])
        x = away_from_roots(name, x)
        error = ulps(on_arrays(x), function, x)
        assert error.max() <= STATED[name][2], f"{error.max():.2f} ulp at {x[error.argmax()]!r}"


@pytest.mark.parametrize("name", STATED)
def test_many_float32_against_float64(name, rng):
    for _, _, on_arrays, width in cases(name, NARROW.get(name, 15), rng):
        x = np.concatenate([fresh(rng, np.float32, width) for _ in range(100)])
        x = away_from_roots(name, x)
        with np.errstate(over="ignore"):
            y = on_arrays(x.astype(float))
            unit = np.spacing(np.abs(y.astype(np.float32))).astype(float)
        kept = np.isfinite(unit)
        error = np.abs(on_arrays(x).astype(float) - y)[kept] / unit[kept]
        assert error.max() <= STATED[name][2] + 0.5


# A derivative that the ops form from the primitives, and its root, around which no formula in
# floating point keeps its digits.
DERIVATIVES = {
    "sigmoid'": (lambda xp, x: xp.sech2(x / 2) / 4, None),
    "tanh''": (lambda xp, x: -2 * xp.tanh(x) * xp.sech2(x), None),
    "gelu''": (lambda xp, x: 2 * xp.npdf(x) - xp.x2npdf(x), 1.4142),
}


@pytest.mark.parametrize("name", DERIVATIVES)
@pytest.mark.parametrize(("dtype", "bound"), [(np.float64, 10.0), (np.float32, 16.0)])
def test_derivatives_of_activations(name, dtype, bound, rng):
    formula, root = DERIVATIVES[name]
    width = (745 if dtype == np.float64 else 104) if name[0] == "s" else 38
    x = np.concatenate([grid(dtype, width), fresh(rng, dtype, width)])
    if root:
        x = x[np.abs(np.abs(x) - root) > 0.4]
    error = ulps(formula(arrays, x), lambda value: formula(exact, value), x)
    assert error.max() <= bound, f"{error.max():.2f} ulp at {x[error.argmax()]!r}"


def test_floats_and_arrays_agree_within_their_bounds(rng):
    for name, (in_floats, in_arrays, _) in STATED.items():
        for _, on_floats, on_arrays, width in cases(name, WIDTH.get(name, 39), rng):
            x = away_from_roots(name, fresh(rng, np.float64, width))
            if name == "erfcx":
                x = np.maximum(x, -26.0)
            y = np.array([on_floats(value) for value in x.tolist()])
            error = np.abs(on_arrays(x) - y) / np.spacing(np.abs(y))
            assert error.max() <= 2 * (in_floats + in_arrays), name  # twice: at a power of two


@pytest.mark.parametrize(
    "naive",
    [
        lambda x: 0.5 * (1 + np.vectorize(floats.erf)(x / np.sqrt(2))),
        lambda x: 0.5 * np.vectorize(floats.erfc)(-x / np.sqrt(2)),
    ],
)
def test_the_oracle_convicts_the_usual_formulas(naive):
    x = np.linspace(-37.0, -6.0, 50)
    assert ulps(naive(x), exact.ndtr, x).max() > 100


def test_logit_keeps_its_digits_at_both_ends_and_in_the_middle():
    x = np.concatenate(
        [
            10.0 ** np.arange(-300.0, -1.0, 7.0),
            np.linspace(0.05, 0.95, 91),
            0.5 + np.logspace(-15, -2, 14),
        ]
    )
    for computed in (arrays.logit(x), [floats.logit(v) for v in x.tolist()]):
        assert ulps(computed, exact.logit, x).max() <= 4
    assert ulps(np.log(x) - np.log1p(-x), exact.logit, x).max() > 100
    with np.errstate(all="ignore"):
        assert arrays.logit(np.array([0.0, 1.0])).tolist() == [-np.inf, np.inf]
        assert np.isnan(arrays.logit(np.array([-0.1, 1.1, np.nan]))).all()


def test_logaddexp_is_total(rng):
    a, b = rng.uniform(-40, 40, (2, 200))
    wanted = [float(exact.logaddexp(number(p), number(q))) for p, q in zip(a, b, strict=True)]
    np.testing.assert_allclose(arrays.logaddexp(a, b), wanted, rtol=1e-14)
    pairs = [(np.inf, np.inf), (-np.inf, -np.inf), (np.inf, 1e3), (-np.inf, 3.0), (1e4, 1e4)]
    for p, q in pairs:
        wanted = np.logaddexp(p, q)
        assert arrays.logaddexp(np.array([p]), np.array([q]))[0] == wanted == floats.logaddexp(p, q)
    assert np.isnan(arrays.logaddexp(np.nan, 1.0))


def test_softmax_keeps_what_one_minus_p_loses():
    x = np.array([[40.0, 0.0, 1.0], [0.0, 40.0, -3.0]])
    for row, z in zip(arrays.log_softmax(x, 1), x, strict=True):
        total = sum(exact.exp(number(v)) for v in z)
        exact_row = [exact.log(exact.exp(number(v)) / total) for v in z]
        assert [float(v) for v in exact_row] == pytest.approx(list(row), rel=5e-16, abs=0.0)
    y = arrays.logsumexp(np.array([0.0, -40.0]), 0)
    assert y == pytest.approx(float(exact.log1p(exact.exp(number(-40.0)))), rel=5e-16, abs=0.0)
