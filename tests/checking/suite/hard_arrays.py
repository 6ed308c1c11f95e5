"""Right derivatives of hard functions of whole arrays, and each of them with a fault.

Then the ways in which a caller may hand over an array, and what a function may do to it.
"""

import math
import random
import warnings

import numpy as np

from tests.checking.suite.case import Case
from tests.checking.suite.functions import (
    AXES,
    FUNCTIONS,
    as_tuple,
    fitted,
    log_softmax,
    logsumexp,
    softmax,
)

RNG = np.random.default_rng(2)
NORMAL = RNG.normal(size=400)


def some(*shape, scale=1.0, offset=0.0):
    return offset + scale * NORMAL[: math.prod(shape)].reshape(shape)


def hilbert(n):
    return 1 / (np.arange(n)[:, None] + np.arange(n) + 1.0)


def _inv_vjp(g, y, x):
    return -y.T @ g @ y.T


def _solve_vjp(g, y, a, b):
    c = np.linalg.solve(a.T, g)
    return -np.outer(c, y), c


def _det_vjp(g, y, x):
    """By cofactors, which a singular matrix has too."""
    u, s, v = np.linalg.svd(x)
    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])
    return g * np.linalg.det(u) * np.linalg.det(v) * (u * others) @ v


def _cholesky_vjp(g, y, x):
    """Murray (2016), for the symmetric part of x."""
    p = np.tril(y.T @ g)
    p[np.diag_indices(len(p))] /= 2
    inverse = np.linalg.inv(y)
    s = inverse.T @ p @ inverse
    return (s + s.T) / 2


def _cosine(a, b):
    return a @ b / np.sqrt(a @ a) / np.sqrt(b @ b)


def _cosine_vjp(g, y, a, b):
    na, nb = np.sqrt(a @ a), np.sqrt(b @ b)
    return g * (b / nb - y * a / na) / na, g * (a / na - y * b / nb) / nb


def _standard(x):
    centred = x - x.mean(-1, **AXES)
    return centred / np.sqrt((centred**2).mean(-1, **AXES) + 1e-12)


def _standard_vjp(g, y, x):
    spread = np.sqrt(x.var(-1, **AXES) + 1e-12)
    return (g - g.mean(-1, **AXES) - y * (g * y).mean(-1, **AXES)) / spread


def _prod_vjp(g, y, x):
    """Also where a factor is 0."""
    others = [np.prod(np.delete(x, i)) for i in range(len(x))]
    return g * np.array(others)


def _deep(x):
    for _ in range(9):
        x = np.tanh(x) + 0.6 * x
    return x


def _deep_vjp(g, y, x):
    slope = np.ones_like(x)
    for _ in range(9):
        slope = slope * (1 / np.cosh(x) ** 2 + 0.6)
        x = np.tanh(x) + 0.6 * x
    return g * slope


W = some(3, 3, scale=0.5)


def _recurrent(x):
    for _ in range(20):
        x = np.tanh(W @ x)
    return x


def _recurrent_vjp(g, y, x):
    hidden = [x]
    for _ in range(20):
        hidden.append(np.tanh(W @ hidden[-1]))
    for h in hidden[:0:-1]:
        g = W.T @ (g * (1 - h * h))
    return g


def _sort_vjp(g, y, x):
    c = np.empty_like(x)
    c[np.argsort(x)] = g
    return c


def _spectrum(x):
    return np.abs(np.fft.rfft(x)) ** 2


def _spectrum_vjp(g, y, x):
    f = np.fft.rfft(x)
    waves = np.exp(-2j * np.pi * np.outer(np.arange(len(f)), np.arange(len(x))) / len(x))
    return 2 * np.real((g * np.conj(f)) @ waves)


def _pooled(x):
    return x.reshape(3, 2, 2, 2).max((1, 3))


def _pooled_vjp(g, y, x):
    return g.repeat(2, 0).repeat(2, 1) * (x == y.repeat(2, 0).repeat(2, 1))


ROOTS = np.poly(np.arange(1.0, 11.0))  # Wilkinson's polynomial, degree 10


