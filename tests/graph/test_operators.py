"""Operators: which kind of node comes out, with which gradient, whatever stands on either side."""

import operator

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, Value, relu, tensor

OPERATORS = {
    "+": (operator.add, lambda a, b: (1.0, 1.0)),
    "-": (operator.sub, lambda a, b: (1.0, -1.0)),
    "*": (operator.mul, lambda a, b: (b, a)),
    "/": (operator.truediv, lambda a, b: (1 / b, -a / b**2)),
    "**": (operator.pow, lambda a, b: (b * a ** (b - 1), a**b * np.log(a))),
}


def test_the_engine_part_of_the_twenty_lines():
    x, w, b = Value(-0.4), Value(2.0), Value(0.5)
    y = x + relu(w * x + b)
    y.backward()
    assert (y.data, x.grad, w.grad, b.grad) == (-0.4, 1.0, 0.0, 0.0)
    assert [str(g) for g in (w.grad, b.grad)] == ["0.0", "0.0"]


@pytest.mark.parametrize("make", [Value, lambda v: Tensor(v, requires_grad=True)])
def test_a_square_keeps_two_edges(make):
    x = make(3.0)
    y = x * x
    assert y.inputs == (x, x)
    assert [float(g) for g in y.local_grads] == [3.0, 3.0]
    y.backward()
    assert float(x.grad) == 6.0
    z = x + x
    assert len(z.inputs) == 2


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize(
    "other",
    [2, 2.5, np.float64(2.5), np.int64(2), np.array([1.5, 2.0]), np.array([1, 2]), np.array(2.5)],
    ids=repr,
)
@pytest.mark.parametrize("reflected", [False, True], ids=["node first", "node second"])
def test_a_tensor_with_a_constant(name, other, reflected):
    function, slopes = OPERATORS[name]
    x = np.array([1.5, 2.5])
    node = Tensor(x, requires_grad=True)
    y = function(other, node) if reflected else function(node, other)
    assert type(y) is Tensor
    assert y.data.dtype == float
    a, b = (np.asarray(other, float), x) if reflected else (x, np.asarray(other, float))
    np.testing.assert_allclose(y.data, function(a, b), rtol=1e-15)
    y.sum().backward()
    slope = np.broadcast_to(slopes(a, b)[1 if reflected else 0], (2,))
    np.testing.assert_allclose(node.grad, slope, rtol=1e-14)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("reflected", [False, True], ids=["value first", "value second"])
@pytest.mark.parametrize("kind", ["array", "tracked", "untracked", "float32"])
def test_a_value_with_an_array(name, reflected, kind):
    function, slopes = OPERATORS[name]
    x = np.array([[1.5, 2.5], [0.5, 3.0]])
    if kind == "array":
        array = x
    elif kind == "float32":
        array = Tensor(x, dtype=np.float32, requires_grad=True)
    else:
        array = Tensor(x, requires_grad=kind == "tracked")
    v = Value(1.25)
    y = function(array, v) if reflected else function(v, array)
    assert type(y) is Tensor
    assert y.dtype == (np.float32 if kind == "float32" else float)
    a, b = (x, 1.25) if reflected else (1.25, x)
    tolerance = 1e-6 if kind == "float32" else 1e-14
    np.testing.assert_allclose(y.data, function(a, b), rtol=tolerance)
    y.sum().backward()
    of_a, of_b = (np.broadcast_to(s, x.shape) for s in slopes(a, b))
    of_value, of_array = (of_b, of_a) if reflected else (of_a, of_b)
    assert type(v.grad) is float
    assert v.grad == pytest.approx(of_value.sum(), rel=tolerance)
    if kind in ("tracked", "float32"):
        assert array.grad.dtype == array.dtype
        np.testing.assert_allclose(array.grad, of_array, rtol=tolerance)


@pytest.mark.parametrize("make", [Value, lambda v: tensor([v], requires_grad=True)])
@pytest.mark.parametrize("sequence", [[1.0], (1.0,), [Value(1.0)]], ids=repr)
def test_a_list_beside_a_node_is_no_operand(make, sequence):
    x = make(1.0)
    for function, _ in OPERATORS.values():
        with pytest.raises(TypeError):
            function(x, sequence)
        with pytest.raises(TypeError):
            function(sequence, x)


def test_an_array_of_objects_is_no_operand():
    values = np.array([Value(1.0), Value(2.0)], dtype=object)
    for node in (Value(1.0), tensor([1.0, 2.0])):
        with pytest.raises(TypeError, match="object"):
            values * node
        with pytest.raises(TypeError, match="object"):
            node * values


