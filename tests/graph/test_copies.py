"""Copies of graphs: by copy, deepcopy and pickle; what they share and what they do not."""

import copy
import io
import pickle

import numpy as np
import pytest

from micrograd_act import Tensor, Value, functional, leaky_relu, nodes, relu, softplus, tensor


def pickled(x):
    return pickle.loads(pickle.dumps(x))


def pickled_by_python(x):
    return pickle._loads(pickle._dumps(x))


DEEP = [copy.deepcopy, pickled, pickled_by_python]


@pytest.fixture(params=DEEP)
def deep(request):
    return request.param


def test_a_copied_graph_computes_the_same_and_is_apart(deep):
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    y = relu(x * w + x) ** 2
    y.label = "loss"
    y.backward()
    again = deep(y)
    order, order2 = nodes(y), nodes(again)
    assert len(order) == len(order2)
    assert not set(order) & set(order2)
    for a, b in zip(order, order2, strict=True):
        assert (a.data, a.grad, a.label, a.op, type(a)) == (b.data, b.grad, b.label, b.op, type(b))
        assert [order.index(i) for i in a.inputs] == [order2.index(i) for i in b.inputs]
    gradients = [n.grad for n in order]
    again.backward()
    assert [n.grad for n in order] == gradients
    assert order2[0].grad == 2 * gradients[0]


def test_array_graphs(deep):
    x = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, label="x")
    index = np.array([0, 1, 1])
    y = functional.stack([x[index, [0, 1, 0]], x[:, 0][[0, 1, 1]]], 1)
    y = (leaky_relu(y, 0.2) + softplus(y, beta=2.0) - y.clamp(-1.0)).mean(0, keepdims=True)
    y = y @ np.ones((2, 1)) * 2.0 ** Value(0.5)
    y.backward()
    again = deep(y)
    assert [n.op for n in nodes(again)] == [n.op for n in nodes(y)]
    leaf = next(n for n in nodes(again) if n.label == "x")
    np.testing.assert_array_equal(leaf.grad, x.grad)
    again.backward()
    np.testing.assert_array_equal(leaf.grad, 2 * x.grad)
    for a, b in zip(nodes(y), nodes(again), strict=True):
        np.testing.assert_array_equal(a.data, b.data)
        if a.shape:
            assert a.dtype == b.dtype
            assert not np.shares_memory(a.grad, b.grad) if a.grad is not None else True


def test_what_is_copied_together_keeps_what_it_shares(deep):
    w = Value(2.0, label="w")
    loss, other = w * w, w + 1
    loss2, w2, other2, twice = deep([loss, w, other, loss])
    assert loss2.inputs == (w2, w2)
    assert loss2.inputs[0] is w2
    assert other2.inputs[0] is w2
    assert twice is loss2
    for order in ([w, loss], [other, w, loss], (loss, [other, {"w": w}])):
        copied = deep(order)
        assert type(copied) is type(order)
    copied = deep({"graph": (loss, [other]), "parameters": [w]})
    assert copied["graph"][0].inputs[0] is copied["parameters"][0]
    assert copied["graph"][1][0].inputs[0] is copied["parameters"][0]


def test_leaves_keep_what_they_are(deep):
    for node in (
        Value(2.0, label="v"),
        Value(2.0).detach(),
        tensor([1.0, 2.0], requires_grad=True, label="t"),
        tensor([1, 2]),
        tensor([True, False]),
        Tensor([1.5], dtype=np.float32),
        Tensor(np.zeros((0, 3))),
        Tensor(2.0),
    ):
        again = deep(node)
        assert type(again) is type(node)
        assert again.requires_grad == node.requires_grad
        assert again.label == node.label
        np.testing.assert_array_equal(again.data, node.data)
        if isinstance(node, Tensor):
            assert again.dtype == node.dtype


def test_a_copied_leaf_is_apart(deep):
    t = tensor([1.0, 2.0], requires_grad=True)
    (t * 2).sum().backward()
    again = deep(t)
    again.data += 1
    again.grad[0] = 50.0
    assert t.tolist() == [1.0, 2.0]
    assert t.grad.tolist() == [2.0, 2.0]
    t.data += 10
    assert again.tolist() == [2.0, 3.0]


def test_a_shallow_copy_shares_its_inputs():
    x = Value(3.0)
    y = x * x
    y.backward()
    again = copy.copy(y)
    assert again is not y
    assert again.inputs == y.inputs
    again.backward()
    assert x.grad == 12.0
    t = tensor([1.0, 2.0], requires_grad=True)
    (t * 3).sum().backward()
    again = copy.copy(t)
    again.grad[0] = 50.0
    again.data += 1
    assert t.grad.tolist() == [3.0, 3.0]
    assert t.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol(protocol):
    x = tensor([1.0, 2.0], requires_grad=True)
    y = (x * Value(2.0)).sum()
    again = pickle.loads(pickle.dumps([y, x], protocol))
    again[0].backward()
    assert again[1].grad.tolist() == [2.0, 2.0]


def test_a_graph_pickled_twice_and_in_two_picklers():
    x = Value(2.0)
    y = x * x
    file = io.BytesIO()
    unfinished = pickle.Pickler(file)
    unfinished.dump(y)
    first, second = pickle.loads(pickle.dumps(y)), pickle.loads(file.getvalue())
    assert first.inputs[0] is not second.inputs[0]
    z = y * x
    assert pickle.loads(pickle.dumps(z)).inputs[0].inputs[0].data == 2.0


def test_data_taken_from_a_leaf_is_a_plain_array_in_a_copy(deep):
    t = tensor([1.0, 2.0], requires_grad=True)
    kept = deep({"data": t.data, "w": t})
    assert type(kept["data"]) is np.ndarray
    kept["data"][0] = 9.0
    assert kept["w"].tolist() == t.tolist() == [1.0, 2.0]


def test_a_loaded_node_has_no_serial_number_of_a_node_made_here():
    dumped = pickle.dumps(Value(2.0) * 3.0)
    here = [Value(float(i)) for i in range(50)]
    loaded = nodes(pickle.loads(dumped)) + nodes(pickle.loads(dumped))
    numbers = [n._serial for n in (*here, *loaded)]
    assert len(set(numbers)) == len(numbers)
    y = pickle.loads(dumped) * here[3]
    y.backward()
    assert here[3].grad == 6.0
