"""Normalization: inputs brought to one mean, variance or length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from micrograd_act.graph.arguments import as_node, axis_of
from micrograd_act.graph.tensors import Tensor
from micrograd_act.ops.arithmetic import clamp
from micrograd_act.ops.moments import norm
from micrograd_act.ops.normalization import batch_standardize, layer_standardize, standardize
from micrograd_act.ops.op import Family


def layer_norm(
    input: Any,
    normalized_shape: int | Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Any:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` over the last axes.

    Parameters
    ----------
    input : array_like, shape (..., *normalized_shape)
    normalized_shape : int or sequence of int
    weight, bias : array_like of that shape, optional
    eps : float

    Raises
    ------
    ValueError
        If the last axes of `input` are others.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import layer_norm
    >>> layer_norm(tensor([[1.0, 3.0], [0.0, 8.0]]), 2)
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """
    input = as_node(input)
    axes = _last_axes("layer_norm", input, normalized_shape)
    shape = input.shape[-len(axes) :]
    weight, bias = _parameters("layer_norm", input, shape, weight, bias)
    return _standardized(layer_standardize, input, weight, bias, shape, axes, float(eps))


def rms_norm(
    input: Any, normalized_shape: int | Sequence[int], weight: Any = None, eps: float | None = None
) -> Any:
    """``x / sqrt(mean(x**2) + eps) * weight`` over the last axes; eps is that of the dtype.

    Raises
    ------
    ValueError
        If the last axes of `input` are others.
    """
    input = as_node(input)
    axes = _last_axes("rms_norm", input, normalized_shape)
    weight, _ = _parameters("rms_norm", input, input.shape[-len(axes) :], weight, None)
    added = float(np.finfo(input._data.dtype).eps if eps is None else eps)
    mean = (input * input).mean(axes, keepdims=True)
    return _scaled(input / (mean + added).sqrt(), weight, None)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` over each group of channels.

    Parameters
    ----------
    input : array_like, shape (n, channels, ...)
    num_groups : int
        A divisor of the number of channels.
    weight, bias : array_like, shape (channels,), optional
    eps : float

    Raises
    ------
    ValueError
        If the groups do not divide the channels.
    """
    input = as_node(input)
    if input.ndim < 2 or num_groups < 1 or input.shape[1] % num_groups:
        raise ValueError(
            f"group_norm: num_groups={num_groups} does not divide the channels of {input.shape}; "
            "input is (n, channels, ...)"
        )
    shape = input.shape
    weight, bias = _parameters("group_norm", input, shape[1:2], weight, bias)
    grouped = standardize(
        input.reshape(shape[0], num_groups, math.prod(shape[1:]) // num_groups), (2,), float(eps)
    )
    return _scaled_channels(grouped.reshape(*shape), weight, bias)


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` for each channel.

    Parameters
    ----------
    input : array_like, shape (n, channels, ...)
    running_mean, running_var : Tensor or ndarray, shape (channels,), or None
        In training they are updated in place, the variance by its unbiased estimate; else they
        are what is normalized with.
    weight, bias : array_like, shape (channels,), optional
    training : bool
        Whether the mean and the variance are those of the batch.
    momentum : float
        The share of the batch in the update.
    eps : float

    Raises
    ------
    ValueError
        If there is one value per channel in training, or nothing to normalize with otherwise.
    """
    input = as_node(input)
    if input.ndim < 2:
        raise ValueError(f"batch_norm: input is (n, channels, ...), got {input.shape}")
    for running in (running_mean, running_var):
        if running is not None and np.shape(running) != input.shape[1:2]:
            raise ValueError(
                f"batch_norm: {input.shape[1]} channels, running statistics {np.shape(running)}"
            )
    weight, bias = _parameters("batch_norm", input, input.shape[1:2], weight, bias)
    axes = (0, *range(2, input.ndim))
    if training:
        count = math.prod(input.shape[a] for a in axes)
        if count < 2:
            raise ValueError(
                f"batch_norm: more than 1 value per channel is needed in training, "
                f"got input {input.shape}"
            )
        if running_mean is not None:
            _update(running_mean, np.mean(input._data, axis=axes), momentum)
        if running_var is not None:
            _update(running_var, np.var(input._data, axis=axes, ddof=1), momentum)
        weight, bias = (None if x is None else _as_channels(x, input) for x in (weight, bias))
        shape = tuple(1 if a in axes else n for a, n in enumerate(input.shape))
        return _standardized(batch_standardize, input, weight, bias, shape, axes, float(eps))
    if running_mean is None or running_var is None:
        raise ValueError("batch_norm: pass running_mean and running_var, or training=True")
    mean, variance = (_as_channels(x, input) for x in (running_mean, running_var))
    result = (input - mean) / (variance + eps) ** 0.5
    return _scaled_channels(result, weight, bias)


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """``x / max(norm(x), eps)``, with the `p`-norm along `dim`.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import normalize
    >>> normalize(tensor([[3.0, 4.0]])).tolist()
    [[0.6, 0.8]]
    """
    input = as_node(input)
    return input / clamp(norm(input, float(p), dim, True), min=eps)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Cosine of the angle between vectors along `dim`; lengths count as at least `eps`.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import cosine_similarity
    >>> cosine_similarity(tensor([3.0, 4.0]), tensor([4.0, 3.0]), dim=0)
    tensor(0.9600)
    """
    a = as_node(x1)
    b = as_node(x2, a._data.dtype)
    axis = axis_of("cosine_similarity", dim, max(a.ndim, b.ndim))
    dim = axis - max(a.ndim, b.ndim)  # counted from the last, where shapes broadcast
    lengths = [clamp(norm(x, 2.0, dim), min=eps) for x in (a, b)]
    return (a * b).sum(dim) / (lengths[0] * lengths[1])


