"""PyTorch's layers of arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from micrograd_act import functional
from micrograd_act.functional.creation import generator_of
from micrograd_act.nn.activations import Activation
from micrograd_act.nn.module import Module, Parameter
from micrograd_act.ops.op import Family, Op

if TYPE_CHECKING:
    from micrograd_act.functional.creation import Seed


class Linear(Module):
    """``x @ weight.T + bias``.

    Weight and bias start uniform between ±1/√in_features, as PyTorch's.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    rng : int or numpy.random.Generator, optional
        Where the start comes from; see `manual_seed`.
    dtype : dtype, optional
        float64 by default.

    Attributes
    ----------
    weight : Parameter, shape (out_features, in_features)
    bias : Parameter or None, shape (out_features,)

    Raises
    ------
    ValueError
        If a size is below 1, or the last axis of an input is not `in_features`.

    Examples
    --------
    >>> from micrograd_act import Tensor, nn
    >>> layer = nn.Linear(2, 3, rng=0)
    >>> layer
    Linear(in_features=2, out_features=3, bias=True)
    >>> layer(Tensor([[1.0, 2.0]])).shape
    (1, 3)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: Seed = None,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        for name, size in (("in_features", in_features), ("out_features", out_features)):
            if not isinstance(size, (int, np.integer)):
                raise TypeError(f"Linear: {name} must be an integer, got {size!r}")
            if size < 1:
                raise ValueError(f"Linear: {name} must be at least 1, got {size}")
        self.in_features = in_features
        self.out_features = out_features
        draws = generator_of(rng)
        bound = 1 / math.sqrt(in_features)
        kind = float if dtype is None else dtype
        weight = draws.uniform(-bound, bound, (out_features, in_features))
        self.weight = Parameter(weight, dtype=kind)
        self.bias = (
            Parameter(draws.uniform(-bound, bound, out_features), dtype=kind) if bias else None
        )

    def forward(self, x: Any) -> Any:
        """Transform the last axis of `x`."""
        shape = x.shape if hasattr(x, "shape") else np.shape(x)
        if not shape or shape[-1] != self.in_features:
            last = shape[-1] if shape else "missing: it is a single number"
            raise ValueError(
                f"Linear(in_features={self.in_features}): the last axis of the input is {last}"
            )
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Sizes, as PyTorch's."""
        bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={bias}"


class Sequential(Module):
    """Modules one after the other, named by their position.

    Parameters
    ----------
    *modules : Module or activation
        An activation such as `relu` stands for its module.

    Raises
    ------
    TypeError
        If an argument is neither.

    Examples
    --------
    >>> from micrograd_act import nn, tanh
    >>> net = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=1))
    >>> net
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Tanh()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    >>> net[2].bias.label
    '2.bias'
    """

    _prefixes: ClassVar = {"layers": ""}

    def __init__(self, *modules: Module | Op | Family) -> None:
        layers = []
        for i, given in enumerate(modules):
            module: Any = Activation(given) if isinstance(given, (Op, Family)) else given
            if not isinstance(module, Module):
                hint = "pass modules one by one, without a list"
                if isinstance(module, (float, np.ndarray)):
                    hint = "for parameters use leaky_relu.bind(negative_slope=0.1)"
                raise TypeError(
                    f"Sequential: argument {i} is a {type(module).__name__}, not a module; {hint}"
                )
            layers.append(module)
        self.layers = tuple(layers)

    def forward(self, x: Any) -> Any:
        """Each module on what the one before it gave."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    def __getitem__(self, index: int) -> Module:
        return self.layers[index]
