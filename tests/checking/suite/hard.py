"""Right derivatives of functions that are hard for differences, and each of them with a fault.

A checker that gives up on what is hard passes the first half of these and misses the second.
"""

import math

import numpy as np

from tests.checking.suite.case import Case
from tests.checking.suite.functions import sigmoid

ERF = np.vectorize(math.erf, otypes=[float])
HALF_PI = np.pi / 2


def _float32(f):
    return lambda x: f(np.asarray(x, np.float32)).astype(float)


def _scattered(x, size):
    """Numbers within ±size that follow no pattern: noise that is the same in every call."""
    bits = np.ascontiguousarray(x, float).view(np.int64).astype(np.uint64)
    return size * ((bits * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(11)) / 2.0**52 - 1)


def _versine(x):
    return (1 - np.cos(x)) / x**2


def _versine_slope(x):
    series = -x / 12 + x**3 / 180 - x**5 / 6720
    with np.errstate(all="ignore"):
        return np.where(np.abs(x) < 0.3, series, (x * np.sin(x) - 2 * (1 - np.cos(x))) / x**3)


def _iterated(x, times):
    """The logistic map, whose slope doubles at every step."""
    for _ in range(times):
        x = 4 * x * (1 - x)
    return x


def _iterated_slope(x, times):
    slope = np.ones_like(x)
    for _ in range(times):
        slope = slope * 4 * (1 - 2 * x)
        x = 4 * x * (1 - x)
    return slope


def _newton(x):
    """A square root by iteration."""
    y = np.maximum(x, 1.0)
    for _ in range(60):
        y = 0.5 * (y + x / y)
    return y


def _guarded(x):
    """Raises outside its domain, as Python's own functions do."""
    return np.array([math.sqrt(v) * math.log(v) for v in np.ravel(x)]).reshape(np.shape(x))


def _guarded_slope(x):
    return (np.log(x) / 2 + 1) / np.sqrt(x)


def _noisy_sin(x):
    return np.sin(x) + _scattered(x, 1e-11)


