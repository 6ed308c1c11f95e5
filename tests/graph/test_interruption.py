"""An error or an interrupt anywhere in a pass leaves all gradients as they were."""

import linecache
import os
import sys
import threading

import numpy as np
import pytest

import micrograd_act
from micrograd_act import Tensor, Value, activation, functional, grad, nodes, tensor

PACKAGE = os.path.dirname(micrograd_act.__file__)


def line_of(frame):
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()


class Interrupted:
    """Raises KeyboardInterrupt at the nth line that the package executes.

    Not at a ``with`` or ``try``: the tracer comes there between the block and what guards it, where
    CPython takes no interrupt.
    """

    def __init__(self, n):
        self.left = n

    def trace(self, frame, event, arg):
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line" and not line_of(frame).startswith(("with ", "try:")):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        return self.trace

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self.trace)

    def __exit__(self, *error):
        sys.settrace(self.before)


def scalar_graph():
    x, w = Value(2.0), Value(3.0)
    inner = x * w
    return (inner * inner + x).tanh() * w + 2


def array_graph():
    x = tensor([[1.0, 2.0]], requires_grad=True)
    w = tensor([[0.5], [0.25]], requires_grad=True)
    b = Value(0.5)
    h = functional.relu(x @ w + b)
    return (functional.stack([h, h]) * b + x.sum()).mean()


def gradients(graph):
    return [None if n.grad is None else np.array(n.grad) for n in graph]


def equal(a, b):
    return all(
        (x is None and y is None)
        or (x is not None and y is not None and x.tobytes() == y.tobytes())
        for x, y in zip(a, b, strict=True)
    )


@pytest.mark.parametrize("build", [scalar_graph, array_graph])
def test_an_interrupt_at_any_line_of_backward_changes_all_or_nothing(build):
    root = build()
    graph = nodes(root)
    root.backward()
    once = gradients(graph)
    root.backward()
    twice = gradients(graph)
    assert not equal(once, twice)

    interrupted = 0
    for n in range(1, 10_000):
        for node, g in zip(graph, once, strict=True):
            node.grad = g
        try:
            with Interrupted(n):
                root.backward()
        except KeyboardInterrupt:
            interrupted += 1
        else:
            break
        now = gradients(graph)
        assert equal(now, once) or equal(now, twice), f"interrupted at line {n}"
        for node, g in zip(graph, once, strict=True):
            node.grad = g
        root.backward()
        assert equal(gradients(graph), twice), f"the pass after the interrupt at line {n}"
    assert interrupted > 40


@pytest.mark.parametrize("build", [scalar_graph, array_graph])
@pytest.mark.parametrize("create_graph", [False, True])
def test_an_interrupt_at_any_line_of_grad_changes_nothing(build, create_graph):
    root = build()
    graph = nodes(root)
    leaves = [n for n in graph if n.is_leaf and n.requires_grad]
    root.backward()
    once = gradients(graph)
    # the derivative's graph is long: a line in every seven is enough
    for n in range(1, 100_000, 7 if create_graph else 1):
        try:
            with Interrupted(n):
                grad(root, leaves, create_graph=create_graph)
        except KeyboardInterrupt:
            assert equal(gradients(graph), once), f"interrupted at line {n}"
        else:
            break
    assert n > 40
    root.backward()


class MisfortuneError(Exception):
    pass


@pytest.mark.parametrize(
    "error", [MisfortuneError, KeyboardInterrupt, ValueError, ZeroDivisionError]
)
@pytest.mark.parametrize("make", [Value, lambda v: Tensor(v, requires_grad=True)])
def test_an_error_in_a_users_rule(error, make):
    broken = True

    def vjp(g, y, x):
        if broken:
            raise error("in the rule")
        return g * 2 * x

    square = activation(lambda x: x * x, name="square", vjp=vjp)
    x, w = make(3.0), make(2.0)
    w.grad = np.full(w.shape, 5.0) if w.shape else 5.0
    y = square(x * 1) * w + w
    graph = nodes(y)
    before = gradients(graph)
    for attempt in (y.backward, lambda: grad(y, x), lambda: grad(y, [w, x], create_graph=True)):
        with pytest.raises(error, match="in the rule"):
            attempt()
        assert equal(gradients(graph), before)
    broken = False
    y.backward()
    assert float(x.grad) == 12.0
    assert float(w.grad) == 5.0 + 10.0


def test_the_lock_is_free_after_an_error():
    def vjp(g, y, x):
        raise MisfortuneError

    y = activation(lambda x: x, name="f", vjp=vjp)(Value(1.0))
    with pytest.raises(MisfortuneError):
        y.backward()
    w = Value(1.0)
    other = threading.Thread(target=(w * 2).backward, daemon=True)
    other.start()
    other.join(10)
    assert not other.is_alive()
    assert w.grad == 2.0


def test_an_overflow_while_adding_up_leaves_all_gradients():
    w, v = (tensor([1.0, 1.0], requires_grad=True) for _ in range(2))
    w.grad, v.grad = np.full(2, 5.0), np.full(2, 1e308)
    y = w * 1 + v * 1e308
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        y.backward(np.ones(2))
    assert w.grad.tolist() == [5.0, 5.0]
    assert v.grad.tolist() == [1e308, 1e308]
    assert y.grad is None
    v.grad = None
    y.backward(np.ones(2))
    assert w.grad.tolist() == [6.0, 6.0]


@pytest.mark.parametrize("make", [Value, lambda v: Tensor(v, requires_grad=True)])
@pytest.mark.parametrize("first", [True, False], ids=["met before", "not met before"])
def test_a_pass_inside_a_rule_adds_to_the_same_leaf(make, first):
    w = make(2.0)

    def vjp(g, y, x):
        (w * w).backward()
        return g * 2 * x

    square = activation(lambda x: x * x, name="square", vjp=vjp)
    y = square(w) + w * 10 if first else w * 10 + square(w)
    y.backward()
    assert float(w.grad) == 4.0 + 4.0 + 10.0
    inner = make(3.0)
    y = square(inner) * w
    w.grad = None
    y.backward()
    assert float(inner.grad) == 2 * 3 * 2
    assert float(w.grad) == 9.0 + 4.0


def test_grad_inside_a_rule_of_a_pass():
    w = Value(2.0)
    inner = w * w

    def vjp(g, y, x):
        return g * grad(inner, w).data

    y = activation(lambda x: x * 4, name="four", vjp=vjp)(w) + inner
    y.backward()
    assert w.grad == 8.0
    assert inner.grad == 1.0


def test_a_rule_sees_no_gradient_of_the_pass_it_is_in():
    seen = []
    w = Value(2.0)
    w.grad = 5.0

    def vjp(g, y, x):
        seen.append(w.grad)
        return g * 2 * x

    square = activation(lambda x: x * x, name="square", vjp=vjp)
    (square(w) * w).backward()
    assert seen == [5.0]
    assert w.grad == 5.0 + 12.0


@pytest.mark.parametrize("returned", [None, "text", [1.0], np.ones((3, 2))], ids=repr)
def test_a_rule_that_returns_nonsense_is_named(returned):
    strange = activation(lambda x: x * 1, name="strange", vjp=lambda g, y, x: returned)
    for x in (Value(1.0), tensor([1.0, 2.0], requires_grad=True)):
        y = strange(x)
        with pytest.raises((TypeError, ValueError), match="strange"):
            y.backward(np.ones(2) if x.shape else 1.0)
        assert x.grad is None
