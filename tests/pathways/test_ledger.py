"""Ledgers of graphs of numbers: closed forms, brute force, sizes that forbid enumeration."""

import gc
import math
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    affine,
    exp,
    grad,
    identity,
    leaky_relu,
    no_grad,
    nodes,
    relu,
    sigmoid,
    sqrt,
    tanh,
    where,
)
from micrograd_act.pathways import Path, Paths, paths
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


def test_negative_factors_have_minus_signs_and_brackets():
    x = Value(1.0)
    (path,) = paths(-0.25 * (x * -2.0), x)
    assert str(path).startswith("−0.25 · (−2) = 0.5  ")


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


def test_a_condition_carries_no_gradient():
    x = Value(1.0)
    y = where(x > 0, 2 * x, 5 * x)
    assert [p.product for p in paths(y, x)] == [2.0, 0.0]
    assert [p.died_at for p in paths(y, x)] == [None, y]


def test_a_detached_branch_has_no_path():
    x = Value(1.0)
    y = x * x.detach()
    assert paths(y, x).count == 1


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


def test_a_chain_of_200_000_nodes():
    gc.disable()  # the collector would take as long as all the rest
    try:
        x = y = Value(1.0)
        for _ in range(200_000):
            y = identity(y)
        ledger = paths(y, x)
        assert ledger.count == 1
        assert ledger.total == 1.0
    finally:
        gc.enable()


def test_long_paths_are_printed_short():
    x = y = Value(0.5)
    for k in range(20_000):
        y = tanh(y) if k % 1000 == 0 else identity(y)
    (path,) = paths(y, x)
    assert len(path.local_grads) == 20_000
    text = str(path)
    assert len(text) < 400
    assert "1 (999 times) · " in text
    assert " more …" in text


def test_zero_paths_come_last_and_say_where_they_died():
    x = Value(-1.0, label="x")
    h = relu(x)
    h.label = "h"
    y = relu(3 * h) + 2 * h + 0.001 * x
    found = list(paths(y, x))
    assert [p.product for p in found] == [0.001, 0.0, 0.0]
    assert {p.died_at for p in found[1:]} == {h, y.inputs[0].inputs[0]}
    assert "dead at h(relu)" in str(found[1]) + str(found[2])


def test_infinities_and_nan_are_named():
    x = Value(0.0)
    y = sqrt(x) * 0.0 + x
    ledger = paths(y, x)
    with pytest.warns(RuntimeWarning, match="NaN: the gradient becomes NaN on the edge √ ← x"):
        assert math.isnan(ledger.total)
    undefined, finite = ledger
    assert math.isnan(undefined.product)
    assert undefined.note == "NaN at √: 0 · ∞"
    assert finite.product == 1.0
    assert "NaN at √: 0 · ∞" in str(ledger)

    y = 2.0 * sqrt(x)
    (path,) = paths(y, x)
    assert path.product == paths(y, x).total == math.inf
    assert path.note == "infinite at √: 2 · ∞"


def test_undefined_paths_come_first():
    x = Value(0.0)
    y = 2.0 * x + sqrt(x) * 0.0 + 3.0 * x + 0.0 * x + 1.0 * x + 5.0 * sqrt(x)
    products = [p.product for p in paths(y, x)]
    assert sum(map(math.isnan, products[:2])) == 1
    assert math.inf in products[:2]
    assert products[2:] == [3.0, 2.0, 1.0, 0.0]


def test_dead_gradients_are_not_minus_zero():
    x = Value(-1.0)
    ledger = paths(-2.0 * relu(x), x)
    for c in (ledger.total, ledger.by_activations[1]):
        assert math.copysign(1.0, c) == 1.0


def test_overflow_and_underflow_on_the_way_are_named():
    x = Value(1.0)
    (path,) = paths(x * 1e-10 * 1e-200 * 1e-200, x)
    assert path.product == 0.0
    assert path.note == "dead at ×: 1e−200 · 1e−200"
    assert path.died_at is path.nodes[1]
    (path,) = paths(x * 1e200 * 1e200, x)
    assert path.note == "infinite at ×: 1e200 · 1e200"


def test_ranking_neither_overflows_nor_underflows():
    x = Value(1.0)
    tiny, tinier = x * 1e-200 * 1e-200, x * 1e-210 * 1e-200
    huge, larger = x * 1e200 * 1e200, x * 1e210 * 1e200
    y = ((tinier + tiny) + 1.0 * x) + (huge + larger)
    order = [p.local_grads[-1] for p in paths(y, x)]
    assert order == [1e210, 1e200, 1.0, 1e-200, 1e-210]


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
    assert by_exp == pytest.approx([3.0 + e * s * (1 - s), 3 * e * s])


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


