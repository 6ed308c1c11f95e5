"""Functions that move elements: NumPy's results, gradients where the elements came from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from micrograd_act import functional as F  # noqa: N812
from micrograd_act import grad, tensor

X = np.arange(24.0).reshape(2, 3, 4) + 1.0

# Moving elements is linear and each is a copy of one of the input: applied to the input's flat
# indices the function says where each came from.
MOVES = {
    "flatten": (lambda m, x: m.flatten(x, 1), lambda x: x.reshape(2, 12)),
    "flatten all": (lambda m, x: m.flatten(x), np.ravel),
    "ravel": (lambda m, x: m.ravel(x), np.ravel),
    "unflatten": (lambda m, x: m.unflatten(x, 2, (2, -1)), lambda x: x.reshape(2, 3, 2, 2)),
    "squeeze": (lambda m, x: m.squeeze(x[:, :1]), lambda x: x[:, 0]),
    "squeeze axis": (lambda m, x: m.squeeze(x[:1, :1], axis=1), lambda x: x[:1, 0]),
    "squeeze of 3": (lambda m, x: m.squeeze(x, 1), lambda x: x),
    "unsqueeze": (lambda m, x: m.unsqueeze(x, -1), lambda x: x[..., None]),
    "expand": (
        lambda m, x: m.expand(x[:, :1], 5, 2, 3, -1),
        lambda x: np.broadcast_to(x[:, :1], (5, 2, 3, 4)),
    ),
    "permute": (lambda m, x: m.permute(x, (2, 0, 1)), lambda x: x.transpose(2, 0, 1)),
    "movedim": (lambda m, x: m.movedim(x, 0, -1), lambda x: np.moveaxis(x, 0, -1)),
    "movedim of two": (
        lambda m, x: m.movedim(x, (0, 1), (1, 2)),
        lambda x: np.moveaxis(x, (0, 1), (1, 2)),
    ),
    "tile": (lambda m, x: m.tile(x, (2, 3)), lambda x: np.tile(x, (2, 3))),
    "repeat": (lambda m, x: m.repeat(x, 2, 1, 2, 3), lambda x: np.tile(x, (2, 1, 2, 3))),
    "flip": (lambda m, x: m.flip(x, (0, -1)), lambda x: np.flip(x, (0, -1))),
    "roll": (lambda m, x: m.roll(x, 5), lambda x: np.roll(x, 5)),
    "roll two": (lambda m, x: m.roll(x, (1, -2), (0, 2)), lambda x: np.roll(x, (1, -2), (0, 2))),
    "diagonal": (lambda m, x: m.diagonal(x, 1, 2, 1), lambda x: np.diagonal(x, 1, 2, 1)),
    "diagonal below": (lambda m, x: m.diagonal(x, -1), lambda x: np.diagonal(x, -1)),
    "diag": (lambda m, x: m.diag(x[0], -1), lambda x: np.diag(x[0], -1)),
    "split": (lambda m, x: m.split(x, 3, -1)[1], lambda x: x[..., 3:]),
    "split sizes": (lambda m, x: m.split(x, [1, 2], dim=1)[1], lambda x: x[:, 1:]),
    "chunk": (lambda m, x: m.chunk(x, 2, 1)[0], lambda x: x[:, :2]),
    "unbind": (lambda m, x: m.unbind(x, 2)[3], lambda x: x[..., 3]),
    "gather": (
        lambda m, x: m.gather(x, 1, np.array([[[0, 2, 2, 1]]])),
        lambda x: np.take_along_axis(x[:1], np.array([[[0, 2, 2, 1]]]), 1),
    ),
    "take_along_dim": (
        lambda m, x: m.take_along_dim(x, np.array([[[2], [0], [0], [1]]]).reshape(1, 4, 1), 1),
        lambda x: np.take_along_axis(x, np.array([2, 0, 0, 1]).reshape(1, 4, 1), 1),
    ),
    "index_select": (lambda m, x: m.index_select(x, 2, [3, 3, 0]), lambda x: x[..., [3, 3, 0]]),
    "masked_select": (
        lambda m, x: m.masked_select(x, np.array([True, False, True, False])),
        lambda x: x[..., [0, 2]].ravel(),
    ),
    "pad, reflect": (
        lambda m, x: F.pad(x, (2, 1, 1, 0), "reflect"),
        lambda x: np.pad(x, ((0, 0), (1, 0), (2, 1)), "reflect"),
    ),
    "pad, replicate": (
        lambda m, x: F.pad(x, (5, -1), "replicate"),
        lambda x: np.pad(x, ((0, 0), (0, 0), (5, 0)), "edge")[..., :-1],
    ),
    "pad, circular": (
        lambda m, x: F.pad(x, (4, 3), "circular"),
        lambda x: np.pad(x, ((0, 0), (0, 0), (4, 3)), "wrap"),
    ),
    "pad, negative": (lambda m, x: F.pad(x, (-1, -2)), lambda x: x[..., 1:2]),
}  # fmt: skip


class _Methods:
    def __getattr__(self, name):
        return lambda x, *args, **named: getattr(x, name)(*args, **named)


@pytest.mark.parametrize("form", [F, _Methods()])
@pytest.mark.parametrize("name", MOVES)
def test_moves(name, form, rng):
    move, wanted = MOVES[name]
    x = tensor(X, requires_grad=True)
    y = move(form, x)
    np.testing.assert_array_equal(y.numpy(), wanted(X))
    g = rng.normal(size=y.shape)
    origin = wanted(np.arange(24).reshape(X.shape) + 1).ravel()  # 0 is what came from nowhere
    total = np.bincount(origin, g.ravel(), minlength=25)[1:]
    np.testing.assert_allclose(grad(y, x, g).numpy().ravel(), total, atol=1e-14)
    if form is F:
        np.testing.assert_array_equal(move(F, X), wanted(X))


@pytest.mark.parametrize("k", [-2, 0, 1])
def test_triangles(k):
    x = tensor(np.where(np.eye(3, 4, 3) > 0, np.nan, np.ones((2, 3, 4))), requires_grad=True)
    np.testing.assert_array_equal(F.tril(x, k).numpy(), np.tril(np.ones((2, 3, 4)), k))
    assert np.isnan(x.triu(k).numpy()).any()
    x.tril(k).sum().backward()
    np.testing.assert_array_equal(x.grad, np.tril(np.ones((2, 3, 4)), k))
    assert F.triu(tensor([[1, 2], [3, 4]])).dtype == int


def test_pad_with_a_constant():
    x = tensor([[1.0, 2.0]], requires_grad=True)
    y = F.pad(x, (1, 0, 0, 1), value=-1.5)
    assert y.tolist() == [[-1.5, 1.0, 2.0], [-1.5, -1.5, -1.5]]
    y.sum().backward()
    assert x.grad.tolist() == [[1.0, 1.0]]
    assert F.pad(x, (2, -1)).tolist() == [[0.0, 0.0, 1.0]]
    assert F.pad(tensor([1.0], dtype=np.float32), (1, 1), value=0.5).dtype == np.float32


def test_diag_of_a_vector():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = F.diag(x, 1)
    np.testing.assert_array_equal(y.numpy(), np.diag([1.0, 2.0], 1))
    (y * y).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_pieces():
    assert [len(p) for p in F.split(np.arange(7), 3)] == [3, 3, 1]
    assert [len(p) for p in F.chunk(np.arange(7), 3)] == [3, 3, 1]
    assert [len(p) for p in F.chunk(np.arange(4), 3)] == [2, 2]
    assert [p.item() for p in F.unbind(tensor([1.0, 2.0]))] == [1.0, 2.0]
    assert [p.shape for p in F.split(np.ones((0, 2)), 2)] == [(0, 2)]


def test_masked_fill():
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    v = tensor(9.0, requires_grad=True)
    y = x.masked_fill(np.array([True, False, True]), v)
    assert y.tolist() == [9.0, 2.0, 9.0]
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 0.0]
    assert v.grad == 2.0
    with pytest.raises(TypeError, match="masked_fill: a mask is boolean, got int64"):
        x.masked_fill(np.array([1, 0, 1]), 0.0)


def test_scatter():
    x, s = tensor(np.ones((2, 3)), requires_grad=True), tensor([[1.0, 2.0], [3.0, 4.0]])
    s.requires_grad = True
    index = np.array([[0, 0], [2, 1]])
    y = F.scatter_add(x, 1, index, s)
    assert y.tolist() == [[4.0, 1.0, 1.0], [1.0, 5.0, 4.0]]
    (y * y).sum().backward()
    assert s.grad.tolist() == [[8.0, 8.0], [8.0, 10.0]]
    y = x.scatter(1, index, s)
    assert y.tolist() == [[2.0, 1.0, 1.0], [1.0, 4.0, 3.0]]
    assert grad(y.sum(), s).tolist() == [[0.0, 1.0], [1.0, 1.0]]
    assert grad(y.sum(), x).tolist() == [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]
    assert x.scatter(1, index, 5.0).tolist() == [[5.0, 1.0, 1.0], [1.0, 5.0, 5.0]]


@given(st.data())
def test_index_put_is_assignment(data):
    x = data.draw(
        hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-9, 9))
    )
    index = data.draw(
        st.one_of(
            hnp.basic_indices(x.shape, allow_newaxis=True),
            hnp.integer_array_indices(x.shape),
            hnp.arrays(bool, x.shape),
        )
    )
    values = np.cos(np.arange(np.size(x[index]), dtype=float)).reshape(np.shape(x[index]))
    wanted = x.copy()
    wanted[index] = values
    np.testing.assert_array_equal(F.index_put(x, index, values), wanted)
    np.add.at(wanted := x.copy(), index, values)
    found = F.index_put(x, index, values, accumulate=True)
    np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-14)
    a, b = tensor(x, requires_grad=True), tensor(values, requires_grad=True)
    y = F.index_put(a, index, b)
    g = np.sin(np.arange(x.size) + 1.0).reshape(x.shape)
    of_a, of_b = grad(y, (a, b), g)
    kept = g.copy()
    kept[index] = 0.0
    np.testing.assert_array_equal(of_a.numpy(), kept)
    assert of_b.numpy().sum() == pytest.approx((g - kept).sum(), abs=1e-12)


def test_index_put_of_a_number_and_of_two_for_one_place():
    x, v = tensor([1.0, 2.0, 3.0], requires_grad=True), tensor([5.0, 6.0], requires_grad=True)
    assert x.index_put(slice(1, None), 0.0).tolist() == [1.0, 0.0, 0.0]
    y = x.index_put([1, 1], v)
    assert y.tolist() == [1.0, 6.0, 3.0]
    assert grad(y.sum(), v).tolist() == [0.0, 1.0]
    assert x.index_put((tensor([1, 1]),), v, accumulate=True).tolist() == [1.0, 13.0, 3.0]


M = np.ones((2, 3))
BAD = {
    "squeeze of no axis": (lambda: F.squeeze(M, 4), IndexError, "squeeze: axis 4 is out of bounds"),
    "unsqueeze": (lambda: F.unsqueeze(M, 4), IndexError, "unsqueeze: axis 4 .* 3 axes"),
    "flatten": (lambda: F.flatten(M, 1, 0), ValueError, "start_dim 1 comes after end_dim 0"),
    "expand": (
        lambda: F.expand(M, 4, 3),
        ValueError,
        r"expand: axis 0 has size 2 and cannot become 4, shape \(2, 3\) to \(4, 3\)",
    ),
    "expand to fewer": (lambda: F.expand(M, 3), ValueError, "no size for every axis"),
    "permute twice": (lambda: F.permute(M, (0, 0)), ValueError, "names an axis twice"),
    "permute short": (lambda: F.permute(M, (0,)), ValueError, "each of the 2 axes once"),
    "an axis of text": (lambda: F.squeeze(M, "a"), TypeError, "an axis is an int, got 'a'"),
    "two spellings": (lambda: F.squeeze(M, dim=0, axis=0), TypeError, "axis and dim spell one"),
    "movedim": (lambda: F.movedim(M, (0, 1), 0), ValueError, "different numbers of axes"),
    "repeat": (lambda: F.repeat(M, 2), ValueError, r"\(2,\) has no number for every axis"),
    "tile": (lambda: F.tile(M, -1), ValueError, "cannot repeat"),
    "tile by floats": (lambda: F.tile(M, 1.5), TypeError, "tile: expected integers"),
    "split size": (lambda: F.split(M, 0), ValueError, "size of 1 or more, got 0"),
    "split sizes": (lambda: F.split(M, [1, 2]), ValueError, r"\[1, 2\] does not add up to 2"),
    "chunk": (lambda: F.chunk(M, 0), ValueError, "chunks must be 1 or more"),
    "roll": (lambda: F.roll(M, (1, 2), 0), ValueError, "2 shifts for 1 axes"),
    "tril": (lambda: F.tril(M[0]), ValueError, r"tril: needs a matrix .* \(3,\)"),
    "diag": (lambda: F.diag(M[None]), ValueError, "diag: needs a vector or a matrix"),
    "gather outside": (
        lambda: F.gather(M, 0, np.array([[2, 0, 0]])),
        IndexError,
        r"gather: index 2 is outside of \[0, 2\)",
    ),
    "gather axes": (lambda: F.gather(M, 0, [0]), ValueError, "needs the 2 axes"),
    "gather larger": (lambda: F.gather(M, 0, np.zeros((1, 4), int)), ValueError, "is larger than"),
    "gather floats": (lambda: F.gather(M, 0, M), TypeError, "an index is an integer, got float64"),
    "index_select": (lambda: F.index_select(M, 0, [[0]]), ValueError, "index is a vector"),
    "scatter_add": (
        lambda: F.scatter_add(M, 0, np.zeros((2, 3), int), M[:1]),
        ValueError,
        r"index of shape \(2, 3\) is larger than src, \(1, 3\)",
    ),
    "take_along_dim": (lambda: F.take_along_dim(M, [0], 0), ValueError, "differ in axes"),
    "index_put outside": (lambda: F.index_put(M, 5, 0.0), IndexError, "index_put: index 5 is out"),
    "index_put values": (
        lambda: F.index_put(M, 0, [1.0, 2.0]),
        ValueError,
        r"values of shape \(2,\) do not broadcast to input\[indices\], \(3,\)",
    ),
    "pad odd": (lambda: F.pad(M, (1,)), ValueError, "needs pairs"),
    "pad too long": (lambda: F.pad(M[0], (1, 1, 1, 1)), ValueError, "for 2 axes, but the shape"),
    "pad reflect": (lambda: F.pad(M, (5, 0), "reflect"), ValueError, "more than the 3 elements of"),
    "pad mode": (lambda: F.pad(M, (1, 1), "edge"), ValueError, "mode is 'constant', 'reflect'"),
    "pad value": (lambda: F.pad(M, (1, 1), "reflect", 1.0), ValueError, "takes no value"),
    "pad away": (lambda: F.pad(M, (-2, -2)), ValueError, "takes away more than"),
    "text": (lambda: F.flatten("ab"), TypeError, "flatten: cannot compute with str"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_refused(case):
    call, kind, words = BAD[case]
    with pytest.raises(kind, match=words):
        call()
