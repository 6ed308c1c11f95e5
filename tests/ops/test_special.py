"""What the contract and PyTorch's stored values do not see."""

import math

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    activation,
    affine,
    functional,
    grad,
    gradcheck,
    leaky_relu,
    softplus,
)
from micrograd_act.ops import REGISTRY


def leaf(x):
    return Tensor(x, requires_grad=True)


def gradient(function, x):
    x = leaf(x)
    with np.errstate(all="ignore"):
        y = function(x)
        y.backward(np.ones(y.shape))
    return y.data.tolist(), x.grad.tolist()


def test_powers_of_minus_zero_are_those_of_c():
    assert gradient(lambda x: x**-0.5, [-0.0, 0.0])[0] == [np.inf, np.inf]
    assert gradient(lambda x: x**-1, [-0.0, 0.0]) == ([-np.inf, np.inf], [-np.inf, -np.inf])
    assert gradient(lambda x: x**0, [0.0, np.nan]) == ([1, 1], [0, 0])


@pytest.mark.parametrize("base", [-8.0, 0.0, -0.0, 2.0, np.inf, np.nan])
@pytest.mark.parametrize("exponent", [-2.0, -0.5, 0.0, 1 / 3, 1.0, 2.0, 3.0])
def test_a_value_to_a_power_is_a_tensor_to_a_power(base, exponent):
    a, b = Value(base), Value(exponent)
    y = a**b
    y.backward()
    ta, tb = leaf(base), leaf(exponent)
    with np.errstate(all="ignore"):
        ty = ta**tb
        ty.backward()
    found, wanted = [y.data, a.grad, b.grad], [ty.item(), ta.grad.item(), tb.grad.item()]
    np.testing.assert_allclose(found, wanted, rtol=1e-15, equal_nan=True)
    c = Value(base)
    z = c**exponent
    z.backward()
    np.testing.assert_allclose([z.data, c.grad], [y.data, a.grad], rtol=1e-15, equal_nan=True)


def test_constants_of_the_right_kind():
    """No activation turns float32 into float64, or inf times 0 into NaN."""
    x = Tensor(np.array([-np.inf, 0.0, np.inf], dtype=np.float32), requires_grad=True)
    for op in (affine.bind(0, 2), affine.bind(0.0, 2.0), leaky_relu.bind(0)):
        y = op(x)
        assert y.dtype == np.float32
        assert not np.any(np.isnan(y.data))
    assert type(affine(Value(3.0), 0, 2).data) is float


def test_parameters_that_make_no_sense():
    with pytest.raises(ValueError, match=r"beta must be positive.*, got 0"):
        softplus.bind(beta=0)
    for beta in (-1.0, float("inf"), float("nan"), 10**400):
        with pytest.raises(ValueError, match="beta must be positive and finite"):
            softplus.bind(beta=beta)
    with pytest.raises(TypeError, match="beta must be a number, got str"):
        softplus.bind(beta="2")
    with pytest.raises(ValueError, match=r"min_val must be below max_val.*are they swapped"):
        functional.hardtanh(0.5, 1.0, -1.0)
    with pytest.raises(ValueError, match="min=2 is larger than max=1"):
        functional.clamp(leaf([1.0]), 2, 1)
    with pytest.raises(ValueError, match="give min, max or both"):
        functional.clamp(leaf([1.0]))
    with pytest.raises(TypeError, match="softmax: axis must be an int"):
        functional.softmax(leaf([1.0]), axis="x")
    with pytest.raises(ValueError, match="names an axis twice"):
        functional.sum(leaf([[1.0]]), axis=(0, 0))
    for join in (functional.concatenate, functional.stack):
        with pytest.raises(ValueError, match="empty sequence"):
            join([])


def test_equal_parameters_are_equal_ops():
    assert leaky_relu.bind(0.2) == leaky_relu.bind(negative_slope=0.2)
    assert hash(leaky_relu.bind(0.2)) == hash(leaky_relu.bind(negative_slope=0.2))
    assert leaky_relu.bind(0.2) != leaky_relu.bind(0.3)
    assert functional.sum.bind(dim=0, keepdim=True) == functional.sum.bind(axis=0, keepdims=True)
    assert {leaky_relu.bind(): 1}[leaky_relu.bind(0.01)] == 1


def test_activations_are_found_by_name():
    for name, entry in list(REGISTRY.items()):
        if getattr(entry, "facts", None):
            assert activation(name) is entry
    assert activation("leaky_relu") is leaky_relu
    with pytest.raises(ValueError, match="did you mean sigmoid"):
        activation("sigmod")


def test_softmax_of_what_has_no_gradient_left():
    """Under ones the gradient of softmax is 0, not rounding noise of the logits' size."""
    x = leaf([[1e3, 1.0, -5.0]])
    functional.softmax(x).sum().backward()
    assert np.all(np.abs(x.grad) < 1e-15)


@pytest.mark.parametrize("margin", [1.0, 20.0, 40.0, 700.0])
def test_cross_entropy_keeps_the_digits_of_a_confident_gradient(margin):
    """Of two classes it is the sigmoid of minus the margin, which 1 - p would round away."""
    x = leaf([[margin, 0.0], [-1.0, 1.0]])
    loss = functional.cross_entropy(x, [0, 1])
    loss.backward()
    sent = 1 / (1 + math.exp(margin)) / 2
    np.testing.assert_allclose(x.grad[0], [-sent, sent], rtol=1e-14)
    (again,) = grad(loss, [x], create_graph=True)
    np.testing.assert_allclose(again.data, x.grad, rtol=1e-14)
    second = grad(again[0, 0], x).data[0]
    np.testing.assert_allclose(second, [sent * (1 - 2 * sent), -sent * (1 - 2 * sent)], rtol=1e-13)
    assert gradcheck(loss)


def test_losses_refuse_shapes_that_only_broadcast():
    with pytest.raises(ValueError, match=r"mse_loss: target \(3,\) differs from input \(3, 1\)"):
        functional.mse_loss(leaf(np.zeros((3, 1))), np.zeros(3))
    with pytest.raises(IndexError, match="label 3 at row 1"):
        functional.cross_entropy(leaf(np.zeros((2, 3))), [0, 3])
    with pytest.raises(TypeError, match="labels must be integers"):
        functional.cross_entropy(leaf(np.zeros((2, 3))), [0.0, 1.0])
