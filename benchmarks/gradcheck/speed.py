"""The time of a check against torch.autograd.gradcheck, on the same functions in one run.

Both check the gradient of a scalar function of n numbers, in float64: one written with each
package's own operations, one that is NumPy code with a backward by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from benchmarks.harness import Measure, Report, contenders, ratio, rounds, seconds

# elements: rounds, at most this many times torch's time, with probes
SIZES: dict[int, tuple[int, float, float | None]] = {
    10: (9, 3.0, 10.0),
    1_000: (5, 1.0, None),
    100_000: (1, 1.0, None),
}
FUNCTIONS = ("operations", "NumPy code")
IN_MEMORY = 10_000  # elements, beyond which torch's default mode may need more than 24 GB


def numbers(size: int) -> Any:
    return np.random.default_rng(0).standard_normal(size)


def forward(x: Any) -> Any:
    return np.logaddexp(0.0, x).mean()


def slope(x: Any) -> Any:
    return 1 / (1 + np.exp(-x)) / x.size


def with_torch(function: str, size: int, fast_mode: bool = False) -> Callable[[], object]:
    import torch

    torch.set_num_threads(1)
    x = torch.from_numpy(numbers(size)).requires_grad_()

    class Softplus(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return torch.tensor(forward(x.detach().numpy()))

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return g * torch.from_numpy(slope(x.detach().numpy()))

    def operations(x: Any) -> Any:
        return (torch.tanh(x) * x).mean()

    checked: Any = operations if function == "operations" else Softplus.apply

    def step() -> None:
        assert torch.autograd.gradcheck(checked, (x,), fast_mode=fast_mode)

    return step


def with_package(function: str, size: int, probes: bool = False) -> Callable[[], object]:
    from micrograd_act import gradcheck, tanh

    x = numbers(size)

    def operations(x: Any) -> Any:
        return (tanh(x) * x).mean()

    def backward(g: Any, y: Any, x: Any) -> Any:
        return g * slope(x)

    def step() -> None:
        if function == "operations":
            gradcheck(operations, x, probes=probes)
        else:
            gradcheck(forward, x, vjp=backward, probes=probes)

    return step


MAKERS = {"micrograd_act": with_package, "torch": with_torch}


def contender(name: str) -> Measure:
    def measure(function: str, size: int, **options: Any) -> float:
        mine = {key.partition(":")[2]: v for key, v in options.items() if key.startswith(name)}
        step = MAKERS[name](function, size, **mine)
        return seconds(step, block=0.05, blocks=1 if size > 1000 else 3)

    return measure


def main() -> bool:
    report = Report("gradcheck_speed", "gradcheck: time of a check, float64, one thread")
    with contenders("benchmarks.gradcheck.speed", MAKERS) as running:
        for function in FUNCTIONS:
            for size, (count, most, with_probes) in SIZES.items():
                row = f"{function}, {size:,} elements"
                options = {} if size <= IN_MEMORY else {"torch:fast_mode": True}
                plain = rounds(running, count, function=function, size=size, **options)
                for name, times in plain.items():
                    report.add(f"{row}, {name}", 1e3 * median(times), "ms")
                if "torch" not in plain:
                    continue
                against = ratio(plain["micrograd_act"], plain["torch"])
                if size > IN_MEMORY:
                    report.add(f"{row}, times torch in its fast mode", against, "x")
                    continue
                report.add(f"{row}, times torch", against, "x", at_most=most)
                fast = rounds(
                    running, count, function=function, size=size,
                    **{"micrograd_act:probes": True, "torch:fast_mode": True},
                )  # fmt: skip
                against = ratio(fast["micrograd_act"], plain["torch"])
                report.add(f"{row}, with probes, times torch", against, "x", at_most=with_probes)
                against = ratio(plain["micrograd_act"], fast["torch"])
                report.add(f"{row}, times torch in its fast mode", against, "x")
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
