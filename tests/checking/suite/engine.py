"""Faults inside graphs: in one node's rule, in the rule of a rule, in the engine that joins them.

The suspect stands between other nodes and is the only one that may be named.
"""

import zlib
from dataclasses import dataclass
from operator import mul
from typing import Any

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    activation,
    concatenate,
    custom_op,
    exp,
    functional,
    gradcheck,
    maximum,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from micrograd_act.ops.op import evaluate
from tests import broken
from tests.checking.suite.functions import FUNCTIONS, as_tuple
from tests.contract.cases import cases
from tests.graph.test_faults import install


@dataclass(frozen=True)
class Graph:
    """A graph built by `build`, of which `suspect` is the wrong op, or "engine" the engine."""

    name: str
    build: Any
    verdict: str = "fail"
    suspect: str = ""
    order: int = 1
    fault: str = ""

    def report(self):
        """What the checker finds."""
        with pytest.MonkeyPatch.context() as patch:
            if self.fault:
                install(patch, self.fault)
            return gradcheck(self.build(), order=self.order, raise_exception=False)

    def check(self):
        """Assert that the report says what it has to."""
        report = self.report()
        assert report.verdict == self.verdict, report
        if self.verdict == "fail":
            assert {f.op for f in report.failures} <= {*self.suspect.split()}, report


def leaf(x, **more):
    return Tensor(x, requires_grad=True, **more)


def between(op, xs, checked):
    """The op with a node before and two behind it."""

    def build():
        inputs = [
            leaf(np.asarray(x, float)) * 1.0
            if i in checked and np.asarray(x).dtype.kind == "f"
            else x
            for i, x in enumerate(xs)
        ]
        y = evaluate(op, tuple(inputs))
        y.label = "suspect"
        return (sigmoid(y) * y).sum()

    return build


# The engine's own ops with a rule of theirs exchanged.
OPS = ("exp", "log", "sqrt", "tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "mul", "div",
       "pow", "maximum", "sum", "mean", "amax", "logsumexp", "softmax", "cumsum", "var", "norm",
       "matmul", "swapaxes", "_getitem")  # fmt: skip
RULES = {
    "sign": lambda vjp, xp, g, y, *xs: -vjp(xp, g, y, *xs),
    "off by 1e-8": lambda vjp, xp, g, y, *xs: (1 + 1e-8) * vjp(xp, g, y, *xs),
    "cotangent absolute": lambda vjp, xp, g, y, *xs: vjp(xp, xp.abs(g), y, *xs),
    "left out": lambda vjp, xp, g, y, *xs: 0.0 * vjp(xp, g, y, *xs),
}


def broken_rule(op, i, rule):
    """The op with another rule for input i, under the same name."""
    right = op.vjps[i]

    def vjp(xp, g, y, *xs):
        return rule(right, xp, g, y, *xs)

    vjps = (*op.vjps[:i], vjp, *op.vjps[i + 1 :])
    return broken._op(op.name, op.forward, *vjps, elementwise=op.elementwise)


def _exchanged():
    for k, name in enumerate(OPS):
        case = cases(name)[0]
        i = case.checked[zlib.crc32(name.encode()) % len(case.checked)]
        for j, (fault, rule) in enumerate(RULES.items()):
            if fault == "off by 1e-8" or (j + k) % 2:
                build = between(broken_rule(case.op, i, rule), case.xs, case.checked)
                yield Graph(f"node {name}: {fault}", build, "fail", case.op.name)
        yield Graph(f"node {name}: right", between(case.op, case.xs, case.checked), "pass", order=2)


# NumPy code as an op of the graph.
CUSTOM = ("square", "arcsin", "hypot", "prod", "log_softmax", "layer_norm", "linear", "solve",
          "take", "convolve", "huber", "attention")  # fmt: skip


def _custom(f, change):
    """`custom_op` needs a fixed number of inputs."""
    takers = {
        1: lambda a: f.forward(a),
        2: lambda a, b: f.forward(a, b),
        3: lambda a, b, c: f.forward(a, b, c),
    }

    def vjp(g, y, *xs):
        return change(as_tuple(f.vjp(g, y, *xs)))

    op = custom_op(takers[len(f.inputs)], vjp, name=f.name)
    return between(op, f.xs, range(len(f.inputs)))


def _last_element(cs):
    *others, last = cs
    last = np.array(last)
    last.flat[-1] = last.flat[-1] * 1.01 + 1e-3
    return (*others, last)


def _customs():
    changes = {
        "right": lambda cs: cs,
        "off by 1e-6": lambda cs: (cs[0] * (1 + 1e-6), *cs[1:]),
        "last element": _last_element,
        "doubled": lambda cs: tuple(2 * c for c in cs),
    }
    for name in CUSTOM:
        for fault, change in changes.items():
            verdict = "pass" if fault == "right" else "fail"
            yield Graph(f"custom {name}: {fault}", _custom(FUNCTIONS[name], change), verdict, name)


# Activations of numbers, in a net of scalars.
def _net(fn, vjp):
    op = activation(fn, name="suspect", vjp=vjp)

    def build():
        rng = np.random.default_rng(3)
        xs = [Value(x) for x in rng.normal(size=3)]
        for _ in range(2):
            weights = rng.normal(size=(3, 3))
            rows = [sum(map(mul, map(Value, w), xs), Value(0.1)) for w in weights]
            xs = [op(row) for row in rows]
        return sum(xs, Value(0.0)) * xs[0]

    return build


