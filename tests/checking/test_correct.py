"""No false alarm: right gradients pass wherever differences are hard."""

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    clamp,
    concatenate,
    exp,
    functional,
    gelu,
    gradcheck,
    log,
    log_softmax,
    maximum,
    minimum,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    sqrt,
    tanh,
    where,
)
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops import REGISTRY
from micrograd_act.ops.op import evaluate
from tests.contract.cases import cases

ACTIVATIONS = [n for n in REGISTRY if any(c.op.facts for c in cases(n))]
EXTREMES = (0.0, -0.0, 1e-300, -1e-12, 1e-4, 0.5, -3.0, 19.0, -40.0, 300.0, -800.0, 1e6, -1e18)


def leaf(x):
    return Tensor(x, requires_grad=True)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
@pytest.mark.parametrize("name", REGISTRY)
def test_every_op_at_every_scale(name, scale):
    for case in cases(name):
        leaves = tuple(leaf(x * scale) if i in case.checked else x for i, x in enumerate(case.xs))
        with np.errstate(all="ignore"):
            y = evaluate(case.op, leaves)
        report = gradcheck(y, raise_exception=False)
        overflown = not np.all(np.isfinite(y._data))
        stairs = scale > 1 and _is_flat(case)
        assert report.verdict == "pass" or ((overflown or stairs) and not report.failures), report


