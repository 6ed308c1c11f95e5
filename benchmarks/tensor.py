"""An eager MLP step on arrays: forward, backward, SGD; float32, tanh, mean squared error."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from benchmarks.harness import Contender, Measure, Report, contenders, ratio, rounds, seconds

# batch, sizes, at most this many times NumPy, at least this many times faster than PyTorch
NETS: dict[str, tuple[int, tuple[int, ...], float, float | None]] = {
    "32x(2-16-16-1)": (32, (2, 16, 16, 1), 1.6, 2.0),
    "128x(64-128-64-10)": (128, (64, 128, 64, 10), 1.25, None),
    "256x(784-512-256-10)": (256, (784, 512, 256, 10), 1.1, None),
    "32x(16 wide, 32 layers)": (32, (16,) * 33, 1.5, 1.7),
}
LARGEST = "256x(784-512-256-10)"
LR = 0.01
# Once an array of this many bytes was freed, as after loading data, glibc keeps what a step frees.
# Until then it returns it to the system and the next step pays for every page anew.
LARGE = 1 << 24
ROUNDS = 9
LOSSES = 20

Arrays = list[np.ndarray[Any, Any]]


def start(net: str) -> tuple[Any, Any, Arrays, Arrays]:
    """Inputs, targets, weights and biases, the same for every contender."""
    batch, sizes, *_ = NETS[net]
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, sizes[0]), dtype=np.float32)
    t = rng.standard_normal((batch, sizes[-1]), dtype=np.float32)
    weights = [
        rng.standard_normal((n, m), dtype=np.float32) / np.float32(math.sqrt(n))
        for n, m in pairwise(sizes)
    ]
    biases = [rng.standard_normal(m, dtype=np.float32) * np.float32(0.1) for m in sizes[1:]]
    return x, t, weights, biases


def by_hand(net: str) -> Callable[[], Any]:
    """The formulas in NumPy: tanh' = 4E / (1 + E)**2 with E = exp(-2|z|), temporaries reused."""
    x, t, weights, biases = start(net)
    scale = np.float32(2 / t.size)
    last = len(weights) - 1

    def step() -> Any:
        read, before = [x], []
        for i, (W, b) in enumerate(zip(weights, biases, strict=True)):
            z = read[-1] @ W
            z += b
            if i < last:
                before.append(z)
                read.append(np.tanh(z))
        z -= t
        loss = np.mean(z * z)
        z *= scale
        g = z
        for i in range(last, -1, -1):
            W = weights[i]
            dW = read[i].T @ g
            db = g.sum(0)
            if i:
                g = g @ W.T
                E = before[i - 1]
                np.abs(E, out=E)
                E *= -2
                np.exp(E, out=E)
                g *= E
                g *= 4
                E += 1
                E *= E
                g /= E
            dW *= LR
            W -= dW
            db *= LR
            biases[i] -= db
        return loss

    return step


def with_torch(net: str) -> Callable[[], Any]:
    import torch

    torch.set_num_threads(1)
    x, t, weights, biases = start(net)
    x, t = torch.from_numpy(x), torch.from_numpy(t)
    layers = [
        tuple(torch.from_numpy(p).requires_grad_() for p in pair)
        for pair in zip(weights, biases, strict=True)
    ]
    return program(x, t, layers, torch.no_grad)


def with_package(net: str) -> Callable[[], Any]:
    from micrograd_act import Tensor, no_grad

    x, t, weights, biases = start(net)
    layers = [
        tuple(Tensor(p, requires_grad=True) for p in pair)
        for pair in zip(weights, biases, strict=True)
    ]
    return program(Tensor(x), Tensor(t), layers, no_grad)


def program(x: Any, t: Any, layers: list[Any], no_grad: Any) -> Callable[[], Any]:
    """What a user writes, the same text for PyTorch and for this package."""
    *hidden, (W_out, b_out) = layers
    parameters = [p for layer in layers for p in layer]

    def step() -> Any:
        h = x
        for W, b in hidden:
            h = (h @ W + b).tanh()
        h = h @ W_out + b_out
        loss = ((h - t) ** 2).mean()
        loss.backward()
        with no_grad():
            for p in parameters:
                p -= LR * p.grad
                p.grad = None
        return loss

    return step


MAKERS = {"micrograd_act": with_package, "numpy": by_hand, "torch": with_torch}


def contender(name: str) -> Measure:
    make = MAKERS[name]
    steps = {net: make(net) for net in NETS}

    def measure(net: str, what: str = "seconds", keep_freed_memory: bool = True) -> Any:
        if keep_freed_memory:
            np.empty(LARGE, np.uint8)
        if what == "losses":
            step = make(net)
            return [step().item() for _ in range(LOSSES)]
        return seconds(steps[net])

    return measure


def compare(report: Report, running: dict[str, Contender], net: str, keep: bool) -> None:
    _, _, slower, faster = NETS[net]
    row = net if keep else f"{net}, fresh heap"
    losses = [
        one.measure(net=net, what="losses", keep_freed_memory=keep) for one in running.values()
    ]
    for others in losses[1:]:
        np.testing.assert_allclose(others, losses[0], rtol=1e-4)
    found = rounds(running, ROUNDS, net=net, keep_freed_memory=keep)
    for name, times in found.items():
        report.add(f"{row}, {name}", 1e6 * median(times), "us")
    ours = found["micrograd_act"]
    against = ratio(ours, found["numpy"])
    report.add(f"{row}, times NumPy", against, "x", at_most=slower if keep else None)
    if "torch" in found:
        against = ratio(found["torch"], ours)
        report.add(
            f"{row}, times faster than PyTorch", against, "x", at_least=faster if keep else None
        )


def main() -> bool:
    title = "tensor: eager MLP step (forward, backward, SGD), float32, tanh, one thread"
    report = Report("tensor", title)
    with contenders("benchmarks.tensor", MAKERS) as running:
        compare(report, running, LARGEST, keep=False)
        for net in NETS:
            compare(report, running, net, keep=True)
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
