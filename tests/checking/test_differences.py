"""Differences: the error bar holds, kinks show both sides, noise and edges are seen."""

import mpmath
import numpy as np
import pytest

from micrograd_act.checking.differences import slope


def at(function, *points, unit=1.0):
    """The slope of an elementwise function at points moved by `unit`."""
    x = np.array(points)

    def moved(t):
        with np.errstate(all="ignore"):
            return function(x + t * unit)

    return slope(moved, moved(0.0))


SMOOTH = {
    "exp": (np.exp, mpmath.exp, (0.0, 1.0, -30.0, 5.0)),
    "log": (np.log, lambda x: 1 / x, (0.3, 1.0, 7.0)),
    "tanh": (np.tanh, lambda x: mpmath.sech(x) ** 2, (0.0, 0.5, -2.0, 6.0)),
    "sin 50x": (lambda x: np.sin(50 * x), lambda x: 50 * mpmath.cos(50 * x), (0.0, 0.7, 3.0)),
    "stiff": (lambda x: np.exp(-1e4 * x), lambda x: -1e4 * mpmath.exp(-1e4 * x), (0.0, 1e-4)),
    "bump": (
        lambda x: np.exp(-((1e3 * x) ** 2)),
        lambda x: -2e6 * x * mpmath.exp(-((1e3 * x) ** 2)),
        (1e-3, 2e-3),
        1e-3,
    ),
    "cube": (lambda x: x**3, lambda x: 3 * x * x, (0.0, 1e-3, 2.0)),
    "cancelling": (lambda x: (x + 1e8) - 1e8, lambda x: 1, (0.3, 2.0)),
    "x|x|": (lambda x: x * np.abs(x), lambda x: 2 * abs(x), (0.0, 1.0, -0.01)),
    "constant": (lambda x: 0 * x + 3.0, lambda x: 0, (0.0, 1.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_the_error_bar_holds(name):
    function, derivative, points, *unit = SMOOTH[name]
    found = at(function, *points, unit=unit[0] if unit else 1.0)
    wanted = np.array([float(derivative(mpmath.mpf(x))) for x in points])
    assert not np.any(found.kinked)
    wanted = wanted * (unit[0] if unit else 1.0)
    assert np.all(np.abs(found.low - wanted) <= 4 * found.error)
    assert np.all(found.error <= 1e-6 * np.abs(wanted) + 1e-5 * found.size)


def test_most_slopes_are_right_to_ten_digits(rng):
    x = rng.normal(size=500)
    found = at(lambda x: np.sin(x) * np.exp(x), *x)
    wanted = np.exp(x) * (np.sin(x) + np.cos(x))
    off = np.abs(found.low - wanted)
    assert np.median(off / np.abs(wanted)) < 1e-12
    assert np.mean(off <= found.error) > 0.99
    assert np.all(off <= 4 * found.error)


@pytest.mark.parametrize(
    ("function", "x", "sides"),
    [
        (np.abs, 0.0, (-1, 1)),
        (lambda x: np.maximum(x, 0.0), 0.0, (0, 1)),
        (lambda x: np.maximum(np.exp(x), 1.0), 0.0, (0, 1)),
        (lambda x: np.abs(x - 0.3) + x**2, 0.3, (-0.4, 1.6)),
        (lambda x: -np.abs(x), 0.0, (-1, 1)),
    ],
)
def test_a_kink_shows_both_sides(function, x, sides):
    found = at(function, x)
    assert found.kinked[0]
    assert (found.low[0], found.high[0]) == pytest.approx(sides, abs=4 * found.error[0] + 1e-9)


@pytest.mark.parametrize("distance", [1e-1, 1e-3, 1e-5])
def test_near_a_kink_the_slope_is_that_of_its_own_side(distance):
    found = at(np.abs, distance, -distance)
    assert not np.any(found.kinked)
    assert np.all(np.abs(found.low - [1, -1]) <= 4 * found.error + 1e-12)
    assert np.all(found.error < 1e-3)


def test_an_end_of_the_domain_has_one_side():
    found = at(lambda x: np.sqrt(x) * x, 0.0)
    assert found.low[0] == pytest.approx(0.0, abs=4 * found.error[0])
    assert found.error[0] < 1e-3
    both = at(lambda x: np.where(np.abs(x) > 0, np.nan, x), 0.0)
    assert np.isinf(both.error[0])


@pytest.mark.parametrize("jump", [np.sign, lambda x: np.heaviside(x, 0.0)])
def test_a_jump_has_no_slope(jump):
    found = at(jump, 0.0)
    assert found.error[0] > 0.1 * np.abs(found.low[0])


@pytest.mark.parametrize("x", [0.7, 2169.7, -131.2])
def test_a_staircase_is_flat_though_coarse_steps_climb_it(x):
    found = at(np.floor, x, unit=2.0 ** np.floor(np.log2(abs(x))))
    assert abs(found.low[0]) <= 4 * found.error[0] < 1e-2


def test_a_function_in_float32_has_a_wide_bar(rng):
    def function(x):
        return np.tanh(x.astype(np.float32)).astype(float)

    x = rng.uniform(-2, 2, size=300)
    found = at(function, *x)
    off = np.abs(found.low - 1 / np.cosh(x) ** 2)
    assert np.mean(off <= 4 * found.error) > 0.995
    assert np.median(found.error) < 1e-2


def test_each_output_is_judged_alone():
    """A step over the kink of one element, or out of its domain, spoils no other."""
    found = at(np.abs, 1e-4, 1.0, 0.0)
    assert found.low[1] == 1.0
    assert found.error[1] < 1e-12
    found = at(np.log, 1e-3, 1.0)
    assert np.all(np.abs(found.low - [1e3, 1]) <= 4 * found.error)
    assert np.all(found.error < [1e-3, 1e-10])