@pytest.mark.parametrize("scalar", [True, False], ids=["value", "tensor"])
@pytest.mark.parametrize(
    ("base", "exponent", "value", "slope"),
    [
        (0.0, 0, 1.0, 0.0),
        (0.0, 1, 0.0, 1.0),
        (0.0, 2, 0.0, 0.0),
        (-0.0, 3, -0.0, 0.0),
        (0.0, 0.5, 0.0, np.inf),
        (0.0, -1, np.inf, -np.inf),
        (-2.0, 2, 4.0, -4.0),
        (-2.0, 3, -8.0, 12.0),
        (-2.0, -1, -0.5, -0.25),
        (-8.0, 1 / 3, np.nan, np.nan),
        (-2.0, 0, 1.0, 0.0),
        (np.nan, 0, 1.0, 0.0),
        (np.inf, 0, 1.0, 0.0),
        (np.inf, 2, np.inf, np.inf),
        (np.nan, 2, np.nan, np.nan),
    ],
)
def test_power_with_a_number(scalar, base, exponent, value, slope):
    """The values are those of torch 2.13, ``x ** exponent`` and its ``x.grad``."""
    x = Value(base) if scalar else Tensor(base, requires_grad=True)
    with np.errstate(all="ignore"):
        y = x**exponent
        y.backward()
    np.testing.assert_equal([float(y.data), float(x.grad)], [value, slope])


@pytest.mark.parametrize("scalar", [True, False], ids=["value", "tensor"])
@pytest.mark.parametrize(
    ("base", "exponent", "value", "of_base", "of_exponent"),
    [
        (0.0, 0.0, 1.0, 0.0, 0.0),
        (0.0, 2.0, 0.0, 0.0, 0.0),
        (0.0, 0.5, 0.0, np.inf, 0.0),
        (0.0, -1.0, np.inf, -np.inf, -np.inf),
        (-2.0, 2.0, 4.0, -4.0, np.nan),
        (-2.0, 3.0, -8.0, 12.0, np.nan),
        (-2.0, 0.5, np.nan, np.nan, np.nan),
        (2.0, 3.0, 8.0, 12.0, 8 * np.log(2.0)),
        (np.nan, 0.0, 1.0, 0.0, np.nan),
    ],
)
def test_power_of_two_nodes(scalar, base, exponent, value, of_base, of_exponent):
    """The values are those of torch 2.13, ``a ** b`` and both gradients."""
    if scalar:
        a, b = Value(base), Value(exponent)
    else:
        a, b = Tensor(base, requires_grad=True), Tensor(exponent, requires_grad=True)
    with np.errstate(all="ignore"):
        y = a**b
        y.backward()
    np.testing.assert_allclose(
        [float(y.data), float(a.grad), float(b.grad)], [value, of_base, of_exponent], rtol=1e-15
    )


@pytest.mark.parametrize("function", [operator.truediv, operator.mul, operator.pow])
def test_scalar_arithmetic_that_python_refuses_is_numpys(function):
    for a, b in [(1.0, 0.0), (0.0, 0.0), (1e200, 1e200), (1e-300, 1e300), (10.0, 400.0)]:
        with np.errstate(all="ignore"):
            expected = function(np.float64(a), np.float64(b))
        np.testing.assert_equal(function(Value(a), b).data, float(expected))
        np.testing.assert_equal(function(a, Value(b)).data, float(expected))


def test_unary_operators():
    v, t = Value(-2.0), Tensor([-2.0, 0.0, 3.0], requires_grad=True)
    assert (-v).data == 2.0
    assert abs(v).data == 2.0
    assert (+v) is v
    assert (-t).tolist() == [2.0, 0.0, -3.0]
    y = abs(t).sum()
    y.backward()
    assert t.grad.tolist() == [-1.0, 0.0, 1.0]
    assert (+t) is t


def test_comparisons_are_of_numbers_and_untracked():
    v, t = Value(2.0), Tensor([1.0, 2.0, 3.0], requires_grad=True)
    assert v == 2.0
    assert v > 1
    assert v <= Value(2.0)
    assert v != 3
    assert (v == None) is False  # noqa: E711
    mask = t > 1.5
    assert mask.tolist() == [False, True, True]
    assert not mask.requires_grad
    assert (t == v).tolist() == [False, True, False]
    assert (v < t).tolist() == [False, False, True]


def test_a_users_subclass_is_a_node_like_its_base():
    class Weight(Value):
        pass

    class Weights(Tensor):
        pass

    v, w = Value(2.0), Weight(3.0)
    for y in (v * w, w * v, w * w, 2 * w, w * 2, relu(w)):
        assert isinstance(y, Value)
    (v * w).backward()
    assert (v.grad, w.grad) == (3.0, 2.0)
    t, u = tensor([2.0], requires_grad=True), Weights([3.0], requires_grad=True)
    for y in (t * u, u * t, u * w, w * u):
        assert isinstance(y, Tensor)
    (t * u).sum().backward()
    assert (t.grad.tolist(), u.grad.tolist()) == ([3.0], [2.0])


