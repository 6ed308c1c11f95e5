"""Hooks see the complete gradient of a node and may replace it, in every kind of pass."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, Value, grad, no_grad, paths, value_and_grad
from micrograd_act.graph import backward


def test_a_hook_sees_the_complete_gradient_once():
    x = Value(3.0)
    a = x * 2.0
    y = a * a + a
    seen = []
    a.register_hook(seen.append)
    x.register_hook(seen.append)
    y.backward()
    assert seen == [13.0, 26.0]
    assert x.grad == 26.0


@pytest.mark.parametrize("where", ["leaf", "result", "root"])
def test_what_a_hook_returns_replaces_the_gradient(where):
    x = Tensor([1.0, 2.0], requires_grad=True)
    a = x * 3.0
    y = a.sum()
    node = {"leaf": x, "result": a, "root": y}[where]
    node.register_hook(lambda g: g * 10.0)
    y.backward()
    assert x.grad.tolist() == [30.0, 30.0]
    assert a.grad.tolist() == ([1.0, 1.0] if where == "leaf" else [10.0, 10.0])
    y.backward()
    assert x.grad.tolist() == [60.0, 60.0]
    assert grad(y, x).tolist() == [30.0, 30.0]
    assert grad(y, [x, a])[0].tolist() == [30.0, 30.0]
    assert grad(y, [x, a])[1].tolist() == grad(y, a).tolist()
    assert grad(y, a).tolist() == ([1.0, 1.0] if where == "leaf" else [10.0, 10.0])


def test_hooks_run_in_order_and_can_be_removed():
    x = Value(1.0)
    y = x * 1.0
    first = x.register_hook(lambda g: g + 1.0)
    second = x.register_hook(lambda g: g * 10.0)
    y.backward()
    assert x.grad == 20.0
    first.remove()
    first.remove()
    x.grad = None
    y.backward()
    assert x.grad == 10.0
    second.remove()
    x.grad = None
    y.backward()
    assert x.grad == 1.0


def test_with_create_graph_a_hook_gets_a_node():
    x = Value(3.0)
    kinds = []

    def double(g):
        kinds.append(type(g))
        return g * 2.0

    x.register_hook(double)
    first = grad(x**3, x, create_graph=True)
    assert first.data == 54.0
    assert kinds == [Value]
    x._label[1].clear()
    assert grad(first, x).data == 36.0
    t = Tensor([1.0, 2.0], requires_grad=True)
    t.register_hook(lambda g: np.ones(2))
    assert grad((t * t).sum(), t, create_graph=True).tolist() == [1.0, 1.0]


def test_a_hook_beside_the_way_is_not_called():
    x, w = Value(2.0), Value(5.0)
    b = w * 2.0
    y = x * b
    b.register_hook(lambda g: pytest.fail("no gradient of b was asked for"))
    w.register_hook(lambda g: pytest.fail("no gradient of w was asked for"))
    assert grad(y, x).data == 10.0
    assert paths(y, x).total == 10.0


def test_through_transformations():
    def f(x):
        a = x * x
        a.register_hook(lambda g: g * 2.0)
        return a

    assert value_and_grad(f)(3.0) == (9.0, 12.0)
    assert value_and_grad(lambda x: value_and_grad(f)(x)[1])(3.0)[1] == 4.0


def test_labels_and_hooks_do_not_disturb_each_other():
    x = Value(1.0, label="x")
    x.register_hook(lambda g: g * 3.0)
    assert (x.label, type(x.label)) == ("x", str)
    x.label = "renamed"
    (x * 1.0).backward()
    assert (x.label, x.grad) == ("renamed", 3.0)
    other = Value(1.0, label=x.label)
    (other * 1.0).backward()
    assert other.grad == 1.0


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_have_no_hooks(again):
    x = Value(1.0, label="x")
    x.register_hook(lambda g: g * 3.0)
    twin = again(x)
    (twin * 1.0).backward()
    assert (twin.label, twin.grad) == ("x", 1.0)


def test_a_hook_dies_with_its_node_and_makes_no_cycle():
    class Hook:
        def __call__(self, g):
            return None

    hook = Hook()
    alive = weakref.ref(hook)
    x = Value(1.0)
    handle = x.register_hook(hook)
    gc.disable()
    try:
        del hook, x, handle
        assert alive() is None
    finally:
        gc.enable()


def test_a_hook_cannot_write_the_gradient():
    x = Tensor([1.0, 2.0], requires_grad=True)

    def halve(g):
        g *= 0.5

    x.register_hook(halve)
    with pytest.raises(ValueError, match="read-only"):
        (x + x).sum().backward()
    assert x.grad is None


def test_misuse():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    with pytest.raises(TypeError, match="register_hook: expected a function, got int"):
        x.register_hook(3)
    with pytest.raises(GradientError, match=r"register_hook: .*not tracked"):
        Tensor([1.0]).register_hook(print)
    with no_grad(), pytest.raises(GradientError, match="not tracked"):
        (x * 2).register_hook(print)
    x.register_hook(lambda g: np.ones(3))
    with pytest.raises(ValueError, match=r"hook of 'x' gave: shape \(3,\)"):
        x.sum().backward()
    assert x.grad is None
    v = Value(1.0)
    v.register_hook(lambda g: "a")
    with pytest.raises(TypeError, match="expected a real number, got str"):
        (v * 2).backward()
    assert v.grad is None


def test_without_hooks_the_loop_runs_over_the_plain_list():
    """What a pass costs without hooks: the observers are asked once, not for every node."""
    run = backward._Pass()
    before, backward.observers[:] = backward.observers[:], []
    try:
        assert backward._observed(run, run.results, run.leaves) is run.results
    finally:
        backward.observers[:] = before
