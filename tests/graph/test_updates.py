"""Data changed after the forward pass: normal between steps, an error for a graph that read it."""

import contextlib
import copy
import pickle

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, Value, functional, grad, no_grad, tensor


def set_data(w):
    w.data = w.data * 2


def add_to_data(w):
    w.data += 1


def subtract_from_data(w):
    w.data -= 1


def scale_data(w):
    w.data *= 2


def divide_data(w):
    w.data /= 2


def raise_data(w):
    w.data **= 2


def set_one_element(w):
    w.data[0] = 7.0


def add_to_one_element(w):
    w.data[1] += 7.0


def set_a_slice(w):
    w.data[:] = 7.0


def set_all(w):
    w.data[...] = np.zeros(w.shape)


def add_under_no_grad(w):
    with no_grad():
        w += 1


def subtract_under_no_grad(w):
    with no_grad():
        w -= 0.1 * w.data


def scale_under_no_grad(w):
    with no_grad():
        w *= 2


def divide_under_no_grad(w):
    with no_grad():
        w /= 2


def raise_under_no_grad(w):
    with no_grad():
        w **= 2


ANY = [
    set_data, add_to_data, subtract_from_data, scale_data, divide_data, raise_data,
    add_under_no_grad, subtract_under_no_grad, scale_under_no_grad, divide_under_no_grad,
    raise_under_no_grad,
]  # fmt: skip
OF_ARRAYS = [set_one_element, add_to_one_element, set_a_slice, set_all]
CHANGES = [(Value, c) for c in ANY] + [(Tensor, c) for c in ANY + OF_ARRAYS]


@pytest.fixture(params=CHANGES, ids=lambda p: f"{p[0].__name__}-{p[1].__name__}")
def case(request):
    kind, change = request.param
    if kind is Value:
        return Value(3.0, label="w"), change
    return Tensor([3.0, 4.0], requires_grad=True, label="w"), change


def ones(node):
    return np.ones(node.shape) if node.shape else 1.0


def test_a_graph_that_read_the_old_data_raises_and_changes_no_gradient(case):
    w, change = case
    x = Value(5.0)
    y = w * x
    z = y * w
    z.backward(ones(z))
    before = [np.array(n.grad) for n in (w, x, y, z)]
    change(w)
    for attempt in (
        lambda: z.backward(ones(z)),
        lambda: y.backward(ones(y)),
        lambda: grad(z, x, ones(z)),
        lambda: grad(z, w, ones(z)),
        lambda: grad(z, y, ones(z), create_graph=True),
    ):
        with pytest.raises(GradientError, match=r"mul.*'w'.*changed"):
            attempt()
        for node, expected in zip((w, x, y, z), before, strict=True):
            np.testing.assert_array_equal(node.grad, expected)


def test_the_recorded_numbers_stay(case):
    w, change = case
    y = w * 2
    expected = np.array(y.data)
    identical = functional.identity(w)
    also = np.array(identical.data)
    change(w)
    np.testing.assert_array_equal(y.data, expected)
    np.testing.assert_array_equal(identical.data, also)
    assert not np.array_equal(w.data, also)


def test_a_graph_built_after_the_change_is_right(case):
    w, change = case
    (w * w).backward(ones(w))
    change(w)
    w.grad = None
    y = w * w
    y.backward(ones(y))
    np.testing.assert_allclose(w.grad, 2 * np.asarray(w.data))


def test_a_part_that_did_not_read_the_leaf_still_works(case):
    w, change = case
    x = Value(5.0)
    before = x * 3
    _ = w * x
    change(w)
    after = before * w
    after.backward(ones(after))
    assert x.grad == pytest.approx(3 * np.sum(w.data))


def test_a_view_of_the_leaf_is_read_like_any_result():
    w = tensor([1.0, 2.0], requires_grad=True)
    y = (w.reshape(2, 1) * 3).sum()
    w.data += 1
    with pytest.raises(GradientError):
        y.backward()


