"""PyTorch, JAX and SciPy under the names that a curve calls; what one lacks raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


class TorchFunctions:
    """PyTorch's functions, and what its users write for two that it lacks."""

    def __getattr__(self, name: str) -> Any:
        import torch

        if name == "identity":
            return lambda x: x * 1
        found = getattr(torch.nn.functional, name, None) or getattr(torch, name, None)
        if found is None:
            raise NotImplementedError(name)
        return found

    def prelu(self, x: Any, weight: Any) -> Any:
        import torch

        return torch.prelu(x, weight[:1])

    def swish(self, x: Any, beta: Any) -> Any:
        return x * self.sigmoid(beta * x)

    def gaussian(self, x: Any) -> Any:
        return self.exp(-x * x)

    def swiglu(self, x: Any, dim: int) -> Any:
        a, b = x.chunk(2, dim)
        return self.silu(a) * b


class JaxFunctions:
    """JAX's functions under PyTorch's names."""

    def __getattr__(self, name: str) -> Any:
        import jax
        import jax.numpy as jnp

        renamed = {
            "logsigmoid": "log_sigmoid",
            "hardsigmoid": "hard_sigmoid",
            "hardswish": "hard_silu",
            "softsign": "soft_sign",
        }
        found = getattr(jax.nn, renamed.get(name, name), None) or getattr(jnp, name, None)
        if found is None:
            raise NotImplementedError(name)
        return found

    def gelu(self, x: Any, approximate: str = "none") -> Any:
        import jax

        return jax.nn.gelu(x, approximate=approximate == "tanh")

    def softplus(self, x: Any, beta: float = 1.0) -> Any:
        import jax

        return jax.nn.softplus(beta * x) / beta

    def hardtanh(self, x: Any, min_val: float, max_val: float) -> Any:
        return self.hard_tanh(x)

    def swish(self, x: Any, beta: Any) -> Any:
        return x * self.sigmoid(beta * x)

    def gaussian(self, x: Any) -> Any:
        return self.exp(-x * x)

    def erf(self, x: Any) -> Any:
        import jax

        return jax.scipy.special.erf(x)

    def tanhshrink(self, x: Any) -> Any:
        return x - self.tanh(x)

    def softmin(self, x: Any, axis: int) -> Any:
        return self.softmax(-x, axis)

    def swiglu(self, x: Any, axis: int) -> Any:
        a, b = self.split(x, 2, axis)
        return self.silu(a) * b


class ScipyFunctions:
    """SciPy's and NumPy's functions under PyTorch's names; they have no derivatives."""

    def __getattr__(self, name: str) -> Any:
        from scipy import special

        renamed = {"sigmoid": "expit", "logsigmoid": "log_expit"}
        found = getattr(special, renamed.get(name, name), None) or getattr(np, name, None)
        if found is None:
            raise NotImplementedError(name)
        return found

    def softplus(self, x: Array, beta: float = 1.0) -> Array:
        return np.logaddexp(0.0, beta * x) / beta

    def gelu(self, x: Array) -> Array:
        from scipy import special

        return x * special.ndtr(x)

    def silu(self, x: Array) -> Array:
        return x * self.sigmoid(x)


def torch(curve: Any, x: Array, p: float) -> list[Array]:
    import torch

    torch.set_num_threads(1)
    leaf = torch.tensor(x, requires_grad=True)
    parts = [curve.call(TorchFunctions(), leaf, p)]
    for _ in range(2):
        last = parts[-1]
        if not last.requires_grad:
            parts.append(torch.zeros_like(leaf))
            continue
        ones = torch.ones_like(leaf)
        (found,) = torch.autograd.grad(last, leaf, ones, create_graph=True, allow_unused=True)
        parts.append(torch.zeros_like(leaf) if found is None else found)
    return [part.detach().numpy() for part in parts]


def jax(curve: Any, x: Array, p: float) -> list[Array]:
    import jax

    jax.config.update("jax_enable_x64", True)

    def value(z: Any) -> Any:
        return curve.call(JaxFunctions(), z[None], p)[0]

    slope = jax.grad(value)
    return [np.asarray(jax.vmap(f)(x)) for f in (value, slope, jax.grad(slope))]


def scipy(curve: Any, x: Array, p: float) -> list[Array]:
    return [np.asarray(curve.call(ScipyFunctions(), x, p))]


RIVALS: dict[str, Callable[[Any, Array, float], list[Array]]] = {
    "torch": torch,
    "jax": jax,
    "scipy": scipy,
}
