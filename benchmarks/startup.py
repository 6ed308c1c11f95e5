"""What importing the package costs beside importing NumPy, which it needs."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.harness import ENVIRONMENT, ROOT, Report, ratio

PACKAGES = ("micrograd_act", "numpy")
ROUNDS = 41
CODE = """
from time import process_time
start = process_time()
import {}
print(process_time() - start)
"""


def seconds(package: str, bytecode: str) -> float:
    """The time of the import statement in a fresh interpreter."""
    run = subprocess.run(
        [sys.executable, "-c", CODE.format(package)],
        check=True,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode},
        cwd=ROOT,
    )
    return float(run.stdout)


def main() -> bool:
    report = Report("startup", "startup: an import in a fresh interpreter")
    with TemporaryDirectory() as bytecode:  # written by the first turn
        turns = [[seconds(package, bytecode) for package in PACKAGES] for _ in range(ROUNDS + 1)]
    ours, theirs = zip(*turns[1:], strict=True)
    report.add("import micrograd_act", 1e3 * median(ours), "ms")
    report.add("import numpy", 1e3 * median(theirs), "ms")
    report.add("micrograd_act against numpy", ratio(ours, theirs), "x", at_most=1.3)
    return report.finish(PACKAGES)


if __name__ == "__main__":
    raise SystemExit(not main())
