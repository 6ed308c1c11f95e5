"""Activations as modules, all made from the ops."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import numpy.typing as npt

from micrograd_act import functional
from micrograd_act.nn.module import Module, Parameter
from micrograd_act.ops.op import Family, Op


class Activation(Module):
    """Any activation as a module, also a user's own.

    Parameters
    ----------
    op : op
        What `activation` gives, or a built-in one.

    Examples
    --------
    >>> from micrograd_act import nn, softplus
    >>> nn.Activation(softplus.bind(beta=2.0))
    Activation(softplus, beta=2.0, threshold=inf)
    """

    def __init__(self, op: Op | Family) -> None:
        self.op = op.bind() if isinstance(op, Family) else op

    def forward(self, x: Any) -> Any:
        """The activation of every element."""
        return self.op(x)

    def extra_repr(self) -> str:
        """The name where the class does not say it, and the parameters."""
        named = [] if hasattr(type(self), "made_from") else [self.op.name]
        return ", ".join(named + [f"{key}={value}" for key, value in self.op.params])


_INPLACE = inspect.Parameter("inplace", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=False)


def _module_of(name: str, made_from: Op | Family, inplace: bool = False) -> type[Activation]:
    """The module class of an activation; its arguments are the activation's parameters.

    Those that have `inplace` in PyTorch take it as their last, too.
    """
    parameters: list[inspect.Parameter] = []
    if isinstance(made_from, Family):
        parameters += made_from.signature.parameters.values()

    def init(self: Activation, *args: Any, **params: Any) -> None:
        if inplace:
            flag, args = args[len(parameters) :], args[: len(parameters)]
            _refuse_inplace(name, *flag, **{k: params.pop(k) for k in ("inplace",) if k in params})
        if isinstance(made_from, Family):
            Activation.__init__(self, made_from.bind(*args, **params))
        elif args or params:
            given = ", ".join([*map(repr, args), *params])
            raise TypeError(f"{name}: it has no parameters, got {given}")
        else:
            Activation.__init__(self, made_from)

    body = {
        "__init__": init,
        "__module__": __name__,
        "__doc__": f"The activation `{made_from.name}` as a module.",
        "__signature__": inspect.Signature(parameters + [_INPLACE] * inplace),
        "made_from": made_from,
    }
    return type(name, (Activation,), body)


def _refuse_inplace(name: str, inplace: bool = False) -> None:
    if inplace:
        raise ValueError(
            f"{name}: inplace=True is not supported, since what a node may see is never "
            "overwritten; leave it out"
        )


Identity = _module_of("Identity", functional.identity)
ReLU = _module_of("ReLU", functional.relu, True)
ReLU6 = _module_of("ReLU6", functional.relu6, True)
LeakyReLU = _module_of("LeakyReLU", functional.leaky_relu, True)
ELU = _module_of("ELU", functional.elu, True)
CELU = _module_of("CELU", functional.celu, True)
SELU = _module_of("SELU", functional.selu, True)
GELU = _module_of("GELU", functional.gelu)
SiLU = _module_of("SiLU", functional.silu, True)
Mish = _module_of("Mish", functional.mish, True)
Softplus = _module_of("Softplus", functional.softplus)
Squareplus = _module_of("Squareplus", functional.squareplus)
Sigmoid = _module_of("Sigmoid", functional.sigmoid)
LogSigmoid = _module_of("LogSigmoid", functional.logsigmoid)
Hardsigmoid = _module_of("Hardsigmoid", functional.hardsigmoid, True)
Hardswish = _module_of("Hardswish", functional.hardswish, True)
Tanh = _module_of("Tanh", functional.tanh)
Hardtanh = _module_of("Hardtanh", functional.hardtanh, True)
Softsign = _module_of("Softsign", functional.softsign)
Tanhshrink = _module_of("Tanhshrink", functional.tanhshrink)
Softshrink = _module_of("Softshrink", functional.softshrink)
Hardshrink = _module_of("Hardshrink", functional.hardshrink)
Threshold = _module_of("Threshold", functional.threshold, True)
Softmax = _module_of("Softmax", functional.softmax)
LogSoftmax = _module_of("LogSoftmax", functional.log_softmax)
Softmin = _module_of("Softmin", functional.softmin)
Softmax2d = _module_of("Softmax2d", functional.softmax.bind(-3))
GLU = _module_of("GLU", functional.glu)
SwiGLU = _module_of("SwiGLU", functional.swiglu)


class PReLU(Module):
    """The activation `prelu` with the weights that it learns.

    Parameters
    ----------
    num_parameters : int
        1, or the number of channels, axis 1 of the input.
    init : float
        What each weight is at first.
    dtype : dtype, optional
        float64 by default.

    Raises
    ------
    ValueError
        If `num_parameters` is not positive; when called, if the input has another number of
        channels.

    Examples
    --------
    >>> from micrograd_act import nn, tensor
    >>> layer = nn.PReLU()
    >>> layer(tensor([-2.0, 3.0])).tolist()
    [-0.5, 3.0]
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, dtype: npt.DTypeLike | None = None
    ) -> None:
        if num_parameters < 1:
            raise ValueError(f"PReLU: num_parameters must be positive, got {num_parameters}")
        self.num_parameters = num_parameters
        self.weight = Parameter(
            np.full(num_parameters, init), dtype=float if dtype is None else dtype
        )

    def forward(self, x: Any) -> Any:
        """The activation of every element."""
        return functional.prelu(x, self.weight)

    def extra_repr(self) -> str:
        """The number of weights."""
        return f"num_parameters={self.num_parameters}"


class Swish(Module):
    """The activation `swish` with the beta that it learns.

    Parameters
    ----------
    init : float
        What beta is at first; with 1 it is silu.
    dtype : dtype, optional
        float64 by default.

    Examples
    --------
    >>> from micrograd_act import nn, tensor
    >>> layer = nn.Swish()
    >>> y = layer(tensor([0.0, 100.0])).sum()
    >>> y.backward()
    >>> y.item(), layer.beta.grad.shape
    (100.0, (1,))
    """

    def __init__(self, init: float = 1.0, dtype: npt.DTypeLike | None = None) -> None:
        self.beta = Parameter([init], dtype=float if dtype is None else dtype)

    def forward(self, x: Any) -> Any:
        """The activation of every element."""
        return functional.swish(x, self.beta)
