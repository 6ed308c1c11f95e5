"""Transformations of functions against closed forms and differences of NumPy's own functions."""

import math
from collections import namedtuple

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    exp,
    functional,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from micrograd_act.graph.trees import flatten, leaves_like, unflatten

X = np.array([0.3, -1.2, 0.7])
Pair = namedtuple("Pair", "a b")


def slope(f, argnums=0):
    return lambda *args: value_and_grad(f, argnums)(*args)[1]


def field(x):
    """A map from R3 to R2, on arrays of NumPy and on nodes."""
    return functional.stack([x[0] * x[1] + functional.sin(x[2]), exp(x[0]) * x[2] ** 3])


def numpy_field(x):
    return np.array([x[0] * x[1] + np.sin(x[2]), np.exp(x[0]) * x[2] ** 3])


def differences(f, x, h=1e-6):
    columns = []
    for i in range(x.size):
        e = np.zeros_like(x)
        e.flat[i] = h
        columns.append((f(x + e) - f(x - e)) / (2 * h))
    return np.stack(columns, axis=-1)


def test_value_and_grad_of_numbers_arrays_and_nodes():
    y, g = value_and_grad(lambda x: x**3)(2.0)
    assert (y, g) == (8.0, 12.0)
    assert type(y) is type(g) is float
    y, g = value_and_grad(lambda x: (x * x).sum())(X)
    assert type(y) is float
    assert type(g) is np.ndarray
    np.testing.assert_allclose(g, 2 * X)
    y, g = value_and_grad(lambda x: x**3)(Value(2.0))
    assert (type(y), type(g), y.data, g.data) == (Value, Value, 8.0, 12.0)
    for requires in (False, True):
        x = Tensor(X, requires_grad=requires)
        y, g = value_and_grad(lambda x: (x * x).sum())(x)
        assert (type(y), type(g), g.requires_grad) == (Tensor, Tensor, requires)
        np.testing.assert_allclose(g.data, 2 * X)
        assert x.grad is None


def test_float32_stays_float32():
    g = slope(lambda x: (x * x).sum())(X.astype(np.float32))
    assert g.dtype == np.float32
    assert jacobian(lambda x: x * x)(X.astype(np.float32)).dtype == np.float32
    assert jvp(lambda x: x * x, (X.astype(np.float32),), (X,))[1].dtype == np.float32


def test_argnums():
    def f(a, b, c):
        return a * b**2 * c

    assert slope(f)(2.0, 3.0, 5.0) == 45.0
    assert slope(f, 1)(2.0, 3.0, 5.0) == 60.0
    assert slope(f, -1)(2.0, 3.0, 5.0) == 18.0
    assert slope(f, (0, 2))(2.0, 3.0, 5.0) == (45.0, 18.0)
    assert jacobian(f, (1,))(2.0, 3.0, 5.0) == (60.0,)
    assert hessian(f, (0, 1))(2.0, 3.0, 5.0) == ((0.0, 30.0), (30.0, 20.0))


def test_other_arguments_may_be_anything():
    def f(x, how, scale=None):
        return x**2 if how == "square" and scale is None else x

    assert slope(f)(3.0, "square") == 6.0


def test_trees():
    def f(p):
        return (p["w"] * p["rest"][0]).sum() + p["rest"][1].a * p["rest"][1].b

    tree = {"w": X, "rest": [2.0, Pair(3.0, 5.0)], "none": None}
    g = slope(f)(tree)
    assert list(g) == ["w", "rest", "none"]
    np.testing.assert_array_equal(g["w"], [2.0, 2.0, 2.0])
    assert g["rest"][0] == pytest.approx(X.sum())
    assert g["rest"][1] == Pair(5.0, 3.0)
    assert type(g["rest"][1]) is Pair
    assert g["none"] is None
    blocks = hessian(f)(tree)
    np.testing.assert_array_equal(blocks["w"]["rest"][0], np.ones(3))
    assert blocks["rest"][1].a["rest"][1].b == 1.0


def test_jacobian_against_differences():
    np.testing.assert_allclose(jacobian(field)(X), differences(numpy_field, X), rtol=1e-8)
    matrix = X.reshape(3, 1) + np.arange(2.0)
    j = jacobian(lambda x: (x * x).sum(0))(matrix)
    assert j.shape == (2, 3, 2)
    np.testing.assert_allclose(j, differences(lambda x: (x * x).sum(0), matrix).reshape(2, 3, 2),
                               rtol=1e-7, atol=1e-9)  # fmt: skip


def test_jacobian_of_a_tree_of_results():
    j = jacobian(lambda x: {"sum": x.sum(), "both": (x, 2.0)})(X)
    np.testing.assert_array_equal(j["sum"], np.ones(3))
    np.testing.assert_array_equal(j["both"][0], np.eye(3))
    np.testing.assert_array_equal(j["both"][1], np.zeros(3))


