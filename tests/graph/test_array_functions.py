"""NumPy's functions of arrays called on nodes: NumPy's arguments, values and gradients."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, grad
from tests.graph.test_protocols import slopes

A = np.array([[0.3, -1.2, 0.7], [2.0, 0.4, -0.6]])
B = np.array([0.5, 1.5, 2.5])
M = np.array([[2.0, 0.3, -0.4], [0.1, 1.5, 0.2], [-0.3, 0.5, 1.0]])
PLACES = np.array([[2, 0], [1, 1]])

CASES = {
    "around": (lambda x: np.around(x + 0.03, 1) * x, A),
    "copy": (np.copy, A),
    "cholesky": (lambda x: np.linalg.cholesky(x @ x.T + np.eye(3)), M),
    "det": (np.linalg.det, M),
    "diag": (np.diag, B),
    "diag of a matrix": (lambda x: np.diag(x, k=1), M),
    "diagonal": (lambda x: np.diagonal(x[None], 0, axis1=1, axis2=2), M),
    "diff": (np.diff, A),
    "diff twice along an axis": (lambda x: np.diff(x, 2, axis=0), M),
    "einsum": (lambda a, b: np.einsum("ij,j->i", a, b), A, B),
    "flip": (np.flip, A),
    "flip an axis": (lambda x: np.flip(x, axis=1), A),
    "hstack": (lambda a, b: np.hstack([a, b[:2, None]]), A, B),
    "hstack of vectors": (lambda a, b: np.hstack((a, b)), B, B + 1),
    "inner": (np.inner, A, M),
    "inv": (np.linalg.inv, M),
    "moveaxis": (lambda x: np.moveaxis(x[None], 0, -1), A),
    "norm": (np.linalg.norm, A),
    "norm of rows": (lambda x: np.linalg.norm(x, axis=1, keepdims=True), A),
    "norm of order 1": (lambda x: np.linalg.norm(x, 1), B),
    "outer": (np.outer, A, B),
    "pad": (lambda x: np.pad(x, ((0, 1), (2, 0))), A),
    "pad with a number": (lambda x: np.pad(x, 1, constant_values=7), B),
    "pad with the edge": (lambda x: np.pad(x, (1, 2), "edge"), B),
    "pad around": (lambda x: np.pad(x, [(0, 0), (1, 2)], mode="wrap"), A),
    "pad mirrored": (lambda x: np.pad(x, (2, 1), mode="reflect"), B),
    "repeat": (lambda x: np.repeat(x, 2), A),
    "repeat unequally": (lambda x: np.repeat(x, [1, 3], axis=0), A),
    "roll": (lambda x: np.roll(x, 1), A),
    "roll an axis": (lambda x: np.roll(x, (1, 2), axis=(0, 1)), A),
    "solve": (np.linalg.solve, M, B),
    "solve matrices": (lambda a, b: np.linalg.solve(a, b.T), M, A),
    "sort": (np.sort, A),
    "sort flat": (lambda x: np.sort(x, axis=None), A),
    "split": (lambda x: np.split(x, 3, axis=1)[1], A),
    "split at places": (lambda x: np.split(x, [1, 2])[2], B),
    "take": (lambda x: np.take(x, [0, 5, 5]), A),
    "take along an axis": (lambda x: np.take(x, PLACES, axis=1), A),
    "take_along_axis": (lambda x: np.take_along_axis(x, PLACES, 1), A),
    "tensordot": (lambda a, b: np.tensordot(a, b, axes=([1], [0])), A, M),
    "tile": (lambda x: np.tile(x, (2, 1, 2)), A),
    "trace": (lambda x: np.trace(x, offset=1), M),
    "tril": (lambda x: np.tril(x, -1), M),
    "triu": (np.triu, M),
    "vdot": (np.vdot, A, A + 1),
    "vstack": (lambda a, b: np.vstack([a, b]), A, B),
}


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient(name):
    f, *arrays = CASES[name]
    xs = [Tensor(x, requires_grad=True) for x in arrays]
    y = f(*xs)
    assert type(y) is Tensor
    assert y.shape == f(*arrays).shape
    np.testing.assert_allclose(y.data, f(*arrays), rtol=1e-13)
    weights, expected = slopes(f, *arrays)
    for found, g in zip(grad(y, xs, weights), expected, strict=True):
        np.testing.assert_allclose(found.data, g, rtol=1e-6, atol=1e-8)


def test_slogdet_is_a_pair():
    sign, logarithm = np.linalg.slogdet(Tensor(M, requires_grad=True))
    assert (sign.item(), logarithm.item()) == pytest.approx(tuple(np.linalg.slogdet(M)))


def test_an_array_beside_a_node():
    x = Tensor(B, requires_grad=True)
    assert type(np.outer(B, x)) is Tensor
    assert type(np.vstack([A, x])) is Tensor
    assert np.copy(Value(2.0)).data == 2.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: np.sort(t, kind="heapsort"), r"np\.sort: nodes do not support kind="),
        (lambda t: np.take(t, [0], out=B.copy()), r"np\.take: nodes do not support out="),
        (lambda t: np.linalg.norm(t, 2), r"np\.linalg\.norm: the norm 2 of matrices has no rule"),
        (lambda t: np.pad(t, 1, "linear_ramp"), r"np\.pad: nodes support the modes constant"),
        (lambda t: np.pad(t, 1, stat_length=2), r"np\.pad: .* got mode 'constant', stat_length="),
        (lambda t: np.einsum("ij->", t, dtype=float), r"np\.einsum: nodes do not support dtype="),
        (lambda t: np.einsum(t, [0, 1]), r"np\.einsum: give the subscripts as text"),
        (lambda t: np.diff(t, prepend=0.0), r"np\.diff: nodes do not support prepend="),
        (lambda t: np.linalg.eigh(t), r"np\.linalg\.eigh has no rule for Tensor; the closest"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(TypeError, match=words):
        call(Tensor(A, requires_grad=True))


def test_pieces_that_do_not_divide():
    with pytest.raises(ValueError, match=r"np\.split: 2 does not divide 3, axis 1"):
        np.split(Tensor(A), 2, axis=1)