def _is_flat(case):
    """Far out a staircase cannot be told from float32."""
    y = np.asarray(case.op.forward(arrays, *case.xs))
    return not any(
        np.any(case.op.vjps[i](arrays, np.ones_like(y), y, *case.xs)) for i in case.checked
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_at_extremes(name):
    for op in {case.op for case in cases(name) if case.op.facts}:
        points = [x for x in EXTREMES if _has_a_slope(op, x)]
        assert gradcheck(op(leaf(points)))
        for x in points:
            assert gradcheck(op(Value(x)))


def _has_a_slope(op, x):
    """Differences show it: no jump is next to it, nor does the spacing of numbers hide it."""
    point = Value(x)
    y = op(point)
    y.backward()
    moved = abs(point.grad) * np.spacing(abs(x))
    return moved <= 1e-3 * max(1.0, abs(y.data)) and all(
        abs(x - at) > 1e-20 for at, _ in op.facts.jumps
    )


def test_few_points_are_left_out():
    left_out = {
        (name, x)
        for name in ACTIVATIONS
        for op in {case.op for case in cases(name) if case.op.facts}
        for x in EXTREMES
        if not _has_a_slope(op, x)
    }
    assert left_out == {
        *((name, x) for name in ("step", "sign") for x in (0.0, 1e-300)),
        ("hardshrink", 0.5),
        ("sin", -1e18),
    }


KINKS = {
    "relu at 0": lambda: relu(leaf([-1.0, 0.0, -0.0, 2.0])),
    "near 0": lambda: relu(leaf([1e-3, -1e-3, 1e-9, -1e-9, 1e-300, 1.0])),
    "skip beside relu": lambda: (lambda x: x + relu(x))(leaf([0.0, 1.0])),
    "x as relu(x) - relu(-x)": lambda: (lambda x: relu(x) - relu(-x))(leaf([0.0, 1.0])),
    "abs of abs": lambda: abs(abs(leaf([0.0, -2.0]))),
    "maximum ties": lambda: maximum(leaf([1.0, 2.0, 3.0]), leaf([1.0, 2.0, 0.0])),
    "maximum of one leaf": lambda: (lambda x: maximum(x, x))(leaf([1.0, 2.0])),
    "minimum ties, broadcast": lambda: minimum(leaf([[1.0], [2.0]]), leaf([1.0, 2.0])),
    "near ties": lambda: maximum(leaf([1.0, 1.0]), leaf([1.0 + 1e-4, 1 - 1e-2])),
    "clamp at its ends": lambda: clamp(leaf([-1.0, 0.0, 1.0, 2.0]), 0.0, 1.0),
    "amax ties": lambda: functional.amax(leaf([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]), axis=1),
    "amin ties of all": lambda: functional.amin(leaf(np.ones((2, 3)))),
    "where at its condition": lambda: (lambda x: where(x > 0, x, 0.1 * x))(leaf([0.0, 1.0])),
    "square of relu": lambda: relu(leaf([0.0, 1.0])) ** 2,
    "sign": lambda: functional.sign(leaf([-1.0, 2.0])),
}


@pytest.mark.parametrize("name", KINKS)
def test_kinks(name):
    assert gradcheck(KINKS[name]())


def test_kinks_are_counted():
    assert gradcheck(relu(leaf([0.0, 1.0, 0.0]))).kinks == 2
    assert gradcheck(relu(Value(0.0))).kinks == 1
    assert gradcheck(tanh(leaf([0.0, 1.0]))).kinks == 0


def _centred(x):
    return x - functional.mean(x, axis=-1, keepdims=True)


def _normalised(x):
    centred = _centred(x)
    return centred / sqrt(functional.mean(centred**2, axis=-1, keepdims=True) + 1e-5)


HARD = {
    "log near 0": lambda rng: log(leaf([1e-12, 1e-6, 1e-3, 1.0])),
    "sqrt near 0": lambda rng: sqrt(leaf([1e-12, 1e-6, 1e6])),
    "1/x": lambda rng: 1 / leaf([1e-6, -1e-3, 1e6]),
    "stiff": lambda rng: exp(-50 * leaf([0.0, 0.3, 2.0])),
    "fast": lambda rng: functional.sin(1e3 * leaf([0.0, 0.7, 3.0])),
    "cancelling": lambda rng: (leaf([0.3, 2.0]) + 1e8) - 1e8,
    "cancelling sum": lambda rng: (leaf(rng.normal(size=9)) + 1e6 * np.resize([1, -1, 0], 9)).sum(),
    "the mean of what has none": lambda rng: _centred(leaf(rng.normal(size=1200))).mean(),
    "powers": lambda rng: leaf([0.5, 3.0]) ** leaf([-2.5, 4.0]),
    "whole powers": lambda rng: leaf([-2.0, 0.0, 3.0]) ** 3,
    "power 3.5 at 0": lambda rng: leaf([0.0, 1.0]) ** 3.5,
    "0-d": lambda rng: tanh(leaf(0.3)) * leaf(2.0),
    "empty": lambda rng: tanh(leaf(np.zeros((0, 3)))).sum(),
    "2,000 elements": lambda rng: silu(leaf(rng.normal(scale=4, size=2000))),
    "normalised": lambda rng: _normalised(leaf(rng.normal(size=(4, 6)))),
    "large logits": lambda rng: log_softmax(leaf(rng.normal(scale=300, size=(3, 4)))),
    "softmax in its tails": lambda rng: softmax(leaf([[0.0, 40.0, -40.0, 700.0]])),
    "cross entropy": lambda rng: functional.cross_entropy(leaf(rng.normal(size=(5, 3))), [0] * 5),
    "deep": lambda rng: _deep(leaf(rng.normal(size=(3, 4)))),
    "matmul of many": lambda rng: leaf(rng.normal(size=(20, 40))) @ leaf(rng.normal(size=(40, 30))),
    "ragged sizes": lambda rng: concatenate([leaf([1e-6, 1e6]), leaf([1.0])]).sum(),
    "attention": lambda rng: _attention(*(leaf(rng.normal(size=(2, 3, 2))) for _ in range(3))),
    "gates": lambda rng: sigmoid(leaf(rng.normal(size=9))) * gelu(leaf(rng.normal(size=9))),
    "a duplicate index": lambda rng: leaf(rng.normal(size=(4, 2)))[[1, 1, 3]].sum(),
}  # fmt: skip


def _deep(x):
    for _ in range(30):
        x = tanh(x) + 0.5 * x
    return (x * x).sum()


def _attention(q, k, v):
    return softmax(q @ k.transpose(1, 2) / 3**0.5) @ v


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("order", [1, 2])
def test_hard_functions(name, order, rng):
    assert gradcheck(HARD[name](rng), order=order)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_narrow_dtypes(dtype, rng):
    w = Tensor(rng.normal(size=(4, 3)), dtype=dtype, requires_grad=True)
    x = Tensor(rng.normal(size=(5, 4)), dtype=dtype)
    report = gradcheck(functional.mse_loss(softplus(x @ w), np.zeros((5, 3))))
    assert "evaluated in float64" in str(report)
    assert gradcheck(lambda w: tanh(x @ w), rng.normal(size=(4, 3)).astype(dtype))


def test_a_scalar_net(rng):
    from micrograd_act import nn

    net = nn.MLP(3, [4, 4, 1])
    losses = [
        (1 - y * net(list(map(Value, x)))).relu()
        for x, y in zip(rng.normal(size=(4, 3)), (1, -1, 1, -1), strict=True)
    ]
    report = gradcheck(sum(losses) + 1e-4 * sum(p * p for p in net.parameters()))
    assert report.nodes > 300


def test_one_direction_of_a_large_input(rng):
    w = leaf(rng.normal(size=(80, 80)))
    report = gradcheck((tanh(rng.normal(size=(3, 80)) @ w)).sum())
    assert report.gradients > 6400
