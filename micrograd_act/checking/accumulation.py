"""The engine end to end: the gradient of a node is the sum of what its readers' rules send it.

With the rules checked one by one, that is the whole of reverse accumulation. It holds at kinks as
elsewhere, where a difference across the graph would not, and it names the node.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from micrograd_act.checking.comparison import cotangent
from micrograd_act.checking.reports import Doubt, Failure, Report
from micrograd_act.checking.subjects import Subject, exact
from micrograd_act.graph.derivatives import grad
from micrograd_act.graph.node import Node
from micrograd_act.graph.value import Value


def check_engine(
    root: Node,
    leaves: Sequence[Node],
    found: Sequence[Subject],
    rng: np.random.Generator,
    report: Report,
    label: Callable[[Node], str],
) -> None:
    """Enter into the report every node whose gradient is not the sum over its readers.

    `found` are the subjects of the graph: all of its rules, evaluated in float64.
    """
    g = cotangent(rng, root.shape)
    seed: Any = float(g) if isinstance(root, Value) else g.astype(root._data.dtype)
    memo: dict[int, Any] = {}
    twin: Any = copy.deepcopy(root, memo)  # so that no gradient of the user's graph changes
    for leaf in leaves:
        memo[id(leaf)].grad = None
    twin.backward(seed)

    relative = _relative([root, *leaves])
    for node, (total, largest) in _sums(root, seed, found, memo).items():
        held = memo[id(node)].grad
        if not np.all(np.isfinite(total)):
            report.doubts.append(
                Doubt(_name(node), label(node), "its gradient overflows", node=node)
            )
        elif held is None or not np.all(np.abs(held - total) <= relative * largest):
            message = "backward() does not give it the sum of what its readers' rules send it"
            report.failures.append(Failure("engine", label(node), "engine", message, node=node))
            return  # what lies behind it is wrong too

    once = {id(leaf): memo[id(leaf)].grad for leaf in leaves}
    alone = grad(root, list(leaves), seed, allow_unused=True)
    twin.backward(seed)
    for leaf, c in zip(leaves, alone, strict=True):
        held, twice = once[id(leaf)], memo[id(leaf)].grad
        message = ""
        if (c is None) != (held is None) or (c is not None and not np.array_equal(c._data, held)):
            message = "grad() and backward() give it different gradients"
        elif held is not None and not np.array_equal(twice, held + held):
            message = "a second backward() does not add the same gradient again"
        if message:
            report.failures.append(Failure("engine", label(leaf), "engine", message, node=leaf))


def _sums(
    root: Node, seed: Any, found: Sequence[Subject], memo: dict[int, Any]
) -> dict[Node, tuple[Any, float]]:
    """What the rules send to each node, and the size of the largest term; newest first."""
    sums: dict[Node, tuple[Any, float]] = {
        root: (exact(seed), float(np.max(np.abs(seed), initial=0.0)))
    }
    for subject in found:
        held = [memo[id(node)].grad for node in subject.nodes]
        reached = [k for k, c in enumerate(held) if c is not None]
        if not reached:
            continue
        several = subject.separate
        g = np.array([0.0 if c is None else c for c in held]) if several else exact(held[0])
        with np.errstate(all="ignore"):
            sent = subject.pullback(np.reshape(g, subject.y.shape))
        for i, c in zip(subject.checked, sent, strict=True):
            for k in reached:
                part = (
                    np.ravel(c)[k]
                    if several
                    else np.reshape(c, np.shape(subject.nodes[k].inputs[i]._data))
                )
                _add(sums, subject.nodes[k].inputs[i], part)
    return dict(sorted(sums.items(), key=_serial, reverse=True))


def _add(sums: dict[Node, tuple[Any, float]], x: Node, part: Any) -> None:
    total, largest = sums.get(x, (0.0, 0.0))
    sums[x] = (total + part, largest + float(np.max(np.abs(part), initial=0.0)))


def _serial(entry: tuple[Node, Any]) -> int:
    return entry[0]._serial


def _name(node: Node) -> str:
    return "a leaf" if node.op is None else node.op.name


def _relative(graph: Sequence[Node]) -> float:
    """What rounding may do, by the coarsest floating dtype."""
    dtypes = [np.asarray(node._data).dtype for node in graph]
    eps = max(float(np.finfo(dtype).eps) for dtype in dtypes)
    return 1e-9 if eps < 1e-15 else 1e3 * eps
