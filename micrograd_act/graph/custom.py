"""A user's own activation as an op like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.graph.derivatives import grad
from micrograd_act.graph.node import Node, differentiating, recording
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.value import Value, as_float
from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import REGISTRY, Facts, Family, Op


def activation(
    fn: Callable[[Any], Any] | str,
    *,
    name: str | None = None,
    vjp: Callable[[Any, Any, Any], Any] | None = None,
    facts: Facts | None = None,
    source: str = "",
) -> Op | Family:
    """Make an activation of a plain elementwise function of x, or look one up by name.

    Parameters
    ----------
    fn : callable or str
        ``fn(x)`` written with operators and this library's functions, so that it works on numbers,
        arrays and nodes; or the name of a built-in activation.
    name : str, optional
        How it is called in pictures and messages; the function's name by default.
    vjp : callable, optional
        ``vjp(g, y, x)``, the cotangent of x when `g` is that of ``y = fn(x)``. By default the
        derivative comes from the graph that `fn` builds.
    facts : Facts, optional
        What is known of the function.
    source : str, optional

    Returns
    -------
    Op
        To be called like `relu`; a family where a built-in activation has parameters.

    Raises
    ------
    ValueError
        If no activation has that name.
    TypeError
        If `fn` cannot be called.

    Examples
    --------
    >>> from micrograd_act import Value, activation, sigmoid
    >>> swish = activation(lambda x: x * sigmoid(2 * x), name="swish2")
    >>> x = Value(0.0)
    >>> y = swish(x)
    >>> y.backward()
    >>> y.op, x.grad
    (swish2, 0.5)
    """
    if isinstance(fn, str):
        return _named(fn)
    if not callable(fn):
        raise TypeError(f"activation: expected a function of x or a name, got {type(fn).__name__}")

    called = name or fn.__name__.strip("<>")

    def forward(xp: Namespace, x: Operand) -> Operand:
        y = fn(x)
        if isinstance(y, Node) and not isinstance(x, Node):
            raise TypeError(
                f"{called}: its function reads a Value or Tensor besides x, whose gradient would "
                "be lost; write a plain function of both instead of an activation"
            )
        return y

    def from_graph(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        with recording(True), differentiating(called):
            if isinstance(x, Node):
                return grad(fn(x), x, g, create_graph=True)
            leaf = Value(x) if isinstance(x, float) else Tensor(x, requires_grad=True)
            return grad(fn(leaf), leaf, g).data

    def given(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        assert vjp is not None
        c = vjp(g, y, x)
        if np.shape(c) != np.shape(x) or c is None:
            received = "None" if c is None else f"shape {np.shape(c)}"
            raise ValueError(
                f"{called}: vjp must return the gradient of x, of shape {np.shape(x)}; "
                f"it returned {received}"
            )
        if isinstance(c, Node):
            return c
        return as_float(c, called) if isinstance(x, float) else np.array(c)

    rule = from_graph if vjp is None else given
    op = Op(called, forward, (rule,), facts=facts, activation=True, source=source)
    op.__doc__ = fn.__doc__
    op.recipe = _again, (fn, name, vjp, facts, source)
    return op


def _again(fn: Any, name: Any, vjp: Any, facts: Any, source: str) -> Op | Family:
    return activation(fn, name=name, vjp=vjp, facts=facts, source=source)


def _named(name: str) -> Op | Family:
    found = REGISTRY.get(name)
    known = [key for key, op in REGISTRY.items() if _is_activation(op)]
    if found is not None and name in known:
        return found
    import difflib  # for an error alone

    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    raise ValueError(
        f"activation: no activation is called {name!r}; "
        + (f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}")
    )


def _is_activation(op: Op | Family) -> bool:
    if isinstance(op, Op):
        return op.is_activation
    try:
        return not op.required and op.bind().is_activation
    except ValueError:  # clamp cannot do without both of its limits
        return False
