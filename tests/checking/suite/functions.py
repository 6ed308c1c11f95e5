"""Plain NumPy functions with a right vector-Jacobian product each, in which faults are planted.

Nothing here is the package's: it is what people write by hand. `FUNCTIONS` are those that the
checker is developed against.
"""

import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

AXES = {"keepdims": True}


class Function(NamedTuple):
    """`vjp(g, y, *xs)` gives the gradient of each input; a single one needs no tuple."""

    name: str
    forward: Callable[..., Any]
    vjp: Callable[..., Any]
    inputs: tuple[str, ...]
    wide: bool = True  # its slope can still be seen at 20

    @property
    def xs(self):
        """The inputs where it is checked, the same in every run."""
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        return tuple(numbers(rng, spec) for spec in self.inputs)


def as_tuple(found):
    """The gradients of all inputs; a single one may come without its tuple."""
    return found if isinstance(found, tuple) else (found,)


def numbers(rng, spec):
    """An array: "3x4" of both signs, up to 2.5; "+3" positive; "u3" within ±0.9; "" no axes."""
    kind, shape = (spec[0], spec[1:]) if spec[:1] in ("+", "u", "-") else ("n", spec)
    size = tuple(int(n) for n in shape.split("x")) if shape else ()
    low, high = {"+": (0.3, 2.5), "u": (0.1, 0.9), "n": (0.1, 2.5), "-": (0.1, 2.5)}[kind]
    signs = 1.0 if kind == "+" else -1.0 if kind == "-" else rng.choice((-1.0, 1.0), size)
    return np.asarray(signs * rng.uniform(low, high, size))


def along(values, axis, like):
    """Values of a reduction, spread over the axis again."""
    return np.broadcast_to(values if axis is None else np.expand_dims(values, axis), like.shape)


def fitted(c, x):
    """The gradient of an input that was broadcast."""
    c = np.sum(c, axis=tuple(range(np.ndim(c) - np.ndim(x))))
    wide = tuple(i for i, n in enumerate(np.shape(x)) if n == 1)
    return np.sum(c, axis=wide, keepdims=True) if wide else c


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _silu_vjp(g, y, x):
    s = sigmoid(x)
    return g * (s + x * s * (1 - s))


C = np.sqrt(2 / np.pi)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(C * (x + 0.044715 * x**3)))


def _gelu_vjp(g, y, x):
    t = np.tanh(C * (x + 0.044715 * x**3))
    return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * C * (1 + 3 * 0.044715 * x * x))


def softmax(x):
    e = np.exp(x - x.max(-1, **AXES))
    return e / e.sum(-1, **AXES)


def log_softmax(x):
    shifted = x - x.max(-1, **AXES)
    return shifted - np.log(np.exp(shifted).sum(-1, **AXES))


def logsumexp(x):
    top = x.max(-1)
    return top + np.log(np.exp(x - top[..., None]).sum(-1))


def _amax_vjp(g, y, x):
    hit = x == y[..., None]
    return g[..., None] * hit / hit.sum(-1, **AXES)


EPS = 1e-5


def layer_norm(x, w, b):
    return w * _standard(x) + b


def _standard(x):
    centred = x - x.mean(-1, **AXES)
    return centred / np.sqrt((centred**2).mean(-1, **AXES) + EPS)


def _layer_norm_vjp(g, y, x, w, b):
    z = _standard(x)
    gz = g * w
    inner = gz - gz.mean(-1, **AXES) - z * (gz * z).mean(-1, **AXES)
    return inner / np.sqrt(x.var(-1, **AXES) + EPS), fitted(g * z, w), fitted(g, b)


LABELS = np.array([0, 2, 1, 2])


def cross_entropy(x):
    return -np.mean(log_softmax(x)[np.arange(4), LABELS])


def _cross_entropy_vjp(g, y, x):
    return g * (softmax(x) - np.eye(3)[LABELS]) / 4


TARGET = np.linspace(-1, 1, 6).reshape(2, 3)


def huber(x):
    d = np.abs(x - TARGET)
    return np.where(d < 1, 0.5 * d * d, d - 0.5).sum()


PICKED = np.array([1, 1, 3, 0, 1])


def _take_vjp(g, y, x):
    c = np.zeros_like(x)
    np.add.at(c, PICKED, g)
    return c


