"""Automatic differentiation with activations as first-class graph nodes."""

__version__ = "0.1.0"
