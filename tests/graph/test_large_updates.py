"""A large leaf that nothing else holds is updated in its buffer: nobody may be able to tell."""

import copy

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, functional, grad, no_grad

LARGE = 20_000


def large():
    return Tensor(np.arange(float(LARGE)), requires_grad=True, label="w")


HOLDERS = {
    "identity": functional.identity,
    "view": lambda w: w.reshape(2, -1),
    "slice": lambda w: w[1:],
    "detach": lambda w: w.detach(),
    "tensor": Tensor,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "numpy": lambda w: w.numpy(),
    "data": lambda w: w.data,
    "row of data": lambda w: w.data[2:],
    "asarray": np.asarray,
    "memory": lambda w: np.frombuffer(memoryview(w.numpy())),
    "grad": lambda w: grad(w.sum() + (w * w).sum(), w),
    "tuple of pieces": lambda w: w[:5].data,
}


@pytest.mark.parametrize("name", HOLDERS)
def test_who_holds_a_large_buffer_does_not_see_it_updated(name):
    w = large()
    holder = HOLDERS[name](w)
    numbers = np.array(holder.data if isinstance(holder, Tensor) else holder)
    with no_grad():
        w += 10
        w *= 2
        w -= np.ones(LARGE)
        w /= 3
    array = holder.data if isinstance(holder, Tensor) else holder
    np.testing.assert_array_equal(array, numbers)
    np.testing.assert_allclose(w.data, ((np.arange(LARGE) + 10) * 2 - 1) / 3)


def test_a_large_update_is_seen_by_a_graph_that_read_the_old_data():
    w = large()
    y = (w * w).sum()
    y.backward()
    before = w.grad.copy()
    with no_grad():
        w -= 0.1 * w.grad
    with pytest.raises(GradientError, match="'w'"):
        y.backward()
    np.testing.assert_array_equal(w.grad, before)


@pytest.mark.parametrize(
    "wrong", [np.ones(3), np.ones((2, LARGE)), "a", None, 1j, np.ones(LARGE) * 1j]
)
def test_a_wrong_large_update_changes_nothing(wrong):
    w = large()
    y = w.sum()
    with pytest.raises((TypeError, ValueError)), no_grad():
        w += wrong
    np.testing.assert_array_equal(w.data, np.arange(float(LARGE)))
    y.backward()


@pytest.mark.parametrize("how", ["raise", "warn"])
def test_a_large_update_that_overflows_is_whole_or_seen(how):
    """Warnings are errors here, and NumPy's comes when the numbers have been written."""
    w = large()
    y = (w * w).sum()
    with np.errstate(over=how), pytest.raises((FloatingPointError, RuntimeWarning)), no_grad():
        w *= 1e305
    if np.array_equal(w.data, np.arange(float(LARGE))):
        y.backward()
        np.testing.assert_array_equal(w.grad, 2 * np.arange(float(LARGE)))
    else:
        with pytest.raises(GradientError, match="'w'"):
            y.backward()


def test_a_large_update_by_its_own_pieces():
    start = np.arange(float(LARGE)).reshape(2, -1)
    w = Tensor(start, requires_grad=True)
    with no_grad():
        w -= w[0]
        w += w.data[1]
        w += w
    np.testing.assert_array_equal(w.data, 2 * (start - start[0] + (start - start[0])[1]))
    square = Tensor(np.arange(40_000.0).reshape(200, 200), requires_grad=True)
    expected = square.numpy() + square.numpy().T
    with no_grad():
        square += square.T
    np.testing.assert_array_equal(square.data, expected)
