"""Plots with matplotlib: activations with the points that a graph hit, and its layers."""

from micrograd_act.plotting.curve import plot_activation
from micrograd_act.plotting.histograms import plot_local_gradients, plot_preactivations
from micrograd_act.plotting.norms import plot_gradient_norms

__all__ = [
    "plot_activation",
    "plot_gradient_norms",
    "plot_local_gradients",
    "plot_preactivations",
]
