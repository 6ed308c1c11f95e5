"""The cost of a node in graphs of a thousand to a million nodes: it must not grow."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from time import process_time
from typing import Any

from benchmarks.harness import Measure, Report, contenders, rounds

SIZES = (1_000, 10_000, 100_000, 1_000_000)
AT_LEAST_NODES = 200_000  # in one measurement, spread over as many graphs as that takes
ROUNDS = 5
PHASES = ("forward", "backward", "freeing")
# Of the time a node at the largest size to that at the smallest. The larger graphs do not fit into
# the caches, which costs a factor that does not grow any more; sorting 1e6 nodes by comparisons
# would take twice as long a node as sorting 1e3.
GROWTH = 2.0


def chain(leaf: Callable[[float], Any], size: int) -> Any:
    """One node after the other, every second with one input."""
    y, w = leaf(1.0), leaf(1.0)
    for _ in range(size // 2):
        y = (y * w).relu()
    return y


def tree(leaf: Callable[[float], Any], size: int) -> Any:
    """Products of as many leaves with one that all of them share, added up in pairs."""
    x = leaf(1.0)
    level = [leaf(1.0) * x for _ in range(size // 3)]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [a + b for a, b in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


def contender(name: str) -> Measure:
    from micrograd_act import Tensor, Value

    def array_leaf(number: float) -> Tensor:
        return Tensor(number, requires_grad=True)

    def once(graph: str, size: int) -> tuple[float, ...]:
        shape, kind = graph.split(" of ")
        build = {"chain": chain, "tree": tree}[shape]
        leaf: Callable[[float], Any] = Value if kind == "Values" else array_leaf
        times = [process_time()]
        y = build(leaf, size)
        times.append(process_time())
        y.backward()
        times.append(process_time())
        del y
        times.append(process_time())
        return tuple((b - a) / size for a, b in pairwise(times))

    def measure(graph: str, size: int, collector: bool) -> list[float]:
        gc.collect()
        if not collector:
            gc.disable()
        try:
            found = [once(graph, size) for _ in range(max(1, AT_LEAST_NODES // size))]
        finally:
            gc.enable()
        return [median(times) for times in zip(*found, strict=True)]

    return measure


def main() -> bool:
    report = Report("nodes", "nodes: time a node, collector off, by the size of the graph")
    with contenders("benchmarks.nodes", ("micrograd_act",)) as running:
        for graph in ("chain of Values", "tree of Values", "chain of Tensors"):
            found = {}
            for size in SIZES:
                (measured,) = rounds(
                    running, ROUNDS, graph=graph, size=size, collector=False
                ).values()
                found[size] = [median(times) for times in zip(*measured, strict=True)]
            for i, phase in enumerate(PHASES):
                for size in SIZES:
                    report.add(f"{graph}, {phase}, {size:,}", 1e9 * found[size][i], "ns")
                growth = found[SIZES[-1]][i] / found[SIZES[0]][i]
                report.add(f"{graph}, {phase}, growth", growth, "x", at_most=GROWTH)
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