def convolve(x, w):
    """Correlation without padding, along the last axis."""
    return np.lib.stride_tricks.sliding_window_view(x, len(w), axis=-1) @ w


def _convolve_vjp(g, y, x, w):
    c = np.zeros_like(x)
    for j, wj in enumerate(w):
        c[..., j : j + g.shape[-1]] += g * wj
    windows = np.lib.stride_tricks.sliding_window_view(x, len(w), axis=-1)
    return c, np.tensordot(g, windows, g.ndim)


def _inv_vjp(g, y, x):
    return -y.T @ g @ y.T


def _solve_vjp(g, y, a, b):
    c = np.linalg.solve(a.T, g)
    return -np.outer(c, y), c


def well(x):
    """A matrix that is far from singular."""
    return x + 4 * np.eye(len(x))


MASK = np.array([[1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 1.0]]) / 0.75


def linear(x, w, b):
    return x @ w.T + b


def mlp(x, w, v):
    """Two layers by hand."""
    return np.tanh(x @ w) @ v


def _mlp_vjp(g, y, x, w, v):
    h = np.tanh(x @ w)
    gz = (g @ v.T) * (1 - h * h)
    return gz @ w.T, x.T @ gz, h.T @ g


def attention(q, k, v):
    return softmax(q @ k.T / np.sqrt(q.shape[-1])) @ v


def _attention_vjp(g, y, q, k, v):
    scale = np.sqrt(q.shape[-1])
    p = softmax(q @ k.T / scale)
    gp = g @ v.T
    gs = p * (gp - (gp * p).sum(-1, **AXES)) / scale
    return gs @ k, gs.T @ q, p.T @ g


