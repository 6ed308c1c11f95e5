"""100,000 training steps: what the process holds afterwards that it did not hold before."""

from __future__ import annotations

import gc
import os
import tracemalloc
from pathlib import Path

import numpy as np

from benchmarks.harness import Report
from micrograd_act import nn, no_grad, optim, tensor
from micrograd_act.functional import cross_entropy, dropout, layer_norm

STEPS = 100_000
WARM = 2_000
MOST = 1.0  # MB


def resident() -> float:
    """Memory of the process in MB; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    pages = int(status.read_text().split()[1]) if status.exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages else 0.0


def steps(count: int) -> None:
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    optimizer = optim.Adam(net.parameters(), lr=1e-3)
    x, labels = rng.standard_normal((16, 4)), rng.integers(0, 3, 16)
    total = tensor(0.0)
    for _ in range(count):
        hidden = layer_norm(net(tensor(x)), (3,))
        loss = cross_entropy(dropout(hidden, 0.1, generator=rng), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with no_grad():
            total += loss
    assert np.isfinite(total.item())


def main() -> bool:
    report = Report("soak", "soak: growth over 100,000 training steps, collector off")
    gc.disable()
    steps(WARM)
    before = resident()
    steps(STEPS)
    report.add("resident memory", max(resident() - before, 0.0), "MB", at_most=MOST)
    tracemalloc.start()
    steps(WARM)
    held = tracemalloc.get_traced_memory()[0]
    steps(5 * WARM)
    grown = tracemalloc.get_traced_memory()[0] - held
    tracemalloc.stop()
    gc.enable()
    report.add("Python's memory, 10,000 steps", max(grown, 0) / 1e6, "MB", at_most=MOST / 10)
    return report.finish(("micrograd_act", "numpy"))


if __name__ == "__main__":
    raise SystemExit(not main())
