"""The update rules; each is written once for floats and arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from micrograd_act.graph import Node
from micrograd_act.optim.optimizer import Optimizer, update


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum.

    ``d = grad + weight_decay p``, ``v = momentum v + (1 - dampening) d`` (the first v is d),
    ``p -= lr v``, or ``p -= lr (d + momentum v)`` if `nesterov`.

    Parameters
    ----------
    params : iterable of Node
        Leaves; one without a gradient is left as it is.
    lr, momentum, dampening, weight_decay : float
    nesterov : bool

    Raises
    ------
    ValueError
        If there is no parameter, one is there twice or is no leaf, or a number is out of range.
    TypeError
        If `params` is not an iterable of nodes.

    Examples
    --------
    >>> from micrograd_act import Value, optim
    >>> w = Value(3.0)
    >>> sgd = optim.SGD([w], lr=0.25)
    >>> for _ in range(2):
    ...     sgd.zero_grad()
    ...     (w * w).backward()
    ...     sgd.step()
    >>> w.data
    0.75
    """

    def __init__(
        self,
        params: Iterable[Node],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        self.momentum = self._at_least_zero("momentum", momentum)
        self.weight_decay = self._at_least_zero("weight_decay", weight_decay)
        self.dampening = dampening
        self.nesterov = nesterov
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(
                f"SGD: nesterov needs a momentum above 0 and no dampening, "
                f"got momentum={momentum}, dampening={dampening}"
            )
        self._velocities: list[Any] = [None] * len(self.params)

    def step(self) -> None:
        """Update every parameter that has a gradient."""
        lr, weight_decay, momentum = -self.lr, self.weight_decay, self.momentum
        for i, p in enumerate(self.params):
            d = p._grad
            if d is None:
                continue
            if weight_decay:
                d = d + p._data * weight_decay
            if momentum:
                d = self._momentum(i, d)
            step = d * lr
            step += p._data  # the buffer becomes the parameter's new one
            update(p, step)

    def _momentum(self, i: int, d: Any) -> Any:
        v = self._velocities[i]
        v = d + 0.0 if v is None else v * self.momentum + d * (1 - self.dampening)
        self._velocities[i] = v
        return d + v * self.momentum if self.nesterov else v


class Adam(Optimizer):
    """Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1).

    ``m = β1 m + (1 - β1) g``, ``v = β2 v + (1 - β2) g²``,
    ``p -= lr m̂ / (√v̂ + eps)`` with ``m̂ = m / (1 - β1ᵗ)``, ``v̂ = v / (1 - β2ᵗ)``
    and ``g = grad + weight_decay p``.

    Parameters
    ----------
    params : iterable of Node
        Leaves; one without a gradient is left as it is.
    lr : float
    betas : tuple of float
    eps, weight_decay : float

    Raises
    ------
    ValueError
        If there is no parameter, one is there twice or is no leaf, or a number is out of range.
    TypeError
        If `params` is not an iterable of nodes.

    Examples
    --------
    >>> from micrograd_act import Value, optim
    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> optim.Adam([w], lr=0.5).step()
    >>> round(w.data, 6)
    2.5
    """

    def __init__(
        self,
        params: Iterable[Node],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        for i, beta in enumerate(betas):
            if not 0 <= beta < 1:
                raise ValueError(f"Adam: betas[{i}] must be in [0, 1), got {beta}")
        self.betas = betas
        self.eps = self._at_least_zero("eps", eps)
        self.weight_decay = self._at_least_zero("weight_decay", weight_decay)
        self._moments: list[Any] = [(0, 0.0, 0.0)] * len(self.params)

    def step(self) -> None:
        """Update every parameter that has a gradient."""
        beta1, beta2 = self.betas
        for i, p in enumerate(self.params):
            g = p._grad
            if g is None:
                continue
            if self.weight_decay:
                g = g + p._data * self.weight_decay
            t, m, v = self._moments[i]
            t, m, v = t + 1, m * beta1 + g * (1 - beta1), v * beta2 + g * g * (1 - beta2)
            self._moments[i] = t, m, v
            scale = (v / (1 - beta2**t)) ** 0.5 + self.eps
            update(p, p._data - self.lr / (1 - beta1**t) * m / scale)
