"""docs/accuracy.md, made of tests/reference/accuracy.json."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOUND = ROOT / "tests" / "reference" / "accuracy.json"
PAGE = ROOT / "docs" / "accuracy.md"
ORDERS = ("f", "f′", "f″")
_MANY = 1e4

_HEAD = """# Accuracy

Made by `python -m benchmarks.accuracy`, and compared by a test with the data that it stores;
another test looks for larger errors at other points, random ones.

Errors of the value, the first and the second derivative of every activation, the largest found,
in units in the last place (ulp) of the exact result, against 50 to 460 digits: at least {points}
points of each function, of every size from the smallest subnormal number to the largest, of both
signs, dense where the exponent moves and beside kinks; in float32 also those of 200,000 that are
furthest from the result in float64. Within 0.3 of a root other than 0 (0.3 |x| from 1 to 8),
where no formula in floating point keeps its digits, the unit is that of the largest number
around. Where there is a parameter, at least ten others are tried beside the one of the table. `@`
says where the error is. From {many:,} ulp on it is given relative to the result: 1 is a result
without a right digit. **NaN** stands where a number or infinity is wanted and there is none.

- The two columns in front are this package's arrays, **float64** and **float32**; *numbers* are
  `Value` and Python floats.
- PyTorch, JAX and SciPy (NumPy where SciPy has no such function) are in float64, at the points of
  the usual parameter. What they lack is written as a user would, or left out (–).
- `softmax`, `log_softmax` and `logsumexp` are of two numbers, x and 0 (in float64 also x and
  another); `glu` and `swiglu` have 1.7 in the other half.
- Promised is what the first three columns have, rounded up to the next of 0.5, 1, 1.5, 2, 2.5, 3,
  3.5, 4, 5, ... that leaves a quarter of room, and nowhere more than 4 in the value and 10 in the
  derivatives (16 in float32). Arrays and numbers agree within the sum of the two.

In float32 the powers of a softmax whose maximum is below 0 or above 40 lose up to `|x - max| / 2`
ulp more, since the subtraction rounds; with one entry 0, as here, it does not.
"""


_RIVALS = {"torch": "PyTorch", "jax": "JAX", "scipy": "SciPy"}
_COLUMNS = ("float64", "float32", "numbers", *_RIVALS)


def _cell(pair: list[float] | None, column: str) -> str:
    """An error and where it is."""
    if pair is None:
        return "–"
    error, where = pair
    if not error:
        return "0"
    if not math.isfinite(error):
        shown = "**NaN**"
    elif error >= _MANY:
        shown = f"**rel {error * 2.0 ** (-24 if column == 'float32' else -53):.0e}**"
    else:
        shown = f"{error:.1f}"
    return f"{shown} @{where:.3g}"


def _rows(name: str, found: dict[str, Any]) -> list[list[str]]:
    pairs = {column: found.get(column) or [] for column in _COLUMNS}
    rows = [
        [
            _cell(pairs[column][order] if order < len(pairs[column]) else None, column)
            for column in _COLUMNS
        ]
        for order in range(len(ORDERS))
    ]
    if all(set(row) <= {"0", "–"} for row in rows):
        return [[f"`{name}`", ", ".join(ORDERS), *rows[0]]]
    return [
        [f"`{name}`" if not order else "", ORDERS[order], *row] for order, row in enumerate(rows)
    ]


def page(found: dict[str, Any]) -> str:
    """The text of docs/accuracy.md."""
    heads = ["function", "", "float64", "float32", "numbers"]
    heads += [f"{title} {found['versions'][name]}" for name, title in _RIVALS.items()]
    lines = [heads, ["---"] * len(heads)]
    for name, row in found["curves"].items():
        lines += _rows(name, row)
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return _HEAD.format(points=f"{found['points']:,}", many=int(_MANY)) + "\n" + table + "\n"


def stored() -> dict[str, Any]:
    """What the last run found."""
    found: dict[str, Any] = json.loads(FOUND.read_text(encoding="utf-8"))
    return found
