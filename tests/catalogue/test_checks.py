"""`check_activation`: every planted mistake is found and named, and nothing that is right."""

import math
import pickle

import numpy as np
import pytest

from micrograd_act import ActivationError, activation, check_activation, leaky_relu
from micrograd_act import functional as F  # noqa: N812
from micrograd_act.catalogue.claims import refuted
from tests.broken import WRONG_FACTS
from tests.catalogue.own import RIGHT, WRONG, own, tanh_vjp
from tests.catalogue.reading import TABLE

CURVES = {card.title: card.op for card in TABLE.cards if not card.shown_as}
VECTORS = {card.title: card for card in TABLE.cards if card.shown_as}


def test_there_are_built_in_ones():
    assert {"gelu", "relu", "sign", "sin", "prelu(weight=0.25)"} <= set(CURVES)


@pytest.mark.parametrize("name", CURVES)
def test_a_built_in_activation_passes_without_a_note(name):
    report = check_activation(CURVES[name])
    assert report
    assert not report.notes, report


@pytest.mark.parametrize("name", VECTORS)
def test_what_is_claimed_of_a_cut_through_a_vector_holds(name):
    card = VECTORS[name]
    assert refuted(card.op, card.measured) == []


@pytest.mark.parametrize(
    "op",
    [
        leaky_relu.bind(negative_slope=0.2),
        F.elu.bind(alpha=2.0),
        F.softplus.bind(beta=50.0),
        F.hardtanh.bind(min_val=-3.0, max_val=0.5),
        F.celu.bind(alpha=1e-3),
    ],
)
def test_so_does_one_with_other_parameters(op):
    assert check_activation(op)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_one_passes(name):
    report = check_activation(RIGHT[name], raise_exception=False)
    assert report, report
    assert "facts" in report.checked


@pytest.mark.parametrize("name", WRONG)
def test_a_planted_mistake_is_named_with_its_place(name):
    planted = WRONG[name]
    report = check_activation(planted.op, raise_exception=False)
    assert not report
    first = report.findings[0]
    assert first.kind == planted.kind, report
    assert planted.words in first.message, report
    if planted.x is not None:
        assert first.x == pytest.approx(planted.x, rel=1e-9, abs=1e-300), report


def test_a_wrong_fact_does_not_spoil_the_others():
    report = check_activation(
        own(np.tanh, symmetry="even", monotone=False, range=(-1.0, 1.0)), raise_exception=False
    )
    assert [f.kind for f in report.findings] == ["fact: symmetry", "fact: monotone"]


# A user need not say who else has the slopes, and knows nothing of `slopes`.
OF_BUILT_IN_ONES = {("convention", "missing"), ("affine", "slopes say otherwise")}


@pytest.mark.parametrize(("fact", "fault"), sorted(set(WRONG_FACTS) - OF_BUILT_IN_ONES))
def test_the_planted_facts_of_the_contract_tests_are_caught_too(fact, fault):
    report = check_activation(WRONG_FACTS[fact, fault], raise_exception=False)
    assert not report, report


@pytest.mark.parametrize(
    ("fn", "vjp", "note"),
    [
        (lambda x: np.exp(-(x**2)), None, "nan at x = −∞: the slope is NaN, its limit is 0"),
        (lambda x: x / np.sqrt(1 + x * x), None, "overflow at x = −1.341e154: the value turns"),
        (lambda x: np.log(1 + x**2), None, "overflow at x = −1.341e154: the value is infinite"),
        (lambda x: np.where(x > 0, x, 0.0), None, "nan: it turns NaN into 0"),
        (np.tanh, lambda g, y, x: g * (1 - y * y), "digits at x = 18.99: from here up vjp gives"),
        (F.relu, lambda g, y, x: g * np.where(x > 0, 1.0, 0.0), "dtype: the derivative of float32"),
        (
            lambda x: F.abs(x) + F.log1p(F.exp(-2 * F.abs(x))),
            None,
            "curvature at x = 0: the second derivative is 0, differences of the slope say 1",
        ),
    ],
)
def test_what_does_no_harm_is_a_note(fn, vjp, note):
    report = check_activation(own(fn, vjp))
    assert report
    assert any(str(found).startswith(note) for found in report.notes), report
    assert f"  note: {note}" in str(report)


def test_a_given_derivative_answers_for_infinity():
    fn, claimed = RIGHT["bump"].forward, {"left": (0.0, 0.0)}
    with pytest.raises(ActivationError, match="nan at x = −∞: the slope is NaN"):
        check_activation(own(lambda x: np.exp(-(x**2)), lambda g, y, x: -2 * g * x * y))
    with pytest.raises(ActivationError, match="fact: left at x = −∞: the slope is NaN, not 0"):
        check_activation(own(lambda x: fn(None, x), **claimed))


def test_the_error_carries_the_report():
    op = WRONG["x(1 − x)"].op
    with pytest.raises(ActivationError) as caught:
        check_activation(op)
    report = caught.value.report
    assert isinstance(caught.value, AssertionError)
    assert str(caught.value) == str(report) == repr(report)
    assert str(report).startswith("check_activation: own fails\n  slope at x = ")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.report == report
    assert report.to_dict()["findings"] == [report.findings[0]._asdict()]
    assert report.to_dict()["name"] == "own"


def test_a_passing_report_says_what_was_checked():
    report = check_activation("gelu")
    checked = "value, derivative, dtypes, limits, slope, curvature, digits, facts"
    assert str(report) == f"check_activation: gelu passes ({checked})"
    assert report.to_dict() == {
        "name": "gelu",
        "findings": [],
        "notes": [],
        "checked": checked.split(", "),
    }


def test_the_function_is_left_alone_with_what_it_may_change():
    held = np.array([1.0, 2.0])

    def reads(x):
        return x * float(held[0])

    state = np.random.get_state()[1].tolist()
    check_activation(own(reads))
    assert held.tolist() == [1.0, 2.0]
    assert np.random.get_state()[1].tolist() == state


def test_the_same_report_twice():
    for name in ("slope off by 1e-6", "naive swish", "fact: odd"):
        first, again = (check_activation(WRONG[name].op, raise_exception=False) for _ in "ab")
        assert str(first) == str(again)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ("reluu", ValueError, "did you mean relu"),
        (np.tanh, TypeError, r"make one of it with activation\(fn\)"),
        (F.softmax, TypeError, "not an elementwise function of one variable"),
        (F.add, TypeError, "is no activation"),
        (3.0, TypeError, "float is no activation"),
    ],
)
def test_what_is_no_activation(wrong, error, message):
    with pytest.raises(error, match=message):
        check_activation(wrong)


def test_claims_written_in_full():
    from micrograd_act.ops import Facts

    facts = Facts(left=(-1.0, 0.0), right=(1.0, 0.0), range=(-1.0, 1.0), symmetry="odd")
    report = check_activation(activation(np.tanh, vjp=tanh_vjp, facts=facts), raise_exception=False)
    assert [f.kind for f in report.findings] == ["fact: monotone"]
    assert check_activation(activation(np.tanh, vjp=tanh_vjp, facts=facts._replace(monotone=True)))
    assert math.isinf(facts.smoothness)
