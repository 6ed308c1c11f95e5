"""The methods of `Tensor` that are functions too; each is one op or a composition of ops."""

from __future__ import annotations

from typing import Any

from micrograd_act.graph import choosing, ordering, predicates, rearranging
from micrograd_act.graph.elementwise import Elementwise
from micrograd_act.graph.operators import ArrayNode, _bound, _unary
from micrograd_act.ops import (
    accumulating,
    arithmetic,
    elementary,
    moments,
    rounding,
    trigonometric,
)
from micrograd_act.ops.op import evaluate


class ArrayMethods(ArrayNode, Elementwise):
    """The computing half of `Tensor`, with the methods of PyTorch's tensors."""

    __slots__ = ()

    neg = _unary(arithmetic.neg)
    sign = _unary(arithmetic.sign)
    reciprocal = _unary(elementary.reciprocal)
    rsqrt = _unary(elementary.rsqrt)
    exp2 = _unary(elementary.exp2)
    expm1 = _unary(elementary.expm1)
    log2 = _unary(elementary.log2)
    log10 = _unary(elementary.log10)
    log1p = _unary(elementary.log1p)
    erf = _unary(elementary.erf)
    erfc = _unary(elementary.erfc)
    sin = _unary(trigonometric.sin)
    cos = _unary(trigonometric.cos)
    tan = _unary(trigonometric.tan)
    asin = _unary(trigonometric.asin)
    acos = _unary(trigonometric.acos)
    atan = _unary(trigonometric.atan)
    sinh = _unary(trigonometric.sinh)
    cosh = _unary(trigonometric.cosh)
    asinh = _unary(trigonometric.asinh)
    acosh = _unary(trigonometric.acosh)
    atanh = _unary(trigonometric.atanh)
    floor = _unary(rounding.floor)
    ceil = _unary(rounding.ceil)
    trunc = _unary(rounding.trunc)

    eq = predicates.eq
    ne = predicates.ne
    lt = predicates.lt
    le = predicates.le
    gt = predicates.gt
    ge = predicates.ge
    isnan = predicates.isnan
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

    def __invert__(self) -> Any:
        return predicates.untracked(_not, self)


def _not(x: Any) -> Any:
    return ~x
