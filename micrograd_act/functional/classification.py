"""Losses of labels: the class axis is 1, or 0 where there is no batch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from micrograd_act.functional.arguments import (
    Array,
    as_constant,
    as_indices,
    check_range,
    check_reduction,
    reduced,
)
from micrograd_act.graph.arguments import as_node
from micrograd_act.ops import losses
from micrograd_act.ops.activations import relu
from micrograd_act.ops.arithmetic import where
from micrograd_act.ops.reductions import log_softmax


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Negative log-likelihood of labels under the softmax of the logits.

    Parameters
    ----------
    input : array_like, shape (n, classes), (n, classes, d1, ...) or (classes,)
        Logits.
    target : array_like, the shape of `input` without its classes
        Integer labels; or probabilities, of the shape of `input`.
    weight : array_like, shape (classes,), optional
        A factor for each class. The mean divides by the factors of the labels.
    ignore_index : int
        A label that counts for nothing, in the mean as in the gradient.
    reduction : {"mean", "sum", "none"}
    label_smoothing : float
        The share of the target that is spread evenly over all classes.

    Raises
    ------
    TypeError
        If the labels are no integers.
    IndexError
        If a label is outside [0, classes).
    ValueError
        If the shapes do not fit, `label_smoothing` is outside [0, 1], or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import cross_entropy
    >>> round(cross_entropy(tensor([[2.0, 0.0], [0.0, 0.0]]), [0, 1]).item(), 4)
    0.41
    """
    name = "cross_entropy"
    check_reduction(name, reduction)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"{name}: label_smoothing is in [0, 1], got {label_smoothing}")
    input = as_node(input)
    axis = _class_axis(name, input)
    target_array = np.asarray(target._data if hasattr(target, "_data") else target)
    of_labels = target_array.dtype.kind != "f" or target_array.shape != input.shape
    if of_labels and input.ndim == 2 and input._data.size and reduction == "mean":
        labels, kept = _labels(name, input, target, axis, ignore_index)
        if weight is None and kept is None and not label_smoothing:
            return losses.cross_entropy(input, labels)
    logs = log_softmax(input, axis)
    if not of_labels:
        return _of_probabilities(name, logs, target, weight, axis, reduction, label_smoothing)
    factors = _class_weights(name, weight, logs, axis)
    labels, kept = _labels(name, input, target, axis, ignore_index)
    loss, counts = _picked(logs, labels, kept, factors, axis)
    if label_smoothing:
        spread = -(logs if factors is None else logs * _along(factors, logs, axis)).sum(axis)
        spread = spread if kept is None else where(kept, spread, 0.0)
        share = label_smoothing / input.shape[axis]
        loss = (1.0 - label_smoothing) * loss + share * spread
    return _reduced(loss, counts, reduction)


def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """``-input`` at the labels: `cross_entropy` of what is already a logarithm.

    Parameters
    ----------
    input : array_like, shape (n, classes), (n, classes, d1, ...) or (classes,)
        Logarithms of probabilities.
    target : array_like of int, the shape of `input` without its classes
    weight : array_like, shape (classes,), optional
        A factor for each class. The mean divides by the factors of the labels.
    ignore_index : int
        A label that counts for nothing.
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
    >>> from micrograd_act.functional import nll_loss
    >>> nll_loss(tensor([[-0.5, -1.0], [-3.0, -0.1]]), [0, 0]).item()
    1.75
    """
    check_reduction("nll_loss", reduction)
    input = as_node(input)
    axis = _class_axis("nll_loss", input)
    factors = _class_weights("nll_loss", weight, input, axis)
    labels, kept = _labels("nll_loss", input, target, axis, ignore_index)
    return _reduced(*_picked(input, labels, kept, factors, axis), reduction)


