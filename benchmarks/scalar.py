"""micrograd's demo step on scalars: two moons, an MLP 2-16-16-1, hinge loss and L2."""

from __future__ import annotations

import gc
import importlib
import math
import random
import tracemalloc
from itertools import pairwise
from statistics import median
from time import process_time
from typing import Any

from benchmarks.harness import Measure, Report, contenders, ratio, rounds

POINTS = 100
ROUNDS = 11
FASTER = {True: 6.0, False: 1.5}  # than micrograd, with the collector on and off
BYTES = 200.0


def two_moons() -> tuple[list[list[float]], list[float]]:
    rng = random.Random(1337)
    rows, labels = [], []
    for i in range(POINTS):
        angle = math.pi * (i // 2) / (POINTS // 2 - 1)
        x, y, label = math.cos(angle), math.sin(angle), -1.0
        if i % 2:
            x, y, label = 1 - x, 0.5 - y, 1.0
        rows.append([x + rng.gauss(0, 0.1), y + rng.gauss(0, 0.1)])
        labels.append(label)
    return rows, labels


def contender(name: str) -> Measure:
    engine = "micrograd.engine" if name == "micrograd" else "micrograd_act"
    Value = importlib.import_module(engine).Value
    nn = importlib.import_module(f"{name}.nn")
    random.seed(1337)
    model = nn.MLP(2, [16, 16, 1])
    rows, labels = two_moons()

    def forward() -> Any:
        inputs = [list(map(Value, row)) for row in rows]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * score).relu() for yi, score in zip(labels, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        return data_loss + reg_loss

    def step() -> dict[str, float]:
        model.zero_grad()
        times = [process_time()]
        loss = forward()
        times.append(process_time())
        loss.backward()
        times.append(process_time())
        result = {"loss": loss.data, "slope": model.parameters()[0].grad}
        times.append(process_time())
        del loss  # where nodes are cycles, this frees nothing until the collector runs
        times.append(process_time())
        forward_, backward, _, free = (b - a for a, b in pairwise(times))
        return result | {"forward": forward_, "backward": backward, "free": free}

    def memory() -> dict[str, float]:
        gc.collect()
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        loss = forward()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        seen, stack = {loss}, [loss]
        while stack:
            new = set(stack.pop()._prev) - seen
            seen |= new
            stack.extend(new)
        return {"bytes": after - before, "nodes": len(seen)}

    def measure(what: str, collector: bool = True) -> dict[str, float]:
        if what == "memory":
            return memory()
        if collector:  # left alone between steps too, as in a training loop
            return step()
        gc.collect()
        gc.disable()
        try:
            return step()
        finally:
            gc.enable()

    return measure


def main() -> bool:
    report = Report("scalar", "scalar: micrograd's demo step")
    with contenders("benchmarks.scalar", ("micrograd_act", "micrograd")) as running:
        for collector, faster in FASTER.items():
            found = rounds(running, ROUNDS, what="step", collector=collector)
            # Without the collector micrograd frees nothing, so there it is left out on both sides.
            parts = ("forward", "backward", "free") if collector else ("forward", "backward")
            whole = {
                name: [sum(step[part] for part in parts) for step in steps]
                for name, steps in found.items()
            }
            state = f"collector {'on' if collector else 'off'}"
            for name, steps in found.items():
                for part in ("forward", "backward", "free"):
                    time = median(step[part] for step in steps)
                    report.add(f"{state}, {name}, {part}", 1e3 * time, "ms")
                report.add(f"{state}, {name}, {' + '.join(parts)}", 1e3 * median(whole[name]), "ms")
            if len(found) == 2:
                ours, theirs = found.values()
                for key in ("loss", "slope"):
                    assert math.isclose(ours[0][key], theirs[0][key], rel_tol=1e-9)
                measured = ratio(whole["micrograd"], whole["micrograd_act"])
                what = f"{state}, times faster than micrograd"
                report.add(what, measured, "x", at_least=faster)
        for name, one in running.items():
            held = one.measure(what="memory")
            report.add(f"nodes of a step, {name}", held["nodes"], "")
            ceiling = BYTES if name == "micrograd_act" else None
            report.add(
                f"memory a node, {name}", held["bytes"] / held["nodes"], "B", at_most=ceiling
            )
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
