"""One call of a user's function on fresh nodes, and the derivatives through it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np

from micrograd_act.graph.derivatives import grad
from micrograd_act.graph.node import (
    Node,
    differentiating,
    is_recording,
    next_serial,
    recording,
    split_order,
)
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.trees import Shape, flatten, leaves_like, unflatten
from micrograd_act.graph.value import Value, as_float, constant
from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops import shaping
from micrograd_act.ops.op import Op, evaluate

Argnums = int | Sequence[int]


def _argument(xp: Namespace, x: Operand) -> Operand:
    """The argument of a function that is being differentiated, apart from equal ones outside."""
    return x


def _argument_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g


_argument_op = Op("argument", _argument, (_argument_vjp,), slopes=(1.0,))


def _pair(name: str, result: Any) -> Any:
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise TypeError(f"{name}: with has_aux the function returns (result, aux), got {result!r}")
    return result


def check_function(name: str, f: object, argnums: Argnums = 0) -> None:
    """Raise on what cannot be called, and on an argument where its number belongs."""
    if not callable(f):
        raise TypeError(f"{name}: expected a function, got {type(f).__name__}")
    for i in argnums if isinstance(argnums, (tuple, list)) else (argnums,):
        try:
            operator.index(i)
        except TypeError:
            raise TypeError(
                f"{name}: argnums must be an int or a tuple, got {type(i).__name__}; arguments of "
                f"the function come in a second call: {name}(f)(x)"
            ) from None


class Trace:
    """One call of a function on fresh nodes, and the gradients through it."""

    def __init__(
        self,
        name: str,
        f: Callable[..., Any],
        chosen: Sequence[int],
        args: Any,
        has_aux: bool = False,
    ) -> None:
        check_function(name, f)
        self.name = name
        outer = is_recording()
        start = next_serial()
        self.args = [flatten(args[i]) for i in chosen]
        given = [leaf for leaves, _ in self.args for leaf in leaves]
        with recording(True), differentiating(name):
            self.xs = [_fresh(name, x, outer) for x in given]
            inner = list(args)
            nodes = iter(self.xs)
            for i, (_, shape) in zip(chosen, self.args, strict=True):
                inner[i] = unflatten(shape, nodes)
            y = f(*inner)
            if has_aux:
                y, self._aux = _pair(name, y)
            results, self.shape = flatten(y)
        self.ys = [y if isinstance(y, Node) else _constant(name, y) for y in results]
        self.tracked = [y for y in self.ys if y.requires_grad]
        leaves, _ = split_order(self.tracked)
        # Whether the results can be differentiated with respect to something outside.
        self.linked = outer and any(x.requires_grad and x._serial < start for x in leaves)
        self.as_nodes = self.linked or any(isinstance(x, Node) for x in flatten(list(args))[0])

    def value(self) -> Any:
        """The result of the function, of the kind of the arguments."""
        shown = (self.shown(y, self.linked) for y in self.ys)
        plain = (y.item() if isinstance(y, np.ndarray) and y.shape == () else y for y in shown)
        return unflatten(self.shape, plain)

    def aux(self) -> Any:
        """What the function returned beside its result; its nodes as the caller gets them."""
        leaves, shape = flatten(self._aux)
        shown = (self.shown(x, self.linked) if isinstance(x, Node) else x for x in leaves)
        return unflatten(shape, shown)

    def shown(self, node: Any, linked: bool) -> Any:
        """A node as the caller gets it: a node where nodes were given, else plain."""
        if not (self.as_nodes or linked):
            return node._data
        if linked or not node.requires_grad:
            return node
        return constant(node._data) if isinstance(node, Value) else node.detach()

    def packed(self, gradients: Iterable[Any]) -> tuple[Any, ...]:
        """One tree for each argument that is differentiated."""
        it = iter(gradients)
        return tuple(unflatten(shape, it) for _, shape in self.args)

    def pulled(self, cotangents: Sequence[Any], create_graph: bool) -> list[Any]:
        """The cotangent of each x, from one for each tracked y."""
        return gradients(self.tracked, self.xs, cotangents, create_graph)

    def pushed(self, tangents: list[Any], linked: bool) -> list[Any]:
        """The tangent of each y, from one for each x."""
        if not self.tracked:
            return [_zeros(y) for y in self.ys]
        dummies = [_ones(y) for y in self.tracked]
        transposed = self.pulled(dummies, create_graph=True)
        found = iter(gradients(transposed, dummies, tangents, linked))
        return [next(found) if y.requires_grad else _zeros(y) for y in self.ys]


def gradients(
    ys: Sequence[Any], xs: Sequence[Any], gs: Sequence[Any], create_graph: bool
) -> list[Any]:
    """`grad` with zeros where nothing depends on an input."""
    kept = [(y, g) for y, g in zip(ys, gs, strict=True) if y.requires_grad]
    if not kept:
        return [_zeros(x) for x in xs]
    outputs, seeds = ([pair[i] for pair in kept] for i in (0, 1))
    if not create_graph:
        seeds = [g._data for g in seeds]
    found = grad(outputs, list(xs), seeds, create_graph=create_graph, allow_unused=True)
    return [_zeros(x) if c is None else c for x, c in zip(xs, found, strict=True)]


def _fresh(name: str, x: Any, outer: bool) -> Any:
    """A tracked node for an argument: on top of a tracked node, else a leaf."""
    if isinstance(x, Node) and x.requires_grad and outer:
        node = evaluate(_argument_op, (x,))
    elif isinstance(x, (Value, Real)):
        node = Value(x._data if isinstance(x, Value) else as_float(x, name))
    elif isinstance(x, (Tensor, np.ndarray)):
        node = Tensor(x, requires_grad=True)
    else:
        raise TypeError(
            f"{name}: cannot differentiate with respect to {type(x).__name__}; use numbers, "
            "arrays, Values, Tensors, and lists, tuples and dicts of these"
        )
    node._label = x.label if isinstance(x, Node) else ""
    return node


def _constant(name: str, y: Any) -> Any:
    if isinstance(y, (Real, np.bool_)):
        return constant(as_float(y, name))
    if isinstance(y, np.ndarray):
        return Tensor(y)
    raise TypeError(f"{name}: the function returned {type(y).__name__}, not numbers or nodes")


def _zeros(x: Any) -> Any:
    return constant(0.0) if isinstance(x, Value) else Tensor(np.zeros_like(x._data))


def _ones(y: Any) -> Any:
    """A leaf to differentiate with respect to; with zeros an infinite slope would become NaN."""
    if isinstance(y, Value):
        return Value(1.0)
    return Tensor(np.ones_like(y._data), requires_grad=True)


def node_like(what: str, given: Any, node: Any) -> Any:
    """A number, array or node as a node like `node`, whose tangent or cotangent it is."""
    if isinstance(given, Node):
        if given.shape != node.shape:
            raise ValueError(f"{what}: shape {given.shape}, expected {node.shape}")
        if isinstance(node, Value):
            return given if isinstance(given, Value) else Node.make_value(given)
        if isinstance(given, Value):
            given = shaping.reshape(shaping.stack((given,)), ())
        dtype = node._data.dtype
        return given if given._data.dtype == dtype else shaping.astype(given, dtype)
    if isinstance(node, Value):
        return constant(as_float(given, what))
    if isinstance(given, Real) and node.shape == ():
        given = np.asarray(float(given))
    return Tensor(node._as_gradient(what, given))


def chosen_arguments(name: str, argnums: Argnums, n: int) -> list[int]:
    """Which of `n` arguments are meant, as non-negative numbers."""
    chosen = []
    for i in argnums if isinstance(argnums, (tuple, list)) else (argnums,):
        i = operator.index(i)
        if not -n <= i < n:
            raise ValueError(f"{name}: argnums={argnums!r}, but there are {n} arguments")
        chosen.append(i % n)
    if len(set(chosen)) < len(chosen) or not chosen:
        raise ValueError(f"{name}: argnums={argnums!r} must name each argument once")
    return chosen


def one_or_all(argnums: Argnums, trees: tuple[Any, ...]) -> Any:
    """A tree for one argument, a tuple of trees for a tuple of arguments."""
    return trees if isinstance(argnums, (tuple, list)) else trees[0]


def single_result(trace: Trace) -> list[Any]:
    """The results of a function that must return one number."""
    if trace.shape.kind is not None or trace.ys[0].shape != ():
        what = "a container" if trace.shape.kind else f"shape {trace.ys[0].shape}"
        raise ValueError(
            f"{trace.name}: the function must return a single number, got {what}; reduce it with "
            "sum() or mean(), or use jacobian"
        )
    return trace.ys


def tangents_of(name: str, trace: Trace, tangents: Any) -> tuple[list[Any], bool]:
    """The tangents as nodes, and whether what comes of them can be differentiated again."""
    what = f"{name}: the tangent"
    given = leaves_like(tuple(tangents), _joined(trace), what, "the primals")
    nodes = [node_like(what, t, x) for t, x in zip(given, trace.xs, strict=True)]
    return nodes, is_recording() and (trace.linked or any(t.requires_grad for t in nodes))


def _joined(trace: Trace) -> Shape:
    return Shape(tuple, (), tuple(shape for _, shape in trace.args))


def check_sequences(name: str, primals: Any, tangents: Any) -> None:
    """Raise unless both are tuples or lists."""
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(
                f"{name}: {what} must be a tuple with one entry for each argument, "
                f"got {type(given).__name__}"
            )
