"""Every activation there is, gathered from the files that hold one block for each."""

from micrograd_act.ops.elementary import erf, gaussian
from micrograd_act.ops.gated import gelu, glu, mish, silu, swiglu, swish
from micrograd_act.ops.hard import (
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    softshrink,
    threshold,
)
from micrograd_act.ops.piecewise import (
    affine,
    heaviside,
    identity,
    leaky_relu,
    prelu,
    relu,
    relu6,
    sign,
    step,
)
from micrograd_act.ops.rectifiers import celu, elu, selu, softplus, squareplus
from micrograd_act.ops.reductions import log_softmax, softmax, softmin
from micrograd_act.ops.sigmoids import logsigmoid, sigmoid, softsign, tanh, tanhshrink
from micrograd_act.ops.trigonometric import atan, sin

__all__ = [
    "affine", "atan", "celu", "elu", "erf", "gaussian", "gelu", "glu", "hardshrink", "hardsigmoid",
    "hardswish", "hardtanh", "heaviside", "identity", "leaky_relu", "log_softmax", "logsigmoid",
    "mish", "prelu", "relu", "relu6", "selu", "sigmoid", "sign", "silu", "sin", "softmax",
    "softmin", "softplus", "softshrink", "softsign", "squareplus", "step", "swiglu", "swish",
    "tanh", "tanhshrink", "threshold",
]  # fmt: skip
