"""The namespace of 60-digit numbers: the same formulas with next to no rounding, as an oracle.

Operands are object arrays of mpmath numbers, in a context of their own.
"""

from inspect import signature

import mpmath
import numpy as np

from tests.namespaces.formulas import formulas

mp = mpmath.MPContext()
mp.dps = 60


class Exact(np.ndarray):
    """An object array in which a cast changes nothing."""

    def astype(self, *args, **kwargs):
        return self


def exact(x):
    """Numbers or a floating array as exact ones; indices and conditions stay."""
    x = np.asarray(x)
    return _wrapped(np.frompyfunc(mp.mpf, 1, 1)(x.astype(float))) if x.dtype.kind == "f" else x


def rounded(x):
    """To the nearest float64; subnormal numbers and overflow as IEEE has them."""
    return np.asarray(np.frompyfunc(_to_float, 1, 1)(x), dtype=float)


def _to_float(x):
    if x == 0 or not mp.isfinite(x) or abs(x) >= mp.mpf(2) ** -1021:
        return float(x)
    return float(np.ldexp(float(mp.nint(mp.ldexp(x, 1074))), -1074))


def _wrapped(x):
    return np.asarray(x, dtype=object).view(Exact)


def _elementwise(function, n=1):
    apply = np.frompyfunc(function, n, 1)

    def method(self, *xs):
        return _wrapped(apply(*xs))

    return method


def _pow(a, b):
    if b == 0:
        return mp.mpf(1)
    if a == 0:
        return mp.mpf(0) if b > 0 else mp.inf
    return mp.nan if a < 0 and b != mp.nint(b) else mp.power(a, b)


def _erfc(x):
    # beyond, mpmath converts to a C integer and fails
    return mp.erfc(x) if abs(x) < 10**6 else mp.mpf(0 if x > 0 else 2)


def _within(function, low, high):
    def limited(x):
        return function(x) if low <= x <= high else mp.nan

    return limited