def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    *,
    reduction: str = "mean",
) -> Any:
    """Sum over the other classes i of ``max(0, margin - x[label] + x[i])**p``, by their number.

    Parameters
    ----------
    input : array_like, shape (n, classes) or (classes,)
    target : array_like of int, shape (n,) or ()
    p : {1, 2}
    margin : float
    weight : array_like, shape (classes,), optional
        A factor for each label; the mean divides by the number of rows alone.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    TypeError
        If the labels are no integers.
    IndexError
        If a label is outside [0, classes).
    ValueError
        If the shapes do not fit, `p` is neither 1 nor 2, or `reduction` is unknown.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import multi_margin_loss
    >>> multi_margin_loss(tensor([[1.0, 0.5]]), [0]).item()
    0.25
    """
    name = "multi_margin_loss"
    if p not in (1, 2):
        raise ValueError(f"{name}: p is 1 or 2, got {p}")
    input = as_node(input)
    if input.ndim not in (1, 2):
        raise ValueError(f"{name}: input is (n, classes) or (classes,), got {input.shape}")
    factors = _class_weights(name, weight, input, -1)
    labels, _ = _labels(name, input, target, input.ndim - 1, None)
    chosen = input[_index(labels, input.ndim - 1)]
    slack = relu(margin - chosen.reshape(*labels.shape, 1) + input) ** p
    others = np.arange(input.shape[-1]) != labels[..., None]
    loss = where(others, slack, 0.0).sum(-1) / input.shape[-1]
    return reduced(name, loss if factors is None else loss * factors[labels], reduction)


def _class_axis(name: str, input: Any) -> int:
    if input.ndim == 0:
        raise ValueError(f"{name}: input is (n, classes, ...) or (classes,), got a single number")
    return 1 if input.ndim > 1 else 0


def _class_weights(name: str, weight: Any, input: Any, axis: int) -> Array | None:
    if weight is None:
        return None
    factors = as_constant(name, "weight", weight).astype(input._data.dtype, copy=False)
    if factors.shape != (input.shape[axis],):
        raise ValueError(
            f"{name}: weight needs one factor for each of {input.shape[axis]} classes, "
            f"got shape {factors.shape}"
        )
    return factors


def _labels(
    name: str, input: Any, target: Any, axis: int, ignored: int | None
) -> tuple[Array, Array | None]:
    """The labels, 0 where they are ignored, and where they are not; None if that is everywhere."""
    labels = as_indices(name, "labels", target)
    wanted = input.shape[:axis] + input.shape[axis + 1 :]
    if labels.shape != wanted:
        raise ValueError(
            f"{name}: input {input.shape} needs labels of shape {wanted}, got {labels.shape}; "
            "input is (n, classes, ...) or (classes,)"
        )
    classes = input.shape[axis]
    if labels.size and (ignored is None or not 0 <= ignored < classes):
        low, high = np.minimum.reduce(labels, axis=None), np.maximum.reduce(labels, axis=None)
        if low >= 0 and high < classes:
            return labels, None
    kept = None
    if ignored is not None and np.any(labels == ignored):
        kept = labels != ignored
        labels = np.where(kept, labels, 0)
    check_range(name, "label", labels, classes)
    return labels, kept


def _index(labels: Array, axis: int) -> tuple[Any, ...]:
    """The index that takes one element for each label along the class axis."""
    if not labels.ndim:
        return (int(labels),)
    if labels.ndim == 1:
        return (np.arange(labels.size), labels)
    grid = np.ogrid[tuple(slice(n) for n in labels.shape)]
    return (*grid[:axis], labels, *grid[axis:])


def _along(factors: Array, logs: Any, axis: int) -> Array:
    return factors.reshape((-1,) + (1,) * (logs.ndim - 1 - axis))


def _picked(
    logs: Any, labels: Array, kept: Array | None, factors: Array | None, axis: int
) -> tuple[Any, float | None]:
    """The losses, and by what a mean divides their sum; None for their number."""
    loss = -logs[_index(labels, axis)]
    if factors is not None:
        loss = loss * factors[labels]
    if kept is not None:
        loss = where(kept, loss, 0.0)
    if factors is None:
        return loss, None if kept is None else float(np.sum(kept))
    counts = factors[labels] if kept is None else np.where(kept, factors[labels], 0.0)
    return loss, float(np.sum(counts))


def _reduced(loss: Any, counts: float | None, reduction: str) -> Any:
    if reduction == "mean" and counts is not None:
        return loss.sum() / (counts or math.nan)  # of nothing it is NaN, as NumPy's mean
    return reduced("", loss, reduction)


def _of_probabilities(
    name: str, logs: Any, target: Any, weight: Any, axis: int, reduction: str, smoothing: float
) -> Any:
    target = as_node(target, logs._data.dtype)
    if smoothing:
        target = target * (1.0 - smoothing) + smoothing / logs.shape[axis]
    factors = _class_weights(name, weight, logs, axis)
    terms = target * logs
    if factors is not None:
        terms = terms * _along(factors, logs, axis)
    loss = -terms.sum(axis)
    return reduced(name, loss, reduction)
