"""What the tour reports of a trained net: plain numbers, nothing drawn or printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from micrograd_act import Tensor, gradcheck, no_grad, nodes, paths
from micrograd_act.commands.nets import Array, History, ResidualNet, Split
from micrograd_act.functional import cross_entropy

CHECKED_ROWS = 8


@dataclass(frozen=True)
class Slopes:
    """The local gradients met at all activations on the training data."""

    least: float
    mean: float
    most: float
    zero: float  # share that is exactly 0

    @classmethod
    def of(cls, values: Array) -> Slopes:
        """Summarise them."""
        return cls(
            float(values.min()),
            float(values.mean()),
            float(values.max()),
            float((values == 0).mean()),
        )


@dataclass(frozen=True)
class Findings:
    """Everything that is told of one net.

    Attributes
    ----------
    name : str
        Of its activation.
    slopes : Slopes
    shares : list of float
        Of the input gradient of the right class's score, by activations crossed: norms of the
        parts over their sum.
    remainder : float
        Largest difference between the sum of the parts and the gradient.
    affine_fit : float
        Largest difference from the affine map that fits best, on all rows.
    largest : float
        Largest logit on all rows.
    check : object
        What `gradcheck` of the loss on a few rows reports.
    """

    name: str
    history: History
    slopes: Slopes
    shares: list[float]
    remainder: float
    affine_fit: float
    largest: float
    check: Any


def measure(name: str, net: ResidualNet, split: Split, history: History) -> Findings:
    """Measure a trained net."""
    shares, remainder = _shares(net, split)
    with no_grad():
        logits = net(split.rows).numpy()
    return Findings(
        name=name,
        history=history,
        slopes=Slopes.of(_local_gradients(net, split.X_train)),
        shares=shares,
        remainder=remainder,
        affine_fit=float(np.abs(logits - _best_affine(split.rows, logits)).max()),
        largest=float(np.abs(logits).max()),
        check=_check(net, split),
    )


def _local_gradients(net: ResidualNet, X: Array) -> Array:
    crossed = [node for node in nodes(net(X)) if node.op is not None and node.op.is_activation]
    return np.concatenate([np.ravel(node.local_grads[0]) for node in crossed])


def _shares(net: ResidualNet, split: Split) -> tuple[list[float], float]:
    X = Tensor(split.X_train, requires_grad=True)
    logits = net(X)
    score = logits[np.arange(len(split.y_train)), split.y_train].sum()
    ledger = paths(score, X)
    parts = ledger.by_activations
    norms = [float(np.linalg.norm(part)) for part in parts]
    remainder = float(np.abs(np.sum(parts, axis=0) - ledger.total).max())
    return [norm / sum(norms) for norm in norms], remainder


def _best_affine(X: Array, logits: Array) -> Array:
    columns = np.column_stack([X, np.ones(len(X))])
    best, *_ = np.linalg.lstsq(columns, logits, rcond=None)
    fitted: Array = columns @ best
    return fitted


def _check(net: ResidualNet, split: Split) -> Any:
    rows = slice(CHECKED_ROWS)
    loss = cross_entropy(net(split.X_train[rows]), split.y_train[rows])
    return gradcheck(loss, raise_exception=False)
