"""Activations as modules, all made from the ops."""

from __future__ import annotations

import inspect
from typing import Any

from micrograd_act import functional
from micrograd_act.nn.module import Module
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
    Activation(softplus, beta=2.0)
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


def _module_of(name: str, made_from: Op | Family) -> type[Activation]:
    """The module class of an activation; its arguments are the activation's parameters."""

    def init(self: Activation, *args: Any, **params: Any) -> None:
        if isinstance(made_from, Family):
            Activation.__init__(self, made_from.bind(*args, **params))
        elif args or params:
            given = ", ".join([*map(repr, args), *params])
            raise TypeError(f"{name}: it has no parameters, got {given}")
        else:
            Activation.__init__(self, made_from)

    signature = made_from.signature if isinstance(made_from, Family) else inspect.Signature()
    body = {
        "__init__": init,
        "__module__": __name__,
        "__doc__": f"The activation `{made_from.name}` as a module.",
        "__signature__": signature,
        "made_from": made_from,
    }
    return type(name, (Activation,), body)


Identity = _module_of("Identity", functional.identity)
ReLU = _module_of("ReLU", functional.relu)
LeakyReLU = _module_of("LeakyReLU", functional.leaky_relu)
Sigmoid = _module_of("Sigmoid", functional.sigmoid)
Tanh = _module_of("Tanh", functional.tanh)
Softplus = _module_of("Softplus", functional.softplus)
SiLU = _module_of("SiLU", functional.silu)
GELU = _module_of("GELU", functional.gelu)
