"""The one loop that pulls cotangents back through a graph, and what stands on it.

While a pass runs, `_grad` of each node holds its cotangent: a dictionary of 60,000 nodes costs more
than the arithmetic. What was there is put back, or added to, when the pass ends; also by an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import Any

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph.fitting import fit, fit_node
from micrograd_act.graph.lifted import lifted
from micrograd_act.graph.node import Node, by_serial, stale
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops.op import on_floats

_ndarray = np.ndarray
Cotangents = dict[Node, Any]
_RAISED = (ArithmeticError, ValueError)  # what Python's arithmetic raises where NumPy has a value

# Two threads may share leaves. A rule may itself run a pass, so the lock is reentrant.
_lock = RLock()


class _Pass:
    """The nodes of one backward pass, marked as such while it runs."""

    __slots__ = ("found", "found_grads", "leaf_grads", "leaves", "mark", "results")

    def __init__(self) -> None:
        self.mark: Any = object()  # stands in `_grad` of a node that no cotangent has reached yet
        self.found: list[Node] = []  # results in the order of their discovery
        self.found_grads: list[Any] = []
        self.leaves: list[Node] = []
        self.leaf_grads: list[Any] = []
        self.results: list[Node] = []  # newest first

    def trace(self, roots: Iterable[Node]) -> None:
        """Find the tracked ancestors of `roots`."""
        mark = self.mark
        self.enter(roots)
        stack = list(self.found)
        push, pop = stack.append, stack.pop
        found, found_grad = self.found.append, self.found_grads.append
        leaf, leaf_grad = self.leaves.append, self.leaf_grads.append
        while stack:
            for x in pop().inputs:
                if x._grad is not mark and x._tracked:
                    if x.inputs:
                        push(x)
                        found(x)
                        found_grad(x._grad)
                    else:
                        leaf(x)
                        leaf_grad(x._grad)
                    x._grad = mark
        self.results = sorted(self.found, key=by_serial, reverse=True)

    def enter(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if node._grad is not self.mark and node._tracked:
                (self.found if node.inputs else self.leaves).append(node)
                (self.found_grads if node.inputs else self.leaf_grads).append(node._grad)
                node._grad = self.mark

    def restore(self) -> None:
        for node, before in zip(self.found, self.found_grads, strict=True):
            node._grad = before
        for node, before in zip(self.leaves, self.leaf_grads, strict=True):
            node._grad = before

    def cotangents(self) -> Cotangents:
        reached = (*self.leaves, *self.found)
        return {node: node._grad for node in reached if node._grad is not self.mark}

    def run(self, seeds: Cotangents, create_graph: bool = False) -> None:
        """Pull the cotangents of the roots back to the leaves, newest node first."""
        mark = self.mark
        for root, cotangent in seeds.items():
            root._grad = cotangent
        for node in self.results:
            g = node._grad
            if g is mark:
                continue
            inputs = node.inputs
            vjps: Any = node.op.vjps  # type: ignore[union-attr]
            read = node._serial
            scalar = type(g) is float
            if len(inputs) == 2 and not create_graph:  # in line: half the time of the loop below
                a, b = inputs
                if a._serial > read or b._serial > read:
                    raise stale(node)
                vjp_a, vjp_b = vjps
                xp = floats if scalar else node.xp
                xa, xb, y = a._data, b._data, node._data
                try:
                    ca = vjp_a(xp, g, y, xa, xb) if a._tracked else None
                    cb = vjp_b(xp, g, y, xa, xb) if b._tracked else None
                except _RAISED:
                    if not scalar:
                        raise
                    ca = on_floats(vjp_a, (g, y, xa, xb)) if a._tracked else None
                    cb = on_floats(vjp_b, (g, y, xa, xb)) if b._tracked else None
                if ca is not None:
                    c = ca if scalar else fit(ca, xa)
                    before = a._grad
                    a._grad = c if before is mark else before + c
                if cb is not None:
                    c = cb if scalar else fit(cb, xb)
                    before = b._grad
                    b._grad = c if before is mark else before + c
                continue
            if len(inputs) == 1 and not create_graph:
                (a,) = inputs
                if a._serial > read:
                    raise stale(node)
                xa = a._data
                try:
                    c = vjps[0](floats if scalar else node.xp, g, node._data, xa)
                except _RAISED:
                    if not scalar:
                        raise
                    c = on_floats(vjps[0], (g, node._data, xa))
                if not scalar:
                    c = fit(c, xa)
                before = a._grad
                a._grad = c if before is mark else before + c
                continue
            xs = inputs if create_graph else [x._data for x in inputs]
            for x, vjp, datum in zip(inputs, vjps, xs, strict=True):
                if x._serial > read:
                    raise stale(node)
                if not x._tracked or vjp is None:
                    continue
                if create_graph:
                    c = fit_node(vjp(lifted, g, node, *xs), x)
                elif not scalar:
                    c = fit(vjp(node.xp, g, node._data, *xs), datum)
                else:
                    try:
                        c = vjp(floats, g, node._data, *xs)
                    except _RAISED:
                        c = on_floats(vjp, (g, node._data, *xs))
                before = x._grad
                x._grad = c if before is mark else before + c


def pull(
    seeds: Cotangents, results: Sequence[Node] | None = None, create_graph: bool = False
) -> Cotangents:
    """The cotangent of every tracked ancestor, from those of the roots; no `.grad` changes.

    Parameters
    ----------
    seeds : dict of Node to cotangent
    results : sequence of Node, optional
        The results to go through, inputs before their readers; by default all ancestors.
    create_graph : bool
        Evaluate the rules on the nodes themselves, so that the cotangents are nodes.
    """
    with _lock:
        run = _Pass()
        try:
            if results is None:
                run.trace(seeds)
            else:
                run.enter(seeds)
                for node in results:
                    run.enter((node, *node.inputs))
                run.results = list(reversed(results))
            run.run(seeds, create_graph)
            return run.cotangents()
        finally:
            run.restore()


def backpropagate(root: Node, seed: Any) -> None:
    """Fill `.grad`: leaves add to what they have, results show this pass.

    An error on the way leaves every gradient as it was.
    """
    check_tracked((root,), "backward")
    with _lock:
        run = _Pass()
        try:
            run.trace((root,))
            run.run({root: seed})
        except BaseException:
            run.restore()
            raise
        _settle(run)


def _settle(run: _Pass) -> None:
    """Turn the cotangents of a finished pass into gradients that share no memory."""
    mark = run.mark
    held = set()
    for node in run.results:
        c = node._grad
        if type(c) is not float:
            held.add(id(c))
            # the buffer may serve several nodes; `.grad` copies it when it is read
            node._grad = None if c is mark else (c,)
    for node, before in zip(run.leaves, run.leaf_grads, strict=True):
        c = node._grad
        if c is mark:
            node._grad = before
        elif type(c) is float:
            # adding to 0.0 turns the -0.0 of a dead path into 0.0
            node._grad = c + (0.0 if before is None else before)
        elif before is not None:
            node._grad = before + c
        else:
            shared = id(c) in held or type(c) is not _ndarray or c.base is not None
            held.add(id(c))
            node._grad = np.array(c) if shared else c


def check_tracked(roots: Iterable[Node], what: str) -> None:
    """Raise in the name of `what` if a root has no gradient."""
    for root in roots:
        if not root._tracked:
            raise GradientError(
                f"{what}: this node is not tracked: nothing it was computed from requires grad; "
                "pass requires_grad=True to a Tensor, or compute it outside no_grad()"
            )
