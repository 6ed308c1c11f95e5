"""What is checked: a forward and a pullback at recorded inputs, whatever they come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from micrograd_act.graph.fitting import fit
from micrograd_act.graph.node import Node
from micrograd_act.graph.value import Value
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.op import Op, on_floats

Array: TypeAlias = npt.NDArray[Any]


@dataclass(slots=True)
class Subject:
    """A function with its pullback.

    Attributes
    ----------
    op : str
    xs : tuple of array
        The recorded inputs, in float64 where they are floating.
    y : array
        What `forward` gives at `xs`.
    checked : tuple of int
        The inputs whose cotangents `pullback` returns, in this order.
    forward : callable
        ``forward(*xs) -> array``.
    pullback : callable
        ``pullback(g)``, a cotangent of its shape for each checked input.
    elementwise : bool
        The Jacobian is diagonal after broadcasting.
    nodes : tuple of Node
        The node that is checked, or scalar nodes of one op.
    labels : tuple of str
        What these nodes are called.
    separate : bool
        Each element belongs to a node of its own.
    """

    op: str
    xs: tuple[Any, ...]
    y: Array
    checked: tuple[int, ...]
    forward: Callable[..., Array]
    pullback: Callable[[Array], Sequence[Any]]
    elementwise: bool = False
    nodes: tuple[Node, ...] = ()
    labels: tuple[str, ...] = field(default=("",))
    separate: bool = False

    def place(self, i: int | None = None, flat: int | None = None) -> dict[str, Any]:
        """Where element `flat` of input `i` is, for a report."""
        if self.separate:
            which = 0 if flat is None else flat
            return self._named(which, i, None)
        if i is None or flat is None:
            return self._named(0, i, None)
        return self._named(0, i, tuple(map(int, np.unravel_index(flat, np.shape(self.xs[i])))))

    def _named(self, which: int, i: int | None, index: tuple[int, ...] | None) -> dict[str, Any]:
        node = self.nodes[which] if self.nodes else None
        place = {"op": self.op, "label": self.labels[which], "node": node}
        return place if i is None else {**place, "input": i, "index": index}


def subjects(results: Iterable[Node], label: Callable[[Node], str]) -> list[Subject]:
    """The tracked nodes of a graph; scalar nodes of one op are checked together."""
    found: list[Subject] = []
    scalars: dict[tuple[Op, tuple[int, ...]], list[Value]] = defaultdict(list)
    for node in results:
        assert node.op is not None
        checked = tuple(
            i
            for i, (x, vjp) in enumerate(zip(node.inputs, node.op.vjps, strict=True))
            if x.requires_grad and vjp is not None
        )
        if isinstance(node, Value) and all(isinstance(x, Value) for x in node.inputs):
            scalars[node.op, checked].append(node)
        elif checked:
            found.append(_of_array_node(node, node.op, checked, label(node)))
    for (op, checked), group in scalars.items():
        if checked:
            found.append(_of_scalar_nodes(group, op, checked, tuple(map(label, group))))
    return found


def exact(x: Any) -> Any:
    """A floating number or array in float64; anything else as it is."""
    if isinstance(x, float):
        return np.asarray(x)
    return x.astype(np.float64) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def _of_array_node(node: Node, op: Op, checked: tuple[int, ...], label: str) -> Subject:
    xs = tuple(exact(x._data) for x in node.inputs)

    def forward(*xs: Any) -> Array:
        return np.asarray(op.forward(arrays, *xs), dtype=np.float64)

    with np.errstate(all="ignore"):
        y = forward(*xs)

    def pullback(g: Array) -> Sequence[Any]:
        if op.joint is None:
            parts = {i: op.vjps[i](arrays, g, y, *xs) for i in checked}  # type: ignore[misc]
        else:
            parts = dict(enumerate(op.joint(arrays, g, y, *xs)))
        return [fit(np.asarray(parts[i]), xs[i]) for i in checked]

    return Subject(op.name, xs, y, checked, forward, pullback, op.elementwise, (node,), (label,))


def _of_scalar_nodes(
    group: Sequence[Value], op: Op, checked: tuple[int, ...], labels: tuple[str, ...]
) -> Subject:
    rows = [tuple(x._data for x in node.inputs) for node in group]
    columns = tuple(np.array(column) for column in zip(*rows, strict=True))
    results = [node._data for node in group]

    def forward(*xs: Array) -> Array:
        arguments = zip(*(x.tolist() for x in xs), strict=True)
        return np.array([on_floats(op.forward, row) for row in arguments])

    def pullback(g: Array) -> Sequence[Any]:
        given = list(zip(g.tolist(), results, rows, strict=True))
        return [
            np.array([on_floats(op.vjps[i], (gk, yk, *row)) for gk, yk, row in given])  # type: ignore[arg-type]
            for i in checked
        ]

    y = np.array(results, dtype=float)
    return Subject(
        op.name, columns, y, checked, forward, pullback, True, tuple(group), labels, True
    )
