"""Derivatives of functions, as functions: JAX's and torch.func's transformations.

All of them stand on `grad`. Forward mode pulls back twice: a vjp is linear in its cotangent, and
the vjp of a linear map is its transpose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from micrograd_act.graph.node import is_recording, recording
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.tracing import (
    Argnums,
    Trace,
    check_function,
    check_sequences,
    chosen_arguments,
    gradients,
    node_like,
    one_or_all,
    single_result,
    tangents_of,
)
from micrograd_act.graph.trees import leaves_like, unflatten
from micrograd_act.graph.value import Value
from micrograd_act.ops import shaping


def value_and_grad(
    f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """Make a function that returns ``f(*args)`` and its gradient.

    Parameters
    ----------
    f : callable
        Returns a single number, written with operators and this library's functions.
    argnums : int or tuple of int
        The arguments to differentiate with respect to.
    has_aux : bool
        Whether `f` returns ``(y, aux)``; then the first result is that pair, and `aux` is
        whatever `f` made it.

    Returns
    -------
    callable
        Returns ``(y, gradient)``. The gradient has the containers and shapes of the argument; for
        a tuple of argnums it is a tuple. Both are plain where all arguments are plain numbers and
        arrays and `f` reads no tracked node, else they are nodes. The gradient of an argument that
        `f` does not use is 0.

    Raises
    ------
    TypeError
        If an argument is no number, or `f` turns a node into one.
    ValueError
        If `f` returns several numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import value_and_grad
    >>> def loss(p, x):
    ...     return ((p["w"] * x + p["b"]) ** 2).sum()
    >>> value_and_grad(loss)({"w": np.array([1.0, 2.0]), "b": 0.5}, 2.0)
    (26.5, {'w': array([10., 18.]), 'b': 14.0})
    """
    check_function("value_and_grad", f, argnums)

    def with_gradient(*args: Any) -> tuple[Any, Any]:
        name = "value_and_grad"
        trace = Trace(name, f, chosen_arguments(name, argnums, len(args)), args, has_aux)
        (y,) = single_result(trace)
        ones = [node_like(name, 1.0, y)] if y.requires_grad else []
        found = [trace.shown(c, trace.linked) for c in trace.pulled(ones, trace.linked)]
        y = (trace.value(), trace.aux()) if has_aux else trace.value()
        return y, one_or_all(argnums, trace.packed(found))

    return with_gradient


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """``f(*primals)``, and the function that pulls a cotangent of it back.

    Parameters
    ----------
    f : callable
    *primals : number, array, Node, or lists, tuples and dicts of these
    has_aux : bool
        Whether `f` returns ``(y, aux)``.

    Returns
    -------
    y : whatever `f` returns
    vjp_fn : callable
        ``vjp_fn(g)`` takes a cotangent like `y` and returns a tuple with one for each primal.
    aux : object
        Only with `has_aux`.

    Raises
    ------
    ValueError
        If a cotangent is not like `y`.

    Examples
    --------
    >>> from micrograd_act import vjp
    >>> y, pull = vjp(lambda a, b: a * b, 3.0, 5.0)
    >>> y, pull(2.0)
    (15.0, (10.0, 6.0))
    """
    trace = Trace("vjp", f, range(len(primals)), primals, has_aux)

    def vjp_fn(g: Any) -> tuple[Any, ...]:
        given = leaves_like(g, trace.shape, "vjp: the cotangent", "the result")
        seeds = [
            node_like("vjp: the cotangent", c, y) for c, y in zip(given, trace.ys, strict=True)
        ]
        linked = is_recording() and (trace.linked or any(c.requires_grad for c in seeds))
        kept = [c for c, y in zip(seeds, trace.ys, strict=True) if y.requires_grad]
        return trace.packed(trace.shown(c, linked) for c in trace.pulled(kept, linked))

    return (trace.value(), vjp_fn, trace.aux()) if has_aux else (trace.value(), vjp_fn)


def jvp(
    f: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """``f(*primals)`` and its derivative in the direction of the tangents (forward mode).

    Parameters
    ----------
    f : callable
    primals, tangents : tuple
        One entry for each argument of `f`; each tangent is like its primal.
    has_aux : bool
        Whether `f` returns ``(y, aux)``.

    Returns
    -------
    y, tangent
        Both as `f` returns them.
    aux : object
        Only with `has_aux`.

    Raises
    ------
    TypeError
        If `primals` or `tangents` is no tuple or list.
    ValueError
        If a tangent is not like its primal.

    Examples
    --------
    >>> from micrograd_act import jvp
    >>> jvp(lambda a, b: a * b, (3.0, 5.0), (1.0, 10.0))
    (15.0, 35.0)
    """
    check_sequences("jvp", primals, tangents)
    trace = Trace("jvp", f, range(len(primals)), tuple(primals), has_aux)
    directions, linked = tangents_of("jvp", trace, tangents)
    with recording(True):
        found = [trace.shown(t, linked) for t in trace.pushed(directions, linked)]
    y, tangent = trace.value(), unflatten(trace.shape, iter(found))
    return (y, tangent, trace.aux()) if has_aux else (y, tangent)


def jacobian(
    f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Make a function that returns all first derivatives of `f`, one backward pass for each row.

    Parameters
    ----------
    f : callable
    argnums : int or tuple of int
        The arguments to differentiate with respect to.
    has_aux : bool
        Whether `f` returns ``(y, aux)``; then the result is the pair of the Jacobian and `aux`.

    Returns
    -------
    callable
        For a result of shape ``s`` and an argument of shape ``t`` it returns shape ``s + t``. With
        containers: those of the result, and in place of each number or array those of the
        argument.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import jacobian
    >>> jacobian(lambda x: x[:2] * x[2])(np.array([1.0, 2.0, 10.0]))
    array([[10.,  0.,  1.],
           [ 0., 10.,  2.]])
    """
    check_function("jacobian", f, argnums)

    def of(*args: Any) -> Any:
        trace = Trace(
            "jacobian", f, chosen_arguments("jacobian", argnums, len(args)), args, has_aux
        )
        with recording(True):
            rows = [_rows(trace, y) for y in trace.ys]
        trees = (one_or_all(argnums, trace.packed(blocks)) for blocks in rows)
        found = unflatten(trace.shape, trees)
        return (found, trace.aux()) if has_aux else found

    return of


