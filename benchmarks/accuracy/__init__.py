"""The digits of every activation and its derivatives, beside PyTorch, JAX and SciPy."""
