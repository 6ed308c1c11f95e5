"""`assert_gradients`, `assert_vjp`: gradient checks as assertions of `numpy.testing`'s kind."""

import inspect
import pickle

import numpy as np
import pytest

from micrograd_act import GradcheckError, Tensor, Value, check_vjp, gradcheck, log, tanh, testing
from micrograd_act.testing import assert_gradients, assert_vjp
from tests import broken

X = np.array([-1.0, 0.5, 2.0])


def sine(x):
    return np.sin(x), lambda g: (g * np.cos(x),)


def wrong_sine(x):
    return np.sin(x), lambda g: (g * np.sin(x),)


def test_it_returns_nothing_where_the_gradients_are_right():
    assert assert_gradients(tanh(Value(0.3))) is None
    assert assert_gradients(tanh, X, order=2) is None
    assert assert_gradients(np.sin, X, grad=np.cos) is None
    assert assert_gradients(np.exp, X, vjp=lambda g, y, x: g * y) is None
    assert assert_vjp(sine, X) is None


@pytest.mark.parametrize(
    "faulty",
    [
        lambda: assert_gradients(broken.SLOPES["factor 2"].op(Value(0.3))),
        lambda: assert_gradients(np.sin, X, grad=np.sin),
        lambda: assert_gradients(np.exp, X, vjp=lambda g, y, x: y),
        lambda: assert_gradients(np.sign, 0.0, grad=np.zeros_like),
        lambda: assert_vjp(wrong_sine, X),
    ],
)
def test_it_raises_where_they_are_not(faulty):
    with pytest.raises(GradcheckError) as caught:
        faulty()
    assert isinstance(caught.value, AssertionError)
    assert str(caught.value) == str(caught.value.report)


@pytest.mark.parametrize(
    "faulty",
    [
        lambda: assert_gradients(np.sin, X, grad=np.sin, err_msg="layer 3"),
        lambda: assert_vjp(wrong_sine, X, err_msg="layer 3"),
    ],
)
def test_a_message_of_the_callers_stands_first_and_survives_pickling(faulty):
    with pytest.raises(GradcheckError) as caught:
        faulty()
    text = str(caught.value)
    assert text == f"layer 3\n{caught.value.report}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


def test_the_seed_is_passed_on():
    messages = {str(_caught(seed)) for seed in (1, 1, 2)}
    assert len(messages) == 2


def _caught(seed):
    with pytest.raises(GradcheckError) as caught:
        # the report shows numbers for a random cotangent
        assert_gradients(np.cumsum, X, vjp=lambda g, y, x: g, seed=seed)
    return caught.value


def test_variables_of_the_caller_are_named():
    hidden = broken.SLOPES["factor 2"].op(Tensor(X, requires_grad=True))
    with pytest.raises(GradcheckError, match="exp 'hidden'"):
        assert_gradients(hidden)


def test_inconclusive_is_no_pass():
    with np.errstate(all="ignore"), pytest.raises(GradcheckError, match="inconclusive"):
        assert_gradients(log(Value(-1.0)))


@pytest.mark.parametrize(
    ("ours", "theirs"), [(assert_gradients, gradcheck), (assert_vjp, check_vjp)]
)
def test_every_argument_is_taken(ours, theirs):
    assert arguments(ours) - arguments(theirs) == {("err_msg", "")}
    assert arguments(theirs) - arguments(ours) == {("raise_exception", True)}


def arguments(function):
    parameters = inspect.signature(function).parameters.values()
    return {(p.name, p.default) for p in parameters}


def test_the_room_names_what_it_has():
    assert sorted(testing.__all__) == testing.__all__
    assert all(hasattr(testing, name) for name in testing.__all__)
