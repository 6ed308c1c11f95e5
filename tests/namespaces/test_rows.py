"""A few numbers give what they give as part of a large array."""

import numpy as np
import pytest

from micrograd_act.namespaces import rows
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.rows import rows_of

ROWS = {
    "ordinary": [[0.3, -1.2, 2.0, 0.0], [5.0, 5.0, -3.0, 1.0]],
    "confident": [[0.1, 40.3, 3.3, 1.0], [-700.1, 0.2, -30.7, -745.0]],
    "all the same": [[1.0, 1.0, 1.0, 1.0], [-2.5, -2.5, -2.5, -2.5]],
    "large": [[1e299, -1e299, 3.0, 1e298], [-1e-300, 0.0, -0.0, 1e-310]],
    "infinite": [[np.inf, 0.0, 1.0, 2.0], [-np.inf, 0.0, 1.0, 2.0]],
    "beyond": [[1.7e308, -1.7e308, 0.0, 1.0], [0.0, 1.0, 2.0, 3.0]],
}
LABELS = np.array([1, 3])


@pytest.mark.parametrize("name", ROWS)
def test_as_in_a_large_array(name):
    x = np.array(ROWS[name])
    many = np.concatenate([x, np.zeros((20, 4))])
    labels = np.concatenate([LABELS, np.zeros(20, dtype=int)])
    g = np.array([[0.5], [-2.0]])
    weights = np.concatenate([g, np.ones((20, 1))])
    close = {"rtol": 2e-15, "atol": 0.0}
    np.testing.assert_allclose(arrays.logsumexp(x, -1), arrays.logsumexp(many, -1)[:2], **close)
    kept = arrays.logsumexp(x, 1, keepdims=True)
    np.testing.assert_array_equal(kept[:, 0], arrays.logsumexp(x, 1))
    np.testing.assert_allclose(
        arrays.log_softmax_at(x, LABELS), arrays.log_softmax_at(many, labels)[:2], **close
    )
    np.testing.assert_allclose(
        arrays.softmax_excess(x, LABELS, g),
        arrays.softmax_excess(many, labels, weights)[:2],
        **close,
    )


def test_other_numbers_of_axes(rng):
    for shape in ((5,), (2, 1, 3), (2, 2, 2)):
        x = rng.normal(size=shape)
        wanted = np.log(np.exp(x).sum(-1))
        for axis in (-1, len(shape) - 1):
            found = arrays.logsumexp(x, axis)
            assert found.shape == wanted.shape
            np.testing.assert_allclose(found, wanted, rtol=1e-14)
            assert arrays.logsumexp(x, axis, keepdims=True).shape == (*shape[:-1], 1)


def test_what_is_small_and_moderate():
    assert rows_of(np.zeros((2, 8))) == [[0.0] * 8] * 2
    for other in (
        np.zeros((2, 9)),
        np.array(1.0),
        np.zeros((0, 3)),
        np.zeros((2, 2), np.float32),
        np.array([[np.nan, 0.0]]),
        np.array([[np.inf, 0.0]]),
    ):
        assert rows_of(other) is None


def test_the_way_of_a_few_numbers_is_taken(monkeypatch):
    def refused(*_):
        raise AssertionError("taken")

    monkeypatch.setattr(rows, "_powers", refused)
    for call in (
        lambda: arrays.logsumexp(np.zeros((2, 4)), 1),
        lambda: arrays.log_softmax_at(np.zeros((2, 4)), LABELS),
        lambda: arrays.softmax_excess(np.zeros((2, 4)), LABELS, np.ones((2, 1))),
    ):
        with pytest.raises(AssertionError, match="taken"):
            call()
