"""Histograms with the same range on both sides of a comparison."""

import numpy as np

from micrograd_act.pathways.histograms import counts, joint_range, sparkline


def test_counts_are_numpys(rng):
    x = rng.normal(size=500)
    wanted, _ = np.histogram(x, 9, (x.min(), x.max()))
    assert counts(x, (x.min(), x.max())) == wanted.tolist()


def test_what_is_not_finite_is_left_out():
    x = np.array([np.nan, -np.inf, np.inf, 0.0, 9.0])
    assert joint_range(x) == (0.0, 9.0)
    assert counts(x, (0.0, 9.0)) == [1] + [0] * 7 + [1]


def test_ranges_that_overflow():
    x = np.array([-1.7e308, 1.7e308, 0.0])
    assert counts(x, joint_range(x)) == [1, 0, 0, 0, 1, 0, 0, 0, 1]


def test_the_smallest_and_the_largest_numbers():
    for scale in (5e-324, 1e-310, 1.7e308):
        x = np.array([0.0, 1.0, 1.0]) * scale
        assert counts(x, joint_range(x)) == [1] + [0] * 7 + [2]


def test_no_range():
    assert joint_range(None, np.array([])) is None
    assert joint_range(2.0, np.array([2.0, np.nan])) is None
    assert joint_range(2.0, 1.0) == (1.0, 2.0)


def test_the_largest_bin_is_full_and_the_smallest_is_seen():
    assert sparkline([0, 1, 10**6]) == "·▁█"
