"""The methods of `Tensor` that are functions too; each is one op or a composition of ops."""

from __future__ import annotations

from typing import Any

from micrograd_act.graph import choosing, ordering, predicates, rearranging
from micrograd_act.graph.arguments import axis_of
from micrograd_act.graph.conversions import Conversions
from micrograd_act.graph.elementwise import Elementwise
from micrograd_act.graph.operators import ArrayNode, _bound, updating
from micrograd_act.ops import accumulating, arithmetic, moments, rounding
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


def _algebra(name: str, written: str = "") -> Any:
    """A method of linear algebra, whose module is imported by the first call."""

    def method(self: ArrayNode, *args: Any) -> Any:
        from micrograd_act.graph import algebra

        return getattr(algebra, name)(self, *args)

    method.__name__ = written or name
    method.__qualname__ = f"Tensor.{method.__name__}"
    method.__doc__ = f"See `functional.{name}`."
    return method


class ArrayMethods(Conversions, Elementwise):
    """The computing half of `Tensor`, with the methods of PyTorch's tensors."""

    __slots__ = ()

    det = _algebra("det")
    dot = _algebra("dot")
    outer = _algebra("outer")
    trace = _algebra("trace")
    slogdet = _algebra("slogdet")
    cholesky = _algebra("cholesky")
    inverse = _algebra("inv", "inverse")
    mm = _algebra("mm")
    bmm = _algebra("bmm")
    mv = _algebra("mv")

    eq = predicates.eq
    ne = predicates.ne
    lt = predicates.lt
    le = predicates.le
    gt = predicates.gt
    ge = predicates.ge
    isnan = predicates.isnan
    isclose = predicates.isclose
    allclose = predicates.allclose
    equal = predicates.equal
    nonzero = predicates.nonzero
    count_nonzero = predicates.count_nonzero
    isinf = predicates.isinf
    isfinite = predicates.isfinite
    logical_not = predicates.logical_not
    logical_and = predicates.logical_and
    logical_or = predicates.logical_or
    logical_xor = predicates.logical_xor

    flatten = rearranging.flatten
    ravel = rearranging.ravel
    unflatten = rearranging.unflatten
    squeeze = rearranging.squeeze
    unsqueeze = rearranging.unsqueeze
    expand = rearranging.expand
    movedim = rearranging.movedim
    tile = rearranging.tile
    repeat = rearranging.repeat
    repeat_interleave = rearranging.repeat_interleave
    split = rearranging.split
    chunk = rearranging.chunk
    unbind = rearranging.unbind
    flip = rearranging.flip
    roll = rearranging.roll
    tril = rearranging.tril
    triu = rearranging.triu
    diagonal = rearranging.diagonal
    diag = rearranging.diag
    gather = choosing.gather
    take_along_dim = choosing.take_along_dim
    index_select = choosing.index_select
    scatter = choosing.scatter
    scatter_add = choosing.scatter_add
    masked_fill = choosing.masked_fill
    masked_select = choosing.masked_select
    index_put = choosing.index_put

    prod = _bound(accumulating.prod)
    cumsum = _bound(accumulating.cumsum)
    cumprod = _bound(accumulating.cumprod)
    var = _bound(moments.var)
    std = _bound(moments.std)
    norm = _bound(moments.norm)
    max = ordering.max
    min = ordering.min
    argmax = ordering.argmax
    argmin = ordering.argmin
    sort = ordering.sort
    argsort = ordering.argsort
    topk = ordering.topk
    median = ordering.median
    any = ordering.any
    all = ordering.all

    def __mod__(self, other: Any) -> Any:
        return evaluate(rounding.remainder, (self, other))

    def __rmod__(self, other: Any) -> Any:
        return evaluate(rounding.remainder, (other, self))

    def __floordiv__(self, other: Any) -> Any:
        return evaluate(rounding.floor_divide, (self, other))

    def __rfloordiv__(self, other: Any) -> Any:
        return evaluate(rounding.floor_divide, (other, self))

    __imod__ = updating(__mod__)
    __ifloordiv__ = updating(__floordiv__)

    def __invert__(self) -> Any:
        return predicates.untracked(_not, self)

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
        return self[(slice(None),) * axis_of("select", dim, self.ndim) + (index,)]

    def narrow(self, dim: int, start: int, length: int) -> Any:
        """The part of `length` from `start` on along one axis."""
        axis = axis_of("narrow", dim, self.ndim)
        if not (length >= 0 and 0 <= start % max(self.shape[axis], 1) + length <= self.shape[axis]):
            raise IndexError(
                f"narrow: {length} elements from {start} on do not fit axis {axis} of {self.shape}"
            )
        start %= max(self.shape[axis], 1)
        return self[(slice(None),) * axis + (slice(start, start + length),)]

    def contiguous(self) -> Any:
        """The tensor itself: how elements lie in memory is never seen."""
        return self

    absolute = ArrayNode.abs
    arccos = Elementwise.acos
    arccosh = Elementwise.acosh
    arcsin = Elementwise.asin
    arcsinh = Elementwise.asinh
    arctan = Elementwise.atan
    arctan2 = Elementwise.atan2
    arctanh = Elementwise.atanh
    divide = true_divide = Elementwise.div
    greater, greater_equal = predicates.gt, predicates.ge
    less, less_equal = predicates.lt, predicates.le
    moveaxis = rearranging.movedim
    multiply = Elementwise.mul
    negative = Elementwise.neg
    not_equal = predicates.ne
    subtract = Elementwise.sub
    swapdims = ArrayNode.swapaxes


def _not(x: Any) -> Any:
    return ~x
