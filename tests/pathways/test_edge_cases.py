"""What a teacher gets asked: dead, infinite and undefined paths, ties, shared weights."""

import math

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    activation,
    exp,
    grad,
    identity,
    no_grad,
    paths,
    relu,
    sqrt,
    tanh,
    where,
)
from micrograd_act.functional import amax, maximum


def test_a_condition_carries_no_gradient():
    x = Value(1.0)
    y = where(x > 0, 2 * x, 5 * x)
    assert [p.product for p in paths(y, x)] == [2.0, 0.0]
    assert [p.died_at for p in paths(y, x)] == [None, y]


def test_a_detached_branch_has_no_path():
    x = Value(1.0)
    y = x * x.detach()
    assert paths(y, x).count == 1


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


def test_an_undefined_local_gradient_comes_first_and_is_not_dead():
    x = Value(-1.0)
    first, second = paths(100.0 * x + 0.0 * sqrt(x), x)
    assert math.isnan(first.product)
    assert first.died_at is None
    assert first.note == "NaN at √: 0 · NaN"
    assert second.product == 100.0


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


def test_why_an_identity_graph_with_a_product_is_not_linear():
    x = Value(2.0)
    y = identity(3 * x) * identity(x) + identity(x)
    ledger = paths(y, x)
    assert ledger.by_activations == [13.0]  # 6 x + 1
    assert ledger.uncounted == ["×"]
    by_any = paths(y, x, nonlinear="any")
    assert by_any.by_activations == [1.0, 12.0]
    assert by_any.counts_by_activations == [1, 2]
    w = Value(3.0)  # a factor that does not depend on x is a constant
    assert paths(identity(w * x), x, nonlinear="any").by_activations == [3.0]


def test_a_shared_weight_has_a_path_for_each_use():
    x, w = Value(0.7), Value(-1.5)
    h = tanh(w * x)
    y = tanh(w * h)
    outer, inner = 1 - y.data**2, 1 - h.data**2
    ledger = paths(y, w)
    direct, through_h = outer * h.data, outer * -1.5 * inner * 0.7
    assert sorted(p.product for p in ledger) == pytest.approx(sorted([direct, through_h]))
    assert ledger.by_activations == pytest.approx([0.0, direct, through_h])


def test_a_node_used_twice():
    x = Value(0.3)
    h = tanh(x)
    y = h * h + 2.0 * h
    slope = 1 / math.cosh(0.3) ** 2
    ledger = paths(y, x)
    assert ledger.count == 3
    assert sorted(p.product for p in ledger) == pytest.approx(
        sorted([h.data * slope, h.data * slope, 2 * slope])
    )
    assert ledger.total == pytest.approx((2 * h.data + 2) * slope)


def test_detached_and_unrecorded_branches():
    t = Tensor([1.0, 2.0], requires_grad=True)
    with no_grad():
        fixed = 3.0 * t
    y = (t * t.detach() + fixed * t + tanh(t).detach()).sum()
    ledger = paths(y, t)
    assert ledger.count == 2
    np.testing.assert_array_equal(ledger.total, [4.0, 8.0])
    assert paths((t.detach() * 2.0 + 0.0 * Value(1.0)).sum(), t).count == 0


def test_the_branches_of_where_share_the_gradient():
    t = Tensor([1.0, -2.0, 3.0], requires_grad=True)
    y = where(t > 0, t * t, -t).sum()
    contributions = sorted(p.product.tolist() for p in paths(y, t))
    assert contributions == [[0.0, -1.0, 0.0], [1.0, 0.0, 3.0], [1.0, 0.0, 3.0]]
    np.testing.assert_array_equal(paths(y, t).total, grad(y, t).data)


@pytest.mark.parametrize("a", [-1.0, 0.0, 2.0])
def test_a_tie_of_maximum_is_shared(a):
    x = Value(a)
    ledger = paths(maximum(2.0 * x, x + a), x)
    assert sorted(p.product for p in ledger) == [0.5, 1.0]
    assert ledger.total == grad(maximum(2.0 * x, x + a), x).data == 1.5