# name: f, its slope, points, the smallest relative error that can be told from right
ELEMENTWISE = {
    # steep, fast, narrow
    "steep": (lambda x: np.exp(-50 * x), lambda x: -50 * np.exp(-50 * x), [0, 0.3, 2], 1e-6),
    "exp near overflow": (np.exp, np.exp, [300, 700, 708], 1e-6),
    "exp near underflow": (np.exp, np.exp, [-300, -600, -700], 1e-6),
    "sin 1e3 x": (lambda x: np.sin(1e3 * x), lambda x: 1e3 * np.cos(1e3 * x), [0, 0.7, 3], 1e-6),
    "sin 1e6 x": (lambda x: np.sin(1e6 * x), lambda x: 1e6 * np.cos(1e6 * x), [0, 0.7, 3], 1e-4),
    "ripples": (lambda x: x + 1e-8 * np.sin(1e6 * x), lambda x: 1 + 1e-2 * np.cos(1e6 * x),
                [0.1, 0.7, 3], 1e-3),
    "chirp": (lambda x: np.sin(1 / x), lambda x: -np.cos(1 / x) / x**2, [0.05, 0.01, 0.3], 1e-6),
    "sharp step": (lambda x: np.tanh(1e4 * x), lambda x: 1e4 / np.cosh(1e4 * x) ** 2,
                   [0, 1e-5, 1e-4, 5e-4], 1e-6),
    "Runge": (lambda x: 1 / (1 + 25 * x * x), lambda x: -50 * x / (1 + 25 * x * x) ** 2,
              [0.01, 0.2, 1], 1e-6),
    "narrow peak": (lambda x: 1 / (1 + 1e8 * x * x), lambda x: -2e8 * x / (1 + 1e8 * x * x) ** 2,
                    [1e-5, 1e-4, 1e-3], 1e-6),
    "bump": (lambda x: np.exp(-((x / 1e-3) ** 2)), lambda x: -2e6 * x * np.exp(-((x / 1e-3) ** 2)),
             [1e-4, 5e-4, 2e-3], 1e-6),
    "sin at 1e6": (np.sin, np.cos, [1e6, 1e6 + 1, 1e8], 1e-4),
    "cos 50 x": (lambda x: np.cos(50 * x), lambda x: -50 * np.sin(50 * x), [0.3, 0.7, 20], 1e-6),
    "a thousandth power": (lambda x: x**1000, lambda x: 1000 * x**999, [0.99, 1, 1.01], 1e-6),
    "(1 + 1/x)^x": (lambda x: (1 + 1 / x) ** x,
                    lambda x: (1 + 1 / x) ** x * (np.log1p(1 / x) - 1 / (1 + x)),
                    [0.1, 1, 10], 1e-6),
    "logistic map": (lambda x: _iterated(x, 12), lambda x: _iterated_slope(x, 12),
                     [0.1, 0.37, 0.9], 1e-6),
    # edges of the domain
    "log near 0": (np.log, lambda x: 1 / x, [1e-300, 1e-12, 1e-3], 1e-6),
    "log far out": (np.log, lambda x: 1 / x, [1e6, 1e100, 1e300], 1e-6),
    "sqrt near 0": (np.sqrt, lambda x: 0.5 / np.sqrt(x), [1e-300, 1e-12, 1e-4], 1e-6),
    "sqrt far out": (np.sqrt, lambda x: 0.5 / np.sqrt(x), [1e12, 1e300], 1e-6),
    "cbrt": (np.cbrt, lambda x: 1 / (3 * np.cbrt(x) ** 2), [1e-9, -1e-3, 1e6], 1e-6),
    "tenth root": (lambda x: x**0.1, lambda x: 0.1 * x**-0.9, [1e-12, 1e-2, 10], 1e-6),
    "arcsin near 1": (np.arcsin, lambda x: 1 / np.sqrt((1 - x) * (1 + x)),
                      [1 - 1e-3, -1 + 1e-5, 1 - 1e-6], 1e-6),
    "arccos near -1": (np.arccos, lambda x: -1 / np.sqrt((1 - x) * (1 + x)),
                       [-1 + 1e-3, 1 - 1e-5, -1 + 1e-6], 1e-6),
    "arccosh near 1": (np.arccosh, lambda x: 1 / np.sqrt((x - 1) * (x + 1)),
                       [1 + 1e-6, 1 + 1e-3, 50], 1e-4),
    "arctanh near 1": (np.arctanh, lambda x: 1 / ((1 - x) * (1 + x)),
                       [1 - 1e-3, -1 + 1e-6, 0.99], 1e-6),
    "log1p near -1": (np.log1p, lambda x: 1 / (1 + x), [-1 + 1e-3, -1 + 1e-6, 1e-12], 1e-6),
    "logit": (lambda x: np.log(x) - np.log1p(-x), lambda x: 1 / (x * (1 - x)),
              [1e-12, 1e-3, 1 - 1e-6], 1e-6),
    "entropy": (lambda x: -x * np.log(x), lambda x: -np.log(x) - 1, [1e-30, 1e-3, 0.5], 1e-6),
    "tan near π/2": (np.tan, lambda x: 1 / np.cos(x) ** 2, [1.57, 1.5707, 4.712], 1e-5),
    "1/x": (lambda x: 1 / x, lambda x: -1 / x**2, [1e-100, -1e-3, 1e6], 1e-6),
    "x^-5": (lambda x: x**-5.0, lambda x: -5 * x**-6.0, [1e-3, -0.2, 1e6], 1e-6),
    "raises outside": (_guarded, _guarded_slope, [1e-6, 0.5, 3], 1e-6),
    "pole beside": (lambda x: 1 / (x - 1), lambda x: -1 / (x - 1) ** 2, [1.001, 0.9999, 3], 1e-6),
    "essential": (lambda x: np.exp(-1 / x**2), lambda x: 2 / x**3 * np.exp(-1 / x**2),
                  [0.05, 0.2, -2], 1e-6),
    # scales
    "x² at 1e150": (np.square, lambda x: 2 * x, [1e150, -1e100], 1e-6),
    "x² at 1e-150": (np.square, lambda x: 2 * x, [1e-150, -1e-100], 1e-6),
    "x³ at 1e-100": (lambda x: x**3, lambda x: 3 * x * x, [1e-100, 1e100], 1e-6),
    "x^20": (lambda x: x**20, lambda x: 20 * x**19, [1e-3, 1, 30], 1e-6),
    "tiny values": (lambda x: 1e-200 * np.sin(x), lambda x: 1e-200 * np.cos(x), [0.1, 1, 4], 1e-6),
    "huge values": (lambda x: 1e200 * np.sin(x), lambda x: 1e200 * np.cos(x), [0.1, 1, 4], 1e-6),
    "mixed scales": (np.sinh, np.cosh, [1e-9, 1e-3, 1, 300], 1e-6),
    "arctan far out": (np.arctan, lambda x: 1 / (1 + x * x), [1e3, 1e5], 1e-3),
    # cancellation and noise
    "beside 1e8": (lambda x: (x + 1e8) - 1e8, np.ones_like, [0.3, 2, -1], 1e-4),
    "on top of 1e6": (lambda x: 1e6 + np.sin(x), np.cos, [0.1, 1, 4], 1e-5),
    "on top of 1e12": (lambda x: 1e12 + 1e3 * x, lambda x: np.full_like(x, 1e3), [0.3, 2], 1e-3),
    "small slope beside 1": (lambda x: 1 + 1e-12 * x, lambda x: np.full_like(x, 1e-12), [1, 3], 1),
    "log of 1 + x": (lambda x: np.log(1 + x), lambda x: 1 / (1 + x), [1e-12, 1e-6, 1], 1e-3),
    "(exp x - 1)/x": (lambda x: (np.exp(x) - 1) / x,
                      lambda x: (np.exp(x) * (x - 1) + 1) / x**2, [0.1, 1, -5], 1e-6),
    "(1 - cos x)/x²": (_versine, _versine_slope, [1e-3, 1e-2, 1], 1e-2),
    "(x+1)³ expanded": (lambda x: x**3 + 3 * x**2 + 3 * x + 1, lambda x: 3 * (x + 1) ** 2,
                        [-1.001, -0.99, 2], 1e-4),
    "rounded to 10 digits": (lambda x: np.round(np.sin(x), 10), np.cos, [0.2, 1, 4], 1e-3),
    "noise of 1e-11": (_noisy_sin, np.cos, [0.2, 1, 4], 1e-3),
    "float32 inside": (_float32(np.sin), np.cos, [0.2, 1, 4], 1e-2),
    "exp in float32": (_float32(np.exp), np.exp, [-3, 0.1, 5], 1e-2),
    "tanh in float32": (_float32(np.tanh), lambda x: 1 / np.cosh(x) ** 2, [-1, 0.1, 2], 1e-2),
    "difference of squares": (lambda x: (x + 1e4) ** 2 - x**2, lambda x: np.full_like(x, 2e4),
                              [0.1, 3, -7], 1e-6),
    # pieces
    "floor": (np.floor, np.zeros_like, [0.3, 1.7, 2.999, -0.001], 1e-2),
    "round": (np.round, np.zeros_like, [0.3, 1.6, 2.49], 1e-2),
    "sign": (np.sign, np.zeros_like, [-1, 2, 1e-3], 1e-2),
    "jump beside": (lambda x: np.where(x > 1, 2 * x + 3, x), lambda x: np.where(x > 1, 2, 1),
                    [1.001, 0.99999, 3], 1e-6),
    "remainder": (lambda x: np.fmod(x, 1), np.ones_like, [0.999, 1.001, 5.5], 1e-6),
    "triangle wave": (lambda x: np.abs(np.fmod(x, 1) - 0.5), lambda x: np.sign(np.fmod(x, 1) - 0.5),
                      [0.3, 0.7, 3.499], 1e-6),
    "many kinks": (lambda x: np.abs(np.sin(50 * x)),
                   lambda x: 50 * np.cos(50 * x) * np.sign(np.sin(50 * x)), [0.3, 0.7, 1.26], 1e-6),
    "interpolated": (lambda x: np.interp(x, [0, 1, 2, 4], [0, 3, 1, 5]),
                     lambda x: np.select([x < 1, x < 2], [3, -2], 2), [0.5, 1.01, 3.9], 1e-6),
    "|x|^1.1 beside 0": (lambda x: np.abs(x) ** 1.1, lambda x: 1.1 * np.sign(x) * np.abs(x) ** 0.1,
                         [1e-9, -1e-3, 1], 1e-6),
    "relu beside 0": (lambda x: np.maximum(x, 0), lambda x: x > 0, [1e-3, -1e-6, 1e-9, 1e-300],
                      1e-6),
    # flat
    "constant": (lambda x: np.full_like(x, 3), np.zeros_like, [0.1, -2, 1e6], 1e-6),
    "nothing of it": (lambda x: 0 * x, np.zeros_like, [0.1, -2, 1e6], 1e-6),
    "sin² + cos²": (lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, np.zeros_like, [0.1, 2, 5], 1e-6),
    "tails of sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x), [-30, -3, 12, 100], 1e-2),
    "tails of tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2, [-25, 6, 9], 1e-2),
    "tails of softplus": (lambda x: np.logaddexp(0, x), sigmoid, [-300, -40, 40, 600], 1e-4),
    "tails of erf": (ERF, lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x), [-3, 0, 2, 10], 1e-4),
    "extremum": (np.cos, lambda x: -np.sin(x), [0, 1e-8, np.pi], 1e-3),
    "flat to the 4th": (lambda x: x**4, lambda x: 4 * x**3, [0, 1e-5, 1e-2], 1e-3),
    "x² sin 1/x": (lambda x: np.where(x == 0, 0, x * x * np.sin(1 / np.where(x == 0, 1, x))),
                   lambda x: np.where(x == 0, 0, 2 * x * np.sin(1 / np.where(x == 0, 1, x))
                                      - np.cos(1 / np.where(x == 0, 1, x))), [0, 0.1, 1], 1e-2),
    "by Newton's iteration": (_newton, lambda x: 0.5 / np.sqrt(x), [0.2, 2, 1e4], 1e-6),
}  # fmt: skip


