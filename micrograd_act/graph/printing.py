"""A tensor as text, laid out as PyTorch lays it out."""

from __future__ import annotations

from typing import Any

import numpy as np


def tensor_text(node: Any) -> str:
    """``tensor([...], dtype=..., requires_grad=True)``; float64 is not named."""
    prefix = "tensor("
    array = node._data
    body = np.array2string(
        array,
        separator=", ",
        prefix=prefix,
        max_line_width=80,
        threshold=1000,
        formatter=_formatter(array),
    )
    if array.size == 0:
        body = "[]" if array.ndim == 1 else f"[], shape={array.shape}"
    notes = []
    if array.dtype.name not in ("float64", "int64", "bool"):
        notes.append(f"dtype={array.dtype.name}")
    if node.op is not None:
        notes.append(f"op={node.op.name}")
    elif node.requires_grad:
        notes.append("requires_grad=True")
    return prefix + ", ".join([body, *notes]) + ")"


def _formatter(array: Any) -> Any:
    """PyTorch's choice: whole numbers with a dot, else four decimals, or all in exponents."""
    if array.dtype.kind != "f" or array.size == 0:
        return None
    finite = np.abs(array[np.isfinite(array)]).astype(float)
    nonzero = finite[finite > 0]
    if np.all(finite == np.floor(finite)) and not np.any(nonzero >= 1e8):
        texts = _spelled("{:.0f}.")
    elif nonzero.size and (
        nonzero.max() / nonzero.min() > 1000 or nonzero.max() >= 1e8 or nonzero.min() < 1e-4
    ):
        texts = _spelled("{:.4e}")
    else:
        texts = _spelled("{:.4f}")
    width = max(len(texts(x)) for x in array.flat) if array.ndim and array.size <= 1000 else 0
    return {"float_kind": lambda x: texts(x).rjust(width)}


def _spelled(template: str) -> Any:
    def text(x: float) -> str:
        return template.format(x) if np.isfinite(x) else str(float(x))

    return text
