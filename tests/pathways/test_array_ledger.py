"""Ledgers of array graphs against chains of Jacobians written in NumPy."""

import itertools
import math

import numpy as np
import pytest

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    concatenate,
    grad,
    nodes,
    relu,
    softmax,
    tanh,
    where,
)
from micrograd_act.functional import linear, mean, reshape, stack
from micrograd_act.pathways import edges, paths


def residual(rng, blocks, width=3, batch=2):
    """(y, x, [Jacobian of each block's branch], cotangent): h = h + tanh(h @ W), block by block."""
    x = h = Tensor(rng.normal(size=(batch, width)), requires_grad=True)
    branches = []
    for _ in range(blocks):
        w = rng.normal(size=(width, width)) / width
        before = np.asarray(h)
        slope = 1 - np.tanh(before @ w) ** 2
        # of the flattened batch: d tanh(h w)_{bj} / d h_{bk} = slope_{bj} w_{kj}
        jacobian = np.zeros((batch, width, batch, width))
        for b in range(batch):
            jacobian[b, :, b, :] = slope[b][:, None] * w.T
        branches.append(jacobian.reshape(batch * width, batch * width))
        h = h + tanh(h @ Tensor(w, requires_grad=True))
    c = rng.normal(size=(batch, width))
    return (h * c).sum(), x, branches, c


def along(branches, chosen, c):
    """The cotangent pulled back through the chosen branches, and past the others."""
    g = c.ravel()
    for jacobian, taken in reversed(list(zip(branches, chosen, strict=True))):
        if taken:
            g = g @ jacobian
    return g.reshape(c.shape)


def test_contributions_are_chains_of_jacobians(rng):
    y, x, branches, c = residual(rng, 4)
    ledger = paths(y, x)
    expected = [along(branches, chosen, c) for chosen in itertools.product((0, 1), repeat=4)]
    expected.sort(key=np.linalg.norm, reverse=True)
    found = [path.product for path in ledger]
    assert ledger.count == len(found) == 16
    for got, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(sum(found), grad(y, x).data, rtol=1e-12)
    np.testing.assert_array_equal(ledger.total, grad(y, x).data)
    assert [p.product.tolist() for p in ledger.top(3)] == [c.tolist() for c in found[:3]]


def test_sums_by_activations_are_sums_of_chains(rng):
    y, x, branches, c = residual(rng, 4)
    expected = np.zeros((5, *c.shape))
    for chosen in itertools.product((0, 1), repeat=4):
        expected[sum(chosen)] += along(branches, chosen, c)
    found = paths(y, x).by_activations
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found[0], c)
    assert paths(y, x).counts_by_activations == [1, 4, 6, 4, 1]


def test_split_by_label(rng):
    y, x, branches, c = residual(rng, 2)
    first, second = (n for n in nodes(y) if n.op is tanh)
    first.label, second.label = "first", "second"
    found = paths(y, x).split("label")
    assert list(found) == [(), ("second",), ("second", "first"), ("first",)]
    np.testing.assert_allclose(found["second", "first"], along(branches, (1, 1), c), atol=1e-14)
    np.testing.assert_allclose(found["first",], along(branches, (1, 0), c), atol=1e-14)


def test_too_many_paths_to_enumerate(rng):
    y, x, _, _ = residual(rng, 13)
    ledger = paths(y, x)
    assert ledger.count == 2**13
    message = r"8,192 paths, more than limit=4096 .* use by_activations"
    with pytest.raises(ValueError, match=message):
        ledger.top(1)
    with pytest.raises(ValueError, match=message):
        list(ledger)
    np.testing.assert_allclose(sum(ledger.by_activations), ledger.total, rtol=1e-10, atol=1e-12)
    assert "more than limit=4096 paths are not listed" in str(ledger)
    assert ledger.to_dict()["paths"] == []
    assert len(list(paths(y, x, limit=2**13))) == 2**13


def test_a_hundred_blocks_in_one_pass(rng):
    y, x, _, _ = residual(rng, 100)
    ledger = paths(y, x)
    assert ledger.count == 2**100
    assert len(ledger.by_activations) == 101
    np.testing.assert_allclose(sum(ledger.by_activations), ledger.total, rtol=1e-9)


