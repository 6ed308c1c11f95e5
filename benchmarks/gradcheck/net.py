"""A net of 100,000 parameters: how many of its own forward passes a check takes to a verdict.

Once it is right, and once a single element of one weight's gradient is wrong, which must be named.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from benchmarks.harness import Measure, Report, contenders, rounds, seconds

ROUNDS = 3
MOST = 200.0
BATCH = 256
SIZES = (128, 256, 192, 96, 10)
WRONG = 24_321  # of the second weight
FAULTS = {"right": 0.0, "one element off by 1e-3": 1e-3}


def build(size: float) -> Any:
    """The loss as a graph whose second layer has a wrong element in the gradient of its weight."""
    from micrograd_act import Tensor, custom_op, functional, no_grad, relu

    rng = np.random.default_rng(0)
    weights = [
        Tensor(rng.standard_normal((m, n)) / np.sqrt(n), requires_grad=True, label=f"W{k}")
        for k, (n, m) in enumerate(pairwise(SIZES))
    ]
    biases = [
        Tensor(0.1 * rng.standard_normal(m), requires_grad=True, label=f"b{k}")
        for k, m in enumerate(SIZES[1:])
    ]
    x, labels = rng.standard_normal((BATCH, SIZES[0])), rng.integers(0, 10, BATCH)

    def layer(x: Any, W: Any, b: Any) -> Any:
        return x @ W.T + b

    def its_vjp(g: Any, y: Any, x: Any, W: Any, b: Any) -> Any:
        c = g.T @ x
        c.flat[WRONG] *= 1 + size
        return g @ W, c, g.sum(0)

    second = custom_op(layer, its_vjp)

    def loss() -> Any:
        h: Any = x
        for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
            h = second(h, W, b) if k == 1 else functional.linear(h, W, b)
            if k < len(weights) - 1:
                h = relu(h)
        return functional.cross_entropy(h, labels)

    def forward() -> Any:
        with no_grad():
            return loss()

    return loss, forward


def contender(name: str) -> Measure:
    from micrograd_act import gradcheck

    def measure(fault: str) -> dict[str, Any]:
        size = FAULTS[fault]
        loss, forward = build(size)
        y = loss()
        report = gradcheck(y, raise_exception=False)
        assert report.verdict == ("fail" if size else "pass"), report
        named = {(f.op, f.input, f.index) for f in report.failures}
        place = tuple(int(k) for k in np.unravel_index(WRONG, (SIZES[2], SIZES[1])))
        assert named == ({("layer", 1, place)} if size else set()), report
        once = seconds(forward, block=0.2, blocks=3)

        def step() -> None:
            gradcheck(y, raise_exception=False)

        return {"passes": seconds(step, block=0.2, blocks=1) / once, "forward": once}

    return measure


def main() -> bool:
    parameters = sum((n + 1) * m for n, m in pairwise(SIZES))
    report = Report("gradcheck_net", f"gradcheck: a net of {parameters:,} parameters, float64")
    with contenders("benchmarks.gradcheck.net", ["micrograd_act"]) as running:
        for fault in FAULTS:
            found = rounds(running, ROUNDS, fault=fault)["micrograd_act"]
            passes = median(one["passes"] for one in found)
            report.add(f"{fault}: check", passes, "forward passes", at_most=MOST)
        once = median(one["forward"] for one in found)
        report.add("a forward pass", 1e3 * once, "ms")
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
