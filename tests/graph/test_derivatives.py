"""`grad`: derivatives as nodes, to any order, that change no `.grad`."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    activation,
    functional,
    grad,
    no_grad,
    nodes,
    tensor,
)
from tests.graph.random_graphs import built


def sech2(x):
    return 1 / np.cosh(x) ** 2


def logistic(x):
    return 1 / (1 + np.exp(-x))


def density(x):
    return np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)


@np.vectorize
def distribution(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


# Each function with its derivatives of order 0 to 4, in closed form.
CLOSED_FORMS = {
    "power 5": (
        lambda x: x**5,
        [lambda x: x**5, lambda x: 5 * x**4, lambda x: 20 * x**3, lambda x: 60 * x**2,
         lambda x: 120 * x],
    ),
    "product": (
        lambda x: x * x * x * x,
        [lambda x: x**4, lambda x: 4 * x**3, lambda x: 12 * x**2, lambda x: 24 * x,
         lambda x: 24 + 0 * x],
    ),
    "reciprocal": (
        lambda x: 1 / x,
        [lambda x: 1 / x, lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4,
         lambda x: 24 * x**-5],
    ),
    "root": (
        functional.sqrt,
        [np.sqrt, lambda x: x**-0.5 / 2, lambda x: -(x**-1.5) / 4, lambda x: 3 * x**-2.5 / 8,
         lambda x: -15 * x**-3.5 / 16],
    ),
    "exp": (
        lambda x: functional.exp(2 * x),
        [lambda x, k=k: 2**k * np.exp(2 * x) for k in range(5)],
    ),
    "log": (
        functional.log,
        [np.log, lambda x: 1 / x, lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4],
    ),
    "sin": (
        functional.sin,
        [np.sin, np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin],
    ),
    "tanh": (
        functional.tanh,
        [
            np.tanh,
            sech2,
            lambda x: -2 * np.tanh(x) * sech2(x),
            lambda x: 4 * sech2(x) - 6 * sech2(x) ** 2,
            lambda x: -8 * np.tanh(x) * sech2(x) + 24 * np.tanh(x) * sech2(x) ** 2,
        ],
    ),
    "sigmoid": (
        functional.sigmoid,
        [
            logistic,
            lambda x: logistic(x) * logistic(-x),
            lambda x: logistic(x) * logistic(-x) * (1 - 2 * logistic(x)),
            lambda x: logistic(x) * logistic(-x) * (1 - 6 * logistic(x) * logistic(-x)),
            lambda x: logistic(x) * logistic(-x) * (1 - 2 * logistic(x))
            * (1 - 12 * logistic(x) * logistic(-x)),
        ],
    ),
    "gelu": (
        functional.gelu,
        [
            lambda x: x * distribution(x),
            lambda x: distribution(x) + x * density(x),
            lambda x: (2 - x**2) * density(x),
            lambda x: (x**3 - 4 * x) * density(x),
            lambda x: (-(x**4) + 7 * x**2 - 4) * density(x),
        ],
    ),
    "variable exponent": (
        lambda x: 2.0**x,
        [lambda x, k=k: 2.0**x * np.log(2.0) ** k for k in range(5)],
    ),
    "relu": (
        lambda x: functional.relu(x) ** 2,
        [lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * np.maximum(x, 0), lambda x: 2.0 * (x > 0),
         lambda x: 0 * x, lambda x: 0 * x],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_four_orders_of_a_scalar(name):
    function, derivatives = CLOSED_FORMS[name]
    for point in (0.3, 1.0, 2.5):
        x = Value(point)
        y = function(x)
        for order, closed in enumerate(derivatives):
            assert type(y) is Value
            assert y.data == pytest.approx(float(closed(point)), rel=1e-12, abs=1e-12), order
            if order < 4:
                y = grad(y, x, create_graph=True)
        assert x.grad is None


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_four_orders_of_an_array(name):
    function, derivatives = CLOSED_FORMS[name]
    points = np.array([[0.3, 1.0], [2.5, 0.7]])
    x = Tensor(points, requires_grad=True)
    y = function(x)
    for order, closed in enumerate(derivatives):
        assert type(y) is Tensor
        np.testing.assert_allclose(
            y.data, closed(points), rtol=1e-12, atol=1e-12, err_msg=f"order {order}"
        )
        if order < 4:
            y = grad(y.sum(), x, create_graph=True)
    assert x.grad is None


def test_the_hessian_of_a_quadratic_form(rng):
    a = rng.normal(size=(4, 4))
    x = Tensor(rng.normal(size=4), requires_grad=True)
    first = grad(x @ a @ x, x, create_graph=True)
    hessian = np.stack([grad(first[i], x).data for i in range(4)])
    np.testing.assert_allclose(hessian, a + a.T, rtol=1e-13)


def slope(loss, at):
    x = Tensor(at, requires_grad=True)
    return np.asarray(grad(loss(x), x).data)


def test_second_derivatives_through_every_structural_op(rng):
    """Hessian times vector against central differences of the gradient."""
    x = Tensor(rng.normal(size=(2, 3)), requires_grad=True)
    functions = [
        lambda x: x.reshape(6)[[0, 0, 3]],
        lambda x: x.T[1:],
        lambda x: functional.stack([x, x * 2], 1).sum((0, 2)),
        lambda x: functional.concatenate([x, x], 1).mean(0, keepdims=True),
        lambda x: x.broadcast_to(2, 2, 3).permute(2, 0, 1),
        lambda x: x @ x.T,
        lambda x: x.amax(1),
        lambda x: functional.where(np.array([True, False, True]), x, 2 * x),
        lambda x: functional.maximum(x, 0.1),
        lambda x: x.clamp(-0.5, 0.5),
        lambda x: x.softmax(0),
        lambda x: x.log_softmax(1),
        lambda x: x.logsumexp((0, 1)),
        lambda x: abs(x) ** 1.5,
    ]
    h = 1e-5
    for i, function in enumerate(functions):

        def loss(x, function=function):
            return (function(x) ** 3).sum()

        first = grad(loss(x), x, create_graph=True)
        weights = rng.normal(size=(2, 3))
        second = grad(first, x, weights).data
        up, down = (slope(loss, x.data + s * h * weights) for s in (1, -1))
        np.testing.assert_allclose(
            second, (up - down) / (2 * h), rtol=1e-6, atol=1e-7, err_msg=str(i)
        )


def test_a_sequence_of_inputs_gives_a_tuple():
    x, w = Value(2.0), Value(3.0)
    y = x * x * w
    assert [g.data for g in grad(y, [x, w])] == [12.0, 4.0]
    assert type(grad(y, (x, w))) is tuple
    assert type(grad(y, [x])) is tuple
    assert grad(y, []) == ()
    again = grad(y, (x, x))
    assert [g.data for g in again] == [12.0, 12.0]


def test_results_and_the_output_itself_as_inputs():
    x = Value(2.0)
    inner = x * x
    y = inner * inner
    assert grad(y, inner).data == 8.0
    assert grad(y, y).data == 1.0
    assert [g.data for g in grad(y, (x, inner, y))] == [32.0, 8.0, 1.0]
    t = tensor([1.0, 2.0], requires_grad=True)
    assert grad(t, t, np.array([3.0, 4.0])).tolist() == [3.0, 4.0]


def test_several_outputs_are_added_up():
    x = Value(2.0)
    y, z = x * x, x * 3
    assert grad([y, z], x).data == 7.0
    assert grad((y, z), x, (10.0, 100.0)).data == 340.0
    assert grad((y, z), x, (None, 100.0)).data == 304.0
    assert grad((y, y), x).data == 8.0
    assert grad((y, y), x, create_graph=True).data == 8.0
    t = tensor([1.0, 2.0], requires_grad=True)
    both = grad((t * t, y), [t, x], (np.array([1.0, 10.0]), None))
    assert [g.data.tolist() if g.shape else g.data for g in both] == [[2.0, 40.0], 4.0]


@pytest.mark.parametrize(
    "weights",
    [np.array([1.0, 10.0]), [1.0, 10.0], (1.0, 10.0), tensor([1.0, 10.0])],
    ids=["array", "list", "tuple", "tensor"],
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_the_cotangent_of_an_array(weights, create_graph):
    t = tensor([1.0, 2.0], requires_grad=True)
    g = grad(t * t, t, weights, create_graph=create_graph)
    assert g.tolist() == [2.0, 40.0]


def test_a_tracked_cotangent_is_part_of_the_graph():
    t = tensor([1.0, 2.0], requires_grad=True)
    w = tensor([3.0, 5.0], requires_grad=True)
    g = grad(t * t, t, w, create_graph=True)
    assert grad(g.sum(), w).tolist() == [2.0, 4.0]
    x, v = Value(2.0), Value(3.0)
    assert grad(grad(x * x, x, v, create_graph=True), v).data == 4.0


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(
    "wrong",
    [np.ones(3), np.ones((1, 2)), np.ones((2, 1)), 1.0, tensor([1.0]), tensor(1.0), Value(1.0)],
    ids=str,
)
def test_a_cotangent_of_another_shape(wrong, create_graph):
    t = tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"\(2,\)"):
        grad(t * t, t, wrong, create_graph=create_graph)


def test_as_many_cotangents_as_outputs():
    x = Value(2.0)
    y, z = x * x, x * 3
    with pytest.raises((ValueError, TypeError), match="grad"):
        grad((y, z), x, (1.0,))
    with pytest.raises((ValueError, TypeError), match="grad"):
        grad((y, z), x, 1.0 + 0j)
    with pytest.raises((ValueError, TypeError)):
        grad(y, x, (1.0, 2.0))


def test_several_elements_need_a_cotangent():
    t = tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(GradientError, match=r"\(2,\)"):
        grad(t * t, t)


def test_an_input_that_does_not_matter():
    x, other = Value(2.0), Value(3.0, label="other")
    y = x * x
    with pytest.raises(GradientError, match="'other'"):
        grad(y, other)
    with pytest.raises(GradientError, match="'other'"):
        grad(y, (x, other))
    assert grad(y, other, allow_unused=True) is None
    g, none = grad(y, (x, other), allow_unused=True)
    assert g.data == 4.0
    assert none is None
    untracked = tensor([1.0])
    with pytest.raises(GradientError):
        grad(y * untracked, untracked)


def test_an_untracked_output():
    x = tensor([1.0], requires_grad=True)
    with pytest.raises(GradientError, match=r"grad.*requires_grad"):
        grad(tensor([1.0]), x)
    with pytest.raises(GradientError):
        grad([x * 2, x.detach()], x)


@pytest.mark.parametrize("wrong", [3.0, None, "x", np.ones(2), [1.0]])
def test_only_nodes_have_gradients(wrong):
    x = Value(2.0)
    with pytest.raises(TypeError, match="grad"):
        grad(wrong, x)
    with pytest.raises(TypeError, match="grad"):
        grad(x * x, wrong)


def test_a_derivative_is_tracked_only_where_asked():
    for x in (Value(2.0), Tensor(2.0, requires_grad=True)):
        plain = grad(x * x, x)
        assert not plain.requires_grad
        assert plain.is_leaf
        kept = grad(x * x, x, create_graph=True)
        assert kept.requires_grad
        kept.backward()
        assert float(x.grad) == 2.0


def test_under_no_grad():
    x = Value(2.0)
    y = x**3
    with no_grad():
        first = grad(y, x, create_graph=True)
        assert grad(first, x).data == 12.0
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad


def test_backward_through_a_derivative():
    x, w = Value(2.0), Value(3.0)
    penalty = grad(w * x**2, x, create_graph=True) ** 2  # (2 w x)**2
    penalty.backward()
    assert (x.grad, w.grad) == (2 * 4 * 9 * 2.0, 2 * 4 * 4 * 3.0)


@given(st.data())
def test_the_same_as_backward_and_no_gradient_changes(data):
    root, leaves = built(data)
    gradient = np.linspace(-1.0, 2.0, 6).reshape(root.shape)
    root.backward(gradient)
    graph = nodes(root)
    before = [n.grad if n.grad is None else n.grad.tobytes() for n in graph]
    numbers = [np.array(n.data).tobytes() for n in graph]
    reached = [x for x in leaves if x.grad is not None]
    plain = grad(root, reached, gradient)
    kept = grad(root, reached, gradient, create_graph=True)
    for x, a, b in zip(reached, plain, kept, strict=True):
        np.testing.assert_array_equal(a.data, x.grad)
        np.testing.assert_allclose(b.data, x.grad, rtol=1e-14, atol=1e-15)
    assert [n.grad if n.grad is None else n.grad.tobytes() for n in graph] == before
    assert [np.array(n.data).tobytes() for n in graph] == numbers


def test_values_and_tensors_mixed_at_order_two():
    x, t = Value(2.0), tensor([1.0, 3.0], requires_grad=True)
    y = (x * x * x * t * t).sum()  # x**3 * sum(t**2)
    dx, dt = grad(y, (x, t), create_graph=True)
    assert (type(dx), dx.data) == (Value, 3 * 4 * 10.0)
    assert (type(dt), dt.tolist()) == (Tensor, [16.0, 48.0])
    dxx, dxt = grad(dx, (x, t))
    assert (type(dxx), dxx.data) == (Value, 6 * 2 * 10.0)
    assert (type(dxt), dxt.tolist()) == (Tensor, [24.0, 72.0])
    dtx = grad(dt, x, [1.0, 0.0], create_graph=True)
    assert (type(dtx), dtx.data) == (Value, 24.0)
    assert grad(dtx, x).data == 2 * 3 * 2 * 2.0


def test_a_value_inside_a_scalar_graph_under_a_tensor():
    x = Value(0.5)
    inner = x.tanh() * x
    y = (functional.stack([inner, x]) ** 2).sum()
    first = grad(y, x, create_graph=True)
    assert type(first) is Value
    second = grad(first, x)
    h = 1e-5

    def slope(at):
        f = np.tanh(at) * at
        return 2 * f * (sech2(at) * at + np.tanh(at)) + 2 * at

    assert first.data == pytest.approx(slope(0.5), rel=1e-13)
    assert second.data == pytest.approx((slope(0.5 + h) - slope(0.5 - h)) / (2 * h), rel=1e-8)


def test_float32_stays_float32_at_order_two():
    x = tensor([0.5, 1.5], dtype=np.float32, requires_grad=True)
    c = np.array([2.0, 3.0])
    first = grad((x**3 * c).sum(), x, create_graph=True)
    assert first.dtype == np.float32
    second = grad(first.sum(), x)
    assert second.dtype == np.float32
    np.testing.assert_allclose(second.data, 6 * x.data * c, rtol=1e-6)


def test_an_op_whose_rule_cannot_be_differentiated_says_so():
    bumped = activation(lambda x: x * 1.0, name="bumped", vjp=lambda g, y, x: np.sinc(g - 1))
    x = tensor([1.0, 2.0], requires_grad=True)
    first = grad(bumped(x).sum(), x)
    assert first.tolist() == [1.0, 1.0]
    with pytest.raises((TypeError, GradientError, AttributeError)):
        grad(bumped(x).sum(), x, create_graph=True)