def test_identity_paths_through_shapes_and_broadcasting(rng):
    x = Tensor(rng.normal(size=(1, 3)), requires_grad=True)
    y = (reshape(x, (3,)) + np.zeros((4, 3))).sum() + mean(x) + (x * 1.0).sum()
    ledger = paths(y, x)
    same = ledger.identity
    assert (ledger.count, same.count) == (3, 1)
    np.testing.assert_array_equal(same.total, np.full((1, 3), 4.0))
    np.testing.assert_allclose(ledger.total, np.full((1, 3), 4 + 1 / 3 + 1))
    assert [n.op.name for n in next(iter(same)).nodes[:-1]] == [
        "add",
        "add",
        "sum",
        "add",
        "reshape",
    ]


def test_local_gradients_where_the_jacobian_is_diagonal(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True)
    w = Tensor(rng.normal(size=(3, 2)), requires_grad=True)
    (path,) = paths(tanh(x @ w).sum(), x)
    summed, slope, product = path.local_grads
    assert summed is product is None
    np.testing.assert_allclose(slope, 1 - np.tanh(x.numpy() @ w.numpy()) ** 2)


def test_factors_of_a_line_are_ratios_of_norms(rng):
    x = Tensor([3.0, 4.0], requires_grad=True)
    y = x @ x.detach()
    (path,) = paths(y, x)
    assert str(path) == "5 = 5    y(@) ← x"
    y = relu(-x).sum()
    (path,) = paths(y, x)
    assert str(path) == "1.414 · 0 · – = 0    y(Σ) ← relu ← − ← x    dead at relu"
    assert path.died_at is y.inputs[0]


def test_a_number_inside_an_array_graph(rng):
    v = Value(2.0)
    t = Tensor([1.0, 3.0], requires_grad=True)
    y = (v * t).sum()
    (path,) = paths(y, v)
    assert path.product == paths(y, v).total == 4.0
    assert type(path.product) is type(paths(y, v).by_activations[0]) is float
    np.testing.assert_array_equal(paths(y, t).total, [2.0, 2.0])


def test_numbers_below_arrays_are_split_too():
    v = Value(0.4)
    t = Tensor([1.0, -3.0, 2.0], requires_grad=True)
    h = tanh(v)
    y = (h * relu(t * h) + h).sum()
    slope, z = 1 / math.cosh(0.4) ** 2, math.tanh(0.4)
    # relu(t h) sums to 3 h: h * 3 h + 3 h
    found = paths(y, v).by_activations
    assert found == pytest.approx([0.0, (3 * z + 3) * slope, 3 * z * slope])
    assert all(type(c) is float for c in found)


def test_several_edges_into_one_input(rng):
    x = Tensor(rng.normal(size=2), requires_grad=True)
    c = rng.normal(size=4)
    y = (concatenate([x, x]) * c).sum()
    ledger = paths(y, x)
    assert ledger.count == 2
    assert {tuple(p.product) for p in ledger} == {tuple(c[:2]), tuple(c[2:])}


def test_a_condition_carries_no_gradient():
    x = Tensor([1.0, 0.0], requires_grad=True)
    ledger = paths(where(x, 2 * x, 5 * x).sum(), x)
    assert ledger.count == 2
    np.testing.assert_array_equal(ledger.total, [2.0, 5.0])


def test_softmax_counts_as_an_activation(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True)
    none, one = paths(softmax(x)[0] + x.sum(), x).by_activations
    p = np.exp(x.numpy()) / np.exp(x.numpy()).sum()
    np.testing.assert_array_equal(none, np.ones(3))
    np.testing.assert_allclose(one, p[0] * (np.eye(3)[0] - p), rtol=1e-12)


def test_products_of_two_dependent_factors_are_named(rng):
    x = Tensor(rng.normal(size=(2, 2)), requires_grad=True)
    w = rng.normal(size=(2, 2))
    assert paths((x @ w).mean() / 2.0 - x.sum(), x).uncounted == []
    assert paths((x @ x).sum(), x).uncounted == ["@"]
    assert paths((x / x.sum()).sum(), x).uncounted == ["÷"]


def test_edges_of_one_node_may_differ(rng):
    x = Tensor(rng.normal(size=(1, 2)), requires_grad=True)
    w = Tensor(rng.normal(size=(2, 2)))
    y = linear(x, w * x, x[0]).sum()  # affine in its bias, not in input and weight
    none, one = paths(y, x, nonlinear="any").by_activations
    np.testing.assert_array_equal(none, [[1.0, 1.0]])
    np.testing.assert_allclose(none + one, grad(y, x).data)


