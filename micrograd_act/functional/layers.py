"""Layers as functions: compositions of ops, with the weights as arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.ops import linalg
from micrograd_act.ops.op import evaluate


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """``input @ weight.T + bias``.

    Parameters
    ----------
    input : array_like, shape (..., in_features)
    weight : array_like, shape (out_features, in_features)
    bias : array_like, shape (out_features,), optional

    Returns
    -------
    Tensor, or array if all inputs are, shape (..., out_features)

    Raises
    ------
    ValueError
        If the sizes do not fit.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import linear
    >>> linear(tensor([1.0, 2.0]), tensor([[3.0, 4.0]]), tensor([0.5]))
    tensor([11.5000])
    """
    input, weight, bias = (
        np.asarray(x, dtype=float) if isinstance(x, (list, tuple)) else x
        for x in (input, weight, bias)
    )
    if bias is None:
        return linalg.matmul(input, weight.T)
    return evaluate(linalg.linear, (input, weight, bias))
