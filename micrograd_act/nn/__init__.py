"""Layers and nets: micrograd's on scalars, PyTorch's on arrays."""

from micrograd_act.functional.creation import manual_seed
from micrograd_act.nn.activations import (
    GELU,
    Activation,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from micrograd_act.nn.layers import Linear, Sequential
from micrograd_act.nn.module import Module, Parameter
from micrograd_act.nn.neurons import MLP, Layer, Neuron

__all__ = [
    "GELU",
    "MLP",
    "Activation",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "Module",
    "Neuron",
    "Parameter",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Tanh",
    "manual_seed",
]