def test_dtype_is_kept_and_memory_is_not_shared(rng):
    x = Tensor(rng.normal(size=3).astype(np.float32), requires_grad=True)
    ledger = paths((x + tanh(x)).sum(), x)
    arrays = [ledger.total, *ledger.by_activations, *(p.product for p in ledger)]
    assert {a.dtype for a in arrays} == {np.dtype("float32")}
    for a, b in itertools.combinations([*arrays, x.numpy()], 2):
        assert not np.shares_memory(a, b)
    assert all(a.flags.writeable for a in arrays)


def test_dead_gradients_are_not_minus_zero():
    x = Tensor([-1.0, -2.0], requires_grad=True)
    ledger = paths((-2.0 * relu(x)).sum(), x)
    for c in (ledger.total, ledger.by_activations[1]):
        assert not np.signbit(c).any()


def test_nan_is_named_and_shown_as_a_share():
    x = Tensor([0.0, 4.0], requires_grad=True)
    y = (x.sqrt() * 0.0 + x).sum()
    ledger = paths(y, x)
    with pytest.warns(RuntimeWarning, match="NaN on the edge √ ← x"):
        np.testing.assert_array_equal(ledger.total, [np.nan, 1.0])
    undefined, finite = ledger
    assert undefined.note == "NaN at √"
    np.testing.assert_array_equal(finite.product, [1.0, 1.0])
    assert "gradient 1, 50 % NaN" in str(ledger)


def test_norms_do_not_overflow():
    x = Tensor([1.0, 1.0], requires_grad=True)
    y = (x * 1e200 + x * 2e200).sum()
    big, small = paths(y, x)
    assert (big.product[0], small.product[0]) == (2e200, 1e200)
    assert str(big).startswith("1.414 · 1 · 2e200 = 2.828e200  ")


def test_unconnected_arrays():
    x = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    ledger = paths(Value(1.0) * 2, x)
    np.testing.assert_array_equal(ledger.total, np.zeros((2, 3)))
    assert ledger.total.dtype == np.float32
    assert (ledger.count, list(ledger)) == (0, [])
    other = Tensor([1.0], requires_grad=True)
    assert (paths(other.sum(), x).count, list(paths(other.sum(), x))) == (0, [])


def test_a_result_of_several_elements_needs_a_cotangent(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True)
    y = tanh(x)
    with pytest.raises(GradientError, match=r"paths: the output has shape \(3,\); pass gradient="):
        paths(y, x)
    g = rng.normal(size=3)
    np.testing.assert_array_equal(paths(y, x, g).total, grad(y, x, g).data)
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        paths(y, x, [1.0, 2.0])


def test_looking_changes_nothing(rng):
    y, x, _, _ = residual(rng, 3)
    y.backward()

    def state():
        held = (n for n in nodes(y) if n.requires_grad)
        return [(n.data.tobytes(), n.grad.tobytes(), n.label) for n in held]

    before = state()
    ledger = paths(y, x)
    str(ledger), ledger._repr_html_(), ledger.to_dict(), ledger.split("op"), list(ledger)
    assert state() == before


def test_as_plain_data(rng):
    x = Tensor([1.0, -1.0], requires_grad=True)
    y = relu(x).sum()
    data = paths(y, x).to_dict()
    assert data["total"] == [1.0, 0.0]
    assert data["by_activations"] == [[0.0, 0.0], [1.0, 0.0]]
    assert data["paths"][0]["local_grads"] == [None, [1.0, 0.0]]


def test_a_node_of_many_inputs_is_pulled_once_for_all_of_them(monkeypatch):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = stack([x * float(k) for k in range(50)]).sum()
    checked = []
    changed_after = edges.changed_after

    def counted(node):
        checked.append(node)
        return changed_after(node)

    monkeypatch.setattr(edges, "changed_after", counted)
    ledger = paths(y, x)
    assert ledger.total.tolist() == [1225.0, 1225.0]
    assert len(checked) == len(ledger.steps) == 52
    checked.clear()
    assert ledger.top(1)[0].product.tolist() == [49.0, 49.0]
    assert len(checked) <= 2 * 52


def test_an_array_ledger_without_paths_has_none():
    x, y = Tensor([1.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    assert list(paths(y, x)) == []
    assert list(paths(y * 3, x)) == []
