"""`compare`: a graph beside the same graph with other activations."""

import math

import numpy as np
import pytest

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    compare,
    grad,
    identity,
    nodes,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from micrograd_act.pathways import Twin


def neuron():
    x, w, b = Value(-0.4, label="x"), Value(2.0, label="w"), Value(0.5, label="b")
    return x + relu(w * x + b), x


def test_rows_of_a_neuron():
    y, _ = neuron()
    twin = compare(y, {relu: identity})
    z = 2.0 * -0.4 + 0.5
    left = {"op": "relu", "z": z, "f(z)": 0.0, "f'(z)": 0.0, "upstream": 1.0, "downstream": 0.0}
    right = {"op": "identity", "z": z, "f(z)": z, "f'(z)": 1.0, "upstream": 1.0, "downstream": 1.0}
    assert twin.rows == [
        {"kind": "activation", "name": "relu 1", "left": left, "right": right},
        {"kind": "leaf", "name": "x", "left": {"gradient": 1.0}, "right": {"gradient": 3.0}},
        {"kind": "leaf", "name": "w", "left": {"gradient": 0.0}, "right": {"gradient": -0.4}},
        {"kind": "leaf", "name": "b", "left": {"gradient": 0.0}, "right": {"gradient": 1.0}},
        {"kind": "result", "name": "y", "left": {"value": -0.4}, "right": {"value": -0.4 + z}},
    ]
    assert isinstance(twin, Twin)


def test_dead_gradients_are_not_minus_zero():
    x = Value(-1.0, label="x")
    row = compare(-2.0 * relu(x), {relu: identity}).rows[1]
    assert str(row["left"]["gradient"]) == "0.0"


def test_table_of_a_neuron():
    y, _ = neuron()
    assert str(compare(y, {relu: identity})).splitlines() == [
        "relu → identity",
        "                     recorded  replaced",
        "  activation relu 1",
        "    z                    −0.3      −0.3",
        "    f(z)                    0      −0.3",
        "    f'(z)                   0         1",
        "    upstream                1         1",
        "    downstream              0         1",
        "  gradient of x             1         3",
        "  gradient of w             0      −0.4",
        "  gradient of b             0         1",
        "  value of y             −0.4      −0.7",
    ]


def test_pairs_are_every_node_with_its_counterpart():
    y, x = neuron()
    twin = compare(y, {relu: identity})
    assert twin.left is y
    assert [left for left, _ in twin.pairs] == nodes(y)
    assert [right for _, right in twin.pairs] == nodes(twin.right)
    counterpart = dict(twin.pairs)
    assert counterpart[y] is twin.right
    for left, right in twin.pairs:
        assert right.inputs == tuple(counterpart[a] for a in left.inputs)
        assert (left is right) == (not left.inputs)
    assert counterpart[x] is x


def test_gradients_of_two_layers_are_those_of_each_side():
    x = Value(0.7, label="x")
    h = tanh(2 * x)
    h.label = "h"
    y = sigmoid(3 * h)
    inner, outer, leaf, result = compare(y, {tanh: identity, sigmoid: relu}).rows
    assert (inner["name"], outer["name"]) == ("h", "y")
    t = math.tanh(1.4)
    s = 1 / (1 + math.exp(-3 * t))
    assert outer["left"]["downstream"] == pytest.approx(s * (1 - s))
    assert inner["left"]["upstream"] == pytest.approx(3 * s * (1 - s))
    assert inner["left"]["downstream"] == pytest.approx(3 * s * (1 - s) * (1 - t * t))
    assert inner["right"] == {
        "op": "identity",
        "z": 1.4,
        "f(z)": 1.4,
        "f'(z)": 1.0,
        "upstream": 3.0,
        "downstream": 3.0,
    }
    assert leaf["left"]["gradient"] == grad(y, x).data
    assert leaf["right"]["gradient"] == 6.0
    assert result["right"]["value"] == pytest.approx(4.2)


def test_arrays_are_summarised(rng):
    x = Tensor(rng.normal(size=(5, 4)), label="x")
    w = Tensor(rng.normal(size=(4, 3)), requires_grad=True, label="w")
    y = relu(x @ w).sum()
    z = x.numpy() @ w.numpy()
    activation, leaf, result = compare(y, {relu: identity}).rows
    shown = activation["left"]["f(z)"]
    assert shown["shape"] == (5, 3)
    assert shown["zeros"] == np.mean(z <= 0) > 0
    assert shown["mean"] == pytest.approx(np.maximum(z, 0).mean())
    assert (shown["min"], shown["max"]) == (0.0, pytest.approx(z.max()))
    assert activation["left"]["downstream"]["mean"] == pytest.approx(np.mean(z > 0))
    slope = activation["right"]["f'(z)"]
    histogram = {"range": (0.0, 1.0), "counts": [0] * 8 + [15]}  # the range of both sides
    ones = {"shape": (5, 3), "min": 1.0, "mean": 1.0, "max": 1.0, "zeros": 0.0, "nan": 0.0}
    assert slope == {**ones, "histogram": histogram}
    left = activation["left"]["f'(z)"]["histogram"]
    assert left == {"range": (0.0, 1.0), "counts": [np.sum(z <= 0)] + [0] * 7 + [np.sum(z > 0)]}
    gradient = x.numpy().T @ np.ones((5, 3))
    assert leaf["name"] == "w"  # x is not tracked, so it has no gradient to show
    assert leaf["right"]["gradient"]["max"] == pytest.approx(gradient.max())
    assert result["right"]["value"] == pytest.approx(z.sum())
    table = str(compare(y, {relu: identity}))
    assert f"{round(100 * np.mean(z <= 0))} % zero" in table
    assert "all 1" in table


