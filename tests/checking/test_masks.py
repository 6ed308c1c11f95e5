"""Graphs with infinities that a mask puts there are checked; others are not, and say so."""

import numpy as np
import pytest

from micrograd_act import Tensor, custom_op, gradcheck
from micrograd_act.functional import amax, logsumexp, scaled_dot_product_attention, softmax, where

MASK = Tensor([0.0, -np.inf, 0.0])


@pytest.fixture
def x():
    return Tensor([1.0, 0.0, 2.0], requires_grad=True)


def test_causal_attention(rng):
    q, k, v = (Tensor(rng.normal(size=(2, 3, 4)), requires_grad=True) for _ in range(3))
    y = (scaled_dot_product_attention(q, k, v, is_causal=True) ** 2).sum()
    report = gradcheck(y, order=2)
    assert "large numbers in place of infinities" in str(report)
    assert gradcheck(
        lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True).sum(), (q, k, v)
    )


@pytest.mark.parametrize("f", [lambda z: softmax(z)[0], lambda z: logsumexp(z, 0), amax])
def test_a_mask_that_is_added_or_chosen(f, x):
    assert gradcheck(f(x + MASK))
    assert gradcheck(f(where(np.array([True, False, True]), x, -np.inf)))


def test_a_wrong_rule_behind_a_mask_is_found(x):
    def forward(s):
        e = np.exp(s - s.max())
        return e / e.sum()

    slip = custom_op(forward, lambda g, y, s: y * g, name="slip")
    report = gradcheck((slip(x + MASK) * Tensor([1.0, 2.0, 3.0])).sum(), raise_exception=False)
    assert {failure.op for failure in report.failures} == {"slip"}


def test_infinities_without_a_mask_are_inconclusive(x):
    with np.errstate(divide="ignore"):
        y = x.log().sum()
    report = gradcheck(y, raise_exception=False)
    assert report.verdict == "inconclusive"
    assert "log: its result is not finite" in str(report)


def test_a_masked_result_itself_is_inconclusive(x):
    report = gradcheck((x + MASK).sum(), raise_exception=False)
    assert report.verdict == "inconclusive"
    assert "sum: its result is not finite" in str(report)