def test_a_tie_of_max_over_an_array_is_shared():
    t = Tensor([2.0, 2.0, 1.0], requires_grad=True)
    (path,) = paths(amax(t), t)
    np.testing.assert_array_equal(path.product, [0.5, 0.5, 0.0])
    assert path.note == ""


def test_an_array_path_is_dead_where_nothing_is_left(rng):
    t = Tensor([-1.0, -2.0], requires_grad=True)
    h = relu(t)
    h.label = "h"
    y = (h * rng.normal(size=2) + t).sum()
    alive, dead = paths(y, t)
    assert (alive.died_at, dead.died_at) == (None, h)
    assert "dead at h(relu)" in str(paths(y, t))
    half = Tensor([-1.0, 2.0], requires_grad=True)
    assert [p.note for p in paths(relu(half).sum(), half)] == [""]


def test_a_path_dies_once_and_at_its_first_zero():
    x = Value(-1.0)
    h = relu(x - 1.0)
    y = 0.0 * relu(h * 3.0)
    (path,) = paths(y, x)
    assert path.died_at is y
    assert path.note == "dead at y(×)"


def test_infinite_contributions_that_cancel():
    x = Value(0.0)
    y = sqrt(x) - sqrt(x)
    ledger = paths(y, x)
    assert sorted(p.product for p in ledger) == [-math.inf, math.inf]
    assert [p.note for p in ledger] == ["infinite at √: 1 · ∞", "infinite at √: −1 · ∞"]
    with pytest.warns(RuntimeWarning, match="the total has NaN: .* infinite on the edge √ ← x"):
        assert math.isnan(ledger.total)


def test_every_sum_with_nan_says_so():
    t = Tensor([0.0, 1.0], requires_grad=True)
    y = (relu(sqrt(t) * 0.0) + t).sum()
    ledger = paths(y, t)
    edge = "NaN on the edge √ ← t"
    with pytest.warns(RuntimeWarning, match=f"the total has NaN: .*{edge}"):
        assert np.isnan(ledger.total).tolist() == [True, False]
    with pytest.warns(RuntimeWarning, match=f"by_activations has NaN: .*{edge}"):
        none, one = ledger.by_activations
    np.testing.assert_array_equal(none, [1.0, 1.0])
    assert np.isnan(one).tolist() == [True, False]
    with pytest.warns(RuntimeWarning, match=f"split has NaN: .*{edge}"):
        ledger.split("op")
    np.testing.assert_array_equal(ledger.identity.total, [1.0, 1.0])
    assert "NaN" in str(ledger)


def test_a_cotangent_that_is_not_finite():
    x = Value(1.0)
    ledger = paths(2.0 * x, x, math.nan)
    assert "the cotangent of × that was given is not finite" in str(ledger)
    assert [p.note for p in ledger] == [""]  # nothing on the path made it so
    with pytest.warns(RuntimeWarning, match="cotangent of × that was given"):
        assert math.isnan(ledger.total)


def test_a_sum_that_overflows():
    x = Value(1.0)
    y = 1e308 * x + 1e308 * x
    ledger = paths(y, x)
    assert ledger.total == math.inf
    assert [p.product for p in ledger] == [1e308, 1e308]
    assert "a sum of finite contributions overflows" in str(ledger)


def test_an_activation_of_the_user_counts():
    swish = activation(lambda x: x / (1.0 + exp(-x)), name="own_swish")
    x = Value(0.5)
    y = x + swish(x)
    none, one = paths(y, x).by_activations
    assert none == 1.0
    assert one == pytest.approx(grad(y, x).data - 1.0)


def test_changing_what_was_returned_changes_no_ledger():
    t = Tensor([1.0, 2.0], requires_grad=True)
    ledger = paths((t + tanh(t)).sum(), t)
    before = ledger.total.tolist(), [c.tolist() for c in ledger.by_activations]
    ledger.total[:] = 0.0
    ledger.by_activations.clear()
    ledger.by_activations[0][:] = 5.0
    ledger.top(1)[0].product[:] = 7.0
    assert before == (ledger.total.tolist(), [c.tolist() for c in ledger.by_activations])
