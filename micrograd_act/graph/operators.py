"""What an array node computes: every operator and method is one registered op."""

from __future__ import annotations

import operator
from collections.abc import Callable
from sys import getrefcount
from typing import Any

import numpy as np

from micrograd_act.graph.dtypes import as_array, common_dtype, narrower_dtype
from micrograd_act.graph.elementwise import named
from micrograd_act.graph.explaining import FAILURES, explained
from micrograd_act.graph.node import UNTRACKED, Node, is_recording, next_serial
from micrograd_act.graph.value import constant, number_of
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops import arithmetic, elementary, linalg, reductions, shaping
from micrograd_act.ops.op import Family, Op
from micrograd_act.ops.piecewise import relu
from micrograd_act.ops.sigmoids import sigmoid, tanh

_new = object.__new__
_ndarray = np.ndarray
_LARGE = 1 << 16


def _unary(op: Op) -> Callable[[ArrayNode], ArrayNode]:
    forward = op.forward

    def method(self: ArrayNode) -> ArrayNode:
        try:
            data = forward(arrays, self._data)
        except FAILURES as error:
            raise explained(error, op, (self,)) from None
        return _node(data, op, (self,), self._cotangent is not UNTRACKED)

    return named("Tensor", method, op)


def _binary(op: Op) -> Callable[[ArrayNode, Any], Any]:
    forward = op.forward

    def method(self: ArrayNode, other: Any) -> Any:
        if type(other) is not _kind and not isinstance(other, Node):
            other = lift(other, self._data.dtype)
            if other is None:
                return NotImplemented
        inputs = (self, other)
        a, b = self._data, other._data
        if type(b) is _ndarray and b.dtype is not a.dtype:
            return _result(op, inputs)
        try:
            data = forward(arrays, a, b)
        except FAILURES as error:
            raise explained(error, op, inputs) from None
        untracked = self._cotangent is UNTRACKED and other._cotangent is UNTRACKED
        return _node(data, op, inputs, not untracked)

    return named("Tensor", method, op)


def _reflected(op: Op) -> Callable[[ArrayNode, Any], Any]:
    forward = op.forward

    def method(self: ArrayNode, other: Any) -> Any:
        if not isinstance(other, Node):
            other = lift(other, self._data.dtype)
            if other is None:
                return NotImplemented
        inputs = (other, self)
        a, b = other._data, self._data
        if type(a) is _ndarray and a.dtype is not b.dtype:
            return _result(op, inputs)
        try:
            data = forward(arrays, a, b)
        except FAILURES as error:
            raise explained(error, op, inputs) from None
        untracked = self._cotangent is UNTRACKED and other._cotangent is UNTRACKED
        return _node(data, op, inputs, not untracked)

    return named("Tensor", method, op)


def _in_place(op: Op, in_place: Callable[[Any, Any], Any]) -> Callable[[ArrayNode, Any], Any]:
    """``x += y``: an update of a leaf under `no_grad`, elsewhere a new node."""
    forward = _binary(op)
    rule = op.forward

    def method(self: ArrayNode, other: Any) -> Any:
        if self.inputs or is_recording():
            return forward(self, other)
        if type(other) is not _ndarray:
            if isinstance(other, Node):
                other = other._data
            elif not isinstance(other, _ndarray) and number_of(other) is None:
                return NotImplemented
        before = self._data
        try:
            if before.nbytes > _LARGE and self._may_be_written():
                serial = self._serial
                self._serial = next_serial()  # first: an interrupt may come behind the write
                try:
                    before.flags.writeable = True  # nothing else holds it, so nobody sees
                    in_place(before, other)
                except (ValueError, TypeError):  # raised ahead of it
                    self._serial = serial
                    raise
            else:
                data = rule(arrays, before, other)
                as_before = data.dtype is before.dtype and data.shape == before.shape
                if as_before and type(data) is _ndarray:
                    self._data = data
                    self._serial = next_serial()
                else:
                    self._update(data)
        except (ValueError, TypeError) as error:
            given = lift(other, None)
            raise explained(error, op, (self, self if given is None else given)) from None
        return self

    return named("Tensor", method, op)


