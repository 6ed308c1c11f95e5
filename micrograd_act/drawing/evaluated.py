"""An operation with the numbers that went into it, as one writes it down: ``tanh(0.7)``."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from micrograd_act.drawing.boxes import Box
from micrograd_act.drawing.spelling import plain

_BETWEEN = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "matmul": "@", "remainder": "%"}
_BETWEEN |= {"floor_divide": "//"}
_BEFORE = {"neg": "−", "sqrt": "√"}
_AROUND = {"abs": "|", "norm": "‖"}
_LISTED = 4  # operands written out


def evaluated(box: Box, inputs: Sequence[Box], named: bool = False) -> str:
    """Write the operation of a box with its inputs' values; "" for a leaf.

    Arrays are named, or given by their shape; with `named` numbers are named too.
    """
    if not inputs:
        return ""
    op = plain(box.op, 24) or label(box)
    words = [_operand(x, named) for x in inputs]
    if op in _BETWEEN and len(words) == 2:
        left, right = words
        return f"{left} {_BETWEEN[op]} {_bracketed(right)}"
    if op in _AROUND and len(words) == 1:
        return f"{_AROUND[op]}{words[0]}{_AROUND[op]}"
    if op in _BEFORE and len(words) == 1:
        return f"{_BEFORE[op]}{_bracketed(words[0])}"
    if op == "power" and len(words) == 1 and box.symbol.startswith("x"):
        base = words[0]
        simple = base.isalnum() or base.replace(".", "").isdecimal()
        return (base if simple else f"({base})") + plain(box.symbol[1:], 24).replace("-", "−")
    if op == "pow" and len(words) == 2:
        return f"{_bracketed(words[0])}^{_bracketed(words[1])}"
    if len(words) > _LISTED:
        words = [*words[:2], "…", words[-1]]
    if op == "sum of products":  # of which, the picture shows
        return f"Σ of products of {', '.join(words)}"
    name = plain(box.symbol, 24) if box.kind == "op" and box.symbol else op
    if box.kind == "group":
        return f"{name}({', '.join(words)})"
    return f"{name if name.isalnum() else op}({', '.join(words)})"


def _operand(box: Box, named: bool) -> str:
    if box.kind == "omitted":
        return "…"
    if not box.detail and not (named and box.label):
        return plain(box.value.text)
    return label(box) or plain(box.detail).split(" ")[0]


def label(box: Box) -> str:
    """The user's label for a place in a line of text, whose order it must not turn."""
    text = plain(box.label, 24)
    turns = any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text)
    return f"\u2068{text}\u2069" if turns else text


def _bracketed(operand: str) -> str:
    return f"({operand})" if operand.startswith("−") else operand
