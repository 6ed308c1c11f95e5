"""Activations as users write them: right ones, and one for each mistake that can be made."""

import itertools
import math
from typing import NamedTuple

import numpy as np

from micrograd_act import Tensor, Value, activation, maximum, sigmoid, tanh, where
from micrograd_act import functional as F  # noqa: N812


def own(fn, vjp=None, **facts):
    return activation(fn, name="own", vjp=vjp, facts=facts or None)


def sech2(x):
    return 1 / np.cosh(np.clip(x, -300, 300)) ** 2


def tanh_vjp(g, y, x):
    return g * sech2(x)


def sine_squared(x):
    return x + np.sin(x) ** 2


def log_odds(x):
    return np.log(x / (1 - x))


def for_each_kind(x):
    return max(x, 0.0) if isinstance(x, float) else np.maximum(x, 0)


RIGHT = {
    "exponential of the size": own(lambda x: np.exp(-np.abs(x)), symmetry="even"),
    "where": own(lambda x: where(x > 0, x, 0.1 * x), kinks=((0.0, 0.1),)),
    "NumPy's where": own(lambda x: np.where(x > 0, x, 0.1 * x)),
    "maximum": own(lambda x: maximum(x, 0.0), kinks=((0.0, 0.5),), monotone=True),
    "maximum of two lines": own(lambda x: np.maximum(x, 0.2 * x)),
    "clip": own(lambda x: np.clip(x, -1, 1), range=(-1.0, 1.0)),
    "kinks at ±1": own(lambda x: np.abs(np.abs(x) - 1)),
    "square root": own(np.sqrt, domain=(0.0, math.inf)),
    "logarithm": own(lambda x: F.log(x)),
    "log1p": own(np.log1p),
    "log odds": own(log_odds),
    "arcsine": own(np.arcsin),
    "pole": own(lambda x: 1 / x),
    "sine": own(np.sin, symmetry="odd", range=(-1.0, 1.0)),
    "fast sine": own(lambda x: np.sin(10 * x)),
    "snake": own(sine_squared, monotone=True),
    "growing sine": own(lambda x: x * np.sin(x)),
    "tangent": own(np.tan),
    "steep waves": own(lambda x: np.sin(x * x), kinks=()),
    "cube": own(lambda x: x**3, monotone=True),
    "power": own(lambda x: F.abs(x) ** 1.5, smoothness=1),
    "bump": own(lambda x: np.exp(-(x**2))),
    "rational": own(lambda x: 1 / (1 + x * x)),
    "x over a root": own(lambda x: x / np.sqrt(1 + x * x)),
    "log of a square": own(lambda x: np.log(1 + x**2)),
    "log cosh": own(lambda x: F.abs(x) + F.log1p(F.exp(-2 * F.abs(x))) - math.log(2)),
    "affine": own(lambda x: 2 * x + 1, affine=True),
    "staircase": own(np.floor),
    "tanh with its vjp": own(np.tanh, tanh_vjp, range=(-1.0, 1.0)),
    "vjp from y": own(np.tanh, lambda g, y, x: g * (1 - y * y)),
    "vjp in float64": own(F.relu, lambda g, y, x: g * np.where(x > 0, 1.0, 0.0)),
    "vjp over arrays": own(F.relu, lambda g, y, x: g * (np.asarray(x) > 0)),
    "numbers and arrays apart": own(for_each_kind, lambda g, y, x: g * (np.asarray(x) > 0)),
}

_NOISE = np.random.default_rng(0)
_CALLS = itertools.count(1)


def branch_on_sign(x):
    return x if x > 0 else 0.1 * x


def branch_on_zero(x):
    return 1.0 if x == 0 else np.sin(x) / x


def branch_on_any(x):
    return np.maximum(x, 0) if np.any(x > 0) else 0.5 * x


def branch_in_vjp(g, y, x):
    return g if x > 0 else 0 * g


def forgets_to_return(x):
    x + 1


def zeroes_in_place(x):
    x[x < 0] = 0
    return x


def doubles_g(g, y, x):
    g *= 2
    return g


def raises_far_out(x):
    if np.any(np.asarray(x) < -100):
        raise OverflowError("too far")
    return x


def other_for_numbers(x):
    return x * 2.0 if isinstance(x, float) else x * 3


def detached(x):
    return x * np.asarray(tanh(x).data if isinstance(x, (Value, Tensor)) else tanh(x))


def wrong_far_out(g, y, x):
    return np.where(x > 100, g * 1e-3, g * sech2(x))


