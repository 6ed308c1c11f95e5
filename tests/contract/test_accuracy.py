"""The digits of every activation, its slope and its bend: as documented, also at fresh points."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from micrograd_act.ops import activations
from tests.broken import with_vjp
from tests.contract.accuracy import (
    TARGETS,
    away,
    bound,
    fresh,
    measured,
    on_numbers,
    representable,
    truth,
    worst,
)
from tests.contract.accuracy_page import PAGE, page, stored
from tests.contract.curves import CURVES

POINTS = 80
FOUND = stored()["curves"]
ENDS = np.array([-np.inf, np.inf])


def test_every_activation_has_a_curve():
    names = {getattr(activations, name).name for name in activations.__all__}
    assert names <= {curve.op or name for name, curve in CURVES.items()}
    assert set(FOUND) == set(CURVES)


@pytest.mark.parametrize("column", TARGETS)
def test_documented_errors_keep_the_targets(column):
    for name, row in FOUND.items():
        for (error, _), most in zip(row.get(column, ()), TARGETS[column], strict=False):
            assert error <= most, f"{name}, {column}: {error}"


@pytest.mark.parametrize("rival", ["torch", "jax"])
def test_no_documented_error_is_larger_than_of_others_by_two(rival):
    for name, row in FOUND.items():
        for (ours, _), (theirs, _) in zip(row["float64"], row[rival] or (), strict=False):
            assert not ours > theirs + 2, f"{name}: {ours}, {rival} {theirs}"


def test_the_page_is_what_was_found():
    assert PAGE.read_text(encoding="utf-8") == page(stored())


def at_fresh_points(curve, rng, dtype):
    """Random points, with a random parameter if there is one, and the truth about them."""
    p = curve.parameters(dtype, rng, 1)[-1]
    x = away(fresh(rng, dtype, POINTS), curve.kinks(p))
    return (p, *representable(truth(curve, x, p), x))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", CURVES)
def test_errors_at_fresh_points_are_within_the_documented_ones(name, dtype, rng):
    curve = CURVES[name]
    p, x, true = at_fresh_points(curve, rng, dtype)
    columns = {dtype.__name__: measured}
    if dtype is np.float64 and curve.elementwise:
        columns["numbers"] = on_numbers
    for column, evaluate in columns.items():
        found = worst(curve, evaluate(curve, x, p), true, x)
        rows = zip(found, FOUND[name][column], TARGETS[column], strict=True)
        for (error, at), (documented, _), most in rows:
            promised = bound(documented, most)
            assert error <= promised, f"{error} ulp at {at!r}, promised {promised}"


@pytest.mark.parametrize("name", [n for n, c in CURVES.items() if c.elementwise and n != "sin"])
def test_limits_and_nan_of_every_derivative(name):
    curve = CURVES[name]
    p = curve.p or 0.0
    at_nan = [np.nan] * (1 if name in ("identity", "affine") else 3)  # their slope is constant
    for evaluate in (measured, on_numbers):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parts = evaluate(curve, ENDS, p)
            undefined = evaluate(curve, np.array([np.nan]), p)
        assert not np.isnan(parts).any(), f"{name}: {parts} at both infinities"
        assert parts[2].tolist() == [0.0, 0.0], f"{name}: bends {parts[2]} at both infinities"
        np.testing.assert_array_equal(np.ravel(undefined[: len(at_nan)]), at_nan)


NAIVE = {
    "softplus": lambda F, x, p: F.log(1 + F.exp(x)),
    "tanhshrink": lambda F, x, p: x - F.tanh(x),
    "gelu": lambda F, x, p: x * (1 + F.erf(x / 2**0.5)) / 2,
    "silu": lambda F, x, p: x / (1 + F.exp(-x)),
    "softsign": lambda F, x, p: x / (1 + F.abs(x)),
    "log_softmax": lambda F, x, p: F.log(CURVES["softmax"].call(F, x, p)),
}
_A_MILLIONTH = with_vjp("tanh", lambda vjp, xp, g, y, x: vjp(xp, g, y, x) * (1 + 1e-6))
_FROM_THE_VALUE = with_vjp("tanh", lambda vjp, xp, g, y, x: g * (1 - y * y))
_WITHOUT_SUMS = with_vjp("softmax", lambda vjp, xp, g, y, x: y * (g - xp.sum(g * y, -1, True)))
WRONG = {
    **{name: replace(CURVES[name], call=call) for name, call in NAIVE.items()},
    "slope off by a millionth": replace(CURVES["tanh"], call=lambda F, x, p: _A_MILLIONTH(x)),
    "1 - p": replace(
        CURVES["softmax"],
        call=lambda F, x, p: _WITHOUT_SUMS(F.stack([x, F.full_like(x, p)], -1))[..., 0],
    ),
    "1 - tanh squared": replace(CURVES["tanh"], call=lambda F, x, p: _FROM_THE_VALUE(x)),
}


@pytest.mark.parametrize("name", WRONG)
def test_lost_digits_are_found(name, rng):
    p, x, true = at_fresh_points(WRONG[name], rng, np.float64)
    with np.errstate(all="ignore"):
        found = worst(WRONG[name], measured(WRONG[name], x, p), true, x)
    assert any(error > 1e4 for error, _ in found), found
