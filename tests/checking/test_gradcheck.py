"""What `gradcheck` accepts, returns, raises and leaves alone."""

import json
import pickle
import random
from functools import partial

import numpy as np
import pytest

import micrograd_act
from micrograd_act import (
    GradcheckError,
    GradientError,
    Tensor,
    Value,
    activation,
    check_vjp,
    exp,
    gradcheck,
    log,
    matmul,
    no_grad,
    nodes,
    relu,
    sqrt,
    tanh,
)
from micrograd_act.testing import error_by_step
from tests import broken


def leaf(x, **more):
    return Tensor(x, requires_grad=True, **more)


def wrong_graph():
    x = Value(0.5, label="x")
    y = broken.SLOPES["factor 2"].op(tanh(x))
    y.label = "h"
    return y * x


# inputs


@pytest.mark.parametrize(
    "inputs",
    [0.3, (0.3,), 2, np.array([0.3, -1.0]), [0.3, -1.0], np.float64(0.3), Value(0.3), leaf([0.3])],
)
def test_a_function_of_one_input(inputs):
    assert gradcheck(tanh, inputs)
    assert gradcheck(lambda x: tanh(x) * x, inputs, order=2)


def test_a_function_of_several_inputs(rng):
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(3,))
    assert gradcheck(matmul, (a, b))
    assert gradcheck(matmul, [a, b])
    assert gradcheck(lambda a, b, c: (a @ b * c).sum(), (leaf(a), b, 2.0))


def test_an_untracked_tensor_is_a_constant(rng):
    x = Tensor(rng.normal(size=(2, 3)))
    assert gradcheck(lambda x, w: x @ w, (x, rng.normal(size=3))).gradients == 3


def test_a_leaf_alone_and_a_users_activation():
    assert gradcheck(Value(1.0)).gradients == 0
    swish = activation(lambda x: x * micrograd_act.sigmoid(2 * x), name="swish2")
    assert gradcheck(swish(leaf([0.3, -2.0])), order=2)
    wrong = activation(lambda x: x * x, name="square", vjp=lambda g, y, x: g * x)
    report = gradcheck(wrong(leaf([0.3, -2.0])), raise_exception=False)
    assert [f.op for f in report.failures] == ["square"]


def test_plain_numpy_with_a_derivative(rng):
    x = rng.normal(size=(3, 2))
    assert gradcheck(np.sin, x, grad=np.cos)
    assert gradcheck(lambda x: np.sum(x**2), x, grad=lambda x: 2 * x)
    assert gradcheck(lambda a, b: a * b, (x, x), grad=lambda a, b: (b, a))
    for wrong in (np.sin, lambda x: np.cos(x) * (1 + 1e-7), lambda x: -np.cos(x)):
        report = gradcheck(np.sin, x, grad=wrong, raise_exception=False)
        assert report.verdict == "fail"
        assert report.failures[0].op == "sin"
        assert report.failures[0].numeric == pytest.approx(np.cos(x[report.failures[0].index]))


def test_plain_numpy_with_a_backward(rng):
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    assert gradcheck(np.matmul, (a, b), vjp=lambda g, y, a, b: (g @ b.T, a.T @ g))
    assert gradcheck(np.exp, a, vjp=lambda g, y, x: g * y)
    report = gradcheck(
        np.matmul, (a, b), vjp=lambda g, y, a, b: (g @ b.T, 2 * a.T @ g), raise_exception=False
    )
    assert {f.input for f in report.failures} == {1}
    report = gradcheck(np.add, (a, a[0]), vjp=lambda g, y, a, b: (g, g), raise_exception=False)
    assert [(f.kind, f.input) for f in report.failures] == [("shape", 1)]


def test_a_backward_that_writes_is_caught_and_harms_nobody(rng):
    x = rng.normal(size=3)
    before = x.copy()

    def writing(g, y, x):
        x *= 2
        return g

    report = gradcheck(lambda x: x + 0.0, x, vjp=writing, raise_exception=False)
    assert [f.kind for f in report.failures] == ["mutates"]

    def forward(x):
        x += 1.0
        return x * 2

    assert gradcheck(forward, x, grad=lambda x: np.full_like(x, 2.0))
    assert np.array_equal(x, before)


def test_a_path_that_leaves_the_graph(rng):
    x = rng.normal(size=3)
    for detached in (
        lambda x: x * x.data,
        lambda x: x + tanh(x).detach(),
        lambda x: Tensor(x.data),
    ):
        report = gradcheck(detached, x, raise_exception=False)
        assert {f.kind for f in report.failures} == {"detached"}


# verdicts


