"""A user's own activation: its derivative from the graph or given, at every kind of input."""

import math
import pickle

import numpy as np
import pytest

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    activation,
    exp,
    functional,
    grad,
    leaky_relu,
    no_grad,
    nodes,
    relu,
    sigmoid,
    tensor,
)


def swish2(x):
    return x * sigmoid(2 * x)


def swish2_slope(x):
    s = 1 / (1 + np.exp(-2 * x))
    return s + 2 * x * s * (1 - s)


def swish2_curvature(x):
    s = 1 / (1 + np.exp(-2 * x))
    return 4 * s * (1 - s) + 4 * x * s * (1 - s) * (1 - 2 * s)


swish = activation(swish2)

POINTS = [-3.0, -0.5, 0.0, 0.25, 2.0]


def test_name_and_doc_come_from_the_function():
    assert swish.name == "swish2"
    assert repr(swish) == "swish2"
    assert activation(swish2, name="other").name == "other"
    assert activation(lambda x: x * 2).name == "lambda"
    assert swish.is_activation
    assert swish(Value(1.0)).op is swish


def test_on_numbers_and_arrays_it_only_evaluates():
    for x in POINTS:
        assert type(swish(x)) is float
        assert swish(x) == pytest.approx(x / (1 + math.exp(-2 * x)), rel=1e-14)
    y = swish(np.array(POINTS))
    assert type(y) is np.ndarray
    np.testing.assert_allclose(y, [swish(x) for x in POINTS], rtol=1e-14)