# name: f, vjp, inputs, the smallest relative error that can be told from right
ARRAYS = {
    # linear algebra
    "inverse of Hilbert 3": (np.linalg.inv, _inv_vjp, (hilbert(3),), 1e-4),
    "inverse of Hilbert 4": (np.linalg.inv, _inv_vjp, (hilbert(4),), 1e-3),
    "inverse of Hilbert 5": (np.linalg.inv, _inv_vjp, (hilbert(5),), 1e-2),
    "inverse at 1e-8": (np.linalg.inv, _inv_vjp, (some(3, 3, scale=1e-8),), 1e-6),
    "solve with Hilbert 4": (np.linalg.solve, _solve_vjp, (hilbert(4), some(4)), 1e-3),
    "determinant of a singular": (np.linalg.det, _det_vjp, (np.outer([1.0, 2, 3], [1.0, -1, 2])
                                  + np.diag([1.0, 0, 0]),), 1e-4),
    "determinant at 1e6": (np.linalg.det, _det_vjp, (some(3, 3, scale=1e6),), 1e-6),
    "cholesky": (lambda x: np.linalg.cholesky((x + x.T) / 2), _cholesky_vjp,
                 (some(3, 3) @ some(3, 3).T + 0.1 * np.eye(3),), 1e-6),
    "ragged matmul": (np.matmul, FUNCTIONS["matmul"].vjp,
                      (some(2, 3) * [1e-6, 1, 1e6], some(3, 2) * [[1e6], [1], [1e-6]]), 1e-4),
    "batched matmul": (np.matmul, lambda g, y, a, b: (g @ b.swapaxes(1, 2),
                                                      fitted(a.swapaxes(1, 2) @ g, b)),
                       (some(2, 2, 3), some(1, 3, 2)), 1e-6),
    "orthogonal vectors": (np.dot, lambda g, y, a, b: (g * b, g * a),
                           (np.array([1.0, 1, 2]), np.array([1.0, 1, -1])), 1e-6),
    "parallel vectors": (_cosine, _cosine_vjp, (np.array([1.0, 2, 3]), np.array([2.0, 4, 6.001])),
                         1e-2),
    "short vectors": (_cosine, _cosine_vjp, (some(3, scale=1e-8), some(4)[1:] * 1e8), 1e-4),
    # norms, moments, sums
    "norm of a short vector": (np.linalg.norm, FUNCTIONS["norm"].vjp, (some(3, scale=1e-100),),
                               1e-6),
    "norm of a long vector": (np.linalg.norm, FUNCTIONS["norm"].vjp, (some(3, scale=1e100),), 1e-6),
    "variance of an offset": (lambda x: x.var(), lambda g, y, x: g * 2 * (x - x.mean()) / x.size,
                              (some(5, offset=1e4),), 1e-4),
    "sum that cancels": (np.sum, lambda g, y, x: g * np.ones_like(x),
                         (np.array([1e8, 1.0, -1e8, 0.3]),), 1e-4),
    "mean of what is centred": (lambda x: (x - x.mean()).mean(), lambda g, y, x: np.zeros_like(x),
                                (some(7),), 1e-3),
    "alternating sum": (lambda x: x @ (-1.0) ** np.arange(x.size),
                        lambda g, y, x: g * (-1.0) ** np.arange(x.size), (some(40),), 1e-6),
    "product with a 0": (np.prod, _prod_vjp, (np.array([2.0, 0, -3]),), 1e-6),
    "product with two 0s": (np.prod, _prod_vjp, (np.array([2.0, 0, 0]),), 1e-6),
    "product of extremes": (np.prod, _prod_vjp, (np.array([1e100, 1e-100, 3]),), 1e-6),
    "cumulated product": (np.cumprod, lambda g, y, x: np.cumsum((g * y)[::-1])[::-1] / x,
                          (some(6),), 1e-6),
    "polynomial": (lambda x: np.polyval(ROOTS, x),
                   lambda g, y, x: g * np.polyval(np.polyder(ROOTS), x),
                   (np.array([1.5, 5.5, 9.9]),), 1e-6),
    "coefficients": (lambda c: np.polyval(c, 1.7), lambda g, y, c: g * 1.7 ** np.arange(3)[::-1],
                     (some(4)[1:],), 1e-6),
    # soft and hard choices
    "softmax of large logits": (softmax, FUNCTIONS["softmax"].vjp,
                                (np.array([[300.0, 299, 0], [-800, -801, -802]]),), 1e-4),
    "softmax of one": (softmax, FUNCTIONS["softmax"].vjp, (np.array([[3.0], [-1]]),), 1e-6),
    "sum of a softmax": (lambda x: softmax(x).sum(), lambda g, y, x: np.zeros_like(x),
                         (some(5),), 1e-6),
    "log-softmax far out": (log_softmax, FUNCTIONS["log_softmax"].vjp,
                            (np.array([[700.0, 0, -700]]),), 1e-6),
    "logsumexp of large": (logsumexp, FUNCTIONS["logsumexp"].vjp,
                           (some(2, 3, scale=50, offset=1e4),), 1e-3),
    "softmin, steep": (lambda x: -np.log(np.exp(-1e3 * (x - x.min())).sum()) / 1e3 + x.min(),
                       lambda g, y, x: g * softmax(-1e3 * x),
                       (np.array([0.3, 0.3005, 0.31]),), 1e-4),
    "sort": (np.sort, _sort_vjp, (some(6),), 1e-6),
    "sort, close": (np.sort, _sort_vjp, (np.array([1.0, 1.0001, 0.9999]),), 1e-6),
    "pooling": (_pooled, _pooled_vjp, (some(6, 4),), 1e-6),
    "amax, close": (np.max, lambda g, y, x: g * (x == y), (np.array([1, 1 + 1e-6, 0.5]),), 1e-6),
    "nothing chosen": (lambda x: np.where(x > 5, x, 0).sum(), lambda g, y, x: g * (x > 5),
                       (some(5),), 1e-6),
    # normalised, deep, iterated
    "normalised nearly constant": (_standard, _standard_vjp, (some(2, 4, scale=1e-3, offset=1),),
                                   1e-4),
    "normalised constant": (_standard, _standard_vjp, (np.full((1, 3), 0.1),), 1e-3),
    "normalised large": (_standard, _standard_vjp, (some(2, 4, scale=1e6),), 1e-6),
    "nine layers": (_deep, _deep_vjp, (some(3),), 1e-6),
    "recurrent": (_recurrent, _recurrent_vjp, (some(3),), 1e-4),
    "spectrum": (_spectrum, _spectrum_vjp, (some(6),), 1e-6),
    "attention, sharp": (FUNCTIONS["attention"].forward, FUNCTIONS["attention"].vjp,
                         (some(2, 2, scale=10), some(3, 2, scale=3), some(3, 2)), 1e-4),
    # sizes
    "one element": (np.square, FUNCTIONS["square"].vjp, (np.array([[[0.3]]]),), 1e-6),
    "65 elements": (softmax, FUNCTIONS["softmax"].vjp, (some(5, 13),), 1e-4),
    "300 elements": (np.tanh, FUNCTIONS["tanh"].vjp, (some(15, 20),), 1e-6),
    "2,000 elements": (lambda x: np.tanh(x).sum(), lambda g, y, x: g / np.cosh(x) ** 2,
                       (np.resize(NORMAL, 2000),), 1e-4),
    "6,000 elements": (lambda x: np.logaddexp(0, x).mean(),
                       lambda g, y, x: g / (1 + np.exp(-x)) / x.size,
                       (np.resize(NORMAL, 6000),), 1e-4),
    "wide result": (np.multiply.outer, lambda g, y, a, b: (g @ b, a @ g),
                    (some(2), some(200)), 1e-6),
    "broadcast in the middle": (np.multiply, FUNCTIONS["mul"].vjp, (some(2, 1, 3), some(4, 1)),
                                1e-6),
}  # fmt: skip


