"""The methods of `Tensor` that are functions too; each is one op or a composition of ops."""

from __future__ import annotations

import operator
from typing import Any

from micrograd_act.graph.arguments import at_axis, axis_of
from micrograd_act.graph.conversions import Conversions
from micrograd_act.graph.elementwise import Elementwise, _binary, _unary
from micrograd_act.graph.late import Late
from micrograd_act.graph.operators import ArrayNode, _bound, updating
from micrograd_act.ops import arithmetic
from micrograd_act.ops.op import evaluate


class Size(int):
    """NumPy's number of elements that, called, is PyTorch's shape."""

    _shape: tuple[int, ...]

    def __new__(cls, array: Any) -> Size:
        """The size of an array."""
        made = super().__new__(cls, array.size)
        made._shape = array.shape
        return made

    def __call__(self, dim: int | None = None) -> Any:
        """The shape, or the size of one axis."""
        return self._shape if dim is None else self._shape[axis_of("size", dim, len(self._shape))]

    def __reduce__(self) -> Any:
        return int, (int(self),)


def _reflected(op: Any) -> Any:
    return lambda self, other: evaluate(op, (other, self))


def _in_place(op: Any) -> Any:
    return updating(_binary(op))


class ArrayMethods(Conversions, Elementwise):
    """The computing half of `Tensor`, with the methods of PyTorch's tensors."""

    __slots__ = ()

    det = Late("graph.algebra")
    dot = Late("graph.algebra")
    outer = Late("graph.algebra")
    trace = Late("graph.algebra")
    slogdet = Late("graph.algebra")
    cholesky = Late("graph.algebra")
    inverse = Late("graph.algebra", "inv")
    mm = Late("graph.algebra")
    bmm = Late("graph.algebra")
    mv = Late("graph.algebra")

    eq = Late("graph.predicates")
    ne = Late("graph.predicates")
    lt = Late("graph.predicates")
    le = Late("graph.predicates")
    gt = Late("graph.predicates")
    ge = Late("graph.predicates")
    isnan = Late("graph.predicates")
    isclose = Late("graph.predicates")
    allclose = Late("graph.predicates")
    equal = Late("graph.predicates")
    nonzero = Late("graph.predicates")
    count_nonzero = Late("graph.predicates")
    isinf = Late("graph.predicates")
    isfinite = Late("graph.predicates")
    logical_not = Late("graph.predicates")
    logical_and = Late("graph.predicates")
    logical_or = Late("graph.predicates")
    logical_xor = Late("graph.predicates")

    flatten = Late("graph.rearranging")
    ravel = Late("graph.rearranging")
    unflatten = Late("graph.rearranging")
    squeeze = Late("graph.rearranging")
    unsqueeze = Late("graph.rearranging")
    expand = Late("graph.rearranging")
    movedim = Late("graph.rearranging")
    tile = Late("graph.rearranging")
    repeat = Late("graph.rearranging")
    repeat_interleave = Late("graph.rearranging")
    split = Late("graph.rearranging")
    chunk = Late("graph.rearranging")
    unbind = Late("graph.rearranging")
    flip = Late("graph.rearranging")
    roll = Late("graph.rearranging")
    tril = Late("graph.rearranging")
    triu = Late("graph.rearranging")
    diagonal = Late("graph.rearranging")
    diag = Late("graph.rearranging")
    gather = Late("graph.choosing")
    take_along_dim = Late("graph.choosing")
    index_select = Late("graph.choosing")
    scatter = Late("graph.choosing")
    scatter_add = Late("graph.choosing")
    masked_fill = Late("graph.choosing")
    masked_select = Late("graph.choosing")
    index_put = Late("graph.choosing")

    prod = Late("ops.accumulating", make=_bound)
    cumsum = Late("ops.accumulating", make=_bound)
    cumprod = Late("ops.accumulating", make=_bound)
    var = Late("ops.moments", make=_bound)
    std = Late("ops.moments", make=_bound)
    norm = Late("ops.moments", make=_bound)
    max = Late("graph.ordering")
    min = Late("graph.ordering")
    argmax = Late("graph.ordering")
    argmin = Late("graph.ordering")
    sort = Late("graph.ordering")
    argsort = Late("graph.ordering")
    topk = Late("graph.ordering")
    median = Late("graph.ordering")
    any = Late("graph.ordering")
    all = Late("graph.ordering")

    __mod__ = Late("ops.rounding", "remainder", _binary)
    __rmod__ = Late("ops.rounding", "remainder", _reflected)
    __imod__ = Late("ops.rounding", "remainder", _in_place)
    __floordiv__ = Late("ops.rounding", "floor_divide", _binary)
    __rfloordiv__ = Late("ops.rounding", "floor_divide", _reflected)
    __ifloordiv__ = Late("ops.rounding", "floor_divide", _in_place)

    def __invert__(self) -> Any:
        from micrograd_act.graph.predicates import untracked

        return untracked(operator.invert, self)

    def numel(self) -> Any:
        """The number of elements."""
        return int(self._data.size)

    nelement = numel

    def dim(self) -> Any:
        """The number of axes."""
        return self._data.ndim

    def t(self) -> Any:
        """A matrix with its axes exchanged; a vector as it is."""
        if self._data.ndim > 2:
            raise ValueError(f"t: needs at most two axes, got shape {self.shape}; use swapaxes")
        return self.permute(*reversed(range(self._data.ndim)))

    @property
    def mT(self) -> Any:  # noqa: N802
        """The last two axes exchanged."""
        return self.swapaxes(-2, -1)

    def where(self, condition: Any, other: Any) -> Any:
        """The elements where the condition holds, else `other`."""
        return evaluate(arithmetic.where, (condition, self, other))

    def reshape_as(self, other: Any) -> Any:
        """The same elements in the shape of `other`."""
        return self.reshape(other.shape)

    view_as = reshape_as

    def expand_as(self, other: Any) -> Any:
        """Repeated to the shape of `other`."""
        return self.broadcast_to(other.shape)

    def select(self, dim: int, index: int) -> Any:
        """The part at one place along one axis, which is gone."""
        return self[at_axis(axis_of("select", dim, self.ndim), index)]

    def narrow(self, dim: int, start: int, length: int) -> Any:
        """The part of `length` from `start` on along one axis."""
        axis = axis_of("narrow", dim, self.ndim)
        if not (length >= 0 and 0 <= start % max(self.shape[axis], 1) + length <= self.shape[axis]):
            raise IndexError(
                f"narrow: {length} elements from {start} on do not fit axis {axis} of {self.shape}"
            )
        start %= max(self.shape[axis], 1)
        return self[at_axis(axis, slice(start, start + length))]

    def contiguous(self) -> Any:
        """The tensor itself: how elements lie in memory is never seen."""
        return self

    absolute = ArrayNode.abs
    arccos = Late("ops.trigonometric", "acos", _unary)
    arccosh = Late("ops.trigonometric", "acosh", _unary)
    arcsin = Late("ops.trigonometric", "asin", _unary)
    arcsinh = Late("ops.trigonometric", "asinh", _unary)
    arctan = Late("ops.trigonometric", "atan", _unary)
    arctan2 = Late("ops.trigonometric", "atan2", _binary)
    arctanh = Late("ops.trigonometric", "atanh", _unary)
    divide = true_divide = Elementwise.div
    greater = Late("graph.predicates", "gt")
    greater_equal = Late("graph.predicates", "ge")
    less = Late("graph.predicates", "lt")
    less_equal = Late("graph.predicates", "le")
    moveaxis = Late("graph.rearranging", "movedim")
    multiply = Elementwise.mul
    negative = Elementwise.neg
    not_equal = Late("graph.predicates", "ne")
    subtract = Elementwise.sub
    swapdims = ArrayNode.swapaxes
