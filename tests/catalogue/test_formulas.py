"""Formulas of one's own: read from code or graph, differentiated, and written as one would."""

import numpy as np
import pytest

from micrograd_act import activation, where
from micrograd_act import functional as F  # noqa: N812
from micrograd_act.catalogue.evaluating import slope
from micrograd_act.catalogue.formulas import formulas_of
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.expressions import evaluate
from micrograd_act.namespaces.notation import text
from tests.catalogue.own import own

WRITTEN = {
    "maximum": (lambda x: np.maximum(x, 0), "1 if x > 0 else 0.5 if x = 0 else 0"),
    "two lines": (
        lambda x: np.maximum(x, 0.1 * x),
        "1 if x > 0.1·x else 0.55 if x = 0.1·x else 0.1",
    ),
    "minimum": (lambda x: np.minimum(x, 2.0), "0 if x > 2 else 0.5 if x = 2 else 1"),
    "square of a maximum": (lambda x: np.maximum(x, 0) ** 2, "2·x if x > 0 else 0"),
    "where": (lambda x: where(x > 0, x, 0.1 * x), "1 if x > 0 else 0.1"),
    "where in a product": (
        lambda x: 2 * where(x > 0, x**2, 0 * x) + x,
        "1 + 4·x if x > 0 else 1",
    ),
    "two maxima of one pair": (
        lambda x: np.maximum(x, 0) + 0.2 * np.minimum(x, 0),
        "1 if x > 0 else 0.6 if x = 0 else 0.2",
    ),
    "size": (np.abs, "sign(x)"),
    "product": (lambda x: np.exp(-(x**2)), "−2·x·exp(−x²)"),
    "with a parameter": (lambda x: F.softplus(x, beta=2.0), "σ(2·x)"),
    "quotient": (lambda x: x / np.sqrt(1 + x * x), None),
    "clipped": (lambda x: np.clip(x, -1, 1), None),
    "elu": (lambda x: F.elu(x, alpha=0.5), None),
    "mish": (lambda x: x * np.tanh(np.log1p(np.exp(x))), None),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_derivative_is_written_in_cases_and_is_the_slope(name):
    fn, said = WRITTEN[name]
    op = own(fn)
    found = formulas_of(op)
    if said is not None:
        assert text(found.derivative) == said
    x = np.array([-2.5, -1.0, -0.3, 0.0, 0.3, 1.0, 2.0, 2.5])
    with np.errstate(all="ignore"):
        y = np.broadcast_to(evaluate(found.derivative, arrays, {"x": x}), x.shape)
        np.testing.assert_allclose(y, slope(op, x), rtol=1e-12, atol=1e-15)
        y = np.broadcast_to(evaluate(found.definition, arrays, {"x": x}), x.shape)
        np.testing.assert_allclose(y, op(x), rtol=1e-12, atol=1e-15)


def test_a_graph_is_read_where_symbols_lack_a_name():
    op = own(lambda x: np.exp(-(x**2)) + np.hypot(x, 1.0))
    assert text(formulas_of(op).definition) == "exp(−x²) + √(x² + 1)"


def test_what_differs_from_input_to_input_has_no_formula():
    def branch(x):
        return x * 2.0 if float(getattr(x, "data", x)) > 0 else x * 3.0

    assert formulas_of(activation(branch)) == (None, None)


def test_a_given_derivative_is_read_or_left_out():
    op = own(np.tanh, lambda g, y, x: g * (1 - y * y))
    assert text(formulas_of(op).derivative) == "1 − tanh²(x)"
    op = own(np.tanh, lambda g, y, x: g / np.cosh(np.asarray(x, dtype=float)) ** 2)
    assert formulas_of(op).derivative is None
