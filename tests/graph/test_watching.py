"""The lines that made nodes, and the node where the first NaN or infinity appeared."""

import sys
import threading

import numpy as np
import pytest

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    detect_anomaly,
    functional,
    grad,
    nodes,
    record_lines,
)
from micrograd_act.graph import node, operators, tensors, value, watching


def here(offset=0):
    return f"{__file__}:{sys._getframe(1).f_lineno + offset}"


def test_every_node_knows_its_line():
    with record_lines():
        x = Value(2.0)
        at_x = here(-1)
        y = functional.tanh(x * 3.0)
        at_y = here(-1)
        t = Tensor([1.0], requires_grad=True)
        at_t = here(-1)
        z = functional.softmax(np.ones(1) * t) + y
        at_z = here(-1)
    assert x.created_at == at_x
    assert y.created_at == y.inputs[0].created_at == at_y
    assert t.created_at == at_t
    assert z.created_at == at_z
    assert (y * 2).created_at is None
    assert {n.created_at for n in nodes(z)} == {at_x, at_y, at_t, at_z}


def test_off_means_that_nothing_is_different():
    plain = node.next_serial
    with record_lines(), record_lines():
        assert value.next_serial is not plain
        assert node.next_serial is plain  # for whoever imports it meanwhile
    for module in (operators, tensors, value):
        assert module.next_serial is plain
    with pytest.raises(ZeroDivisionError), record_lines():
        1 / 0  # noqa: B018
    assert value.next_serial is plain
    before = len(node.lines)
    Value(1.0) + 2.0
    assert len(node.lines) == before


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(watching, "_MOST", 100)
    node.lines.clear()
    with record_lines():
        for _ in range(500):
            x = Value(1.0)
    assert len(node.lines) <= 100
    assert x.created_at is not None


def test_threads():
    def build(found):
        found.append(all((Value(1.0) + i).created_at is not None for i in range(300)))

    found = []
    with record_lines():
        threads = [threading.Thread(target=build, args=(found,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [True] * 4


def test_errors_name_the_lines():
    with record_lines():
        w = Value(2.0, label="w")
        y = w * w
        read = here(-1)
        w.data = 3.0
        changed = here(-1)
        with pytest.raises(GradientError) as raised:
            y.backward()
        assert f"'w' was changed (at {changed}) after this node read it (at {read})" in str(
            raised.value
        )
        a, b = Tensor(np.ones(3), label="a"), Tensor(np.ones(4))
        made = here(-1)
        with pytest.raises(ValueError, match="do not broadcast") as raised:
            a + b
        assert f"(3,) of 'a' (made at {made}) and (4,) (made at {made})" in str(raised.value)


def test_the_first_in_the_forward_pass_is_named():
    with detect_anomaly():
        x = Tensor([1.0, 0.0, 2.0], requires_grad=True, label="x")
        with np.errstate(divide="ignore"):
            y = x.log()
        at = here(-1)
        y.label = "logs"
        z = (y * 2.0 + y).sum()
        with pytest.raises(GradientError) as raised:
            z.backward()
        assert str(raised.value) == (
            f"anomaly: log 'logs' of 'x' gave -inf at 1 in the forward pass, made at {at}"
        )
        assert x.grad is None
        with pytest.raises(GradientError, match="log 'logs' of 'x' gave -inf"):
            grad(z, x)
        leaf = Value(float("nan"), label="bad")
        with pytest.raises(GradientError, match="the leaf 'bad' gave nan in the forward pass"):
            (leaf * 2.0).backward()


def test_the_first_in_the_backward_pass_is_named():
    """The slope of a square root is infinite at 0, and times 0 it is NaN further back."""
    with detect_anomaly():
        x = Value(0.0, label="x")
        square = x * x
        y = functional.sqrt(square)
        at = here(-1)
        for call in (
            y.backward,
            lambda: grad(y, x),
            lambda: grad(y, x, create_graph=True),
        ):
            with pytest.raises(GradientError) as raised:
                call()
            message = str(raised.value)
            assert message.startswith("anomaly: sqrt gave its input the gradient inf in the back")
            assert message.endswith(f"made at {at}")
        assert x.grad is None
    grad(y, x)  # outside, NaN travels as before


def test_finite_numbers_pass():
    with detect_anomaly():
        x = Tensor([1.0, 2.0], requires_grad=True)
        (x * x).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_another_thread_does_not_detect():
    def infinite(found):
        x = Value(0.0)
        functional.sqrt(x).backward()
        found.append(x.grad)

    found = []
    with detect_anomaly():
        thread = threading.Thread(target=infinite, args=(found,))
        thread.start()
        thread.join()
    assert found == [float("inf")]
