"""Every operation on arrays of 8: what a node costs beside its arithmetic, forward and backward."""

from __future__ import annotations

from statistics import median
from time import process_time
from timeit import Timer
from typing import Any

from benchmarks.harness import Measure, Report, contenders, ratio, rounds

SIZE = 8
REPEATS = 400
ROUNDS = 11

# Each as it is typed, with `m` the package; written once where the names agree.
ELEMENTWISE = {
    **{name: f"m.{name}(x)" for name in (
        "abs", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "square",
        "reciprocal", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    )},
    **{name: f"m.{name}(u)" for name in ("arcsin", "arccos", "arctan", "arcsinh", "arctanh")},
    "add": "x + y", "sub": "x - y", "mul": "x * y", "div": "x / y", "neg": "-x",
    "power": "x ** 3", "pow": "x ** y", "maximum": "m.maximum(x, y)",
    "minimum": "m.minimum(x, y)", "where": "m.where(c, x, y)", "arctan2": "m.arctan2(x, y)",
    "clip": "m.clip(x, 0.5, 1.5)", "logaddexp": "m.logaddexp(x, y)",
}  # fmt: skip
OTHERS = {
    "erf": "m.erf(x)", "sigmoid": "n.sigmoid(x)", "relu": "n.relu(x)",
    "softplus": "n.softplus(x)", "silu": "n.silu(x)", "gelu": "n.gelu(x)",
}  # fmt: skip
REDUCTIONS = {
    "sum": "x.sum()", "mean": "x.mean()", "prod": "x.prod()", "max": "x.max()", "var": "x.var()",
    "std": "x.std()", "cumsum": "m.cumsum(x, 0)", "cumprod": "m.cumprod(x, 0)",
    "logsumexp": "m.logsumexp(x, 0)",
}  # fmt: skip
SHAPES = {
    "reshape": "x.reshape(2, 4)", "index": "x[2:5]", "gathered": "x[i]", "matmul": "a @ b",
    "matmul of vectors": "x @ y",
}  # fmt: skip
COMPOSITIONS = {
    "softmax": "n.softmax(x, 0)", "log_softmax": "n.log_softmax(x, 0)",
    "layer_norm": "n.layer_norm(x, (8,), w, y)", "cross_entropy": "n.cross_entropy(a, t)",
    "mse_loss": "n.mse_loss(x, y)", "linear": "n.linear(a, b, w4)",
}  # fmt: skip
KINDS = {
    "elementwise": ELEMENTWISE, "more elementwise": OTHERS, "reductions": REDUCTIONS,
    "shapes and products": SHAPES, "compositions": COMPOSITIONS,
}  # fmt: skip


def operands(name: str) -> dict[str, Any]:
    import numpy as np

    rng = np.random.default_rng(0)
    x, y, w = rng.uniform(0.5, 2.0, (3, SIZE))
    a, b = rng.uniform(0.5, 2.0, (2, 4, 4))
    arrays = {
        "x": x,
        "y": y,
        "w": w,
        "a": a,
        "b": b,
        "u": rng.uniform(-0.9, 0.9, SIZE),
        "w4": w[:4],
    }
    given: dict[str, Any] = {"i": [1, 5, 5], "c": x > y}
    if name == "torch":
        import torch

        torch.set_num_threads(1)
        given |= {"m": torch, "n": torch.nn.functional, "t": torch.tensor([0, 3, 1, 1])}
        given |= {"c": torch.tensor(x > y), "i": torch.tensor([1, 5, 5])}
        return given | {k: torch.tensor(v, requires_grad=True) for k, v in arrays.items()}
    if name == "mygrad":
        import mygrad

        return given | {"m": mygrad} | {k: mygrad.tensor(v) for k, v in arrays.items()}
    from micrograd_act import Tensor, functional

    given |= {"m": functional, "n": functional, "t": np.array([0, 3, 1, 1])}
    return given | {k: Tensor(v, requires_grad=True) for k, v in arrays.items()}


def contender(name: str) -> Measure:
    given = operands(name)
    timers: dict[str, tuple[Timer, Timer]] = {}

    def timed(operation: str) -> tuple[Timer, Timer]:
        found = eval(operation, given)
        one = found.detach() if name == "torch" else found.data
        seed = f"seed_{len(timers)}"
        given[seed] = one * 0 + 1
        both = f"({operation}).backward({seed})"
        return tuple(Timer(it, timer=process_time, globals=given) for it in (operation, both))

    def measure(operation: str) -> list[float] | None:
        """Forward alone, and forward with backward; None for what the package does not have."""
        if operation not in timers:
            try:
                timers[operation] = timed(operation)
            except (AttributeError, KeyError, NameError):
                return None
        return [timer.timeit(REPEATS) / REPEATS for timer in timers[operation]]

    return measure


def main() -> bool:
    report = Report("overhead", "overhead: one operation on 8 elements, float64, collector off")
    names = ("micrograd_act", "mygrad", "torch")
    with contenders("benchmarks.overhead", names) as running:
        for kind, operations in KINDS.items():
            for title, operation in operations.items():
                able = {n: c for n, c in running.items() if c.measure(operation=operation)}
                found = rounds(able, ROUNDS, operation=operation)
                ours = found["micrograd_act"]
                forward = median(f for f, _ in ours)
                both = median(b for _, b in ours)
                report.add(f"{title}: forward", 1e6 * forward, "us")
                report.add(f"{title}: backward over forward", both / forward - 1, "x")
                for rival in list(able)[1:]:
                    forwards, both_ways = (
                        ratio([t[part] for t in ours], [t[part] for t in found[rival]])
                        for part in (0, 1)
                    )
                    most = 2.0 if rival == "torch" and kind == "compositions" else 1.0
                    report.add(f"{title}: forward against {rival}", forwards, "x")
                    report.add(
                        f"{title}: forward and backward against {rival}",
                        both_ways,
                        "x",
                        at_most=most,
                    )
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
