"""Broadcasting undone: a cotangent brought into the shape and dtype of its input."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from micrograd_act.graph.node import Node
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops import reductions, shaping

Shape = tuple[int, ...]
_ndarray = np.ndarray


@lru_cache(maxsize=64)
def _ones(n: int, dtype: Any) -> Any:
    return np.ones(n, dtype)


def fit(c: Any, x: Any) -> Any:
    """An array or number `c` as the cotangent of the array or number `x`."""
    if type(c) is type(x) is _ndarray and c.shape == x.shape and c.dtype is x.dtype:
        return c
    if type(x) is float:
        return c if type(c) is float else float(arrays.sum(c))
    if type(c) is float:
        c = np.asarray(c)
    if c.ndim == 2 and c.shape[1:] == x.shape and c.dtype is x.dtype and c.itemsize > 2:
        return _ones(len(c), c.dtype).dot(c)  # a bias; a sum over rows takes twice the time
    if c.shape != x.shape:
        c = arrays.sum(c, axis=_repeated(c.shape, x.shape))
        if c.shape != x.shape:
            c = c.reshape(x.shape)
    if c.dtype is not x.dtype:
        c = c.astype(x.dtype)
    return c


def fit_node(c: Any, x: Node) -> Any:
    """The same for nodes, so that a derivative stays a graph."""
    if x.xp is floats:
        return c if c.xp is floats else Node.make_value(reductions.sum(c))
    if c.xp is floats:
        c = shaping.stack((c,))
    if c.shape != x.shape:
        c = reductions.sum(c, _repeated(c.shape, x.shape))
        if c.shape != x.shape:
            c = shaping.reshape(c, x.shape)
    dtype = x._data.dtype
    return c if c.dtype == dtype else shaping.astype(c, dtype)


def _repeated(wide: Shape, narrow: Shape) -> Shape:
    """The axes of `wide` along which an array of shape `narrow` was repeated."""
    extra = len(wide) - len(narrow)
    repeated = (extra + i for i, n in enumerate(narrow) if n == 1 and wide[extra + i] != 1)
    return (*range(extra), *repeated)