def _update(running: Any, found: Any, momentum: float) -> None:
    updated = (1 - momentum) * np.asarray(running) + momentum * found
    if isinstance(running, Tensor):
        running.data = updated
    else:
        running[...] = updated


def _last_axes(name: str, input: Any, shape: int | Sequence[int]) -> tuple[int, ...]:
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    if not shape or input.shape[-len(shape) :] != shape:
        raise ValueError(f"{name}: normalized_shape {shape} is not the end of input {input.shape}")
    return tuple(range(-len(shape), 0))


def _parameters(name: str, input: Any, shape: tuple[int, ...], *given: Any) -> list[Any]:
    """The weight and the bias as nodes of the input's dtype; one of another shape raises."""
    nodes = [None if x is None else as_node(x, input._data.dtype) for x in given]
    for what, x in zip(("weight", "bias"), nodes, strict=True):
        if x is not None and x.shape != shape:
            raise ValueError(
                f"{name}: {what} has shape {shape} for input {input.shape}, got {x.shape}"
            )
    return nodes


def _as_channels(x: Any, like: Any) -> Any:
    x = as_node(x, like._data.dtype)
    return x.reshape(1, -1, *(1,) * (like.ndim - 2))


def _standardized(op: Family, x: Any, weight: Any, bias: Any, shape: Any, *params: Any) -> Any:
    """``standardize(x) * weight + bias``, as one node where both are of the shape and dtype."""
    fits = weight is not None and bias is not None and weight.shape == bias.shape == shape
    if fits and weight.dtype == bias.dtype == x._data.dtype:
        return op(x, weight, bias, *params)
    return _scaled(standardize(x, *params), weight, bias)


def _scaled(x: Any, weight: Any, bias: Any) -> Any:
    if weight is not None:
        x = x * weight
    return x if bias is None else x + bias


def _scaled_channels(x: Any, weight: Any, bias: Any) -> Any:
    weight = None if weight is None else _as_channels(weight, x)
    return _scaled(x, weight, None if bias is None else _as_channels(bias, x))
