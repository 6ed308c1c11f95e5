"""One operation on numbers and on arrays of 8: what a node costs beside its arithmetic."""

from __future__ import annotations

from statistics import median
from time import process_time
from timeit import Timer
from typing import Any

from benchmarks.harness import Measure, Report, contenders, ratio, rounds

ON_NUMBERS = ("a + b", "a * b", "a + 1", "2 * a", "a.relu()", "a**2", "a / b")
ON_ARRAYS = ("x + y", "x * y", "x + 1", "2 * x", "x**2", "x.sum()")
REPEATS = 5_000
ROUNDS = 15


def operands(name: str) -> dict[str, Any]:
    numbers = list(range(1, 9))
    if name == "micrograd":
        from micrograd.engine import Value

        return {"a": Value(3.0), "b": Value(2.0)}
    if name == "torch":
        import torch

        torch.set_num_threads(1)
        return {n: torch.tensor(numbers, dtype=torch.float64).requires_grad_() for n in "xy"}
    if name == "numpy":
        import numpy as np

        return {n: np.array(numbers, dtype=float) for n in "xy"}
    from micrograd_act import Tensor, Value

    tensors = {n: Tensor(numbers, dtype=float, requires_grad=True) for n in "xy"}
    return {"a": Value(3.0), "b": Value(2.0), **tensors}


def contender(name: str) -> Measure:
    given = operands(name)
    timers: dict[str, Timer] = {}

    def measure(operation: str) -> float:
        if operation not in timers:
            timers[operation] = Timer(operation, timer=process_time, globals=given)
        return timers[operation].timeit(REPEATS) / REPEATS  # switches the collector off

    return measure


def main() -> bool:
    report = Report("operators", "operators: one recorded operation, collector off")
    names = ("micrograd_act", "micrograd", "numpy", "torch")
    with contenders("benchmarks.operators", names) as running:
        for operations, others in ((ON_NUMBERS, ("micrograd",)), (ON_ARRAYS, ("numpy", "torch"))):
            compared = {
                name: one for name, one in running.items() if name in ("micrograd_act", *others)
            }
            for operation in operations:
                found = rounds(compared, ROUNDS, operation=operation)
                for name, times in found.items():
                    report.add(f"{operation}, {name}", 1e9 * median(times), "ns")
                for name in list(compared)[1:]:
                    against = ratio(found["micrograd_act"], found[name])
                    report.add(f"{operation}, against {name}", against, "x")
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
