"""A long run: writes tests/reference/accuracy.json and docs/accuracy.md."""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import numpy as np

from benchmarks.accuracy.rivals import RIVALS
from benchmarks.harness import installed
from tests.contract.accuracy import (
    away,
    fresh,
    grid,
    measured,
    on_numbers,
    representable,
    truth,
    worst,
)
from tests.contract.accuracy_page import FOUND, PAGE, page, stored
from tests.contract.curves import CURVES

SEED = 4
RANDOM = 1500
DENSE = 2
SEARCHED, SUSPECTS = 200_000, 40
OTHERS = 10  # parameters beside the usual one, with a tenth of the points


def points(dtype: Any, rng: np.random.Generator, curve: Any, p: float, usual: bool) -> Any:
    near = 1 + 4 * np.arange(1, 9) * np.finfo(dtype).eps
    knots = [float(k) for k in curve.kinks(p)]
    beside = [k * n for k in knots for n in (*near, *(2 - near))]
    count = RANDOM if usual else RANDOM // 10
    parts = [fresh(rng, dtype, count), np.array(beside, dtype)]
    if usual:
        parts.append(grid(dtype, DENSE))
    if dtype == np.float32:
        parts.append(suspects(curve, rng, p, SEARCHED if usual else SEARCHED // 10))
    return away(np.unique(np.concatenate(parts)), knots)


def suspects(curve: Any, rng: np.random.Generator, p: float, count: int) -> Any:
    """Of very many float32 numbers those at which the result is furthest from that in float64."""
    x = away(fresh(rng, np.float32, count), curve.kinks(p))
    with np.errstate(all="ignore"):
        pairs = zip(measured(curve, x, p), measured(curve, x.astype(float), p), strict=True)
        off = [abs(a - b) / np.spacing(np.abs(b).astype(np.float32)) for a, b in pairs]
    off = [np.where(np.isfinite(part), part, 0.0) for part in off]
    return x[np.concatenate([np.argsort(part)[-SUSPECTS:] for part in off])]


def larger(a: list[Any], b: list[Any]) -> list[Any]:
    return [max(p, q) for p, q in zip(a, b, strict=True)] if a else b


def run(name: str) -> dict[str, Any]:
    """The largest errors of a curve, each with where it is."""
    curve, rng = CURVES[name], np.random.default_rng([SEED, *name.encode()])
    row: dict[str, Any] = {}
    for dtype in (np.float64, np.float32):
        column = np.dtype(dtype).name
        for k, p in enumerate(curve.parameters(dtype, rng, OTHERS)):
            x = points(dtype, rng, curve, p, k == 0)
            x, true = representable(truth(curve, x, p), x)
            with np.errstate(all="raise", under="ignore"):
                parts = measured(curve, x, p)
            row[column] = larger(row.get(column, []), worst(curve, parts, true, x))
            if dtype != np.float64:
                continue
            if curve.elementwise:
                found = worst(curve, on_numbers(curve, x, p), true, x)
                row["numbers"] = larger(row.get("numbers", []), found)
            if k == 0:
                for rival, compute in RIVALS.items():
                    row[rival] = _of_rival(rival, compute, curve, x, p, true)
    return row


def _of_rival(rival: str, compute: Any, curve: Any, x: Any, p: float, true: Any) -> Any:
    if not installed(rival):
        return None
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return worst(curve, compute(curve, x, p), true, x)
    except (NotImplementedError, TypeError, RuntimeError):
        return None


def main() -> None:
    names = sys.argv[1:] or list(CURVES)
    curves = stored()["curves"] if FOUND.exists() else {}
    for name in names:
        row = run(name)
        curves[name] = {
            column: pairs and [[float(f"{error:.4g}"), x] for error, x in pairs]
            for column, pairs in row.items()
        }
        print(name, {c: p and [e for e, _ in p] for c, p in curves[name].items()}, flush=True)
        store(curves)


def store(curves: dict[str, Any]) -> None:
    found = {
        "versions": {rival: installed(rival) for rival in RIVALS},
        "points": len(grid(np.float64, DENSE)) + RANDOM,
        "curves": {name: curves[name] for name in CURVES if name in curves},
    }
    FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
