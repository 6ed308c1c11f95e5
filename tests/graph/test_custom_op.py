"""A user's own operations: several inputs, arrays, every room that reads a graph."""

import math
import pickle

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    custom_op,
    draw,
    grad,
    gradcheck,
    hessian,
    jvp,
    paths,
    replace,
)

A = np.array([[0.3, -1.2], [2.0, 0.4], [0.7, 1.1]])
S = np.array([[2.0, 0.5], [0.3, 1.5]])


def solve(a, b):
    return np.linalg.solve(a, b)


def solve_vjp(g, y, a, b):
    c = np.linalg.solve(a.T, g)
    return -np.outer(c, y), c


linear_solve = custom_op(solve, solve_vjp)


def hypotenuse(a, b):
    return (a * a + b * b) ** 0.5


def hypotenuse_vjp(g, y, a, b):
    return g * a / y, g * b / y


hypot = custom_op(hypotenuse, hypotenuse_vjp, elementwise=True)
row_norms = custom_op(
    lambda x: np.sqrt(np.sum(x * x, axis=1)),
    lambda g, y, x: np.reshape(g / y, (-1, 1)) * x,
    name="row_norms",
)


def test_several_inputs_that_are_no_elementwise_arrays():
    a, b = Tensor(S, requires_grad=True), Tensor([1.0, -2.0], requires_grad=True)
    y = linear_solve(a, b)
    assert y.op is linear_solve
    assert (linear_solve.name, y.shape) == ("solve", (2,))
    weights = np.array([1.0, 3.0])
    y.backward(weights)
    h = 1e-6
    for i in range(2):
        e = h * np.eye(2)[i]
        expected = weights @ (solve(S, b.data + e) - solve(S, b.data - e)) / (2 * h)
        assert b.grad[i] == pytest.approx(expected, rel=1e-8)
        for j in range(2):
            d = np.zeros((2, 2))
            d[i, j] = h
            expected = weights @ (solve(S + d, b.data) - solve(S - d, b.data)) / (2 * h)
            assert a.grad[i, j] == pytest.approx(expected, rel=1e-8)


def test_numbers_arrays_and_nodes():
    assert linear_solve(S, np.ones(2)).tolist() == solve(S, np.ones(2)).tolist()
    assert hypot(3.0, 4.0) == 5.0
    x = Value(3.0)
    y = hypot(x, 4.0)
    y.backward()
    assert (type(y), y.data, x.grad) == (Value, 5.0, 0.6)
    assert y.local_grads == (0.6, 0.8)
    t = Tensor([3.0, 4.0], requires_grad=True, dtype=np.float32)
    y = hypot(t, x)
    assert y.shape == (2,)
    y.sum().backward()
    np.testing.assert_allclose(t.grad, [3 / math.sqrt(18), 0.8], rtol=1e-6)
    assert t.grad.dtype == np.float32
    assert x.grad == pytest.approx(0.6 + 3 / math.sqrt(18) + 0.6, rel=1e-6)


