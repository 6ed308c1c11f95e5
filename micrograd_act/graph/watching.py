"""Modes that help to find a mistake: the lines that made nodes, and the first number that is none.

Nothing in the engine asks whether they are on. Lines are noted where serial numbers are given out;
while no `record_lines` runs, nothing but the counter is there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph import backward, node, operators, tensors, value
from micrograd_act.graph.naming import inside_package
from micrograd_act.graph.node import Node, lines

# Modules that give nodes their serial numbers; a module that is imported later finds the counter.
_GIVERS = (operators, tensors, value)
_MOST = 1 << 17  # a note takes some 200 bytes
_count = node.next_serial
_lock = Lock()
_running = 0


def _noted_serial() -> int:
    serial = _count()
    frame = sys._getframe(1)
    while frame.f_back is not None and inside_package(frame):
        frame = frame.f_back
    lines[serial] = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    if len(lines) > _MOST:
        with _lock:
            for old in list(lines)[: _MOST // 2]:
                lines.pop(old, None)
    return serial


def _give(serial: Any) -> None:
    for module in _GIVERS:
        module.next_serial = serial  # type: ignore[attr-defined]


@contextmanager
def record_lines() -> Iterator[None]:
    """Inside, remember the line of code that made each node: ``node.created_at``.

    Errors about shapes and about data that changed name it. For a leaf whose data was set it is
    the line that set it. The last 100,000 nodes are remembered. Every thread is recorded.

    Examples
    --------
    >>> from micrograd_act import Value, record_lines
    >>> with record_lines():
    ...     x = Value(2.0)
    >>> x.created_at.endswith(":2")
    True
    """
    global _running
    with _lock:
        _running += 1
        _give(_noted_serial)
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                _give(_count)


_detecting: ContextVar[bool] = ContextVar("detecting", default=False)


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Inside, `backward` and `grad` raise at the first NaN or infinity, and name its node.

    First the numbers of the forward pass are searched, from the oldest node on, then each gradient
    when it has been computed. The error names op, label and the line that made the node.

    Raises
    ------
    GradientError
        From `backward` and `grad`; no gradient has changed.

    Examples
    --------
    >>> from micrograd_act import GradientError, Value, detect_anomaly
    >>> x = Value(0.0, label="x")
    >>> with detect_anomaly():
    ...     y = x.log() * 0.0
    ...     try:
    ...         y.backward()
    ...     except GradientError as error:
    ...         print(str(error).split(", made")[0])
    anomaly: log of 'x' gave -inf in the forward pass
    """
    if _searched not in backward.observers:
        backward.observers.append(_searched)
    token = _detecting.set(True)
    try:
        with record_lines():
            yield
    finally:
        _detecting.reset(token)


def _searched(
    mark: object, results: Iterable[Node], ends: Iterable[Node], create_graph: bool
) -> Iterable[Node]:
    """An observer of passes, which lets them be unless it is switched on."""
    return _search(mark, list(results)) if _detecting.get() else results


def _search(mark: object, results: list[Node]) -> Iterator[Node]:
    for result in reversed(results):
        for x in (*result.inputs, result):
            bad = _not_finite(x._data) if x.requires_grad else None
            if bad is not None:
                raise GradientError(f"anomaly: {_told(x)} gave {bad} in the forward pass{_at(x)}")
    for result in results:
        yield result
        g = result._cotangent
        if g is mark:
            continue
        for x in result.inputs:
            if x.requires_grad and x._cotangent is not mark:
                bad = _not_finite(getattr(x._cotangent, "_data", x._cotangent))
                if bad is not None:
                    raise GradientError(
                        f"anomaly: {_told(result)} gave its input {_name(x)}the gradient {bad} in "
                        f"the backward pass{_at(result)}"
                    )


def _not_finite(data: Any) -> str | None:
    """The first NaN or infinity in some numbers, as text."""
    array = np.asarray(data)
    finite = np.isfinite(array)
    if finite.all():
        return None
    bad: str = str(float(array[~finite].flat[0]))
    if not array.shape:
        return bad
    where = tuple(int(i) for i in np.argwhere(~finite)[0])
    return f"{bad} at {where[0] if len(where) == 1 else where}"


def _told(x: Node) -> str:
    if not x.inputs:
        return f"the leaf {_name(x)}".rstrip()
    inputs = ", ".join(f"'{i.label}'" for i in x.inputs if i.label)
    label = f" '{x.label}'" if x.label else ""
    return f"{x.op}{label}" + (f" of {inputs}" if inputs else "")


def _name(x: Node) -> str:
    return f"'{x.label}' " if x.label else ""


def _at(x: Node) -> str:
    return f", made at {x.created_at}" if x.created_at else ""
