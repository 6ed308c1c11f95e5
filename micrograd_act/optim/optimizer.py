"""Updates of leaves from their gradients, with PyTorch's names and defaults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from micrograd_act.graph import Node, Tensor
from micrograd_act.graph.absences import Absent


class Optimizer(ABC):
    """A rule that moves parameters against their gradients.

    Attributes
    ----------
    params : list of Node
    lr : float
        May be set between steps.
    """

    param_groups = Absent("param_groups", "all parameters are one group: set .lr and its kin")

    def __init__(self, params: Iterable[Node], lr: float) -> None:
        self.lr = self._at_least_zero("lr", lr)
        self.params = self._checked(params)

    def __repr__(self) -> str:
        numbers = {k: v for k, v in vars(self).items() if k != "params" and k[0] != "_"}
        inside = "".join(f", {k}={v!r}" for k, v in numbers.items())
        n = len(self.params)
        return f"{type(self).__name__}({n} parameter{'' if n == 1 else 's'}{inside})"

    def _at_least_zero(self, argument: str, number: float) -> float:
        if not number >= 0:
            name = type(self).__name__
            raise ValueError(f"{name}: {argument} must be at least 0, got {number}")
        return number

    def _checked(self, params: Any) -> list[Node]:
        name = type(self).__name__
        if isinstance(params, Node) or not isinstance(params, Iterable):
            raise TypeError(
                f"{name}: params must be several leaves, such as net.parameters(), "
                f"got one {type(params).__name__}"
            )
        found = list(params)
        if not found:
            raise ValueError(f"{name}: there is no parameter in params")
        seen: dict[Node, int] = {}
        for i, p in enumerate(found):
            if not isinstance(p, Node):
                raise TypeError(f"{name}: parameter {i} is a {type(p).__name__}, not a node")
            called = f"parameter {i}" + (f" '{p.label}'" if p.label else "")
            if p.inputs:
                raise ValueError(
                    f"{name}: {called} is the result of {p.op}; only leaves can be updated"
                )
            if seen.setdefault(p, i) != i:
                raise ValueError(f"{name}: {called} is parameter {seen[p]} once more")
        return found

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Set the gradient of every parameter to None; `set_to_none` can only be True."""
        if not set_to_none:
            raise ValueError(
                "zero_grad: gradients are set to None, which set_to_none=False cannot change"
            )
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