def _npdf(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _ndtr(x):
    return _erfc(-x / mp.sqrt(2)) / 2


def _of_matrices(function):
    def method(self, x):
        found = [function(mp.matrix(matrix.tolist())) for matrix in x.reshape(-1, *x.shape[-2:])]
        if isinstance(found[0], mp.matrix):
            return _wrapped([matrix.tolist() for matrix in found]).reshape(x.shape)
        return _wrapped(found).reshape(x.shape[:-2])

    return method


def _places(size, kernel, stride, dilation):
    """The index of every element of every window, for each axis."""
    nd = len(size)
    found = []
    for i in range(nd):
        last = size[i] - dilation[i] * (kernel[i] - 1)
        starts, offsets = np.arange(0, last, stride[i]), np.arange(kernel[i]) * dilation[i]
        place = starts[:, None] + offsets
        shape = [1] * (2 * nd)
        shape[i], shape[nd + i] = place.shape
        found.append(place.reshape(shape))
    return found


class ExactNamespace:
    exp = _elementwise(mp.exp)
    log = _elementwise(lambda x: mp.log(x) if x > 0 else mp.nan)
    log1p = _elementwise(lambda x: mp.log1p(x) if x > -1 else mp.nan)
    expm1 = _elementwise(mp.expm1)
    sqrt = _elementwise(lambda x: mp.sqrt(x) if x >= 0 else mp.nan)
    sin = _elementwise(mp.sin)
    cos = _elementwise(mp.cos)
    tanh = _elementwise(mp.tanh)
    exp2 = _elementwise(lambda x: mp.power(2, x))
    log2 = _elementwise(lambda x: mp.log(x, 2) if x > 0 else mp.nan)
    log10 = _elementwise(lambda x: mp.log(x, 10) if x > 0 else mp.nan)
    tan = _elementwise(mp.tan)
    asin = _elementwise(_within(mp.asin, -1, 1))
    acos = _elementwise(_within(mp.acos, -1, 1))
    atan = _elementwise(mp.atan)
    atan2 = _elementwise(mp.atan2, 2)
    hypot = _elementwise(lambda a, b: mp.sqrt(a * a + b * b), 2)
    sinh = _elementwise(mp.sinh)
    cosh = _elementwise(mp.cosh)
    asinh = _elementwise(mp.asinh)
    acosh = _elementwise(_within(mp.acosh, 1, mp.inf))
    atanh = _elementwise(_within(mp.atanh, -1, 1))
    logaddexp = _elementwise(lambda a, b: mp.log(mp.exp(a) + mp.exp(b)), 2)
    logit = _elementwise(_within(lambda x: mp.log(x / (1 - x)), 0, 1))
    round = _elementwise(mp.nint)
    floor = _elementwise(mp.floor)
    ceil = _elementwise(mp.ceil)
    trunc = _elementwise(lambda x: mp.floor(x) if x > 0 else mp.ceil(x))
    remainder = _elementwise(lambda a, b: a - b * mp.floor(a / b), 2)
    abs = _elementwise(abs)
    sign = _elementwise(mp.sign)
    maximum = _elementwise(max, 2)
    minimum = _elementwise(min, 2)
    pow = _elementwise(_pow, 2)
    step = _elementwise(lambda x: mp.mpf(1 if x > 0 else 0))
    sigmoid = _elementwise(lambda x: 1 / (1 + mp.exp(-x)))
    xsigmoid = _elementwise(lambda x: x / (1 + mp.exp(-x)))
    sech2 = _elementwise(lambda x: mp.sech(x) ** 2)
    log1pexp = _elementwise(lambda x: mp.log1p(mp.exp(x)))
    erf = _elementwise(lambda x: 1 - _erfc(x) if abs(x) > 1 else mp.erf(x))
    erfc = _elementwise(_erfc)
    erfcx = _elementwise(lambda x: mp.exp(x * x) * _erfc(x))
    ndtr = _elementwise(_ndtr)
    xndtr = _elementwise(lambda x: x * _ndtr(x))
    npdf = _elementwise(_npdf)
    xnpdf = _elementwise(lambda x: x * _npdf(x))
    x2npdf = _elementwise(lambda x: x * x * _npdf(x))
    gaussian = _elementwise(lambda x: mp.exp(-x * x))
    xgaussian = _elementwise(lambda x: x * mp.exp(-x * x))
    x2gaussian = _elementwise(lambda x: x * x * mp.exp(-x * x))

    def where(self, condition, a, b):
        return _wrapped(np.where(condition, a, b))

    def sum(self, x, axis=None, keepdims=False):
        return _wrapped(np.sum(x, axis=axis, keepdims=keepdims))

    def sumprod(self, a, b, axis=None, keepdims=False):
        return self.sum(a * b, axis, keepdims)

    def amax(self, x, axis=None, keepdims=False):
        return _wrapped(np.max(x, axis=axis, keepdims=keepdims))

    def amin(self, x, axis=None, keepdims=False):
        return _wrapped(np.min(x, axis=axis, keepdims=keepdims))

    def prod(self, x, axis=None, keepdims=False):
        return _wrapped(np.prod(x, axis=axis, keepdims=keepdims))

    def cumsum(self, x, axis):
        return _wrapped(np.cumsum(x, axis=axis))

    def cumprod(self, x, axis):
        return _wrapped(np.cumprod(x, axis=axis))

    def argmax(self, x, axis=None, keepdims=False):
        return np.argmax(rounded(x), axis=axis, keepdims=keepdims)

    def matmul(self, a, b):
        return _wrapped(np.matmul(a, b))

    def windows(self, x, kernel, stride, dilation):
        return _wrapped(x[(..., *_places(x.shape[-len(kernel) :], kernel, stride, dilation))])

    def fold(self, x, size, stride, dilation):
        y = np.full((*x.shape[: -2 * len(size)], *size), mp.mpf(0), dtype=object)
        np.add.at(y, (..., *_places(size, x.shape[-len(size) :], stride, dilation)), x)
        return _wrapped(y)

    inv = _of_matrices(lambda x: x**-1)
    det = _of_matrices(mp.det)
    logabsdet = _of_matrices(lambda x: mp.log(abs(mp.det(x))))
    cholesky = _of_matrices(mp.cholesky)

    def solve(self, a, b):
        return self.matmul(self.inv(a), b)

    def reshape(self, x, shape):
        return _wrapped(x).reshape(shape)

    def permute_dims(self, x, axes):
        return _wrapped(x).transpose(axes)

    def swapaxes(self, x, axis1, axis2):
        return _wrapped(x).swapaxes(axis1, axis2)

    def expand_dims(self, x, axis):
        return _wrapped(np.expand_dims(_wrapped(x), axis))

    def broadcast_to(self, x, shape):
        return _wrapped(np.broadcast_to(_wrapped(x), shape))

    def concatenate(self, arrays, axis=0):
        return _wrapped(np.concatenate(arrays, axis=axis))

    def stack(self, arrays, axis=0):
        return _wrapped(np.stack(arrays, axis=axis))

    def getitem(self, x, index):
        return _wrapped(x[index])

    def put_add(self, g, index, shape):
        y = np.full(shape, mp.mpf(0), dtype=object)
        np.add.at(y, index, g)
        return _wrapped(y)

    def take_along_axis(self, x, indices, axis):
        return _wrapped(np.take_along_axis(x, indices, axis))

    def zeros_like(self, x):
        return _wrapped(np.full(np.shape(x), mp.mpf(0), dtype=object))

    def ones_like(self, x):
        return _wrapped(np.full(np.shape(x), mp.mpf(1), dtype=object))

    def softmax(self, x, axis):
        e = self.exp(x)
        return e / np.sum(e, axis=axis, keepdims=True)

    def scaled_softmax(self, x, axis, g):
        return g * self.softmax(x, axis)

    def softmax_excess(self, x, labels, g):
        return g * (self.softmax(x, 1) - np.equal.outer(labels, np.arange(x.shape[1])))

    def zero_sum(self, c, picked, axis):
        others = np.where(picked, mp.mpf(0), c)
        return _wrapped(np.where(picked, -np.sum(others, axis=axis, keepdims=True), others))

    def log_softmax(self, x, axis):
        return x - self.logsumexp(x, axis, True)

    def log_softmax_at(self, x, labels):
        return self.log_softmax(x, 1)[np.arange(len(x)), labels]

    def logsumexp(self, x, axis, keepdims=False):
        return self.log(np.sum(self.exp(x), axis=axis, keepdims=keepdims))


for _name, _formula in formulas(mp).items():
    _arity = len(signature(_formula).parameters)
    setattr(ExactNamespace, _name, _elementwise(_formula, _arity))

xp = ExactNamespace()
STEP = mp.mpf(10) ** -18  # central differences are then right to some 35 digits


def derivative(function, x, flat):
    """The derivative of ``function(x)`` in one element of x, by central differences."""
    ends = []
    for step in (STEP, -STEP):
        moved = x.copy()
        moved.flat[flat] += step
        ends.append(function(moved))
    return (ends[0] - ends[1]) / (2 * STEP)


def one_sided(function, x):
    """The slopes of a function of one number on its left and on its right."""
    y = function(x)
    return (y - function(x - STEP)) / STEP, (function(x + STEP) - y) / STEP
