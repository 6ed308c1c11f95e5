"""Pooling: the largest or the mean element of each window."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.functional.arguments import as_node
from micrograd_act.functional.convolving import Sizes, check_fits, padded, sizes
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.sliding import windows


def max_pool1d(
    input: Any, kernel_size: Sizes, stride: Any = None, padding: Sizes = 0, dilation: Sizes = 1
) -> Any:
    """Largest element of each window of sequences; see `max_pool2d`."""
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation)


def max_pool2d(
    input: Any, kernel_size: Sizes, stride: Any = None, padding: Sizes = 0, dilation: Sizes = 1
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
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation)


def avg_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Any = None,
    padding: Sizes = 0,
    *,
    count_include_pad: bool = True,
) -> Any:
    """Mean of each window of sequences; see `avg_pool2d`."""
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, count_include_pad, None)


def avg_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Any = None,
    padding: Sizes = 0,
    *,
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
    count_include_pad : bool
        Whether the zeros count in the mean.
    divisor_override : int, optional
        What the sum is divided by instead.

    Raises
    ------
    ValueError
        If the sizes do not fit.
    """
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, count_include_pad, divisor_override
    )


def _max_pool(
    name: str, nd: int, input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    x, kernel, s, p = _arguments(name, nd, input, kernel_size, stride, padding)
    d = sizes(name, "dilation", dilation, nd, 1)
    lead = x.ndim - nd
    around = [*[(0, 0)] * lead, *((a, a) for a in p)]
    wide = np.pad(x._data, around, constant_values=-np.inf)
    check_fits(name, wide.shape[lead:], kernel, d)
    seen = arrays.windows(wide, kernel, s, d)
    at = np.unravel_index(np.argmax(seen.reshape(*seen.shape[:-nd], -1), -1), kernel)
    index = list(np.ogrid[tuple(slice(n) for n in seen.shape[:-nd])])
    for i in range(nd):
        index[lead + i] = index[lead + i] * s[i] + at[i] * d[i] - p[i]
    return x[tuple(index)]


def _avg_pool(
    name: str,
    nd: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    count_include_pad: bool,
    divisor: int | None,
) -> Any:
    x, kernel, s, p = _arguments(name, nd, input, kernel_size, stride, padding)
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override must not be 0")
    once, pairs, last = (1,) * nd, [(a, a) for a in p], tuple(range(-nd, 0))
    wide = padded(x, pairs)
    check_fits(name, wide.shape[-nd:], kernel, once)
    total = windows(wide, kernel, s, once).sum(last)
    if divisor is not None:
        return total / divisor
    if count_include_pad or not any(p):
        return total / int(np.prod(kernel))
    inside = np.pad(np.ones(x.shape[-nd:], dtype=x._data.dtype), pairs)
    return total / arrays.windows(inside, kernel, s, once).sum(last)


def _arguments(
    name: str, nd: int, input: Any, kernel_size: Any, stride: Any, padding: Any
) -> tuple[Any, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    x = as_node(input)
    if x.ndim not in (nd + 1, nd + 2):
        raise ValueError(
            f"{name}: input has {nd + 2} axes, or {nd + 1} without a batch, got shape {x.shape}"
        )
    kernel = sizes(name, "kernel_size", kernel_size, nd, 1)
    s = kernel if stride is None else sizes(name, "stride", stride, nd, 1)
    p = sizes(name, "padding", padding, nd)
    if any(2 * a > k for a, k in zip(p, kernel, strict=True)):
        raise ValueError(f"{name}: padding {p} is more than half of kernel_size {kernel}")
    return x, kernel, s, p
