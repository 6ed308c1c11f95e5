"""Functions that the checker was not developed against, with a right vjp each."""

import numpy as np

from tests.checking.suite.functions import AXES, Function, along, fitted, sigmoid, softmax


def _elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _hard_swish(x):
    return x * np.clip(x + 3, 0, 6) / 6


def _hard_swish_vjp(g, y, x):
    return g * np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * x + 3) / 6))


def _mish(x):
    return x * np.tanh(np.logaddexp(0, x))


def _mish_vjp(g, y, x):
    t = np.tanh(np.logaddexp(0, x))
    return g * (t + x * (1 - t * t) * sigmoid(x))


def _rms_norm(x, w):
    return w * x / np.sqrt((x * x).mean(-1, **AXES) + 1e-6)


def _rms_norm_vjp(g, y, x, w):
    r = 1 / np.sqrt((x * x).mean(-1, **AXES) + 1e-6)
    gw = g * w
    return r * gw - x * r**3 * (gw * x).mean(-1, **AXES), fitted(g * x * r, w)


def _batch_norm(x, w, b):
    return w * (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5) + b


def _batch_norm_vjp(g, y, x, w, b):
    r = 1 / np.sqrt(x.var(0) + 1e-5)
    z = (x - x.mean(0)) * r
    gz = g * w
    return r * (gz - gz.mean(0) - z * (gz * z).mean(0)), (g * z).sum(0), g.sum(0)


def _distances(a, b):
    return ((a[:, None] - b) ** 2).sum(-1)


def _distances_vjp(g, y, a, b):
    d = 2 * (a[:, None] - b) * g[..., None]
    return d.sum(1), -d.sum(0)


def _convolve2d(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return np.einsum("ijkl,kl->ij", windows, w)


def _convolve2d_vjp(g, y, x, w):
    c = np.zeros_like(x)
    for k in range(w.shape[0]):
        for m in range(w.shape[1]):
            c[k : k + g.shape[0], m : m + g.shape[1]] += g * w[k, m]
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return c, np.einsum("ijkl,ij->kl", windows, g)


def _gated(x, w, u):
    """A step of a gate: what is let through of a candidate."""
    return sigmoid(x @ w) * np.tanh(x @ u)


def _gated_vjp(g, y, x, w, u):
    s, t = sigmoid(x @ w), np.tanh(x @ u)
    gs, gt = g * t * s * (1 - s), g * s * (1 - t * t)
    return gs @ w.T + gt @ u.T, np.outer(x, gs), np.outer(x, gt)


def _similarity(a, b):
    return (a * b).sum(-1) / np.sqrt((a * a).sum(-1) * (b * b).sum(-1))


def _similarity_vjp(g, y, a, b):
    g, y = g[:, None], y[:, None]
    na, nb = np.sqrt((a * a).sum(-1, **AXES)), np.sqrt((b * b).sum(-1, **AXES))
    return g * (b / nb - y * a / na) / na, g * (a / na - y * b / nb) / nb


TARGETS = np.array([[0.0, 1, 1], [1, 0, 0.3]])


def _bce(x):
    return (np.logaddexp(0, x) - x * TARGETS).mean()


CHANCES = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])


def _divergence(x):
    """Kullback-Leibler, from logits."""
    return (CHANCES * (np.log(CHANCES) - np.log(softmax(x)))).sum()


def _pool(x):
    return x.reshape(-1, 2).mean(1)


def _max_pool(x):
    return x.reshape(-1, 3).max(1)


def _max_pool_vjp(g, y, x):
    blocks = x.reshape(-1, 3)
    return (g[:, None] * (blocks == y[:, None])).ravel()


def _sort_vjp(g, y, x):
    c = np.empty_like(x)
    c[np.argsort(x)] = g
    return c


def _far(x):
    return x + 5 * np.eye(len(x))


def _logdet(x):
    return np.linalg.slogdet(_far(x))[1]


def _kron_vjp(g, y, a, b):
    blocks = g.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3)
    return (blocks * b).sum((2, 3)), np.einsum("ij,ijkl->kl", a, blocks)


def _glu(x):
    a, b = np.split(x, 2, -1)
    return a * sigmoid(b)


