"""The errors of this library that NumPy and Python have no name for."""


class GradientError(RuntimeError):
    """The graph was misused: a gradient was asked for that cannot be right."""
