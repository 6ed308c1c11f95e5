"""Attention and dropout."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from micrograd_act.functional.creation import generator_of
from micrograd_act.graph.arguments import as_node
from micrograd_act.graph.node import Node
from micrograd_act.graph.rearranging import repeat_interleave
from micrograd_act.ops.arithmetic import where
from micrograd_act.ops.inputs import check_plain
from micrograd_act.ops.linalg import matmul
from micrograd_act.ops.reductions import softmax

_SELU_FLOOR = -1.7580993408473766  # the limit of selu at -inf


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
    generator: np.random.Generator | None = None,
) -> Any:
    """``softmax(query @ key.T * scale + mask) @ value``.

    Parameters
    ----------
    query : array_like, shape (..., targets, size)
    key : array_like, shape (..., sources, size)
    value : array_like, shape (..., sources, out)
    attn_mask : array_like, shape (..., targets, sources), optional
        True where a source takes part; or numbers that are added. A target that sees no source
        gets zeros.
    dropout_p : float
    is_causal : bool
        Whether target i sees the sources up to i only.
    scale : float, optional
        1 / sqrt(size) by default.
    enable_gqa : bool
        Whether heads of `query`, the axis before the last two, share those of `key` and `value` in
        groups.
    generator : numpy.random.Generator, optional
        Draws what dropout drops.

    Raises
    ------
    ValueError
        If the shapes do not fit, or both a mask and `is_causal` are given.
    """
    name = "scaled_dot_product_attention"
    query, key, value = map(as_node, (query, key, value))
    if enable_gqa:
        key, value = (_for_every_head(name, query, x) for x in (key, value))
    if min(query.ndim, key.ndim, value.ndim) < 2 or (
        query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]
    ):
        raise ValueError(
            f"{name}: query {query.shape}, key {key.shape} and value {value.shape} do not fit; "
            "they are (..., targets, size), (..., sources, size), (..., sources, out)"
        )
    if is_causal and attn_mask is not None:
        raise ValueError(f"{name}: give attn_mask or is_causal, not both")
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = matmul(query * factor, key.swapaxes(-1, -2))
    if is_causal:
        attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    blind = None
    if attn_mask is not None:
        scores, blind = _masked(scores, attn_mask)
    weights = softmax(scores, -1)
    if blind is not None:
        weights = where(blind, 0.0, weights)
    return matmul(dropout(weights, dropout_p, generator=generator), value)


def _for_every_head(name: str, query: Any, x: Any) -> Any:
    """The heads of `x` repeated so that each head of the query has one."""
    if min(query.ndim, x.ndim) < 3 or not x.shape[-3] or query.shape[-3] % x.shape[-3]:
        raise ValueError(
            f"{name}: enable_gqa shares the heads of {x.shape} among those of query {query.shape}; "
            "the number of the one divides that of the other"
        )
    return repeat_interleave(x, query.shape[-3] // x.shape[-3], -3)


def _masked(scores: Any, mask: Any) -> tuple[Any, Any]:
    """The scores with the mask, and the rows that see nothing, if there are any."""
    check_plain("attn_mask", mask)
    array = np.asarray(mask._data if isinstance(mask, Node) else mask)
    seen = array if array.dtype.kind == "b" else array != -np.inf
    blind = ~seen.any(-1, keepdims=True) if array.ndim else ~seen
    if array.dtype.kind == "b":
        mask = np.where(seen | blind, 0.0, -np.inf)
    elif blind.any():
        mask = where(blind, 0.0, mask)
    return scores + mask, blind if blind.any() else None


def dropout(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    *,
    generator: np.random.Generator | None = None,
) -> Any:
    """Zero for a share `p` of the elements, the others divided by ``1 - p``.

    Parameters
    ----------
    input : array_like
    p : float
    training : bool
        Otherwise the input is returned as it is.
    generator : numpy.random.Generator, optional
        Draws what is dropped; that of `manual_seed` by default.

    Raises
    ------
    ValueError
        If `p` is outside [0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import dropout
    >>> dropout(tensor([1.0, 1.0, 1.0]), generator=np.random.default_rng(0)).tolist()
    [2.0, 0.0, 0.0]
    """
    input = as_node(input)
    kept = _kept("dropout", input, p, training, generator)
    if kept is None:
        return input
    return input * _like(input, kept / (1 - p) if p < 1 else kept)


def alpha_dropout(
    input: Any,
    p: float = 0.5,
    training: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Any:
    """The limit of selu for a share `p` of the elements; mean and variance stay those of selu.

    Raises
    ------
    ValueError
        If `p` is outside [0, 1].
    """
    input = as_node(input)
    kept = _kept("alpha_dropout", input, p, training, generator)
    if kept is None:
        return input
    if p == 1:
        return input * 0.0
    scale = ((1 - p) * (1 + p * _SELU_FLOOR**2)) ** -0.5
    floor = scale * _SELU_FLOOR * (np.logical_not(kept) - p)
    return input * _like(input, scale * kept) + _like(input, floor)


def _like(input: Any, factors: Any) -> Any:
    """Factors in the dtype of a tensor; one number for a Value."""
    return factors.astype(input._data.dtype) if hasattr(input, "dtype") else float(factors)


def _kept(name: str, input: Any, p: float, training: bool, generator: Any) -> Any:
    """Which elements stay; None where all do."""
    if not isinstance(p, (int, float, np.floating)) or not 0 <= p <= 1:
        raise ValueError(f"{name}: p is a probability in [0, 1], got {p!r}")
    if not training or p == 0:
        return None
    return generator_of(generator).random(input.shape) >= p
