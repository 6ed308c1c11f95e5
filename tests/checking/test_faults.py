"""Planted faults are convicted, by name; nothing else in the graph is."""

import numpy as np
import pytest

from micrograd_act import GradcheckError, Tensor, Value, functional, gradcheck, tanh
from micrograd_act.ops.op import evaluate
from tests import broken
from tests.graph.test_faults import install

FAULTS = {**broken.SLOPES, **broken.NONLINEAR, **broken.IMPURE, **broken.KINKS}


def graph(case, rng):
    """The op between others."""
    leaves = tuple(
        tanh(Tensor(np.arctanh(np.clip(x, -0.99, 0.99)), requires_grad=True))
        if i in case.checked and np.all(np.abs(x) < 0.99)
        else Tensor(x, requires_grad=True)
        for i, x in enumerate(case.xs)
    )
    y = evaluate(case.op, leaves)
    y.label = "suspect"
    return functional.mse_loss(y, rng.normal(size=y.shape))


@pytest.mark.parametrize("name", FAULTS)
def test_the_guilty_node_is_named(name, rng):
    case = FAULTS[name]
    report = gradcheck(graph(case, rng), raise_exception=False)
    assert report.verdict == "fail"
    assert {(f.op, f.label) for f in report.failures} == {(case.op.name, "suspect")}
    assert all(f.node.label == "suspect" for f in report.failures)


@pytest.mark.parametrize(
    ("faults", "kind"),
    [
        (broken.SLOPES, {"gradient", "nonlinear"}),
        (broken.NONLINEAR, {"nonlinear"}),
        (broken.IMPURE, {"mutates", "nondeterministic"}),
        (broken.KINKS, {"kink"}),
    ],
)
def test_the_kind_of_fault_is_named(faults, kind, rng):
    for case in faults.values():
        report = gradcheck(graph(case, rng), raise_exception=False)
        assert {f.kind for f in report.failures} <= kind


@pytest.mark.parametrize("name", ["sign", "factor 2", "off by 1e-8", "negative inputs only"])
def test_scalar_nodes_are_named(name):
    x = Value(-0.7)
    hidden = tanh(x) * 2.0
    suspect = evaluate(broken.SLOPES[name].op, (hidden,))
    suspect.label = "suspect"
    report = gradcheck(tanh(suspect) + hidden, raise_exception=False)
    assert [(f.op, f.label) for f in report.failures] == [(suspect.op.name, "suspect")]


def test_the_element_is_named():
    case = broken.SLOPES["one element"]
    x = Tensor(np.linspace(-1, 1, 12).reshape(3, 4), requires_grad=True)
    report = gradcheck(evaluate(case.op, (x,)), raise_exception=False)
    (failure,) = report.failures
    assert (failure.input, failure.index) == (0, (2, 3))
    assert failure.analytic == pytest.approx(1.1 * np.e)
    assert failure.numeric == pytest.approx(np.e)


def _one_wrong(size, where):
    """A mean of squares whose gradient is wrong in one element."""

    def forward(xp, x):
        return xp.sum(x * x) / size

    def vjp(xp, g, y, x):
        c = g * (2 * x / size)
        c[where] *= 1.001
        return c

    return broken._op("mean_square", forward, vjp, elementwise=False)


@pytest.mark.parametrize("size", [30, 3_000, 30_000])
def test_one_element_of_many_is_found(size, rng):
    where = size // 3
    x = Tensor(rng.normal(size=size) + 3, requires_grad=True)
    report = gradcheck(evaluate(_one_wrong(size, where), (x,)), raise_exception=False)
    assert {f.index for f in report.failures} == {(where,)}


@pytest.mark.parametrize("size", [30, 3_000, 30_000])
def test_many_right_elements_pass(size, rng):
    x = Tensor(rng.normal(size=size) + 3, requires_grad=True)
    op = broken._op(
        "mean_square",
        lambda xp, x: xp.sum(x * x) / size,
        lambda xp, g, y, x: g * (2 * x / size),
        elementwise=False,
    )
    assert gradcheck(evaluate(op, (x,)))


def test_rules_that_raise_or_return_the_wrong_shape():
    def raising(xp, g, y, x):
        raise RuntimeError("no rule yet")

    def wrong_shape(xp, g, y, x):
        return xp.reshape(g, (-1,))[:2]

    def not_finite(xp, g, y, x):
        return g * np.inf

    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    for rule, kind in ((raising, "raises"), (wrong_shape, "raises"), (not_finite, "not finite")):
        op = broken._op("double", lambda xp, x: 2.0 * x, rule)
        report = gradcheck(evaluate(op, (x,)), raise_exception=False)
        assert [f.kind for f in report.failures] == [kind]


ENGINES = [
    "an edge overwrites another",
    "parents are a set",
    "readers are not waited for",
    "a pass overwrites a leaf",
    "broadcasting is not undone",
]


@pytest.mark.parametrize("fault", ENGINES)
def test_a_broken_engine_is_convicted(fault, monkeypatch):
    w = Tensor([[0.3, -0.5], [1.2, 0.7]], requires_grad=True, label="w")
    b = Tensor([0.1, -0.2], requires_grad=True, label="b")
    h = tanh(w @ w + b)
    y = (h * h + h * w + b).sum()
    assert gradcheck(y)
    install(monkeypatch, None)
    assert gradcheck(y)
    install(monkeypatch, fault)
    with pytest.raises((GradcheckError, ValueError)) as caught:
        gradcheck(y)
    if isinstance(caught.value, GradcheckError):
        assert {f.kind for f in caught.value.report.failures} == {"engine"}


@pytest.mark.parametrize("fault", ["an edge overwrites another", "parents are a set"])
def test_a_broken_engine_is_convicted_on_scalars(fault, monkeypatch):
    a = Value(0.5, label="a")
    y = tanh(a) * a + a * a
    install(monkeypatch, fault)
    report = gradcheck(y, raise_exception=False)
    assert [(f.op, f.kind) for f in report.failures] == [("engine", "engine")]
    assert "'a'" in str(report)


def test_a_rule_that_is_wrong_only_when_differentiated_again(rng):
    case = broken.PROMISES["second", "numbers instead of nodes"]
    y = evaluate(case.op, (Tensor(rng.normal(size=3), requires_grad=True),))
    assert gradcheck(y)

    def inconsistent(xp, g, y, x):
        return g * y * (1.0 if isinstance(x, np.ndarray) else 1.5)

    op = broken._op("exp", case.op.forward, inconsistent)
    report = gradcheck(
        evaluate(op, (Tensor(0.3, requires_grad=True),)), order=2, raise_exception=False
    )
    assert [f.message for f in report.failures] == ["create_graph=True changes the gradient"]


def test_a_fault_in_the_second_rule_only():
    from micrograd_act.ops import REGISTRY

    cosine = broken.with_vjp("cos", lambda vjp, xp, g, y, x: 1.01 * vjp(xp, g, y, x))
    sine = broken._op("sin", REGISTRY["sin"].forward, lambda xp, g, y, x: g * _cosine(xp, x))

    def _cosine(xp, x):
        return evaluate(cosine, (x,)) if not isinstance(x, (np.ndarray, float)) else xp.cos(x)

    y = evaluate(sine, (Tensor([0.4, 1.1], requires_grad=True),))
    assert gradcheck(y)
    report = gradcheck(y, order=2, raise_exception=False)
    assert {f.op for f in report.failures} == {"cos"}