def at_infinity_only(x):
    return np.where(np.isinf(x), 0.5, np.tanh(x))


class Planted(NamedTuple):
    """A wrong activation, and the finding that has to come first."""

    op: object
    kind: str
    x: float | None
    words: str


WRONG = {
    "branch": Planted(own(branch_on_sign), "branch", 0.0, "x > 0; write where"),
    "branch on a size": Planted(
        own(lambda x: x if abs(x) < 1 else x * 0 + 1), "branch", 1.0, "|x| < 1"
    ),
    "branch on one number": Planted(own(branch_on_zero), "branch", 0.0, "x = 0"),
    "Python's max": Planted(own(lambda x: max(x, 0.0)), "branch", None, "where"),
    "branch in the vjp": Planted(own(F.relu, branch_in_vjp), "branch", None, "the derivative"),
    "branch on the whole array": Planted(own(branch_on_any), "elementwise", -1.0, "instead of"),
    "math's function": Planted(own(math.tanh), "raises", None, "NumPy's take both"),
    "raises": Planted(own(lambda x: 1 / 0), "raises", None, "ZeroDivisionError"),
    "raises far out": Planted(own(raises_far_out), "raises", -500.0, "OverflowError: too far"),
    "vjp raises": Planted(own(np.tanh, lambda g, y, x: 1 / 0), "raises", None, "the derivative"),
    "no rule": Planted(own(np.cbrt), "raises", None, "np.cbrt has no rule"),
    "no return": Planted(own(forgets_to_return), "dtype", None, "is a return missing"),
    "complex": Planted(own(lambda x: np.asarray(x) + 1j), "dtype", None, "complex128"),
    "boolean": Planted(own(lambda x: np.asarray(x) > 0), "dtype", None, "bool"),
    "float32 upcast": Planted(
        own(lambda x: np.tanh(np.asarray(x, np.float64)), tanh_vjp), "dtype", None, "float32"
    ),
    "outer": Planted(own(lambda x: np.outer(x, x)), "shape", None, "(130, 130)"),
    "vjp of another shape": Planted(
        own(np.tanh, lambda g, y, x: np.sum(g)), "raises", None, "it returned shape ()"
    ),
    "changes its input": Planted(own(zeroes_in_place), "mutates", -1.0, "here to 0"),
    "vjp changes g": Planted(own(lambda x: 2 * x, doubles_g), "mutates", None, "changes g"),
    "noise": Planted(
        own(lambda x: x + 1e-3 * _NOISE.normal(size=np.shape(x))), "nondeterministic", -1.0, "two"
    ),
    "counts its calls": Planted(own(lambda x: x * next(_CALLS)), "nondeterministic", -1.0, "two"),
    "noise in the vjp": Planted(
        own(np.tanh, lambda g, y, x: g * sech2(x) * _NOISE.uniform(1, 1.1)),
        "nondeterministic",
        -1.0,
        "the derivative",
    ),
    "divided by the largest": Planted(
        own(lambda x: x / np.max(np.abs(x))), "elementwise", 0.92, "among other elements"
    ),
    "softmax": Planted(
        own(lambda x: np.exp(x) / np.sum(np.exp(x))), "elementwise", -1.0, "instead of"
    ),
    "vjp of the mean": Planted(
        own(np.tanh, lambda g, y, x: g * (1 - np.mean(y * y))), "elementwise", -1.0, "derivative"
    ),
    "numbers otherwise": Planted(own(other_for_numbers), "scalar", -1.0, "−2, an array −3"),
    "sin x / x": Planted(own(lambda x: np.sin(x) / x), "nan", 0.0, "beside it 1"),
    "root of the size": Planted(own(lambda x: np.sqrt(np.abs(x))), "nan", 0.0, "slope is NaN"),
    "guarded too late": Planted(
        own(lambda x: np.where(x > 0, np.sqrt(x), 0.0)), "nan", 0.0, "slope is NaN from here down"
    ),
    "naive tanh": Planted(
        own(lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))),
        "nan",
        -709.78271289338409,
        "just before it is −1",
    ),
    "naive swish": Planted(own(lambda x: x / (1 + np.exp(-x))), "nan", -math.inf, "limit is 0"),
    "swish": Planted(own(lambda x: x * sigmoid(2 * x)), "nan", -math.inf, "limit is 0"),
    "softsign": Planted(own(lambda x: x / (1 + np.abs(x))), "nan", -math.inf, "limit is −1"),
    "naive softplus": Planted(
        own(lambda x: np.log(1 + np.exp(x))), "overflow", 709.78271289338409, "690.6"
    ),
    "another limit": Planted(own(at_infinity_only), "limit", -math.inf, "limit is −1"),
    "slope off by 1e-6": Planted(
        own(np.tanh, lambda g, y, x: g * sech2(x) * (1 + 1e-6)), "slope", None, "differences say"
    ),
    "1e-6 added": Planted(
        own(np.tanh, lambda g, y, x: g * (sech2(x) + 1e-6)), "slope", None, "differences say"
    ),
    "off on one side": Planted(
        own(np.tanh, lambda g, y, x: g * sech2(x) * np.where(x < 0, 1 + 1e-6, 1)),
        "slope",
        None,
        "it is",
    ),
    "off in a gap": Planted(
        own(np.tanh, lambda g, y, x: g * sech2(x) * np.where(np.abs(x - 3.4) < 0.1, 1.01, 1)),
        "slope",
        None,
        "differences say 0.00",
    ),
    "off far out": Planted(own(np.tanh, wrong_far_out), "slope", 500.0, "differences say 0"),
    "sign": Planted(own(np.tanh, lambda g, y, x: -g * sech2(x)), "slope", None, "it is −"),
    "without g": Planted(own(np.tanh, lambda g, y, x: sech2(x)), "slope", -1.0, "not g times"),
    "x(1 − x)": Planted(
        own(lambda x: sigmoid(x), lambda g, y, x: g * x * (1 - x)),
        "slope",
        None,
        "differences say 0.",
    ),
    "beside both sides of a kink": Planted(
        own(F.relu, lambda g, y, x: g * np.where(x == 0, 2.0, x > 0)),
        "slope",
        0.0,
        "it is 2, differences say between 0 and 1",
    ),
    "detached factor": Planted(own(detached), "slope", None, "differences say"),
    "lost sign": Planted(
        own(lambda x: np.sign(x) * np.log1p(np.abs(x))), "slope", 0.0, "it is 0, differences say"
    ),
    "second derivative": Planted(
        own(np.tanh, lambda g, y, x: g * sech2(np.asarray(x))), "curvature", None, "is 0"
    ),
    "fact: kinks, its side": Planted(
        own(F.relu, lambda g, y, x: g * (np.asarray(x) >= 0), kinks=((0.0, 0.0),)),
        "fact: kinks",
        0.0,
        "the slope is 1, not 0",
    ),
    "fact: kinks, none": Planted(
        own(lambda x: x * x, kinks=((0.0, 0.0),)), "fact: kinks", 0.0, "does not jump"
    ),
    "fact: kinks, not said": Planted(own(np.abs, kinks=()), "fact: kinks", 0.0, "from −1 to 1"),
    "fact: jumps": Planted(
        own(lambda x: np.where(x > 1.7, x + 1e-3, x), jumps=()), "fact: jumps", 1.7, "not said"
    ),
    "fact: monotone": Planted(own(F.silu, monotone=True), "fact: monotone", None, "the slope is"),
    "fact: not monotone": Planted(
        own(np.tanh, monotone=False), "fact: monotone", None, "never decreases"
    ),
    "fact: odd": Planted(own(F.silu, symmetry="odd"), "fact: symmetry", None, "f(−x) is"),
    "fact: no symmetry": Planted(own(np.tanh, symmetry=None), "fact: symmetry", None, "it is odd"),
    "fact: range": Planted(
        own(np.tanh, range=(-1.0, 0.999)), "fact: range", math.inf, "greatest value is 1, not"
    ),
    "fact: domain": Planted(
        own(lambda x: F.log1p(x), domain=(0.0, math.inf)), "fact: domain", -1.0, "from −1, not"
    ),
    "fact: left": Planted(own(np.tanh, left=(0.0, 0.0)), "fact: left", -math.inf, "value is −1"),
    "fact: right, its slope": Planted(
        own(np.tanh, right=(1.0, 1e-3)), "fact: right", math.inf, "slope is 0, not 0.001"
    ),
    "fact: affine": Planted(own(np.tanh, affine=True), "fact: affine", None, "at 0 it is 1"),
    "fact: not affine": Planted(
        own(lambda x: 2 * x, affine=False), "fact: affine", None, "one slope everywhere"
    ),
    "fact: smooth": Planted(
        own(lambda x: np.abs(x) * x, smoothness=math.inf), "fact: smoothness", 0.0, "jumps"
    ),
    "fact: less smooth": Planted(own(np.tanh, smoothness=1), "fact: smoothness", None, "nowhere"),
}
