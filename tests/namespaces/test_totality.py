"""Primitives at every kind of input: limits, NaN, dtypes, shapes, silence, inputs left alone."""

import math
import sys
import warnings

import numpy as np
import pytest

from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.contract import Namespace
from micrograd_act.namespaces.floats import floats
from tests.namespaces.exact import bound

INF = math.inf
# value at -inf, at 0 and at inf
LIMITS = {
    "tanh": (-1.0, 0.0, 1.0),
    "step": (0.0, 0.0, 1.0),
    "sigmoid": (0.0, 0.5, 1.0),
    "xsigmoid": (-0.0, 0.0, INF),
    "sech2": (0.0, 1.0, 0.0),
    "silu_slope": (0.0, 0.5, 1.0),
    "silu_bend": (0.0, 0.5, 0.0),
    "log1pexp": (0.0, math.log(2.0), INF),
    "erf": (-1.0, 0.0, 1.0),
    "erfc": (2.0, 1.0, 0.0),
    "erfcx": (INF, 1.0, 0.0),
    "ndtr": (0.0, 0.5, 1.0),
    "xndtr": (-0.0, 0.0, INF),
    "gelu_slope": (0.0, 0.5, 1.0),
    "npdf": (0.0, 1.0 / math.sqrt(2.0 * math.pi), 0.0),
    "xnpdf": (0.0, 0.0, 0.0),
    "x2npdf": (0.0, 0.0, 0.0),
    "gaussian": (0.0, 1.0, 0.0),
    "xgaussian": (0.0, 0.0, 0.0),
    "x2gaussian": (0.0, 0.0, 0.0),
    "exp_neg": (0.0, 1.0, 1.0),
    "cauchy": (0.0, 1.0, 0.0),
    "xcauchy": (0.0, 0.0, 0.0),
    "softsign": (-1.0, 0.0, 1.0),
    "tanhshrink": (-INF, 0.0, INF),
    "squareplus": (0.0, math.sqrt(2.5) / 2.0, INF),
    "squareplus_slope": (0.0, 0.5, 1.0),
    "xmish_gate": (-0.0, 0.0, INF),
    "mish_slope": (0.0, 0.6, 1.0),
    "mish_bend": (0.0, 0.64, 0.0),
    "tanh_gate": (0.0, 0.5, 1.0),
    "xtanh_gate": (-0.0, 0.0, INF),
    "tanh_bump": (0.0, 1.0 / math.sqrt(2.0 * math.pi), 0.0),
    "xtanh_bump": (0.0, 0.0, 0.0),
    "tanh_bend": (0.0, 0.0, 0.0),
    "xtanh_bend": (0.0, 0.0, 0.0),
    "softplus": (0.0, math.log(2.0) / 2.5, INF),
    "scaled_sigmoid": (0.0, 0.5, 1.0),
    "xscaled_sigmoid": (-0.0, 0.0, INF),
    "scaled_tanh": (-1.0, 0.0, 1.0),
    "scaled_bump": (0.0, 0.25, 0.0),
    "xscaled_bump": (0.0, 0.0, 0.0),
    "x2scaled_bump": (0.0, 0.0, 0.0),
    "scaled_exp_neg": (0.0, 1.0, 1.0),
}
ELEMENTWISE = [name for name, f in vars(Namespace).items() if callable(f) and name[0] != "_"]
ELEMENTWISE = ELEMENTWISE[: ELEMENTWISE.index("sum")]
TINY = [5e-324, 1e-310, 2.3e-308, 1e-200]
GATES = ("xsigmoid", "xndtr", "xmish_gate", "xtanh_gate", "xscaled_sigmoid")
FAR = [1e17, 1e155, 1e200, sys.float_info.max]


def primitive(namespace, name):
    """As a function of x alone; a parameter is 2.5."""
    return bound(namespace, name, 2.5)


def test_the_limits_cover_every_primitive():
    assert set(LIMITS) == {"tanh", *ELEMENTWISE[ELEMENTWISE.index("step") :]}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_and_nan(name):
    left, middle, right = LIMITS[name]
    x = np.array([-INF, 0.0, INF])
    in_floats, in_arrays = primitive(floats, name), primitive(arrays, name)
    y = [in_floats(value) for value in x.tolist()]
    assert y == pytest.approx([left, middle, right], rel=1e-15, abs=0.0)
    for dtype in (np.float64, np.float32, np.float16):
        y = in_arrays(x.astype(dtype))
        assert y.dtype == dtype
        tolerance = float(np.finfo(dtype).eps)
        assert y.tolist() == pytest.approx([left, middle, right], rel=tolerance, abs=0.0)
        assert np.isnan(in_arrays(np.array([np.nan, 1.0], dtype))).tolist() == [True, False]
    assert math.isnan(in_floats(math.nan))
    if name in GATES:  # from below, as in PyTorch's silu and gelu of large -x
        assert math.copysign(1.0, in_floats(-INF)) == math.copysign(1.0, in_arrays(x)[0]) == -1.0


