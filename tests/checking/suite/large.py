"""Large arrays and narrow dtypes: one wrong element among many, and what float32 may hide."""

import numpy as np

from tests.checking.suite.case import Case

SIZES = (100, 3_000, 20_000, 100_000)


def _numbers(size):
    return np.random.default_rng(size).normal(size=size)


def _mean_of_softplus(x):
    return np.logaddexp(0, x).mean()


def _its_vjp(g, y, x):
    return g / (1 + np.exp(-x)) / x.size


def _sines(x):
    return np.sin(x)


def _sines_vjp(g, y, x):
    return g * np.cos(x)


def _matrix(x):
    """The same numbers as the weights of a layer."""
    return np.tanh(INPUTS @ x.reshape(20, -1))


INPUTS = np.random.default_rng(7).normal(size=(2, 20))


def _matrix_vjp(g, y, x):
    return (INPUTS.T @ (g * (1 - y * y))).ravel()


LARGE = {
    "mean of softplus": (_mean_of_softplus, _its_vjp),
    "elementwise": (_sines, _sines_vjp),
    "layer": (_matrix, _matrix_vjp),
}


def _at(vjp, where, size):
    def wrong(g, y, x):
        c = vjp(g, y, x)
        c[where] *= 1 + size
        return c

    return wrong


def _large():
    for name, (f, vjp) in LARGE.items():
        for n in SIZES:
            x = _numbers(n)
            yield Case(f"{name}: {n} right", f, vjp, (x,), "pass", "vjp")
            if n < SIZES[-1] or name == "mean of softplus":
                # an element whose gradient is neither small nor the largest
                where = int(np.argsort(np.abs(vjp(np.ones_like(f(x)), f(x), x)))[int(0.7 * n)])
                at = {0: np.arange(n) == where}
                yield Case(f"{name}: one of {n} off by 1e-2", f, _at(vjp, where, 1e-2), (x,),
                           places=at)  # fmt: skip
            rows = slice(n // 2, n // 2 + n // 10)
            yield Case(f"{name}: a tenth of {n} off by 1e-4", f, _at(vjp, rows, 1e-4), (x,),
                       places={0: np.isin(np.arange(n), np.arange(n)[rows])})  # fmt: skip


# Functions of float32, whose result is float32 too.
NARROW = {
    "tanh": (np.tanh, lambda g, y, x: g * (1 - y * y)),
    "square": (np.square, lambda g, y, x: 2 * g * x),
    "sum of sines": (lambda x: np.sin(x).sum(), lambda g, y, x: g * np.cos(x)),
    "softmax": (lambda x: np.exp(x) / np.exp(x).sum(),
                lambda g, y, x: y * (g - (g * y).sum())),
    "cast inside": (lambda x: np.sin(np.asarray(x, np.float32)), lambda g, y, x: g * np.cos(x)),
}  # fmt: skip


def _off(vjp, size):
    return lambda g, y, x: vjp(g, y, x) * np.float32(1 + size)


def _for_float32(vjp):
    """Wrong only where the input is float32."""
    return lambda g, y, x: vjp(g, y, x) * (1.1 if np.asarray(x).dtype == np.float32 else 1)


def _for_float64(vjp):
    return lambda g, y, x: vjp(g, y, x) * (1.1 if np.asarray(x).dtype == np.float64 else 1)


def _narrow():
    for name, (f, vjp) in NARROW.items():
        x = np.array([0.3, -1.2, 2.0], np.float32)
        yield Case(f"float32 {name}: right", f, vjp, (x,), "pass")
        yield Case(f"float32 {name}: off by 1e-2", f, _off(vjp, 1e-2), (x,))
        yield Case(f"float32 {name}: sign", f, _off(vjp, -2), (x,))
        yield Case(f"float32 {name}: wrong for float32 only", f, _for_float32(vjp), (x,))
        wide = x.astype(float)
        yield Case(f"{name}: wrong for float64 only", f, _for_float64(vjp), (wide,))


CASES = [*_large(), *_narrow()]
