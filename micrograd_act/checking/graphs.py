"""The check of a graph: its nodes one by one, then the engine that joins them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from micrograd_act.checking.accumulation import check_engine
from micrograd_act.checking.arguments import leaf_like, leaf_of, not_finite, one_node
from micrograd_act.checking.comparison import cotangent
from micrograd_act.checking.foreign import name_of as function_name
from micrograd_act.checking.probing import check_lightly
from micrograd_act.checking.reports import Doubt, Failure, Report
from micrograd_act.checking.rules import check
from micrograd_act.checking.second import rules_as_subjects
from micrograd_act.checking.subjects import Subject, bounded, exact, subjects
from micrograd_act.errors import GradientError
from micrograd_act.graph.backward import check_tracked
from micrograd_act.graph.derivatives import grad as gradient
from micrograd_act.graph.naming import caller_names, name_of
from micrograd_act.graph.node import Node, changed_after, split_order, stale
from micrograd_act.graph.value import Value
from micrograd_act.ops.op import on_floats


class GraphCheck:
    """A report in the making, and the random numbers that it draws."""

    def __init__(self, seed: int, probes: bool) -> None:
        self.probes = probes
        self.rng = np.random.default_rng(seed)
        self.report = Report()
        self.masked: set[Node] = set()  # results that a constant makes infinite
        names = caller_names()
        self.label: Callable[[Node], str] = partial(name_of, names=names)

    def graph(self, root: Node, order: int) -> None:
        """Check a node and all that it was made of."""
        check_tracked((root,), "gradcheck")
        if self.report.root is None:
            self.report.root = root
        leaves, results = split_order((root,))
        leaves = [leaf for leaf in leaves if leaf.requires_grad]
        results = [node for node in results if node.requires_grad]
        for node in results:
            if changed_after(node) is not None:
                raise stale(node)
        self.report.nodes += len(results)
        if any(np.asarray(n._data).dtype.itemsize < 8 for n in leaves):
            self.report.note("rules in less than float64 were evaluated in float64")

        sound = [node for node in results if self._finite(node, root) and self._fresh(node)]
        found = subjects(sound, self.label)
        right = [check(bounded(subject), self.rng, self.report, self.probes) for subject in found]
        if any(f.node is not None and not f.line for f in self.report.failures):
            self.report.note("build the graph under record_lines() to see the lines of your code")
        if len(sound) < len(results) or not all(right):
            self.report.note("the engine was not checked, since not all of its rules are sound")
            return
        if root.inputs:
            check_engine(root, leaves, found, self.rng, self.report, self.label)
        if order == 2 and self.report:
            self.second(root, leaves, results)

    def second(self, root: Node, leaves: Sequence[Node], results: Sequence[Node]) -> None:
        """Check the graph of the gradient, times random numbers, as any other."""
        first = self.report
        seed = cotangent(self.rng, root.shape).astype(np.asarray(root._data).dtype)
        given = float(seed) if isinstance(root, Value) else seed
        total: Any = None
        for leaf, c in zip(
            leaves,
            gradient(root, list(leaves), given, create_graph=True, allow_unused=True),
            strict=True,
        ):
            if c is None or not c.requires_grad:
                continue  # unused, or a constant
            plain = gradient(root, leaf, given)
            if not np.allclose(c._data, plain._data, rtol=1e-6, atol=1e-12):
                self._fail(leaf, "engine", "create_graph=True changes the gradient")
                return
            weights = cotangent(self.rng, c.shape)
            term = c * float(weights) if isinstance(c, Value) else (c * weights).sum()
            total = term if total is None else total + term
        if total is None:
            self.report.note("the second derivative is 0 everywhere: no gradient is tracked")
        else:
            self.graph(total, 1)
            if not self.report:
                self.report.root = total
        if first:
            for subject in rules_as_subjects(results, self.label, self.rng):
                own = Report()
                check(subject, self.rng, own)
                for failure in own.failures:
                    if _underflows(failure):
                        continue
                    message = f"of the second derivative: {failure.message}"
                    first.failures.append(replace(failure, message=message))

    def _finite(self, node: Node, root: Node) -> bool:
        """Whether its numbers are finite, or infinite by a constant such as a mask."""
        scalar = isinstance(node, Value)
        masked = False
        for i, x in enumerate((*node.inputs, node)):
            data = np.asarray(x._data)
            message = not_finite(data, "its result" if x is node else f"its input {i}")
            if not message:
                continue
            mask = not x.requires_grad or x in self.masked
            constant = masked and node is not root if x is node else mask
            if scalar or not constant or np.any(np.isnan(data)):
                self._doubt(node, message)
                return False
            masked = True
            if x is node:
                self.masked.add(node)
        if masked:
            self.report.note("rules were checked with large numbers in place of infinities")
        return True

    def _fresh(self, node: Node) -> bool:
        """Whether the node's numbers are what its op computes from its inputs."""
        first, again = _replayed(node), _replayed(node)
        if not _close(first, again):
            self._doubt(node, "the forward is not deterministic: two replays differ")
            return False
        if not _close(first, node._data):
            self._fail(node, "stale", "its value is not what its op computes from its inputs")
            return False
        return True

    def function(self, fn: Callable[..., Any], inputs: tuple[Any, ...], order: int) -> None:
        """Check the graph that a function makes, and that nothing leaves it."""
        leaves = tuple(leaf_of(x, i) for i, x in enumerate(inputs))
        root = one_node(fn(*leaves))
        again = one_node(fn(*leaves))
        if not _close(root._data, again._data):
            self._doubt(root, "the function is not deterministic: two calls differ")
            return
        tracked = [i for i, leaf in enumerate(leaves) if leaf.requires_grad]
        if not tracked:
            raise GradientError("gradcheck: no input requires grad; pass arrays or tracked nodes")
        if root.requires_grad:
            self.graph(root, order)
        if self.report:
            self._whole(fn, leaves, tracked, root)

    def _whole(
        self, fn: Callable[..., Any], leaves: tuple[Node, ...], tracked: list[int], root: Node
    ) -> None:
        """Compare the function with its graph: a path that leaves the graph has no gradient."""

        def forward(*xs: Any) -> Any:
            made = [leaf_like(x, leaf) for x, leaf in zip(xs, leaves, strict=True)]
            return np.asarray(one_node(fn(*made))._data, dtype=float)

        def pullback(g: Any) -> list[Any]:
            if not root.requires_grad:
                return [np.zeros(leaves[i].shape) for i in tracked]
            given = float(g) if isinstance(root, Value) else g
            found = gradient(root, [leaves[i] for i in tracked], given, allow_unused=True)
            return [
                np.zeros(leaves[i].shape) if c is None else np.asarray(c._data, dtype=float)
                for i, c in zip(tracked, found, strict=True)
            ]

        if any(np.asarray(leaf._data).dtype.itemsize < 8 for leaf in leaves):
            self.report.note("less than float64: only the graph was checked, not the function")
            return
        xs = tuple(exact(leaf._data) for leaf in leaves)
        name = function_name(fn)
        y = np.asarray(root._data, dtype=float)
        subject = Subject(name, xs, y, tuple(tracked), forward, pullback)
        kinks, gradients = self.report.kinks, self.report.gradients
        own = Report()
        check_lightly(subject, self.rng, own)
        self.report.gradients = gradients or own.gradients
        for failure in own.failures:
            if kinks:  # at a kink slopes that are right one by one need not compose to a right one
                self.report.doubts.append(
                    Doubt(name, "", "at a kink its slope is not the product of its nodes' slopes")
                )
                return
            self.report.failures.append(_detached(failure))

    def plain(self, subject: Subject) -> None:
        """Check a function that knows no node."""
        message = ""
        again = subject.forward(*subject.xs)
        if not _close(subject.y, again):
            message = "the function is not deterministic: two calls differ"
        for i, x in enumerate((*subject.xs, subject.y)):
            what = "its result" if i == len(subject.xs) else f"its input {i}"
            message = message or not_finite(x, what)
        if message:
            self.report.doubts.append(Doubt(subject.op, "", message))
        else:
            check(subject, self.rng, self.report, self.probes)

    def note_joined(self, subject: Subject) -> None:
        """Say of a hand-written derivative that one number for each element is too few."""
        if not all(subject.diagonal(i) for i in subject.checked):
            self.report.note(
                f"an output of {subject.op} depends on several elements of an input, and grad= is "
                "for functions that are elementwise or return a single number; give vjp="
            )

    def _doubt(self, node: Node, message: str) -> None:
        op = "" if node.op is None else node.op.name
        self.report.doubts.append(Doubt(op, self.label(node), message, node=node))

    def _fail(self, node: Node, kind: str, message: str) -> None:
        op = "engine" if node.op is None else node.op.name
        self.report.failures.append(Failure(op, self.label(node), kind, message, node=node))


def _underflows(failure: Failure) -> bool:
    """Whether the numbers are what a backward leaves of sums of larger ones."""
    numbers = failure.analytic, failure.numeric
    return all(isinstance(n, float) and abs(n) < 1e-200 for n in numbers)


def _replayed(node: Node) -> Any:
    assert node.op is not None
    xs = [x._data for x in node.inputs]
    if isinstance(node, Value):
        return on_floats(node.op.forward, tuple(xs))
    with np.errstate(all="ignore"):
        return node.op.forward(node.xp, *xs)


def _close(a: Any, b: Any) -> bool:
    """Equal but for the order in which a library adds up."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype.kind != "f":
        return np.array_equal(a, b)
    slack = 64 * np.finfo(a.dtype).eps * np.max(np.abs(b), initial=0.0)
    return bool(np.all((a == b) | (np.abs(a - b) <= slack) | (np.isnan(a) & np.isnan(b))))


def _detached(failure: Failure) -> Failure:
    message = "every node is right, but the function is not what its graph says: a detached path?"
    numbers = {k: getattr(failure, k) for k in ("input", "index", "analytic", "numeric", "error")}
    return Failure(failure.op, failure.label, "detached", message, **numbers)
