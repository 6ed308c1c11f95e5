"""One path of a ledger: the nodes that a gradient passes and what becomes of it there."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.graph.node import Node
from micrograd_act.graph.value import Value
from micrograd_act.pathways.edges import pull_edge
from micrograd_act.pathways.spelling import NOT_COMPUTED, Names, bracketed, norm, spell

# The edges passed, the last one first: (edges before, node, position of the input, and the local
# gradient where it is a number).
Trail: TypeAlias = tuple[Any, Node, int, float | None] | None

_SHOWN = 10  # of a longer path, the first and the last factors are printed


class Path:
    """One way from a result back to an input.

    Attributes
    ----------
    nodes : tuple of Node
        From the result to the input.
    local_grads : tuple
        The local gradient of each edge, in this order: a float, an array, or None where the
        Jacobian is not diagonal.
    product : float or ndarray
        What this path contributes to the gradient: the cotangent of the result pulled back along
        this path alone.
    died_at : Node or None
        The node behind which nothing is left of the gradient.
    """

    def __init__(self, trail: Trail, x: Node, seed: Any, names: Names) -> None:
        self._trail = trail
        self._x = x
        self._seed = seed
        self._names = names

    @cached_property
    def _steps(self) -> list[tuple[Node, int]]:
        """The edges in order: node and position of the input."""
        steps = []
        trail = self._trail
        while trail is not None:
            trail, node, i, _ = trail
            steps.append((node, i))
        steps.reverse()
        return steps

    @cached_property
    def nodes(self) -> tuple[Node, ...]:  # noqa: D102
        return (*(node for node, _ in self._steps), self._x)

    @property
    def is_scalar(self) -> bool:
        """Every node on it is a number."""
        return isinstance(self._trail[1] if self._trail else self._x, Value)

    @property
    def turns(self) -> tuple[int, ...]:
        """Which input it takes at each node, from the result on."""
        return tuple(i for _, i in self._steps)

    @cached_property
    def local_grads(self) -> tuple[Any, ...]:  # noqa: D102
        if self.is_scalar:
            locals_ = []
            trail = self._trail
            while trail is not None:
                trail, _, _, local = trail
                locals_.append(local)
            return tuple(reversed(locals_))
        with np.errstate(all="ignore"):
            return tuple(node._local_grad(i) for node, i in self._steps)

    def _partial(self) -> Iterator[Any]:
        """What is left of the cotangent behind each edge, the seed first."""
        g = self._seed
        yield g
        if self.is_scalar:
            for local in self.local_grads:
                g = g * local
                yield g
            return
        for node, i in self._steps:
            with np.errstate(all="ignore"):
                g = pull_edge(node, i, g)
            yield g

    @cached_property
    def product(self) -> Any:  # noqa: D102
        if self.is_scalar:
            return math.prod(self.local_grads, start=self._seed)
        last = deque(self._partial(), maxlen=1).pop()
        return last if isinstance(last, float) else np.array(last)

    @property
    def died_at(self) -> Node | None:  # noqa: D102
        sizes = [norm(g) for g in self._partial()]
        if sizes[-1] != 0:
            return None
        crossed = zip(self.nodes, sizes[1:], strict=False)
        return next((node for node, size in crossed if size == 0), None)

    @property
    def route(self) -> str:
        """The nodes in words, from the result to the input: ``y(+) ← relu ← × ← x``."""
        crossed = [self._names.result(node) for node, _ in self._steps]
        return " ← ".join([*_shortened(crossed), self._names.any(self.nodes[-1])])

    @property
    def factors(self) -> list[str]:
        """The factors of the product in words; of arrays, the ratios of the norms."""
        if self.is_scalar:
            factors = [spell(local) for local in self.local_grads]
            lead = [] if self._seed == 1 and factors else [spell(self._seed)]
        else:
            sizes = [norm(g) for g in self._partial()]
            factors = [_ratio(b, a) for a, b in pairwise(sizes)]
            lead = [] if sizes[0] == 1 and factors else [spell(sizes[0])]
        return _shortened(bracketed(lead + factors))

    @property
    def equation(self) -> str:
        """The product written out: ``0.6347 · 1 · 2 = 1.269``; of arrays, the norms' ratios."""
        return f"{' · '.join(self.factors)} = {spell(self.size)}"

    @property
    def size(self) -> float:
        """The product; of arrays, its Euclidean norm."""
        return self.product if self.is_scalar else norm(self.product)

    @property
    def note(self) -> str:
        """What went wrong on the way, and where; "" if nothing did."""
        partial = list(self._partial())
        sizes = [norm(g) for g in partial]
        for word, is_so in (("NaN", math.isnan), ("infinite", math.isinf), ("dead", _is_zero)):
            for k, (node, _) in enumerate(self._steps):
                if is_so(sizes[k + 1]) and not is_so(sizes[k]):
                    at = f"{word} at {self._names.result(node)}"
                    if not self.is_scalar or (word == "dead" and self.local_grads[k] == 0):
                        return at
                    return f"{at}: {spell(partial[k])} · {spell(self.local_grads[k])}"
        return ""

    def __str__(self) -> str:
        line = f"{self.equation}    {self.route}"
        return f"{line}    {self.note}" if self.note else line

    def __repr__(self) -> str:
        return f"Path({self.equation})"


def _is_zero(size: float) -> bool:
    return size == 0


def _ratio(after: float, before: float) -> str:
    if before == 0:
        return NOT_COMPUTED
    return spell(after / before) if math.isfinite(before) else NOT_COMPUTED


def _shortened(parts: list[str]) -> list[str]:
    if len(parts) <= _SHOWN:
        return parts
    runs = [(part, len(list(run))) for part, run in groupby(parts)]
    parts = [part if n == 1 else f"{part} ({n:,} times)" for part, n in runs]
    if len(parts) <= _SHOWN:
        return parts
    half = _SHOWN // 2 - 1
    return [*parts[:half], f"… {len(parts) - 2 * half:,} more …", *parts[-half:]]
