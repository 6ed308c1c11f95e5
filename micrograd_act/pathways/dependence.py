"""What a vjp reads of its op's inputs, found out by the formula itself.

A vjp evaluated on `_Seen` gives the set of inputs that its result depends on. A local gradient that
reads nothing of what depends on x is the same at every x: that is what affine along a path means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.graph.node import Node
from micrograd_act.ops.op import Op
from micrograd_act.pathways.edges import Steps, op_of

Shape: TypeAlias = tuple[int, ...]

_RESULT = -1  # stands for y, which depends on every input


class _Seen:
    """An operand that knows only what it was computed from."""

    __slots__ = ("ndim", "reads", "shape")
    dtype = float
    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None

    def __init__(self, reads: frozenset[int], shape: tuple[int, ...]) -> None:
        self.reads = reads
        self.shape = shape
        self.ndim = len(shape)

    @property
    def T(self) -> _Seen:  # noqa: N802
        return _Seen(self.reads, self.shape[::-1])

    def __bool__(self) -> bool:
        raise TypeError("a branch on the data")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("a rule that needs numbers")


def _together(*operands: Any, **keywords: Any) -> _Seen:
    reads: frozenset[int] = frozenset()
    shape: tuple[int, ...] = ()
    for operand in _flat(operands):
        if isinstance(operand, _Seen):
            reads |= operand.reads
            shape = max(shape, operand.shape, key=len)
    return _Seen(reads, shape)


def _flat(operands: Iterable[Any]) -> Iterable[Any]:
    for operand in operands:
        if isinstance(operand, (tuple, list)):
            yield from _flat(operand)
        else:
            yield operand


_OPERATORS = (
    *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "rpow", "matmul"),
    *("neg", "abs", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "invert", "getitem"),
)
for _name in _OPERATORS:
    setattr(_Seen, f"__{_name}__", _together)


class _Dependence:
    """The namespace in which every function only says what it reads."""

    def __getattr__(self, name: str) -> Callable[..., _Seen]:
        return _together


_namespace = _Dependence()


@lru_cache(maxsize=1024)
def _reads(op: Op, i: int, result: Shape, shapes: tuple[Shape, ...]) -> frozenset[int]:
    """The positions of the inputs that the local gradient of input `i` depends on."""
    everything = frozenset(range(len(op.vjps)))
    vjp = op.vjps[i]
    assert vjp is not None
    operands = [_Seen(frozenset([k]), shape) for k, shape in enumerate(shapes)]
    try:
        c = vjp(
            _namespace, _Seen(frozenset(), result), _Seen(frozenset([_RESULT]), result), *operands
        )
    except Exception:  # a user's rule may need true numbers; then nothing is known
        return everything
    if not isinstance(c, _Seen) or _RESULT in c.reads:
        return everything
    return c.reads


def varies(node: Node, i: int, steps: Steps, x: Node) -> bool:
    """Whether the local gradient of input `i` of `node` depends on `x`."""
    return any(v is x or v in steps for v in _read_by(node, i))


def conditional(node: Node, i: int) -> bool:
    """Whether the local gradient of input `i` of `node` depends on a condition."""
    return any(_dtype(v) in (bool, np.dtype(bool)) for v in _read_by(node, i))


def _read_by(node: Node, i: int) -> list[Node]:
    op, inputs = op_of(node), node.inputs
    if op.slopes[i] is not None:
        return []
    return [inputs[k] for k in _reads(op, i, node.shape, tuple(v.shape for v in inputs))]


def _dtype(node: Node) -> Any:
    return getattr(node._data, "dtype", type(node._data))
