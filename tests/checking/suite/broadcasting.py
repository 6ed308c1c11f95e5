"""Operators of two arrays in every way of broadcasting, and what is done wrong in undoing it."""

import numpy as np

from tests.checking.suite.case import Case, places
from tests.checking.suite.functions import Function, fitted, numbers

SHAPES = (("3x4", "4"), ("3x1", "1x4"), ("", "3"), ("2x3x2", "3x1"), ("1", "4"), ("2x1", "2x3"))
OPERATORS = {
    "plus": (np.add, lambda g, a, b: (g, g)),
    "minus": (np.subtract, lambda g, a, b: (g, -g)),
    "times": (np.multiply, lambda g, a, b: (g * b, g * a)),
    "over": (np.divide, lambda g, a, b: (g / b, -g * a / b**2)),
}


def _right(local):
    def vjp(g, y, a, b):
        return tuple(fitted(c, x) for c, x in zip(local(g, a, b), (a, b), strict=True))

    return vjp


def _undone(local, undo):
    """The gradient of an input that was broadcast is fitted in another way."""

    def vjp(g, y, a, b):
        pairs = zip(local(g, a, b), (a, b), strict=True)
        return tuple(c if c.shape == x.shape else undo(c, x) for c, x in pairs)

    return vjp


def _first(c, x):
    """The first slice for the sum over the axis."""
    return np.resize(c[tuple(slice(0, n) for n in (1,) * (c.ndim - x.ndim) + x.shape)], x.shape)


def _mean(c, x):
    return fitted(c, x) * x.size / c.size


def _of_all(c, x):
    return np.full_like(x, c.sum())


def _largest(c, x):
    """The maximum where the sum belongs."""
    total = fitted(c, x)
    return total * np.max(np.abs(c)) / np.max(np.abs(total))


WAYS = {
    "first for the sum": _first,
    "mean for the sum": _mean,
    "summed over everything": _of_all,
    "not summed": lambda c, x: c,
    "largest for the sum": _largest,
}


def _cases():
    rng = np.random.default_rng(11)
    for name, (f, local) in OPERATORS.items():
        for shapes in SHAPES:
            xs = tuple(numbers(rng, shape) for shape in shapes)
            function = Function(name, f, _right(local), shapes)
            where = " and ".join(shape or "a number" for shape in shapes)
            yield Case(f"{name}: {where} right", f, function.vjp, xs, "pass")
            for way, undo in WAYS.items():
                vjp = _undone(local, undo)
                if way == "not summed":
                    yield Case(f"{name}: {where} {way}", f, vjp, xs, kind="shape")
                elif wrong := places(function, vjp, xs):
                    yield Case(f"{name}: {where} {way}", f, vjp, xs, places=wrong)


CASES = list(_cases())
