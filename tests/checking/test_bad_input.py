"""What a check cannot use is refused, or said to be what it is: never a wrong verdict."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, activation, check_vjp, gradcheck, tanh
from micrograd_act import functional as F  # noqa: N812


def sine(x):
    return np.sin(x), lambda g: (g * np.cos(x),)


def checked(*args, **kwargs):
    return gradcheck(*args, raise_exception=False, **kwargs)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: check_vjp(lambda x: (None, np.cos), 0.5), TypeError, "got nothing"),
        (lambda: gradcheck(lambda x: None, 0.5, vjp=lambda g, y, x: g), TypeError, "got nothing"),
        (lambda: gradcheck(lambda x: (x, x), 0.5, grad=np.cos), TypeError, "several outputs"),
        (lambda: check_vjp(lambda x: ((x, x), np.cos), 0.5), TypeError, "several outputs"),
        (lambda: check_vjp(sine, np.array([True])), TypeError, "input 0 is bool"),
        (lambda: gradcheck(np.add, (0.5, np.arange(3)), vjp=print), TypeError, "input 1 is int64"),
        (lambda: gradcheck(np.sin, [[1.0], [1.0, 2.0]], grad=np.cos), ValueError, "is no array"),
        (lambda: check_vjp(3, 0.5), TypeError, "expected a function, got int"),
        (lambda: gradcheck(np.sin, 0.5, grad=0.5), TypeError, "grad must be a function, got float"),
        (lambda: gradcheck(np.sin, 0.5, vjp=0.5), TypeError, "vjp must be a function, got float"),
        (
            lambda: gradcheck(np.sin, 0.5, vjp=lambda g, x: g),
            TypeError,
            r"called as vjp\(g, y, \*inputs\), with 3 arguments: too many",
        ),
        (
            lambda: gradcheck(np.add, (0.5, 0.5), grad=lambda a: (a, a)),
            TypeError,
            r"called as grad\(\*inputs\), with 2 arguments: too many",
        ),
    ],
)
def test_refused_at_once(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_inputs_that_are_not_finite_are_named_with_their_element(bad):
    x = np.array([[0.5, 1.0], [bad, 2.0]])
    for report in (
        checked(np.add, (1.0, x), vjp=lambda g, y, a, b: (g.sum(), g)),
        check_vjp(lambda a, b: (a + b, lambda g: (g.sum(), g)), 1.0, x, raise_exception=False),
        checked(lambda a, b: a + b, (1.0, x)),
    ):
        assert report.verdict == "inconclusive"
        assert f"its input 1 is not finite: element (1, 0) is {bad}" in str(report)
    assert f"its result is not finite: {bad} [" in str(checked(lambda x: bad, 0.5, grad=np.cos))


def test_chance_in_a_function_with_its_pullback():
    calls = iter(range(100))
    for fun in (
        lambda x: (x * next(calls), lambda g: (g,)),
        lambda x: (x + np.random.rand(*x.shape), lambda g: (g,)),
    ):
        report = check_vjp(fun, np.ones(2), raise_exception=False)
        assert report.verdict == "inconclusive"
        assert "not deterministic: two calls differ" in str(report)


@pytest.mark.parametrize("shape", [(0,), (0, 3)])
def test_an_empty_array(shape):
    x = np.zeros(shape)
    for report in (gradcheck(np.sin, x, grad=lambda x: 0 * x), check_vjp(sine, x)):
        assert report.gradients == 0
        assert "an empty array has no gradient to compare" in str(report)


@pytest.mark.parametrize("gradients", [(), (1.0,), (1.0, 1.0, 1.0)])
def test_a_backward_that_returns_the_wrong_number_of_gradients(gradients):
    for report in (
        checked(lambda a, b: a + b, (0.5, 0.5), vjp=lambda g, y, a, b: gradients),
        check_vjp(lambda a, b: (a + b, lambda g: gradients), 0.5, 0.5, raise_exception=False),
    ):
        assert [f.kind for f in report.failures] == ["number"]
        assert f"expected 2 gradients, one for each input, got {len(gradients)}" in str(report)


@pytest.mark.parametrize(
    ("found", "name"),
    [(np.ones(3), "a single ndarray"), ({"a": 1.0}, "a single dict"), (None, "nothing")],
)
def test_what_is_returned_in_place_of_a_tuple_of_gradients_is_named(found, name):
    report = check_vjp(lambda a, b: (a + b, lambda g: found), 0.5, 0.5, raise_exception=False)
    assert f"expected 2 gradients, one for each input, got {name}" in str(report)


def test_a_backward_that_raises_or_returns_nothing():
    for grad, message in (
        (lambda x: 1 / 0, "sin: the backward raised ZeroDivisionError: division by zero"),
        (lambda x: None, "grad= returned nothing; is a return missing?"),
        (lambda x: 1.0, "has shape (3,), its derivative (); return one slope for each element"),
    ):
        report = checked(np.sin, np.ones(3), grad=grad)
        assert [f.kind for f in report.failures] == ["raises"]
        assert message in str(report)


def test_a_layer_that_keeps_its_last_input_is_told_what_to_do():
    kept = {}

    def forward(x):
        kept["x"] = x
        return x * x

    report = checked(forward, np.ones(2), vjp=lambda g, y, x: 2 * g * kept["x"])
    assert [f.kind for f in report.failures] == ["stale"]
    assert "let it call the forward first, or make a new layer in each call" in str(report)


def test_a_derivative_of_what_is_not_elementwise_is_said_to_be_too_little():
    x = np.array([0.5, -1.0, 2.0])
    said = "grad= is for functions that are elementwise or return a single number; give vjp="
    assert said in str(checked(lambda x: x * x.sum(), x, grad=lambda x: 2 * x))
    assert said not in str(checked(np.sin, x, grad=np.sin))
    assert said not in str(checked(lambda x: (x * x).sum(), x, grad=np.sin))


@pytest.mark.parametrize("x", [0.5, -0.5])
def test_a_jump_is_said_to_be_one(x):
    assert "the function jumps here, and has no slope" in str(checked(F.hardshrink(Value(x))))
    report = checked(F.hardshrink, np.array([2.0, x]))
    assert "element (1,): the function jumps here, and has no slope" in str(report)
    assert report.verdict == "inconclusive"


def test_an_element_is_entered_once():
    def product(a, b):
        return a @ b, lambda g: (g @ b.T, a.T @ g + 1e-3 * g.sum())

    a, b = np.random.default_rng(0).normal(size=(2, 9, 9))
    report = check_vjp(product, a, b, raise_exception=False)
    places = [(f.input, f.index) for f in report.failures]
    assert len(places) == len(set(places)) > 1


def test_probe_points_are_not_counted_as_elements():
    def vjp(g, y, x):
        return g * (1 - y * y) * (1 + 1e-3 * (np.abs(x) > 1.2))

    op = activation(tanh, name="tail", vjp=vjp)
    report = checked(op(Tensor([0.1, 0.5], requires_grad=True)), probes=True)
    assert "point of the check's own" in str(report)
    assert "elements" not in str(report)


# guesses


def test_a_jacobian_from_its_other_side_is_transposed():
    rng = np.random.default_rng(0)
    for n in (2, 9):
        x, w = rng.normal(size=(3, n)), rng.normal(size=(n, n))
        report = check_vjp(
            lambda x, w: (x @ w, lambda g: (g @ w, x.T @ g)), x, w, raise_exception=False
        )
        assert {f.guess for f in report.failures} == {"transposed"}


@pytest.mark.parametrize(
    ("x", "slope", "guess"),
    [
        (np.ones(3), 0.7744, ""),
        (np.ones(3), 3.0, "factor 3"),
        (np.array([0.5, 1.0, 2.0]), 0.7744, "factor 0.7744"),
    ],
)
def test_equal_elements_are_no_evidence_of_a_factor(x, slope, guess):
    report = check_vjp(lambda x: (x + 1.0, lambda g: (slope * g,)), x, raise_exception=False)
    assert {f.guess for f in report.failures} == {guess}


def test_what_is_right_but_for_a_little_in_one_element_has_no_wrong_sign():
    x = np.random.default_rng(0).normal(size=300)
    off = 1 + 1e-6 * (np.arange(300) == 77)
    report = check_vjp(
        lambda x: (np.sum(x**2), lambda g: (2 * g * x * off,)), x, raise_exception=False
    )
    assert [(f.index, f.guess) for f in report.failures] == [((77,), "")]
