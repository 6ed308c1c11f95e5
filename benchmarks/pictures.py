"""Pictures of graphs: time to place and to save, sizes, crossings beside dot's."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np

from benchmarks.harness import Report
from benchmarks.stepper import net

SIZES = ((4, 8, 4, 1), (4, 16, 8, 4, 1), (8, 16, 8, 8, 4, 1), (8, 32, 8, 8, 4, 1))
AT = 1000  # nodes for which there is a target
ROUNDS = 3
SUFFIXES = (".svg", ".png", ".pdf", ".dot")
DOT = shutil.which("dot")
STEPS = 24  # straight pieces of a drawn edge


def timed(function: Callable[[], Any]) -> float:
    start = process_time()
    function()
    return process_time() - start


def by_dot(text: str) -> tuple[float, str]:
    """The CPU time that Graphviz needs to place a graph, and where everything is."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [str(DOT), "-Tplain"], input=text, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, run.stdout


Line = tuple[str, str, Any]  # source, target, points


def lines_of_dot(plain: str) -> list[Line]:
    """The edges in dot's plain output: cubic curves through every third point."""
    found = []
    for row in plain.splitlines():
        word, *parts = row.split()
        if word == "edge":
            count = int(parts[2])
            points = np.array(parts[3 : 3 + 2 * count], float).reshape(-1, 2)
            t = np.linspace(0, 1, STEPS)[:, None]
            pieces = [
                (1 - t) ** 3 * points[i]
                + 3 * t * (1 - t) ** 2 * points[i + 1]
                + 3 * t**2 * (1 - t) * points[i + 2]
                + t**3 * points[i + 3]
                for i in range(0, count - 1, 3)
            ]
            found.append((parts[0], parts[1], np.concatenate(pieces)))
    return found


def lines_of(placed: Any) -> list[Line]:
    found = []
    for arrow, route in zip(placed.panel.arrows, placed.layout.routes, strict=True):
        first, last = route.line.points[0][0], route.line.points[-1][0]
        xs = np.linspace(first, last, STEPS * len(route.line.points))
        found.append((arrow.source, arrow.target, np.array([(x, route.line.at(x)) for x in xs])))
    return found


def crossings(lines: list[Line]) -> int:
    """How often edges without a common end cross, counted on the drawn lines."""
    total = 0
    for (a, b, one), (c, d, two) in combinations(lines, 2):
        apart = (one.max(0) < two.min(0)).any() or (two.max(0) < one.min(0)).any()
        if not apart and not {a, b} & {c, d}:
            p, q = (line[:-1] for line in (one, two))
            r, s = (np.diff(line, axis=0) for line in (one, two))
            between = q[None] - p[:, None]
            det = _cross(r[:, None], s[None])
            with np.errstate(divide="ignore", invalid="ignore"):
                t = _cross(between, s[None]) / det
                u = _cross(between, r[:, None]) / det
            total += int(np.count_nonzero((t >= 0) & (t < 1) & (u >= 0) & (u < 1)))
    return total


def _cross(a: Any, b: Any) -> Any:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def main() -> bool:
    from micrograd_act import draw
    from micrograd_act.drawing.placing import place
    from tests.drawing.graphs import REFERENCE

    report = Report("pictures", "pictures: placing and saving graphs, beside Graphviz's dot")
    if DOT is None:
        print("dot is not installed; its rows are left out")
    with TemporaryDirectory() as name:
        for suffix in SUFFIXES:  # imports and fonts are found by the first call
            draw(net((1, 1))).save(Path(name) / f"first{suffix}")
        for widths in SIZES:
            root = net(widths)
            picture = draw(root, names=False)
            count = len(picture.panels[0].boxes)
            title = f"{count:,} nodes"
            target = {"at_most": 0.3} if 0.9 * AT <= count <= 1.1 * AT else {}
            placed = [timed(lambda p=picture: place(p.panels)) for _ in range(ROUNDS)]
            report.add(f"{title}, draw", median(_draws(draw, root)), "s")
            report.add(f"{title}, place", median(placed), "s", **target)
            if DOT is not None:
                theirs = [by_dot(picture.dot)[0] for _ in range(ROUNDS)]
                report.add(f"{title}, place against dot", median(placed) / median(theirs), "x")
            for suffix in SUFFIXES:
                path = Path(name) / f"g{suffix}"
                spent = timed(lambda to=path, p=picture: p.save(to))
                report.add(f"{title}, save {suffix}", spent, "s")
                report.add(f"{title}, size of {suffix}", path.stat().st_size / 1e3, "kB")
    if DOT is not None:
        report.details.append(["crossings", "edges", "built in", "dot"])
        for name, make in REFERENCE.items():
            picture = draw(make(), names=False)
            (placed_once,) = place(picture.panels)
            ours, theirs = lines_of(placed_once), lines_of_dot(by_dot(picture.dot)[1])
            report.details.append([name, len(ours), crossings(ours), crossings(theirs)])
    return report.finish(["micrograd_act", "matplotlib", "Pillow"])


def _draws(draw: Any, root: Any) -> list[float]:
    return [timed(lambda: draw(root, names=False)) for _ in range(ROUNDS)]


if __name__ == "__main__":
    raise SystemExit(not main())
