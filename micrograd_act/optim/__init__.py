"""Optimisers."""

from micrograd_act.optim.optimizer import Optimizer
from micrograd_act.optim.rules import SGD, Adam

__all__ = ["SGD", "Adam", "Optimizer"]