def _off(vjp, size):
    """The first gradient wrong by a relative size, or where it is 0 by the size itself."""

    def wrong(g, y, *xs):
        first, *others = as_tuple(vjp(g, y, *xs))
        first = np.asarray(first)
        flat = np.where(first == 0, size * np.ravel(g)[0], 0)
        return (first * (1 + size) + flat, *others)

    return wrong


def _arrays():
    for name, (f, vjp, xs, size) in ARRAYS.items():
        yield Case(f"{name}: right", f, vjp, xs, "pass")
        yield Case(f"{name}: off by {size:g}", f, _off(vjp, size), xs)


def _cube(x):
    return x**3


def _cube_vjp(g, y, x):
    return 3 * g * x * x


WIDE = some(4, 6)
# How an array may be handed over.
LAYOUTS = {
    "transposed": WIDE.T,
    "every second": WIDE[:, ::2],
    "backwards": WIDE[::-1, ::-1],
    "Fortran order": np.asfortranarray(WIDE[:2]),
    "broadcast, read-only": np.broadcast_to(np.array([0.5, -2.0]), (3, 2)),
    "no axes": np.array(0.7),
    "NumPy's number": np.float64(-0.7),
    "a number": 0.7,
    "a whole number": 3,
    "a list": [0.5, -1.5],
    "empty": np.zeros((0, 3)),
    "empty, no rows": np.zeros(0),
    "float32": np.array([0.5, -1.5], np.float32),
    "float16": np.array([0.5, -1.5], np.float16),
    "big endian": np.array([0.5, -1.5], ">f8"),
    "zeros": np.zeros(3),
    "negative zeros": -np.zeros(2),
    "subnormal": np.array([1e-310, -5e-324]),
    "huge": np.array([1e90, -1e100]),
}


