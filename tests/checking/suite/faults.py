"""Faults that any vjp can have, planted in every function where they show."""

import zlib
from functools import partial

import numpy as np

from tests.checking.suite.case import Case, places
from tests.checking.suite.functions import FUNCTIONS, as_tuple


def _off_by(size):
    return lambda c, g, x: c * (1 + size)


def _plus(size):
    return lambda c, g, x: c + size * np.ravel(g)[0]


def _where(condition):
    return lambda c, g, x: c * np.where(condition(x), 1.1, 1.0)


def _one_element(c, g, x):
    c = np.array(c)
    c.flat[np.argmax(np.abs(x))] *= 1.01
    return c


def _shifted(c, g, x):
    return np.roll(c, 1)


def _narrow(dtype):
    return lambda c, g, x: np.asarray(c).astype(dtype).astype(float)


# What is returned for one of the inputs, instead of its gradient c; and the cause to be guessed.
GRADIENTS = {
    "sign": (lambda c, g, x: -c, "sign"),
    "factor 2": (lambda c, g, x: 2 * c, "factor 2"),
    "factor 1/2": (lambda c, g, x: c / 2, "factor 0.5"),
    "left out": (lambda c, g, x: np.zeros_like(c), "zero"),
    "relative 1e-1": (_off_by(1e-1), "relative"),
    "relative 1e-2": (_off_by(-1e-2), "relative"),
    "relative 1e-4": (_off_by(1e-4), "relative"),
    "relative 1e-6": (_off_by(-1e-6), "relative"),
    "relative 1e-8": (_off_by(1e-8), ""),
    "absolute 1e-4": (_plus(1e-4), ""),
    "absolute 1e-6": (_plus(-1e-6), ""),
    "one element": (_one_element, ""),
    "shifted by one": (_shifted, ""),
    "negative inputs only": (_where(lambda x: x < 0), ""),
    "positive inputs only": (_where(lambda x: x > 0), ""),
    "float16 inside": (_narrow(np.float16), ""),
    "float32 inside": (_narrow(np.float32), ""),
}  # fmt: skip

# What the rule makes of its cotangent, in all of its gradients.
COTANGENTS = {
    "ignored": (np.ones_like, "cotangent ignored"),
    "clipped at 1": (lambda g: np.clip(g, -1, 1), ""),
    "clipped at 100": (lambda g: np.clip(g, -100, 100), ""),
    "made absolute": (np.abs, ""),
    "its sign only": (np.sign, ""),
    "its mean for all": (lambda g: np.full_like(g, np.mean(g)), ""),
    "negative ones dropped": (lambda g: np.maximum(g, 0), ""),
    "in float16": (lambda g: np.clip(g, -6e4, 6e4).astype(np.float16).astype(float), ""),
    "with a constant": (lambda g: g + 1e-3, ""),
    "small ones dropped": (lambda g: np.where(np.abs(g) < 1e-2, 0.0, g), ""),
}

# Wrong where the given inputs do not lie: the checker has to go there.
ELSEWHERE = {
    "beyond 3": lambda x: np.abs(x) > 3,
    "beyond 20": lambda x: np.abs(x) > 20,
    "below 0.05": lambda x: np.abs(x) < 0.05,
    "of the other sign": lambda x: x < 0,
}


def in_gradient(function, fault, i, g, y, *xs):
    found = list(as_tuple(function.vjp(g, y, *xs)))
    found[i] = fault(found[i], g, xs[i])
    return tuple(found)


def in_cotangent(function, fault, g, y, *xs):
    return function.vjp(fault(np.asarray(g)), y, *xs)


def _cases():
    for function in FUNCTIONS.values():
        xs = function.xs
        for fault, (change, guess) in GRADIENTS.items():
            i = zlib.crc32(f"{function.name} {fault}".encode()) % len(xs)
            vjp = partial(in_gradient, function, change, i)
            yield from _case(function, fault, vjp, xs, guess)
        for fault, (change, guess) in COTANGENTS.items():
            vjp = partial(in_cotangent, function, change)
            yield from _case(function, f"cotangent {fault}", vjp, xs, guess)


def _case(function, fault, vjp, xs, guess):
    """None where the fault changes nothing."""
    wrong = places(function, vjp, xs)
    if wrong:
        yield Case(
            f"{function.name}: {fault}", function.forward, vjp, xs, places=wrong, guess=guess
        )


def _elsewhere():
    """One condition for each function whose slope can be seen far out, in turns."""
    for k, function in enumerate(f for f in FUNCTIONS.values() if f.wide):
        fault, condition = list(ELSEWHERE.items())[k % len(ELSEWHERE)]
        xs = tuple(map(np.abs, function.xs)) if fault == "of the other sign" else function.xs
        i = zlib.crc32(function.name.encode()) % len(xs)
        vjp = partial(in_gradient, function, _where(condition), i)
        assert not places(function, vjp, xs)
        yield Case(
            f"{function.name}: wrong {fault}", function.forward, vjp, xs, options={"probes": True}
        )


CASES = list(_cases())
ELSEWHERE_CASES = list(_elsewhere())