@pytest.mark.parametrize("point", POINTS)
def test_orders_one_and_two_of_a_value(point):
    x = Value(point)
    y = swish(x)
    first = grad(y, x, create_graph=True)
    second = grad(first, x)
    assert first.data == pytest.approx(swish2_slope(point), rel=1e-13)
    assert second.data == pytest.approx(swish2_curvature(point), rel=1e-12)
    y.backward()
    assert x.grad == pytest.approx(swish2_slope(point), rel=1e-13)
    assert float(y.local_grads[0]) == pytest.approx(swish2_slope(point), rel=1e-13)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_orders_one_and_two_of_a_tensor(dtype):
    x = Tensor(POINTS, dtype=dtype, requires_grad=True)
    y = swish(x)
    assert y.dtype == dtype
    tolerance = 1e-12 if dtype == np.float64 else 2e-6
    first = grad(y.sum(), x, create_graph=True)
    second = grad(first.sum(), x)
    exact = x.data.astype(float)
    np.testing.assert_allclose(first.data, swish2_slope(exact), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(second.data, swish2_curvature(exact), rtol=tolerance, atol=tolerance)
    (y * 3).backward(np.ones(5))
    assert x.grad.dtype == dtype
    np.testing.assert_allclose(x.grad, 3 * swish2_slope(exact), rtol=tolerance, atol=tolerance)


def test_inside_a_larger_graph_and_inside_itself():
    x, w = Value(0.5), Value(2.0)
    twice = activation(lambda x: swish(swish(x)), name="twice")
    y = twice(w * x) * w
    y.backward()
    s = swish(1.0)
    slope = swish2_slope(1.0) * swish2_slope(s)
    assert x.grad == pytest.approx(2.0 * 2.0 * slope, rel=1e-13)
    assert w.grad == pytest.approx(swish(s) + 2.0 * 0.5 * slope, rel=1e-13)


def test_a_given_rule_is_the_one_that_is_used():
    calls = []

    def vjp(g, y, x):
        calls.append((g, y, x))
        return g * 10.0

    op = activation(lambda x: x * x, name="op", vjp=vjp)
    x = Value(3.0)
    op(x).backward()
    assert x.grad == 10.0
    assert calls == [(1.0, 9.0, 3.0)]
    t = tensor([1.0, 2.0], requires_grad=True)
    op(t).backward(np.array([1.0, 2.0]))
    assert t.grad.tolist() == [10.0, 20.0]


@pytest.mark.parametrize("returned", [1, np.float64(1.0), np.float32(1.0), np.int64(1), True])
def test_whatever_number_a_rule_returns_a_values_gradient_is_a_float(returned):
    op = activation(lambda x: x * 1.0, name="op", vjp=lambda g, y, x: returned)
    x = Value(3.0)
    (op(x * 2) + op(x)).backward()
    assert type(x.grad) is float
    assert x.grad == 3.0


def test_a_given_rule_written_over_nodes_has_second_derivatives():
    op = activation(lambda x: x * x * x, name="cube", vjp=lambda g, y, x: g * 3 * x * x)
    x = Value(2.0)
    first = grad(op(x), x, create_graph=True)
    assert (first.data, grad(first, x).data) == (12.0, 12.0)
    t = tensor([1.0, 2.0], requires_grad=True)
    first = grad(op(t).sum(), t, create_graph=True)
    assert grad(first.sum(), t).tolist() == [6.0, 12.0]


@pytest.mark.parametrize("parameter", [Value(2.0), tensor(2.0, requires_grad=True), tensor(2.0)])
@pytest.mark.parametrize(
    "x",
    [3.0, np.ones(2), Value(3.0), tensor([3.0], requires_grad=True)],
    ids=lambda x: type(x).__name__,
)
def test_a_captured_parameter_is_an_error_or_has_its_gradient(parameter, x):
    op = activation(lambda x: x * parameter, name="captured")
    try:
        y = op(x)
    except (TypeError, GradientError) as error:
        assert "captured" in str(error)  # noqa: PT017
        return
    if getattr(y, "requires_grad", False):
        y.sum().backward() if y.shape else y.backward()
        if parameter.requires_grad:
            assert float(parameter.grad) == 3.0


def test_a_parameter_beside_x_is_an_error_at_the_derivative_too():
    p = Value(2.0)
    hidden = activation(lambda x: x * (p.data if isinstance(x, float) else p), name="hidden")
    x = Value(3.0)
    y = hidden(x)
    try:
        y.backward()
    except (TypeError, GradientError):
        assert x.grad is None
        return
    assert x.grad == 2.0


@pytest.mark.parametrize(
    "fn",
    [
        lambda x: x * math.tanh(x),
        lambda x: x * float(x),
        lambda x: x * int(x) + x,
        lambda x: x * x.item() if hasattr(x, "item") else x * x,
        lambda x: x * x.data if hasattr(x, "inputs") else x * x,
        lambda x: x * x.detach() if hasattr(x, "detach") else x * x,
    ],
    ids=["math", "float", "int", "item", "data", "detach"],
)
def test_a_function_that_leaves_the_graph_is_refused_or_right(fn):
    """`math.tanh(x)` is a plain number: the derivative of that factor would be lost."""
    op = activation(fn, name="leaves")
    x = Value(1.5)
    y = op(x)
    h = 1e-6
    try:
        y.backward()
    except (TypeError, ValueError, GradientError):
        assert x.grad is None
        return
    # detach() and data say in so many words that their derivative is not wanted
    if "detach" in fn.__code__.co_names or "data" in fn.__code__.co_names:
        return
    assert x.grad == pytest.approx((op(1.5 + h) - op(1.5 - h)) / (2 * h), rel=1e-6)


@pytest.mark.parametrize("fn", [lambda x: 3.0, lambda x: np.float64(3.0), lambda x: x * 0 + 3.0])
def test_a_constant_function_has_slope_zero_or_an_error(fn):
    op = activation(fn, name="constant")
    x = Value(2.0)
    y = op(x)
    assert y.data == 3.0
    try:
        y.backward()
    except (TypeError, GradientError):
        assert x.grad is None
    else:
        assert x.grad == 0.0


def test_identity_as_a_users_function():
    op = activation(lambda x: x, name="same")
    for x in (Value(2.0), tensor([1.0, 2.0], requires_grad=True)):
        y = op(x)
        y.backward(np.ones(2) if x.shape else 1.0)
        np.testing.assert_array_equal(x.grad, np.ones(x.shape))
        second = grad(op(x) * op(x), x, np.ones(2) if x.shape else None, create_graph=True)
        np.testing.assert_array_equal(second.data, 2 * np.asarray(x.data))


def test_a_branch_on_the_number():
    op = activation(lambda x: x * x if x > 0 else 0.5 * x, name="branch")
    for point, slope in ((3.0, 6.0), (-3.0, 0.5)):
        x = Value(point)
        op(x).backward()
        assert x.grad == slope
    with pytest.raises(ValueError, match="ambiguous"):
        op(tensor([1.0, -1.0], requires_grad=True))


def test_under_no_grad_nothing_is_recorded_and_a_pass_still_works():
    x = Value(0.5)
    with no_grad():
        y = swish(x)
        assert not y.requires_grad
    kept = swish(x)
    with no_grad():
        kept.backward()
        assert grad(kept, x).data == pytest.approx(swish2_slope(0.5))
        assert not (x * 2).requires_grad
    assert x.grad == pytest.approx(swish2_slope(0.5))


def test_an_error_in_the_function_names_no_gradient():
    def broken(x):
        if isinstance(x, Value):
            raise RuntimeError("here")
        return x

    op = activation(broken)
    x = Value(1.0)
    y = op(x)
    with pytest.raises(RuntimeError, match="here"):
        y.backward()
    assert x.grad is None
    assert (x * 2).requires_grad


def test_lookup_by_name():
    assert activation("relu") is relu
    assert activation("leaky_relu") is leaky_relu
    for name in ("identity", "tanh", "sigmoid", "softplus", "silu", "gelu", "softmax", "affine"):
        assert activation(name) is getattr(functional, name)


@pytest.mark.parametrize(
    ("wrong", "near"), [("gelo", "gelu"), ("sigmoyd", "sigmoid"), ("leakyrelu", "leaky_relu")]
)
def test_a_near_name_is_suggested(wrong, near):
    with pytest.raises(ValueError, match=rf"{wrong}.*did you mean .*{near}"):
        activation(wrong)


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(ValueError, match=r"zzzz.*there are.*relu"):
        activation("zzzz")
    for no_activation in ("matmul", "add", "clamp", "", "exp"):
        with pytest.raises(ValueError, match="no activation"):
            activation(no_activation)


@pytest.mark.parametrize("wrong", [None, 3, [relu], {}])
def test_what_is_no_function(wrong):
    with pytest.raises(TypeError, match="activation"):
        activation(wrong)


def test_a_rule_with_other_arguments():
    with pytest.raises(TypeError, match=r"relu2: its vjp is called as vjp\(g, y, x\)"):
        activation(relu, name="relu2", vjp=lambda g, x: g)


def test_making_one_does_not_change_the_registry():
    activation(lambda x: x * 100, name="relu")
    assert activation("relu") is relu
    assert relu(2.0) == 2.0
    activation(swish2, name="mine")
    with pytest.raises(ValueError, match="mine"):
        activation("mine")


def square(x):
    return x * x


def square_vjp(g, y, x):
    return g * 2 * x


own_square = activation(square, vjp=square_vjp)


@pytest.mark.parametrize("op", [swish, own_square, activation("gelu"), leaky_relu])
def test_pickling_a_graph_with_it(op):
    x = tensor([0.5, -1.0], requires_grad=True)
    y = (op(x) * x).sum()
    y.backward()
    again = pickle.loads(pickle.dumps(y))
    again.backward()
    leaf = next(n for n in nodes(again) if n.is_leaf and n.requires_grad)
    np.testing.assert_array_equal(leaf.grad, 2 * x.grad)
    assert nodes(again)[1].op.name == nodes(y)[1].op.name


def test_pickling_a_graph_with_a_lambda_is_an_error():
    y = activation(lambda x: x * x, name="local")(Value(1.0))
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps(y)
    y.backward()


def test_exp_of_a_user_overflows_as_numpys():
    op = activation(lambda x: exp(x) - 1, name="shifted")
    x = Value(1000.0)
    y = op(x)
    assert y.data == math.inf
    y.backward()
    assert x.grad == math.inf


@pytest.mark.parametrize("constant", [lambda x: 1.0, lambda x: np.tanh(getattr(x, "data", x))])
def test_a_function_that_leaves_the_graph_says_so(constant):
    y = activation(constant, name="left")(Value(0.5))
    with pytest.raises(TypeError, match=r"left: its function returns float\w* for a Value"):
        y.backward()
