"""Tensors made from sizes: NumPy's numbers, the asked-for dtype, reproducible random numbers."""

import numpy as np
import pytest

from micrograd_act import Tensor, manual_seed, tensor
from micrograd_act import functional as F  # noqa: N812

MADE = {
    "zeros": (lambda: F.zeros(2, 3), np.zeros((2, 3))),
    "zeros of a tuple": (lambda: F.zeros((2, 3)), np.zeros((2, 3))),
    "zeros of nothing": (lambda: F.zeros(), np.zeros(())),
    "ones": (lambda: F.ones(3, dtype=np.float32), np.ones(3, np.float32)),
    "full": (lambda: F.full((2, 1), 7.5), np.full((2, 1), 7.5)),
    "full of integers": (lambda: F.full(2, 7), np.array([7, 7])),
    "arange": (lambda: F.arange(4), np.arange(4)),
    "arange from": (lambda: F.arange(1.0, 2.0, 0.25), np.arange(1.0, 2.0, 0.25)),
    "linspace": (lambda: F.linspace(-1, 1, 5), np.linspace(-1, 1, 5)),
    "eye": (lambda: F.eye(2), np.eye(2)),
    "eye, not square": (lambda: F.eye(2, 3), np.eye(2, 3)),
    "zeros_like": (lambda: F.zeros_like(tensor([1, 2])), np.zeros(2, int)),
    "ones_like": (
        lambda: F.ones_like(tensor([[1.0]], dtype=np.float32)),
        np.ones((1, 1), np.float32),
    ),
    "full_like": (lambda: F.full_like(np.ones(2), 3, dtype=int), np.array([3, 3])),
}


@pytest.mark.parametrize("name", MADE)
def test_made(name):
    make, wanted = MADE[name]
    made = make()
    assert type(made) is Tensor
    assert made.dtype == wanted.dtype
    assert not made.requires_grad
    np.testing.assert_array_equal(made.numpy(), wanted)
    assert made.shape == wanted.shape


def test_tracked():
    for made in (F.zeros(2, requires_grad=True), F.randn(2, requires_grad=True)):
        made.sum().backward()
        assert made.grad.tolist() == [1.0, 1.0]
    with pytest.raises(TypeError, match="int64 has no gradient"):
        F.arange(3, requires_grad=True)


def test_random_numbers_come_from_the_seed():
    manual_seed(7)
    first = [F.randn(50), F.rand(50), F.randint(0, 3, (50,)), F.dropout(F.ones(50))]
    manual_seed(7)
    again = [F.randn(50), F.rand(50), F.randint(0, 3, (50,)), F.dropout(F.ones(50))]
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    assert not np.array_equal(F.rand(50).numpy(), first[1].numpy())
    assert set(first[2].tolist()) == {0, 1, 2}
    assert 0 <= first[1].numpy().min() <= first[1].numpy().max() < 1
    assert F.randn(2, generator=3).tolist() == F.randn(2, generator=3).tolist()
    generator = np.random.default_rng(3)
    assert F.randn(2, generator=generator).tolist() != F.randn(2, generator=generator).tolist()
    assert F.rand(2, dtype=np.float32).dtype == np.float32


BAD = {
    "negative": (lambda: F.zeros(-1), ValueError, r"zeros: a size cannot be negative, got \(-1,\)"),
    "negative steps": (lambda: F.linspace(0, 1, -2), ValueError, "linspace: a size cannot be"),
    "floats": (lambda: F.ones(1.5), TypeError, r"ones: expected integers, got \(1.5,\)"),
    "no step": (lambda: F.arange(0, 1, 0), ValueError, "arange: step must not be 0"),
    "no range": (lambda: F.randint(3, 3, 2), ValueError, "low=3 must be below high=3"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_refused(case):
    call, kind, words = BAD[case]
    with pytest.raises(kind, match=words):
        call()
