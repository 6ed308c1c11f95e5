"""Which nodes on a path count as non-linear, and what that says about a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from micrograd_act.graph.custom import activation
from micrograd_act.graph.node import Node
from micrograd_act.ops.op import Family, Op
from micrograd_act.pathways.dependence import conditional, varies
from micrograd_act.pathways.edges import Steps, op_of, restricted

# What counts; another str is the name of an activation.
Nonlinear: TypeAlias = Literal["activations", "any"] | str | Op | Family | Callable[[Node], bool]


class Crossing:
    """What counts on the ways from some result back to `x`."""

    def __init__(self, steps: Steps, x: Node, nonlinear: Nonlinear) -> None:
        self.steps = steps
        self.x = x
        self.nonlinear = _checked(nonlinear)

    @property
    def what(self) -> str:
        """What is counted, in the plural."""
        if isinstance(self.nonlinear, (Op, Family)):
            return f"{self.nonlinear} nodes"
        return "activations" if self.nonlinear == "activations" else "non-linear nodes"

    def counts(self, node: Node, i: int) -> bool:
        """Whether a path that crosses `node` by its input `i` crosses something non-linear."""
        op = op_of(node)
        if isinstance(self.nonlinear, (Op, Family)):
            return self.nonlinear in (op, op.family)
        if callable(self.nonlinear):
            answer = self.nonlinear(node)
            if isinstance(answer, Node):
                kind = type(answer).__name__
                raise TypeError(f"paths: nonlinear(node) must say true or false, got a {kind}")
            return bool(answer)
        if self.nonlinear == "any":
            return self.varies(node, i)
        return op.is_activation and not op.is_affine

    def mark(self, node: Node, i: int) -> int:
        """How many more are crossed behind an edge."""
        return int(self.counts(node, i))

    def varies(self, node: Node, i: int) -> bool:
        """Whether the local gradient of an edge depends on `x`, or on a condition.

        A graph does not tell what a comparison was made of.
        """
        return varies(node, i, self.steps, self.x) or conditional(node, i)

    def most(self, y: Node) -> int:
        """The largest number crossed on a path from `y`."""
        most: dict[Node, int] = {self.x: 0}
        for node, positions in self.steps.items():
            most[node] = max(most[node.inputs[i]] + self.mark(node, i) for i in positions)
        return most.get(y, 0)

    def uncounted(self, y: Node) -> list[str]:
        """The ops that are not affine in `x` on the paths from `y` that cross nothing counted."""
        found: dict[str, None] = {}
        reached = {y}
        rest = restricted(self.steps, self.x, self._is_free)
        for node in reversed(rest):
            if node in reached:
                reached.update(node.inputs[i] for i in rest[node])
                if any(self.varies(node, i) for i in rest[node]):
                    found[op_of(node).symbol] = None
        return list(found)

    def _is_free(self, node: Node, i: int) -> bool:
        return not self.counts(node, i)


def _checked(nonlinear: Any) -> Any:
    if callable(nonlinear) or nonlinear in ("activations", "any"):
        return nonlinear
    wanted = "paths: nonlinear is 'activations', 'any', an activation or a function of a node"
    if not isinstance(nonlinear, str):
        raise ValueError(f"{wanted}, got {nonlinear!r}")
    try:
        return activation(nonlinear)
    except ValueError as error:
        raise ValueError(f"{wanted}; {error}") from None
