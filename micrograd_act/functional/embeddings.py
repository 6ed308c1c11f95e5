"""Layers over indices and over pairs: embedding, one_hot, bilinear."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.functional.arguments import as_indices, check_range
from micrograd_act.graph.algebra import einsum
from micrograd_act.graph.arguments import as_node
from micrograd_act.graph.tensors import Tensor
from micrograd_act.ops.arithmetic import where


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """The rows of `weight` that `input` names.

    Parameters
    ----------
    input : array_like of int
    weight : array_like, shape (rows, size)
    padding_idx : int, optional
        A row that gets no gradient.

    Raises
    ------
    TypeError
        If the indices are no integers.
    IndexError
        If an index is outside [0, rows).

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import embedding
    >>> embedding([1, 0, 1], tensor([[1.0], [2.0]])).tolist()
    [[2.0], [1.0], [2.0]]
    """
    weight = as_node(weight)
    indices = as_indices("embedding", "indices", input)
    if weight.ndim != 2:
        raise ValueError(f"embedding: weight is (rows, size), got {weight.shape}")
    rows = weight.shape[0]
    check_range("embedding", "index", indices, rows)
    found = weight[indices]
    if padding_idx is None:
        return found
    if not -rows <= padding_idx < rows:
        raise IndexError(f"embedding: padding_idx {padding_idx} is outside [0, {rows})")
    return where((indices == padding_idx % rows)[..., None], found.detach(), found)


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """1 at the place that each label names, else 0; a new last axis of whole numbers.

    Raises
    ------
    TypeError
        If the labels are no integers.
    IndexError
        If a label is outside [0, num_classes).

    Examples
    --------
    >>> from micrograd_act.functional import one_hot
    >>> one_hot([1, 0]).tolist()
    [[0, 1], [1, 0]]
    """
    labels = as_indices("one_hot", "labels", tensor)
    if num_classes == -1:
        if not labels.size:
            raise ValueError("one_hot: give num_classes, there are no labels to tell it")
        num_classes = int(labels.max()) + 1
    check_range("one_hot", "label", labels, num_classes)
    return Tensor((labels[..., None] == np.arange(num_classes)).astype(np.int64))


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """``input1 @ weight[k] @ input2 + bias[k]`` for each output k.

    Parameters
    ----------
    input1 : array_like, shape (..., in1)
    input2 : array_like, shape (..., in2)
    weight : array_like, shape (out, in1, in2)
    bias : array_like, shape (out,), optional

    Raises
    ------
    ValueError
        If the sizes do not fit.
    """
    input1, input2, weight = map(as_node, (input1, input2, weight))
    if weight.shape[1:] != (*input1.shape[-1:], *input2.shape[-1:]):
        raise ValueError(
            f"bilinear: weight {weight.shape} does not fit inputs {input1.shape} and {input2.shape}"
        )
    y = einsum("...i,kij,...j->...k", input1, weight, input2)
    return y if bias is None else y + bias
