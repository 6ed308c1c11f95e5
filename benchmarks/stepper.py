"""The page that steps through a graph: its size, what it costs to write, a step in a browser."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.harness import Report

WIDTHS = ((2, 3, 1), (8, 8, 1), (16, 16, 16, 1))
ROUNDS = 5
FRAMES = 120
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
# Steps as fast as the browser draws them: the time between frames, and the script's share.
STEPPING = """async (count) => {
  const next = document.getElementById('next');
  const frame = () => new Promise(requestAnimationFrame);
  const found = [];
  await frame();
  for (let last = performance.now(); found.length < count; ) {
    const start = performance.now();
    next.click();
    const script = performance.now() - start;
    const now = await frame();
    found.push([now - last, script]);
    last = now;
  }
  return found;
}"""


def net(widths: tuple[int, ...]) -> Any:
    """A net of scalars, every node of it drawn."""
    from micrograd_act import Value, tanh

    draw = random.Random(0).uniform
    xs = [Value(draw(-1, 1), label=f"x{i}") for i in range(widths[0])]
    for width in widths[1:]:
        rows = []
        for _ in range(width):
            total = Value(draw(-1, 1), label="b")
            for x in xs:
                total = total + Value(draw(-1, 1), label="w") * x
            rows.append(tanh(total))
        xs = rows
    return xs[0]


def written(picture: Any, folder: Path) -> tuple[float, float]:
    """Seconds that it takes to write the page and the picture alone."""
    found = []
    for name in ("g.html", "g.svg"):
        start = process_time()
        picture.save(folder / name)
        found.append(process_time() - start)
    return found[0], found[1]


def stepped(page: Path) -> tuple[list[float], list[float]] | None:
    """Milliseconds between frames, and those of them that the script takes, while stepping."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with suppress(ImportError):
        from playwright.sync_api import sync_playwright

        if program is not None:
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
                shown = browser.new_page(viewport={"width": 1280, "height": 720})
                shown.goto(page.as_uri())
                shown.wait_for_timeout(1000)
                found = shown.evaluate(STEPPING, FRAMES)
                browser.close()
                return [frame for frame, _ in found], [script for _, script in found]
    print("playwright or Chromium is not installed; the rows of the browser are left out")
    return None


def main() -> bool:
    from micrograd_act import draw, nodes

    report = Report("stepper", "stepper: the page of a graph, beside its SVG and in Chromium")
    with TemporaryDirectory() as name:
        folder = Path(name)
        for widths in WIDTHS:
            root = net(widths)
            picture = draw(root, names=False)
            count = f"{len(nodes(root)):,} nodes"
            turns = [written(picture, folder) for _ in range(ROUNDS + 1)][1:]
            report.add(f"{count}, save", 1e3 * median(html for html, _ in turns), "ms")
            ratios = [html / svg for html, svg in turns]
            report.add(f"{count}, save against .svg", median(ratios), "x", at_most=2)
            sizes = [(folder / f"g.{suffix}").stat().st_size / 1e3 for suffix in ("html", "svg")]
            report.add(f"{count}, size", sizes[0], "kB")
            report.add(f"{count}, size of the .svg", sizes[1], "kB")
            times = stepped(folder / "g.html")
            if times is not None:
                frames, script = times
                report.add(f"{count}, time between frames", median(frames), "ms")
                report.add(f"{count}, 95 % of them below", quantiles(frames, n=20)[-1], "ms")
                report.add(f"{count}, script for a step", median(script), "ms")
    return report.finish(["micrograd_act", "playwright"])


if __name__ == "__main__":
    raise SystemExit(not main())
