"""The one loop that pulls cotangents back through a graph, and what stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph.fitting import fit, fit_node
from micrograd_act.graph.lifted import lifted
from micrograd_act.graph.node import Node, split_order, stale
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops.op import on_floats

Cotangents = dict[Node, Any]


def pull(seeds: Cotangents, results: Sequence[Node], create_graph: bool = False) -> Cotangents:
    """The cotangent of every tracked ancestor, from those of the roots; nothing is written.

    Parameters
    ----------
    seeds : dict of Node to cotangent
    results : sequence of Node
        The results among the ancestors of the roots, inputs before their readers.
    create_graph : bool
        Evaluate the rules on the nodes themselves, so that the cotangents are nodes.
    """
    found = dict(seeds)
    for node in reversed(results):
        g = found.get(node)
        if g is None:
            continue
        inputs = node.inputs
        read = node._serial
        y: Any = node
        xs: Sequence[Any] = inputs
        xp = lifted
        if not create_graph:
            y = node._data
            xs = [x._data for x in inputs]
            xp = node.xp
        for x, vjp in zip(inputs, node.op.vjps, strict=True):  # type: ignore[union-attr]
            if x._serial > read:
                raise stale(node)
            if not x._tracked or vjp is None:
                continue
            if xp is floats:
                try:
                    c = vjp(floats, g, y, *xs)
                except (ArithmeticError, ValueError):
                    c = on_floats(vjp, (g, y, *xs))
            elif create_graph:
                c = fit_node(vjp(lifted, g, y, *xs), x)
            else:
                c = fit(vjp(xp, g, y, *xs), x._data)
            before = found.get(x)
            found[x] = c if before is None else before + c
    return found


def backpropagate(root: Node, seed: Any) -> None:
    """Fill `.grad`: leaves add to what they have, results show this pass.

    All is computed before anything is written, so an error changes no gradient.
    """
    check_tracked((root,), "backward")
    leaves, results = split_order((root,))
    found = pull({root: seed}, results)
    held = set()
    for node in results:
        c = found.get(node)
        if c is not None:
            held.add(id(c))
            # the buffer may serve several nodes; `.grad` copies it when it is read
            node._grad = c if type(c) is float else (c,)
    for leaf in leaves:
        c = found.get(leaf)
        if c is None:
            continue
        if leaf._grad is not None:
            leaf._grad = leaf._grad + c
        elif type(c) is float:
            leaf._grad = c + 0.0  # -0.0, the product of a dead path, counts as 0.0
        else:
            shared = id(c) in held or getattr(c, "base", None) is not None
            held.add(id(c))
            leaf._grad = np.array(c) if shared else np.asarray(c)


def check_tracked(roots: Iterable[Node], what: str) -> None:
    for root in roots:
        if not root._tracked:
            raise GradientError(
                f"{what}: this node is not tracked: nothing it was computed from requires grad; "
                "pass requires_grad=True to a Tensor, or compute it outside no_grad()"
            )
