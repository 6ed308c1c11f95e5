"""Losses of a prediction and a target of one shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.functional.arguments import as_pair, check_reduction, reduced
from micrograd_act.graph.arguments import as_node
from micrograd_act.ops import losses
from micrograd_act.ops.activations import softplus
from micrograd_act.ops.arithmetic import abs, clamp, where
from micrograd_act.ops.elementary import exp, log
from micrograd_act.ops.op import evaluate


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
    input, target = as_pair("mse_loss", input, target)
    if reduction == "mean" and input.ndim:
        return evaluate(losses.mse, (input, target))
    return reduced("mse_loss", (input - target) ** 2, reduction)


def l1_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Absolute error ``|input - target|``; the slope at 0 is 0.

    Raises
    ------
    ValueError
        If the shapes differ, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import l1_loss
    >>> l1_loss(tensor([1.0, 3.0]), tensor([0.0, 1.0])).item()
    1.5
    """
    input, target = as_pair("l1_loss", input, target)
    return reduced("l1_loss", abs(input - target), reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """``d**2 / 2`` of the difference d up to `delta`, from there on ``delta (|d| - delta / 2)``.

    Raises
    ------
    ValueError
        If the shapes differ, `delta` is not positive, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import huber_loss
    >>> huber_loss(tensor([1.0, 3.0]), tensor([0.5, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    input, target = as_pair("huber_loss", input, target)
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be positive, got {delta}")
    return reduced("huber_loss", losses.huber(input - target, delta), reduction)


def smooth_l1_loss(input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0) -> Any:
    """``d**2 / (2 beta)`` of the difference d up to `beta`, from there on ``|d| - beta / 2``.

    With `beta` 0 it is `l1_loss`.

    Raises
    ------
    ValueError
        If the shapes differ, `beta` is negative, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import smooth_l1_loss
    >>> smooth_l1_loss(tensor([1.0, 3.0]), tensor([0.5, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    input, target = as_pair("smooth_l1_loss", input, target)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: beta must not be negative, got {beta}")
    if beta == 0:
        return reduced("smooth_l1_loss", abs(input - target), reduction)
    return reduced("smooth_l1_loss", losses.huber(input - target, beta) / beta, reduction)


def binary_cross_entropy(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean"
) -> Any:
    """``-(target log(input) + (1 - target) log(1 - input))``.

    Logarithms are at least -100 and slopes stay finite, as PyTorch's. Of the output of a sigmoid
    `binary_cross_entropy_with_logits` keeps more digits.

    Parameters
    ----------
    input : array_like
        Probabilities.
    target : array_like
        Of the same shape, in [0, 1].
    weight : array_like, optional
        Factors that broadcast to the losses.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    ValueError
        If the shapes differ, an input is outside [0, 1], or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import binary_cross_entropy
    >>> round(binary_cross_entropy(tensor([0.5, 1.0]), tensor([1.0, 1.0])).item(), 4)
    0.3466
    """
    input, target = as_pair("binary_cross_entropy", input, target)
    outside = np.extract((input._data < 0) | (input._data > 1), input._data)
    if outside.size:
        raise ValueError(
            f"binary_cross_entropy: input {outside[0]} is outside [0, 1]; "
            "for logits use binary_cross_entropy_with_logits"
        )
    losses_ = evaluate(losses.bernoulli, (input, target))
    return _weighted("binary_cross_entropy", losses_, weight, reduction)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    """`binary_cross_entropy` of ``sigmoid(input)``, without its rounding.

    Parameters
    ----------
    input : array_like
        Logits.
    target : array_like
        Of the same shape, in [0, 1].
    weight : array_like, optional
        Factors that broadcast to the losses.
    reduction : {"mean", "sum", "none"}
    pos_weight : array_like, optional
        Factors of the positive part, ``target log(sigmoid(input))``.

    Raises
    ------
    ValueError
        If the shapes differ, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import binary_cross_entropy_with_logits
    >>> x, y = tensor([0.0, -50.0]), tensor([1.0, 0.0])
    >>> binary_cross_entropy_with_logits(x, y, reduction="none").tolist()
    [0.6931471805599453, 1.9287498479639178e-22]
    """
    name = "binary_cross_entropy_with_logits"
    input, target = as_pair(name, input, target)
    positive = target if pos_weight is None else target * as_node(pos_weight, input._data.dtype)
    losses_ = positive * softplus(-input) + (1.0 - target) * softplus(input)
    return _weighted(name, losses_, weight, reduction)


def kl_div(input: Any, target: Any, *, reduction: str = "mean", log_target: bool = False) -> Any:
    """``target (log(target) - input)``: the divergence of exp(input) from the target.

    Parameters
    ----------
    input : array_like
        Logarithms of probabilities.
    target : array_like
        Probabilities of the same shape, or their logarithms if `log_target`.
    reduction : {"mean", "batchmean", "sum", "none"}
        "batchmean" divides the sum by the length of the first axis, which is the divergence.

    Raises
    ------
    ValueError
        If the shapes differ, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import log, tensor
    >>> from micrograd_act.functional import kl_div
    >>> kl_div(log(tensor([[0.5, 0.5]])), tensor([[1.0, 0.0]]), reduction="batchmean")
    tensor(0.6931)
    """
    input, target = as_pair("kl_div", input, target)
    if reduction != "batchmean":
        check_reduction("kl_div", reduction)
    if log_target:
        losses_ = exp(target) * (target - input)
    else:
        losses_ = target * (log(where(target == 0, 1.0, target)) - input)
    if reduction != "batchmean":
        return reduced("kl_div", losses_, reduction)
    return losses_.sum() / input.shape[0] if input.ndim else losses_


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, *, reduction: str = "mean"
) -> Any:
    """``max(0, margin - target (input1 - input2))`` for targets 1 and -1.

    Raises
    ------
    ValueError
        If the shapes differ, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import margin_ranking_loss
    >>> margin_ranking_loss(tensor([1.0, 2.0]), tensor([3.0, 0.0]), tensor([1.0, 1.0])).item()
    1.0
    """
    input1, input2 = as_pair("margin_ranking_loss", input1, input2)
    _, target = as_pair("margin_ranking_loss", input1, target)
    losses_ = clamp(margin - target * (input1 - input2), min=0.0)
    return reduced("margin_ranking_loss", losses_, reduction)


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, *, reduction: str = "mean"
) -> Any:
    """`input` where the target is 1, ``max(0, margin - input)`` where it is -1.

    Raises
    ------
    ValueError
        If the shapes differ, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import hinge_embedding_loss
    >>> hinge_embedding_loss(tensor([0.25, 0.25]), tensor([1.0, -1.0]), reduction="none")
    tensor([0.2500, 0.7500])
    """
    input, target = as_pair("hinge_embedding_loss", input, target)
    near = where(target == -1, 0.0, input)
    far = where(target == 1, 0.0, clamp(margin - input, min=0.0))
    return reduced("hinge_embedding_loss", near + far, reduction)


def _weighted(name: str, losses_: Any, weight: Any, reduction: str) -> Any:
    if weight is not None:
        losses_ = losses_ * as_node(weight, losses_._data.dtype)
    return reduced(name, losses_, reduction)
