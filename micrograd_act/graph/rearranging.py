"""Functions that move elements: compositions of reshape, broadcast_to, indexing and where."""

from __future__ import annotations

import math
import operator
from itertools import pairwise
from typing import Any

import numpy as np

from micrograd_act.graph.arguments import at_axis, axes_of, axis_of, data_of, operand, spelled
from micrograd_act.graph.operators import sizes_of
from micrograd_act.ops import arithmetic, shaping


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """The axes from `start_dim` to `end_dim` as one; a single number has shape (1,)."""
    x = operand("flatten", input)
    first, last = (axis_of("flatten", dim, max(x.ndim, 1)) for dim in (start_dim, end_dim))
    if first > last:
        raise ValueError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    merged = math.prod(x.shape[first : last + 1])
    return shaping.reshape(x, (*x.shape[:first], merged, *x.shape[last + 1 :]))


def ravel(input: Any) -> Any:
    """All elements along one axis."""
    return flatten(input)


def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """One axis as several; one of the sizes may be -1."""
    x = operand("unflatten", input)
    axis = axis_of("unflatten", dim, x.ndim)
    return shaping.reshape(x, (*x.shape[:axis], *sizes, *x.shape[axis + 1 :]))


@spelled
def squeeze(input: Any, dim: Any = None) -> Any:
    """Without its axes of size 1, or without those of `dim` that have it."""
    x = operand("squeeze", input)
    axes = axes_of("squeeze", dim, x.ndim)
    kept = tuple(n for i, n in enumerate(x.shape) if n != 1 or i not in axes)
    return shaping.reshape(x, kept)


@spelled
def unsqueeze(input: Any, dim: int) -> Any:
    """With a new axis of size 1 at `dim` of the result."""
    x = operand("unsqueeze", input)
    return shaping.expand_dims(x, axis_of("unsqueeze", dim, x.ndim + 1))


def expand(input: Any, *sizes: Any) -> Any:
    """Repeated along axes of size 1 and along new ones in front; -1 leaves a size."""
    x = operand("expand", input)
    wanted = sizes_of("expand", sizes)
    new = len(wanted) - x.ndim
    if new < 0 or -1 in wanted[:new]:
        raise ValueError(f"expand: {wanted} has no size for every axis of {tuple(x.shape)}")
    had = (1,) * new + tuple(x.shape)
    shape = tuple(h if w == -1 else w for h, w in zip(had, wanted, strict=True))
    for axis, (h, n) in enumerate(zip(had, shape, strict=True)):
        if n < 0 or (n != h and h != 1):
            raise ValueError(
                f"expand: axis {axis} has size {h} and cannot become {n}, "
                f"shape {tuple(x.shape)} to {wanted}"
            )
    return shaping.broadcast_to(x, shape)


def permute(input: Any, dims: Any) -> Any:
    """The axes in another order: axis i of the result is axis dims[i] of the input."""
    x = operand("permute", input)
    axes = axes_of("permute", tuple(dims), x.ndim)
    if len(axes) != x.ndim:
        raise ValueError(f"permute: {tuple(dims)} must name each of the {x.ndim} axes once")
    return shaping.permute_dims(x, axes)


def movedim(input: Any, source: Any, destination: Any) -> Any:
    """With the axes `source` at the places `destination`, the others in their order."""
    x = operand("movedim", input)
    start = axes_of("movedim", source, x.ndim)
    end = axes_of("movedim", destination, x.ndim)
    if len(start) != len(end):
        raise ValueError(f"movedim: {source} and {destination} name different numbers of axes")
    order = [axis for axis in range(x.ndim) if axis not in start]
    for place, axis in sorted(zip(end, start, strict=True)):
        order.insert(place, axis)
    return shaping.permute_dims(x, tuple(order))


def tile(input: Any, *sizes: Any, dims: Any = None) -> Any:
    """Repeated as a whole `dims[i]` times along axis i, counted from the last."""
    x = operand("tile", input)
    times = sizes_of("tile", sizes if dims is None else (dims,))
    return _repeated("tile", x, (1,) * (x.ndim - len(times)) + times)


def repeat(input: Any, *sizes: Any) -> Any:
    """Repeated as a whole, PyTorch's way: a number for every axis, new ones in front."""
    x = operand("repeat", input)
    times = sizes_of("repeat", sizes)
    if len(times) < x.ndim:
        raise ValueError(f"repeat: {times} has no number for every axis of {tuple(x.shape)}")
    return _repeated("repeat", x, times)


def _repeated(name: str, x: Any, times: tuple[int, ...]) -> Any:
    if any(n < 0 for n in times):
        raise ValueError(f"{name}: cannot repeat {times} times")
    had = (1,) * (len(times) - x.ndim) + tuple(x.shape)
    apart = shaping.reshape(x, tuple(size for n in had for size in (1, n)))
    pairs = zip(times, had, strict=True)
    whole = shaping.broadcast_to(apart, tuple(size for pair in pairs for size in pair))
    return shaping.reshape(whole, tuple(t * n for t, n in zip(times, had, strict=True)))


@spelled
def repeat_interleave(input: Any, repeats: Any, dim: int | None = None) -> Any:
    """Each element repeated, NumPy's `repeat`; `repeats` may have a number for each of them."""
    x = operand("repeat_interleave", input)
    x, axis = (flatten(x), 0) if dim is None else (x, axis_of("repeat_interleave", dim, x.ndim))
    size = x.shape[axis]
    times = np.asarray(data_of(repeats))
    if times.dtype.kind not in "iu" or times.ndim > 1 or (times.ndim and times.size != size):
        raise ValueError(
            f"repeat_interleave: repeats is an integer or {size} of them, got {repeats!r}"
        )
    if (times < 0).any():
        raise ValueError(f"repeat_interleave: cannot repeat {repeats} times")
    return shaping.getitem(x, at_axis(axis, np.repeat(np.arange(size), times)))