def test_mixed_scalars_and_arrays():
    """A Value among arrays: rows, columns and corners of the Jacobian have their shapes."""
    j = jacobian(lambda a, x: a * x * x, (0, 1))(2.0, X)
    np.testing.assert_allclose(j[0], X**2)
    np.testing.assert_allclose(j[1], np.diag(4 * X))
    h = hessian(lambda a, x: (a * a * x).sum(), (0, 1))(2.0, X)
    assert h[0][0] == pytest.approx(2 * X.sum())
    np.testing.assert_allclose(h[0][1], np.full(3, 4.0))
    np.testing.assert_allclose(h[1][0], np.full(3, 4.0))
    np.testing.assert_array_equal(h[1][1], np.zeros((3, 3)))


def test_hessian_of_a_quadratic_form_and_of_a_gradients_jacobian(rng):
    a = rng.normal(size=(3, 3))
    h = hessian(lambda x: x @ a @ x)(X)
    np.testing.assert_allclose(h, a + a.T, rtol=1e-12)
    np.testing.assert_allclose(jacobian(slope(lambda x: x @ a @ x))(X), a + a.T, rtol=1e-12)


def test_rosenbrock():
    def f(x):
        return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

    x, y = 0.3, -0.7
    expected = [[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200.0]]
    np.testing.assert_allclose(hessian(f)(np.array([x, y])), expected, rtol=1e-13)
    v = np.array([2.0, -1.0])
    value, (product,) = hvp(f, (np.array([x, y]),), (v,))
    assert value == pytest.approx(100 * (y - x**2) ** 2 + (1 - x) ** 2)
    np.testing.assert_allclose(product, expected @ v, rtol=1e-13)


def test_vjp_and_jvp_are_transposes(rng):
    u, v = rng.normal(size=2), rng.normal(size=3)
    y, pull = vjp(field, X)
    (row,) = pull(u)
    z, tangent = jvp(field, (X,), (v,))
    np.testing.assert_allclose(y, numpy_field(X))
    np.testing.assert_allclose(z, numpy_field(X))
    np.testing.assert_allclose(tangent, differences(numpy_field, X) @ v, rtol=1e-8)
    np.testing.assert_allclose(row, u @ differences(numpy_field, X), rtol=1e-8)
    assert u @ tangent == pytest.approx(row @ v, rel=1e-13)
    np.testing.assert_array_equal(pull(u)[0], row)  # a second time


@pytest.mark.parametrize(
    ("f", "closed"),
    [
        (lambda x: x.tanh(), lambda x: 1 / math.cosh(x) ** 2),
        (lambda x: x.exp() / x, lambda x: math.exp(x) * (x - 1) / x**2),
        (functional.softplus, lambda x: 1 / (1 + math.exp(-x))),
        (functional.abs, lambda x: math.copysign(1, x)),
        (lambda x: 2.0**x, lambda x: 2**x * math.log(2)),
        (lambda x: functional.leaky_relu(x, 0.1), lambda x: 1.0 if x > 0 else 0.1),
    ],
)
@pytest.mark.parametrize("point", [-1.5, 0.4, 2.0])
def test_forward_mode_of_scalars(f, closed, point):
    assert jvp(f, (point,), (3.0,))[1] == pytest.approx(3 * closed(point), rel=1e-13)


def test_forward_mode_through_what_is_not_elementwise(rng):
    a, b, da, db = rng.normal(size=(4, 3, 3))
    y, t = jvp(lambda a, b: (a @ b).T, (a, b), (da, db))
    np.testing.assert_allclose(y, (a @ b).T)
    np.testing.assert_allclose(t, (da @ b + a @ db).T, rtol=1e-12)
    s = np.exp(X) / np.exp(X).sum()
    t = jvp(functional.softmax, (X,), (a[0],))[1]
    np.testing.assert_allclose(t, s * (a[0] - s @ a[0]), rtol=1e-12)
    t = jvp(lambda x, y: functional.concatenate([x, y])[1:5:2], (X, X), (a[0], b[0]))[1]
    np.testing.assert_array_equal(t, [a[0][1], b[0][0]])


def test_orders_by_nesting():
    f = exp
    for _ in range(3):
        f = slope(lambda x, f=f: f(2 * x))
    assert f(0.1) == pytest.approx(2**6 * math.exp(0.8), rel=1e-13)  # 2**(1 + 2 + 3) exp(8x)

    def push(f):
        return lambda x: jvp(f, (x,), (1.0,))[1]

    assert push(push(push(lambda x: x**5)))(2.0) == 240.0
    assert push(slope(push(lambda x: x**5)))(2.0) == 240.0
    assert slope(push(slope(lambda x: x**5)))(2.0) == 240.0
    assert slope(lambda x: vjp(lambda z: z**3, x)[1](x)[0])(2.0) == 36.0  # of 3 x**2 * x


def test_equal_arguments_of_nested_functions_are_told_apart():
    assert slope(lambda x: x * slope(lambda y: x * y)(x))(3.0) == 6.0
    assert slope(lambda x: x * slope(lambda y: x + y)(x))(3.0) == 1.0
    assert jvp(lambda x: x * jvp(lambda y: x * y, (x,), (1.0,))[1], (3.0,), (1.0,))[1] == 6.0