def test_what_is_not_finite_is_inconclusive_and_named():
    x = leaf([-1.0, 2.0], label="x")
    with np.errstate(all="ignore"):
        y = log(x)
        y.label = "h"
        report = gradcheck((y * 2).sum(), raise_exception=False)
    assert report.verdict == "inconclusive"
    assert {(d.op, d.label) for d in report.doubts} == {("log", "h"), ("mul", ""), ("sum", "")}
    assert "not finite" in str(report)
    with np.errstate(all="ignore"):
        assert gradcheck(sqrt(leaf([0.0])), raise_exception=False).verdict == "inconclusive"
        assert gradcheck(np.log, -1.0, grad=lambda x: 1 / x, raise_exception=False).doubts


def test_a_jump_is_inconclusive():
    report = gradcheck(np.sign, 0.0, grad=lambda x: 0.0 * x, raise_exception=False)
    assert report.verdict == "inconclusive"


def test_an_empty_array_is_right_and_said_to_be_empty():
    assert "empty" in str(gradcheck(exp(leaf(np.zeros(0)))))


def test_chance_is_named_and_not_called_a_wrong_gradient():
    calls = iter(range(100))
    for report in (
        gradcheck(lambda x: x * next(calls), 0.5, raise_exception=False),
        gradcheck(lambda x: x * np.random.rand(), 0.5, grad=lambda x: x, raise_exception=False),
    ):
        assert report.verdict == "inconclusive"
        assert "not deterministic" in str(report)


def test_a_value_that_its_op_did_not_compute():
    y = tanh(leaf([0.3]))
    y._data = y._data + 1
    report = gradcheck(y, raise_exception=False)
    assert [f.kind for f in report.failures] == ["stale"]


def test_only_a_pass_is_true():
    assert gradcheck(tanh(Value(0.3)))
    for faulty in (wrong_graph(), log(Value(-1.0))):
        report = gradcheck(faulty, raise_exception=False)
        assert not report
        with pytest.raises(GradcheckError) as caught:
            gradcheck(faulty)
        assert isinstance(caught.value, AssertionError)
        assert str(caught.value) == str(report)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(report)


# the report


def test_the_report_reads_well():
    report = gradcheck(wrong_graph(), raise_exception=False)
    text = str(report)
    assert text == repr(report)
    assert text.startswith("gradcheck: fail (3 nodes, 4 gradients)")
    assert "exp 'h', input 0: analytic 3.17486" in text
    assert "numeric 1.58743" in text
    assert report.failures[0].analytic == pytest.approx(2 * np.exp(np.tanh(0.5)))


def test_variables_of_the_caller_are_named():
    hidden = broken.SLOPES["factor 2"].op(leaf([0.5]))
    report = gradcheck(hidden, raise_exception=False)
    assert "exp 'hidden'" in str(report)


def test_the_report_as_a_dict():
    report = gradcheck(wrong_graph(), raise_exception=False)
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["verdict"] == "fail"
    assert plain["failures"][0]["op"] == "exp"
    assert set(plain) == {
        *("verdict", "nodes", "gradients", "kinks", "probes", "failures", "doubts", "notes"),
        "pieces",
    }
    assert set(plain["failures"][0]) == {
        *(
            "op",
            "label",
            "input",
            "index",
            "at",
            "line",
            "analytic",
            "numeric",
            "error",
            "kind",
            "message",
            "guess",
        ),
    }
    kinked = gradcheck(
        micrograd_act.ops.op.evaluate(broken.KINKS["below both sides"].op, (leaf([0.0]),)),
        raise_exception=False,
    )
    assert kinked.to_dict()["failures"][0]["numeric"] == (0.0, 1.0)
    assert "between 0 and 1" in str(kinked)


def test_a_long_report_is_cut():
    op = broken.SLOPES["factor 2"].op
    y = sum(op(Value(x / 50)) for x in range(50))
    report = gradcheck(y, raise_exception=False)
    assert len(report.failures) == 50
    assert "and 40 more failures" in str(report)
    assert str(report).count("\n") < 15


# nothing changes


def test_no_value_gradient_or_random_state_changes(rng):
    w = leaf(rng.normal(size=(2, 2)))
    y = (tanh(w @ w) * w).sum()
    y.backward()
    held = [(n, n._data.copy(), n.grad.copy(), n._serial) for n in nodes(y)]
    random.seed(3)
    np.random.seed(3)
    before = random.random(), np.random.rand()
    random.seed(3)
    np.random.seed(3)
    gradcheck(y, order=2)
    gradcheck(lambda w: (w * w).sum(), w)
    gradcheck(lambda x: np.sin(x) + 0 * np.random.rand(), 0.5, grad=np.cos)
    gradcheck(lambda x: np.sin(x) + 0 * random.random(), 0.5, grad=np.cos)
    assert (random.random(), np.random.rand()) == before
    for node, data, grad, serial in held:
        assert np.array_equal(node._data, data)
        assert np.array_equal(node.grad, grad)
        assert node._serial == serial


