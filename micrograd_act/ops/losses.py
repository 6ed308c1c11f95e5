"""Losses that are worth a node of their own."""

from __future__ import annotations

import math

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, family, register


def _mse(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """Mean of the squared differences."""
    d = a - b
    return xp.sum(d * d) / math.prod(a.shape)


def _mse_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return (a - b) * (2 * g / math.prod(a.shape))


def _mse_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return (b - a) * (2 * g / math.prod(a.shape))


mse = register(Op("mse", _mse, (_mse_a, _mse_b), elementwise=False))


def _cross_entropy(xp: Namespace, x: Operand, labels: Operand) -> Operand:
    """Mean over the rows of ``-log_softmax(x)`` at the label of each."""
    return xp.sum(xp.log_softmax_at(x, labels)) / -x.shape[0]


def _cross_entropy_x(xp: Namespace, g: Operand, y: Operand, x: Operand, at: Operand) -> Operand:
    return xp.softmax_excess(x, at, g / x.shape[0])


cross_entropy = register(
    Op("cross_entropy", _cross_entropy, (_cross_entropy_x, None), elementwise=False)
)


@family()
def huber(delta: float = 1.0) -> Op:
    """``x**2 / 2`` up to `delta`, from there on ``delta (|x| - delta / 2)``."""

    def limited(xp: Namespace, x: Operand) -> Operand:
        return xp.minimum(xp.maximum(x, -delta), delta)

    def forward(xp: Namespace, x: Operand) -> Operand:
        inside = limited(xp, x)
        return inside * (x - inside / 2)

    def vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        return g * limited(xp, x)

    return Op("huber", forward, (vjp,), source="Huber 1964")


def _logs(xp: Namespace, p: Operand) -> tuple[Operand, Operand]:
    """log(p) and log(1 - p), both at least -100."""
    log_p = xp.where(p == 0, -100.0, xp.log(xp.where(p == 0, 1.0, p)))
    log_q = xp.where(p == 1, -100.0, xp.log1p(-xp.where(p == 1, 0.0, p)))
    return xp.maximum(log_p, -100.0), xp.maximum(log_q, -100.0)


def _bernoulli(xp: Namespace, p: Operand, t: Operand) -> Operand:
    """``-(t log(p) + (1 - t) log(1 - p))`` with logarithms of at least -100 (PyTorch's)."""
    log_p, log_q = _logs(xp, p)
    return -(t * log_p + (1.0 - t) * log_q)


def _bernoulli_p(xp: Namespace, g: Operand, y: Operand, p: Operand, t: Operand) -> Operand:
    return g * ((p - t) / xp.maximum(p * (1.0 - p), 1e-12))


def _bernoulli_t(xp: Namespace, g: Operand, y: Operand, p: Operand, t: Operand) -> Operand:
    log_p, log_q = _logs(xp, p)
    return g * (log_q - log_p)


bernoulli = register(Op("bernoulli", _bernoulli, (_bernoulli_p, _bernoulli_t)))
