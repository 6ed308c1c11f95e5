"""Other functions and other faults, on which the checker was not tuned.

They are no test: `python -m benchmarks.gradcheck` counts what is caught and accused, as found.
"""

import zlib
from functools import partial

import numpy as np

from tests.checking.suite.case import Case, places
from tests.checking.suite.faults import in_cotangent, in_gradient
from tests.checking.suite.functions import as_tuple, sigmoid
from tests.checking.suite.hard import elementwise
from tests.checking.suite.heldout_functions import FUNCTIONS


def _round_to(digits):
    return lambda c, g, x: np.round(c, digits)


def _swapped(c, g, x):
    c = np.array(c)
    c.flat[[0, -1]] = c.flat[[-1, 0]]
    return c


def _smallest_lost(c, g, x):
    return np.where(np.abs(c) == np.min(np.abs(c)), 0, c)


def _first(c, g, x):
    c = np.array(c)
    c.flat[0] *= 1 + 1e-4
    return c


GRADIENTS = {
    "a third": lambda c, g, x: c / 3,
    "twice the sign": lambda c, g, x: -2 * c,
    "off by 3e-3": lambda c, g, x: c * (1 - 3e-3),
    "off by 5e-5": lambda c, g, x: c * (1 + 5e-5),
    "off by 2e-7": lambda c, g, x: c * (1 - 2e-7),
    "off by 2e-8": lambda c, g, x: c * (1 + 2e-8),
    "off by 1e-8 of the largest": lambda c, g, x: c + 1e-8 * np.max(np.abs(c)) * np.ones_like(c),
    "rounded to 5 digits": _round_to(5),
    "times 1 + x / 1000": lambda c, g, x: c * (1 + x / 1000),
    "two elements swapped": _swapped,
    "smallest lost": _smallest_lost,
    "reversed": lambda c, g, x: np.flip(c),
    "first element off by 1e-4": _first,
    "sum spread evenly": lambda c, g, x: np.full_like(c, np.mean(c)),
    "beyond 1.2 only": lambda c, g, x: c * np.where(np.abs(x) > 1.2, 1.001, 1),
    "between -1 and 0 only": lambda c, g, x: c * np.where((x > -1) & (x < 0), 0.99, 1),
}  # fmt: skip
COTANGENTS = {
    "squashed": np.tanh,
    "cubed": lambda g: g**3,
    "with its largest doubled": lambda g: g * np.where(np.abs(g) == np.abs(g).max(), 2, 1),
    "rounded to 3 digits": lambda g: np.round(g, 3),
    "negative ones halved": lambda g: np.where(g < 0, g / 2, g),
    "first for all": lambda g: np.full_like(g, np.ravel(g)[0]),
    "reversed": np.flip,
    "above 1000 dropped": lambda g: np.where(np.abs(g) > 1000, 0, g),
}
ELSEWHERE = {
    "beyond 4": lambda x: np.abs(x) > 4,
    "beyond 12": lambda x: np.abs(x) > 12,
    "below 0.03": lambda x: np.abs(x) < 0.03,
}

