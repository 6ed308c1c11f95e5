"""Contenders in processes of their own, measured in turns; the tables and the JSON of the results.

A benchmark module has a function `contender(name)` that returns a function which makes one
measurement. It runs in a child process that answers each line of JSON with another, so that the
rounds of several contenders alternate while each has an interpreter, a heap and a collector of
its own. Time is that of the process, which other work on the machine lengthens less than the
clock's.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
ENVIRONMENT = {**os.environ, **ONE_THREAD, "PYTHONHASHSEED": "0"}

Measure = Callable[..., Any]


class Contender:
    """A child process that measures one engine."""

    def __init__(self, module: str, name: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.harness", module, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
            cwd=ROOT,
        )

    def measure(self, **request: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name}: the process ended with {self.process.wait()}")
        return json.loads(line)


@contextmanager
def contenders(module: str, names: Iterable[str]) -> Iterator[dict[str, Contender]]:
    """The contenders whose packages are installed; a line says which are not."""
    running = {}
    try:
        for name in names:
            if installed(name):
                running[name] = Contender(module, name)
            else:
                print(f"{name} is not installed; its rows are left out")
        yield running
    finally:
        for contender in running.values():
            contender.process.communicate()


def installed(name: str) -> str:
    """The version of a package, empty if it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        # a checkout that is not installed
        return str(importlib.import_module(name).__version__) if name == "micrograd_act" else ""


def rounds(running: dict[str, Contender], count: int, **request: Any) -> dict[str, list[Any]]:
    """`count` measurements of each contender, in turns; the first turn of all is thrown away."""
    turns = [
        {name: contender.measure(**request) for name, contender in running.items()}
        for _ in range(count + 1)
    ]
    return {name: [turn[name] for turn in turns[1:]] for name in running}


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the ratios of each turn, whose two measurements are neighbours in time."""
    return median(a / b for a, b in zip(over, under, strict=True))


def seconds(step: Callable[[], object], block: float = 0.02, blocks: int = 7) -> float:
    """The time of one step, the collector's share included: the median over blocks of steps."""
    step()
    start = process_time()
    step()
    steps = max(1, round(block / (process_time() - start)))
    found = []
    for _ in range(blocks):
        start = process_time()
        for _ in range(steps):
            step()
        found.append((process_time() - start) / steps)
    return median(found)


class Report:
    """The rows of one benchmark, some with a target."""

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.title = title
        self.rows: list[dict[str, Any]] = []
        self.details: list[list[Any]] = []  # lines of a wider table, its head first

    def add(
        self,
        what: str,
        measured: float,
        unit: str,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        row: dict[str, Any] = {"what": what, "measured": float(f"{measured:.4g}"), "unit": unit}
        if at_most is not None:
            row |= {"target": f"<= {at_most:g}", "passed": measured <= at_most}
        if at_least is not None:
            row |= {"target": f">= {at_least:g}", "passed": measured >= at_least}
        self.rows.append(row)

    def finish(self, packages: Iterable[str]) -> bool:
        """Print the table, keep it and the JSON, and say whether every target was met."""
        record = {
            "title": self.title,
            "rows": self.rows,
            "versions": {name: installed(name) for name in packages},
            "machine": machine(),
            "details": [[_rounded(cell) for cell in line] for line in self.details],
        }
        print("\n" + table(record), flush=True)
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps(record, indent=1)
        (RESULTS / f"{self.name}.json").write_text(text + "\n", encoding="utf-8")
        tables = (table(json.loads(path.read_text())) for path in sorted(RESULTS.glob("*.json")))
        (RESULTS / "tables.txt").write_text("\n".join(tables), encoding="utf-8")
        return all(row.get("passed", True) for row in self.rows)


def _rounded(cell: Any) -> Any:
    return float(f"{cell:.3g}") if isinstance(cell, float) else cell


def table(record: dict[str, Any]) -> str:
    """The rows of a result, aligned, under its title."""
    verdicts = {True: "pass", False: "FAIL", None: ""}
    lines = [("", "measured", "", "target", "")]
    for row in record["rows"]:
        verdict = verdicts[row.get("passed")]
        number = f"{row['measured']:,.4g}" if row["measured"] < 1e4 else f"{row['measured']:,.0f}"
        lines.append((row["what"], number, row["unit"], row.get("target", ""), verdict))
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    text = [record["title"]]
    for what, number, *rest in lines:
        cells = [what.ljust(widths[0]), number.rjust(widths[1])]
        cells += [cell.ljust(width) for cell, width in zip(rest, widths[2:], strict=True)]
        text.append("  ".join(cells).rstrip())
    details = [["" if cell is None else str(cell) for cell in x] for x in record.get("details", ())]
    columns = [max(map(len, column)) for column in zip(*details, strict=True)]
    for first, *others in details:
        cells = [first.ljust(columns[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, columns[1:], strict=True)]
        text.append("  ".join(cells).rstrip())
    versions = [f"{name} {number}" for name, number in record["versions"].items()]
    where = record["machine"]
    text.append(", ".join([*versions, f"Python {where['python']}", where["processor"]]))
    return "\n".join(text) + "\n"


def machine() -> dict[str, Any]:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [s for s in cpuinfo.read_text().splitlines() if s.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "threads": 1,
        "load": [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _serve(module: str, name: str) -> None:
    measure: Measure = importlib.import_module(module).contender(name)
    for line in sys.stdin:
        print(json.dumps(measure(**json.loads(line))), flush=True)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
