"""Code written for micrograd, unchanged but for the import."""

import numpy as np
import pytest

from micrograd_act import Value


def test_readme_example():
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    assert f"{g.data:.4f}" == "24.7041"
    g.backward()
    assert f"{a.grad:.4f}" == "138.8338"
    assert f"{b.grad:.4f}" == "645.5773"


def test_the_augmented_assignments_of_the_readme_rebind_and_leave_the_operands_alone():
    a = Value(3.0)
    c = a
    c += 1
    assert c is not a
    assert (a.data, c.data) == (3.0, 4.0)
    assert c.inputs[0] is a


def test_prev_and_op_are_readable():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    assert c._prev == {a, b}
    assert (a * a)._prev == {a}
    assert c._op
    assert a._op == ""
    assert a._prev == set()


def micrograd_order(root):
    """micrograd's own topological sort, over `_prev`."""
    order, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build(child)
            order.append(v)

    build(root)
    return order


def test_a_pasted_topological_sort_finds_every_node_once():
    a, b = Value(2.0), Value(2.0)
    y = (a * b + a) * (a * b + a)
    order = micrograd_order(y)
    assert len(order) == 7
    assert all(order.index(x) < order.index(n) for n in order for x in n._prev)


def test_update_loop():
    w = Value(3.0)
    losses = []
    for _ in range(3):
        loss = (w - 1) ** 2
        w.grad = 0
        loss.backward()
        w.data -= 0.25 * w.grad
        losses.append(loss.data)
    assert losses == [4.0, 1.0, 0.25]
    assert w.data == 1.25


def test_sum_of_a_list_starts_from_the_integer_zero():
    xs = [Value(float(i)) for i in range(5)]
    total = sum(xs)
    total.backward()
    assert total.data == 10.0
    assert [x.grad for x in xs] == [1.0] * 5


@pytest.mark.parametrize(
    "number", [2, 2.0, True + 1, np.int64(2), np.float64(2), np.float32(2), np.uint8(2)]
)
def test_numbers_of_every_kind_on_both_sides(number):
    x = Value(4.0)
    y = number * x - number / x + x / number - (number - x) + (x - number) + (number + x)
    y.backward()
    assert type(y) is Value
    assert type(y.data) is float
    assert y.data == 8 - 0.5 + 2 + 2 + 2 + 6
    assert type(x.grad) is float
    assert x.grad == 2 + 0.125 + 0.5 + 1 + 1 + 1


@pytest.mark.parametrize("number", [2, 2.0, np.int64(2), np.float64(2), np.float32(2)])
def test_numbers_of_every_kind_as_base_and_as_exponent(number):
    x = Value(3.0)
    y = x**number
    y.backward()
    assert (type(y), y.data, x.grad) == (Value, 9.0, 6.0)
    x = Value(3.0)
    y = number**x
    y.backward()
    assert (type(y), y.data) == (Value, 8.0)
    assert x.grad == pytest.approx(8 * np.log(2), rel=1e-15)


def test_reciprocal_power():
    x = Value(4.0)
    y = x**-1
    y.backward()
    assert (y.data, x.grad) == (0.25, -0.0625)


def test_an_integer_becomes_a_float():
    x = Value(2)
    assert type(x.data) is float
    assert (x / 4).data == 0.5
    x.data = 3
    assert type(x.data) is float


@pytest.mark.parametrize("number", [-1.0, -0.0, 0.0, 1.0])
def test_relu_of_a_value_holds_a_float(number):
    y = Value(number).relu()
    assert type(y.data) is float
    assert y.data == max(number, 0.0)


def test_repr_is_micrograds():
    x = Value(2.0)
    assert repr(x) == "Value(data=2.0, grad=None)"
    (x * 1).backward()
    assert repr(x) == "Value(data=2.0, grad=1.0)"
    assert f"{x.data:.2f} {x:.1f}" == "2.00 2.0"


def test_what_every_node_can_do():
    x = Value(2.0)
    y = x * x
    y.retain_grad()
    y.backward()
    assert y.grad == 1.0
    assert y.numpy().shape == ()
    assert y.numpy() == y.item() == y.detach().data == 4.0
    with pytest.raises(ValueError, match="read-only"):
        y.numpy()[()] = 3.0
