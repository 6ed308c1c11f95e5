"""micrograd's nets of single numbers: neurons, layers of them, and layers of layers."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from micrograd_act.graph import Value
from micrograd_act.nn.module import Module
from micrograd_act.ops.activations import relu
from micrograd_act.ops.op import Family, Op


class Neuron(Module):
    """``activation(w0 x0 + w1 x1 + … + b)`` on scalars.

    The weights come from ``random.uniform(-1, 1)``, so that `random.seed` decides them, and the
    bias is 0.

    Parameters
    ----------
    nin : int
        Number of inputs.
    nonlin : bool
        False leaves the activation out.
    activation : callable
        Applied to the sum.

    Raises
    ------
    ValueError
        If called with another number of inputs.

    Examples
    --------
    >>> import random
    >>> from micrograd_act import Value, nn
    >>> random.seed(1337)
    >>> neuron = nn.Neuron(2)
    >>> neuron, neuron([Value(1.0), Value(2.0)])
    (ReLUNeuron(2), Value(data=0.36856800832294456, grad=None))
    """

    _prefixes: ClassVar = {"w": "w"}

    def __init__(
        self, nin: int, nonlin: bool = True, *, activation: Op | Family | Any = relu
    ) -> None:
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin
        self.activation = activation

    def __call__(self, x: Iterable[Any]) -> Any:
        """``forward(x)``; that a neuron was called is not kept, which would take 10 % of memory."""
        return self.forward(x)

    def forward(self, x: Iterable[Any]) -> Any:
        """Weigh, add up, and activate."""
        x = x if isinstance(x, (list, tuple)) else list(x)
        if len(x) != len(self.w):
            raise ValueError(f"{self!r}: expected {len(self.w)} inputs, got {len(x)}")
        z = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
        return self.activation(z) if self.nonlin else z

    def __repr__(self) -> str:
        kind = "Linear"
        if self.nonlin:
            fn = self.activation
            kind = getattr(fn, "name", getattr(fn, "__name__", type(fn).__name__)).capitalize()
        return f"{'ReLU' if kind == 'Relu' else kind}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side; a single one gives its output without a list.

    Parameters
    ----------
    nin, nout : int
        Number of inputs and of neurons.
    **kwargs
        For each `Neuron`.

    Examples
    --------
    >>> from micrograd_act import nn
    >>> nn.Layer(2, 2, nonlin=False)
    Layer of [LinearNeuron(2), LinearNeuron(2)]
    """

    _prefixes: ClassVar = {"neurons": ""}

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def forward(self, x: Sequence[Any]) -> Any:
        """Every neuron's output on the same inputs."""
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """A multi-layer perceptron of scalars; the last layer has no activation.

    Parameters
    ----------
    nin : int
        Number of inputs.
    nouts : list of int
        Number of neurons in each layer.
    activation : callable
        Of all layers but the last.

    Examples
    --------
    >>> from micrograd_act import nn
    >>> net = nn.MLP(2, [16, 16, 1])
    >>> len(net.parameters())
    337
    """

    _prefixes: ClassVar = {"layers": ""}

    def __init__(
        self, nin: int, nouts: Sequence[int], *, activation: Op | Family | Any = relu
    ) -> None:
        if isinstance(nouts, int):
            raise TypeError(f"MLP: nouts lists the number of neurons of each layer, got {nouts}")
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [
            Layer(sizes[i], sizes[i + 1], nonlin=i != last, activation=activation)
            for i in range(len(nouts))
        ]

    def forward(self, x: Any) -> Any:
        """One layer after the other."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
