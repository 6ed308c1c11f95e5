"""Nodes, the backward loop and what users build graphs with."""

from micrograd_act.graph.custom import activation, custom_op
from micrograd_act.graph.derivatives import grad
from micrograd_act.graph.node import Node, no_grad, nodes
from micrograd_act.graph.tensors import Tensor, tensor
from micrograd_act.graph.value import Value

__all__ = [
    "Node",
    "Tensor",
    "Value",
    "activation",
    "custom_op",
    "grad",
    "no_grad",
    "nodes",
    "tensor",
]