# What a function may do that is no fault of its derivative.
def _returns_a_number(x):
    return float(np.sum(x**3))


def _returns_float32(x):
    return (np.asarray(x, float) ** 3).astype(np.float32)


def _warns_beside(x):
    if np.any(np.abs(x) > 2.6):
        warnings.warn("far out", UserWarning, stacklevel=2)
    return x**3


def _divides_by_zero_beside(x):
    with np.errstate(all="warn"):
        return x**3 + 0 / (np.abs(x) < 2.6)


def _seeds(x):
    np.random.seed(0)
    random.seed(0)
    return x**3 + 0 * np.random.random()


BUFFER = np.zeros(3)


def _reuses_its_result(x):
    np.power(x, 3, out=BUFFER)
    return BUFFER


def _returns_its_input(x):
    return x


def _raises_beside(x):
    if np.any(np.abs(x) > 2.6):
        raise LookupError("outside of the domain")
    return x**3


def _nan_beside(x):
    return np.where(np.abs(x) > 2.6, np.nan, x**3)


MANNERS = (_returns_a_number, _returns_float32, _warns_beside, _divides_by_zero_beside, _seeds,
           _reuses_its_result, _raises_beside, _nan_beside)  # fmt: skip


def _handed_over():
    for name, x in LAYOUTS.items():
        yield Case(f"{name}: right", _cube, _cube_vjp, (x,), "pass")
        if np.size(x) and name not in ("zeros", "negative zeros", "subnormal"):
            yield Case(f"{name}: factor 2", _cube, _off(_cube_vjp, 1), (x,))
    x = np.array([0.5, -1.5, 2.5])
    for f in MANNERS:
        name = f.__name__.strip("_").replace("_", " ")
        yield Case(f"{name}: right", f, _cube_vjp, (x,), "pass", "vjp")
        yield Case(f"{name}: off by 1e-2", f, _off(_cube_vjp, 1e-2), (x,), "fail", "vjp")
    yield Case(
        "returns its input: right", _returns_its_input, lambda g, y, x: g, (x,), "pass", "vjp"
    )


def _shapes_and_scales():
    """Every function of the table, right, at other scales."""
    for name, f in FUNCTIONS.items():
        yield Case(f"{name}: right", f.forward, f.vjp, f.xs, "pass", "vjp")
        yield Case(f"{name}: right, as a pair", f.forward, f.vjp, f.xs, "pass", "pair")
        scaled = 10 if f.wide else 0.1
        xs = tuple(x * scaled for x in f.xs)
        yield Case(f"{name}: right, {scaled:g} times", f.forward, f.vjp, xs, "pass")


RIGHT_FUNCTIONS = list(_shapes_and_scales())
CASES = [*_arrays(), *_handed_over()]
