"""Losses: compositions of ops, with their shapes and labels checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from micrograd_act.graph.node import Node
from micrograd_act.graph.operators import lift
from micrograd_act.graph.tensors import Tensor
from micrograd_act.ops import losses
from micrograd_act.ops.op import evaluate
from micrograd_act.ops.reductions import log_softmax


def mse_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Squared error.

    Parameters
    ----------
    input, target : array_like
        Of one shape: a target that would only broadcast is an error, since it is nearly always
        a missing axis.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    ValueError
        If the shapes differ, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import mse_loss
    >>> mse_loss(tensor([1.0, 3.0]), tensor([0.0, 1.0])).item()
    2.5
    """
    input = _node(input)
    target = _node(target, input._data.dtype)
    if input.shape != target.shape:
        raise ValueError(
            f"mse_loss: target {target.shape} differs from input {input.shape}; "
            "reshape one to the other"
        )
    if reduction == "mean":
        return evaluate(losses.mse, (input, target))
    return _reduced("mse_loss", (input - target) ** 2, reduction)


def cross_entropy(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Negative log-likelihood of integer labels under the softmax of the logits.

    Parameters
    ----------
    input : array_like, shape (n, classes) or (classes,)
        Logits.
    target : array_like of int, shape (n,) or ()
        Labels.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    TypeError
        If the labels are no integers.
    IndexError
        If a label is outside [0, classes).
    ValueError
        If the shapes do not fit, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import cross_entropy
    >>> round(cross_entropy(tensor([[2.0, 0.0], [0.0, 0.0]]), [0, 1]).item(), 4)
    0.41
    """
    input = _node(input)
    labels = np.asarray(target._data if isinstance(target, Node) else target)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"cross_entropy: labels must be integers, got {labels.dtype}")
    if labels.shape != input.shape[:-1] or input.ndim not in (1, 2):
        raise ValueError(
            f"cross_entropy: logits {input.shape} need labels of shape {input.shape[:-1]}, "
            f"got {labels.shape}; logits are (n, classes) or (classes,)"
        )
    classes = input.shape[-1]
    outside = np.flatnonzero((labels < 0) | (labels >= classes))
    if outside.size:
        row = int(outside[0])
        raise IndexError(
            f"cross_entropy: label {labels.flat[row]} at row {row} is outside [0, {classes})"
        )
    chosen = log_softmax(input)[(np.arange(len(labels)), labels) if labels.ndim else int(labels)]
    return _reduced("cross_entropy", -chosen, reduction)


def _node(x: Any, dtype: Any = None) -> Any:
    if isinstance(x, Node):
        return x
    if isinstance(x, Sequence):
        x = np.asarray(x, dtype=float)
    node = lift(x, dtype)
    return Tensor(x) if node is None else node


def _reduced(name: str, losses: Any, reduction: str) -> Any:
    if reduction == "none":
        return losses
    if reduction in ("mean", "sum"):
        return losses if losses.ndim == 0 else getattr(losses, reduction)()
    raise ValueError(f"{name}: reduction is 'mean', 'sum' or 'none', got {reduction!r}")
