"""Faults of one function each: the slips that people make when they derive it by hand."""

from functools import partial

import numpy as np

from tests.checking.suite.case import Case, places
from tests.checking.suite.functions import (
    AXES,
    FUNCTIONS,
    LABELS,
    MASK,
    PICKED,
    TARGET,
    _attention_vjp,
    _layer_norm_vjp,
    _mlp_vjp,
    along,
    as_tuple,
    fitted,
    sigmoid,
    softmax,
    well,
)


def _swapped(function, g, y, *xs):
    return FUNCTIONS[function].vjp(g, y, *xs)[::-1]


def _with(function, i, change):
    """The right gradients, but for input i."""

    def vjp(g, y, *xs):
        found = list(as_tuple(FUNCTIONS[function].vjp(g, y, *xs)))
        found[i] = change(found[i], g, y, *xs)
        return tuple(found)

    return vjp


def _scattered(write):
    def vjp(g, y, x):
        c = np.zeros_like(x)
        write(c, g)
        return c

    return vjp


def _set_only(c, g):
    c[PICKED] = g


def _added_once(c, g):
    c[PICKED] += g


# function, fault, vjp, guess at the cause
SLIPS = [
    ("exp", "differentiates as x", lambda g, y, x: g * x, ""),
    ("exp", "result clipped at 5", lambda g, y, x: g * np.minimum(y, 5), ""),
    ("log", "1/y", lambda g, y, x: g / y, ""),
    ("log", "eps in the denominator", lambda g, y, x: g / (x + 1e-7), ""),
    ("log", "to base 10", lambda g, y, x: g / (x * np.log(10)), ""),
    ("sqrt", "factor 1/2 forgotten", lambda g, y, x: g / y, "factor 2"),
    ("sqrt", "eps in the denominator", lambda g, y, x: g / (2 * y + 1e-7), ""),
    ("sqrt", "reads x for y", lambda g, y, x: g / (2 * x), ""),
    ("tanh", "1 - y", lambda g, y, x: g * (1 - y), ""),
    ("tanh", "1 + y²", lambda g, y, x: g * (1 + y * y), ""),
    ("tanh", "1 - x²", lambda g, y, x: g * (1 - x * x), ""),
    ("tanh", "of the sigmoid", lambda g, y, x: g * y * (1 - y), ""),
    ("sigmoid", "x (1 - x)", lambda g, y, x: g * x * (1 - x), ""),
    ("sigmoid", "y (1 + y)", lambda g, y, x: g * y * (1 + y), ""),
    ("sigmoid", "applied twice", lambda g, y, x: g * sigmoid(y) * (1 - sigmoid(y)), ""),
    ("softplus", "returns itself", lambda g, y, x: g * y, ""),
    ("silu", "only s", lambda g, y, x: g * sigmoid(x), ""),
    ("silu", "y + s without 1 - y", lambda g, y, x: g * (y + sigmoid(x)), ""),
    ("gelu", "of the exact gelu", lambda g, y, x: g * _gelu_slope(x), ""),
    ("gelu", "cubic term forgotten", lambda g, y, x: g * _gelu_slope(x, cubic=False), ""),
    ("sin", "-cos", lambda g, y, x: -g * np.cos(x), "sign"),
    ("sin", "degrees", lambda g, y, x: g * np.cos(np.radians(x)), ""),
    ("square", "x", lambda g, y, x: g * x, "factor 0.5"),
    ("square", "constant 2", lambda g, y, x: g * np.full_like(x, 2), ""),
    ("reciprocal", "sign forgotten", lambda g, y, x: g / x**2, "sign"),
    ("reciprocal", "y", lambda g, y, x: -g * y, ""),
    ("arcsin", "without the root", lambda g, y, x: g / (1 - x * x), ""),
    ("arcsin", "1 + x²", lambda g, y, x: g / np.sqrt(1 + x * x), ""),
    ("relu", "lets all through", lambda g, y, x: g * np.ones_like(x), ""),
    ("relu", "looks at g", lambda g, y, x: g * (g > 0), ""),
    ("relu", "looks at both, as guided", lambda g, y, x: g * (x > 0) * (g > 0), ""),
    ("relu", "the other side", lambda g, y, x: g * (x < 0), ""),
    ("relu", "leaks", lambda g, y, x: g * np.where(x > 0, 1, 0.01), ""),
    ("abs", "lets all through", lambda g, y, x: g * np.ones_like(x), ""),
    ("leaky_relu", "slopes swapped", lambda g, y, x: g * np.where(x > 0, 0.1, 1), ""),
    ("leaky_relu", "another slope", lambda g, y, x: g * np.where(x > 0, 1, 0.01), ""),
    ("clip", "passes everything", lambda g, y, x: g * np.ones_like(x), ""),
    ("clip", "clips the gradient", lambda g, y, x: np.clip(g, -1, 1), ""),
    ("clip", "passes beyond the upper end", lambda g, y, x: g * (x > -1), ""),
    ("add", "first row for the sum", lambda g, y, a, b: (g, g[0]), "missing sum over axis 0"),
    ("add", "mean for the sum", lambda g, y, a, b: (g, g.mean(0)), ""),
    ("add", "summed twice", lambda g, y, a, b: (g, np.full_like(b, g.sum())), ""),
    ("mul", "own factor", lambda g, y, a, b: (fitted(g * a, a), fitted(g * b, b)), ""),
    ("mul", "swapped", lambda g, y, a, b: (fitted(g * a, a), g * a), ""),
    ("mul", "first column for the sum", lambda g, y, a, b: ((g * b)[:, :1], g * a),
     "missing sum over axis 1"),
    ("mul", "b forgotten", lambda g, y, a, b: (fitted(g, a), g * a), ""),
    ("div", "sign of the denominator", lambda g, y, a, b: (g / b, fitted(g * y / b, b)), "sign"),
    ("div", "b for b²", lambda g, y, a, b: (g / b, fitted(-g * a / b, b)), ""),
    ("div", "times b", lambda g, y, a, b: (g * b, fitted(-g * y / b, b)), ""),
    ("pow", "exponent not lowered", _with("pow", 0, lambda c, g, y, a, b: g * b * y), ""),
    ("pow", "no logarithm", _with("pow", 1, lambda c, g, y, a, b: g * y), ""),
    ("pow", "logarithm of b", _with("pow", 1, lambda c, g, y, a, b: g * y * np.log(abs(b))), ""),
    ("maximum", "the minimum's", lambda g, y, a, b: (g * (a < b), fitted(g * (a >= b), b)), ""),
    ("maximum", "half to each", lambda g, y, a, b: (g / 2, fitted(g / 2, b)), ""),
    ("maximum", "all to both", lambda g, y, a, b: (g, fitted(g, b)), ""),
    ("hypot", "not divided", lambda g, y, a, b: (g * a, g * b), ""),
    ("hypot", "swapped", partial(_swapped, "hypot"), ""),
    ("hypot", "divided by the square", lambda g, y, a, b: (g * a / y**2, g * b / y), ""),
    ("sum", "divided by n", lambda g, y, x: along(g, 1, x) / 3, "factor 0.3333"),
    ("sum", "over another axis", lambda g, y, x: np.repeat(g, 3, 1).reshape(x.shape), ""),
    ("mean", "as the sum", lambda g, y, x: along(g, 0, x), "factor 4"),
    ("mean", "n of the other axis", lambda g, y, x: along(g, 0, x) / 3, ""),
    ("mean", "n of all elements", lambda g, y, x: along(g, 0, x) / x.size, ""),
    ("amax", "to the first element", lambda g, y, x: g[:, None] * (np.arange(4) == 0), ""),
    ("amax", "to the smallest", lambda g, y, x: g[:, None] * (x == x.min(-1, **AXES)), ""),
    ("amax", "of all, not of the row", lambda g, y, x: g[:, None] * (x == x.max()), ""),
    ("amax", "to all", lambda g, y, x: along(g, 1, x), ""),
    ("logsumexp", "as the maximum", lambda g, y, x: g[:, None] * (x == x.max(-1, **AXES)), ""),
    ("logsumexp", "not normalised", lambda g, y, x: g[:, None] * np.exp(x), ""),
    ("logsumexp", "softmax of all", lambda g, y, x: g[:, None] * np.exp(x) / np.exp(x).sum(), ""),
    ("norm", "not divided", lambda g, y, x: g * x, ""),
    ("norm", "of the square", lambda g, y, x: 2 * g * x, ""),
    ("norm", "eps in the denominator", lambda g, y, x: g * x / (y + 1e-6), "relative"),
    ("prod", "not divided by x", lambda g, y, x: along(g * y, 1, x), ""),
    ("prod", "product of all", lambda g, y, x: x.prod() * g[:, None] / x, ""),
    ("var", "not centred", lambda g, y, x: g * 2 * x / len(x), ""),
    ("var", "n - 1", lambda g, y, x: g * 2 * (x - x.mean(0)) / (len(x) - 1), ""),
    ("var", "centred by all", lambda g, y, x: g * 2 * (x - x.mean()) / len(x), ""),
    ("var", "factor 2 forgotten", lambda g, y, x: g * (x - x.mean(0)) / len(x), "factor 0.5"),
    ("cumsum", "not reversed", lambda g, y, x: np.cumsum(g), ""),
    ("cumsum", "reversed once", lambda g, y, x: np.cumsum(g[::-1]), ""),
    ("cumsum", "without itself", lambda g, y, x: np.cumsum(g[::-1])[::-1] - g, ""),
    ("softmax", "diagonal only", lambda g, y, x: g * y * (1 - y), ""),
    ("softmax", "without the sum", lambda g, y, x: g * y, ""),
    ("softmax", "sum over the other axis", lambda g, y, x: y * (g - (g * y).sum(0)), ""),
    ("softmax", "sum over all", lambda g, y, x: y * (g - (g * y).sum()), ""),
    ("softmax", "sum of g alone", lambda g, y, x: y * (g - g.sum(-1, **AXES)), ""),
    ("log_softmax", "without the sum", lambda g, y, x: g - np.exp(y), ""),
    ("log_softmax", "y for its exponential", lambda g, y, x: g - y * g.sum(-1, **AXES), ""),
    ("log_softmax", "constant dropped", lambda g, y, x: g, ""),
    ("layer_norm", "mean taken as constant",
     _with("layer_norm", 0, lambda c, g, y, x, w, b: c + (g * w).mean(-1, **AXES)), ""),
    ("layer_norm", "variance taken as constant",
     _with("layer_norm", 0, lambda c, g, y, x, w, b: _centred_only(g * w, x)), ""),
    ("layer_norm", "eps forgotten",
     _with("layer_norm", 0, lambda c, g, y, x, *_: c * np.sqrt(1 + 1e-5 / x.var(-1, **AXES))), ""),
    ("layer_norm", "x for the standardised x",
     _with("layer_norm", 1, lambda c, g, y, x, w, b: fitted(g * x, w)), ""),
    ("layer_norm", "weight forgotten",
     lambda g, y, x, w, b: (_layer_norm_vjp(g, y, x, np.ones(4), b)[0],
                            *_layer_norm_vjp(g, y, x, w, b)[1:]), ""),
    ("layer_norm", "first row for the sum",
     _with("layer_norm", 2, lambda c, g, y, x, w, b: g[0]), "missing sum over axis 0"),
    ("layer_norm", "ddof 1",
     _with("layer_norm", 0, lambda c, g, y, x, w, b: c * np.sqrt(3 / 4)), ""),
    ("square_matmul", "b not transposed", lambda g, y, a, b: (g @ b, a.T @ g), ""),
    ("square_matmul", "a not transposed", lambda g, y, a, b: (g @ b.T, a @ g), ""),
    ("square_matmul", "wrong order", lambda g, y, a, b: (b.T @ g, a.T @ g), ""),
    ("square_matmul", "result transposed", lambda g, y, a, b: ((g @ b.T).T, a.T @ g), "transposed"),
    ("square_matmul", "elementwise", lambda g, y, a, b: (g * b.T, a.T * g), ""),
    ("square_matmul", "swapped", partial(_swapped, "square_matmul"), ""),
    ("linear", "bias not summed", lambda g, y, x, w, b: (g @ w, g.T @ x, g[0]),
     "missing sum over axis 0"),
    ("linear", "averaged over the batch", lambda g, y, x, w, b: (g @ w, g.T @ x / 5, g.sum(0)),
     "factor 0.2"),
    ("linear", "bias averaged", lambda g, y, x, w, b: (g @ w, g.T @ x, g.mean(0)), "factor 0.2"),
    ("linear", "first example only", lambda g, y, x, w, b: (g @ w, np.outer(g[0], x[0]), g.sum(0)),
     ""),
    ("outer", "swapped sums", lambda g, y, a, b: (g.sum(1) * a, g.sum(0) * b), ""),
    ("outer", "b forgotten", lambda g, y, a, b: (g.sum(1), a @ g), ""),
    ("quadratic", "as if symmetric", lambda g, y, x, a: (2 * g * a @ x, g * np.outer(x, x)), ""),
    ("quadratic", "one side only", lambda g, y, x, a: (g * a @ x, g * np.outer(x, x)), ""),
    ("quadratic", "diagonal only",
     lambda g, y, x, a: (g * (a + a.T) @ x, g * np.diag(x * x)), ""),
    ("inv", "sign forgotten", lambda g, y, x: y.T @ g @ y.T, "sign"),
    ("inv", "not transposed", lambda g, y, x: -y @ g @ y, ""),
    ("inv", "result transposed", lambda g, y, x: (-y.T @ g @ y.T).T, "transposed"),
    ("inv", "one factor", lambda g, y, x: -y.T @ g, ""),
    ("det", "inverse not transposed", lambda g, y, x: g * y * np.linalg.inv(well(x)), "transposed"),
    ("det", "determinant forgotten", lambda g, y, x: g * np.linalg.inv(well(x)).T, ""),
    ("det", "trace", lambda g, y, x: g * np.eye(3), ""),
    ("solve", "not transposed", lambda g, y, a, b: _solved(g, y, well(a)), ""),
    ("solve", "sign of the matrix's", _with("solve", 0, lambda c, g, y, a, b: -c), "sign"),
    ("solve", "outer product swapped", _with("solve", 0, lambda c, g, y, a, b: c.T), "transposed"),
    ("solve", "b for y",
     _with("solve", 0, lambda c, g, y, a, b: -np.outer(np.linalg.solve(well(a).T, g), b)), ""),
    ("transpose", "reshaped", lambda g, y, x: g.reshape(x.shape), ""),
    ("transpose", "reversed as well", lambda g, y, x: g.T[:, ::-1], ""),
    ("take", "set, not added", _scattered(_set_only), ""),
    ("take", "added once for equal indices", _scattered(_added_once), ""),
    ("take", "one row late", lambda g, y, x: np.roll(FUNCTIONS["take"].vjp(g, y, x), 1, 0), ""),
    ("concatenate", "parts swapped", partial(_swapped, "concatenate"), ""),
    ("concatenate", "one late", lambda g, y, a, b: (g[1:4], g[3:]), ""),
    ("pad", "wrong offset", lambda g, y, x: g[2:-1], ""),
    ("pad", "from the start", lambda g, y, x: g[:4], ""),
    ("dropout", "scale forgotten", lambda g, y, x: g * (MASK > 0), "factor 0.75"),
    ("dropout", "another mask", lambda g, y, x: g * MASK[::-1], ""),
    ("dropout", "no mask", lambda g, y, x: g / 0.75, ""),
    ("dropout", "scale squared", lambda g, y, x: g * MASK**2, "factor 1.333"),
    ("convolve", "kernel flipped",
     lambda g, y, x, w: (FUNCTIONS["convolve"].vjp(g, y, x, w[::-1])[0],
                         FUNCTIONS["convolve"].vjp(g, y, x, w)[1]), ""),
    ("convolve", "kernel's gradient flipped", _with("convolve", 1, lambda c, *_: c[::-1]), ""),
    ("convolve", "kernel's of the first row",
     lambda g, y, x, w: (FUNCTIONS["convolve"].vjp(g, y, x, w)[0],
                         FUNCTIONS["convolve"].vjp(g[:1], y, x[:1], w)[1]), ""),
    ("convolve", "edges lost", _with("convolve", 0, lambda c, g, *_: c * _inside(c)), ""),
    ("mse", "factor 2 forgotten", lambda g, y, x: g * (x - TARGET) / x.size, "factor 0.5"),
    ("mse", "mean forgotten", lambda g, y, x: g * 2 * (x - TARGET), "factor 6"),
    ("mse", "sign of the difference", lambda g, y, x: g * 2 * (TARGET - x) / x.size, "sign"),
    ("mse", "mean over the batch", lambda g, y, x: g * 2 * (x - TARGET) / len(x), "factor 3"),
    ("huber", "not clipped", lambda g, y, x: g * (x - TARGET), ""),
    ("huber", "as absolute error", lambda g, y, x: g * np.sign(x - TARGET), ""),
    ("cross_entropy", "mean forgotten", lambda g, y, x: g * (softmax(x) - np.eye(3)[LABELS]),
     "factor 4"),
    ("cross_entropy", "labels forgotten", lambda g, y, x: g * softmax(x) / 4, ""),
    ("cross_entropy", "softmax over the batch",
     lambda g, y, x: g * (softmax(x.T).T - np.eye(3)[LABELS]) / 4, ""),
    ("cross_entropy", "labels off by one",
     lambda g, y, x: g * (softmax(x) - np.eye(3)[(LABELS + 1) % 3]) / 4, ""),
    ("mlp", "activation's slope forgotten",
     lambda g, y, x, w, v: ((g @ v.T) @ w.T, x.T @ (g @ v.T), np.tanh(x @ w).T @ g), ""),
    ("mlp", "slope of tanh at z for h",
     _with("mlp", 1, lambda c, g, y, x, w, v: x.T @ ((g @ v.T) * (1 - (x @ w) ** 2))), ""),
    ("mlp", "hidden layer not activated",
     _with("mlp", 2, lambda c, g, y, x, w, v: (x @ w).T @ g), ""),
    ("mlp", "last example missing",
     _with("mlp", 1, lambda c, g, y, x, w, v: _mlp_vjp(g[:1], y, x[:1], w, v)[1]), ""),
    ("attention", "scale forgotten",
     _with("attention", 0, lambda c, *_: c * np.sqrt(2)), "factor 1.414"),
    ("attention", "softmax without its sum",
     lambda g, y, q, k, v: _attention_without_sum(g, q, k, v), ""),
    ("attention", "values read as keys",
     lambda g, y, q, k, v: (*_attention_vjp(g, y, q, k, k)[:2],
                            _attention_vjp(g, y, q, k, v)[2]), ""),
]  # fmt: skip


def _gelu_slope(x, cubic=True):
    c = np.sqrt(2 / np.pi)
    t = np.tanh(c * (x + 0.044715 * x**3))
    if cubic:  # 1/2 (1 + erf) + x pdf, whose erf is not the tanh
        return 0.5 * (1 + t) + x * np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c


def _centred_only(g, x):
    return (g - g.mean(-1, **AXES)) / np.sqrt(x.var(-1, **AXES) + 1e-5)


def _solved(g, y, a):
    c = np.linalg.solve(a, g)
    return -np.outer(c, y), c


def _inside(c):
    where = np.zeros(c.shape)
    where[..., 1:-1] = 1
    return where


def _attention_without_sum(g, q, k, v):
    p = softmax(q @ k.T / np.sqrt(2))
    gs = p * (g @ v.T) / np.sqrt(2)
    return gs @ k, gs.T @ q, p.T @ g


def _cases():
    for name, fault, vjp, guess in SLIPS:
        function = FUNCTIONS[name]
        xs = function.xs
        wrong = places(function, vjp, xs)
        assert wrong, f"{name}: {fault} changes nothing"
        yield Case(f"{name}: {fault}", function.forward, vjp, xs, places=wrong, guess=guess)


CASES = list(_cases())
