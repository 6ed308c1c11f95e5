"""The names for arrays alone: reductions, shapes, indexing and its adjoint, softmax."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from micrograd_act.namespaces.arrays import ArrayNamespace, arrays

INF = np.inf
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)


@st.composite
def arrays_and_indices(draw):
    shape = draw(SHAPES)
    index = draw(
        st.one_of(
            hnp.basic_indices(shape, allow_newaxis=True),
            hnp.integer_array_indices(shape),
            hnp.arrays(bool, shape),
        )
    )
    return np.arange(np.prod(shape), dtype=float).reshape(shape) + 1.0, index


@given(arrays_and_indices())
def test_put_add_is_the_adjoint_of_getitem(case):
    x, index = case
    before = x.copy()
    y = arrays.getitem(x, index)
    g = np.asarray(np.cos(np.arange(np.size(y), dtype=float))).reshape(np.shape(y))
    back = arrays.put_add(g, index, x.shape)
    assert back.shape == x.shape
    assert np.sum(g * y) == pytest.approx(np.sum(back * x), rel=1e-12, abs=1e-12)
    np.testing.assert_array_equal(x, before)


def test_put_add_adds_once_for_each_mention():
    g = np.array([1.0, 2.0, 4.0], np.float32)
    back = arrays.put_add(g, np.array([1, 1, 0]), (3,))
    assert back.dtype == np.float32
    assert back.tolist() == [4.0, 3.0, 0.0]
    assert arrays.put_add(g, [1, 1, 0], (3,)).tolist() == [4.0, 3.0, 0.0]
    back = arrays.put_add(g, (slice(None), np.array([0, 0, 1])), (2, 2))
    assert back.tolist() == [[3.0, 4.0], [3.0, 4.0]]


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), ()])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reductions(axis, keepdims, rng):
    x = rng.standard_normal((2, 3, 4))
    for mine, theirs in ((arrays.sum, np.sum), (arrays.amax, np.max), (arrays.amin, np.min)):
        np.testing.assert_allclose(mine(x, axis, keepdims), theirs(x, axis=axis, keepdims=keepdims))
    y = arrays.logsumexp(x, axis, keepdims)
    np.testing.assert_allclose(y, np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims)))
    assert np.shape(y) == np.shape(np.sum(x, axis=axis, keepdims=keepdims))


@pytest.mark.parametrize("n", [2, 3, 10, 16, 96, 255])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_maxima_of_short_rows(n, dtype, rng):
    x = rng.standard_normal((4096 // n, 2, n)).astype(dtype)
    x[1, 0, n // 2] = np.nan
    x[2, 1] = -INF
    for keepdims in (False, True):
        wanted = np.max(x, axis=-1, keepdims=keepdims)
        np.testing.assert_array_equal(arrays.amax(x, -1, keepdims), wanted)
        np.testing.assert_array_equal(arrays.amax(x, 2, keepdims), wanted)


@pytest.mark.parametrize("shape", [(5,), (4, 3), (3, 2, 4), (2, 3, 2, 3), (2, 5000)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_sums_and_sums_of_products(shape, keepdims, rng):
    a, b = rng.standard_normal((2, *shape))
    for axis in (None, 0, -1, *itertools.combinations(range(len(shape)), 2), ()):
        for x, found in ((a * b, arrays.sumprod(a, b, axis, keepdims)),
                         (a, arrays.sum(a, axis, keepdims))):  # fmt: skip
            wanted = np.sum(x, axis=axis, keepdims=keepdims)
            np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)
            assert np.shape(found) == wanted.shape
    for x, axis in itertools.product((a.astype("f4"), a[..., ::-1], a.T), (0, -1)):
        np.testing.assert_allclose(arrays.sum(x, axis), np.sum(x, axis=axis), rtol=1e-5, atol=1e-5)
        assert arrays.sum(x, axis).dtype == x.dtype


@pytest.mark.parametrize("infinite", [False, True])
def test_softmax_in_parts(infinite, rng):
    x = 3.0 * rng.standard_normal((4, 5))
    if infinite:
        x[0, 1], x[1, :2], x[2], x[3, 0] = INF, INF, -INF, np.nan
    p, labels, g = arrays.softmax(x, 1), np.array([1, 4, 0, 0]), rng.standard_normal((4, 1))
    np.testing.assert_allclose(arrays.scaled_softmax(x, 1, g), g * p, rtol=1e-14)
    wanted = arrays.log_softmax(x, 1)[np.arange(4), labels]
    np.testing.assert_allclose(arrays.log_softmax_at(x, labels), wanted, rtol=1e-14)


@pytest.mark.parametrize("small", [1e-20, 1e-3, 0.4, 0.6, 2.0])
def test_logarithms_of_sums_near_one(small):
    total = np.array([[1.0, small]])
    logs = arrays.log_softmax(np.log(total), 1)
    wanted = [-np.log1p(small), np.log(small) - np.log1p(small)]
    if small > 1:
        wanted = [-np.log(3.0), np.log(2.0) - np.log(3.0)]
    np.testing.assert_allclose(logs[0], wanted, rtol=1e-15)


def test_shapes(rng):
    x = rng.standard_normal((2, 3, 4)).astype(np.float32)
    assert arrays.reshape(x, (6, -1)).shape == (6, 4)
    assert arrays.permute_dims(x, (2, 0, 1)).shape == (4, 2, 3)
    assert arrays.swapaxes(x, 0, -1).shape == (4, 3, 2)
    for axis in (-1, 0, 1, (0, -1)):
        np.testing.assert_array_equal(arrays.expand_dims(x, axis), np.expand_dims(x, axis))
    assert arrays.concatenate([x, x], 1).shape == (2, 6, 4)
    assert arrays.stack([x, x], -1).shape == (2, 3, 4, 2)
    assert arrays.argmax(x, 1, True).shape == (2, 1, 4)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int32])
def test_choosing_among_many(dtype, rng):
    x = (3.0 * rng.standard_normal((80, 130))).astype(dtype)
    z = x[::-1].copy()
    if dtype != np.int32:
        x[0, :4], z[1, :4] = [np.nan, INF, -INF, -0.0], [-0.0, np.nan, INF, -INF]
    picked = rng.random(x.shape) < 0.5
    row = z[0]
    for condition, a, b in (
        *((picked, x, z), (picked, x, 2.0), (picked, 0, z), (picked, 1.0, 0.5), (picked, x, row)),
        *((picked[:, :1], x, z), (picked.T, x.T, z.T), (picked, x[::-1], z), (picked, x, z > 0)),
    ):
        y, wanted = arrays.where(condition, a, b), np.where(condition, a, b)
        assert y.dtype == wanted.dtype
        np.testing.assert_array_equal(y, wanted)
        if y.dtype.kind == "f":
            np.testing.assert_array_equal(np.signbit(y), np.signbit(wanted))
    for mine, theirs in ((arrays.maximum, np.maximum), (arrays.minimum, np.minimum)):
        for bound in (0.0, -1.5, INF, np.nan, z):
            assert mine(x, bound).dtype == theirs(x, bound).dtype
            np.testing.assert_array_equal(mine(x, bound), theirs(x, bound))


def test_broadcast_to_is_a_new_array(rng):
    x = rng.standard_normal((1, 3))
    y = arrays.broadcast_to(x, (2, 3))
    np.testing.assert_array_equal(y, np.broadcast_to(x, (2, 3)))
    y[0, 0] += 1.0
    assert y[1, 0] == x[0, 0]
    assert not np.shares_memory(y, x)
    for shape in ((3,), (2, 4)):
        with pytest.raises(ValueError, match="broadcast"):
            arrays.broadcast_to(x, shape)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_softmax_at_infinity(dtype):
    rows = {
        (INF, 0.0): ([1.0, 0.0], [0.0, -INF], INF),
        (-INF, 3.0): ([0.0, 1.0], [-INF, 0.0], 3.0),
        (INF, -INF): ([1.0, 0.0], [0.0, -INF], INF),
        (INF, INF): ([np.nan] * 2, [np.nan] * 2, INF),
        (-INF, -INF): ([np.nan] * 2, [np.nan] * 2, -INF),
        (np.nan, 1e4): ([np.nan] * 2, [np.nan] * 2, np.nan),
        (1e4, 1e4): ([0.5] * 2, [-np.log(2.0)] * 2, 1e4 + np.log(2.0)),
    }
    x = np.array(list(rows), dtype)
    for i, (p, log_p, total) in enumerate(rows.values()):
        for z in (x, x[i : i + 1]):  # beside other rows and alone
            j = i if len(z) > 1 else 0
            np.testing.assert_allclose(arrays.softmax(z, 1)[j], p, rtol=1e-6)
            np.testing.assert_allclose(arrays.log_softmax(z, 1)[j], log_p, rtol=1e-6)
            np.testing.assert_allclose(arrays.logsumexp(z, 1)[j], total, rtol=1e-6)
    assert arrays.softmax(np.array([-INF]), 0).tolist() == [1.0]


@given(hnp.arrays(float, SHAPES, elements=st.floats(-50, 50)), st.data())
def test_softmax_sums_to_one_and_its_logarithm_agrees(x, data):
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    p = arrays.softmax(x, axis)
    np.testing.assert_allclose(p.sum(axis), 1.0, rtol=1e-14)
    np.testing.assert_allclose(np.exp(arrays.log_softmax(x, axis)), p, rtol=1e-13)
    np.testing.assert_allclose(
        arrays.log_softmax(x, axis), x - arrays.logsumexp(x, axis, True), rtol=1e-13, atol=1e-13
    )


class Stranger:
    """NumPy under another name: the namespace must do without NumPy's short cuts."""

    def __getattr__(self, name):
        return getattr(np, name)


def test_another_array_module_takes_numpys_place(rng):
    xp = ArrayNamespace(Stranger())
    x = 3.0 * rng.standard_normal((120, 130))
    for name in ("sigmoid", "sech2", "xndtr", "erf", "erfcx"):
        np.testing.assert_array_max_ulp(getattr(xp, name)(x), getattr(arrays, name)(x), 1)
    for name, axis in itertools.product(("sum", "amax", "amin", "logsumexp", "softmax"), (0, 1)):
        np.testing.assert_allclose(
            getattr(xp, name)(x, axis), getattr(arrays, name)(x, axis), rtol=1e-12, atol=1e-12
        )