def test_what_a_function_reads_from_outside_keeps_its_gradient():
    """A plain argument beside a tracked parameter: a plain result would lose dw."""
    for outer in (slope, lambda f: lambda w: jvp(f, (w,), (1.0,))[1], jacobian):
        assert outer(lambda w: slope(lambda x: w * x * x)(3.0))(2.0) == 6.0
    w = Value(2.0)
    g = slope(lambda x: w * x * x)(3.0)
    g.backward()
    assert (g.data, w.grad) == (12.0, 6.0)


def test_results_of_nodes_can_be_differentiated_again():
    x = Tensor(X, requires_grad=True)
    jacobian(lambda x: x**3)(x).sum().backward()
    np.testing.assert_allclose(x.grad, 6 * X)
    y, (h,) = hvp(lambda x: (x**4).sum(), (x,), (np.ones(3),))
    np.testing.assert_allclose(h.data, 12 * X**2)
    x.grad = None
    h.sum().backward()
    np.testing.assert_allclose(x.grad, 24 * X)
    with no_grad():
        y, g = value_and_grad(lambda x: (x * x).sum())(x)
        assert not y.requires_grad
        assert not g.requires_grad
        np.testing.assert_allclose(g.data, 2 * X)


def test_no_gradient_is_written():
    x, w = Value(2.0), Value(3.0)
    x.grad = w.grad = 7.0
    value_and_grad(lambda x: x * w)(x)
    jacobian(lambda x: x * w)(x)
    hvp(lambda x: x * x * w, (x,), (1.0,))
    jvp(lambda x: x * x * w, (x,), (w,))
    assert (x.grad, w.grad) == (7.0, 7.0)


def test_what_is_not_used_has_gradient_zero():
    assert value_and_grad(lambda x: 3.0)(2.0) == (3.0, 0.0)
    assert slope(lambda x, y: y, 0)(2.0, 5.0) == 0.0
    assert jvp(lambda x: 4.0, (2.0,), (1.0,)) == (4.0, 0.0)
    np.testing.assert_array_equal(jacobian(lambda x: np.ones(2))(X), np.zeros((2, 3)))
    assert jacobian(lambda x: x[:0])(X).shape == (0, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: value_and_grad(3), TypeError, "expected a function, got int"),
        (lambda: slope(lambda x: x)(X), ValueError, r"single number, got shape \(3,\).*jacobian"),
        (lambda: slope(lambda x: (x, x))(1.0), ValueError, "single number, got a container"),
        (lambda: slope(lambda x: "a")(1.0), TypeError, "returned str"),
        (lambda: slope(lambda x: x)("a"), TypeError, "with respect to str"),
        (lambda: slope(lambda x: x)(np.array([1, 2])), TypeError, "int64 has no gradient"),
        (lambda: slope(lambda x: x, 1)(1.0), ValueError, "argnums=1, but there are 1"),
        (lambda: value_and_grad(len, 0.5), TypeError, "argnums must be an int.*got float"),
        (lambda: jacobian(len, X), TypeError, r"got ndarray; .*second call: jacobian\(f\)\(x\)"),
        (lambda: hessian(len, (0, Tensor(X))), TypeError, r"got Tensor; .*: hessian\(f\)\(x\)"),
        (lambda: slope(lambda x: x, (0, 0))(1.0), ValueError, "name each argument once"),
        (lambda: slope(lambda x: x * float(x))(1.0), TypeError, "plain number"),
        (lambda: vjp(lambda x: x, X)[1](1.0), ValueError, r"cotangent: shape \(\)"),
        (lambda: vjp(lambda x: [x], X)[1](X), ValueError, "does not match the result, a list of 1"),
        (lambda: jvp(lambda x: x, 1.0, (1.0,)), TypeError, "primals must be a tuple"),
        (lambda: jvp(lambda x: x, (1.0,), 1.0), TypeError, "tangents must be a tuple"),
        (lambda: jvp(lambda x: x, (1.0,), (1.0, 2.0)), ValueError, "a tuple of 2"),
        (lambda: jvp(lambda x: x, (X,), (X[:2],)), ValueError, r"tangent: shape \(2,\)"),
        (lambda: hvp(lambda x: x, (X,), (X,)), ValueError, "hvp: .*single number"),
        (
            lambda: jvp(lambda p: p["a"], ({"a": 1.0},), ({"b": 1.0},)),
            ValueError,
            r"keys \['b'\] does not match the primals, a dict with the keys \['a'\]",
        ),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_trees_come_apart_and_together():
    tree = {"b": (1, [2, None]), "a": Pair(3, {}), "e": []}
    leaves, shape = flatten(tree)
    assert leaves == [1, 2, 3]
    assert unflatten(shape, iter(leaves)) == tree
    turned = {"e": [], "a": Pair(3, {}), "b": (1, [2, None])}
    assert leaves_like(turned, shape, "x", "y") == leaves
