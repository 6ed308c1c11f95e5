"""What a ledger refuses, and what it says then."""

import pytest

from micrograd_act import GradientError, Tensor, Value, no_grad, paths, relu, tanh
from micrograd_act.pathways import Paths


def test_no_length_but_a_count():
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"use \.count"):
        len(paths(x * 2, x))
    assert paths(x * 2, x)
    assert isinstance(paths(x * 2, x), Paths)


@pytest.mark.parametrize(
    ("y", "x"), [(3.0, Value(1.0)), (Value(1.0), "x"), ([Value(1.0)], Value(1.0))]
)
def test_wrong_types(y, x):
    with pytest.raises(TypeError, match=r"paths: [yx] must be a Value or a Tensor, got \w+"):
        paths(y, x)


def test_untracked_nodes():
    x = Value(1.0)
    with no_grad():
        y = x * 2
    with pytest.raises(GradientError, match=r"paths, y: .*requires_grad=True"):
        paths(y, x)
    with pytest.raises(GradientError, match=r"paths, x: .*requires_grad=True"):
        paths(x * 2, Tensor([1.0]))


def test_bad_arguments():
    x = Value(1.0)
    ledger = paths(x * x, x)
    with pytest.raises(ValueError, match="asked for 3 paths, but there are 2"):
        ledger.top(3)
    with pytest.raises(ValueError, match="must not be negative"):
        ledger.top(-1)
    with pytest.raises(TypeError, match="float"):
        ledger.top(1.5)


def test_a_leaf_that_changed_is_noticed():
    x = Value(1.0)
    y = x * x
    ledger = paths(y, x)
    x.data = 5.0
    with pytest.raises(GradientError, match="changed after"):
        _ = ledger.total
    with pytest.raises(GradientError, match="changed after"):
        list(ledger)


def test_a_position_is_told_to_ask_for_the_top():
    x = Value(2.0)
    with pytest.raises(TypeError, match=r"\.top\(k\)"):
        paths(x * 3, x)[0]


@pytest.mark.parametrize(
    ("nonlinear", "message"),
    [
        ("tahn", r"an activation or a function of a node; .*'tahn'; did you mean tanh"),
        ("Any", r"'activations', 'any', an activation"),
        (None, r"a function of a node, got None"),
        (3, r"a function of a node, got 3"),
    ],
)
def test_what_counts_must_be_known(nonlinear, message):
    x = Value(1.0)
    with pytest.raises(ValueError, match=message):
        paths(x * x, x, nonlinear=nonlinear)


def test_a_function_that_answers_no_question():
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"nonlinear\(node\) must say true or false, got a Value"):
        _ = paths(tanh(x), x, nonlinear=lambda node: relu(node)).by_activations
    with pytest.raises(TypeError, match=r"split: key\(node\) must be hashable, got list"):
        paths(tanh(x), x).split(lambda node: [1])


def test_a_cotangent_that_is_no_number():
    x = Value(1.0)
    for wrong in ([1.0, 2.0], "1", Tensor([1.0, 2.0])):
        with pytest.raises((TypeError, ValueError), match="paths: gradient"):
            paths(x * x, x, wrong)


def test_limits_that_make_no_sense():
    x = Value(1.0)
    with pytest.raises(ValueError, match="limit must be at least 1, got 0"):
        paths(x * x, x, limit=0)
    with pytest.raises(TypeError, match="float"):
        paths(x * x, x, limit=1e3)