def _times(slope):
    return lambda g, y, x: g * slope(x)


def _off(slope, size):
    return lambda x: slope(x) * (1.0 + size) + np.where(slope(x) == 0, size, 0)


def elementwise(table):
    """A right and a wrong case of each row."""
    for k, (name, (f, slope, points, size)) in enumerate(table.items()):
        xs = (np.array(points, float),)
        form = ("grad", "vjp", "pair")[k % 3]
        wrong = _off(slope, size)
        for what, verdict, df in (("right", "pass", slope), (f"off by {size:g}", "fail", wrong)):
            rule = df if form == "grad" else _times(df)
            yield Case(f"{name}: {what}", f, rule, xs, verdict, form)


# What cannot be decided, and is neither accused nor passed.
UNDECIDED = {
    "at a jump": (np.floor, np.zeros_like, [0.3, 1.0]),
    "noise above the slope": (lambda x: 1e16 + np.sin(x), np.cos, [0.3, 1.0]),
    "not finite": (np.log, lambda x: 1 / x, [0.0, 1.0]),
    "NaN handed over": (np.sin, np.cos, [np.nan, 1.0]),
    "vertical": (np.cbrt, lambda x: np.full_like(x, np.inf), [0.0]),
    "never the same": (lambda x: x + _DRAWS.normal(size=2), np.ones_like, [0.3, 1.0]),
}
_DRAWS = np.random.default_rng(0)


def _undecided():
    for name, (f, slope, points) in UNDECIDED.items():
        yield Case(f"{name}: undecided", f, slope, (np.array(points),), "inconclusive", "grad")


CASES = [*elementwise(ELEMENTWISE), *_undecided()]