@spelled
def split(input: Any, split_size_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """Pieces of one size, the last may be smaller, or of the sizes of a list."""
    x = operand("split", input)
    axis = axis_of("split", dim, x.ndim)
    length = x.shape[axis]
    if isinstance(split_size_or_sections, (tuple, list)):
        sizes = sizes_of("split", tuple(split_size_or_sections))
        if sum(sizes) != length or any(n < 0 for n in sizes):
            raise ValueError(f"split: {list(sizes)} does not add up to {length}, axis {axis}")
    else:
        size = operator.index(split_size_or_sections)
        if size <= 0:
            raise ValueError(f"split: a piece needs a size of 1 or more, got {size}")
        whole, rest = divmod(length, size)
        sizes = (size,) * whole + ((rest,) if rest or not whole else ())
    ends = np.cumsum((0, *sizes)).tolist()
    return tuple(
        shaping.getitem(x, at_axis(axis, slice(start, end))) for start, end in pairwise(ends)
    )


@spelled
def chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """At most `chunks` pieces of one size; the last may be smaller."""
    x = operand("chunk", input)
    axis = axis_of("chunk", dim, x.ndim)
    if chunks <= 0:
        raise ValueError(f"chunk: chunks must be 1 or more, got {chunks}")
    pieces: tuple[Any, ...] = split(x, max(-(-x.shape[axis] // chunks), 1), axis)
    return pieces


@spelled
def unbind(input: Any, dim: int = 0) -> tuple[Any, ...]:
    """The slices along an axis, which they no longer have."""
    x = operand("unbind", input)
    axis = axis_of("unbind", dim, x.ndim)
    return tuple(shaping.getitem(x, at_axis(axis, i)) for i in range(x.shape[axis]))


def flip(input: Any, *axes: Any, dims: Any = None) -> Any:
    """The order of the elements reversed along `dims`."""
    x = operand("flip", input)
    if dims is None:
        if not axes:
            raise TypeError("flip: name the axes, as in flip(x, 0)")
        dims = sizes_of("flip", axes)
    axes = axes_of("flip", dims, x.ndim)
    backward = slice(None, None, -1)
    index = tuple(backward if axis in axes else slice(None) for axis in range(x.ndim))
    return shaping.getitem(x, index)


def roll(input: Any, shifts: Any, dims: Any = None) -> Any:
    """Moved by `shifts` along `dims`; what leaves at the end comes in at the front."""
    x = operand("roll", input)
    if dims is None:
        return shaping.reshape(roll(flatten(x), shifts, 0), tuple(x.shape))
    by, along = sizes_of("roll", _listed(shifts)), _listed(dims)
    if len(by) != len(along):
        raise ValueError(f"roll: {len(by)} shifts for {len(along)} axes")
    for shift, dim in zip(by, along, strict=True):
        axis = axis_of("roll", dim, x.ndim)
        cut = -shift % x.shape[axis] if x.shape[axis] else 0
        if cut:
            parts = [shaping.getitem(x, at_axis(axis, s)) for s in (slice(cut, None), slice(cut))]
            x = shaping.concatenate(parts, axis)
    return x


def _listed(given: Any) -> Any:
    return given if isinstance(given, (tuple, list)) else (given,)


def tril(input: Any, diagonal: int = 0) -> Any:
    """The lower triangle of each matrix up to a diagonal, 0 above it."""
    return _triangle("tril", input, diagonal, np.tril)


def triu(input: Any, diagonal: int = 0) -> Any:
    """The upper triangle of each matrix from a diagonal on, 0 below it."""
    return _triangle("triu", input, diagonal, np.triu)


def _triangle(name: str, input: Any, diagonal: int, part: Any) -> Any:
    x = operand(name, input)
    if x.ndim < 2:
        raise ValueError(f"{name}: needs a matrix or a batch of them, got shape {tuple(x.shape)}")
    kept = part(np.ones(x.shape[-2:], dtype=bool), diagonal)
    return arithmetic.where(kept, x, 0)  # a product would keep a NaN


def diagonal(input: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """The diagonal of the matrices in the axes `dim1` and `dim2`, as the last axis."""
    x = operand("diagonal", input)
    first, second = axes_of("diagonal", (dim1, dim2), x.ndim)
    rest = tuple(axis for axis in range(x.ndim) if axis not in (first, second))
    x = shaping.permute_dims(x, (*rest, first, second))
    rows, columns = x.shape[-2:]
    n = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    i = np.arange(n)
    return shaping.getitem(x, (..., i - min(offset, 0), i + max(offset, 0)))


def diag(input: Any, diagonal: int = 0) -> Any:
    """The matrix with a vector on its diagonal, or the diagonal of a matrix."""
    x = operand("diag", input)
    if x.ndim == 2:
        return _diagonal(x, diagonal)
    if x.ndim != 1:
        raise ValueError(f"diag: needs a vector or a matrix, got shape {tuple(x.shape)}")
    i = np.arange(x.shape[0])
    size = x.shape[0] + abs(diagonal)
    return shaping.put_add(x, (i - min(diagonal, 0), i + max(diagonal, 0)), (size, size))


_diagonal = diagonal  # which is also an argument
