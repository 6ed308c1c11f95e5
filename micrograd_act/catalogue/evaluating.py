"""An activation as a function of one variable on plain arrays: value, slope and curvature."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from micrograd_act.graph import Tensor, grad
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import REGISTRY, Family, Op

Array: TypeAlias = npt.NDArray[Any]


def value(op: Op, x: Array) -> Array:
    """``f(x)``, in the dtype in which the op computes it."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(np.asarray(op.forward(arrays, x)), np.shape(x))


def slope(op: Op, x: Array) -> Array:
    """``f'(x)``, as a backward pass has it; NaN where ``f(x)`` is NaN."""
    rule = op.vjps[0]
    assert rule is not None
    with np.errstate(all="ignore"):
        y = np.asarray(op.forward(arrays, x))
        found = np.broadcast_to(np.asarray(rule(arrays, np.ones_like(x), y, x)), np.shape(x))
    missing = np.isnan(y)
    return np.where(missing, y, found) if missing.any() else found


def curvature(op: Op, x: Array, order: int = 2) -> Array | None:
    """``f''(x)``, or a higher derivative; None where the rule cannot be differentiated again."""
    leaf = Tensor(x, requires_grad=True)
    try:
        with np.errstate(all="ignore"):
            found: Any = op(leaf)
            for _ in range(order):
                if found is None or not found.requires_grad:
                    return np.zeros(np.shape(x))
                found = grad(found.sum(), leaf, create_graph=True, allow_unused=True)
    except Exception:  # a rule of the user's may be written for plain arrays
        return None
    return np.zeros(np.shape(x)) if found is None else np.array(found.data)


# Inputs of every size, dense where activations bend: 0 and both signs.
_SMALL = np.logspace(-300, -3, 100)
_MIDDLE = np.arange(1, 2561) / 256
_LARGE = np.concatenate([np.logspace(1, 4, 200)[1:], np.logspace(4, 300, 300)[1:]])
_POSITIVE = np.unique(np.concatenate([_SMALL, _MIDDLE, _LARGE]))
GRID = np.concatenate([-_POSITIVE[::-1], [0.0], _POSITIVE])
"""Finite inputs in ascending order."""


def narrow(x: Array) -> Array:
    """Inputs in float32; what is too large is infinite."""
    with np.errstate(over="ignore"):
        return x.astype(np.float32)


def is_curve(op: Any) -> bool:
    """Whether an op is elementwise and of one variable."""
    return isinstance(op, Op) and op.elementwise and len(op.vjps) == 1 and op.vjps[0] is not None


# Where a second input of an elementwise op, which is learned or given, is held for its card, and
# the op that it then is.
_HELD: dict[str, tuple[str, float, tuple[str, dict[str, float]] | None]] = {
    "prelu": ("weight", 0.25, ("leaky_relu", {"negative_slope": 0.25})),
    "swish": ("beta", 1.0, ("silu", {})),
    "heaviside": ("values", 0.5, None),
}

# Which of a pair is the x of a card, what the other one is, the op that it then is, in words.
_PAIRED: dict[str, tuple[int, float, str, str]] = {
    "softmax": (0, 0.0, "sigmoid", "Below, the first entry of softmax((x, 0)): sigmoid(x)."),
    "log_softmax": (
        *(0, 0.0, "logsigmoid"),
        "Below, the first entry of log_softmax((x, 0)): logsigmoid(x).",
    ),
    "softmin": (0, 0.0, "", "Below, the first entry of softmin((x, 0)): sigmoid(−x)."),
    "glu": (1, 1.0, "sigmoid", "Below, glu((1, x)) as a function of its gate: sigmoid(x)."),
    "swiglu": (0, 1.0, "silu", "Below, swiglu((x, 1)) as a function of its gate: silu(x)."),
}


def shown_as(op: Op) -> str:
    """How an op of whole vectors is made a function of one number."""
    return "" if op.elementwise or op.name not in _PAIRED else _PAIRED[op.name][3]


def section(op: Op) -> Op:
    """An op of several numbers as a function of one of them; any other op as it is."""
    if shown_as(op):
        return _paired(op)
    if op.name not in _HELD or len(op.vjps) != 2:
        return op
    name, held, same = _HELD[op.name]
    rule = op.vjps[0]
    assert rule is not None

    def forward(xp: Namespace, x: Operand) -> Operand:
        return op.forward(xp, x, held)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return rule(xp, g, y, x, held)

    return _made(op, forward, vjp, ((name, held),), same)


def _paired(op: Op) -> Op:
    place, held, same, _ = _PAIRED[op.name]
    rule = op.vjps[0]
    assert rule is not None

    def pair(xp: Namespace, x: Operand) -> Operand:
        other = xp.step(x) * 0.0 + held
        return xp.stack((other, x) if place else (x, other), axis=-1)

    def forward(xp: Namespace, x: Operand) -> Operand:
        return xp.getitem(op.forward(xp, pair(xp, x)), (..., 0))

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        both = pair(xp, x)
        whole = op.forward(xp, both)
        entries = (g, g * 0.0)[: whole.shape[-1]]
        c = rule(xp, xp.stack(entries, axis=-1), whole, both)
        return xp.getitem(c, (..., place))

    return _made(op, forward, vjp, op.params, (same, {}) if same else None)


def _made(
    op: Op, forward: Any, vjp: Any, params: Any, same: tuple[str, dict[str, float]] | None
) -> Op:
    made = Op(op.name, forward, (vjp,), activation=True, source=op.source)
    if same is not None:
        entry = REGISTRY[same[0]]
        made.facts = (entry.bind(**same[1]) if isinstance(entry, Family) else entry).facts
    made.__doc__ = op.__doc__
    made.params = params
    made.recipe = section, (op,)
    return made
