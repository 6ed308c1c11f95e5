"""Pooling: the largest or the mean element of each window."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from micrograd_act.functional.convolving import Sizes, check_axes, check_fits, padded, sizes
from micrograd_act.graph.arguments import as_node
from micrograd_act.graph.operators import as_untracked
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.sliding import windows


def max_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Any = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Largest element of each window of sequences; see `max_pool2d`."""
    given = kernel_size, stride, padding, dilation, ceil_mode
    return _max_pool("max_pool1d", 1, input, given, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Any = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Largest element of each window; the gradient goes to the first of equals, as PyTorch's.

    Parameters
    ----------
    input : array_like, shape (n, channels, height, width) or (channels, height, width)
    kernel_size : int or one for each axis
    stride : int or one for each axis, optional
        `kernel_size` by default.
    padding : int or one for each axis
        At most half of the kernel; what is padded is never the largest.
    dilation : int or one for each axis
    ceil_mode : bool
        Whether a window that starts inside may end outside.
    return_indices : bool
        Whether to return also where each largest element stands, counted through the last two
        axes.

    Raises
    ------
    ValueError
        If the sizes do not fit.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import max_pool2d
    >>> max_pool2d(tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2).tolist()
    [[[4.0]]]
    """
    given = kernel_size, stride, padding, dilation, ceil_mode
    return _max_pool("max_pool2d", 2, input, given, return_indices)


def avg_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Any = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """Mean of each window of sequences; see `avg_pool2d`."""
    given = kernel_size, stride, padding, ceil_mode
    return _avg_pool("avg_pool1d", 1, input, given, count_include_pad, None)


def avg_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Any = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """Mean of each window.

    Parameters
    ----------
    input : array_like, shape (n, channels, height, width) or (channels, height, width)
    kernel_size : int or one for each axis
    stride : int or one for each axis, optional
        `kernel_size` by default.
    padding : int or one for each axis
        Zeros, at most half of the kernel.
    ceil_mode : bool
        Whether a window that starts inside may end outside.
    count_include_pad : bool
        Whether the zeros count in the mean.
    divisor_override : int, optional
        What the sum is divided by instead.

    Raises
    ------
    ValueError
        If the sizes do not fit.
    """
    given = kernel_size, stride, padding, ceil_mode
    return _avg_pool("avg_pool2d", 2, input, given, count_include_pad, divisor_override)


def _max_pool(name: str, nd: int, input: Any, given: Any, return_indices: bool) -> Any:
    kernel_size, stride, padding, dilation, ceil_mode = given
    x, kernel, s, p = _arguments(name, nd, input, kernel_size, stride, padding)
    d = sizes(name, "dilation", dilation, nd, 1)
    lead = x.ndim - nd
    size = x.shape[lead:]
    edges = _edges(name, size, kernel, s, p, d, ceil_mode)
    around = [*[(0, 0)] * lead, *edges]
    lowest = -np.inf if x._data.dtype.kind == "f" else np.iinfo(x._data.dtype).min
    seen = arrays.windows(np.pad(x._data, around, constant_values=lowest), kernel, s, d)
    at = np.unravel_index(np.argmax(seen.reshape(*seen.shape[:-nd], math.prod(kernel)), -1), kernel)
    index = list(np.ogrid[tuple(slice(n) for n in seen.shape[:-nd])])
    first, outside = [], np.False_
    for i in range(nd):
        start = index[lead + i] * s[i] - p[i]
        found = start + at[i] * d[i]
        outside = outside | (found < 0) | (found >= size[i])
        first.append(start + np.maximum(-start, 0) // -d[i] * -d[i])
        if np.any(first[i] >= size[i]):
            raise ValueError(f"{name}: a window of dilation {d} lies in the padding {p} alone")
        index[lead + i] = found
    if np.any(outside):  # a window of nothing but -inf, equal to what is padded
        index[lead:] = [np.where(outside, a, b) for a, b in zip(first, index[lead:], strict=True)]
    y = x[tuple(index)]
    if not return_indices:
        return y
    return y, as_untracked(np.ravel_multi_index(tuple(index[lead:]), size))


def _avg_pool(
    name: str, nd: int, input: Any, given: Any, count_include_pad: bool, divisor: int | None
) -> Any:
    kernel_size, stride, padding, ceil_mode = given
    x, kernel, s, p = _arguments(name, nd, input, kernel_size, stride, padding)
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override must not be 0")
    once, last, size = (1,) * nd, tuple(range(-nd, 0)), x.shape[-nd:]
    edges = _edges(name, size, kernel, s, p, once, ceil_mode)
    over = [(0, b - a) for a, b in edges]
    total = windows(padded(x, edges), kernel, s, once).sum(last)
    if divisor is not None:
        return total / divisor
    if not any(map(any, over)) and (count_include_pad or not any(p)):
        return total / int(np.prod(kernel))
    inner = np.ones(size, dtype=x._data.dtype)
    inner = np.pad(inner, [(a, a) for a in p], constant_values=float(count_include_pad))
    counted = np.pad(inner, over)
    return total / arrays.windows(counted, kernel, s, once).sum(last)


def _edges(
    name: str, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> list[tuple[int, int]]:
    """What is padded before and after each axis, for the last window with `ceil_mode`, too."""
    edges = []
    for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True):
        span, wide, over = d * (k - 1) + 1, n + 2 * p, 0
        if ceil_mode:
            last = -((wide - span) // -s) * s  # where the last window starts; it must be inside
            over = max((last if last < n + p else last - s) + span - wide, 0)
        edges.append((p, p + over))
    check_fits(
        name, tuple(n + a + b for n, (a, b) in zip(size, edges, strict=True)), kernel, dilation
    )
    return edges


def _arguments(
    name: str, nd: int, input: Any, kernel_size: Any, stride: Any, padding: Any
) -> tuple[Any, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    x = as_node(input)
    check_axes(name, x, nd)
    kernel = sizes(name, "kernel_size", kernel_size, nd, 1)
    s = kernel if stride is None else sizes(name, "stride", stride, nd, 1)
    p = sizes(name, "padding", padding, nd)
    if any(2 * a > k for a, k in zip(p, kernel, strict=True)):
        raise ValueError(f"{name}: padding {p} is more than half of kernel_size {kernel}")
    return x, kernel, s, p