FUNCTIONS = {
    f.name: f
    for f in (
        # of one number
        Function("exp", np.exp, lambda g, y, x: g * y, ("3x4",)),
        Function("log", np.log, lambda g, y, x: g / x, ("+3x4",)),
        Function("sqrt", np.sqrt, lambda g, y, x: g / (2 * y), ("+5",)),
        Function("tanh", np.tanh, lambda g, y, x: g / np.cosh(x) ** 2, ("2x3",), wide=False),
        Function("sigmoid", sigmoid, lambda g, y, x: g * y * (1 - y), ("6",), wide=False),
        Function("softplus", lambda x: np.logaddexp(0, x), lambda g, y, x: g * sigmoid(x), ("5",)),
        Function("silu", lambda x: x * sigmoid(x), _silu_vjp, ("2x3",)),
        Function("gelu", gelu, _gelu_vjp, ("2x3",)),
        Function("sin", np.sin, lambda g, y, x: g * np.cos(x), ("",)),
        Function("square", np.square, lambda g, y, x: 2 * g * x, ("4",)),
        Function("reciprocal", np.reciprocal, lambda g, y, x: -g * y * y, ("4",)),
        Function("arcsin", np.arcsin, lambda g, y, x: g / np.sqrt(1 - x * x), ("u5",), wide=False),
        Function("relu", lambda x: np.maximum(x, 0), lambda g, y, x: g * (x > 0), ("3x3",)),
        Function("abs", np.abs, lambda g, y, x: g * np.sign(x), ("5",)),
        Function("leaky_relu", lambda x: np.where(x > 0, x, 0.1 * x),
                 lambda g, y, x: g * np.where(x > 0, 1, 0.1), ("6",)),
        Function("clip", lambda x: np.clip(x, -1, 1), lambda g, y, x: g * (np.abs(x) < 1),
                 ("8",), wide=False),
        # of two numbers, broadcast
        Function("add", np.add, lambda g, y, a, b: (fitted(g, a), fitted(g, b)), ("3x4", "4")),
        Function("mul", np.multiply, lambda g, y, a, b: (fitted(g * b, a), fitted(g * a, b)),
                 ("3x1", "3x4")),
        Function("div", np.divide, lambda g, y, a, b: (fitted(g / b, a), fitted(-g * y / b, b)),
                 ("2x3", "+3")),
        Function("pow", np.power,
                 lambda g, y, a, b: (g * b * a ** (b - 1), g * y * np.log(a)), ("+5", "5")),
        Function("maximum", np.maximum,
                 lambda g, y, a, b: (fitted(g * (a > b), a), fitted(g * (a <= b), b)),
                 ("3x2", "2")),
        Function("hypot", np.hypot, lambda g, y, a, b: (g * a / y, g * b / y), ("4", "4")),
        # along an axis
        Function("sum", lambda x: x.sum(1), lambda g, y, x: along(g, 1, x), ("2x3x2",)),
        Function("mean", lambda x: x.mean(0), lambda g, y, x: along(g, 0, x) / len(x), ("4x3",)),
        Function("amax", lambda x: x.max(-1), _amax_vjp, ("3x4",)),
        Function("logsumexp", logsumexp, lambda g, y, x: g[..., None] * softmax(x), ("2x4",),
                 wide=False),
        Function("norm", np.linalg.norm, lambda g, y, x: g * x / y, ("5",)),
        Function("prod", lambda x: x.prod(-1), lambda g, y, x: (g * y)[..., None] / x, ("2x3",)),
        Function("var", lambda x: x.var(0),
                 lambda g, y, x: g * 2 * (x - x.mean(0)) / len(x), ("4x2",)),
        Function("cumsum", np.cumsum, lambda g, y, x: np.cumsum(g[::-1])[::-1], ("6",)),
        Function("softmax", softmax, lambda g, y, x: y * (g - (g * y).sum(-1, **AXES)), ("3x4",),
                 wide=False),
        Function("log_softmax", log_softmax,
                 lambda g, y, x: g - np.exp(y) * g.sum(-1, **AXES), ("2x3",), wide=False),
        Function("layer_norm", layer_norm, _layer_norm_vjp, ("3x4", "4", "4"), wide=False),
        # matrices
        Function("matmul", np.matmul, lambda g, y, a, b: (g @ b.T, a.T @ g), ("3x2", "2x4")),
        Function("square_matmul", np.matmul, lambda g, y, a, b: (g @ b.T, a.T @ g),
                 ("3x3", "3x3")),
        Function("linear", linear, lambda g, y, x, w, b: (g @ w, g.T @ x, g.sum(0)),
                 ("5x3", "2x3", "2")),
        Function("outer", np.multiply.outer, lambda g, y, a, b: (g @ b, a @ g), ("3", "4")),
        Function("quadratic", lambda x, a: x @ a @ x,
                 lambda g, y, x, a: (g * (a + a.T) @ x, g * np.outer(x, x)), ("3", "3x3")),
        Function("inv", lambda x: np.linalg.inv(well(x)), _inv_vjp, ("3x3",), wide=False),
        Function("det", lambda x: np.linalg.det(well(x)),
                 lambda g, y, x: g * y * np.linalg.inv(well(x)).T, ("3x3",)),
        Function("solve", lambda a, b: np.linalg.solve(well(a), b),
                 lambda g, y, a, b: _solve_vjp(g, y, well(a), b), ("3x3", "3"), wide=False),
        # elements that move
        Function("transpose", np.transpose, lambda g, y, x: g.T, ("2x3",)),
        Function("take", lambda x: x[PICKED], _take_vjp, ("4x2",)),
        Function("concatenate", lambda a, b: np.concatenate([a, b]),
                 lambda g, y, a, b: (g[: len(a)], g[len(a) :]), ("3", "3")),
        Function("pad", lambda x: np.pad(x, (1, 2)), lambda g, y, x: g[1:-2], ("4",)),
        Function("dropout", lambda x: x * MASK, lambda g, y, x: g * MASK, ("3x4",)),
        Function("convolve", convolve, _convolve_vjp, ("2x6", "3")),
        # losses and layers
        Function("mse", lambda x: np.mean((x - TARGET) ** 2),
                 lambda g, y, x: g * 2 * (x - TARGET) / x.size, ("2x3",)),
        Function("huber", huber, lambda g, y, x: g * np.clip(x - TARGET, -1, 1), ("2x3",)),
        Function("cross_entropy", cross_entropy, _cross_entropy_vjp, ("4x3",), wide=False),
        Function("mlp", mlp, _mlp_vjp, ("2x3", "3x4", "4x2"), wide=False),
        Function("attention", attention, _attention_vjp, ("3x2", "4x2", "4x2"), wide=False),
    )
}  # fmt: skip
