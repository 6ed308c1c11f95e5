"""What a ledger costs, in backward passes through the same graph."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Callable
from time import process_time

import numpy as np

from benchmarks.harness import Report, ratio
from micrograd_act import Tensor, Value, nn, paths, relu, tanh
from micrograd_act.functional import linear
from micrograd_act.graph import Node

TURNS = 7
WIDTH, BATCH = 64, 32


def residual_mlp(blocks: int) -> tuple[Tensor, Tensor]:
    """The loss of a net of ``h + linear(relu(linear(h)))``, and its input."""
    rng = np.random.default_rng(0)

    def parameter(*shape: int) -> Tensor:
        return Tensor(rng.standard_normal(shape) * 0.1, requires_grad=True)

    x = h = Tensor(rng.standard_normal((BATCH, WIDTH)), requires_grad=True)
    for _ in range(blocks):
        weights = parameter(WIDTH, WIDTH), parameter(WIDTH), parameter(WIDTH, WIDTH)
        h = h + linear(relu(linear(h, *weights[:2])), weights[2], parameter(WIDTH))
    return (h * h).mean(), x


def mlp_of_numbers() -> tuple[Value, Value]:
    """The first logit of a net 784-128-64-10 of scalars, and one of its inputs."""
    random.seed(0)
    inputs = [Value(random.random()) for _ in range(784)]
    net = nn.MLP(784, [128, 64, 10], activation=tanh)
    return net(inputs)[0], inputs[300]


def residual_of_numbers(blocks: int = 30) -> tuple[Value, Value]:
    """A residual graph of scalars with 2**blocks paths."""
    x = h = Value(0.9)
    for _ in range(blocks):
        h = h + tanh(0.3 * h)
    return h, x


def products(y: Value, x: Value) -> list[float]:
    """What the 100 largest paths contribute."""
    return [path.product for path in paths(y, x).top(100)]


def timed(step: Callable[[], object], times: int = 1) -> float:
    """The time of one step; what earlier ones left is collected before."""
    gc.collect()
    start = process_time()
    for _ in range(times):
        step()
    return (process_time() - start) / times


def passes(y: Node, step: Callable[[], object], backwards: int) -> float:
    """How many backward passes a step takes: the median over turns of both."""
    y.backward()
    step()
    turns = [(timed(step), timed(y.backward, backwards)) for _ in range(TURNS)]
    return ratio(*zip(*turns, strict=True))


def peak(blocks: int) -> float:
    """The most memory that `by_activations` takes beside the graph."""
    y, x = residual_mlp(blocks)
    tracemalloc.start()
    found = paths(y, x).by_activations
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    total = grad_of(y, x)
    np.testing.assert_allclose(sum(found), total, rtol=1e-6, atol=1e-9 * np.abs(total).max())
    return float(most)


def grad_of(y: Tensor, x: Tensor) -> np.ndarray:
    y.backward()
    return np.asarray(x.grad)


def main() -> bool:
    report = Report("ledger", "ledger: in backward passes through the same graph")
    blocks, times = 100, "over activations + 1"
    y, x = residual_mlp(blocks)
    split = passes(y, lambda: paths(y, x).by_activations, 10)
    report.add(f"by_activations of arrays, {times}", split / (blocks + 1), "x", at_most=1.3)
    half, whole = peak(blocks // 2), peak(blocks)
    report.add("the same, peak of memory", whole / 1e6, "MB")
    report.add("the same, over that of half the depth", whole / half, "x", at_most=2.2)
    v, u = residual_of_numbers(2 * blocks)
    split = passes(v, lambda: paths(v, u).by_activations, 50)
    report.add(f"by_activations of scalars, {times}", split / (2 * blocks + 1), "x", at_most=1.3)
    report.add("a backward pass of the arrays", 1e3 * timed(y.backward, 50), "ms")

    for name, (v, u), most, backwards in (
        ("784-128-64-10 of scalars", mlp_of_numbers(), 20, 1),
        ("30 residual blocks of scalars", residual_of_numbers(), 50, 100),
    ):
        sizes = list(map(abs, products(v, u)))
        assert sizes == sorted(sizes, reverse=True)
        needed = passes(v, lambda v=v, u=u: products(v, u), backwards)  # type: ignore[misc]
        report.add(f"top 100 paths, {name}", needed, "passes", at_most=most)
        report.add("the same, paths in all", float(paths(v, u).count), "")
    return report.finish(("micrograd_act", "numpy"))


if __name__ == "__main__":
    raise SystemExit(not main())
