"""Automatic differentiation in which an activation shows what it does to a gradient.

The engine is imported at once; the rooms above it on first use. PYTEST_DONT_REWRITE: a notebook
may have imported it before pytest starts, which would warn.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from micrograd_act import functional
from micrograd_act.errors import GradientError
from micrograd_act.functional import (
    affine,
    clamp,
    concatenate,
    exp,
    identity,
    leaky_relu,
    log,
    log_softmax,
    logsumexp,
    matmul,
    maximum,
    minimum,
    relu,
    sigmoid,
    softmax,
    sqrt,
    stack,
    tanh,
    where,
)
from micrograd_act.graph import (
    Node,
    Tensor,
    Value,
    activation,
    custom_op,
    grad,
    no_grad,
    nodes,
    tensor,
)
from micrograd_act.ops.op import show_with

if TYPE_CHECKING:
    from micrograd_act import data, nn, optim, plotting, testing
    from micrograd_act.catalogue import ActivationError, Card, card, check_activation
    from micrograd_act.checking import GradcheckError, check_vjp, gradcheck
    from micrograd_act.drawing import Picture, draw
    from micrograd_act.functional import gelu, silu, softplus
    from micrograd_act.graph.transforms import (
        hessian,
        hvp,
        jacobian,
        jvp,
        value_and_grad,
        vjp,
    )
    from micrograd_act.graph.watching import detect_anomaly, record_lines
    from micrograd_act.nn import manual_seed
    from micrograd_act.pathways import (
        AffineMap,
        Path,
        Paths,
        Twin,
        affine_map,
        compare,
        nonlinearity,
        paths,
        replace,
    )

__version__ = "0.1.0"

# Where the names live that are imported when they are first used.
_LAZY = {
    "ActivationError": "catalogue",
    "AffineMap": "pathways",
    "Card": "catalogue",
    "GradcheckError": "checking",
    "Path": "pathways",
    "Paths": "pathways",
    "Picture": "drawing",
    "Twin": "pathways",
    "affine_map": "pathways",
    "card": "catalogue",
    "check_activation": "catalogue",
    "check_vjp": "checking",
    "compare": "pathways",
    "detect_anomaly": "graph.watching",
    "draw": "drawing",
    "gelu": "functional",
    "gradcheck": "checking",
    "hessian": "graph.transforms",
    "hvp": "graph.transforms",
    "jacobian": "graph.transforms",
    "jvp": "graph.transforms",
    "manual_seed": "nn",
    "nonlinearity": "pathways",
    "paths": "pathways",
    "record_lines": "graph.watching",
    "replace": "pathways",
    "silu": "functional",
    "softplus": "functional",
    "value_and_grad": "graph.transforms",
    "vjp": "graph.transforms",
}
_ROOMS = ("data", "nn", "optim", "plotting", "testing")

__all__ = [
    "ActivationError",
    "AffineMap",
    "Card",
    "GradcheckError",
    "GradientError",
    "Node",
    "Path",
    "Paths",
    "Picture",
    "Tensor",
    "Twin",
    "Value",
    "activation",
    "affine",
    "affine_map",
    "card",
    "check_activation",
    "check_vjp",
    "clamp",
    "compare",
    "concatenate",
    "custom_op",
    "data",
    "detect_anomaly",
    "draw",
    "exp",
    "functional",
    "gelu",
    "grad",
    "gradcheck",
    "hessian",
    "hvp",
    "identity",
    "jacobian",
    "jvp",
    "leaky_relu",
    "log",
    "log_softmax",
    "logsumexp",
    "manual_seed",
    "matmul",
    "maximum",
    "minimum",
    "nn",
    "no_grad",
    "nodes",
    "nonlinearity",
    "optim",
    "paths",
    "plotting",
    "record_lines",
    "relu",
    "replace",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "sqrt",
    "stack",
    "tanh",
    "tensor",
    "testing",
    "value_and_grad",
    "vjp",
    "where",
]


def _card_of(op: Any) -> Any:
    from micrograd_act.catalogue import card_or_none

    return card_or_none(op)


show_with(_card_of)


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        found = globals()[name] = getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
        return found
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    known = f"; use {__name__}.functional.{name}" if name in functional.__all__ else ""
    # with the name and the module Python says which name is meant
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}{known}",
        name=name,
        obj=sys.modules[__name__],
    )


def __dir__() -> list[str]:
    return __all__
