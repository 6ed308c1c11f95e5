"""`gradcheck` and `check_vjp`: of a node, of a function on nodes, of code that knows no node."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from micrograd_act.checking.accumulation import check_engine
from micrograd_act.checking.arguments import (
    as_tuple,
    leaf_like,
    leaf_of,
    one_node,
)
from micrograd_act.checking.comparison import cotangent
from micrograd_act.checking.foreign import with_derivative, with_pullback
from micrograd_act.checking.reports import Doubt, Failure, GradcheckError, Report
from micrograd_act.checking.rules import check
from micrograd_act.checking.subjects import Subject, exact, subjects
from micrograd_act.errors import GradientError
from micrograd_act.graph.backward import check_tracked
from micrograd_act.graph.derivatives import grad as gradient
from micrograd_act.graph.naming import caller_names, name_of
from micrograd_act.graph.node import Node, changed_after, recording, split_order, stale
from micrograd_act.graph.value import Value
from micrograd_act.ops.op import on_floats


def gradcheck(
    fn_or_node: Any,
    inputs: Any = (),
    *,
    grad: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    order: int = 1,
    raise_exception: bool = True,
    seed: int = 0,
) -> Report:
    """Check gradients against differences of the forward pass.

    Every node of the graph is replayed with its recorded inputs, so that the guilty one is named;
    then the engine that joins them is checked from end to end. Each difference has steps and an
    error bar of its own. At a kink any slope between those of the two sides is right.

    Parameters
    ----------
    fn_or_node : Node or callable
        A tracked node; or a function, called with `inputs` as nodes, that returns one. With `grad`
        or `vjp` a function of NumPy arrays.
    inputs : node, array_like, number, or tuple of these
        The arguments of the function. Floating only: integers have no gradient.
    grad : callable, optional
        ``grad(*inputs)``, a hand-written derivative, for several inputs a tuple of them, of a
        function that is elementwise or returns a single number.
    vjp : callable, optional
        ``vjp(g, y, *inputs)``, a hand-written backward: the gradient of the input, for several
        inputs a tuple of them, when `g` is the cotangent of ``y = fn(*inputs)``.
    order : int
        2 checks the gradient of the gradient as well.
    raise_exception : bool
        Raise unless the verdict is "pass".
    seed : int
        For the random directions and cotangents.

    Returns
    -------
    Report
        True for the verdict "pass" only. Nothing that was checked has changed: no value, no
        `.grad`, no random state.

    Raises
    ------
    GradcheckError
        An AssertionError with the report as `.report`.
    GradientError
        If the node is untracked, or a leaf changed after the forward pass.
    TypeError
        If an input has no gradient, or the function returns no node.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import Tensor, gradcheck, relu
    >>> x = Tensor([[-1.0, 0.0, 2.0]], requires_grad=True)
    >>> gradcheck((relu(x) ** 2).sum())
    gradcheck: pass (3 nodes, 9 gradients, 1 at a kink)
    >>> gradcheck(np.sin, 0.5, grad=lambda x: -np.cos(x), raise_exception=False).verdict
    'fail'
    """
    __tracebackhide__ = True  # pytest then points at the caller's line
    if order not in (1, 2):
        raise ValueError(f"gradcheck: order is 1 or 2, got {order!r}")
    run = _Run(seed)
    with recording(True), _random_state_kept():
        if isinstance(fn_or_node, Node):
            if grad is not None or vjp is not None:
                raise TypeError("gradcheck: grad and vjp belong to a function, not to a node")
            if as_tuple(inputs):
                raise TypeError("gradcheck: a node brings its own inputs; pass only the node")
            run.graph(fn_or_node, order)
        elif not callable(fn_or_node):
            kind = type(fn_or_node).__name__
            raise TypeError(f"gradcheck: expected a node or a function, got {kind}")
        elif grad is not None or vjp is not None:
            if order == 2:
                raise ValueError("gradcheck: order=2 needs a graph; check the derivative's own")
            run.plain(with_derivative(fn_or_node, as_tuple(inputs), grad, vjp))
        else:
            run.function(fn_or_node, as_tuple(inputs), order)
    if raise_exception and not run.report:
        raise GradcheckError(run.report)
    return run.report


def check_vjp(
    fun: Callable[..., Any], *inputs: Any, raise_exception: bool = True, seed: int = 0
) -> Report:
    """Check a function that returns its result together with its backward, as `jax.vjp` does.

    Parameters
    ----------
    fun : callable
        ``fun(*arrays)`` returns ``(y, vjp)``, where ``vjp(g)`` is the tuple of the gradients of the
        inputs, each of its input's shape, for a cotangent `g` of the shape of `y`. Neither needs to
        know anything of this library.
    *inputs : array_like or number
        Floating only: integers have no gradient.
    raise_exception : bool
        Raise unless the verdict is "pass".
    seed : int
        For the random directions and cotangents.

    Returns
    -------
    Report
        As of `gradcheck`; `.failures` name input, element and a guess at the cause.

    Raises
    ------
    GradcheckError
        An AssertionError with the report as `.report`.
    TypeError
        If an input has no gradient, or the function does not return a pair.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import check_vjp
    >>> def product(a, b):
    ...     return a * b, lambda g: (g * b, g * a)
    >>> bool(check_vjp(product, np.array([1.0, -2.0]), np.array([0.5, 3.0])))
    True
    """
    __tracebackhide__ = True
    run = _Run(seed)
    with recording(True), _random_state_kept():
        run.plain(with_pullback(fun, inputs))
    if raise_exception and not run.report:
        raise GradcheckError(run.report)
    return run.report


class _Run:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.report = Report()
        names = caller_names()
        self.label: Callable[[Node], str] = partial(name_of, names=names)

    # graphs

    def graph(self, root: Node, order: int) -> None:
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

        sound = [node for node in results if self._finite(node) and self._fresh(node)]
        found = subjects(sound, self.label)
        right = [check(subject, self.rng, self.report) for subject in found]
        if len(sound) < len(results) or not all(right):
            self.report.note("the engine was not checked, since not all of its rules are sound")
            return
        if root.inputs:
            check_engine(root, leaves, found, self.rng, self.report, self.label)
        if order == 2 and self.report:
            self.second(root, leaves)

    def second(self, root: Node, leaves: Sequence[Node]) -> None:
        """Check the graph of the gradient, times random numbers, as any other."""
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

    def _finite(self, node: Node) -> bool:
        for i, x in enumerate((*node.inputs, node)):
            data = np.asarray(x._data)
            if data.dtype.kind == "f" and not np.all(np.isfinite(data)):
                what = "its result" if x is node else f"its input {i}"
                self._doubt(node, f"{what} is not finite")
                return False
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

    # functions

    def function(self, fn: Callable[..., Any], inputs: tuple[Any, ...], order: int) -> None:
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
        name = getattr(fn, "__name__", "") or repr(fn)
        y = np.asarray(root._data, dtype=float)
        subject = Subject(name, xs, y, tuple(tracked), forward, pullback)
        kinks, gradients = self.report.kinks, self.report.gradients
        own = Report()
        check(subject, self.rng, own)
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
        again = subject.forward(*subject.xs)
        message = ""
        if not _close(subject.y, again):
            message = "the function is not deterministic: two calls differ"
        for i, x in enumerate((*subject.xs, subject.y)):
            if not message and not np.all(np.isfinite(x)):
                what = "its result" if i == len(subject.xs) else f"its input {i}"
                message = f"{what} is not finite"
        if message:
            self.report.doubts.append(Doubt(subject.op, "", message))
        else:
            check(subject, self.rng, self.report)

    def _doubt(self, node: Node, message: str) -> None:
        op = "" if node.op is None else node.op.name
        self.report.doubts.append(Doubt(op, self.label(node), message, node=node))

    def _fail(self, node: Node, kind: str, message: str) -> None:
        op = "engine" if node.op is None else node.op.name
        self.report.failures.append(Failure(op, self.label(node), kind, message, node=node))


@contextmanager
def _random_state_kept() -> Iterator[None]:
    """Functions under test may draw from the global generators."""
    numpy: Any = np.random  # its legacy functions are not typed
    states = random.getstate(), numpy.get_state()
    try:
        yield
    finally:
        random.setstate(states[0])
        numpy.set_state(states[1])


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
