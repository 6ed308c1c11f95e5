"""`compare` on a net of the size of the digits, in eager steps of the same net."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from benchmarks.harness import Measure, Report, contenders, ratio, seconds

SIZES = (64, 128, 64, 10)
BATCH = 128
LR = 0.01
ROUNDS = 9


def net() -> tuple[Any, Any, Callable[[], Any]]:
    """Inputs' loss, and a step of training on it."""
    from micrograd_act import nn, no_grad, relu, tensor

    nn.manual_seed(0)
    rng = np.random.default_rng(0)
    layers = [nn.Linear(m, n) for m, n in pairwise(SIZES)]
    x = tensor(rng.normal(size=(BATCH, SIZES[0])))
    t = tensor(rng.normal(size=(BATCH, SIZES[-1])))
    parameters = [p for layer in layers for p in layer.parameters()]

    def loss() -> Any:
        h = x
        for layer in layers[:-1]:
            h = relu(layer(h))
        return ((layers[-1](h) - t) ** 2).mean()

    def step() -> Any:
        made = loss()
        made.backward()
        with no_grad():
            for p in parameters:
                p -= LR * p.grad
                p.grad = None
        return made

    return loss, relu, step


def contender(name: str) -> Measure:
    from micrograd_act import compare, identity

    loss, relu, step = net()

    def measure(what: str) -> float:
        recorded = loss()
        twin = compare(recorded, {relu: identity})

        def table() -> None:
            twin.__dict__.pop("rows", None)
            twin.rows  # noqa: B018

        jobs = {
            "step": step,
            "compare": lambda: compare(recorded, {relu: identity}),
            "rows": table,
        }
        return seconds(jobs[what])

    return measure


def main() -> bool:
    sizes = "-".join(map(str, SIZES))
    report = Report("comparing", f"comparing: relu with identity in {BATCH}x({sizes}), float64")
    with contenders("benchmarks.comparing", ["micrograd_act"]) as running:
        one = running["micrograd_act"]
        turns = [[one.measure(what=w) for w in ("step", "compare", "rows")] for _ in range(ROUNDS)]
        steps, compared, rows = zip(*turns, strict=True)
        report.add("eager step (forward, backward, SGD)", 1e6 * median(steps), "us")
        report.add("compare, in eager steps", ratio(compared, steps), "x", at_most=4)
        both = [a + b for a, b in zip(compared, rows, strict=True)]
        report.add("compare and the table, in eager steps", ratio(both, steps), "x")
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
