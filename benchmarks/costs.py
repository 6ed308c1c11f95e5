"""Records what each activation costs beside relu in micrograd_act/catalogue/costs.json.

Run it on a quiet machine: ``python -m benchmarks.costs``; then write docs/activations.md anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import micrograd_act
from micrograd_act.catalogue import Table
from micrograd_act.catalogue.costs import cost_of

TARGET = Path(micrograd_act.__file__).parent / "catalogue" / "costs.json"


def _rounded(cost: float) -> float:
    """Two digits at most: the next run repeats no more."""
    return round(cost, 1) if cost < 10 else float(round(cost))


def main() -> None:
    """Measure them one by one."""
    costs = {"relu": 1.0} | {
        c.title: _rounded(cost_of(c.op))
        for c in Table().cards
        if not (c.shown_as or c.title == "relu")
    }
    TARGET.write_text(json.dumps(costs, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for title, cost in costs.items():
        print(f"{title:34}{cost:g}")


if __name__ == "__main__":
    main()