def updating(forward: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The same for the operators that no training step spends its time in."""

    def method(self: ArrayNode, other: Any) -> Any:
        result = forward(self, other)
        if self.inputs or is_recording() or not isinstance(result, ArrayNode):
            return result
        self._update(result._data)
        return self

    return method


def _compare(relation: Callable[[Any, Any], Any]) -> Callable[[ArrayNode, Any], Any]:
    def method(self: ArrayNode, other: Any) -> Any:
        other = other._data if isinstance(other, Node) else other
        if not isinstance(other, (_ndarray, np.generic, int, float, list, tuple)):
            return NotImplemented
        return _node(relation(self._data, other), None, (), False)

    return method


def _bound(family: Family) -> Callable[..., ArrayNode]:
    """A method whose arguments are the parameters of a family."""

    def method(self: ArrayNode, *args: Any, **params: Any) -> ArrayNode:
        return _apply_to_one(family.bind(*args, **params), self)

    method.__wrapped__ = family.make  # type: ignore[attr-defined]  # for its signature
    return named("Tensor", method, family)


class ArrayNode(Node):
    """The computing half of `Tensor`."""

    __slots__ = ()
    xp = arrays

    def _update(self, array: Any) -> None:
        raise NotImplementedError

    def _may_be_written(self) -> bool:
        """Whether an update may write the buffer: a fresh large one costs more than arithmetic.

        It may where nothing else, a view or another node, holds it, and no error can follow the
        write.
        """
        return (
            getrefcount(self._data) == 3  # the node, the caller's variable and the argument
            and self._data.dtype.kind == "f"
            and self._data.flags.owndata
            and "raise" not in np.geterr().values()
        )

    @staticmethod
    def _apply(op: Op, xs: tuple[Any, ...]) -> Any:
        for x in xs:
            if not isinstance(x, Node):
                break
        else:
            return _result(op, xs)
        if len(xs) != len(op.vjps):
            s = "s" if len(op.vjps) > 1 else ""
            raise TypeError(f"{op.name}: takes {len(op.vjps)} input{s}, got {len(xs)}")
        tensors = []
        for x, vjp in zip(xs, op.vjps, strict=True):
            if vjp is not None and isinstance(x, ArrayNode):
                tensors.append(x._data)
        dtype = common_dtype(tensors) if tensors else None
        inputs: list[Any] = []
        for x, vjp in zip(xs, op.vjps, strict=True):
            # an index or a condition keeps its dtype: no gradient flows into it
            node = x if isinstance(x, Node) else lift(x, None if vjp is None else dtype)
            if node is None:
                raise TypeError(f"{op.name}: cannot compute with {type(x).__name__}")
            inputs.append(node)
        return _result(op, tuple(inputs))

    def _computed(self, op: Op) -> Any:
        return _apply_to_one(op, self)

    def __getitem__(self, index: Any) -> Any:
        return shaping.getitem(self, index)

    def __pow__(self, exponent: Any) -> Any:
        number = exponent if type(exponent) is int else number_of(exponent)
        if number is not None:
            return _apply_to_one(arithmetic.power.bind(number), self)
        return arithmetic.pow(self, exponent)

    def __rpow__(self, base: Any) -> Any:
        return arithmetic.pow(base, self)

    def __pos__(self) -> ArrayNode:
        return self

    __hash__ = Node.__hash__
    __neg__ = _unary(arithmetic.neg)
    __abs__ = abs = _unary(arithmetic.abs)
    __add__ = _binary(arithmetic.add)
    __radd__ = _reflected(arithmetic.add)
    __iadd__ = _in_place(arithmetic.add, operator.iadd)
    __sub__ = _binary(arithmetic.sub)
    __rsub__ = _reflected(arithmetic.sub)
    __isub__ = _in_place(arithmetic.sub, operator.isub)
    __mul__ = _binary(arithmetic.mul)
    __rmul__ = _reflected(arithmetic.mul)
    __imul__ = _in_place(arithmetic.mul, operator.imul)
    __truediv__ = _binary(arithmetic.div)
    __rtruediv__ = _reflected(arithmetic.div)
    __itruediv__ = _in_place(arithmetic.div, operator.itruediv)
    __ipow__ = updating(__pow__)
    __matmul__ = matmul = _binary(linalg.matmul)
    __imatmul__ = updating(__matmul__)
    __rmatmul__ = _reflected(linalg.matmul)
    __eq__ = _compare(operator.eq)
    __ne__ = _compare(operator.ne)
    __lt__ = _compare(operator.lt)
    __le__ = _compare(operator.le)
    __gt__ = _compare(operator.gt)
    __ge__ = _compare(operator.ge)
    __and__ = _compare(operator.and_)
    __or__ = _compare(operator.or_)
    __xor__ = _compare(operator.xor)

    exp = _unary(elementary.exp)
    log = _unary(elementary.log)
    sqrt = _unary(elementary.sqrt)
    relu = _unary(relu)
    sigmoid = _unary(sigmoid)
    tanh = _unary(tanh)

    sum = _bound(reductions.sum)
    mean = _bound(reductions.mean)
    amax = _bound(reductions.amax)
    amin = _bound(reductions.amin)
    logsumexp = _bound(reductions.logsumexp)
    softmax = _bound(reductions.softmax)
    log_softmax = _bound(reductions.log_softmax)
    transpose = swapaxes = _bound(shaping.swapaxes)

    def reshape(self, *shape: Any) -> ArrayNode:
        """The same elements in another shape; one size may be -1."""
        return _result(shaping.reshape.bind(sizes_of("reshape", shape)), (self,))

    view = reshape

    def permute(self, *axes: Any) -> ArrayNode:
        """The axes in another order."""
        return _result(shaping.permute_dims.bind(sizes_of("permute", axes)), (self,))

    def broadcast_to(self, *shape: Any) -> ArrayNode:
        """Repeated along new axes and axes of size 1."""
        return _result(shaping.broadcast_to.bind(sizes_of("broadcast_to", shape)), (self,))


def sizes_of(name: str, sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    try:
        return tuple(map(operator.index, sizes))
    except TypeError:
        raise TypeError(f"{name}: expected integers, got {sizes}") from None


def lift(x: Any, dtype: np.dtype[Any] | None) -> Node | None:
    """A plain number or array as a constant node that does not change a tensor's float dtype."""
    if dtype is not None and dtype.kind != "f" and isinstance(x, (int, np.integer)):
        return constant(bool(x) if type(x) is bool else int(x))  # whole numbers stay whole
    if type(x) is not _ndarray:
        number = number_of(x)
        if number is not None:
            return constant(number)
        if not isinstance(x, _ndarray):
            return None
    array = as_array(x)
    if dtype is not None and dtype.kind == "f" and array.dtype.kind != "b":
        array = array.astype(dtype, copy=False)
    return _node(array, None, (), False)


def _apply_to_one(op: Op, x: Any) -> ArrayNode:
    try:
        data = op.forward(arrays, x._data)
    except FAILURES as error:
        raise explained(error, op, (x,)) from None
    return _node(data, op, (x,), x._cotangent is not UNTRACKED)


def _result(op: Op, inputs: tuple[Node, ...]) -> ArrayNode:
    try:
        data = op.forward(arrays, *[x._data for x in inputs])
    except FAILURES as error:
        raise explained(error, op, inputs) from None
    if len(inputs) > 1:
        # where the first, behind a condition, has axes and the result's dtype, nothing is wider
        first = inputs[op.vjps[0] is None]._data
        if type(first) is not _ndarray or first.dtype is not data.dtype or not first.ndim:
            same = _of_one_dtype(op, inputs)
            if same is not None:
                return _result(op, same)
    tracked = False
    for x in inputs:
        tracked = tracked or x._cotangent is not UNTRACKED
    return _node(data, op, inputs, tracked)


def _of_one_dtype(op: Op, inputs: tuple[Node, ...]) -> tuple[Node, ...] | None:
    """The inputs in the dtype in which they meet; None where NumPy meets there by itself."""
    if op.recipe is not None:  # a user's op may read integers as indices
        return None
    meeting = {
        i: x
        for i, (x, vjp) in enumerate(zip(inputs, op.vjps, strict=True))
        if vjp is not None and isinstance(x, ArrayNode)
    }
    dtype = narrower_dtype(x._data for x in meeting.values())
    if dtype is None:
        return None
    return tuple(_cast(x, dtype) if i in meeting else x for i, x in enumerate(inputs))


def _cast(x: Node, dtype: np.dtype[Any]) -> Node:
    if x._data.dtype == dtype:
        return x
    if x.requires_grad:
        return _apply_to_one(shaping.astype.bind(dtype), x)
    node = _node(x._data.astype(dtype), None, (), False)
    node._label = x.label
    return node


def _node(data: Any, op: Op | None, inputs: tuple[Node, ...], tracked: bool) -> ArrayNode:
    node = _new(_kind)
    node._data = data if type(data) is _ndarray else np.asarray(data)
    node._grad = None
    node._label = ""
    node._serial = next_serial()
    if tracked and is_recording():
        node._cotangent = None
        node.op = op
        node.inputs = inputs
    else:
        node._cotangent = UNTRACKED
        node.op = None
        node.inputs = ()
    return node


def as_untracked(data: Any) -> ArrayNode:
    """An array as a node outside of every graph."""
    return _node(data, None, (), False)


_kind: type[ArrayNode] = ArrayNode


def make_nodes_of(kind: type[ArrayNode]) -> None:
    """Say of which class results are; `Tensor` says so, once, when it is defined."""
    global _kind
    _kind = kind