def _glu_vjp(g, y, x):
    a, b = np.split(x, 2, -1)
    s = sigmoid(b)
    return np.concatenate([g * s, g * a * s * (1 - s)], -1)


def _std(x):
    return x.std(-1, ddof=1)


def _std_vjp(g, y, x):
    return (g / y)[:, None] * (x - x.mean(-1, **AXES)) / (x.shape[-1] - 1)


FUNCTIONS = {
    f.name: f
    for f in (
        Function("log1p", np.log1p, lambda g, y, x: g / (1 + x), ("+5",)),
        Function("expm1", np.expm1, lambda g, y, x: g * (y + 1), ("2x3",)),
        Function("arctan", np.arctan, lambda g, y, x: g / (1 + x * x), ("6",)),
        Function("arcsinh", np.arcsinh, lambda g, y, x: g / np.sqrt(1 + x * x), ("",)),
        Function("elu", _elu, lambda g, y, x: g * np.where(x > 0, 1, y + 1), ("7",)),
        Function("hard_swish", _hard_swish, _hard_swish_vjp, ("6",)),
        Function("mish", _mish, _mish_vjp, ("5",)),
        Function("softsign", lambda x: x / (1 + abs(x)), lambda g, y, x: g / (1 + abs(x)) ** 2,
                 ("4",)),
        Function("logaddexp", np.logaddexp,
                 lambda g, y, a, b: (fitted(g * np.exp(a - y), a), fitted(g * np.exp(b - y), b)),
                 ("2x3", "3")),
        Function("arctan2", np.arctan2,
                 lambda g, y, a, b: (g * b / (a * a + b * b), -g * a / (a * a + b * b)),
                 ("4", "4")),
        Function("minimum", np.minimum,
                 lambda g, y, a, b: (fitted(g * (a < b), a), fitted(g * (a >= b), b)),
                 ("3x1", "3x2")),
        Function("std", _std, _std_vjp, ("2x4",)),
        Function("rms_norm", _rms_norm, _rms_norm_vjp, ("2x4", "4")),
        Function("batch_norm", _batch_norm, _batch_norm_vjp, ("5x2", "2", "2")),
        Function("distances", _distances, _distances_vjp, ("2x3", "3x3")),
        Function("convolve2d", _convolve2d, _convolve2d_vjp, ("4x4", "2x2")),
        Function("gated", _gated, _gated_vjp, ("3", "3x2", "3x2")),
        Function("similarity", _similarity, _similarity_vjp, ("2x3", "2x3")),
        Function("bce", _bce, lambda g, y, x: g * (sigmoid(x) - TARGETS) / x.size, ("2x3",)),
        Function("divergence", _divergence, lambda g, y, x: g * (softmax(x) - CHANCES), ("2x3",)),
        Function("average_pool", _pool, lambda g, y, x: np.repeat(g, 2) / 2, ("8",)),
        Function("max_pool", _max_pool, _max_pool_vjp, ("9",)),
        Function("sort", np.sort, _sort_vjp, ("6",)),
        Function("roll", lambda x: np.roll(x, 2), lambda g, y, x: np.roll(g, -2), ("5",)),
        Function("cumprod", np.cumprod, lambda g, y, x: np.cumsum((g * y)[::-1])[::-1] / x, ("5",)),
        Function("logdet", _logdet, lambda g, y, x: g * np.linalg.inv(_far(x)).T, ("3x3",)),
        Function("third power", lambda x: x @ x @ x,
                 lambda g, y, x: g @ (x @ x).T + x.T @ g @ x.T + (x @ x).T @ g, ("2x2",)),
        Function("kron", np.kron, _kron_vjp, ("2x2", "2x2")),
        Function("glu", _glu, _glu_vjp, ("2x4",)),
        Function("upper", np.triu, lambda g, y, x: np.triu(g), ("3x3",)),
        Function("spread", lambda x: x[:, None] - x, lambda g, y, x: g.sum(1) - g.sum(0), ("4",)),
        Function("trace", lambda a, b: np.trace(a @ b), lambda g, y, a, b: (g * b.T, g * a.T),
                 ("2x3", "3x2")),
        Function("mean of squares", lambda x: (x * x).mean(1),
                 lambda g, y, x: along(2 * g, 1, x) * x / x.shape[1], ("3x3",)),
    )
}  # fmt: skip
