"""What becomes an array, and in which dtype arrays of several dtypes meet."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from micrograd_act.graph.node import Node
from micrograd_act.ops.inputs import check_plain

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

_Kind = tuple[np.dtype[Any], bool]

_RANKS = {"b": 0, "i": 1, "u": 1, "f": 2}


def common_dtype(arrays: Iterable[Array]) -> np.dtype[Any]:
    """The dtype in which the data of tensors meets: PyTorch's rule.

    Floats outrank integers and those booleans, whatever their widths. Among the highest, arrays
    without axes don't count beside others; what is left meets as in NumPy.
    """
    return _common(tuple((x.dtype, x.ndim > 0) for x in arrays))


def narrower_dtype(arrays: Iterable[Array]) -> np.dtype[Any] | None:
    """The common dtype where NumPy would compute in another, wider one; else None."""
    return _unlike_numpy(tuple((x.dtype, x.ndim > 0) for x in arrays))


@lru_cache(maxsize=256)
def _common(kinds: tuple[_Kind, ...]) -> np.dtype[Any]:
    top = max(_RANKS[dtype.kind] for dtype, _ in kinds)
    highest = [kind for kind in kinds if _RANKS[kind[0].kind] == top]
    with_axes = [dtype for dtype, has_axes in highest if has_axes]
    return np.result_type(*(with_axes or [dtype for dtype, _ in highest]))


@lru_cache(maxsize=256)
def _unlike_numpy(kinds: tuple[_Kind, ...]) -> np.dtype[Any] | None:
    if len(kinds) < 2:
        return None
    common = _common(kinds)
    return None if common == np.result_type(*(dtype for dtype, _ in kinds)) else common


def check_holds_no_node(name: str, data: Any) -> None:
    """Raise on a list with nodes in it, which as an array would lose their graph."""
    if _holds_node(data):
        raise TypeError(f"{name}: a list of nodes would lose their graph; use stack(nodes)")


def _holds_node(data: Any) -> bool:
    """Whether a node is somewhere in a nested list."""
    if not isinstance(data, (list, tuple)):
        return isinstance(data, Node)
    return any(map(_holds_node, data))


def as_array(data: Any, dtype: npt.DTypeLike | None = None) -> Array:
    """A copy of numeric data as a native array; anything else raises."""
    if isinstance(data, Node):
        data = data._data
    if type(data) is np.ndarray and dtype is None and data.dtype.kind in "fiub":
        array = np.array(data)
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    check_plain("Tensor", data)
    if data is None or isinstance(data, (str, bytes, dict, set)):
        raise TypeError(f"Tensor: cannot make a tensor from {type(data).__name__}")
    check_holds_no_node("Tensor", data)
    try:
        array = np.array(data, dtype=dtype)
    except (ValueError, TypeError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"Tensor: {error}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"Tensor: cannot compute with dtype {array.dtype}; use real numbers")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