def test_broadcasting_of_an_elementwise_op_is_undone():
    a, b = Tensor(A, requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    hypot(a, b).sum().backward()
    np.testing.assert_allclose(b.grad, (b.data / np.hypot(A, b.data)).sum(0))
    assert a.grad.shape == (3, 2)


def test_second_derivatives_of_a_rule_that_nodes_understand():
    norms = np.sqrt((A * A).sum(1))
    x = Tensor(A, requires_grad=True)
    first = grad(row_norms(x).sum(), x, create_graph=True)
    np.testing.assert_allclose(first.data, A / norms[:, None])
    second = grad(first, x, np.ones((3, 2)))
    expected = 1 / norms[:, None] - A * A.sum(1, keepdims=True) / norms[:, None] ** 3
    np.testing.assert_allclose(second.data, expected, rtol=1e-12)
    h = hessian(lambda a, b: hypot(a, b), (0, 1))(3.0, 4.0)
    np.testing.assert_allclose(h, [[16 / 125, -12 / 125], [-12 / 125, 9 / 125]], rtol=1e-13)
    assert jvp(hypot, (3.0, 4.0), (1.0, 2.0))[1] == pytest.approx(2.2)


def test_none_means_no_gradient():
    pick = custom_op(lambda x, i: x[i], lambda g, y, x, i: (np.bincount(i, g, len(x)), None))
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = pick(x, np.array([2, 0, 2]))
    y.backward(np.array([1.0, 2.0, 3.0]))
    assert x.grad.tolist() == [2.0, 0.0, 4.0]
    w = Tensor([1.0], requires_grad=True)
    half = custom_op(lambda x, w: x * 2.0, lambda g, y, x, w: (g * 2.0, None))
    half(x, w).sum().backward()
    assert w.grad is None


def test_pictures_ledgers_and_checks_know_it():
    x = Value(3.0, label="x")
    y = hypot(x, 4.0) * x
    assert "hypotenuse" in str(draw(y))
    assert paths(y, x).total == pytest.approx(5.0 + 9 / 5)
    assert paths(y, x).count == 2
    assert gradcheck(y)
    t = Tensor(A, requires_grad=True)
    assert gradcheck(row_norms(t).sum())
    assert "row_norms" in str(draw(row_norms(t).sum()))
    assert paths(row_norms(t).sum(), t).count > 0
    swapped = replace(y, {hypot: custom_op(lambda a, b: a, lambda g, y, a, b: (g, 0.0 * g))})
    assert swapped.data == pytest.approx(9.0)


def test_a_wrong_rule_is_caught_by_the_check():
    wrong = custom_op(lambda a, b: a * b, lambda g, y, a, b: (g * b, g * b), elementwise=True)
    with pytest.raises(AssertionError, match="lambda"):
        gradcheck(wrong(Value(2.0), Value(5.0)))


def test_pickling():
    a, b = Tensor(S, requires_grad=True), Tensor([1.0, -2.0], requires_grad=True)
    y = linear_solve(a, b)
    again = pickle.loads(pickle.dumps(y))
    assert again.op == linear_solve
    again.backward(np.ones(2))
    y.backward(np.ones(2))
    np.testing.assert_array_equal(again.inputs[0].grad, a.grad)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(row_norms(a))


def test_a_function_cannot_write_what_the_graph_holds():
    def clobber(x):
        x *= 2
        return x

    x = Tensor(A, requires_grad=True)
    with pytest.raises(ValueError, match=r"clobber.*read-only"):
        custom_op(clobber, lambda g, y, x: g)(x)
    np.testing.assert_array_equal(x.data, A)
    buffer = np.empty((3, 2))

    def reuse(x):
        np.multiply(x, 2, out=buffer)
        return buffer

    doubled = custom_op(reuse, lambda g, y, x: g * 2.0)
    first = doubled(x)
    doubled(x * 10.0)
    np.testing.assert_array_equal(first.data, 2 * A)


def test_a_ufunc_is_a_forward():
    cbrt = custom_op(np.cbrt, lambda g, y, x: g / (3 * y * y), elementwise=True)
    x = Value(8.0)
    y = cbrt(x)
    y.backward()
    assert (y.data, x.grad, repr(cbrt)) == (2.0, 1 / 12, "cbrt")


def used(forward, vjp, *xs, **options):
    y = custom_op(forward, vjp, name="mine", **options)(*xs)
    y.backward(np.ones(y.shape) if y.shape else None)


def passed(g, y, x):
    return g


T = Tensor(A, requires_grad=True)
PARAMETER = Value(2.0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: custom_op(3, len), TypeError, "forward must be a function, got int"),
        (lambda: custom_op(len, None), TypeError, "vjp must be a function, got NoneType"),
        (lambda: custom_op(lambda x: x, lambda g, x: g), TypeError,
         r"called as vjp\(g, y, x\), but its signature is \(g, x\)"),
        (lambda: custom_op(lambda a, b: a, len, name="mine"), TypeError,
         r"mine: its vjp is called as vjp\(g, y, x0, x1\)"),
        (lambda: custom_op(lambda *x: x, len), TypeError, "fixed number of positional inputs"),
        (lambda: custom_op(max, passed), TypeError, "max: .* its signature is unknown"),
        (lambda: custom_op(lambda: 1.0, len), TypeError, "fixed number of positional inputs"),
        (lambda: hypot(T), TypeError, "hypotenuse: takes 2 inputs, got 1"),
        (lambda: used(lambda x: None, passed, T), TypeError, "forward returned NoneType"),
        (lambda: used(lambda x: "a", passed, T), TypeError, "forward returned str"),
        (lambda: used(lambda x: x * PARAMETER, passed, T), TypeError, "make it an input"),
        (lambda: used(lambda x: x, lambda g, y, x: g[0], T), ValueError,
         r"input 0, of shape \(3, 2\); it returned shape \(2,\)"),
        (lambda: used(lambda x: x, lambda g, y, x: 1.0, T), ValueError, r"returned shape \(\)"),
        (lambda: used(lambda x: x, lambda g, y, x: (g, g), T), ValueError, "2 cotangents for 1"),
        (lambda: used(lambda a, b: a * b, lambda g, y, a, b: g, T, T), ValueError,
         "1 cotangents for 2"),
        (lambda: used(lambda x: x, lambda g, y, x: "a", T), TypeError, "input 0 returned str"),
    ],
)  # fmt: skip
def test_misuse(call, error, message):
    T.grad = None
    with pytest.raises(error, match=message):
        call()
    assert T.grad is None
