"""The recorded graph once more on the same leaves, with some of its ops replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.graph.calling import carry_calls
from micrograd_act.graph.custom import activation
from micrograd_act.graph.node import Node, changed_after, nodes, recording, stale
from micrograd_act.ops.op import Family, Op
from micrograd_act.pathways.edges import check_node, op_of

OpLike: TypeAlias = Op | Family | str
Where: TypeAlias = Callable[[Node], bool] | str | None


def replace(y: Any, ops: Mapping[OpLike, OpLike], *, where: Where = None) -> Any:
    """The graph of `y` again, on the same leaves, with ops replaced; `y` stays as it is.

    What Python decided while the graph was built (an ``if``, a loop) stays as decided.

    Parameters
    ----------
    y : Value or Tensor
        Tracked.
    ops : dict of op to op
        Which op becomes which: ops, families such as `leaky_relu` (as a key every member, as a
        value the one with the default parameters), or names of activations.
    where : callable or str, optional
        Replace only the nodes for which ``where(node)`` is true, or that have this label.

    Returns
    -------
    Value or Tensor
        Every result is new and has no gradient yet; leaves are the same objects, nodes that were
        shared are shared, labels are kept.

    Raises
    ------
    GradientError
        If `y` is untracked, or a leaf changed after the forward pass.
    ValueError
        If an op to be replaced occurs nowhere, takes another number of inputs than its
        replacement, or a name is unknown.
    TypeError
        If `y` is no node, or `ops` no mapping of ops.

    Examples
    --------
    >>> from micrograd_act import Value, identity, relu, replace
    >>> x = Value(-2.0)
    >>> y = relu(3 * x) + 1
    >>> replace(y, {relu: identity}).data
    -5.0
    """
    return rebuilt(y, ops, where, "replace")[y]


def rebuilt(y: Any, ops: Mapping[OpLike, OpLike], where: Where, what: str) -> dict[Node, Node]:
    """For each node of the graph, inputs first, the node that stands in its place."""
    check_node(y, what, "y")
    table = _table(ops, what)
    if not (where is None or callable(where) or isinstance(where, str)):
        raise TypeError(f"{what}: where is a function of a node or a label, got {where!r}")
    unused = set(table)
    keys: dict[int, Op | Family | None] = {}  # by the id of an op: hashing each costs more
    made: dict[Node, Node] = {}
    with recording(True):
        for node in nodes(y):
            op = node.op
            if op is None:
                made[node] = node
                continue
            if changed_after(node) is not None:
                raise stale(node)
            if id(op) not in keys:
                keys[id(op)] = next((k for k in (op, op.family) if k in table), None)
            key = keys[id(op)]
            if key is not None and _is_picked(node, where):
                op = _replacement(node, table[key], what)
                unused.discard(key)
            again = made[node] = op(*[made[x] for x in node.inputs])
            again._label = node.label
    if unused:
        raise ValueError(_nowhere(y, sorted(map(repr, unused)), where, what))
    carry_calls(made)
    return made


def _table(ops: Any, what: str) -> dict[Op | Family, Op | Family]:
    if not isinstance(ops, Mapping):
        raise TypeError(f"{what}: expected a dict such as {{relu: identity}}, got {ops!r}")
    if not ops:
        raise ValueError(f"{what}: the dict of replacements is empty; pass {{relu: identity}}")
    return {_op(old, what): _op(new, what) for old, new in ops.items()}


def _op(given: Any, what: str) -> Op | Family:
    if isinstance(given, str):
        return activation(given)
    if not isinstance(given, (Op, Family)):
        hint = "make an op of a function with activation(fn)"
        if isinstance(given, (float, np.ndarray, Node)):
            hint = "for parameters use leaky_relu.bind(negative_slope=0.1)"
        raise TypeError(
            f"{what}: expected an op such as relu or its name, got {type(given).__name__}; {hint}"
        )
    return given


def _is_picked(node: Node, where: Where) -> bool:
    if where is None:
        return True
    return node.label == where if isinstance(where, str) else bool(where(node))


def _replacement(node: Node, new: Op | Family, what: str) -> Op:
    if isinstance(new, Family):
        if new.required:
            raise ValueError(f"{what}: {new} has parameters without a default; pass {new}.bind(…)")
        new = new.bind()
    if len(new.vjps) != len(node.inputs):
        raise ValueError(
            f"{what}: {op_of(node)} has {len(node.inputs)} inputs here, but {new} takes "
            f"{len(new.vjps)}"
        )
    return new


def _nowhere(y: Node, unused: list[str], where: Where, what: str) -> str:
    there = dict.fromkeys(repr(n.op) for n in nodes(y) if n.op is not None and n.op.is_activation)
    listed = f"its activations are {', '.join(there)}" if there else "it has no activation"
    picked = "" if where is None else " where it should be replaced"
    return f"{what}: {', '.join(unused)} does not occur in the graph{picked}; {listed}"
