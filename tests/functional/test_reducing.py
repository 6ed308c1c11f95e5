"""Reductions, running sums, order: NumPy's results, PyTorch's conventions, gradients at ties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from micrograd_act import functional as F  # noqa: N812
from micrograd_act import grad, tensor

TIED = np.array([[3.0, 1.0, 3.0], [2.0, 2.0, 2.0], [0.0, 5.0, -1.0]])


@pytest.mark.parametrize(
    ("dim", "keepdim"), [(None, False), (0, False), (-1, True), ((0, 1), True)]
)
def test_spread(dim, keepdim):
    for name, wanted in (("var", np.var), ("std", np.std)):
        function = getattr(F, name)
        y = wanted(TIED, axis=dim, keepdims=keepdim, ddof=1)
        np.testing.assert_allclose(function(TIED, dim=dim, keepdim=keepdim), y)
        np.testing.assert_allclose(getattr(tensor(TIED), name)(dim, keepdims=keepdim).numpy(), y)
        biased = function(TIED, axis=dim, correction=0)
        np.testing.assert_allclose(biased, wanted(TIED, axis=dim))
        np.testing.assert_allclose(function(TIED, dim, False), biased)
    assert F.var(TIED, False) == pytest.approx(np.var(TIED))
    with pytest.raises(TypeError, match="var: unbiased and correction say the same"):
        F.var(TIED, unbiased=True, correction=1)


def test_the_spread_of_one_element_is_nan():
    for function in (F.var, F.std):
        with pytest.warns(RuntimeWarning, match="invalid value"):
            assert np.isnan(function(tensor([1.0])).item())


def test_the_slope_of_std_is_0_where_it_is_0():
    x = tensor([2.0, 2.0], requires_grad=True)
    F.std(x).backward()
    assert x.grad.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("p", ["fro", 0, 1, 2, 3, 0.5, math.inf, -math.inf])
def test_norm(p):
    x = np.array([[3.0, -4.0], [1.0, 2.0]])
    wanted = np.linalg.norm(x, 2 if p == "fro" else p, axis=1)
    np.testing.assert_allclose(F.norm(x, p, dim=1), wanted)
    zero = tensor([0.0, 0.0], requires_grad=True)
    if p != -math.inf:
        zero.norm(p).backward()
        assert zero.grad.tolist() == [0.0, 0.0]
    assert F.norm(np.empty(0)) == 0.0
    with pytest.raises(ValueError, match="norm: p is a number or 'fro', got 'nuc'"):
        F.norm(x, "nuc")


@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_products_with_zeros(zeros):
    x = np.array([2.0, -3.0, 0.5, 4.0])
    x[:zeros] = 0.0
    leaf = tensor(x, requires_grad=True)
    others = [np.prod(np.delete(x, i)) for i in range(4)]
    np.testing.assert_allclose(grad(F.prod(leaf), leaf).numpy(), others)
    g = np.array([1.0, -2.0, 0.5, 3.0])
    wanted = [sum(g[j] * np.prod(np.delete(x[: j + 1], i)) for j in range(i, 4)) for i in range(4)]
    np.testing.assert_allclose(grad(F.cumprod(leaf, 0), leaf, g).numpy(), wanted)


def test_product_of_nothing_and_of_one():
    assert F.prod(np.empty(0)) == 1.0
    x = tensor([[math.inf], [2.0]], requires_grad=True)
    assert grad(F.prod(x, dim=1).sum(), x).tolist() == [[1.0], [1.0]]
    assert F.prod(tensor([2, 3])).dtype == int


@given(hnp.arrays(float, st.integers(1, 9), elements=st.floats(-3, 3)))
def test_running_products(x):
    leaf = tensor(x, requires_grad=True)
    g = np.cos(np.arange(x.size) + 1.0)
    wanted = [
        sum(g[j] * np.prod(np.delete(x[: j + 1], i)) for j in range(i, x.size))
        for i in range(x.size)
    ]
    np.testing.assert_allclose(grad(leaf.cumprod(0), leaf, g).numpy(), wanted, atol=1e-9)
    np.testing.assert_allclose(
        grad(leaf.cumsum(0), leaf, g).numpy(), g[::-1].cumsum()[::-1], atol=1e-12
    )


def test_ties():
    x = tensor(TIED, requires_grad=True)
    for function, extreme in ((F.max, 5.0), (F.min, -1.0)):
        assert function(x).item() == extreme
    values, indices = x.max(1)
    assert values.tolist() == [3.0, 2.0, 5.0]
    assert indices.tolist() == [0, 0, 1]
    assert not indices.requires_grad
    assert grad(values.sum(), x).tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0]]
    flat = tensor([2.0, 1.0, 2.0], requires_grad=True)
    assert grad(F.max(flat), flat).tolist() == [0.5, 0.0, 0.5]
    assert grad(F.min(-flat), flat).tolist() == [-0.5, 0.0, -0.5]
    assert grad(F.median(tensor([0.0, 1.0]) + flat[:1]), flat).tolist() == [1.0, 0.0, 0.0]
    assert grad(F.median(flat), flat).tolist() == [0.5, 0.0, 0.5]


def test_maximum_under_the_name_max():
    x = tensor([1.0, 4.0])
    assert F.max(x, tensor([2.0, 3.0])).tolist() == [2.0, 4.0]
    assert x.min(np.array([2.0, 3.0])).tolist() == [1.0, 3.0]


def test_places():
    x = tensor([[1.0, 4.0, 4.0], [7.0, 0.0, 0.0]], requires_grad=True)
    assert x.argmax().item() == 3
    assert F.argmax(x, dim=1).tolist() == [1, 0]
    assert F.argmin(x, axis=1, keepdims=True).tolist() == [[0], [1]]
    assert F.argmax([1.0, 3.0]) == 1
    assert x.max(dim=0, keepdim=True).values.shape == (1, 3)
    assert F.max(np.array([1.0, math.nan, 3.0]), 0).indices == 1


@given(hnp.arrays(float, st.integers(0, 8), elements=st.sampled_from([1.0, 2.0, 3.0, math.nan])))
def test_order(x):
    values, indices = F.sort(x)
    np.testing.assert_array_equal(values, np.sort(x))
    np.testing.assert_array_equal(indices, np.argsort(x, kind="stable"))
    values, indices = F.sort(x, descending=True)
    np.testing.assert_array_equal(values, np.sort(x)[::-1])
    for value in (1.0, 2.0, 3.0):
        assert np.all(np.diff(indices[values == value]) > 0)


def test_chosen_elements_get_the_gradient():
    x = tensor([[3.0, 1.0, 2.0], [4.0, 6.0, 5.0]], requires_grad=True)
    g = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert grad(x.sort().values, x, g).tolist() == [[3.0, 1.0, 2.0], [4.0, 6.0, 5.0]]
    values, indices = x.topk(2)
    assert indices.tolist() == F.argsort(x, descending=True)[:, :2].tolist() == [[0, 2], [1, 2]]
    assert grad(values, x, g[:, :2]).tolist() == [[1.0, 0.0, 2.0], [0.0, 4.0, 5.0]]
    assert F.topk(x, 1, dim=0, largest=False).values.tolist() == [[3.0, 1.0, 2.0]]
    values, indices = F.median(x, 1)
    assert values.tolist() == [2.0, 5.0]
    assert grad(values.sum(), x).tolist() == [[0, 0, 1], [0, 0, 1]]
    twice = grad((x.sort().values ** 3).sum(), x, create_graph=True)
    np.testing.assert_allclose(grad(twice.sum(), x).numpy(), 6 * x.numpy())


def test_median_of_even_and_of_nan():
    assert F.median([4.0, 1.0, 3.0, 2.0]) == 2.0
    assert math.isnan(F.median([1.0, math.nan, 3.0]))
    values, indices = F.median(np.array([[1.0, math.nan, 3.0], [1.0, 2.0, 3.0]]), 1)
    np.testing.assert_array_equal(values, [math.nan, 2.0])
    assert indices.tolist() == [1, 1]


def test_any_and_all():
    x = tensor([[0.0, 1.0], [2.0, 3.0]])
    assert x.any().item() is True
    assert F.all(x, dim=1).tolist() == [False, True]
    assert F.any(x == 9, axis=(0, 1), keepdims=True).tolist() == [[False]]
    assert F.all([True, True]) is True


M = np.ones((2, 3))
EMPTY = np.empty((0, 3))
BAD = {
    **{
        name: (lambda name=name: getattr(F, name)(tensor(M), dim=2), IndexError, f"{name}.*axis 2")
        for name in ("prod", "cumsum", "cumprod", "var", "std", "norm", "max", "min", "argmax",
                     "argmin", "sort", "argsort", "median", "any", "all", "sum", "softmax")
    },
    **{
        f"{name} twice": (lambda name=name: getattr(F, name)(M, (0, 0)), ValueError, "axis twice")
        for name in ("prod", "var", "std", "any", "all", "sum")
    },
    **{
        f"{name} of nothing": (
            lambda name=name: getattr(F, name)(EMPTY),
            ValueError,
            rf"{name}: shape \(0, 3\) has no elements",
        )
        for name in ("max", "min", "argmax", "argmin", "median")
    },
    "max of no rows": (lambda: F.max(EMPTY, 0), ValueError, r"max: shape \(0, 3\) has no elements"),
    "cumsum of a number": (lambda: F.cumsum(tensor(1.0), 1), IndexError, "cumsum: axis 1"),
    "topk": (lambda: F.topk(M, 4), ValueError, r"topk: k=4 is outside of \[0, 3\]"),
    "two spellings": (lambda: F.max(M, dim=0, axis=0), TypeError, "axis and dim spell one"),
    "a name": (lambda: F.var(M, "rows"), TypeError, "var: axis must be an int"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_refused(case):
    call, kind, words = BAD[case]
    with pytest.raises(kind, match=words):
        call()
