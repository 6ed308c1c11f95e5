"""Every operation on arrays of 8: what a node costs beside its arithmetic, forward and backward."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median
from time import process_time
from timeit import Timer
from typing import Any

import numpy as np

from benchmarks.harness import Contender, Measure, Report, contenders, ratio, rounds

SIZE = 8
REPEATS = 200
ROUNDS = 21
RIVALS = ("numpy", "mygrad", "torch")

# Each as it is typed, with `m` the functions of a package, `t` labels and `i` indices. Elementwise
# functions are found in `functional`; here is what is no function, or takes more than arrays.
ELEMENTWISE = {
    "add": "x + y", "sub": "x - y", "mul": "x * y", "div": "x / y", "neg": "-x", "pow": "x ** y",
    "power of 3": "x ** 3", "square": "x ** 2", "add of a number": "x + 1.5",
    "mul by a number": "2 * x", "where": "m.where(c, x, y)", "clip": "m.clip(x, 0.5, 1.5)",
}  # fmt: skip
REDUCTIONS = {
    "sum": "x.sum()", "mean": "x.mean()", "prod": "x.prod()", "max": "x.max()", "min": "x.min()",
    "var": "x.var()", "std": "x.std()", "cumsum": "m.cumsum(x, 0)", "cumprod": "m.cumprod(x, 0)",
    "logsumexp": "m.logsumexp(x, 0)", "sum of rows": "a.sum(1)", "mean of columns": "a.mean(0)",
}  # fmt: skip
PRODUCTS = {"matmul": "a @ b", "matmul of vectors": "x @ y"}
SHAPES = {
    "reshape": "x.reshape(2, 4)", "transpose": "a.T", "index": "x[2:5]", "gathered": "x[i]",
    "concatenate": "m.concatenate((x, y))", "stack": "m.stack((x, y))",
}  # fmt: skip
COMPOSITIONS = {
    "softmax": "m.softmax(x, 0)", "log_softmax": "m.log_softmax(x, 0)",
    "layer_norm": "m.layer_norm(x, (8,), w, y)", "cross_entropy": "m.cross_entropy(a, t)",
    "mse_loss": "m.mse_loss(x, y)", "linear": "m.linear(a, b, w4)",
}  # fmt: skip
# Compared with PyTorch (NumPy's functions have no backward): the largest ratio for each kind.
AT_MOST = {"elementwise": 1.0, "reductions": 1.0, "products": 1.0, "compositions": 2.0}

INSTEAD = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh", "atan2": "arctan2", "softsign": "soft_sign", "hardtanh": "hard_tanh",
    "log_softmax": "logsoftmax", "cross_entropy": "softmax_crossentropy",
}  # fmt: skip


class Functions:
    """The functions of a package under the names of this one."""

    def __init__(self, *modules: Any) -> None:
        self._modules = modules

    def __getattr__(self, name: str) -> Any:
        for module in self._modules:
            for spelling in (name, INSTEAD.get(name, name)):
                found = getattr(module, spelling, None)
                if callable(found):
                    setattr(self, name, found)
                    return found
        raise AttributeError(name)


def operands(name: str) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    x, y, w = rng.uniform(0.5, 2.0, (3, SIZE))
    a, b = rng.uniform(0.5, 2.0, (2, 4, 4))
    u, v = rng.uniform(0.1, 0.9, SIZE), rng.uniform(1.1, 3.0, SIZE)
    arrays = {"x": x, "y": y, "w": w, "a": a, "b": b, "u": u, "v": v, "w4": w[:4]}
    given: dict[str, Any] = {"i": [1, 5, 5], "c": x > y, "t": np.array([0, 3, 1, 1])}
    if name == "torch":
        import torch

        torch.set_num_threads(1)
        functions = Functions(torch, torch.nn.functional, torch.special)
        given = {key: torch.tensor(x) for key, x in given.items()}
        make: Any = partial(torch.tensor, requires_grad=True)
    elif name == "mygrad":
        import mygrad
        from mygrad.nnet import activations, losses

        functions, make = Functions(mygrad, activations, losses), mygrad.tensor
    elif name == "numpy":
        functions, make = Functions(np), np.array
    else:
        from micrograd_act import Tensor, functional

        functions, make = Functions(functional), partial(Tensor, requires_grad=True)
    return given | {"m": functions} | {key: make(x) for key, x in arrays.items()}


def contender(name: str) -> Measure:
    given = operands(name)
    timers: dict[str, tuple[Timer, ...]] = {}

    def timed(operation: str) -> tuple[Timer, ...]:
        found = eval(operation, given)
        forward = Timer(operation, timer=process_time, globals=given)
        if name == "numpy":
            return (forward,)
        seed = ""
        if np.prod(found.shape) != 1:
            seed = f"seed_{len(timers)}"
            given[seed] = (found * 0 + 1).detach() if name != "mygrad" else found.data * 0 + 1
        both = Timer(f"({operation}).backward({seed})", timer=process_time, globals=given)
        both.timeit(1)
        return (forward, both)

    def measure(operation: str, value: bool = False) -> Any:
        """Forward alone, and forward with backward; None for what the package does not have."""
        try:
            if value:
                found = eval(operation, given)
                return np.asarray(getattr(found, "data", found)).tolist()
            if operation not in timers:
                timers[operation] = timed(operation)
        except (AttributeError, KeyError, NameError, TypeError, ValueError, RuntimeError):
            return None
        return [timer.timeit(REPEATS) / REPEATS for timer in timers[operation]]

    return measure


def elementwise() -> Iterator[tuple[str, str]]:
    """The differentiable elementwise functions of the package, at inputs where they are smooth."""
    from micrograd_act import functional
    from micrograd_act.ops.op import Family, Op

    given = operands("micrograd_act")
    seen = {getattr(functional, name, None) for name in ELEMENTWISE}
    for name in functional.__all__:
        function = getattr(functional, name)
        if not isinstance(function, (Op, Family)) or function in seen:
            continue
        seen.add(function)
        try:
            op = function if isinstance(function, Op) else function.bind()
        except (TypeError, ValueError):  # it needs arguments
            continue
        for inputs in ("x", "u", "v") if len(op.vjps) == 1 else ("x, y",):
            if not op.elementwise or len(op.vjps) > 2:
                break
            leaf = given[inputs[0]]
            leaf.grad = None
            with np.errstate(all="ignore"):
                y = eval(f"m.{name}({inputs})", given)
                y.backward(np.ones(y.shape))
            if np.all(np.isfinite((y.data, leaf.grad))) and np.any(leaf.grad):
                yield name, f"m.{name}({inputs})"
                break


def compare(running: dict[str, Contender], operation: str) -> dict[str, list[list[float]]]:
    """The times of the packages that have the operation, and agree on its value."""
    able = {name: one for name, one in running.items() if one.measure(operation=operation)}
    values = {name: one.measure(operation=operation, value=True) for name, one in able.items()}
    ours = values["micrograd_act"]
    for name, theirs in values.items():
        if np.shape(theirs) != np.shape(ours) or not np.allclose(theirs, ours):
            print(f"{operation}: {name} computes something else and is left out")
            del able[name]
    return rounds(able, ROUNDS, operation=operation)


def main() -> bool:
    title = "overhead: one operation on 8 elements, float64, collector off"
    report = Report("overhead", title)
    report.details.append(
        ["", "forward us", "backward / forward", "forward / numpy"]
        + [f"{part} / {rival}" for rival in RIVALS[1:] for part in ("forward", "both")]
    )
    kinds = {
        "elementwise": {**ELEMENTWISE, **dict(elementwise())},
        "reductions": REDUCTIONS, "products": PRODUCTS, "shapes": SHAPES,
        "compositions": COMPOSITIONS,
    }  # fmt: skip
    with contenders("benchmarks.overhead", ("micrograd_act", *RIVALS)) as running:
        for kind, operations in kinds.items():
            both: dict[str, dict[str, float]] = {rival: {} for rival in RIVALS[1:]}
            for title, operation in operations.items():
                found = compare(running, operation)
                forward, backward = zip(*found["micrograd_act"], strict=True)
                line = [title, 1e6 * median(forward), median(backward) / median(forward) - 1]
                for rival in RIVALS:
                    theirs = list(zip(*found.get(rival, ()), strict=True))
                    parts = [ratio(a, b) for a, b in zip((forward, backward), theirs, strict=False)]
                    line += parts or [None] * (1 if rival == "numpy" else 2)
                    if len(parts) == 2:
                        both[rival][title] = parts[1]
                report.details.append(line)
            for rival, ratios in both.items():
                if not ratios:
                    continue
                worst = max(ratios, key=ratios.__getitem__)
                what = f"{kind}: the worst of {len(ratios)} against {rival}, {worst}"
                most = 1.0 if rival == "mygrad" else AT_MOST.get(kind)
                report.add(what, ratios[worst], "x", at_most=most)
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
