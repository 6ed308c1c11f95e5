"""The one loop that pulls cotangents back through a graph, and what stands on it.

While a pass runs each node holds its own cotangent: a dictionary of 60,000 nodes costs more than
the arithmetic. Gradients are written at the end, all or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import RLock
from typing import Any

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph.fitting import fit, fit_node
from micrograd_act.graph.lifted import lifted
from micrograd_act.graph.node import UNTRACKED, Node, by_serial, stale
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops.op import Op, on_floats

_ndarray = np.ndarray
Cotangents = dict[Node, Any]
_RAISED = (ArithmeticError, ValueError)  # what Python's arithmetic raises where NumPy has a value

# What watches passes (hooks, anomalies): each gives back the results that it was given, in their
# order, and runs in between. With none of them a pass is as it was.
Observer = Callable[[object, Iterable[Node], Iterable[Node], bool], Iterable[Node]]
observers: list[Observer] = []

# Two threads may share leaves. A rule may itself run a pass, so the lock is reentrant.
_lock = RLock()


class _Pass:
    """The nodes of one backward pass, marked as such while it runs."""

    __slots__ = ("leaves", "mark", "outer", "results")

    def __init__(self) -> None:
        self.mark: Any = object()  # in `_cotangent` of a node that nothing has reached yet
        self.leaves: list[Node] = []
        self.results: list[Node] = []  # newest first
        self.outer: list[tuple[Node, Any]] = []  # what a pass around this one has in its nodes

    def trace(self, roots: Iterable[Node]) -> None:
        """Find the tracked ancestors of `roots`."""
        mark = self.mark
        self.enter(roots)
        stack = [root.inputs for root in self.results]
        push, pop = stack.append, stack.pop
        leaf, result = self.leaves.append, self.results.append
        while stack:
            for x in pop():
                held = x._cotangent
                if held is not None:
                    if held is mark or held is UNTRACKED:
                        continue
                    self.outer.append((x, held))
                x._cotangent = mark
                inputs = x.inputs
                if inputs:
                    push(inputs)
                    result(x)
                else:
                    leaf(x)
        self.results.sort(key=by_serial, reverse=True)

    def enter(self, nodes: Iterable[Node]) -> None:
        """Take nodes into the pass, in this order."""
        for node in nodes:
            if node._cotangent is not self.mark and node.requires_grad:
                if node._cotangent is not None:
                    self.outer.append((node, node._cotangent))
                node._cotangent = self.mark
                (self.results if node.inputs else self.leaves).append(node)

    def leave(self) -> None:
        """Let the nodes go; cotangents die here."""
        for node in self.results:
            node._cotangent = None
        for node in self.leaves:
            node._cotangent = None
        for node, held in self.outer:
            node._cotangent = held

    def run(
        self, seeds: Cotangents, newest_first: Iterable[Node], create_graph: bool = False
    ) -> None:
        """Pull the cotangents of the roots back through these results."""
        mark = self.mark
        for root, cotangent in seeds.items():
            root._cotangent = cotangent
        for node in newest_first:
            g = node._cotangent
            if g is mark:
                continue
            inputs = node.inputs
            op: Any = node.op
            read = node._serial
            count = 0 if create_graph else op.in_line
            if count == 2:  # in line, as the next branch: half the time of the last one
                a, b = inputs
                if a._serial > read or b._serial > read:
                    raise stale(node)
                vjp_a, vjp_b = op.vjps
                xa, xb, y = a._data, b._data, node._data
                scalar = type(g) is float
                xp = floats if scalar else node.xp
                before = a._cotangent
                if before is not UNTRACKED:
                    try:
                        c = vjp_a(xp, g, y, xa, xb)
                    except _RAISED:
                        if not scalar:
                            raise
                        c = on_floats(vjp_a, (g, y, xa, xb))
                    if not scalar:
                        c = fit(c, xa)
                    a._cotangent = c if before is mark else before + c
                before = b._cotangent
                if before is not UNTRACKED:
                    try:
                        c = vjp_b(xp, g, y, xa, xb)
                    except _RAISED:
                        if not scalar:
                            raise
                        c = on_floats(vjp_b, (g, y, xa, xb))
                    if not scalar:
                        c = fit(c, xb)
                    b._cotangent = c if before is mark else before + c
            elif count == 1:
                (a,) = inputs
                if a._serial > read:
                    raise stale(node)
                xa = a._data
                scalar = type(g) is float
                try:
                    c = op.vjps[0](floats if scalar else node.xp, g, node._data, xa)
                except _RAISED:
                    if not scalar:
                        raise
                    c = on_floats(op.vjps[0], (g, node._data, xa))
                if not scalar or type(xa) is not float:
                    c = fit(c, xa)
                before = a._cotangent
                a._cotangent = c if before is mark else before + c
            else:
                for x, c in zip(inputs, _cotangents(node, op, g, create_graph), strict=True):
                    if x._serial > read:
                        raise stale(node)
                    if c is not None and x._cotangent is not UNTRACKED:
                        c = fit_node(c, x) if create_graph else fit(c, x._data)
                        before = x._cotangent
                        x._cotangent = c if before is mark else before + c


def _cotangents(node: Node, op: Op, g: Any, create_graph: bool) -> Iterable[Any]:
    """The cotangents of all inputs, not yet in their shapes; None where there is none."""
    inputs = node.inputs
    y: Any = node
    xs: Sequence[Any] = inputs
    xp: Any = lifted
    if not create_graph:
        y = node._data
        xs = [x._data for x in inputs]
        xp = node.xp
    if op.joint is not None:
        every: list[Any] = op.joint(xp, g, y, *xs)
        return every
    found: list[Any] = []
    for x, vjp in zip(inputs, op.vjps, strict=True):
        if vjp is None or x._cotangent is UNTRACKED:
            found.append(None)
            continue
        try:
            found.append(vjp(xp, g, y, *xs))
        except _RAISED:
            if xp is not floats:
                raise
            found.append(on_floats(vjp, (g, y, *xs)))
    return found


def _observed(
    run: _Pass, results: Iterable[Node], ends: Iterable[Node], create_graph: bool = False
) -> Iterable[Node]:
    """The results of a pass, newest first, as they come through the observers."""
    for observer in observers:
        results = observer(run.mark, results, ends, create_graph)
    return results


def pull(
    seeds: Cotangents,
    results: Sequence[Node] | None = None,
    create_graph: bool = False,
    ends: Sequence[Node] | None = None,
) -> Cotangents:
    """The cotangent of every tracked ancestor, from those of the roots; no `.grad` changes.

    Parameters
    ----------
    seeds : dict of Node to cotangent
    results : sequence of Node, optional
        The results to go through, inputs before their readers; by default all ancestors.
    create_graph : bool
        Evaluate the rules on the nodes themselves, so that the cotangents are nodes.
    ends : sequence of Node, optional
        Where a user's derivative ends; without it, hooks are not called.
    """
    with _lock:
        run = _Pass()
        try:
            if results is None:
                run.trace(seeds)
                run.run(seeds, run.results, create_graph)
            else:
                run.enter(seeds)
                for node in results:
                    run.enter((node, *node.inputs))
                newest_first: Iterable[Node] = reversed(results)
                if ends is not None:
                    newest_first = _observed(run, newest_first, ends, create_graph)
                run.run(seeds, newest_first, create_graph)
            reached = (*run.leaves, *run.results)
            return {x: x._cotangent for x in reached if x._cotangent is not run.mark}
        finally:
            run.leave()


def backpropagate(root: Node, seed: Any) -> None:
    """Fill `.grad`: leaves add to what they have, results show this pass.

    An error on the way leaves every gradient as it was.
    """
    if root._cotangent is UNTRACKED:
        check_tracked((root,), "backward")
    with _lock:
        run = _Pass()
        try:
            run.trace((root,))
            run.run({root: seed}, _observed(run, run.results, run.leaves))
            gradients = _gradients(run)
            try:
                _write(run, gradients)
            except BaseException:  # an interrupt: all or none
                _write(run, gradients)
                raise
        finally:
            run.leave()


def _write(run: _Pass, gradients: list[Any]) -> None:
    mark = run.mark
    for leaf, gradient in zip(run.leaves, gradients, strict=True):
        leaf._grad = gradient
    for node in run.results:
        c = node._cotangent
        # a buffer may serve several nodes; `.grad` copies it when it is read
        node._grad = c if type(c) is float else None if c is mark else (c,)


def _gradients(run: _Pass) -> list[Any]:
    """The new gradient of each leaf; none shares memory with another or with data."""
    held: set[int] = set()
    gradients: list[Any] = []
    for leaf in run.leaves:
        c = leaf._cotangent
        before = leaf._grad
        if c is run.mark:
            c = before
        elif type(c) is float:
            c += 0.0 if before is None else before  # the -0.0 of a dead path counts as 0.0
        elif before is not None:
            c = before + c
        else:
            if not held:  # a graph of floats has no need of it
                held = {id(node._cotangent) for node in run.results}
            if id(c) in held or type(c) is not _ndarray or c.base is not None:
                c = np.array(c)
            held.add(id(c))
        gradients.append(c)
    return gradients


def check_tracked(roots: Iterable[Node], what: str) -> None:
    """Raise in the name of `what` if a root has no gradient."""
    for root in roots:
        if not root.requires_grad:
            raise GradientError(
                f"{what}: this node is not tracked: nothing it was computed from requires grad; "
                "pass requires_grad=True to a Tensor, or compute it outside no_grad()"
            )
