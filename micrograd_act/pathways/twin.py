"""A graph beside the same graph with other activations: values, slopes and gradients of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.graph.backward import Cotangents, pull
from micrograd_act.graph.naming import caller_names
from micrograd_act.graph.node import Node
from micrograd_act.pathways.edges import op_of, pull_edge
from micrograd_act.pathways.histograms import Range, counts, joint_range, sparkline
from micrograd_act.pathways.ledger import seed_of
from micrograd_act.pathways.replacing import OpLike, Where, rebuilt
from micrograd_act.pathways.spelling import Names, describe, summary
from micrograd_act.pathways.table import Section, as_text, never_raising, shortened

Pair: TypeAlias = tuple[Node, Node]

_SHOWN = 20  # activations, and leaves, in a printed table
_SIDES = ("left", "right")
_QUANTITIES = ("z", "f(z)", "f'(z)", "upstream", "downstream")


def compare(
    y: Node,
    ops: Mapping[OpLike, OpLike],
    gradient: Any = None,
    *,
    where: Where = None,
    names: bool = True,
) -> Twin:
    """Lay a graph beside the same graph with ops replaced; no `.grad` changes.

    Parameters
    ----------
    y : Value or Tensor
        Tracked.
    ops : dict of op to op
        As in `replace`.
    gradient : array_like, optional
        The cotangent of the result, on both sides; needed where it has several elements.
    where : callable or str, optional
        As in `replace`.
    names : bool
        Call nodes without a label by the caller's variables that hold them.

    Returns
    -------
    Twin

    Raises
    ------
    GradientError, ValueError, TypeError
        As `replace` and `paths` do.

    Examples
    --------
    >>> from micrograd_act import Value, compare, identity, relu
    >>> x = Value(-1.0)
    >>> y = x + relu(2 * x)
    >>> print(compare(y, {relu: identity}))
    relu → identity
                       recorded  replaced
      activation relu 1
        z                    −2        −2
        f(z)                  0        −2
        f'(z)                 0         1
        upstream              1         1
        downstream            0         1
      gradient of x           1         3
      value of y             −1        −3
    """
    made = rebuilt(y, ops, where, "compare")
    seed = seed_of(y, gradient, "compare")
    if made[y].shape != y.shape:
        raise ValueError(f"compare: the result has shape {y.shape}, replaced {made[y].shape}")
    held = Names(caller_names() if names else {})
    return Twin(y, made, seed, held)


class Twin:
    """Two graphs of one structure; made by `compare`.

    Attributes
    ----------
    left, right : Node
        The result as it was recorded, and with ops replaced.
    pairs : list of (Node, Node)
        Every node of the left graph, inputs first, with the node in its place on the right; leaves
        are the same on both sides.
    gradients : tuple of dict
        Of the left and of the right graph, the gradient of each node, leaves included.
    """

    def __init__(self, y: Node, made: Mapping[Node, Node], seed: Any, names: Names) -> None:
        self.left = y
        self.right = made[y]
        self.pairs = list(made.items())
        self._names = names
        self.gradients = self._pulled(0, seed), self._pulled(1, seed)

    def _pulled(self, side: int, seed: Any) -> Cotangents:
        results = [pair[side] for pair in self.pairs if pair[side].op is not None]
        with np.errstate(all="ignore"):
            return pull({(self.left, self.right)[side]: seed}, results)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The comparison as plain data.

        One dict for each activation (``kind="activation"``), each tracked leaf (``"leaf"``) and the
        result (``"result"``), with its ``name`` and, under ``left`` and ``right``, the quantities:
        for an activation its op, z, f(z), f'(z), the upstream gradient of f(z) and the downstream
        gradient of z along this edge; for a leaf its gradient; for the result its value. An array
        is described by its shape, min, mean, max, share of exact zeros and of NaN, and by a
        histogram of its finite elements whose range is the same on both sides; None is what there
        is not: a slope where the Jacobian is not diagonal, the gradient of an unused leaf.
        """
        return [self._row(*shown, _described) for shown in self._shown()]

    def _shown(self) -> list[tuple[str, str, Pair]]:
        """What the comparison is about: kind, name and nodes."""
        nameless: Counter[str] = Counter()
        activations, leaves = [], []
        for pair in self.pairs:
            left, right = pair
            name = self._names.any(left)
            if left.op is None:
                if left.requires_grad:
                    leaves.append(("leaf", name, pair))
            elif left.op.is_activation or op_of(right).is_activation:
                if not self._names.name(left):
                    nameless[name] += 1
                    name = f"{name} {nameless[name]}"
                activations.append(("activation", name, pair))
        result = ("result", self._names.any(self.left), (self.left, self.right))
        return [*activations, *leaves, result]

    def _row(self, kind: str, name: str, pair: Pair, spelled: Any) -> dict[str, Any]:
        left, right = (
            _quantities(kind, node, gradients.get(node))
            for node, gradients in zip(pair, self.gradients, strict=True)
        )
        row: dict[str, Any] = {"kind": kind, "name": name}
        ranges = {q: joint_range(left[q], right[q]) for q in left}
        for side, node, found in zip(_SIDES, pair, (left, right), strict=True):
            values = {q: spelled(v, ranges[q]) for q, v in found.items()}
            row[side] = {"op": repr(op_of(node)), **values} if kind == "activation" else values
        return row

    def _sections(self) -> list[Section]:
        replaced = dict.fromkeys(
            f"{a.op!r} → {b.op!r}" for a, b in self.pairs if a.op is not None and a.op != b.op
        )
        lines: list[tuple[str, ...]] = [("", "recorded", "replaced")]
        for kind, same in groupby(self._shown(), itemgetter(0)):
            shown = list(same)
            for _, name, pair in shown[:_SHOWN]:
                lines.extend(_lines(self._row(kind, shortened(name), pair, _summarised)))
            if len(shown) > _SHOWN:
                what = {"activation": "activations", "leaf": "gradients"}[kind]
                lines.append((f"… and {len(shown) - _SHOWN:,} more {what}", "", ""))
        return [Section(", ".join(replaced), lines, numeric=True)]

    def __repr__(self) -> str:
        return f"Twin({len(self.pairs)} pairs)"

    def __str__(self) -> str:
        return as_text(self._sections())

    def _repr_html_(self) -> str:
        return never_raising(Twin._sections, self)


