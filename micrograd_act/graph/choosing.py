"""Functions that choose elements by indices: compositions of indexing and where."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from micrograd_act.graph.arguments import at_axis, axis_of, data_of, operand, spelled
from micrograd_act.ops import arithmetic, shaping


def _indices(name: str, index: Any) -> Any:
    array = np.asarray(data_of(index))
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(f"{name}: an index is an integer, got {array.dtype}")
    return array.astype(np.intp, copy=False)


def _check_range(name: str, index: Any, size: int) -> None:
    outside = np.flatnonzero((index < 0) | (index >= size))
    if outside.size:
        raise IndexError(
            f"{name}: index {index.flat[outside[0]]} is outside of [0, {size}), "
            "the range of the axis"
        )


def _grid(name: str, shape: tuple[int, ...], index: Any, axis: int) -> tuple[Any, ...]:
    """An index that runs over `index` along one axis and counts along the others."""
    if index.ndim != len(shape):
        raise ValueError(
            f"{name}: index of shape {index.shape} needs the {len(shape)} axes of shape {shape}"
        )
    if any(i > n for a, (i, n) in enumerate(zip(index.shape, shape, strict=True)) if a != axis):
        raise ValueError(
            f"{name}: index of shape {index.shape} is larger than shape {shape} "
            f"outside of axis {axis}"
        )
    _check_range(name, index, shape[axis])
    counts = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    counts[axis] = index
    return tuple(counts)


@spelled
def gather(input: Any, dim: int, index: Any) -> Any:
    """``out[i, j] = input[index[i, j], j]`` for `dim` 0, and so on; the result is as `index`."""
    x = operand("gather", input)
    axis = axis_of("gather", dim, x.ndim)
    return shaping.getitem(x, _grid("gather", tuple(x.shape), _indices("gather", index), axis))


@spelled
def take_along_dim(input: Any, indices: Any, dim: int) -> Any:
    """`gather` with the other axes broadcast, as NumPy's take_along_axis."""
    x = operand("take_along_dim", input)
    axis = axis_of("take_along_dim", dim, x.ndim)
    index = _indices("take_along_dim", indices)
    if index.ndim != x.ndim:
        raise ValueError(
            f"take_along_dim: shapes {tuple(x.shape)} and {index.shape} differ in axes"
        )
    shape = list(np.broadcast_shapes(_without(x.shape, axis), _without(index.shape, axis)))
    wide = shaping.broadcast_to(x, (*shape[:axis], x.shape[axis], *shape[axis + 1 :]))
    index = np.broadcast_to(index, (*shape[:axis], index.shape[axis], *shape[axis + 1 :]))
    return gather(wide, axis, index)


def _without(shape: Any, axis: int) -> tuple[int, ...]:
    return tuple(1 if a == axis else n for a, n in enumerate(shape))


@spelled
def index_select(input: Any, dim: int, index: Any) -> Any:
    """The slices of one axis that a vector of indices names."""
    x = operand("index_select", input)
    axis = axis_of("index_select", dim, x.ndim)
    places = _indices("index_select", index)
    if places.ndim > 1:
        raise ValueError(f"index_select: index is a vector, got shape {places.shape}")
    _check_range("index_select", places, x.shape[axis])
    return shaping.getitem(x, at_axis(axis, np.atleast_1d(places)))


@spelled
def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Any:
    """`input` with `src` added where `gather` with this index would read."""
    x, given = operand("scatter_add", input), operand("scatter_add", src)
    axis = axis_of("scatter_add", dim, x.ndim)
    index = _indices("scatter_add", index)
    grid = _grid("scatter_add", tuple(x.shape), index, axis)
    part = _leading("scatter_add", given, index.shape)
    return arithmetic.add(x, shaping.put_add(part, grid, tuple(x.shape)))


@spelled
def scatter(input: Any, dim: int, index: Any, src: Any) -> Any:
    """`input` with `src` where `gather` with this index would read; the last of two stays."""
    x, given = operand("scatter", input), operand("scatter", src)
    axis = axis_of("scatter", dim, x.ndim)
    index = _indices("scatter", index)
    grid = _grid("scatter", tuple(x.shape), index, axis)
    part = given if given.ndim == 0 else _leading("scatter", given, index.shape)
    return index_put(x, grid, part)


def _leading(name: str, src: Any, shape: tuple[int, ...]) -> Any:
    if src.ndim != len(shape) or any(n > m for n, m in zip(shape, src.shape, strict=True)):
        raise ValueError(f"{name}: index of shape {shape} is larger than src, {tuple(src.shape)}")
    if tuple(src.shape) == shape:
        return src
    return shaping.getitem(src, tuple(slice(n) for n in shape))


def masked_fill(input: Any, mask: Any, value: Any) -> Any:
    """`value` where the mask is true, else `input`."""
    return arithmetic.where(_mask("masked_fill", mask), value, operand("masked_fill", input))


def masked_select(input: Any, mask: Any) -> Any:
    """The elements where the mask is true, as a vector."""
    x, mask = operand("masked_select", input), _mask("masked_select", mask)
    shape = np.broadcast_shapes(tuple(x.shape), mask.shape)
    wide = x if tuple(x.shape) == shape else shaping.broadcast_to(x, shape)
    return shaping.getitem(wide, np.broadcast_to(mask, shape))


def _mask(name: str, mask: Any) -> Any:
    array = np.asarray(data_of(mask))
    if array.dtype.kind != "b":
        raise TypeError(f"{name}: a mask is boolean, got {array.dtype}")
    return array


def index_put(input: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """`input` with ``input[indices] = values``, as a new node that both have a gradient through.

    Parameters
    ----------
    input : array_like
    indices : index
        Whatever stands between the brackets of ``input[...]``.
    values : array_like
        Broadcast to the shape of ``input[indices]``.
    accumulate : bool
        Add to what is there, once for each mention of an element. Otherwise, of values for one
        element the last stays.

    Raises
    ------
    IndexError
        If an index is out of bounds.
    ValueError
        If the values do not broadcast.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import index_put
    >>> index_put(tensor([1.0, 2.0, 3.0]), [0, 2], tensor([10.0, 30.0])).tolist()
    [10.0, 2.0, 30.0]
    """
    x, given = operand("index_put", input), operand("index_put", values)
    shape = tuple(x.shape)
    index = indices if isinstance(indices, tuple) else (indices,)
    index = tuple(np.asarray(data_of(i)) if _is_array(i) else i for i in index)
    try:
        places = np.arange(math.prod(shape)).reshape(shape)[index]
    except IndexError as error:
        raise IndexError(f"index_put: {error} (input has shape {shape})") from None
    try:
        np.broadcast_to(np.empty(given.shape), places.shape)
    except ValueError:
        raise ValueError(
            f"index_put: values of shape {tuple(given.shape)} do not broadcast to "
            f"input[indices], {places.shape}"
        ) from None
    if tuple(given.shape) != places.shape:
        given = shaping.broadcast_to(given, places.shape)
    if accumulate or not places.size:
        return arithmetic.add(x, shaping.put_add(given, index, shape))
    source = np.full(math.prod(shape), -1)
    source[places.ravel()] = np.arange(places.size)  # of several the last is kept
    source = source.reshape(shape)
    new = shaping.getitem(shaping.reshape(given, (-1,)), np.maximum(source, 0))
    return arithmetic.where(source < 0, x, new)


def _is_array(part: Any) -> bool:
    return isinstance(data_of(part), (np.ndarray, list))