@pytest.mark.parametrize("name", LIMITS)
def test_floats_are_total(name):
    function = primitive(floats, name)
    for x in [-0.0, *TINY, *FAR, 40.0, 26.65, 709.9, 745.5]:
        for value in (x, -x):
            y = function(value)
            assert type(y) is float
            assert not math.isnan(y)
            assert float(primitive(arrays, name)(value)) == pytest.approx(y, rel=1e-14, abs=1e-323)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_arrays_are_silent(name, dtype):
    info = np.finfo(dtype)
    x = np.array([0.0, info.smallest_subnormal, info.tiny, 1.0, 9.3, 26.7, 40.0, 800.0, info.max])
    x = np.concatenate([x, -x, [np.inf, -np.inf, np.nan]]).astype(dtype)
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error")
        y = primitive(arrays, name)(x)
    assert np.isnan(y).tolist() == np.isnan(x).tolist()


@pytest.mark.parametrize("name", LIMITS)
def test_shapes_strides_and_integers(name):
    function = primitive(arrays, name)
    x = np.linspace(-4.0, 4.0, 60).reshape(3, 4, 5)
    y = function(x)
    # few elements are computed one by one
    np.testing.assert_array_max_ulp(function(x[::2, ::-1, 1::3]), y[::2, ::-1, 1::3], 6)
    np.testing.assert_array_equal(function(x.T), y.T)
    np.testing.assert_array_equal(function(np.asfortranarray(x)), y)
    assert function(x[:0]).shape == (0, 4, 5)
    assert float(function(np.array(0.7))) == float(function(np.float64(0.7))) == function([0.7])[0]
    for kind in (int, np.int8, np.uint8, bool):
        counts = np.array([0, 1], kind)
        assert function(counts).dtype == np.exp(counts).dtype
        np.testing.assert_allclose(
            function(counts).astype(float), function(np.array([0.0, 1.0])), rtol=1e-3
        )


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_inputs_are_left_alone_and_blocks_change_nothing(name, dtype, rng):
    x = (8.0 * rng.standard_normal((150, 301))).astype(dtype)
    x[0, :3] = [-800.0, np.inf, -0.0]
    x.flags.writeable = False
    y = primitive(arrays, name)(x)
    assert y.shape == x.shape
    assert not np.shares_memory(x, y)
    pieces = np.stack([primitive(arrays, name)(row) for row in x])
    # an array without large numbers may take a shorter way; slopes have roots between -3 and 3
    scale = np.maximum(np.abs(y), np.where(np.abs(x) < 3, dtype(0.05), dtype(0.0)))
    finite = np.isfinite(y)
    np.testing.assert_array_equal(y[~finite], pieces[~finite])
    off = np.abs(y[finite] - pieces[finite])
    assert np.max(off / np.spacing(scale[finite])) <= 6


def test_step_and_extremes():
    x = np.array([-1.0, -0.0, 0.0, 5e-324, np.nan], np.float64)
    np.testing.assert_array_equal(arrays.step(x), [0.0, 0.0, 0.0, 1.0, np.nan])
    np.testing.assert_array_equal(
        [floats.step(v) for v in x.tolist()], [0.0, 0.0, 0.0, 1.0, math.nan]
    )
    for a, b, larger, smaller in [(1.0, 2.0, 2.0, 1.0), (math.nan, 1.0, math.nan, math.nan)]:
        for xp in (floats, arrays):
            for first, second in ((a, b), (b, a)):
                np.testing.assert_equal(float(xp.maximum(first, second)), larger)
                np.testing.assert_equal(float(xp.minimum(first, second)), smaller)
    assert math.isnan(floats.sign(math.nan))
    assert [floats.sign(v) for v in (-3.0, 0.0, 2.0)] == [-1.0, 0.0, 1.0]
    assert floats.where(True, 1.0, 2.0) == 1.0


def test_python_numbers_leave_the_dtype_alone():
    x = np.array([-1.0, 2.0], np.float32)
    for y in (
        arrays.maximum(x, 0),
        arrays.minimum(1.5, x),
        arrays.where(x > 0, 1.0, x),
        arrays.pow(x, 2.0),
        arrays.pow(2.0, x),
        arrays.softmax(x, 0),
        arrays.log_softmax(x, 0),
        arrays.logsumexp(x, 0),
    ):
        assert y.dtype == np.float32


@pytest.mark.parametrize(
    ("a", "b", "y"),
    [
        (0.0, 0.0, 1.0),
        (-8.0, 1 / 3, math.nan),
        (0.0, -1.0, INF),
        (-0.0, -1.0, -INF),
        (-2.0, 3.0, -8.0),
        (INF, 0.0, 1.0),
        (-1.0, INF, 1.0),
        (math.nan, 0.0, 1.0),
        (10.0, 400.0, INF),
    ],
)
def test_pow(a, b, y):
    with np.errstate(all="ignore"):
        np.testing.assert_equal(arrays.pow(np.array([a]), np.array([b]))[0], y)
        np.testing.assert_equal(float(arrays.pow(np.float64(a), np.float64(b))), y)
        np.testing.assert_equal(float(arrays.pow(a, b)), y)
    try:
        np.testing.assert_equal(floats.pow(a, b), y)
    except (ValueError, OverflowError):  # the caller turns to arrays
        assert not math.isfinite(y)


@pytest.mark.parametrize("name", ["exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "abs"])
def test_elementary_functions_are_the_same_in_both(name):
    for x in (0.3, 1.0, 2.7):
        assert getattr(floats, name)(x) == pytest.approx(float(getattr(arrays, name)(x)), rel=4e-16)
