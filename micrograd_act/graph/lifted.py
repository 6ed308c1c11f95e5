"""The namespace of graph nodes: a vjp evaluated in it is itself a graph, so it has derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.ops import arithmetic, reductions, shaping
from micrograd_act.ops.op import REGISTRY


class NodeNamespace:
    """Every name is the public op of that name, applied to nodes."""

    pow = staticmethod(arithmetic.pow)
    getitem = staticmethod(shaping.getitem)
    put_add = staticmethod(shaping.put_add)

    def scaled_softmax(self, x: Any, axis: Any, g: Any) -> Any:
        """What arrays do in one pass."""
        return g * reductions.softmax(x, axis)

    def softmax_excess(self, x: Any, labels: Any, g: Any) -> Any:
        """What arrays do in place."""
        picked = np.equal.outer(np.asarray(labels), np.arange(x.shape[1]))
        return self.zero_sum(self.scaled_softmax(x, 1, g), picked, 1)

    def zero_sum(self, c: Any, picked: Any, axis: Any) -> Any:
        """What arrays do in place."""
        others = REGISTRY["where"](picked, 0.0, c)
        return others - REGISTRY["where"](picked, reductions.sum(others, axis, keepdims=True), 0.0)

    def sumprod(self, a: Any, b: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """What arrays do at once."""
        return reductions.sum(a * b, axis, keepdims)

    def __getattr__(self, name: str) -> Any:
        try:
            op = REGISTRY[name]
        except KeyError:
            raise AttributeError(
                f"a vjp calls xp.{name}, which is no registered op, so it cannot be differentiated"
            ) from None
        setattr(self, name, op)
        return op


lifted = NodeNamespace()