def test_nodes_of_equal_numbers_are_different_keys():
    a, b = Value(1.0), Value(1.0)
    assert len({a, b}) == 2
    assert {a: "a", b: "b"}[b] == "b"
    s, t = tensor([1.0]), tensor([1.0])
    assert len({s, t}) == 2


def test_matmul_with_arrays_on_either_side(rng):
    a, x, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 5))
    node = Tensor(x, requires_grad=True)
    y = a @ node @ b
    assert type(y) is Tensor
    np.testing.assert_allclose(y.data, a @ x @ b)
    y.sum().backward()
    np.testing.assert_allclose(node.grad, np.outer(a.sum(0), b.sum(1)))


@pytest.mark.parametrize("first", ["int", "list", "bool"])
def test_each_index_means_what_it_says_whatever_was_indexed_before(first):
    x = np.arange(12.0).reshape(3, 4)
    t = Tensor(x, requires_grad=True)
    indices = [
        1, True, [1], ([0, 1], 0), (0, [0, 1]), (0, 1), (False, 1), (np.array([0, 1]), slice(None)),
        (slice(None), np.array([0, 1])), (1, slice(None)), (slice(None), 1), (..., 0), (0, ...),
        (None, 0), (0, None), -1, np.int64(1), (np.array([2, 2]), np.array([0, 0])),
        x > 3, ([0, 2], [1, 1]), slice(None, None, -1), slice(2, None, -2), (), ...,
    ]  # fmt: skip
    if first == "list":
        indices = indices[::-1]
    if first == "bool":
        indices = indices[1:] + indices[:1]
    for index in indices:
        y = t[index]
        np.testing.assert_array_equal(y.data, x[index], err_msg=repr(index))
        expected = np.zeros_like(x)
        np.add.at(expected, index, 1.0)
        t.grad = None
        y.sum().backward()
        np.testing.assert_array_equal(t.grad, expected, err_msg=repr(index))


def test_a_float_is_no_index_even_after_the_integer_was_used():
    t = tensor([1.0, 2.0, 3.0])
    assert t[1].item() == 2.0
    with pytest.raises(IndexError):
        t[1.0]


@pytest.mark.parametrize("name", ["sum", "mean", "amax", "amin", "logsumexp"])
@pytest.mark.parametrize(
    ("args", "params"),
    [
        ((1, True), {}),
        ((1,), {"keepdims": True}),
        ((1,), {"keepdim": True}),
        ((), {"axis": 1, "keepdim": True}),
        ((), {"dim": 1, "keepdims": True}),
        ((), {"dim": 1, "keepdim": True}),
        ((), {"keepdim": True, "axis": -1}),
    ],
)
def test_every_spelling_of_a_reduction(name, args, params, rng):
    x = rng.normal(size=(2, 3))
    functions = {
        "sum": np.sum,
        "mean": np.mean,
        "amax": np.amax,
        "amin": np.amin,
        "logsumexp": lambda x, axis, keepdims: np.log(np.exp(x).sum(axis, keepdims=keepdims)),
    }
    y = getattr(Tensor(x), name)(*args, **params)
    np.testing.assert_allclose(y.data, functions[name](x, axis=1, keepdims=True), rtol=1e-14)


def test_an_axis_given_twice_is_an_error():
    with pytest.raises(TypeError):
        tensor([[1.0]]).sum(0, dim=1)
    with pytest.raises(TypeError):
        tensor([[1.0]]).sum(axis=0, dim=1)


def test_transposing_reshaping_and_iterating(rng):
    x = rng.normal(size=(2, 3, 4))
    t = Tensor(x, requires_grad=True)
    np.testing.assert_array_equal(t.T.data, x.T)
    np.testing.assert_array_equal(t.transpose(0, 2).data, x.swapaxes(0, 2))
    np.testing.assert_array_equal(t.permute(1, 0, 2).data, x.transpose(1, 0, 2))
    for shape in [(24,), ((4, 6),), ([2, -1],), (np.int64(24),), (2, np.int64(12))]:
        wanted = shape[0] if len(shape) == 1 else shape
        np.testing.assert_array_equal(t.reshape(*shape).data, x.reshape(wanted))
    rows = list(t)
    assert len(rows) == len(t) == 2
    (rows[1] * 2).sum().backward()
    assert t.grad[0].sum() == 0.0
    assert t.grad[1].tolist() == np.full((3, 4), 2.0).tolist()


def test_assignment_to_elements_of_a_tracked_tensor_names_index_put():
    t = tensor([1.0, 2.0], requires_grad=True)
    for node in (t, t * 2):
        with pytest.raises(GradientError, match="index_put"):
            node[0] = 5.0
    assert t.tolist() == [1.0, 2.0]
    constant = tensor([1.0, 2.0])
    constant[0] = 5.0
    assert constant.tolist() == [5.0, 2.0]
