"""Updates of leaves from their gradients, with PyTorch's names and defaults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from micrograd_act.graph import Node, Tensor


class Optimizer(ABC):
    """A rule that moves parameters against their gradients.

    Attributes
    ----------
    params : list of Node
    lr : float
        May be set between steps.
    """

    def __init__(self, params: Iterable[Node], lr: float) -> None:
        self.lr = self._at_least_zero("lr", lr)
        self.params = self._checked(params)

    @property
    def name(self) -> str:
        """What messages call it."""
        return type(self).__name__

    def _at_least_zero(self, argument: str, number: float) -> float:
        if not number >= 0:
            raise ValueError(f"{self.name}: {argument} must be at least 0, got {number}")
        return number

    def _checked(self, params: Any) -> list[Node]:
        if isinstance(params, Node) or not isinstance(params, Iterable):
            raise TypeError(
                f"{self.name}: params must be several leaves, such as net.parameters(), "
                f"got one {type(params).__name__}"
            )
        found = list(params)
        if not found:
            raise ValueError(f"{self.name}: there is no parameter in params")
        seen: dict[Node, int] = {}
        for i, p in enumerate(found):
            if not isinstance(p, Node):
                raise TypeError(f"{self.name}: parameter {i} is a {type(p).__name__}, not a node")
            called = f"parameter {i}" + (f" '{p.label}'" if p.label else "")
            if p.inputs:
                raise ValueError(
                    f"{self.name}: {called} is the result of {p.op}; only leaves can be updated"
                )
            if seen.setdefault(p, i) != i:
                raise ValueError(f"{self.name}: {called} is parameter {seen[p]} once more")
        return found

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to None."""
        for p in self.params:
            p._grad = None

    @abstractmethod
    def step(self) -> None:
        """Update every parameter that has a gradient."""


def update(p: Node, data: Any) -> None:
    """Give a leaf new data, so that backward through an older graph raises."""
    if isinstance(p, Tensor):
        p._update(data)
    else:
        p.data = data  # type: ignore[attr-defined]
