"""Gradients as values: nothing is written to `.grad`, and they can be differentiated again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph.backward import Cotangents, check_tracked, pull
from micrograd_act.graph.node import Node, recording, split_order
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.value import Value, as_float, constant


def between(roots: Sequence[Node], xs: Sequence[Node]) -> list[Node]:
    """The results on a way from `roots` back to `xs`, inputs before their readers."""
    _, results = split_order(roots)
    reached = set(xs)
    found = []
    for node in results:
        if any(x in reached for x in node.inputs):
            reached.add(node)
            found.append(node)
    return found


def grad(
    y: Any,
    xs: Any,
    grad_outputs: Any = None,
    *,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> Any:
    """The gradient of `y` with respect to `xs`; no `.grad` changes.

    Parameters
    ----------
    y : Node, or sequence of Node
        Several outputs are summed, each weighted with its cotangent.
    xs : Node, or sequence of Node
    grad_outputs : array_like, node or sequence of these, optional
        The cotangent of each output; needed where an output has several elements.
    create_graph : bool
        Make the gradient a tracked node that can be differentiated again.
    allow_unused : bool
        Give None for an input that `y` does not depend on, instead of an error.

    Returns
    -------
    Node, or tuple of Node if `xs` is a sequence
        Of the kind of each input; untracked unless `create_graph`.

    Raises
    ------
    GradientError
        If `y` is untracked, does not depend on an input, or a leaf changed after the forward pass.

    Examples
    --------
    >>> from micrograd_act import Value, grad
    >>> x = Value(3.0)
    >>> slope = grad(x**3, x, create_graph=True)
    >>> slope.data, grad(slope, x).data
    (27.0, 18.0)
    """
    several = isinstance(xs, (list, tuple))
    inputs: tuple[Node, ...] = tuple(xs) if several else (xs,)
    outputs: tuple[Node, ...] = tuple(y) if isinstance(y, (list, tuple)) else (y,)
    for node in (*outputs, *inputs):
        if not isinstance(node, Node):
            raise TypeError(f"grad: expected nodes, got {type(node).__name__}")
    check_tracked(outputs, "grad")
    if not isinstance(y, (list, tuple)) or grad_outputs is None:
        grad_outputs = (grad_outputs,) * len(outputs)
    if not isinstance(grad_outputs, (list, tuple)):
        raise TypeError(
            "grad: several outputs need a sequence of grad_outputs, "
            f"got {type(grad_outputs).__name__}"
        )
    if len(grad_outputs) != len(outputs):
        raise ValueError(f"grad: {len(outputs)} outputs, but {len(grad_outputs)} grad_outputs")

    seeds: Cotangents = {}
    for output, given in zip(outputs, grad_outputs, strict=True):
        seed = _seed(output, given, create_graph)
        seeds[output] = seeds[output] + seed if output in seeds else seed
    with recording(True) if create_graph else nullcontext():
        found = pull(seeds, between(outputs, inputs), create_graph, inputs)

    gradients = tuple(_gradient(x, found.get(x), allow_unused) for x in inputs)
    return gradients if several else gradients[0]


def _seed(output: Any, given: Any, create_graph: bool) -> Any:
    if create_graph and isinstance(given, Node):
        if given.shape != output.shape:
            raise ValueError(f"grad: grad_outputs {given.shape}, but the output is {output.shape}")
        return given
    if isinstance(output, Value):
        number = 1.0 if given is None else as_float(given, "grad_outputs")
        return constant(number) if create_graph else number
    seed = output.seed(given)
    return Tensor(seed) if create_graph else seed


def _gradient(x: Node, found: Any, allow_unused: bool) -> Any:
    if found is None:
        if allow_unused:
            return None
        which = f" '{x.label}'" if x.label else ""
        raise GradientError(
            f"grad: the output does not depend on the input{which} of shape {x.shape}, or it is "
            "untracked; pass allow_unused=True to get None"
        )
    if isinstance(found, Node):
        return found
    return constant(found) if isinstance(x, Value) else Tensor(np.asarray(found))
