"""`replace`: the recorded graph again, with other ops."""

import math

import numpy as np
import pytest
from hypothesis import given

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    activation,
    affine,
    compare,
    concatenate,
    gelu,
    grad,
    identity,
    leaky_relu,
    no_grad,
    nodes,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from micrograd_act.functional import add, mul
from micrograd_act.ops.arithmetic import power
from micrograd_act.pathways import replace
from tests.pathways.graphs import scalar_graphs


def test_identity_for_relu():
    x, w, b = Value(-0.4), Value(2.0), Value(0.5)
    y = x + relu(w * x + b)
    z = replace(y, {relu: identity})
    assert z.data == pytest.approx(-0.7)
    assert [g.data for g in grad(z, [x, w, b])] == [3.0, -0.4, 1.0]
    assert y.data == -0.4


@given(scalar_graphs())
def test_a_graph_with_nothing_changed_is_the_same_graph_again(graph):
    y, _ = graph
    z = replace(y + tanh(y), {tanh: tanh})
    before, after = nodes(y + tanh(y)), nodes(z)
    assert [n.data for n in after if n.inputs] == [n.data for n in before if n.inputs]
    assert [n.op for n in after] == [n.op for n in before]
    leaves = [n for n in before if not n.inputs]
    assert all(a is b for a, b in zip(leaves, after, strict=False))
    assert not {id(n) for n in before if n.inputs} & {id(n) for n in after}


def test_shared_nodes_stay_shared_and_labels_are_kept():
    x = Value(-1.0)
    h = relu(x)
    h.label = "h"
    y = h * h + h
    y.label = "y"
    z = replace(y, {relu: identity})
    assert z.label == "y"
    (again,) = [n for n in nodes(z) if n.label == "h"]
    assert z.inputs[0].inputs == (again, again)
    assert z.inputs[1] is again
    assert again.inputs[0] is x
    assert (h.label, h.op, z.grad) == ("h", relu, None)


def test_a_family_stands_for_all_its_members():
    x = Value(-1.0)
    y = leaky_relu(x, negative_slope=0.5) + leaky_relu(x)
    assert replace(y, {leaky_relu: identity}).data == -2.0
    assert replace(y, {leaky_relu.bind(0.5): identity}).data == -1.01
    both = {leaky_relu: identity, leaky_relu.bind(0.5): relu}
    assert replace(y, both).data == -1.0


def test_a_family_as_replacement_takes_its_defaults():
    y = relu(Value(-1.0))
    assert replace(y, {relu: leaky_relu}).data == -0.01
    assert replace(y, {relu: leaky_relu.bind(0.5)}).data == -0.5
    assert replace(y, {relu: affine.bind(3.0, 1.0)}).data == -2.0


def test_names_of_activations():
    y = relu(Value(-1.0))
    assert replace(y, {"relu": "leaky_relu"}).data == -0.01
    with pytest.raises(ValueError, match="no activation is called 'rleu'; did you mean relu"):
        replace(y, {"rleu": identity})


def test_own_activations_and_several_at_once():
    x = Value(0.5)
    cube = activation(lambda x: x**3, name="cube")
    y = cube(x) + tanh(x) * sigmoid(x)
    z = replace(y, {cube: gelu, tanh: sigmoid, sigmoid: tanh})
    phi = 0.25 * (1 + math.erf(0.5 / math.sqrt(2)))
    assert z.data == pytest.approx(phi + math.tanh(0.5) / (1 + math.exp(-0.5)), rel=1e-14)
    assert replace(relu(x), {relu: cube}).data == 0.125


def test_ops_other_than_activations():
    x, w = Value(3.0), Value(2.0)
    assert replace(x * w + x, {mul: add}).data == 8.0
    assert replace(x**2 + x, {power: power.bind(3)}).data == 30.0


def test_only_where_wanted():
    x = Value(-1.0)
    first, second = relu(x), relu(2 * x)
    first.label = "first"
    y = first + second
    assert replace(y, {relu: identity}, where="first").data == -1.0
    assert replace(y, {relu: identity}, where=lambda node: node is second).data == -2.0
    with pytest.raises(ValueError, match="relu does not occur in the graph where"):
        replace(y, {relu: identity}, where="third")
    with pytest.raises(TypeError, match="where is a function of a node or a label, got 3"):
        replace(y, {relu: identity}, where=3)


def test_arrays(rng):
    x = Tensor(rng.normal(size=(4, 3)))
    w = Tensor(rng.normal(size=(3, 3)), requires_grad=True)
    b = Tensor(rng.normal(size=3).astype(np.float32), requires_grad=True)
    h = relu(x @ w + b)
    y = concatenate([h, softmax(h)], axis=1)[:, 1:].sum()
    z = replace(y, {relu: tanh, softmax: identity})
    t = np.tanh(x.numpy() @ w.numpy() + b.numpy())
    assert z.item() == pytest.approx(np.concatenate([t, t], 1)[:, 1:].sum(), rel=1e-12)
    assert {id(n) for n in nodes(z)} >= {id(x), id(w), id(b)}
    assert grad(z, b).dtype == np.float32


def test_a_long_chain():
    y = Value(0.5)
    for k in range(20_000):
        y = relu(y) if k % 2 else y + 1e-6
    z = replace(y, {relu: identity})
    assert z.data == pytest.approx(0.51)


def test_recorded_even_under_no_grad():
    y = relu(Value(1.0))
    with no_grad():
        z = replace(y, {relu: identity})
    assert z.op is identity


def test_what_does_not_occur_is_an_error_that_lists_what_does():
    y = tanh(relu(Value(1.0)))
    with pytest.raises(ValueError, match=r"replace: sigmoid does not occur .* are relu, tanh"):
        replace(y, {sigmoid: identity, tanh: identity})
    with pytest.raises(ValueError, match="it has no activation"):
        replace(Value(1.0) * 2, {relu: identity})


def test_bad_arguments():
    x = Value(1.0)
    y = relu(x)
    with pytest.raises(ValueError, match="relu has 1 inputs here, but add takes 2"):
        replace(y, {relu: add})
    with pytest.raises(ValueError, match=r"power has parameters without a default.*power\.bind"):
        replace(y, {relu: power})
    with pytest.raises(TypeError, match=r"expected an op .* got function.*activation\(fn\)"):
        replace(y, {relu: lambda x: x})
    for applied in (leaky_relu(0.1), leaky_relu(Value(0.1)), leaky_relu(np.array([0.1]))):
        with pytest.raises(TypeError, match=r"use leaky_relu\.bind\(negative_slope=0\.1\)"):
            replace(y, {relu: applied})
        with pytest.raises(TypeError, match=r"compare: .* use leaky_relu\.bind\("):
            compare(y, {relu: applied})
    with pytest.raises(TypeError, match=r"expected a dict such as {relu: identity}"):
        replace(y, relu)
    with pytest.raises(ValueError, match="empty"):
        replace(y, {})
    with pytest.raises(TypeError, match="y must be a Value or a Tensor, got float"):
        replace(1.0, {relu: identity})
    with pytest.raises(GradientError, match=r"replace, y: .*requires_grad=True"):
        replace(Tensor([1.0]), {relu: identity})


def test_a_leaf_that_changed_is_noticed():
    x = Value(1.0)
    y = relu(x)
    x.data = 2.0
    with pytest.raises(GradientError, match="changed after"):
        replace(y, {relu: identity})