ACTIVATIONS = {
    "swish": (lambda x: x * sigmoid(x), lambda g, y, x: g * (y + sigmoid(x) * (1 - y))),
    "sine": (lambda x: functional.sin(x), lambda g, y, x: g * functional.cos(x)),
    "bump": (lambda x: exp(-x * x), lambda g, y, x: -2.0 * x * y * g),
    "square of relu": (lambda x: relu(x) ** 2, lambda g, y, x: 2.0 * g * relu(x)),
}


def _nets():
    for name, (fn, vjp) in ACTIVATIONS.items():
        yield Graph(f"net of {name}: right", _net(fn, vjp), "pass", order=2)
        yield Graph(f"net of {name}: derived", _net(fn, None), "pass", order=2)
        for fault, change in {
            "off by 1e-8": lambda c, g, y, x: c * (1 + 1e-8),
            "beyond 0.5 only": lambda c, g, y, x: c * (1.1 if float(_numbers_of(x)) > 0.5 else 1),
            "plus 1e-5": lambda c, g, y, x: c + 1e-5 * g,
        }.items():
            yield Graph(
                f"net of {name}: {fault}", _net(fn, _changed(vjp, change)), "fail", "suspect"
            )


def _changed(vjp, change):
    return lambda g, y, x: change(vjp(g, y, x), g, y, x)


# Right at order 1 and wrong at order 2.
def _numbers_of(x):
    return getattr(x, "_data", x)


def _detached(vjp, xp, g, y, *xs):
    return vjp(xp, g, _numbers_of(y), *map(_numbers_of, xs))


def _bent(vjp, xp, g, y, *xs):
    """The same number with another slope."""
    x = xs[0]
    return vjp(xp, g, y, *xs) + 0.1 * g * (x - _numbers_of(x))


def _other_for_nodes(vjp, xp, g, y, *xs):
    c = vjp(xp, g, y, *xs)
    return c if isinstance(xs[0], (np.ndarray, float)) else 1.001 * c


def _second_order():
    for name in ("exp", "tanh", "sigmoid", "sin", "softplus", "gelu"):
        case = cases(name)[0]
        for fault, rule in {"numbers for nodes": _detached, "bent": _bent,
                            "another for nodes": _other_for_nodes}.items():  # fmt: skip
            op = broken_rule(case.op, 0, rule)
            build = between(op, case.xs, case.checked)
            yield Graph(f"{name}, order 2: {fault}", build, "fail", f"{name} engine", order=2)
            yield Graph(f"{name}, order 1: {fault}", build, "pass")


# Engines that join right rules wrongly.
def _diamond():
    w = leaf([[0.3, -0.5], [1.2, 0.7]])
    b = leaf([0.1, -0.2])
    h = tanh(w @ w + b)
    return (h * h + h * w + b).sum()


def _scalars():
    a, b = Value(0.5), Value(-1.3)
    c = a * b + a
    return c * c + tanh(c) * a + relu(b * c)


def _shared_weights():
    w = leaf([[0.4, -0.6], [0.9, 0.2]])
    h = leaf([[0.5, -0.1]])
    for _ in range(4):
        h = tanh(h @ w) + h
    return (h * h).sum()


def _parts():
    x = leaf([1.0, -2.0, 0.5])
    return (concatenate([x, x * x, x[:1]]) * np.arange(7)).sum() + maximum(x, 0.3).sum()


GRAPHS = {"diamond": _diamond, "scalars": _scalars, "shared": _shared_weights, "parts": _parts}
ENGINES = ("an edge overwrites another", "parents are a set", "readers are not waited for",
           "a pass overwrites a leaf")  # fmt: skip


def _engines():
    for graph, build in GRAPHS.items():
        yield Graph(f"{graph}: right", build, "pass", order=2)
        for fault in ENGINES:
            yield Graph(f"{graph}: {fault}", build, "fail", "engine", fault=fault)


# Whole graphs that are right and hard.
def _at_kinks():
    x = leaf([0.0, 1.0, -1.0])
    return (relu(x) - relu(-x) + abs(x) * maximum(x, 0.0)).sum()


def _deep():
    x = leaf(np.linspace(-2, 2, 6).reshape(2, 3))
    for _ in range(40):
        x = tanh(x) + 0.5 * x
    return (x * x).sum()


def _softmax_far_out():
    return (softmax(leaf([[900.0, 0.0, -900.0], [1e-3, 0, 0]])) * np.arange(3)).sum()


def _attention():
    q, k, v = (leaf(np.random.default_rng(s).normal(size=(2, 3, 2))) for s in range(3))
    return (softmax(q @ k.swapaxes(1, 2) / 2**0.5) @ v).sum()


def _float32():
    rng = np.random.default_rng(4)
    w = Tensor(rng.normal(size=(3, 4)), dtype=np.float32, requires_grad=True)
    return functional.gelu(Tensor(rng.normal(size=(5, 3)), dtype=np.float32) @ w).mean()


RIGHT = (_at_kinks, _deep, _softmax_far_out, _attention, _float32)


def _right():
    for build in RIGHT:
        yield Graph(f"graph{build.__name__.replace('_', ' ')}: right", build, "pass")
    wrong = broken_rule(broken.sound("tanh"), 0, RULES["off by 1e-8"])
    yield Graph("200 nodes: right", _chain(tanh), "pass")
    yield Graph("200 nodes: one off by 1e-8", _chain(wrong), "fail", "tanh")


def _chain(op):
    def build():
        x = leaf([0.3, -0.4])
        for k in range(100):
            x = (op if k == 57 else functional.sin)(x) + 0.9 * x
        return x.sum()

    return build


CASES = [*_exchanged(), *_customs(), *_nets(), *_second_order(), *_engines(), *_right()]