def _rows(trace: Trace, y: Any) -> list[Any]:
    """The derivatives of one result with respect to every x."""
    size = 1 if isinstance(y, Value) else y.size
    rows = []
    for i in range(size):
        seed = 1.0 if isinstance(y, Value) else np.zeros_like(y._data)
        if isinstance(seed, np.ndarray):
            seed.flat[i] = 1.0
        node = node_like(trace.name, seed, y)
        rows.append(gradients([y], trace.xs, [node], trace.linked))
    return [_block(trace, y, x, [row[i] for row in rows]) for i, x in enumerate(trace.xs)]


def _block(trace: Trace, y: Any, x: Any, rows: list[Any]) -> Any:
    if isinstance(y, Value):
        return trace.shown(rows[0], trace.linked)
    shape = (*y.shape, *x.shape)
    if not rows:
        return trace.shown(Tensor(np.zeros(shape, y._data.dtype)), trace.linked)
    if not trace.linked:
        stacked = np.stack([row._data for row in rows]).reshape(shape)
        return Tensor(stacked) if trace.as_nodes else stacked
    return shaping.reshape(shaping.stack(rows), shape)


def hessian(
    f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Make a function that returns all second derivatives of `f`: the Jacobian of its Jacobian.

    Parameters
    ----------
    f : callable
    argnums : int or tuple of int
    has_aux : bool
        Whether `f` returns ``(y, aux)``; then the result is the pair of the Hessian and `aux`.

    Returns
    -------
    callable
        For a single number of an argument of shape ``t`` it returns shape ``t + t``; with
        containers, those of the argument within those of the argument.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    check_function("hessian", f, argnums)
    return jacobian(jacobian(f, argnums, has_aux), argnums, has_aux)


def hvp(
    f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, tuple[Any, ...]]:
    """``f(*primals)`` and its Hessian times the tangents, without forming the Hessian.

    Parameters
    ----------
    f : callable
        Returns a single number.
    primals, tangents : tuple
        One entry for each argument of `f`; each tangent is like its primal.

    Returns
    -------
    y : number
    product : tuple
        One entry for each argument, like it.

    Raises
    ------
    TypeError
        If `primals` or `tangents` is no tuple or list.
    ValueError
        If a tangent is not like its primal, or `f` returns several numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import hvp
    >>> hvp(lambda x: (x**3).sum(), (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (9.0, (array([  6., 120.]),))
    """
    check_sequences("hvp", primals, tangents)
    trace = Trace("hvp", f, range(len(primals)), tuple(primals))
    (y,) = single_result(trace)
    directions, linked = tangents_of("hvp", trace, tangents)
    with recording(True):
        ones = [node_like("hvp", 1.0, y)] if y.requires_grad else []
        first = trace.pulled(ones, create_graph=True)
        found = gradients(first, trace.xs, directions, linked)
    return trace.value(), trace.packed(trace.shown(c, linked) for c in found)
