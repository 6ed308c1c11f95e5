"""Ops that move elements and compute nothing: every local gradient is 1 where an element goes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Forward, Op, Vjp, evaluate, family, register


@family()
def reshape(shape: tuple[int, ...]) -> Op:
    """The same elements in another shape; one size may be -1."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.reshape(x, shape)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.reshape(g, x.shape)

    return Op("reshape", forward, (vjp,), elementwise=False, slopes=(1.0,))


@family()
def permute_dims(axes: tuple[int, ...]) -> Op:
    """Reorder the axes; ``axes[i]`` is the axis that becomes axis `i`."""
    inverse = tuple(sorted(range(len(axes)), key=[a % len(axes) for a in axes].__getitem__))

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.permute_dims(x, axes)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.permute_dims(g, inverse)

    return Op("permute_dims", forward, (vjp,), elementwise=False, slopes=(1.0,))


@family()
def swapaxes(axis0: int, axis1: int) -> Op:
    """Exchange two axes."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.swapaxes(x, axis0, axis1)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.swapaxes(g, axis0, axis1)

    return Op("swapaxes", forward, (vjp,), elementwise=False, slopes=(1.0,), symbol="T")


@family()
def expand_dims(axis: int) -> Op:
    """A new axis of size 1 at position `axis` of the result."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.expand_dims(x, axis)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return xp.reshape(g, x.shape)

    return Op("expand_dims", forward, (vjp,), elementwise=False, slopes=(1.0,))


@family()
def broadcast_to(shape: tuple[int, ...]) -> Op:
    """Repeat along new axes and axes of size 1; backward sums over them."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.broadcast_to(x, shape)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g

    return Op("broadcast_to", forward, (vjp,), elementwise=False, slopes=(1.0,))


@family(arity=None)
def concatenate(axis: int = 0, *, n: int) -> Op:
    """Join `n` arrays along an axis that they have."""
    _check_some("concatenate", n)

    def forward(xp: Namespace, *xs: Operand) -> Operand:
        return xp.concatenate(xs, axis)

    def joint(xp: Namespace, g: Operand, y: Operand, *xs: Operand) -> list[Operand]:
        at = axis % len(y.shape)
        parts, start = [], 0
        for x in xs:
            stop = start + x.shape[at]
            parts.append(xp.getitem(g, (slice(None),) * at + (slice(start, stop),)))
            start = stop
        return parts

    return _joining("concatenate", forward, joint, n, "cat")


@family(arity=None)
def stack(axis: int = 0, *, n: int) -> Op:
    """Join `n` arrays of one shape along a new axis."""
    _check_some("stack", n)

    def forward(xp: Namespace, *xs: Operand) -> Operand:
        return xp.stack(xs, axis)

    def joint(xp: Namespace, g: Operand, y: Operand, *xs: Operand) -> list[Operand]:
        at = axis % len(y.shape)
        return [xp.getitem(g, (slice(None),) * at + (i,)) for i in range(n)]

    return _joining("stack", forward, joint, n, "stack")


def _joining(name: str, forward: Forward, joint: Vjp, n: int, symbol: str) -> Op:
    vjps = tuple(partial(_one_of, joint, i) for i in range(n))
    slopes = (1.0,) * n
    return Op(name, forward, vjps, elementwise=False, slopes=slopes, symbol=symbol, joint=joint)


def _one_of(joint: Vjp, i: int, xp: Namespace, g: Operand, y: Operand, *xs: Operand) -> Operand:
    return joint(xp, g, y, *xs)[i]


def _check_some(name: str, n: int) -> None:
    if n == 0:
        raise ValueError(f"{name}: got an empty sequence; give at least one array")


# Index arrays are inputs of the node, so that the op itself stays small and hashable;
# an int in the template of an index array says which of them stands there.
class _Slot(int):
    pass


def _split(index: Any) -> tuple[tuple[Any, ...], list[Any]]:
    """An index as a template and the arrays that belong in its slots."""
    template: list[Any] = []
    given: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, (list, np.ndarray)) or hasattr(type(part), "_apply"):
            template.append(_Slot(len(given)))
            given.append(_as_index(part) if isinstance(part, list) else part)
        else:
            template.append(part)
    return tuple(template), given


def _as_index(places: list[Any]) -> Any:
    found = np.asarray(places)
    return found if found.size else found.astype(np.intp)  # NumPy takes nothing for floats


def _fill(template: tuple[Any, ...], given: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(given[part] if isinstance(part, _Slot) else part for part in template)


@family(cached=False)
def _getitem(template: tuple[Any, ...], n: int) -> Op:
    """``x[index]``."""

    def forward(xp: Namespace, x: Operand, *given: Operand) -> Operand:
        return xp.getitem(x, _fill(template, given))

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand, *given: Operand) -> Operand:
        return xp.put_add(g, _fill(template, given), x.shape)

    vjps = (vjp, *(None,) * n)
    slopes = (1.0, *(None,) * n)
    return Op("getitem", forward, vjps, elementwise=False, slopes=slopes, symbol="[ ]")


_by_array = _getitem.of(template=(_Slot(0),), n=1)


@family(cached=False)
def _put_add(template: tuple[Any, ...], shape: tuple[int, ...], n: int) -> Op:
    """Zeros of `shape` with the input added at an index: the adjoint of indexing."""

    def forward(xp: Namespace, x: Operand, *given: Operand) -> Operand:
        return xp.put_add(x, _fill(template, given), shape)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand, *given: Operand) -> Operand:
        return xp.getitem(g, _fill(template, given))

    vjps = (vjp, *(None,) * n)
    slopes = (1.0, *(None,) * n)
    return Op("put_add", forward, vjps, elementwise=False, slopes=slopes)


def getitem(x: Any, index: Any) -> Any:
    """``x[index]`` with NumPy's meaning."""
    if type(index) is list:
        index = _as_index(index)
    if type(index) is np.ndarray:
        return evaluate(_by_array, (x, index))
    template, given = _split(index)
    return evaluate(_getitem.of(template=template, n=len(given)), (x, *given))


def put_add(x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with `x` added at `index`; indices that occur twice add up."""
    template, given = _split(index)
    return evaluate(_put_add.of(template=template, shape=shape, n=len(given)), (x, *given))


@family()
def astype(dtype: Any) -> Op:
    """The same numbers in another floating dtype, rounded where it is narrower."""

    def forward(xp: Namespace, x: Operand) -> Operand:
        return x.astype(dtype)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g  # the caller casts every cotangent to its input's dtype

    return Op("astype", forward, (vjp,), elementwise=False, slopes=(1.0,))


def _clone(xp: Namespace, x: Operand) -> Operand:
    """The same as a node of its own: a place for a label or a hook."""
    return x


def _clone_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g


clone = register(Op("clone", _clone, (_clone_vjp,), slopes=(1.0,)))


def _item(xp: Namespace, x: Operand) -> Operand:
    """The number in an array of one element."""
    return x.item()


def _item_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return g


item = register(Op("item", _item, (_item_vjp,), elementwise=False, slopes=(1.0,)))
