"""Layers and losses at the sizes of small nets, float32, forward and backward, against PyTorch."""

from __future__ import annotations

import tracemalloc
from statistics import median
from typing import Any

from benchmarks.harness import Measure, Report, contenders, ratio, rounds, seconds

ROUNDS = 7
LARGE = 1 << 24  # once an array of this many bytes was freed, glibc keeps what a step frees
# What is computed, with `F` the functions; the inputs' shapes; the largest ratio to PyTorch.
LAYERS: dict[str, tuple[str, dict[str, tuple[int, ...]], float]] = {
    "conv2d 32x8x26x26 to 16, 3x3": (
        "F.conv2d(x, w, b)", {"x": (32, 8, 26, 26), "w": (16, 8, 3, 3), "b": (16,)}, 3.0,
    ),
    "attention 16x4x64x16": (
        "F.scaled_dot_product_attention(q, k, v)", dict.fromkeys("qkv", (16, 4, 64, 16)), 1.5,
    ),
    "batch_norm 256x1000": (
        "F.batch_norm(x, None, None, w, b, True)", {"x": (256, 1000), "w": (1000,), "b": (1000,)},
        1.5,
    ),
    "layer_norm 256x1000": (
        "F.layer_norm(x, (1000,), w, b)", {"x": (256, 1000), "w": (1000,), "b": (1000,)}, 1.5,
    ),
    "cross_entropy 256x1000": ("F.cross_entropy(x, labels)", {"x": (256, 1000)}, 1.5),
}  # fmt: skip


def contender(name: str) -> Measure:
    import numpy as np

    np.empty(LARGE, np.uint8)
    steps: dict[str, Any] = {}

    def step_of(layer: str) -> Any:
        expression, shapes, _ = LAYERS[layer]
        rng = np.random.default_rng(0)
        given: dict[str, Any] = {}
        data = {key: rng.standard_normal(shape).astype("f4") for key, shape in shapes.items()}
        labels = rng.integers(0, 1000, 256)
        if name == "torch":
            import torch

            torch.set_num_threads(1)
            given = {"F": torch.nn.functional, "labels": torch.tensor(labels)}
            leaves = {key: torch.tensor(x).requires_grad_() for key, x in data.items()}
        else:
            from micrograd_act import functional, tensor

            given = {"F": functional, "labels": labels}
            leaves = {key: tensor(x, requires_grad=True) for key, x in data.items()}  # type: ignore[misc]
        given |= leaves
        code = compile(expression, layer, "eval")
        shape = tuple(eval(code, given).shape)
        seed = rng.standard_normal(shape).astype("f4")
        seed = torch.tensor(seed) if name == "torch" else tensor(seed)

        def step() -> None:
            for leaf in leaves.values():
                leaf.grad = None
            eval(code, given).backward(seed)

        return step

    def measure(layer: str, memory: bool = False) -> float:
        if layer not in steps:
            steps[layer] = step_of(layer)
        if not memory:
            return seconds(steps[layer], block=0.05, blocks=5)
        tracemalloc.start()
        steps[layer]()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return float(peak)

    return measure


def main() -> bool:
    report = Report("layers", "layers: forward and backward, float32, one thread")
    with contenders("benchmarks.layers", ("micrograd_act", "torch")) as running:
        for layer, (_, _, most) in LAYERS.items():
            found = rounds(running, ROUNDS, layer=layer)
            for name, times in found.items():
                report.add(f"{layer}, {name}", 1e6 * median(times), "us")
            if "torch" in found:
                against = ratio(found["micrograd_act"], found["torch"])
                report.add(f"{layer}, against torch", against, "x", at_most=most)
            peak = running["micrograd_act"].measure(layer=layer, memory=True)
            report.add(f"{layer}, peak of memory", peak / 1e6, "MB")
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
