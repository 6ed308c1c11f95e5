"""Nothing aliases: no gradient shares memory with data, with another gradient or with the user."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_act import Tensor, Value, activation, functional, grad, nodes, tensor
from tests.graph.random_graphs import built


def buffers(roots):
    """Every array that the nodes of a graph hold, with a name to report."""
    found = []
    for i, node in enumerate(nodes(*roots)):
        if isinstance(node, Tensor):
            # a result's data may be a view of its input's: results cannot be written to
            found.append((f"data of {i} ({node.op})", np.asarray(node.data), False))
            if node.grad is not None:
                found.append((f"grad of {i} ({node.op})", node.grad, True))
    return found


def assert_nothing_aliases(roots, given=()):
    held = buffers(roots) + [(f"array {i} of the user", a, False) for i, a in enumerate(given)]
    for (what, a, is_grad), (other, b, other_is_grad) in itertools.combinations(held, 2):
        if is_grad or other_is_grad:
            assert not np.shares_memory(a, b), f"{what} shares memory with {other}"


@given(st.data())
def test_gradients_of_random_graphs(data):
    root, leaves = built(data)
    gradient = np.ones(root.shape)
    root.backward(gradient)
    assert_nothing_aliases([root], [gradient])
    root.backward(gradient)
    assert_nothing_aliases([root], [gradient])
    for leaf in leaves:
        assert leaf.grad is None or leaf.grad.flags.writeable


@given(st.data())
def test_changing_one_gradient_changes_nothing_else(data):
    root, _ = built(data)
    root.backward(np.ones(root.shape))
    graph = [node for node in nodes(root) if node.grad is not None]
    before = [node.grad.copy() for node in graph]
    numbers = [np.array(node.data) for node in nodes(root)]
    for i, node in enumerate(graph):
        node.grad[...] = 1e6 + i
        before[i][...] = 1e6 + i
    for node, expected in zip(graph, before, strict=True):
        np.testing.assert_array_equal(node.grad, expected)
    for node, expected in zip(nodes(root), numbers, strict=True):
        np.testing.assert_array_equal(node.data, expected)


def leaf(*shape):
    return Tensor(np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape), requires_grad=True)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x + x,
        lambda x: functional.identity(x),
        lambda x: functional.identity(functional.identity(x)) + x,
        lambda x: x.reshape(3, 2) + x.T,
        lambda x: x.reshape(6).reshape(2, 3),
        lambda x: x.T.T,
        lambda x: x.broadcast_to(2, 3),
        lambda x: x.broadcast_to(4, 2, 3),
        lambda x: functional.stack([x, x]),
        lambda x: functional.concatenate([x, x, functional.identity(x)]),
        lambda x: x[:] + x[...],
        lambda x: x[::-1],
        lambda x: x.sum(0) + x.mean(0),
        lambda x: x.clamp(min=-100.0),
        lambda x: x**1,
        lambda x: x + 0,
        lambda x: functional.affine(x),
    ],
)
def test_ops_that_pass_a_gradient_on(function):
    x, y = leaf(2, 3), leaf(2, 3)
    root = function(x) + function(y)
    gradient = np.ones(root.shape)
    root.backward(gradient)
    assert_nothing_aliases([root], [gradient])
    root.backward(gradient)
    assert_nothing_aliases([root], [gradient])


@pytest.mark.parametrize("given_back", ["g", "y", "x", "captured", "view of x", "read-only"])
def test_a_users_rule_may_hand_back_an_array_that_it_got(given_back):
    captured = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])

    def vjp(g, y, x):
        return {
            "g": g,
            "y": y,
            "x": x,
            "captured": captured,
            "view of x": x[::-1],
            "read-only": np.broadcast_to(g[0], x.shape),
        }[given_back]

    a = activation(lambda x: x * 1.0, name="a", vjp=vjp)
    x = leaf(2, 3)
    inner = x * 2
    root = a(inner) + a(x)
    root.backward(np.ones((2, 3)))
    assert_nothing_aliases([root], [captured])
    kept = captured.copy()
    x.grad += 1
    inner.grad[...] = 7
    np.testing.assert_array_equal(captured, kept)
    np.testing.assert_array_equal(x.data, np.arange(1.0, 7.0).reshape(2, 3))


def test_the_users_gradient_is_copied():
    x = leaf(3)
    gradient = np.array([1.0, 2.0, 3.0])
    x.backward(gradient)
    gradient[...] = 100.0
    assert x.grad.tolist() == [1.0, 2.0, 3.0]
    y = functional.identity(x)
    cotangent = tensor([1.0, 1.0, 1.0])
    y.backward(cotangent)
    x.grad[...] = 0.0
    assert cotangent.tolist() == [1.0, 1.0, 1.0]


def test_construction_and_assignment_copy():
    array = np.array([1.0, 2.0])
    x = Tensor(array, requires_grad=True)
    same = Tensor(x)
    array[0] = 100.0
    assert x.tolist() == [1.0, 2.0]
    x.data = array
    array[1] = 200.0
    assert x.tolist() == [100.0, 2.0]
    assert same.tolist() == [1.0, 2.0]
    assigned = np.array([3.0, 4.0])
    x.grad = assigned
    assigned[0] = 0.0
    assert x.grad.tolist() == [3.0, 4.0]
    other = tensor([7.0, 8.0])
    x.data = other.data
    other.data += 1
    assert x.tolist() == [7.0, 8.0]
    twin = x.detach()
    with_view = x.numpy()
    x.data -= 1
    assert twin.tolist() == [7.0, 8.0]
    assert with_view.tolist() == [7.0, 8.0]


def test_a_constant_in_a_graph_is_copied():
    array = np.array([1.0, 2.0])
    x = tensor([3.0, 4.0], requires_grad=True)
    index = np.array([0, 1])
    mask = np.array([True, False])
    root = (x * array)[index] + functional.where(mask, x, 0.0)
    array[...], index[...], mask[...] = 50.0, 0, False
    root.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_grad_gives_arrays_of_its_own():
    x = leaf(2, 3)
    inner = functional.identity(x)
    root = inner + x.reshape(2, 3)
    gradient = np.ones((2, 3))
    a, b, c = grad(root, (x, inner, root), gradient)
    arrays = [np.asarray(n.data) for n in (a, b, c, root, x)] + [gradient]
    for one, other in itertools.combinations(arrays, 2):
        assert not np.shares_memory(one, other)


def test_read_only_arrays_handed_out():
    x = leaf(3)
    for read, node in (
        (lambda t: t.data, leaf(3) * 2),
        *((read, node) for read in (Tensor.numpy, np.asarray) for node in (leaf(3) * 2, leaf(3))),
    ):
        with pytest.raises(ValueError, match="read-only"):
            read(node)[0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        np.add(x.data, 1.0, out=x.data)
    with pytest.raises(ValueError, match="read-only"):
        x.data.fill(0.0)
    for copied in (np.array(x), x.data.copy(), np.array(x, copy=True), x.tolist()):
        copied[0] = 5.0
    assert x.tolist() == [1.0, 2.0, 3.0]


def test_a_values_gradient_is_a_float_always():
    x = Value(2.0)
    t = tensor([1.0, 2.0], requires_grad=True)
    inner = x * 3
    (inner * t).sum().backward()
    assert (type(x.grad), x.grad) == (float, 9.0)
    assert (type(inner.grad), inner.grad) == (float, 3.0)


@pytest.mark.parametrize(
    "function",
    [lambda x: x, lambda x: functional.identity(x), lambda x: x.reshape(6).T, lambda x: x + 0.0],
)
def test_a_tensor_as_cotangent_shares_nothing_with_gradients(function):
    x = leaf(6)
    y = function(x)
    g = Tensor(np.arange(6.0))
    y.backward(g)
    assert_nothing_aliases([y], [np.asarray(g)])
    g.data -= 7.0
    g.data[0] = 5.0
    y.grad[1] = 9.0
    assert x.grad.tolist() == [0, 1, 2, 3, 4, 5] or y is x
    assert y.grad[0] == 0.0
    assert g.data.tolist() == [5.0, -6.0, -5.0, -4.0, -3.0, -2.0]
