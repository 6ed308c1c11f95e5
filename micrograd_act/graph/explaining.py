"""Errors of a failed op: which op, which shapes and labels, what to do."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.ops.op import Op

FAILURES = (ValueError, TypeError, IndexError, OverflowError)  # what array functions raise


def explained(error: Exception, op: Op, inputs: tuple[Any, ...]) -> Exception:
    """The error of an array function, told in terms of the op and its inputs."""
    shapes = [np.shape(x._data) for x in inputs]
    if op.elementwise:
        mismatch = _first_mismatch(shapes)
        if mismatch:
            listed = " and ".join(map(_described, inputs))
            return ValueError(f"{op.name}: shapes {listed} do not broadcast ({mismatch})")
    if op.name == "matmul":
        message = _matmul(inputs, *shapes)
        if message:
            return ValueError(message)
    if op.name == "linear" and shapes[0][-1:] != shapes[1][-1:]:
        listed = " and ".join(map(_described, inputs[:2]))
        return ValueError(
            f"linear: the last axes of input and weight differ: {listed}; "
            "weight is (out_features, in_features)"
        )
    received = ", ".join(map(_described, inputs))
    kind = type(error)
    known = kind in (
        ValueError,
        TypeError,
        IndexError,
        np.exceptions.AxisError,
        np.linalg.LinAlgError,
    )
    said = str(error).removeprefix(f"{op.name}: ")
    message = f"{op.name}: {said} (received shape{'s' * (len(inputs) > 1)} {received})"
    return kind(message) if known else ValueError(message)


def _described(node: Any) -> str:
    shape = np.shape(node._data)
    label = f" of '{node.label}'" if node.label else ""
    made = f" (made at {node.created_at})" if node.created_at else ""
    return f"{shape}{label}{made}"


def _first_mismatch(shapes: list[tuple[int, ...]]) -> str:
    """The last axis, counted from the end, on which two shapes differ and neither is 1."""
    for axis in range(1, max(map(len, shapes)) + 1):
        sizes = [shape[-axis] for shape in shapes if len(shape) >= axis]
        unequal = [n for n in dict.fromkeys(sizes) if n != 1]
        if len(unequal) > 1:
            return f"axis {-axis}: {unequal[0]} vs {unequal[1]}"
    return ""


def _matmul(inputs: tuple[Any, ...], a: tuple[int, ...], b: tuple[int, ...]) -> str:
    left, right = ("'" + x.label + "'" if x.label else "" for x in inputs)
    if not a or not b:
        which = "left" if not a else "right"
        return f"matmul: the {which} input is a single number, shapes {a} and {b}; use * to scale"
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        hint = ""
        if len(b) > 1 and b[-1] == a[-1]:
            hint = f"; did you mean {right.strip(chr(39)) or 'b'}.T?"
        elif len(a) > 1 and a[-2] == inner:
            hint = f"; did you mean {left.strip(chr(39)) or 'a'}.T?"
        return (
            f"matmul: inner sizes differ: left {left + ' ' if left else ''}is {a}, "
            f"right {right + ' ' if right else ''}is {b}{hint}"
        )
    batch = _first_mismatch([a[:-2], b[:-2]]) if len(a) > 2 and len(b) > 2 else ""
    return f"matmul: batch axes of {a} and {b} do not broadcast ({batch})" if batch else ""
