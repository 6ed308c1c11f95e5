"""A tensor as text, laid out as PyTorch lays it out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Spell = Callable[[Any], str]

_LINE = 80
_THRESHOLD = 1000  # more elements than these are shown in part:
_EDGE = 3  # so many at each end of an axis
_PREFIX = "tensor("


def tensor_text(node: Any) -> str:
    """``tensor([...], dtype=..., requires_grad=True)``; float64 is not named."""
    array = node._data
    notes = []
    if array.size == 0:
        text = "[]"
        if array.ndim != 1:
            notes.append(f"size={array.shape}")
    else:
        in_part = array.size > _THRESHOLD
        text = _laid_out(
            array, len(_PREFIX), *_spelling(_edges(array) if in_part else array), in_part
        )
    told = ("float64", "int64", "bool") if array.size else ("float64",)
    if array.dtype.name not in told:
        notes.append(f"dtype={array.dtype.name}")
    if node.op is not None:
        notes.append(f"op={node.op.name}")
    elif node.requires_grad:
        notes.append("requires_grad=True")
    text = _PREFIX + text
    for note in notes:
        last = len(text) - text.rfind("\n")
        fits = last + len(note) + 2 < _LINE
        text += (", " if fits else ",\n" + " " * len(_PREFIX)) + note
    return text + ")"


def _spelling(array: Any) -> tuple[Spell, int]:
    """How a number is written, and the width of a column: zeros, nan and inf do not widen it."""
    if array.dtype.kind != "f":
        return str, max(len(str(x)) for x in array.flat)
    values = array[np.isfinite(array) & (array != 0)].astype(float)
    spell = _spelled(".0f", ".")
    if values.size:
        low, high = np.abs(values).min(), np.abs(values).max()
        whole = bool(np.all(values == np.floor(values)))
        if high > 1e8 or high > 1000 * low or (not whole and low < 1e-4):
            spell = _spelled(".4e")
        elif not whole:
            spell = _spelled(".4f")
    return spell, max((len(spell(x)) for x in values), default=1)


def _spelled(form: str, dot: str = "") -> Spell:
    def spell(x: Any) -> str:
        return format(x, form) + dot if math.isfinite(x) else str(float(x))

    return spell


def _laid_out(array: Any, indent: int, spell: Spell, width: int, in_part: bool) -> str:
    if array.ndim == 0:
        return spell(array.item()).rjust(width)
    cut = in_part and len(array) > 2 * _EDGE
    shown = [*array[:_EDGE], *array[-_EDGE:]] if cut else list(array)
    break_ = " " * (indent + 1)
    if array.ndim > 1:
        rows = [_laid_out(np.asarray(x), indent + 1, spell, width, in_part) for x in shown]
        if cut:
            rows.insert(_EDGE, "...")
        gap: str = "\n" * (array.ndim - 1)
        return "[" + ("," + gap + break_).join(rows) + "]"
    items = [spell(x.item()).rjust(width) for x in shown]
    if cut:
        items.insert(_EDGE, " ...")
    a_line = max(1, (_LINE - indent) // (width + 2))
    lines = [", ".join(items[i : i + a_line]) for i in range(0, len(items), a_line)]
    return "[" + (",\n" + break_).join(lines) + "]"


def _edges(array: Any) -> Any:
    for axis, n in enumerate(array.shape):
        if n > 2 * _EDGE:
            array = array.take([*range(_EDGE), *range(n - _EDGE, n)], axis)
    return array
