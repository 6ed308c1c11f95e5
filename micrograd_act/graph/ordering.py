"""Functions that compare elements with each other: extremes, order, median, any and all.

Indices have no derivative; values are taken at them, so that the chosen elements get the gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.graph.arguments import at_axis, axes_of, axis_of, data_of, operand, spelled
from micrograd_act.graph.choosing import gather
from micrograd_act.graph.node import Node
from micrograd_act.graph.predicates import untracked
from micrograd_act.ops import arithmetic, reductions, shaping


class Chosen(NamedTuple):
    """Elements and their places along the axis."""

    values: Any
    indices: Any


def _where_extreme(name: str, find: Callable[..., Any], x: Any, dim: Any, keepdim: bool) -> Any:
    """The places of extremes along one axis; of several the first, a NaN before all others."""
    if dim is not None:
        dim = axis_of(name, dim, x.ndim)
    try:
        return find(data_of(x), axis=dim, keepdims=keepdim)
    except ValueError:
        raise ValueError(f"{name}: shape {tuple(x.shape)} has no elements to compare") from None


def _extreme(name: str, find: Callable[..., Any], input: Any, dim: Any, keepdim: bool) -> Chosen:
    x = operand(name, input)
    if _is_single(x, dim):
        return _single(x)
    return _taken(x, axis_of(name, dim, x.ndim), _where_extreme(name, find, x, dim, True), keepdim)


def _is_single(x: Any, dim: Any) -> bool:
    """Whether it is a single number, to which PyTorch gives an axis."""
    return not x.ndim and dim in (0, -1)


def _single(x: Any) -> Chosen:
    return Chosen(x, untracked(_as_given, x, np.intp(0)))


def _taken(x: Any, axis: int, places: Any, keepdim: bool) -> Chosen:
    values = gather(x, axis, places)
    if not keepdim:
        places = places.squeeze(axis)
        values = shaping.reshape(values, places.shape)
    return Chosen(values, untracked(_as_given, x, places) if isinstance(x, Node) else places)


def _as_given(x: Any, places: Any) -> Any:
    return places


@spelled
def max(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Largest element; with `dim` the largest along it and their indices.

    Without `dim` ties share the gradient evenly, along an axis the first of them gets it, as in
    PyTorch. With an array in place of `dim` it is `maximum`.

    Raises
    ------
    AxisError
        If there is no such axis.
    ValueError
        If there are no elements.

    Examples
    --------
    >>> from micrograd_act.functional import max
    >>> max([[1.0, 5.0], [4.0, 3.0]]).item()
    5.0
    >>> values, indices = max([[1.0, 5.0], [4.0, 3.0]], dim=1)
    >>> values.tolist(), indices.tolist()
    ([5.0, 4.0], [1, 0])
    """
    if isinstance(dim, (Node, np.ndarray)):
        return arithmetic.maximum(input, dim)
    if dim is None:
        return reductions.amax(_not_empty("max", input))
    return _extreme("max", np.argmax, input, dim, keepdim)


@spelled
def min(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Smallest element; with `dim` the smallest along it and their indices. See `max`."""
    if isinstance(dim, (Node, np.ndarray)):
        return arithmetic.minimum(input, dim)
    if dim is None:
        return reductions.amin(_not_empty("min", input))
    return _extreme("min", np.argmin, input, dim, keepdim)


def _not_empty(name: str, input: Any) -> Any:
    x = operand(name, input)
    if 0 in x.shape:
        raise ValueError(f"{name}: shape {tuple(x.shape)} has no elements to compare")
    return x


@spelled
def argmax(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Index of the largest element, among all or along an axis; of several the first."""
    return _place("argmax", np.argmax, input, dim, keepdim)


@spelled
def argmin(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Index of the smallest element, among all or along an axis; of several the first."""
    return _place("argmin", np.argmin, input, dim, keepdim)


def _place(name: str, find: Callable[..., Any], input: Any, dim: Any, keepdim: bool) -> Any:
    x = operand(name, input)
    if _is_single(x, dim):
        dim = None
    places = _where_extreme(name, find, x, dim, keepdim)
    return untracked(_as_given, x, places)


def _order(name: str, x: Any, dim: int, descending: bool) -> tuple[int, Any]:
    """The indices that sort along an axis; equal elements keep their order, NaN is largest."""
    axis = axis_of(name, dim, x.ndim)
    data = data_of(x)
    if not descending:
        return axis, np.argsort(data, axis=axis, kind="stable")
    from_behind = np.argsort(np.flip(data, axis), axis=axis, kind="stable")
    return axis, np.flip(data.shape[axis] - 1 - from_behind, axis)


@spelled
def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = True) -> Chosen:
    """The elements in order along an axis, and where they stood; NaN counts as the largest.

    Equal elements keep their order whatever `stable` says.

    Examples
    --------
    >>> from micrograd_act.functional import sort
    >>> values, indices = sort([3.0, 1.0, 2.0], descending=True)
    >>> values.tolist(), indices.tolist()
    ([3.0, 2.0, 1.0], [0, 2, 1])
    """
    x = operand("sort", input)
    if _is_single(x, dim):
        return _single(x)
    axis, order = _order("sort", x, dim, descending)
    return _taken(x, axis, order, True)


@spelled
def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The indices that `sort` gives."""
    x = operand("argsort", input)
    if _is_single(x, dim):
        return _single(x).indices
    return untracked(_as_given, x, _order("argsort", x, dim, descending)[1])


@spelled
def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Chosen:
    """The `k` largest or smallest along an axis, and their indices; always in order."""
    x = operand("topk", input)
    if _is_single(x, dim) and k == 1:
        return _single(x)
    axis, order = _order("topk", x, dim, largest)
    if not 0 <= k <= x.shape[axis]:
        raise ValueError(f"topk: k={k} is outside of [0, {x.shape[axis]}], the size of axis {axis}")
    return _taken(x, axis, order[at_axis(axis, slice(k))], True)


@spelled
def median(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The middle element, of two the lower; with `dim` those along it and their indices.

    NaN if one is. Without `dim` ties share the gradient evenly, as in PyTorch.
    """
    x = _not_empty("median", input)
    if dim is None:
        flat = np.sort(data_of(x), axis=None)
        middle = flat[-1] if flat[-1] != flat[-1] else flat[(flat.size - 1) // 2]
        data = data_of(x)
        same = data == middle if middle == middle else data != data
        return reductions.amax(shaping.getitem(x, same))
    if _is_single(x, dim):
        return _single(x)
    axis, order = _order("median", x, dim, False)
    middle = order[at_axis(axis, slice((x.shape[axis] - 1) // 2, None))]
    places = middle[at_axis(axis, slice(1))]
    data = data_of(x)
    nan = np.isnan(data)
    places = np.where(nan.any(axis, keepdims=True), nan.argmax(axis, keepdims=True), places)
    return _taken(x, axis, places, keepdim)


@spelled
def any(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Whether one element is not 0, of all or along axes."""
    x = operand("any", input)
    return untracked(np.any, x, axis=axes_of("any", dim, x.ndim), keepdims=keepdim)


@spelled
def all(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Whether no element is 0, of all or along axes."""
    x = operand("all", input)
    return untracked(np.all, x, axis=axes_of("all", dim, x.ndim), keepdims=keepdim)
