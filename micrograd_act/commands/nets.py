"""The two nets of the tour: the same residual net with and without a non-linear activation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from micrograd_act import Tensor, data, nn, no_grad, optim
from micrograd_act.functional import cross_entropy

Array = NDArray[Any]
HIDDEN = 16
LEARNING_RATE = 0.01


@dataclass(frozen=True)
class Split:
    """A data set, standardised and split."""

    dataset: data.Dataset
    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array

    @classmethod
    def of(cls, dataset: data.Dataset, seed: int) -> Split:
        """Hold out a quarter of the rows; nothing of them enters the scale."""
        X_train, X_test, y_train, y_test = data.train_test_split(dataset.X, dataset.y, seed=seed)
        X_train, X_test = data.standardize(X_train, X_test)
        return cls(dataset, X_train, y_train, X_test, y_test)

    @property
    def rows(self) -> Array:
        """All of X."""
        return np.concatenate([self.X_train, self.X_test])


class ResidualNet(nn.Module):
    """``h = first(x)``, then ``h = h + activation(block(h))`` for each block, then ``last(h)``."""

    def __init__(self, activation: Any, features: int, classes: int, depth: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.first = nn.Linear(features, HIDDEN, rng=rng)
        self.blocks = [nn.Linear(HIDDEN, HIDDEN, rng=rng) for _ in range(depth)]
        self.last = nn.Linear(HIDDEN, classes, rng=rng)
        self.activation = activation

    def forward(self, x: Any) -> Any:
        """The logits of every row."""
        h = self.first(x)
        for block in self.blocks:
            h = h + self.activation(block(h))
        return self.last(h)


@dataclass(frozen=True)
class History:
    """What was seen before each step and after the last."""

    loss: list[float]
    train: list[float]
    test: list[float]


def train(net: ResidualNet, split: Split, epochs: int, tell: Callable[[int], None]) -> History:
    """Train on all training rows at once with Adam; `tell` is called with the epochs done."""
    optimizer = optim.Adam(net.parameters(), lr=LEARNING_RATE)
    history = History([], [], [])
    for epoch in range(epochs + 1):
        logits = net(split.X_train)
        loss = cross_entropy(logits, split.y_train)
        history.loss.append(loss.item())
        history.train.append(_accuracy(logits, split.y_train))
        with no_grad():
            history.test.append(_accuracy(net(split.X_test), split.y_test))
        tell(epoch)
        if epoch < epochs:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return history


def _accuracy(logits: Tensor, labels: Array) -> float:
    return float((logits.numpy().argmax(axis=1) == labels).mean())