def test_gradients_stay_unset():
    x = Value(0.5)
    y = tanh(x) * x
    gradcheck(y, order=2)
    assert all(node.grad is None for node in nodes(y))


def test_the_same_seed_gives_the_same_report(rng):
    a = leaf(rng.normal(size=(3, 3)))

    def report(seed):
        y = broken.SLOPES["matmul not transposed"].op(a, a)
        return gradcheck(y, raise_exception=False, seed=seed)

    assert report(1).to_dict() == report(1).to_dict()
    assert report(1).failures[0].analytic != report(2).failures[0].analytic


def test_under_no_grad():
    with no_grad():
        assert gradcheck(tanh, 0.3)


# bad input


def test_bad_input():
    x = Value(0.3)
    for call, error, message in (
        (lambda: gradcheck(3), TypeError, "a node or a function, got int"),
        (lambda: gradcheck(tanh(x), 0.3), TypeError, "brings its own inputs"),
        (lambda: gradcheck(tanh(x), grad=np.cos), TypeError, "belong to a function"),
        (lambda: gradcheck(tanh, 0.3, order=3), ValueError, "order is 1 or 2, got 3"),
        (lambda: gradcheck(lambda x: None, 0.3), TypeError, "one node, got NoneType"),
        (lambda: gradcheck(lambda x: (x, x), 0.3), TypeError, "got several outputs"),
        (lambda: gradcheck(lambda x: x.data, 0.3), TypeError, "give its derivative as grad="),
        (lambda: gradcheck(tanh, np.array([1, 2])), TypeError, "input 0 is int64"),
        (lambda: gradcheck(tanh, "abc"), TypeError, "input 0 is <U3"),
        (lambda: gradcheck(tanh, 1j), TypeError, "input 0 is complex128"),
        (lambda: gradcheck(tanh, Tensor([1.0])), GradientError, "no input requires grad"),
        (lambda: gradcheck(tanh(Tensor([1.0]))), GradientError, "requires_grad=True"),
        (lambda: gradcheck(np.sin, (), grad=np.cos), TypeError, "needs inputs"),
        (lambda: gradcheck(np.sin, 1.0, grad=np.cos, vjp=np.cos), TypeError, "not both"),
        (lambda: gradcheck(np.sin, 1.0, grad=np.cos, order=2), ValueError, "order=2"),
        (lambda: gradcheck(lambda x: None, 1.0, grad=np.cos), TypeError, "got nothing"),
        (lambda: gradcheck(lambda x: 1j, 1.0, grad=np.cos), TypeError, "real numbers"),
    ):
        with pytest.raises(error, match=message):
            call()


def test_a_leaf_changed_after_the_forward_pass():
    x = leaf([0.3])
    y = relu(tanh(x))
    x.data = np.array([0.4])
    with pytest.raises(GradientError, match="changed after"):
        gradcheck(y)


def test_a_derivative_of_the_wrong_shape():
    for grad, kind, message in (
        (lambda x: np.ones(2), "raises", "derivative"),
        (lambda x: (x, x), "number", "expected 1 gradients"),
    ):
        report = gradcheck(np.sin, np.ones(3), grad=grad, raise_exception=False)
        assert [f.kind for f in report.failures] == [kind]
        assert message in str(report)
    report = gradcheck(
        lambda x: np.ones(2) * x.sum(), np.ones(3), grad=np.cos, raise_exception=False
    )
    assert "give vjp=" in str(report)


def test_served_lazily():
    assert micrograd_act.gradcheck is gradcheck
    assert micrograd_act.GradcheckError is GradcheckError


# a function with its pullback


def _product(a, b):
    return a * b, lambda g: (g * b, g * a)


def _wrong_product(a, b):
    return a * b, lambda g: (g * b, -g * a)


def test_a_function_with_its_pullback(rng):
    a, b = rng.normal(size=(2, 3))
    assert check_vjp(_product, a, b).gradients == 6
    assert check_vjp(_product, 2.0, [1.0, -3.0][0])
    with pytest.raises(GradcheckError, match="_wrong_product, input 1"):
        check_vjp(_wrong_product, a, b)


