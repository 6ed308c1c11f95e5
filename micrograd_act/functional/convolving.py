"""Convolutions, as one matrix product of the windows of the input with the weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from micrograd_act.graph.arguments import as_node
from micrograd_act.ops.contraction import contract
from micrograd_act.ops.shaping import put_add
from micrograd_act.ops.sliding import fold, windows

Sizes: TypeAlias = int | Sequence[int]


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Any:
    """Cross-correlation of sequences with kernels; see `conv2d`.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import conv1d
    >>> conv1d(tensor([[[1.0, 2.0, 4.0]]]), tensor([[[1.0, -1.0]]])).tolist()
    [[[-1.0, -2.0]]]
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Any:
    """Cross-correlation of images with kernels.

    Parameters
    ----------
    input : array_like, shape (n, channels, height, width) or (channels, height, width)
    weight : array_like, shape (out_channels, channels / groups, kernel_height, kernel_width)
    bias : array_like, shape (out_channels,), optional
    stride, dilation : int or one for each axis
    padding : int or one for each axis, or "valid" for none, or "same" for a result of the
        input's size (with stride 1; of an odd number one more at the end)
    groups : int
        Channels and outputs are split into so many groups that do not see each other.

    Raises
    ------
    ValueError
        If the sizes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import conv2d
    >>> conv2d(tensor(np.ones((1, 2, 5, 5))), tensor(np.ones((3, 2, 3, 3))), padding="same").shape
    (1, 3, 5, 5)
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Any:
    """The adjoint of `conv2d` in its input.

    Parameters
    ----------
    input : array_like, shape (n, channels, height, width) or (channels, height, width)
    weight : array_like, shape (channels, out_channels / groups, kernel_height, kernel_width)
    bias : array_like, shape (out_channels,), optional
    stride, padding, output_padding, dilation : int or one for each axis
        `output_padding` makes the result larger at the end.
    groups : int

    Raises
    ------
    ValueError
        If the sizes do not fit.
    """
    name = "conv_transpose2d"
    x, weight, single = _batched(name, 2, input, weight)
    s, d = sizes(name, "stride", stride, 2, 1), sizes(name, "dilation", dilation, 2, 1)
    p, extra = sizes(name, "padding", padding, 2), sizes(name, "output_padding", output_padding, 2)
    if any(e >= max(a, b) for e, a, b in zip(extra, s, d, strict=True)):
        raise ValueError(f"{name}: output_padding {extra} must be below stride {s} or dilation {d}")
    if groups < 1 or weight.shape[0] % groups:
        raise ValueError(f"{name}: groups={groups} does not divide weight {weight.shape} at axis 0")
    if x.shape[1] != weight.shape[0]:
        raise ValueError(
            f"{name}: weight {weight.shape} needs {weight.shape[0]} channels, got input {x.shape}"
        )
    kernel, out = weight.shape[2:], groups * weight.shape[1]
    x, weight = _in_groups(x, groups, 1), _in_groups(weight, groups, 0)
    y = contract(weight, x, "gcohw,ngcyx->ngoyxhw")
    y = y.reshape(y.shape[0], out, *y.shape[3:])
    full = tuple(
        (n - 1) * a + b * (k - 1) + 1 + e
        for n, a, b, k, e in zip(y.shape[2:4], s, d, kernel, extra, strict=True)
    )
    cut = tuple(slice(a, n - a) for n, a in zip(full, p, strict=True))
    if any(part.stop <= part.start for part in cut):
        raise ValueError(f"{name}: padding {p} leaves nothing of a result of size {full}")
    y = fold(y, full, s, d)
    return _finished(name, y[(..., *cut)] if any(p) else y, bias, single)


def _conv(
    name: str,
    nd: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes | str,
    dilation: Sizes,
    groups: int,
) -> Any:
    x, weight, single = _batched(name, nd, input, weight)
    s, d = sizes(name, "stride", stride, nd, 1), sizes(name, "dilation", dilation, nd, 1)
    kernel = weight.shape[2:]
    if groups < 1 or weight.shape[0] % groups:
        raise ValueError(f"{name}: groups={groups} does not divide {weight.shape[0]} outputs")
    if x.shape[1] != groups * weight.shape[1]:
        raise ValueError(
            f"{name}: weight {weight.shape} with groups={groups} needs "
            f"{groups * weight.shape[1]} channels, got input {x.shape}"
        )
    if padding == "same" and any(a != 1 for a in s):
        raise ValueError(f"{name}: padding='same' needs stride 1, got {s}")
    if padding == "same":
        totals = [b * (k - 1) for b, k in zip(d, kernel, strict=True)]
        pairs = [(t // 2, t - t // 2) for t in totals]
    elif isinstance(padding, str) and padding != "valid":
        raise ValueError(f"{name}: padding is a size, 'same' or 'valid', got {padding!r}")
    else:
        pairs = [(p, p) for p in sizes(name, "padding", 0 if padding == "valid" else padding, nd)]
    x = padded(x, pairs)
    check_fits(name, x.shape[2:], kernel, d)
    outputs = weight.shape[0]
    x, weight = _in_groups(x, groups, 1), _in_groups(weight, groups, 0)
    at, of = "yx"[:nd], "hw"[:nd]
    y = contract(weight, windows(x, kernel, s, d), f"goc{of},ngc{at}{of}->ngo{at}")
    y = y.reshape(y.shape[0], outputs, *y.shape[3:])
    return _finished(name, y, bias, single)


def _in_groups(x: Any, groups: int, axis: int) -> Any:
    """The channels of one axis as two, without a -1, which an empty batch leaves open."""
    shape = x.shape
    return x.reshape(*shape[:axis], groups, shape[axis] // groups, *shape[axis + 1 :])


def sizes(name: str, what: str, given: Any, nd: int, least: int = 0) -> tuple[int, ...]:
    """One whole number for each axis."""
    found = (given,) * nd if isinstance(given, int) else tuple(given)
    if len(found) == 1:
        found *= nd
    if len(found) != nd or any(not isinstance(n, int) for n in found):
        raise ValueError(f"{name}: {what} is an int or {nd} of them, got {given!r}")
    if min(found) < least:
        raise ValueError(f"{name}: {what} must be at least {least}, got {given!r}")
    return found


def padded(x: Any, pairs: Sequence[tuple[int, int]]) -> Any:
    """Zeros before and after the last axes."""
    if not any(map(any, pairs)):
        return x
    shape = x.shape[-len(pairs) :]
    inside = tuple(slice(a, a + n) for (a, _), n in zip(pairs, shape, strict=True))
    wide = tuple(a + n + b for (a, b), n in zip(pairs, shape, strict=True))
    return put_add(x, (..., *inside), (*x.shape[: -len(pairs)], *wide))


def check_axes(name: str, x: Any, nd: int) -> None:
    """Raise unless the input has channels, and at most a batch, in front of its `nd` axes."""
    if x.ndim not in (nd + 1, nd + 2):
        raise ValueError(
            f"{name}: input has {nd + 2} axes, or {nd + 1} without a batch, got shape {x.shape}"
        )


def check_fits(name: str, size: Any, kernel: Any, dilation: Any) -> None:
    """Raise where a dilated kernel is larger than the padded input."""
    span = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    if any(n < k for n, k in zip(size, span, strict=True)):
        raise ValueError(f"{name}: kernel of size {span} is larger than padded input {size}")


def _batched(name: str, nd: int, input: Any, weight: Any) -> tuple[Any, Any, bool]:
    x, weight = as_node(input), as_node(weight)
    if weight.ndim != nd + 2:
        raise ValueError(f"{name}: weight has {nd + 2} axes, got shape {weight.shape}")
    check_axes(name, x, nd)
    single = x.ndim == nd + 1
    return x.reshape(1, *x.shape) if single else x, weight, single


def _finished(name: str, y: Any, bias: Any, single: bool) -> Any:
    if bias is not None:
        bias = as_node(bias, y._data.dtype)
        if bias.shape != y.shape[1:2]:
            raise ValueError(f"{name}: bias is ({y.shape[1]},), got shape {bias.shape}")
        y = y + bias.reshape(-1, *(1,) * (y.ndim - 2))
    return y[0] if single else y