def test_a_change_of_untracked_data_is_seen_too():
    x, c = tensor([1.0, 2.0], requires_grad=True), tensor([3.0, 4.0], label="c")
    y = (x * c).sum()
    c.data -= 1
    with pytest.raises(GradientError, match="'c'"):
        y.backward()
    assert x.grad is None
    y = (x * c).sum()
    c[0] = 9.0
    with pytest.raises(GradientError, match="'c'"):
        y.backward()


def test_requires_grad_set_false_under_a_graph_hides_nothing():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    x.requires_grad = False
    with contextlib.suppress(GradientError):
        y.backward()
    assert x.grad is None


def test_an_update_to_the_same_number_counts(case):
    w, _ = case
    y = w * 2
    w.data *= 1
    with pytest.raises(GradientError):
        y.backward(ones(y))


@pytest.mark.parametrize("kind", ["value", "tensor", "float32"])
@pytest.mark.parametrize("style", ["data", "no_grad", "assign"])
def test_gradient_descent(kind, style):
    dtype = np.float32 if kind == "float32" else float
    w = Value(3.0) if kind == "value" else Tensor([3.0, 5.0], dtype=dtype, requires_grad=True)
    held = w
    for _ in range(20):
        loss = (w - 1) ** 2
        loss = loss if kind == "value" else loss.sum()
        w.grad = None
        loss.backward()
        if style == "data":
            w.data -= 0.25 * w.grad
        elif style == "assign":
            w.data = w.data - 0.25 * w.grad
        else:
            with no_grad():
                w -= 0.25 * w.grad
    assert w is held
    np.testing.assert_allclose(w.data, np.asarray(w.data) * 0 + 1, atol=1e-5)
    assert w.requires_grad
    assert w.is_leaf
    if kind != "value":
        assert w.dtype == dtype


def test_outside_no_grad_an_augmented_assignment_makes_a_node():
    for w in (Value(3.0), tensor(3.0, requires_grad=True)):
        before = w
        total = w
        total += 1
        total *= 2
        assert total is not before
        assert float(before.data) == 3.0
        total.backward()
        assert float(before.grad) == 2.0


def test_under_no_grad_a_result_is_never_written_to():
    for w in (Value(3.0), tensor(3.0, requires_grad=True)):
        y = w * 2
        kept = y
        with no_grad():
            y += 1
        assert float(kept.data) == 6.0
        assert float(y.data) == 7.0
        kept.backward()
        assert float(w.grad) == 2.0


def test_results_can_be_neither_set_nor_written():
    for y in (Value(1.0) * 2, tensor([1.0, 2.0], requires_grad=True) * 2):
        before = np.array(y.data)
        with pytest.raises(GradientError, match="mul"):
            y.data = y.data
        with pytest.raises((GradientError, ValueError)):
            y.data += 1
        if y.shape:
            with pytest.raises(ValueError, match="read-only"):
                y.data[0] = 5.0
        np.testing.assert_array_equal(y.data, before)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (np.ones(3), ValueError),
        (1.0, TypeError),
        ("a", TypeError),
        (None, TypeError),
        (np.ones(2) * 1j, (TypeError, ValueError)),
        (np.array(["a", "b"]), (TypeError, ValueError)),
        (np.array([None, 1.0]), (TypeError, ValueError)),
    ],
)
def test_wrong_data_changes_nothing_and_leaves_the_graph_alone(wrong, error):
    w = tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()
    with pytest.raises(error):
        w.data = wrong
    assert w.tolist() == [1.0, 2.0]
    y.backward()
    assert w.grad.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("wrong", [np.ones(3), np.ones((3, 2)), "a", None, 1j])
