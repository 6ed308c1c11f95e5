"""Every operation as a function, under PyTorch's names where it has them."""

from __future__ import annotations

from micrograd_act.functional.layers import linear
from micrograd_act.functional.losses import cross_entropy, mse_loss
from micrograd_act.ops.activations import (
    affine,
    gelu,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softplus,
    tanh,
)
from micrograd_act.ops.arithmetic import (
    abs,
    add,
    clamp,
    div,
    maximum,
    minimum,
    mul,
    neg,
    pow,
    sign,
    sub,
    where,
)
from micrograd_act.ops.elementary import cos, erf, erfc, exp, expm1, log, log1p, sin, sqrt
from micrograd_act.ops.linalg import matmul
from micrograd_act.ops.reductions import amax, amin, log_softmax, logsumexp, mean, softmax, sum
from micrograd_act.ops.shaping import broadcast_to, concatenate, reshape, stack, swapaxes

cat = concatenate
transpose = swapaxes

__all__ = [
    "abs",
    "add",
    "affine",
    "amax",
    "amin",
    "broadcast_to",
    "cat",
    "clamp",
    "concatenate",
    "cos",
    "cross_entropy",
    "div",
    "erf",
    "erfc",
    "exp",
    "expm1",
    "gelu",
    "identity",
    "leaky_relu",
    "linear",
    "log",
    "log1p",
    "log_softmax",
    "logsumexp",
    "matmul",
    "maximum",
    "mean",
    "minimum",
    "mse_loss",
    "mul",
    "neg",
    "pow",
    "relu",
    "reshape",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "softmax",
    "softplus",
    "sqrt",
    "stack",
    "sub",
    "sum",
    "swapaxes",
    "tanh",
    "transpose",
    "where",
]
