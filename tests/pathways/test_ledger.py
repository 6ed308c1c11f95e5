"""Ledgers of graphs of numbers: closed forms, brute force, sizes that forbid enumeration."""

import gc
import math
from collections import Counter

import pytest
from hypothesis import given

from micrograd_act import (
    Value,
    affine,
    exp,
    grad,
    identity,
    leaky_relu,
    nodes,
    relu,
    sigmoid,
    tanh,
)
from micrograd_act.pathways import Path, paths
from tests.pathways.graphs import (
    NON_AFFINE_ACTIVATIONS,
    all_paths,
    key_of,
    residual_of_numbers,
    scalar_graphs,
)


def test_skip_beside_a_relu_that_is_off():
    x, w, b = Value(-0.4), Value(2.0), Value(0.5)
    y = x + relu(w * x + b)
    first, second = paths(y, x)
    assert first.nodes == (y, x)
    assert first.local_grads == (1.0,)
    assert second.local_grads == (1.0, 0.0, 1.0, 2.0)
    assert (first.product, second.product) == (1.0, 0.0)
    assert second.died_at is y.inputs[1]
    assert first.died_at is None
    assert [str(p) for p in paths(y, x)] == [
        "1 = 1    y(+) ← x",
        "1 · 0 · 1 · 2 = 0    y(+) ← relu ← + ← × ← x    dead at relu",
    ]
    assert paths(y, x).by_activations == [1.0, 0.0]
    assert isinstance(first, Path)


def test_factors_in_order_from_result_to_input():
    x, w, b = Value(0.1), Value(2.0), Value(0.5)
    y = tanh(w * x + b)
    (path,) = paths(y, x)
    slope = 1 / math.cosh(0.7) ** 2
    assert path.local_grads == pytest.approx((slope, 1.0, 2.0), rel=1e-15)
    assert path.product == math.prod(path.local_grads)
    assert str(path) == "0.6347 · 1 · 2 = 1.269    y(tanh) ← + ← × ← x"


def test_a_square_has_two_paths():
    x = Value(3.0)
    ledger = paths(x * x, x)
    assert ledger.count == 2
    assert [p.product for p in ledger] == [3.0, 3.0]
    assert ledger.total == 6.0


def test_an_input_that_is_the_result():
    x = Value(2.0)
    ledger = paths(x, x)
    assert (ledger.count, ledger.total, ledger.by_activations) == (1, 1.0, [1.0])
    assert [p.local_grads for p in ledger] == [()]
    assert str(next(iter(ledger))) == "1 = 1    x"


def test_an_input_that_is_itself_a_result():
    a = Value(2.0)
    x = a * a
    ledger = paths(x + 3 * x, x)
    assert sorted(p.product for p in ledger) == [1.0, 3.0]


def test_unconnected_nodes_have_an_empty_ledger():
    ledger = paths(Value(1.0) * 2, Value(5.0))
    assert (ledger.count, ledger.total, list(ledger), ledger.top(0)) == (0, 0.0, [], [])
    assert ledger.by_activations == [0.0]
    assert ledger.split("op") == {}
    assert not ledger
    assert "0 paths" in str(ledger)


@given(scalar_graphs())
def test_against_brute_force(graph):
    y, x = graph
    expected = all_paths(y, x)
    ledger = paths(y, x, names=False)
    found = list(ledger)
    assert ledger.count == len(expected)
    assert Counter(map(key_of, found)) == Counter(tuple(map(id, nodes)) for nodes, _ in expected)

    products = sorted((abs(math.prod(locals_)) for _, locals_ in expected), reverse=True)
    assert [abs(p.product) for p in found] == pytest.approx(products, rel=1e-12, abs=1e-300)
    for path in found:
        assert path.product == math.prod(path.local_grads)

    total = math.fsum(math.prod(locals_) for _, locals_ in expected)
    scale = math.fsum(products)
    assert ledger.total == pytest.approx(total, rel=1e-12, abs=1e-14 * scale)
    gradient = grad(y, x, allow_unused=True)
    assert ledger.total == (0.0 if gradient is None else gradient.data)


@given(scalar_graphs())
def test_sums_by_activations_against_brute_force(graph):
    y, x = graph
    expected = Counter({0: 0.0})
    counts = Counter({0: 0})
    scale = 1.0
    for passed, locals_ in all_paths(y, x):
        crossed = sum(n.op.name in NON_AFFINE_ACTIVATIONS for n in passed[:-1])
        expected[crossed] += math.prod(locals_)
        counts[crossed] += 1
        scale += abs(math.prod(locals_))
    ledger = paths(y, x)
    assert len(ledger.by_activations) == max(expected) + 1
    for k, c in enumerate(ledger.by_activations):
        assert c == pytest.approx(expected[k], abs=1e-13 * scale)
        assert ledger.counts_by_activations[k] == counts[k]


@given(scalar_graphs())
def test_splits_and_identity_against_brute_force(graph):
    y, x = graph
    by_op, scale = Counter(), 1.0
    same = []
    for passed, locals_ in all_paths(y, x):
        by_op[frozenset(n.op.name for n in passed[:-1])] += math.prod(locals_)
        scale += abs(math.prod(locals_))
        ones = [
            node.op.name in ("add", "identity") or (node.op.name == "sub" and local == 1.0)
            for node, local in zip(passed[:-1], locals_, strict=True)
        ]
        if all(ones):
            same.append(tuple(map(id, passed)))
    found = paths(y, x).split("op")
    assert {frozenset(key) for key in found} == set(by_op)
    for key, c in found.items():
        assert c == pytest.approx(by_op[frozenset(key)], abs=1e-13 * scale)
    identity_paths = paths(y, x).identity
    assert Counter(map(key_of, identity_paths)) == Counter(same)
    assert identity_paths.count == len(same) == identity_paths.total


