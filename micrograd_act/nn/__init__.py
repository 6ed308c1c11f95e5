"""Layers and nets: micrograd's on scalars, PyTorch's on arrays."""

import sys
from typing import TYPE_CHECKING, NoReturn

from micrograd_act import functional
from micrograd_act.functional.creation import manual_seed
from micrograd_act.nn.activations import (
    CELU,
    ELU,
    GELU,
    GLU,
    SELU,
    Activation,
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    Identity,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softmax2d,
    Softmin,
    Softplus,
    Softshrink,
    Softsign,
    Squareplus,
    SwiGLU,
    Swish,
    Tanh,
    Tanhshrink,
    Threshold,
)
from micrograd_act.nn.layers import Linear, Sequential
from micrograd_act.nn.module import Module, Parameter
from micrograd_act.nn.neurons import MLP, Layer, Neuron

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "MLP",
    "SELU",
    "Activation",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "Module",
    "Neuron",
    "PReLU",
    "Parameter",
    "ReLU",
    "ReLU6",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmax2d",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Squareplus",
    "SwiGLU",
    "Swish",
    "Tanh",
    "Tanhshrink",
    "Threshold",
    "functional",
    "manual_seed",
]


if not TYPE_CHECKING:  # a type checker would take every name for one that there is

    def __getattr__(name: str) -> NoReturn:
        given = name.lower().replace("bce", "binarycrossentropy")
        known = {key.replace("_", ""): key for key in functional.__all__}
        near = (given, given.removesuffix("loss"), given.rstrip("123d"))
        instead = next((f"; use nn.functional.{known[n]}" for n in near if n in known), "")
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}{instead}",
            name=name,
            obj=sys.modules[__name__],
        )
