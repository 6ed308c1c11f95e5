"""The error against the step: the numbers are those of the textbook, the plot shows them."""

import json
import pickle
import sys

import numpy as np
import pytest

from micrograd_act import Tensor, Value, check_vjp, gradcheck, relu, tanh
from micrograd_act.testing import error_by_step
from tests import broken

X = np.array([-1.0, 0.5, 2.0])


def test_the_errors_are_those_of_the_textbook():
    found = error_by_step(np.exp, 1.0)
    assert abs(found.numeric - np.e) <= found.error < 1e-11
    coarse = found.steps > 1e-3
    h = found.steps[coarse]
    assert found.forward[coarse] == pytest.approx(np.e * (np.expm1(h) / h - 1), rel=1e-9)
    assert found.central[coarse] == pytest.approx(np.e * (np.sinh(h) / h - 1), rel=1e-4)
    assert 1e-9 < found.forward.min() < 1e-7  # the bottom of each V
    assert 1e-12 < found.central.min() < 1e-9
    assert found.forward[-1] > 1e-2


def test_what_gradcheck_does_is_shown():
    found = error_by_step(np.exp, 1.0)
    assert found.step in found.checked
    stopped = found.checked <= found.step
    assert np.all(found.estimates[stopped] == 0)
    assert np.nanmin(found.estimates[~stopped]) > 0
    assert f"{found.numeric:.10g} ± {found.error:.1e}" in str(found) == repr(found)


def test_a_kink_has_two_slopes():
    found = error_by_step(lambda x: np.maximum(x, 0) * 2 + np.exp(x), 0.0, analytic=0.5)
    assert found.numeric == pytest.approx((1.0, 3.0), abs=found.error)
    assert np.nanmin(found.forward) < 1e-8
    assert np.nanmin(found.central) > 0.9
    assert found.off == pytest.approx(0.5)
    assert error_by_step(relu, 0.0, analytic=0.3).off == 0.0


def test_an_element_of_an_array():
    found = error_by_step(np.exp, X, index=1)
    assert (found.name, found.x) == ("exp", 0.5)
    assert found.numeric == pytest.approx(np.exp(0.5), abs=found.error)
    a, b = X, X[::-1]
    for index in (1, (1,), -2):
        found = error_by_step(np.outer, (a, b), input=1, index=index, output=(2, 1))
        assert found.numeric == pytest.approx(2.0, abs=1e-12)
    assert error_by_step(lambda x: np.sum(x**3), X, index=2).numeric == pytest.approx(12.0)


def test_outside_the_domain_there_is_nothing():
    found = error_by_step(lambda x: np.sqrt(x - 0.9), 1.0)
    assert np.isnan(found.central[0])
    assert found.numeric == pytest.approx(0.5 / np.sqrt(0.1), abs=4 * found.error)
    for nowhere in (error_by_step(np.log, -1.0, analytic=1.0), error_by_step(np.sign, 0.0)):
        assert not np.isfinite(nowhere.error)
        assert "no slope" in str(nowhere)


def cumsum(x):
    return np.cumsum(x), lambda g: (g,)


@pytest.mark.parametrize(
    "check",
    [
        lambda: gradcheck(broken.SLOPES["factor 2"].op(Value(0.5)), raise_exception=False),
        lambda: gradcheck(np.sin, X, grad=np.sin, raise_exception=False),
        lambda: gradcheck(
            relu(tanh(broken.SLOPES["one element"].op(Tensor(X, requires_grad=True)))),
            raise_exception=False,
        ),
        lambda: check_vjp(cumsum, X, raise_exception=False),
    ],
    ids=["scalar", "elementwise", "graph", "vjp"],
)
def test_a_failure_shows_its_own_numbers(check):
    failures = check().failures
    assert failures
    for failure in failures:
        found = error_by_step(failure)
        assert found.analytic == failure.analytic
        assert abs(found.numeric - failure.numeric) <= 4 * (found.error + failure.error)
        assert found.off > found.error


def test_a_failure_of_a_graph_has_its_name():
    h = broken.SLOPES["factor 2"].op(Value(0.5))
    report = gradcheck(h, raise_exception=False)
    assert error_by_step(report.failures[0]).name == "h"


def test_a_report_is_data_without_what_was_compared():
    report = gradcheck(np.sin, X, grad=lambda x: np.sin(x), raise_exception=False)
    json.dumps(report.to_dict())
    (failure,) = pickle.loads(pickle.dumps(report)).failures
    assert failure == report.failures[0]
    with pytest.raises(ValueError, match="no element with numbers; pass the function"):
        error_by_step(failure)


def test_nothing_is_changed():
    x = X.copy()

    def writing(x):
        x *= 2
        return x

    assert error_by_step(writing, x, index=0).numeric == pytest.approx(2.0)
    assert np.array_equal(x, X)


@pytest.mark.parametrize(
    ("arguments", "options", "error"),
    [
        ((np.exp,), {}, "TypeError: .*needs inputs"),
        ((np.exp, X), {}, "ValueError: .*input 0 has shape .3,.; pass index="),
        ((np.cumsum, X), {"index": 3}, "IndexError: .*has no element .3,."),
        ((np.exp, X), {"index": (0, 0)}, "IndexError: .*has no element .0, 0."),
        ((np.exp, X), {"index": 0, "input": 1}, "IndexError: .*no input 1, the function has 1"),
        ((np.outer, (X, X)), {"index": 0}, "ValueError: .*shape .3, 3.; pass output="),
        ((np.exp, np.arange(3)), {"index": 0}, "TypeError: error_by_step: input 0 is int64"),
    ],
)
def test_bad_arguments(arguments, options, error):
    kind, _, message = error.partition(": ")
    with pytest.raises(Exception, match=message) as caught:
        error_by_step(*arguments, **options)
    assert type(caught.value).__name__ == kind


def test_the_plot():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    found = error_by_step(np.exp, 1.0, analytic=2.72)
    ax = found.plot()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [
        "forward difference",
        "central difference",
        "gradcheck, after each of its steps",
        "gradient under test, off by 0.0006",
        f"gradcheck stops here, ± {found.error / np.e:.0e}",
    ]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert ax.lines[4].get_xydata().tolist() == [[found.step, found.error / found.scale]]
    figure, other = pyplot.subplots()
    assert error_by_step(np.exp, 1.0).plot(other) is other
    assert len(other.lines) == 4  # nothing under test
    for empty in (np.sign, lambda x: 2 * x, lambda x: x * x):
        error_by_step(empty, 0.0).plot(other)
    pyplot.close(ax.figure)
    pyplot.close(figure)


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"plot needs matplotlib; pip install 'micrograd_act\["):
        error_by_step(np.exp, 1.0).plot()