def _quantities(kind: str, node: Node, g: Any) -> dict[str, Any]:
    if kind == "leaf":
        return {"gradient": None if g is None else g + 0.0}  # -0.0 counts as 0
    if kind == "result":
        return {"value": node._data}
    op = op_of(node)
    with np.errstate(all="ignore"):
        downstream = None
        if g is not None and op.vjps[0] is not None and node.inputs[0].requires_grad:
            downstream = pull_edge(node, 0, g)
        found = (node.inputs[0]._data, node._data, node._local_grad(0), g, downstream)
    return dict(zip(_QUANTITIES, found, strict=True))


def _described(x: Any, span: Range | None) -> Any:
    found = describe(x)
    if isinstance(found, dict):
        found["histogram"] = None if span is None else {"range": span, "counts": counts(x, span)}
    return found


def _summarised(x: Any, span: Range | None) -> str:
    if span is None or np.ndim(x) == 0:
        return summary(x)
    return f"{summary(x)}  {sparkline(counts(x, span))}"


def _lines(row: dict[str, Any]) -> list[tuple[str, ...]]:
    kind, name, left, right = row["kind"], row["name"], row["left"], row["right"]
    if kind == "activation":
        inner = [(f"  {q}", left[q], right[q]) for q in _QUANTITIES]
        return [(f"activation {name}", "", ""), *inner]
    word = {"leaf": "gradient", "result": "value"}[kind]
    return [(f"{word} of {name}", left[word], right[word])]
