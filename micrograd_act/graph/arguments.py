"""Arguments of the functions that are compositions: spellings, axes, data of whatever is given."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from micrograd_act.graph.dtypes import as_array, check_holds_no_node
from micrograd_act.graph.node import Node
from micrograd_act.graph.operators import as_untracked, lift
from micrograd_act.ops.inputs import check_plain

_F = TypeVar("_F", bound=Callable[..., Any])
_SPELLINGS = {"axis": "dim", "keepdims": "keepdim"}


def spelled(function: _F) -> _F:
    """Let NumPy's `axis` and `keepdims` stand for PyTorch's `dim` and `keepdim`."""
    name = function.__name__

    @wraps(function)
    def either(*args: Any, **named: Any) -> Any:
        for given, meant in _SPELLINGS.items():
            if given in named:
                if meant in named:
                    raise TypeError(f"{name}: {given} and {meant} spell one argument twice")
                named[meant] = named.pop(given)
        return function(*args, **named)

    return either  # type: ignore[return-value]


def operand(name: str, x: Any) -> Any:
    """A node or an array as it is; a number or a list as an array."""
    if isinstance(x, (Node, np.ndarray)):
        check_plain(name, x)
        return x
    check_holds_no_node(name, x)
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: cannot compute with {type(x).__name__}")
    return array


def as_node(x: Any, dtype: Any = None) -> Any:
    """A node as it is, a number or an array as a constant node."""
    if isinstance(x, Node):
        return x
    if isinstance(x, Sequence) and not isinstance(x, str):
        check_holds_no_node("an argument", x)
        x = np.asarray(x, dtype=float)
    node = lift(x, dtype)
    return as_untracked(as_array(x)) if node is None else node


def data_of(x: Any) -> Any:
    """The number or array in a node; anything else as it is."""
    return x._data if isinstance(x, Node) else x


def axis_of(name: str, dim: Any, ndim: int) -> int:
    """An axis as a number from 0 on.

    Raises
    ------
    AxisError
        If an array of `ndim` axes has no such axis.
    """
    try:
        axis = operator.index(dim)
    except TypeError:
        raise TypeError(f"{name}: an axis is an int, got {dim!r}") from None
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(
            f"{name}: axis {axis} is out of bounds for an array of {ndim} "
            f"{'axis' if ndim == 1 else 'axes'}"
        )
    return axis % ndim


def axes_of(name: str, dims: Any, ndim: int) -> tuple[int, ...]:
    """One axis or several as numbers from 0 on; None is all of them."""
    if dims is None:
        return tuple(range(ndim))
    given = dims if isinstance(dims, (tuple, list)) else (dims,)
    if not ndim and all(dim in (0, -1) for dim in given):  # PyTorch gives a single number one
        return ()
    axes = tuple(axis_of(name, dim, ndim) for dim in given)
    if len(set(axes)) < len(axes):
        raise ValueError(f"{name}: {dims} names an axis twice")
    return axes


def at_axis(axis: int, part: Any) -> tuple[Any, ...]:
    """The index that takes `part` of one axis and the others whole."""
    return (slice(None),) * axis + (part,)