def test_two_to_the_thirty_paths_are_searched_lazily():
    y, x = residual_of_numbers(30)
    ledger = paths(y, x)
    assert ledger.count == 2**30
    top = ledger.top(100)
    sizes = [abs(p.product) for p in top]
    assert sizes == sorted(sizes, reverse=True)
    assert len({tuple(map(id, p.nodes)) for p in top}) == 100
    # the k-th block on its own contributes slope * 0.3, and all 30 are larger than any pair of them
    slopes = sorted((n.local_grads[0] * 0.3 for n in nodes(y) if n.op is tanh), reverse=True)
    pairs = sorted((a * b for i, a in enumerate(slopes) for b in slopes[:i]), reverse=True)
    expected = sorted([1.0, *slopes, *pairs], reverse=True)[:20]
    assert sizes[:20] == pytest.approx(expected, rel=1e-13)


def test_the_search_touches_few_paths(monkeypatch):
    from micrograd_act.pathways import best_first

    pushed = []
    push = best_first.heappush
    monkeypatch.setattr(best_first, "heappush", lambda h, e: (pushed.append(1), push(h, e)))
    y, x = residual_of_numbers(30)
    assert len(paths(y, x).top(50)) == 50
    assert len(pushed) <= 50 * 31


def test_binomial_counts_of_a_residual_graph():
    y, x = residual_of_numbers(200)
    ledger = paths(y, x)
    assert ledger.count == 2**200
    assert ledger.counts_by_activations == [math.comb(200, k) for k in range(201)]
    assert math.fsum(ledger.by_activations) == pytest.approx(grad(y, x).data, rel=1e-12)
    assert "about 1.6e60 paths" in str(ledger)


def test_a_chain_of_50_000_nodes():
    gc.disable()  # the collector would take as long as all the rest
    try:
        x = y = Value(1.0)
        for _ in range(50_000):
            y = identity(y)
        ledger = paths(y, x)
        assert ledger.count == 1
        assert ledger.total == 1.0
    finally:
        gc.enable()


def test_affine_activations_are_not_counted():
    x = Value(0.5)
    y = relu(affine(identity(x), 3.0, 1.0)) + leaky_relu(x)
    assert paths(y, x).by_activations == pytest.approx([0.0, 4.0])
    assert paths(identity(affine(x, 2.0)), x).by_activations == [2.0]


def test_what_counts_can_be_chosen():
    x, w = Value(0.5), Value(3.0)
    y = exp(w * x) * sigmoid(x) + w * x
    e, s = math.exp(1.5), 1 / (1 + math.exp(-0.5))
    by_any = paths(y, x, nonlinear="any").by_activations
    # through exp and the product; through sigmoid and the product
    assert by_any == pytest.approx([3.0, 0.0, 3 * e * s + e * s * (1 - s)])
    by_exp = paths(y, x, nonlinear=lambda node: node.op is exp).by_activations
    for named in (sigmoid, "sigmoid"):
        ledger = paths(y, x, nonlinear=named)
        assert ledger.by_activations == paths(y, x).by_activations
        assert "by sigmoid nodes crossed" in str(ledger)
    assert by_exp == pytest.approx([3.0 + e * s * (1 - s), 3 * e * s])


def test_every_member_of_a_family_counts():
    x = Value(-0.5)
    y = leaky_relu(x) + leaky_relu(x, negative_slope=0.5) + relu(x)
    assert paths(y, x, nonlinear=leaky_relu).by_activations == [0.0, 0.51]
    assert paths(y, x, nonlinear=leaky_relu.bind(negative_slope=0.5)).by_activations == [0.01, 0.5]


def test_other_non_affine_ops_are_named_not_hidden():
    x = Value(0.5)
    by_hand = (exp(2 * x) - 1) / (exp(2 * x) + 1)
    ledger = paths(by_hand, x)
    assert len(ledger.by_activations) == 1
    assert ledger.uncounted == ["÷", "exp"]
    assert "not affine all the same: ÷, exp" in str(ledger)
    w = Value(2.0)
    assert paths(w * x - x / w + tanh(x), x).uncounted == []
    assert paths(x + relu(exp(x)), x).uncounted == []  # behind a relu exp is no longer uncounted


def test_identity_is_told_from_the_ops_not_from_products():
    x = Value(2.0)
    skip = identity(x) + 1.0
    y = 2.0 * (0.5 * x) + relu(x) + skip
    (path,) = paths(y, x).identity
    assert path.nodes == (y, skip, skip.inputs[0], x)
    assert paths(y, x).total == 3.0


def test_a_cotangent_scales_everything():
    x = Value(2.0)
    ledger = paths(x * x, x, 10.0)
    assert paths(x * x, x, Value(10.0)).total == 40.0
    assert ledger.total == 40.0
    assert str(next(iter(ledger))).startswith("10 · 2 = 20  ")