# f, slope, points, smallest error that can be told: as in hard.py
ELEMENTWISE = {
    "gudermannian": (lambda x: np.arctan(np.sinh(x)), lambda x: 1 / np.cosh(x), [-3, 0, 8], 1e-6),
    "log cosh": (lambda x: np.log(np.cosh(x)), np.tanh, [-1e-5, 0.4, 300], 1e-6),
    "sinc": (np.sinc, lambda x: (np.cos(np.pi * x) - np.sinc(x)) / x, [0.2, 3.5, 40], 1e-6),
    "exp -1/x": (lambda x: np.exp(-1 / x), lambda x: np.exp(-1 / x) / x**2, [0.03, 1, 50], 1e-6),
    "x log x": (lambda x: x * np.log(x), lambda x: np.log(x) + 1, [1e-20, 0.3, 1e6], 1e-6),
    "x^x": (lambda x: x**x, lambda x: x**x * (np.log(x) + 1), [0.01, 1, 20], 1e-6),
    "arcosh of cosh": (lambda x: np.arccosh(np.cosh(x)), np.sign, [0.5, -2, 20], 1e-5),
    "frequency 1e4": (lambda x: np.cos(1e4 * x), lambda x: -1e4 * np.sin(1e4 * x),
                      [0.1, 1.3], 1e-5),
    "beat": (lambda x: np.sin(20 * x) * np.sin(21 * x),
             lambda x: 20 * np.cos(20 * x) * np.sin(21 * x) + 21 * np.sin(20 * x) * np.cos(21 * x),
             [0.1, 1.3, -7], 1e-6),
    "wall": (lambda x: np.exp(200 * (x - 1)), lambda x: 200 * np.exp(200 * (x - 1)), [0.5, 1, 1.02],
             1e-6),
    "ramp": (lambda x: np.clip((x - 0.4) * 1e3, 0, 1), lambda x: 1e3 * ((x > 0.4) & (x < 0.401)),
             [0.3, 0.4005, 2], 1e-6),
    "sawtooth": (lambda x: x - np.floor(x), np.ones_like, [0.001, 2.999, -7.3], 1e-6),
    "ceiling": (np.ceil, np.zeros_like, [0.001, 2.9, -7.3], 1e-2),
    "truncated": (lambda x: np.trunc(x) + 0.1 * x, lambda x: np.full_like(x, 0.1),
                  [0.3, -4.9], 1e-6),
    "pole at 2": (lambda x: 1 / (2 - x) ** 2, lambda x: 2 / (2 - x) ** 3, [1.999, 2.01, -3], 1e-5),
    "quotient near 0": (lambda x: np.sin(x) / x, lambda x: (x * np.cos(x) - np.sin(x)) / x**2,
                        [0.01, 1, 30], 1e-4),
    "on top of 1e9": (lambda x: 1e9 + x * x, lambda x: 2 * x, [0.5, 3, -40], 1e-3),
    "scaled by 1e-250": (lambda x: 1e-250 * np.exp(x), lambda x: 1e-250 * np.exp(x),
                         [-3, 0.1, 4], 1e-6),
    "scaled by 1e250": (lambda x: 1e250 * np.exp(x), lambda x: 1e250 * np.exp(x),
                        [-3, 0.1, 4], 1e-6),
    "at 1e-200": (lambda x: 3 * x, lambda x: np.full_like(x, 3), [1e-200, -1e200, 1], 1e-6),
    "float32 sigmoid": (lambda x: sigmoid(x.astype(np.float32)).astype(float),
                        lambda x: sigmoid(x) * sigmoid(-x), [-2, 0.3, 3], 1e-2),
    "rounded to 8 digits": (lambda x: np.round(np.cos(x), 8), lambda x: -np.sin(x), [0.4, 2], 1e-2),
    "sum of many": (lambda x: sum(np.sin(k * x) / k for k in range(1, 60)),
                    lambda x: sum(np.cos(k * x) for k in range(1, 60)), [0.3, 2, 4], 1e-6),
    "continued fraction": (lambda x: 1 / (1 + x / (2 + x / (3 + x))),
                           lambda x: _continued_slope(x), [0.1, 5, 900], 1e-5),
    "Bernstein": (lambda x: 3 * x * (1 - x) ** 2, lambda x: 3 * (1 - x) * (1 - 3 * x), [0, 0.3, 1],
                  1e-6),
    "kink far off": (lambda x: np.abs(x - 100), lambda x: np.sign(x - 100),
                     [99.9, 100.001, 3], 1e-6),
    "product with a pole": (lambda x: x / (1 - x * x), lambda x: (1 + x * x) / (1 - x * x) ** 2,
                            [0.999, 1.001, 0], 1e-6),
    "soft threshold": (lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
                       lambda x: np.abs(x) > 0.5, [0.5001, -0.4999, 3], 1e-6),
    "saturated": (lambda x: x / np.sqrt(1 + x * x), lambda x: (1 + x * x) ** -1.5, [0.1, 30, -300],
                  1e-4),
}  # fmt: skip


def _continued_slope(x):
    c = 3 + x
    b = 2 + x / c
    a = 1 + x / b
    return -((1 / b) - x / b**2 * (1 / c - x / c**2)) / a**2


SCALES = (1e-8, 1e-3, 0.3, 3.0, 30.0, 1e4)


def _wrong():
    for function in FUNCTIONS.values():
        xs = function.xs
        for fault, change in GRADIENTS.items():
            i = zlib.crc32(f"{fault} {function.name}".encode()) % len(xs)
            yield from _case(function, fault, partial(in_gradient, function, change, i), xs)
        for fault, change in COTANGENTS.items():
            vjp = partial(in_cotangent, function, change)
            yield from _case(function, f"cotangent {fault}", vjp, xs)
    for k, function in enumerate(FUNCTIONS.values()):
        fault, condition = list(ELSEWHERE.items())[k % len(ELSEWHERE)]
        change = partial(_where, condition)
        vjp = partial(in_gradient, function, change, 0)
        if function.name not in ("log1p", "bce", "divergence") or fault != "beyond 12":
            yield Case(f"{function.name}: {fault}", function.forward, vjp, function.xs,
                       options={"probes": True})  # fmt: skip


def _where(condition, c, g, x):
    return c * np.where(condition(x), 1.05, 1)


def _case(function, fault, vjp, xs):
    wrong = places(function, vjp, xs)
    if wrong:
        yield Case(f"{function.name}: {fault}", function.forward, vjp, xs, places=wrong)


def _right():
    for function in FUNCTIONS.values():
        for form in ("vjp", "pair"):
            yield Case(f"{function.name}: right", function.forward, function.vjp, function.xs,
                       "pass", form)  # fmt: skip
        for scale in SCALES:
            xs = tuple(x * scale for x in function.xs)
            with np.errstate(all="ignore"):
                y = function.forward(*xs)
                found = as_tuple(function.vjp(np.ones(np.shape(y)), y, *xs))
            if all(np.all(np.isfinite(v)) for v in (y, *found)):
                yield Case(f"{function.name}: right, {scale:g} times", function.forward,
                           function.vjp, xs, "pass")  # fmt: skip
        yield Case(f"{function.name}: right, with probes", function.forward, function.vjp,
                   function.xs, "pass", options={"probes": True})  # fmt: skip


CASES = [*_wrong(), *_right(), *elementwise(ELEMENTWISE)]
