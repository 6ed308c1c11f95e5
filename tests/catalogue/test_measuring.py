"""What is computed of an activation, against closed forms, mpmath and well-known numbers."""

import math
import re

import mpmath as mp
import numpy as np
import pytest

from micrograd_act import card, leaky_relu
from micrograd_act import functional as F  # noqa: N812
from micrograd_act.catalogue.costs import cost_of, recorded
from micrograd_act.catalogue.intervals import Interval, edges, places
from tests.catalogue.own import own
from tests.catalogue.reading import TABLE

INF = math.inf


def found(act):
    return card(act).measured


def phi(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def silu(x):
    return x / (1 + mp.exp(-x))


def mish(x):
    return x * mp.tanh(mp.log1p(mp.exp(x)))


def steepest(f, near):
    x = mp.findroot(lambda x: mp.diff(f, x, 2), near)
    return mp.diff(f, x), x


SCALE = 1.0507009873554805
ALPHA = 1.6732632423543772

# The largest slope and where.
STEEPEST = {
    "gelu": (mp.ncdf(mp.sqrt(2)) + mp.sqrt(2) * phi(mp.sqrt(2)), mp.sqrt(2)),
    "silu": steepest(silu, 2.4),
    "mish": steepest(mish, 1.5),
    "hardswish": (1.5, 3.0),
    "sigmoid": (0.25, 0.0),
    "tanh": (1.0, 0.0),
    "erf": (2 / mp.sqrt(mp.pi), 0.0),
    "gaussian": (mp.sqrt(2 / mp.e), 1 / mp.sqrt(2)),
    "selu": (SCALE * ALPHA, 0.0),
    "softplus": (1.0, INF),
    "tanhshrink": (1.0, INF),
    "sin": (1.0, 0.0),
}


@pytest.mark.parametrize("name", STEEPEST)
def test_the_largest_slope(name):
    size, x = map(float, STEEPEST[name])
    steepest = found(name).lipschitz
    assert steepest.value == pytest.approx(size, rel=1e-12)
    assert abs(steepest.where.low) == pytest.approx(x, abs=1e-5)
    assert steepest.attained == math.isfinite(x)


def test_the_numbers_that_are_well_known():
    assert [round(found(n).lipschitz.value, 4) for n in ("gelu", "silu", "mish", "selu")] == [
        *(1.1289, 1.0998, 1.0885, 1.7581),
    ]
    (zero,) = found("gelu").signs.zeros
    assert round(zero, 4) == -0.7518
    assert round(found("gelu").low.value, 4) == -0.17
    assert found("sigmoid").rounded["float64"].right.low == pytest.approx(36.74, abs=0.01)
    assert found("sigmoid").rounded["float32"].right.low == pytest.approx(16.64, abs=0.01)
    assert found("sigmoid").rounded["float32"].left is None


# Where the slope turns its sign, and where the least value is.
TURNS = {
    "gelu": lambda x: mp.ncdf(x) + x * phi(x),
    "silu": lambda x: mp.diff(silu, x),
    "mish": lambda x: mp.diff(mish, x),
    "hardswish": lambda x: 2 * x + 3,
}


@pytest.mark.parametrize("name", TURNS)
def test_where_the_slope_is_0(name):
    zero = float(mp.findroot(TURNS[name], -1.2))
    m = found(name)
    assert m.signs.zeros == pytest.approx((zero,), rel=1e-9)
    assert m.signs.falling[0].high == pytest.approx(zero, rel=1e-9)
    assert m.signs.rising[0].low == pytest.approx(zero, rel=1e-9)
    assert m.low.where.low == pytest.approx(zero, abs=1e-5)
    assert not m.monotone


def test_zeros_that_only_touch():
    assert found("tanhshrink").signs.zeros == (0.0,)
    assert found(own(lambda x: x**3)).signs.zeros == (0.0,)
    assert found("gaussian").signs.zeros == (0.0,)
    assert found("tanh").signs.zeros == found("relu").signs.zeros == ()


def normal(f):
    return float(mp.quad(lambda x: f(x) * phi(x), range(-12, 13, 2)))


# Mean and mean square of the value and mean square of the slope, of a standard normal input.
MOMENTS = {
    "relu": (1 / math.sqrt(2 * math.pi), 0.5, 0.5),
    "identity": (0.0, 1.0, 1.0),
    "gelu": (
        1 / (2 * math.sqrt(math.pi)),
        normal(lambda x: (x * mp.ncdf(x)) ** 2),
        normal(lambda x: (mp.ncdf(x) + x * phi(x)) ** 2),
    ),
    "sin": (0.0, (1 - math.exp(-2)) / 2, (1 + math.exp(-2)) / 2),
    "sigmoid": (
        0.5,
        normal(lambda x: 1 / (1 + mp.exp(-x)) ** 2),
        normal(lambda x: (mp.sech(x / 2) ** 2 / 4) ** 2),
    ),
    "tanh": (0.0, normal(lambda x: mp.tanh(x) ** 2), normal(lambda x: mp.sech(x) ** 4)),
    "gaussian": (1 / math.sqrt(3), 1 / math.sqrt(5), 4 * 5**-1.5),
    "erf": (0.0, 2 / math.pi * math.asin(2 / 3), 4 / math.pi / math.sqrt(5)),
    "selu": (0.0, 1.0, normal(lambda x: (SCALE * (1 if x > 0 else ALPHA * mp.exp(x))) ** 2)),
    "step": (0.5, 0.5, 0.0),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_of_a_normal_input(name):
    m = found(name).moments
    for is_, said in zip((m.mean, m.square, m.slope_square), MOMENTS[name], strict=True):
        assert is_ == pytest.approx(said, rel=1e-12, abs=1e-7 if name == "selu" else 1e-14)


def test_gains():
    assert found("relu").moments.gain == pytest.approx(math.sqrt(2), rel=1e-14)
    slope = 0.2
    gain = found(leaky_relu.bind(negative_slope=slope)).moments.gain
    assert gain == pytest.approx(math.sqrt(2 / (1 + slope**2)), rel=1e-14)
    assert found("selu").moments.gain == pytest.approx(1.0, abs=1e-7)
    assert found("step").moments.backward_gain == INF


# From where on the slope is smaller, in float64: the solution of f'(x) = t.
BELOW = {
    "sigmoid": lambda t: 2 * mp.asech(2 * mp.sqrt(t)),
    "tanh": lambda t: mp.asech(mp.sqrt(t)),
    "elu": lambda t: -mp.log(t),
    "erf": lambda t: mp.sqrt(-mp.log(t * mp.sqrt(mp.pi) / 2)),
    "atan": lambda t: mp.sqrt(1 / mp.mpf(t) - 1),
    "softsign": lambda t: 1 / mp.sqrt(t) - 1,
    "softplus": lambda t: -mp.log(t / (1 - mp.mpf(t))),
}


@pytest.mark.parametrize("threshold", [1e-2, 1e-4, 1e-8])
@pytest.mark.parametrize("name", BELOW)
def test_where_a_slope_falls_below_a_threshold(name, threshold):
    m = found(name)
    for dtype, precision in (("float64", 1e-12), ("float32", 1e-5)):
        tail = m.tails[dtype, threshold]
        end = float(BELOW[name](threshold))
        assert tail.left.high == pytest.approx(-end, rel=precision)
        if m.symmetry == "odd" or name == "sigmoid":
            assert tail.right.low == pytest.approx(end, rel=precision)
        else:
            assert tail.right is None


@pytest.mark.parametrize(("dtype", "smallest"), [("float32", 2.0**-149), ("float64", 2.0**-1074)])
def test_where_a_slope_is_exactly_0(dtype, smallest):
    """Below the smallest numbers, of which 1/cosh² is a multiple of 4."""
    half = -(math.log(smallest) - math.log(2))
    for name, end in (("sigmoid", half), ("elu", half), ("tanh", half / 2)):
        assert found(name).tails[dtype, 0.0].left.high == pytest.approx(-end, rel=1e-6)
    assert found("leaky_relu").tails[dtype, 0.0] == (None, None)
    assert found("relu").tails[dtype, 0.0].left == Interval(-INF, 0.0, False, True)


def test_float16_by_looking_at_all_of_it():
    x = np.arange(0x7C00, dtype=np.uint16).view(np.float16)
    small = 1 - np.tanh(x.astype(float)) ** 2 < 1e-2
    first = float(x[np.argmax(small)])
    assert found("tanh").tails["float16", 1e-2].right.low == pytest.approx(first, rel=1e-3)


def test_kinks_jumps_and_flat_parts():
    m = found("hardshrink")
    assert m.jumps == ((-0.5, 0.0), (0.5, 0.0))
    assert m.signs.flat == (Interval(-0.5, 0.5),)
    assert found("relu6").kinks == ((0.0, 0.0), (6.0, 0.0))
    assert found(own(lambda x: np.abs(x - 1 / 3))).kinks == ((pytest.approx(1 / 3, abs=1e-9), 0.0),)
    assert found("gelu").kinks == found("gelu").jumps == ()


def test_convex_or_not():
    convex = {c.op.name for c in TABLE.cards if c.measured.convex}
    concave = {c.op.name for c in TABLE.cards if c.measured.concave}
    lines = {"affine", "identity"}
    both = {"log_softmax", "logsigmoid"}
    relus = {"relu", "leaky_relu", "prelu", "elu", "celu", "softplus", "squareplus"}
    assert convex == lines | relus
    assert concave == lines | both


def test_domains_of_ones_own():
    assert found(own(np.sqrt)).domain == Interval(0.0, INF, True, False)
    assert found(own(np.log1p)).domain.low == -1.0
    assert found(own(np.arcsin)).domain == Interval(-1.0, 1.0)


def test_a_second_input_is_held_and_a_vector_is_cut():
    assert found("prelu").lipschitz.value == 1.0
    assert found("swish").signs.zeros == found("silu").signs.zeros
    x = np.linspace(-5, 5, 41)
    from micrograd_act.catalogue.evaluating import curvature, slope, value

    for name, same in (("softmax", F.sigmoid), ("log_softmax", F.logsigmoid), ("glu", F.sigmoid)):
        op, like = card(name).op, card(same).op
        for of in (value, slope, curvature):
            np.testing.assert_allclose(of(op, x), of(like, x), rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(value(card("swiglu").op, x), F.silu(x), rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_edges_are_neighbouring_floats(rng, dtype):
    largest = np.finfo(dtype).max
    for _ in range(20):
        ends = (rng.normal(size=3) * 10.0 ** rng.uniform(-4, 4, 3)).astype(dtype)
        for sign in (1, -1):
            yes, no = np.full(3, -largest * sign, dtype), np.full(3, largest * sign, dtype)
            last, first = edges(lambda x, e=ends, s=sign: x * s <= e * s, yes, no)
            assert np.array_equal(last, ends)
            assert np.array_equal(first, np.nextafter(ends, dtype(np.inf * sign)))


def test_how_intervals_are_written():
    left, right = Interval(-INF, -3.0, False, True), Interval(3.0, INF, True, False)
    assert places([left, right]) == "|x| ≥ 3"
    assert places([left, right._replace(high=7.0)]) == "x ≤ −3 or 3 ≤ x < 7"
    assert str(Interval(2.0, 2.0)) == "x = 2"
    assert str(Interval(INF, INF)) == "x → ∞"
    assert 3.0 in right
    assert 3.0 not in right._replace(low_closed=False)


def test_every_built_in_one_has_a_cost():
    assert set(recorded()) == {c.title for c in TABLE.cards if not c.shown_as}
    assert recorded()["relu"] == 1.0
    assert recorded()["identity"] < 0.1 < recorded()["gelu"]


def test_a_cost_is_a_ratio():
    assert cost_of(card("identity").op, size=100) > 0


@pytest.mark.parametrize(
    ("fn", "pole", "low", "high"),
    [
        (lambda x: 1 / x, 0.0, -INF, INF),
        (lambda x: 1 / (x - 1), 1.0, -INF, INF),
        (lambda x: 3 - 1 / x**2, 0.0, -INF, 3.0),
        (lambda x: np.log(np.abs(x)), 0.0, -INF, INF),
    ],
)
def test_a_pole_is_no_part_of_the_domain(fn, pole, low, high):
    act = own(fn)
    measured = found(act)
    assert measured.poles == (pole,)
    assert (measured.low.value, measured.high.value) == (low, high)
    assert measured.lipschitz.value == INF
    words = str(card(act))
    assert re.search(rf"domain +all x but {pole:g}\n", words)
    assert f"It is infinite at x = {pole:g}: near it values and gradients explode." in words
    assert re.search(rf"monotone +no: it is infinite at {pole:g}\n", words)
    assert "normal input" not in words


@pytest.mark.parametrize("act", [F.log, F.exp, F.relu, own(lambda x: np.sqrt(np.abs(x)))])
def test_what_is_infinite_only_at_an_edge_has_no_pole(act):
    assert found(act).poles == ()


def test_slopes_too_large_to_be_multiplied_up():
    assert "over 20 layers by up to ∞" in str(card(own(lambda x: 1e20 * x))).replace("\n  ", " ")