def test_no_slope_where_the_jacobian_is_not_diagonal(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True)
    row = compare(softmax(x)[0], {softmax: identity}).rows[0]
    assert row["left"]["f'(z)"] is None
    assert row["right"]["f'(z)"]["min"] == 1.0
    assert row["left"]["downstream"]["shape"] == (3,)


def test_a_result_of_several_elements_needs_a_cotangent(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True, label="x")
    with pytest.raises(GradientError, match=r"compare: the output has shape \(3,\)"):
        compare(relu(x), {relu: identity})
    leaf = compare(relu(x), {relu: identity}, [1.0, 2.0, 6.0]).rows[1]
    assert leaf["right"]["gradient"]["mean"] == 3.0


def test_a_leaf_that_no_gradient_reaches():
    x, c = Value(1.0, label="x"), Value(2.0, label="c")
    y = relu(x) + c.detach()
    rows = compare(y, {relu: identity}).rows
    assert [r["name"] for r in rows] == ["relu 1", "x", "y"]


def test_names():
    x, other = Value(1.0), [Value(2.0)]
    y = relu(x * other[0]) + relu(x)
    rows = compare(y, {relu: identity}).rows
    assert [r["name"] for r in rows] == ["relu 1", "relu 2", "x", "other[0]", "y"]
    rows = compare(y, {relu: identity}, names=False).rows
    assert [r["name"] for r in rows] == ["relu 1", "relu 2", "1", "2", "+"]


def test_only_where_wanted():
    x = Value(-1.0)
    first = relu(x)
    first.label = "first"
    twin = compare(first + relu(x), {relu: identity}, where="first")
    assert [(r["left"]["op"], r["right"]["op"]) for r in twin.rows[:2]] == [
        ("relu", "identity"),
        ("relu", "relu"),
    ]


def test_a_long_table_ends():
    y = Value(0.5)
    for _ in range(50):
        y = relu(y) * Value(1.0)
    lines = str(compare(y, {relu: identity})).splitlines()
    below = lines.index("  … and 30 more activations") + 1
    assert lines[below].startswith("  gradient of ")
    assert lines[-2] == "  … and 31 more gradients"
    assert len(compare(y, {relu: identity}).rows) == 50 + 51 + 1


def test_a_long_name_is_cut():
    x = Value(0.5, label=100 * "n")
    twin = compare(relu(x), {relu: identity})
    assert f"  gradient of {39 * 'n'}…  " in str(twin)
    assert twin.rows[1]["name"] == 100 * "n"


def test_a_chain_without_recursion():
    y = Value(0.5)
    for k in range(20_000):
        y = tanh(y) if k == 0 else y + 1e-6
    assert compare(y, {tanh: identity}).rows[-1]["right"]["value"] == pytest.approx(0.52, rel=1e-4)


def test_html_is_escaped_and_never_raises():
    x = Value(1.0, label="<script>")
    twin = compare(relu(x), {relu: identity})
    page = twin._repr_html_()
    assert "<script>" not in page
    assert "gradient of &lt;script&gt;" in page
    assert 'white-space:pre-wrap">  f(z)</td>' in page  # or its indent is lost
    twin.pairs = None
    assert twin._repr_html_().startswith("<pre>Twin: ")


def test_nan_and_infinity_are_shown():
    x = Value(0.0, label="x")
    y = relu(x.log())
    table = str(compare(y, {relu: identity}))
    assert "−∞" in table
    assert compare(y, {relu: identity}).rows[1]["right"]["gradient"] == math.inf


def test_comparing_changes_nothing(rng):
    x = Tensor(rng.normal(size=(4, 3)), requires_grad=True)
    y = (tanh(x) * relu(x)).sum()
    for _ in range(2):
        y.backward()

    def state():
        held = (n for n in nodes(y) if n.requires_grad)
        return [(n.data.tobytes(), n.grad.tobytes(), n.label) for n in held]

    before = state()
    twin = compare(y, {relu: identity, tanh: sigmoid})
    str(twin), twin.rows, twin._repr_html_()
    assert state() == before
    assert all(n.grad is None for n in nodes(twin.right) if n.inputs)


def test_a_change_of_shape_is_an_error(rng):
    from micrograd_act.functional import sum as summed

    x = Tensor(rng.normal(size=3), requires_grad=True)
    with pytest.raises(ValueError, match=r"compare: the result has shape \(\), replaced \(3,\)"):
        compare(relu(x).sum(), {summed: identity, relu: identity})


def test_what_does_not_occur():
    with pytest.raises(ValueError, match=r"compare: tanh does not occur .* are relu"):
        compare(relu(Value(1.0)), {tanh: identity})