def test_what_is_no_pair():
    for fun, message in (
        (lambda x: x, r"must return \(y, vjp\)"),
        (lambda x: None, "got NoneType"),
        (lambda x: (x, x), r"must return \(y, vjp\)"),
        (lambda x: (None, np.cos), "got nothing"),
    ):
        with pytest.raises(TypeError, match=message):
            check_vjp(fun, np.ones(2))
    with pytest.raises(TypeError, match="needs inputs"):
        check_vjp(_product)


# what a user meets


def test_a_bare_array_is_the_gradient_of_one_input():
    assert check_vjp(lambda x: (x * 2, lambda g: 2 * g), np.array([0.5, -1.0, 2.0]))


def test_the_gradient_of_an_earlier_call_is_known_by_being_right_there():
    x, b = np.array([[0.5, -1.0], [2.0, 0.3]]), np.array([0.7, 0.2])

    def summed_wrongly(x, b):
        return x + b, lambda g: (g, g.sum(1))

    known = {}

    def remembered(x):
        known.setdefault("slope", np.cos(x))
        return np.sin(x), lambda g: (g * known["slope"],)

    report = check_vjp(summed_wrongly, x, b, raise_exception=False)
    assert ["stale" in failure.guess for failure in report.failures] == [False]
    report = check_vjp(remembered, np.array([0.5, -1.0]), raise_exception=False)
    assert "stale state" in report.failures[0].guess


def test_a_probe_names_the_element_of_the_input():
    def far_out(g, y, x):
        return g * (1 - y * y) * (1 + 1e-3 * (x < -2))

    op = activation(tanh, name="tail", vjp=far_out)
    x = leaf([[0.1, 0.5]])
    (failure,) = gradcheck(op(x), probes=True, raise_exception=False).failures
    assert failure.at < -2
    assert failure.index in ((0, 0), (0, 1))
    assert failure.message.endswith(("point of the check's own: near", "own: far out"))


def test_functions_without_a_name_have_a_short_one():
    class Layer:
        def __call__(self, x):
            return x, lambda g: (2 * g,)

    for fun, name in ((Layer(), "Layer"), (partial(apply, wrong_sine), "apply(wrong_sine)")):
        report = check_vjp(fun, 0.5, raise_exception=False)
        assert report.failures[0].op == name


def narrow(slope):
    """Code that computes in float32 whatever it is given."""

    def fun(x, w):
        x, w = x.astype(np.float32), w.astype(np.float32)
        h = np.tanh(x @ w)

        def vjp(g):
            gz = g.astype(np.float32) * slope(h)
            return gz @ w.T, x.T @ gz

        return h, vjp

    return fun


def test_code_in_float32_is_held_to_what_differences_can_tell(rng):
    inputs = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    report = check_vjp(narrow(lambda h: 1 - h * h), *inputs)
    assert "less than float64" in str(report)
    for wrong in (lambda h: np.float32(1.01) * (1 - h * h), lambda h: h * h - 1):
        report = check_vjp(narrow(wrong), *inputs, raise_exception=False)
        assert report.verdict == "fail"
        found = error_by_step(report.failures[0])
        assert 1e-8 < found.error < found.off


def apply(f, x):
    return f(x)


def wrong_sine(x):
    return np.sin(x), lambda g: (g * np.sin(x),)


def test_the_same_in_many_elements_is_said_once(rng):
    def product(a, b):
        return a @ b, lambda g: (-g @ b.T, a.T @ g)

    report = check_vjp(product, *rng.normal(size=(2, 3, 3)), raise_exception=False)
    lines = str(report).splitlines()
    assert lines[0] == "gradcheck: fail (18 gradients)"
    assert [line.count("guess: sign") for line in lines] == [0, 1, 1, 0]
    assert lines[3] == "  and the same in 7 more elements of that input"
    assert len(report.failures) == 9
    report = check_vjp(product, *rng.normal(size=(2, 4, 4)), raise_exception=False)
    assert str(report).endswith("  and the same in at least 8 more elements of that input")


def test_an_error_names_the_function_that_was_called():
    for check, name in ((gradcheck, "gradcheck"), (check_vjp, "check_vjp")):
        with pytest.raises(TypeError, match=f"{name}: input 0 is int64"):
            check(wrong_sine, np.array([1, 2]), **({"grad": np.cos} if check is gradcheck else {}))


@pytest.mark.parametrize("x", [1e-155, 2.6e-162, 1e-162, 1e-170, 1e-300])
def test_a_result_that_underflows_convicts_no_rule(x):
    assert gradcheck(np.square, np.array([x, 1.0]), grad=lambda x: 2 * x)
    wrong = gradcheck(np.square, np.array([x, 1.0]), grad=lambda x: 3 * x, raise_exception=False)
    assert wrong.verdict == "fail"
