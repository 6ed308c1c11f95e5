"""Activations: a million float32 values against PyTorch, and one number against plain `math`."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median
from time import process_time
from timeit import Timer
from typing import Any

from benchmarks.harness import Measure, Report, contenders, ratio, rounds, seconds

SHAPE = (1000, 1000)
ROUNDS = 9
REPEATS = 20_000
LARGE = 1 << 24  # once an array of this many bytes was freed, glibc keeps what a step frees
# What is computed, with `F` the functions; the largest ratios, forward and with backward.
ARRAYS = {
    **{
        name: (f"F.{name}(x)", 4.0, 4.0)
        for name in ("relu", "tanh", "elu", "softplus", "mish")
    },
    "gelu": ("F.gelu(x)", 25.0, 15.0),
    **{
        name: (f"F.{name}(x)", 8.0, 8.0)
        for name in (
            *("sigmoid", "silu", "logsigmoid", "relu6", "leaky_relu", "celu", "selu"),
            *("hardsigmoid", "hardswish", "hardtanh", "softsign", "tanhshrink", "softshrink"),
            *("hardshrink", "sin", "erf"),
        )
    },
    "gelu, tanh": ("F.gelu(x, approximate='tanh')", 8.0, 8.0),
    "softplus, beta 2": ("F.softplus(x, beta=2.0)", 8.0, 8.0),
    "threshold": ("F.threshold(x, 0.1, 20.0)", 8.0, 8.0),
    "prelu": ("F.prelu(x, w)", 8.0, 8.0),
    "arctan": ("F.arctan(x)", 8.0, 8.0),
    "softmax": ("F.softmax(x, -1)", 8.0, 8.0),
    "log_softmax": ("F.log_softmax(x, -1)", 8.0, 8.0),
    "softmin": ("F.softmin(x, -1)", 8.0, 8.0),
    "glu": ("F.glu(x)", 8.0, 8.0),
}  # fmt: skip


def _softplus(x: float) -> float:
    return math.log1p(math.exp(x))


NUMBERS: dict[str, Callable[[float], float]] = {
    "relu": lambda x: x if x > 0 else 0.0,
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "softplus": _softplus,
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    "mish": lambda x: x * math.tanh(_softplus(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "hardswish": lambda x: x * min(max(x + 3, 0), 6) / 6,
}


class _Functions:
    """PyTorch's functions wherever they are."""

    def __getattr__(self, name: str) -> Any:
        import torch

        return getattr(torch.nn.functional, name, None) or getattr(torch, name)


def contender(name: str) -> Measure:
    import numpy as np

    np.empty(LARGE, np.uint8)
    rng = np.random.default_rng(0)
    data, weight = 2 * rng.standard_normal(SHAPE).astype("f4"), np.array([0.25], "f4")
    tensor: Any
    if name == "torch":
        import torch

        torch.set_num_threads(1)
        tensor, functions = torch.tensor, _Functions()
    else:
        from micrograd_act import functional, no_grad, tensor

        functions = functional
    given = {"F": functions, "w": tensor(weight), "x": tensor(data)}
    tracked = {**given, "x": tensor(data, requires_grad=True)}
    without = torch.no_grad if name == "torch" else no_grad

    def measure(expression: str, backward: bool) -> float:
        code = compile(expression, expression, "eval")
        leaf = tracked["x"]
        with without():
            seed = eval(code, tracked)

        def step() -> None:
            if not backward:
                eval(code, given)
                return
            leaf.grad = None
            eval(code, tracked).backward(seed)

        return seconds(step, block=0.03, blocks=5)

    return measure


def on_numbers(report: Report) -> None:
    """A node of each activation against a node of the identity and the formula in `math`."""
    from micrograd_act import Value, functional

    points = [-3.1, -0.4, 0.3, 1.7]
    nodes = [Value(x) for x in points]

    def times(function: Any, xs: list[Any]) -> float:
        timer = Timer("for x in xs: f(x)", timer=process_time, globals={"f": function, "xs": xs})
        return timer.timeit(REPEATS) / REPEATS / len(xs)  # switches the collector off

    for name, plain in NUMBERS.items():
        turns = [
            (
                times(getattr(functional, name), nodes),
                times(plain, points) + times(functional.identity, nodes),
            )
            for _ in range(5)
        ]
        against = ratio(*zip(*turns, strict=True))
        report.add(f"{name} of a number", 1e9 * median(a for a, _ in turns), "ns")
        report.add(f"{name} of a number, against math and a node", against, "x", at_most=1.5)


def main() -> bool:
    report = Report("activations", "activations: 1,000,000 float32 values, one thread; one number")
    with contenders("benchmarks.activations", ("micrograd_act", "torch")) as running:
        for what, (expression, forward, both) in ARRAYS.items():
            for backward, most in ((False, forward), (True, both)):
                kind = "forward and backward" if backward else "forward"
                found = rounds(running, ROUNDS, expression=expression, backward=backward)
                for name, spent in found.items():
                    report.add(f"{what}, {kind}, {name}", 1e3 * median(spent), "ms")
                if "torch" in found:
                    against = ratio(found["micrograd_act"], found["torch"])
                    report.add(f"{what}, {kind}, against torch", against, "x", at_most=most)
        on_numbers(report)
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
