"""`gradcheck` and `check_vjp`: of a node, of a function on nodes, of code that knows no node."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from micrograd_act.checking.arguments import as_tuple
from micrograd_act.checking.foreign import with_derivative, with_pullback
from micrograd_act.checking.graphs import GraphCheck
from micrograd_act.checking.reports import GradcheckError, Report
from micrograd_act.graph.node import Node, recording


def gradcheck(
    fn_or_node: Any,
    inputs: Any = (),
    *,
    grad: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    order: int = 1,
    raise_exception: bool = True,
    probes: bool = False,
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
    probes : bool
        Check each rule at points of its own as well, wherever its forward is defined: far out,
        near 0, of the other sign.
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
        If an input has no gradient, the function returns no node, or `grad` or `vjp` does not
        take these arguments.
    ValueError
        If an input is no array, or `order` is neither 1 nor 2.

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
    run = GraphCheck(seed, probes)
    with recording(True), _quietly():
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
                raise ValueError(
                    "gradcheck: order=2 needs a graph; check the second derivative as that of the "
                    "first, gradcheck(df, inputs, grad=d2f)"
                )
            subject = with_derivative(fn_or_node, as_tuple(inputs), grad, vjp)
            run.plain(subject)
            if grad is not None and run.report.failures and subject.y.size > 1:
                run.note_joined(subject)
        else:
            run.function(fn_or_node, as_tuple(inputs), order)
    if raise_exception and not run.report:
        raise GradcheckError(run.report)
    return run.report


def check_vjp(
    fun: Callable[..., Any],
    *inputs: Any,
    raise_exception: bool = True,
    probes: bool = False,
    seed: int = 0,
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
    probes : bool
        Check each rule at points of its own as well, wherever its forward is defined: far out,
        near 0, of the other sign.
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
    run = GraphCheck(seed, probes)
    with recording(True), _quietly():
        run.plain(with_pullback(fun, inputs))
    if raise_exception and not run.report:
        raise GradcheckError(run.report)
    return run.report


@contextmanager
def _quietly() -> Iterator[None]:
    """Functions under test may warn, and draw from the global generators."""
    numpy: Any = np.random  # its legacy functions are not typed
    states = random.getstate(), numpy.get_state()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(states[0])
        numpy.set_state(states[1])
