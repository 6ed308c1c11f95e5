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
    elementwise : bool or None
        The Jacobian is diagonal after broadcasting; None if that has to be found out.
    nodes : tuple of Node
        The node that is checked, or scalar nodes of one op.
    labels : tuple of str
        What these nodes are called.
    separate : bool
        Each element belongs to a node of its own.
    at : callable or None
        ``at(xs)`` is the same function at other inputs.
    held : tuple of array
        What else the pullback reads and must not change.
    earlier : (tuple of array, callable) or None
        Another point, and the pullback of an earlier call there.
    precision : float
        Of the numbers that the code itself computes in, where these are less than float64.
    narrow : callable or None
        ``narrow(g)``, the cotangents as the code computes them in less than float64, and their
        precision.
    """

    op: str
    xs: tuple[Any, ...]
    y: Array
    checked: tuple[int, ...]
    forward: Callable[..., Array]
    pullback: Callable[[Array], Sequence[Any]]
    elementwise: bool | None = False
    nodes: tuple[Node, ...] = ()
    labels: tuple[str, ...] = field(default=("",))
    separate: bool = False
    at: Callable[[tuple[Any, ...]], Subject] | None = None
    held: tuple[Any, ...] = ()
    earlier: tuple[tuple[Any, ...], Callable[[Array], Sequence[Any]]] | None = None
    precision: float = 0.0
    narrow: Callable[[Array], tuple[Sequence[Any], float]] | None = None
    found: dict[int, bool] = field(default_factory=dict)

    def pulled(self, g: Array) -> dict[int, Array]:
        """The gradient of each checked input for a cotangent."""
        return dict(zip(self.checked, map(np.asarray, self.pullback(g)), strict=True))

    def moved(self, t: float, direction: dict[int, Array]) -> Array:
        """The result `t` times along a direction; NaN outside of the domain."""
        xs = [x + t * direction[i] if i in direction else x for i, x in enumerate(self.xs)]
        try:
            y = self.forward(*xs)
        except Exception:  # whatever a function raises where it is not defined
            return np.full(self.y.shape, np.nan)
        return y if y.shape == self.y.shape else np.full(self.y.shape, np.nan)

    def diagonal(self, i: int) -> bool:
        """Whether each output depends on one element of input `i`, after broadcasting."""
        if self.elementwise is not None:
            return self.elementwise
        if i not in self.found:
            self.found[i] = self._separates(i)
        return self.found[i]

    def origin(self, i: int) -> Array:
        """Of an elementwise input, which element each output is made of."""
        x = self.xs[i]
        return np.broadcast_to(np.arange(x.size).reshape(x.shape), self.y.shape)

    def _separates(self, i: int) -> bool:
        """Move two halves of the input: an output may only see the element it is made of."""
        x = self.xs[i]
        if x.size == 1 and self.y.size == 1:
            return True
        try:
            origin = self.origin(i)
        except ValueError:
            return False
        far = 2.0**-6 * np.where(x == 0, 1.0, x)
        moved = self.moved(1.0, {i: far})
        for bit in range(4):
            half = (np.arange(x.size) * 0x9E3779B1 >> (28 + bit)) & 1
            mask = half.reshape(x.shape).astype(bool)
            seen = self.moved(1.0, {i: np.where(mask, far, 0.0)})
            expected = np.where(mask.ravel()[origin], moved, self.y)
            if not np.array_equal(seen, expected, equal_nan=True):
                return False
        return True

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
        if node is not None and node.created_at:
            place["line"] = node.created_at
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


def bounded(subject: Subject) -> Subject:
    """The same function with large numbers in place of infinities, which have no differences."""
    xs = tuple(map(_bounded, subject.xs))
    same = all(a is b for a, b in zip(xs, subject.xs, strict=True))
    return subject if same or subject.at is None else subject.at(xs)


def _bounded(x: Any) -> Any:
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        return x
    infinite = np.isinf(x)
    if not infinite.any():
        return x
    far = 10.0 + 2.0 * np.max(np.abs(x), where=~infinite, initial=0.0)
    return np.where(infinite, np.copysign(far, x), x)


def exact(x: Any) -> Any:
    """A floating number or array in float64; anything else as it is."""
    if isinstance(x, float):
        return np.asarray(x)
    return x.astype(np.float64) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def _of_array_node(
    node: Node, op: Op, checked: tuple[int, ...], label: str, other: tuple[Any, ...] | None = None
) -> Subject:
    xs = tuple(exact(x._data) for x in node.inputs) if other is None else other

    def at(other: tuple[Any, ...]) -> Subject:
        return _of_array_node(node, op, checked, label, other)

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

    return Subject(
        op.name, xs, y, checked, forward, pullback, op.elementwise, (node,), (label,), at=at
    )


def _of_scalar_nodes(
    group: Sequence[Value],
    op: Op,
    checked: tuple[int, ...],
    labels: tuple[str, ...],
    other: tuple[Any, ...] | None = None,
) -> Subject:
    if other is None:
        rows = [tuple(x._data for x in node.inputs) for node in group]
        columns = tuple(np.array(column) for column in zip(*rows, strict=True))
        results = [node._data for node in group]
    else:  # any number of rows for each node
        columns, rows = other, list(zip(*(x.tolist() for x in other), strict=True))
        results = [on_floats(op.forward, row) for row in rows]
        times = len(rows) // len(group)
        group, labels = tuple(group) * times, labels * times

    def at(other: tuple[Any, ...]) -> Subject:
        return _of_scalar_nodes(group, op, checked, labels, other)

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
        op.name, columns, y, checked, forward, pullback, True, tuple(group), labels, True, at
    )