def test_as_plain_data():
    x = Value(-0.4)
    y = x + relu(2 * x)
    assert paths(y, x).to_dict() == {
        "y": "y",
        "x": "x",
        "count": 2,
        "total": 1.0,
        "by_activations": [1.0, 0.0],
        "counts_by_activations": [1, 1],
        "uncounted": [],
        "identity": {"count": 1, "total": 1.0},
        "paths": [
            {"nodes": ["y", "x"], "ops": ["add"], "local_grads": [1.0], "product": 1.0, "note": ""},
            {
                "nodes": ["y", "relu", "×", "x"],
                "ops": ["add", "relu", "mul"],
                "local_grads": [1.0, 0.0, 2.0],
                "product": 0.0,
                "note": "dead at relu",
            },
        ],
    }


def test_text_table():
    x = Value(-0.4)
    y = x + relu(2 * x)
    assert str(paths(y, x)).splitlines() == [
        "2 paths from y to x, gradient 1",
        "  1 = 1          y(+) ← x",
        "  1 · 0 · 2 = 0  y(+) ← relu ← × ← x  dead at relu",
        "by activations crossed",
        "  none  1  1 path",
        "  1     0  1 path",
        "identity: 1 path, gradient 1",
    ]
    assert repr(paths(y, x)) == "Paths(y ← x, count=2)"


def test_a_table_of_many_paths_ends():
    y, x = residual_of_numbers(30)
    assert "  … and 1,073,741,814 more" in str(paths(y, x)).splitlines()


def test_names_come_from_labels_then_variables():
    a, held = Value(1.0), [Value(2.0)]
    y = a * held[0]
    assert repr(paths(y, held[0])) == "Paths(y ← held[0], count=1)"
    a.label = "first"
    assert repr(paths(y, a)) == "Paths(y ← first, count=1)"
    assert repr(paths(y, held[0], names=False)) == "Paths(× ← 2, count=1)"


def test_html_is_escaped_and_never_raises():
    x = Value(1.0, label="<script>\n\x00")
    page = paths(x * 2, x)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\x00" not in page
    ledger = paths(x * 2, x)
    ledger.crossing = None
    assert ledger._repr_html_().startswith("<pre>Paths: ")


def test_looking_changes_nothing():
    x, w = Value(0.3), Value(-1.2)
    y = tanh(w * x) + x * x
    y.backward()
    before = [(n.data.hex(), n.grad.hex(), n.label) for n in nodes(y) if n.grad is not None]
    ledger = paths(y, x)
    str(ledger), ledger.to_dict(), ledger.split("op"), ledger.identity.total, list(ledger)
    assert [(n.data.hex(), n.grad.hex(), n.label) for n in nodes(y) if n.grad is not None] == before


def test_output_does_not_depend_on_hashes():
    code = (
        "from micrograd_act import *\n"
        "x, w = Value(0.5), Value(1.0)\n"
        "y = x + relu(w * x) + tanh(x) * sigmoid(x) + relu(w * x)\n"
        "p = paths(y, x)\n"
        "print(p, p.split('op'), p.to_dict(), compare(y, {relu: identity, tanh: sigmoid}))\n"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(shown) == 1


def test_no_length_but_a_count():
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"use \.count"):
        len(paths(x * 2, x))
    assert paths(x * 2, x)
    assert isinstance(paths(x * 2, x), Paths)


@pytest.mark.parametrize(
    ("y", "x"), [(3.0, Value(1.0)), (Value(1.0), "x"), ([Value(1.0)], Value(1.0))]
)
def test_wrong_types(y, x):
    with pytest.raises(TypeError, match=r"paths: [yx] must be a Value or a Tensor, got \w+"):
        paths(y, x)


def test_untracked_nodes():
    x = Value(1.0)
    with no_grad():
        y = x * 2
    with pytest.raises(GradientError, match=r"paths, y: .*requires_grad=True"):
        paths(y, x)
    with pytest.raises(GradientError, match=r"paths, x: .*requires_grad=True"):
        paths(x * 2, Tensor([1.0]))


def test_bad_arguments():
    x = Value(1.0)
    ledger = paths(x * x, x)
    with pytest.raises(ValueError, match="asked for 3 paths, but there are 2"):
        ledger.top(3)
    with pytest.raises(ValueError, match="must not be negative"):
        ledger.top(-1)
    with pytest.raises(TypeError, match="float"):
        ledger.top(1.5)
    with pytest.raises(ValueError, match="nonlinear is 'activations', 'any' or a function"):
        paths(x * x, x, nonlinear="all")


def test_a_leaf_that_changed_is_noticed():
    x = Value(1.0)
    y = x * x
    ledger = paths(y, x)
    x.data = 5.0
    with pytest.raises(GradientError, match="changed after"):
        _ = ledger.total
    with pytest.raises(GradientError, match="changed after"):
        list(ledger)


def test_a_cotangent_scales_everything():
    x = Value(2.0)
    ledger = paths(x * x, x, 10.0)
    assert ledger.total == 40.0
    assert str(next(iter(ledger))).startswith("10 · 2 = 20  ")


def test_a_position_is_told_to_ask_for_the_top():
    x = Value(2.0)
    with pytest.raises(TypeError, match=r"\.top\(k\)"):
        paths(x * 3, x)[0]
