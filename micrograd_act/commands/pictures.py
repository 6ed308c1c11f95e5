"""The tour's scalar graphs: one neuron, and one neuron with a skip beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act import Value, compare, identity
from micrograd_act.commands.nets import Split

_DIGITS = 2  # so that a reader can follow the arithmetic
_DRAWS = 100


def neuron(activation: Any, split: Split, seed: int) -> Value:
    """``y = activation(w1 x1 + w2 x2 + b)`` on the first test row, with its gradients.

    The weights are drawn again while the gradient dies at the activation.
    """
    rng = np.random.default_rng(seed)
    names = split.dataset.feature_names
    x1, x2 = (_leaf(split.X_test[0, i], title(names[i], "_")) for i in (0, 1))
    for _ in range(_DRAWS):
        w1, w2, b = (_leaf(rng.uniform(-1, 1), name) for name in ("w1", "w2", "b"))
        y: Value = activation(w1 * x1 + w2 * x2 + b)
        if y.local_grads[0] != 0:
            break
    y.label = "y"
    y.backward()
    return y


def twin_block(activation: Any, split: Split, seed: int) -> Any:
    """``y = x + identity(w x + b)`` beside the same with the activation.

    The weights are drawn again while the activation hardly differs from identity there.
    """
    rng = np.random.default_rng(seed)
    x = _leaf(split.X_test[0, 0], "x")
    for _ in range(_DRAWS):
        w, b = _leaf(rng.uniform(0.5, 2), "w"), _leaf(rng.uniform(-1.5, 1.5), "b")
        z = w * x + b
        if abs(activation(z).local_grads[0] - 1) > 0.25:
            break
    y = x + identity(z)
    y.label = "y"
    return compare(y, {identity: activation}, names=False)


def _leaf(number: float, label: str) -> Value:
    return Value(round(float(number), _DIGITS), label=label)


def title(feature: str, between: str = " ") -> str:
    """``bill_length_mm`` in words, without its unit, which standardising removes."""
    words = feature.split("_")
    return between.join(words[:-1] if words[-1] in ("mm", "g") else words)
