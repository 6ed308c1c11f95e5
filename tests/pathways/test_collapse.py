"""`affine_map`: the one affine map that a graph of affine ops is, and what is not affine."""

from itertools import pairwise

import numpy as np
import pytest

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    activation,
    affine,
    clamp,
    concatenate,
    exp,
    identity,
    maximum,
    nodes,
    relu,
    softmax,
    where,
)
from micrograd_act.functional import avg_pool2d, conv2d, linear, max_pool2d, mean
from micrograd_act.pathways import affine_map, paths, replace


def layers(rng, *sizes):
    return [
        (Tensor(rng.normal(size=(m, n)), requires_grad=True), Tensor(rng.normal(size=m)))
        for n, m in pairwise(sizes)
    ]


def net(x, parameters, f):
    for w, b in parameters:
        x = f(linear(x, w, b))
    return x


def test_a_linear_net_is_one_affine_map(rng):
    parameters = layers(rng, 4, 5, 5, 3)
    found = affine_map(lambda x: net(x, parameters, affine.bind(0.5, 1.0)), np.zeros(4))
    matrix, offset = np.eye(4), np.zeros(4)
    for w, b in parameters:
        matrix = 0.5 * w.numpy() @ matrix
        offset = 0.5 * (w.numpy() @ offset + b.numpy()) + 1.0
    np.testing.assert_allclose(found.matrix, matrix, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found.offset, offset, rtol=1e-12)
    data = rng.normal(size=(7, 4))
    expected = net(Tensor(data), parameters, affine.bind(0.5, 1.0))
    np.testing.assert_allclose(found(data), expected.numpy(), rtol=1e-12, atol=1e-13)
    assert repr(found) == "AffineMap((4,) → (3,))"


def test_a_graph_made_affine_by_replacing(rng):
    parameters = layers(rng, 3, 4, 2)
    x = Tensor(rng.normal(size=3), requires_grad=True)
    y = net(x, parameters, relu)
    with pytest.raises(ValueError, match=r"affine_map: relu is not affine in x .*\(4,\)"):
        affine_map(y, x)
    z = replace(y, {relu: identity})
    np.testing.assert_allclose(affine_map(z, x)(x.numpy()), z.numpy(), rtol=1e-12, atol=1e-14)


def test_numbers():
    x, w = Value(3.0), Value(2.0)
    found = affine_map(w * x - x / 4 + w * w, x)
    assert (found.matrix, found.offset) == (1.75, 4.0)
    assert found([0.0, 1.0]).tolist() == [4.0, 5.75]


def test_matrices(rng):
    x = Tensor(rng.normal(size=(2, 3)), requires_grad=True)
    found = affine_map(concatenate([mean(x, 1), x.T.reshape(6)[1:3]]), x)
    assert found.matrix.shape == (4, 2, 3)
    many = rng.normal(size=(5, 2, 3))
    flat = many.transpose(0, 2, 1).reshape(5, 6)
    expected = np.concatenate([many.mean(2), flat[:, 1:3]], 1)
    np.testing.assert_allclose(found(many), expected, atol=1e-14)


def test_it_is_told_from_formulas_never_from_numbers(rng):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = relu(x)  # on these numbers, the identity
    with pytest.raises(ValueError, match="relu is not affine"):
        affine_map(y, x)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x,
        lambda x: x @ x,
        lambda x: 1.0 / x,
        lambda x: x**2,
        lambda x: exp(x),
        lambda x: softmax(x),
        lambda x: abs(x),
        lambda x: x.amax(),
        lambda x: maximum(x, 0.0),
        lambda x: clamp(x, 0.0, 1.0),
        activation(lambda x: 2 * x, name="double"),  # what is not known to be affine is not
        activation(
            lambda x: abs(x), name="own", vjp=lambda g, y, x: g * (1.0 if np.all(x > 0) else -1.0)
        ),
    ],
)
def test_what_is_not_affine(f):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = f(x)
    y.label = "here"
    with pytest.raises(ValueError, match="'here' is not affine in x"):
        affine_map(y, x)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: where(np.array([True, False]), 2 * x, x - 1),
        lambda x: x**1 + 0 * x,
        lambda x: x[[0, 0, 1]],
        lambda x: x.sum() / 3.0,
    ],
)
def test_what_is_affine(f, rng):
    x = Tensor([1.0, 2.0], requires_grad=True)
    found = affine_map(f(x), x)
    point = rng.normal(size=2)
    np.testing.assert_allclose(found(point), f(Tensor(point)).numpy(), atol=1e-14)


def test_a_constant_function_of_a_tracked_graph():
    x, other = Value(1.0), Value(2.0)
    found = affine_map(other * other, x)
    assert (found.matrix, found.offset) == (0.0, 4.0)


def test_a_convolutional_net(rng):
    first, second = rng.normal(size=(2, 1, 3, 3)), rng.normal(size=(1, 2, 2, 2))
    x, other = rng.normal(size=(2, 1, 6, 6))

    def net(x, pool=avg_pool2d, f=lambda h: h):
        h = f(conv2d(x.reshape(1, 6, 6), first, padding="same"))
        return conv2d(pool(h, 2), second, stride=2).sum()

    found = affine_map(net, x)
    assert found(other) == pytest.approx(net(Tensor(other)).item(), rel=1e-12)
    bent = affine_map(lambda x: net(x, max_pool2d, relu), x, piecewise=True)
    assert bent(x) == pytest.approx(net(Tensor(x), max_pool2d, relu).item(), rel=1e-12)
    x = Tensor(x, requires_grad=True)
    assert paths(net(x), x).uncounted == []


def test_it_prints_as_its_numbers():
    found = affine_map(lambda x: Tensor([[1.0, 2.0], [0.0, 1 / 3]]) @ x + 1, [0.0, 0.0])
    assert str(found).splitlines() == [
        "AffineMap((2,) → (2,))",
        "matrix [[1.     2.    ]",
        "        [0.     0.3333]]",
        "offset [1. 1.]",
    ]


def test_bad_arguments():
    x = Value(1.0)
    with pytest.raises(TypeError, match="affine_map: y must be a Value or a Tensor, got int"):
        affine_map(3, x)
    with pytest.raises(TypeError, match="x must be a Value or a Tensor, got list"):
        affine_map(x * 2, [1.0])
    with pytest.raises(GradientError, match="requires_grad=True"):
        affine_map(x * 2, Tensor([1.0]))
    with pytest.raises(GradientError, match="does not depend on its input"):
        affine_map(lambda x: Tensor([1.0]), [1.0])
    found = affine_map(lambda x: 2 * x, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"shape \(3,\), but ends in \(2,\)"):
        found(np.zeros(3))


def test_looking_changes_nothing(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True)
    y = linear(x, Tensor(rng.normal(size=(2, 3)), requires_grad=True)).sum()
    y.backward()
    before = [(n.data.tobytes(), n.grad.tobytes()) for n in nodes(y) if n.grad is not None]
    affine_map(y, x)
    after = [(n.data.tobytes(), n.grad.tobytes()) for n in nodes(y) if n.grad is not None]
    assert after == before