def test_a_wrong_update_changes_nothing(wrong):
    w = tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()
    with pytest.raises((TypeError, ValueError)):
        w.data += wrong
    with pytest.raises((TypeError, ValueError)), no_grad():
        w += wrong
    with pytest.raises((TypeError, ValueError, IndexError)):
        w.data[5] = 1.0
    assert w.tolist() == [1.0, 2.0]
    y.backward()
    assert w.grad.tolist() == [2.0, 4.0]


def test_an_update_that_overflows_under_errstate_changes_nothing():
    w = tensor([1e300, 1.0], requires_grad=True)
    y = (w * 2).sum()
    with np.errstate(over="raise"):
        with pytest.raises(FloatingPointError), no_grad():
            w *= 1e300
        with pytest.raises(FloatingPointError):
            w.data *= 1e300
    assert w.tolist() == [1e300, 1.0]
    y.backward()
    assert w.grad.tolist() == [2.0, 2.0]


def test_integers_are_not_truncated_silently():
    n = tensor([1, 2, 3])
    with pytest.raises(TypeError):
        n.data /= 2
    with pytest.raises(TypeError), no_grad():
        n += 0.5
    with pytest.raises(TypeError), no_grad():
        n /= 2
    assert n.tolist() == [1, 2, 3]
    n.data += 1
    assert n.tolist() == [2, 3, 4]
    assert n.dtype.kind == "i"


def test_data_kept_from_before_an_update_shows_the_old_numbers():
    w = tensor([1.0, 2.0], requires_grad=True)
    kept, plain = w.data, w.numpy()
    w.data += 1
    with no_grad():
        w += 1
    assert kept.tolist() == plain.tolist() == [1.0, 2.0]
    assert w.tolist() == [3.0, 4.0]


def test_an_update_under_no_grad_is_seen_by_nobody_who_holds_the_buffer():
    w = tensor([1.0, 2.0], requires_grad=True)
    held = [
        functional.identity(w), w.reshape(2, 1), w.detach(), Tensor(w), copy.copy(w),
        copy.deepcopy(w), w.numpy(), w.data, w[:1], np.asarray(w),
    ]  # fmt: skip
    numbers = [np.array(h.data if isinstance(h, Tensor) else h) for h in held]
    with no_grad():
        w += 10
        w *= 2
    for holder, expected in zip(held, numbers, strict=True):
        array = holder.data if isinstance(holder, Tensor) else holder
        np.testing.assert_array_equal(array, expected)
    assert w.tolist() == [22.0, 24.0]


@pytest.mark.parametrize(
    "remade",
    [copy.copy, copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_staleness_survives_copies(remade, case):
    w, change = case
    y = w * 5
    change(w)
    with pytest.raises(GradientError):
        remade(y).backward(ones(y))
    fresh = remade(w * 5)
    fresh.backward(ones(fresh))


@pytest.mark.parametrize(
    "remade",
    [copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))],
    ids=["deepcopy", "pickle"],
)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_copied_together_the_stale_stay_stale_and_the_fresh_fresh(remade, order):
    w = Value(2.0)
    stale = w * 3
    w.data = 4.0
    fresh = w * 5
    again = remade([(stale, fresh, w)[i] for i in order])
    stale, fresh, w = (again[order.index(i)] for i in range(3))
    fresh.backward()
    assert w.grad == 5.0
    with pytest.raises(GradientError):
        stale.backward()
    w.data = 6.0
    with pytest.raises(GradientError):
        fresh.backward()


@pytest.mark.parametrize("part", [lambda x: x[0], lambda x: x.reshape(2, 1), lambda x: x.T])
def test_an_assignment_to_a_part_does_not_vanish(part):
    x = tensor([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"index the whole at once"):
        part(x)[0] = 3.0
    assert x.tolist() == [[1.0, 2.0]]
    copy_of_it = part(x).detach()
    copy_of_it[0] = 3.0
    x[0, 1] = 4.0
    assert x.tolist() == [[1.0, 4.0]]
    assert copy_of_it.numpy().ravel()[0] == 3.0
