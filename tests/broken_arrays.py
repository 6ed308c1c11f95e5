"""Planted faults in rules of arrays and in the functions that are made of them.

`RULES` are ops with one wrong derivative. `FUNCTIONS` name a part of a function, what stands in its
place, and the case of tests/reference/layer_cases.py that must notice.
"""

from types import SimpleNamespace

import numpy as np

from micrograd_act.functional import (
    attending,
    classification,
    convolving,
    embeddings,
    losses,
    normalizing,
    pooling,
)
from micrograd_act.functional.arguments import reduced
from micrograd_act.ops import REGISTRY, Op
from micrograd_act.ops import losses as loss_ops
from micrograd_act.ops.op import load_all
from tests.contract.cases import case_of

load_all()

_SPD = np.array([[2.0, 0.5, -1.0], [0.5, 1.5, 0.3], [-1.0, 0.3, 2.5]])


def _case(name, rule, *inputs, i=0, **params):
    """A registered op whose vjp for input i is `rule`, which is given the right one first."""
    entry = REGISTRY[name]
    op = entry if isinstance(entry, Op) else entry.bind(**params)
    right = op.vjps[i]

    def vjp(xp, g, y, *x):
        return rule(right, xp, g, y, *x)

    vjps = (*op.vjps[:i], vjp, *op.vjps[i + 1 :])
    wrong = Op(op.name, op.forward, vjps, elementwise=op.elementwise)
    wrong.__doc__ = op.__doc__
    return case_of(wrong, inputs, np.random.default_rng(8))


def _times(factor):
    return lambda vjp, xp, g, y, *x: factor * vjp(xp, g, y, *x)


def _turned(vjp, xp, g, y, *x):
    return xp.swapaxes(vjp(xp, g, y, *x), -1, -2)


def _rolled(vjp, xp, g, y, *x):
    return np.roll(vjp(xp, g, y, *x), 1, -1)


def _reversed(vjp, xp, g, y, *x):
    return vjp(xp, g[..., ::-1], y, *x)


def _centred(x):
    return x - x.mean()


def _deviation(x):
    return np.sqrt(x.var(-1, keepdims=True) + 0.1)


_VECTOR, _SQUARE, _TWO = (4,), (3, 3), (2, 3)

RULES = {
    # reductions
    "sum with a sign": _case("sum", _times(-1.0), _TWO, axis=1),
    "sum spread over the wrong axis": _case(
        "sum", lambda vjp, xp, g, y, x: np.broadcast_to(g, x.shape).copy(), _SQUARE, axis=1
    ),
    "mean over all instead of an axis": _case("mean", _times(0.5), _TWO, axis=1),
    "amax to every element": _case(
        "amax", lambda vjp, xp, g, y, x: g[:, None] + 0 * x, _TWO, axis=1
    ),
    "amin to the largest": _case(
        "amin", lambda vjp, xp, g, y, x: g[:, None] * (x == x.max(1, keepdims=True)), _TWO, axis=1
    ),
    "logsumexp like sum": _case("logsumexp", lambda vjp, xp, g, y, x: g + 0 * x, _VECTOR),
    "logsumexp along the wrong axis": _case(
        "logsumexp", lambda vjp, xp, g, y, x: g[:, None] * xp.softmax(x, 0), _SQUARE, axis=1
    ),
    "log_softmax without its sum": _case(
        "log_softmax", lambda vjp, xp, g, y, x: g + 0 * x, _VECTOR
    ),
    "log_softmax with the logarithm": _case(
        "log_softmax", lambda vjp, xp, g, y, x: g - y * g.sum(-1, keepdims=True), _TWO
    ),
    "prod without the others": _case("prod", lambda vjp, xp, g, y, x: g * y + 0 * x, _VECTOR),
    "prod divided by itself": _case(
        "prod",
        lambda vjp, xp, g, y, x: g * np.divide(y, x, out=np.zeros_like(x), where=x != 0),
        np.array([0.0, 2.0, -1.5]),
    ),
    "cumsum from the front": _case(
        "cumsum", lambda vjp, xp, g, y, x: np.cumsum(g, 0), _VECTOR, axis=0
    ),
    "cumprod without the products behind": _case(
        "cumprod", lambda vjp, xp, g, y, x: g * y / x, _VECTOR, axis=0
    ),
    "var without its 2": _case("var", _times(0.5), _VECTOR),
    "var without its mean": _case("var", lambda vjp, xp, g, y, x: g * 2 * x / 3, _VECTOR),
    "var divided by n": _case("var", lambda vjp, xp, g, y, x: g * 2 * _centred(x) / 4, _VECTOR),
    "std like var": _case("std", lambda vjp, xp, g, y, x: g * 2 * _centred(x) / 3, _VECTOR),
    "norm without its sign": _case("norm", lambda vjp, xp, g, y, x: g * np.abs(x) / y, _VECTOR),
    "norm not divided": _case("norm", lambda vjp, xp, g, y, x: g * x, _VECTOR),
    "norm of order 3 like 2": _case("norm", lambda vjp, xp, g, y, x: g * x / y, _VECTOR, p=3),
    # linear algebra
    "inv with a sign": _case("inv", _times(-1.0), _SQUARE),
    "inv not transposed": _case("inv", lambda vjp, xp, g, y, x: -y @ g @ y, _SQUARE),
    "inv from one side": _case("inv", lambda vjp, xp, g, y, x: -y.T @ g, _SQUARE),
    "det without the determinant": _case(
        "det", lambda vjp, xp, g, y, x: g * np.linalg.inv(x).T, _SQUARE
    ),
    "det not transposed": _case("det", _turned, _SQUARE),
    "logabsdet not transposed": _case("logabsdet", _turned, _SQUARE),
    "solve with a sign": _case("solve", _times(-1.0), _SQUARE, (3, 2)),
    "solve the wrong way": _case(
        "solve", lambda vjp, xp, g, y, a, b: -np.linalg.solve(a, g) @ y.T, _SQUARE, (3, 2)
    ),
    "solve not transposed in A": _case("solve", _turned, _SQUARE, (3, 2)),
    "solve not transposed in B": _case(
        "solve", lambda vjp, xp, g, y, a, b: np.linalg.solve(a, g), _SQUARE, (3, 2), i=1
    ),
    "cholesky with its whole diagonal": _case(
        "cholesky",
        lambda vjp, xp, g, y, x: vjp(xp, g, y, x) + np.diag(np.diag(vjp(xp, g, y, x))) / 2,
        _SPD,
    ),
    "cholesky of one triangle": _case(
        "cholesky", lambda vjp, xp, g, y, x: np.tril(vjp(xp, g, y, x)), _SPD
    ),
    "contract with its inputs exchanged": _case(
        "contract", lambda vjp, xp, g, y, a, b: vjp(xp, g, y, b, a), _SQUARE, _SQUARE,
        subscripts="ab,bc->ac",
    ),
    "contract transposed": _case(
        "contract", _turned, _SQUARE, _SQUARE, i=1, subscripts="ab,bc->ac"
    ),
    "linear's weight transposed": _case("linear", _turned, (4, 3), _SQUARE, (3,), i=1),
    "linear's bias of one row": _case(
        "linear", lambda vjp, xp, g, y, *x: g[0], (4, 3), (2, 3), (2,), i=2
    ),
    # layers
    "windows one place late": _case(
        "windows", _rolled, (2, 5), kernel=(3,), stride=(1,), dilation=(1,)
    ),
    "windows that don't add up": _case(
        "windows", lambda vjp, xp, g, y, x: np.sign(vjp(xp, np.abs(g), y, x)), (2, 5),
        kernel=(3,), stride=(1,), dilation=(1,),
    ),
    "windows with their kernel reversed": _case(
        "windows", _reversed, (2, 6), kernel=(3,), stride=(2,), dilation=(1,)
    ),
    "fold one place late": _case(
        "fold", lambda vjp, xp, g, y, x: vjp(xp, np.roll(g, 1, -1), y, x), (2, 3, 3),
        size=(5,), stride=(1,), dilation=(1,),
    ),
    "standardize without the mean of g": _case(
        "standardize",
        lambda vjp, xp, g, y, x: (g - y * (g * y).mean(-1, keepdims=True)) / _deviation(x),
        (2, 4), eps=0.1,
    ),
    "standardize without the mean of g y": _case(
        "standardize",
        lambda vjp, xp, g, y, x: (g - g.mean(-1, keepdims=True)) / _deviation(x), (2, 4), eps=0.1,
    ),
    "standardize as if the variance were given": _case(
        "standardize", lambda vjp, xp, g, y, x: g / _deviation(x), (2, 4), eps=0.1
    ),
    # losses
    "mse without its 2": _case("mse", _times(0.5), _TWO, _TWO),
    "mse with the target's sign": _case("mse", _times(-1.0), _TWO, _TWO, i=1),
    "mse not divided": _case("mse", _times(6.0), _TWO, _TWO),
    "cross_entropy without the labels": _case(
        "cross_entropy", lambda vjp, xp, g, y, x, *at: g * xp.softmax(x, 1) / len(x),
        (3, 4), np.array([2, 0, 2]),
    ),
    "cross_entropy of another label": _case(
        "cross_entropy", _rolled, (3, 4), np.array([2, 0, 2])
    ),
    "cross_entropy not divided": _case(
        "cross_entropy", _times(3.0), (3, 4), np.array([2, 0, 2])
    ),
    "huber not limited": _case("huber", lambda vjp, xp, g, y, x: g * x, (6,), delta=0.4),
    "huber with its sign": _case("huber", lambda vjp, xp, g, y, x: g * np.abs(x), (6,), delta=0.4),
    "bernoulli with a sign": _case(
        "bernoulli", _times(-1.0), np.array([0.2, 0.7]), np.array([0.3, 1.0])
    ),
    "bernoulli without 1 - p": _case(
        "bernoulli", lambda vjp, xp, g, y, p, t: g * (p - t) / p,
        np.array([0.2, 0.7]), np.array([0.3, 1.0]),
    ),
    "bernoulli's target with a sign": _case(
        "bernoulli", _times(-1.0), np.array([0.2, 0.7]), np.array([0.3, 1.0]), i=1
    ),
}  # fmt: skip


def _numpy(**others):
    """NumPy with other functions under some of its names."""
    return SimpleNamespace(**{**vars(np), **others})


def _late(x, pairs):
    return _padded(x, [(a - 1, b + 1) if a else (a, b) for a, b in pairs])


def _at_the_wrong_end(x, pairs):
    return _padded(x, [(b, a) for a, b in pairs])


def _exchanged(function):
    return lambda x, kernel, stride, dilation: function(x, kernel, dilation, stride)


def _last_of_equals(x, axis):
    return x.shape[axis] - 1 - np.argmax(np.flip(x, axis), axis)


def _eps_outside(x, weight, bias, axis, eps):
    d = x - x.mean(axis, True)
    return d / ((d * d).mean(axis, True) ** 0.5 + eps) * weight + bias


def _unbiased(x, axis, eps):
    n = int(np.prod([x.shape[a] for a in axis]))
    d = x - x.mean(axis, True)
    return d / ((d * d).sum(axis, True) / (n - 1) + eps) ** 0.5


def _of_every_label(name, input, target, axis, ignored):
    labels, _ = _labels(name, input, target, axis, ignored)
    return labels, None


_padded, _windows, _fold = convolving.padded, convolving.windows, convolving.fold
_avg_pool, _update = pooling._avg_pool, normalizing._update
_norm, _softmax, _huber = normalizing.norm, attending.softmax, loss_ops.huber
_labels, _log_softmax = classification._labels, classification.log_softmax

_ATTEND = "F.scaled_dot_product_attention"

FUNCTIONS = {
    "padding one place late": (
        convolving, "padded", _late, "F.conv2d(x, w, padding=1)",
    ),
    "padding of 'same' at the wrong end": (
        convolving, "padded", _at_the_wrong_end, "F.conv2d(x, w, padding='same')",
    ),
    "kernel flipped": (
        convolving, "windows", lambda *args: _windows(*args)[..., ::-1], "F.conv2d(x, w)",
    ),
    "stride and dilation exchanged": (
        convolving, "windows", _exchanged(_windows), "F.conv2d(x, w, None, (1, 2), (2, 1))",
    ),
    "kernel flipped back": (
        convolving, "fold", lambda x, *args: _fold(x[..., ::-1], *args),
        "F.conv_transpose2d(x, w)",
    ),
    "groups exchanged": (
        convolving, "contract", lambda w, *args: _contract(w[::-1], *args),
        "F.conv2d(x, w, groups=2)",
    ),
    "bias left out": (
        convolving, "_finished", lambda name, y, bias, single: _finished(name, y, None, single),
        "F.conv2d(x, w, b)",
    ),
    "pooling one place late": (
        pooling, "padded", _late, "F.avg_pool2d(x, 3, 2, 1)",
    ),
    "zeros are the largest": (
        pooling, "np", _numpy(pad=lambda x, edges, constant_values: np.pad(x, edges)),
        "F.max_pool2d(-x * x, 3, 2, 1)",
    ),
    "the last of equals": (
        pooling, "np", _numpy(argmax=_last_of_equals), "F.max_pool2d(x, 2, 1)",
    ),
    "padding counted": (
        pooling, "_avg_pool", lambda *args: _avg_pool(*args[:4], True, args[5]),
        "F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)",
    ),
    "eps outside of the root": (
        normalizing, "layer_standardize", _eps_outside, "F.layer_norm(x, (4,), w, b, 1e-3)",
    ),
    "unbiased variance": (
        normalizing, "standardize", _unbiased, "F.group_norm(x, 2, w, b, 1e-3)",
    ),
    "over the batch": (
        normalizing, "standardize", lambda x, axis, eps: _unlike(x, (0,), eps),
        "F.layer_norm(x, (4,))",
    ),
    "momentum the other way": (
        normalizing, "_update", lambda running, found, m: _update(running, found, 1 - m),
        "(F.batch_norm(x, c, cv, w, b, True, 0.3), c, cv)[:][:]",
    ),
    "running variance of the population": (
        normalizing, "_update",
        lambda running, found, m: _update(running, found * (2 / 3), m),
        "(F.batch_norm(x, c, cv, w, b, True, 0.3), c, cv)[:][:]",
    ),
    "order of the norm ignored": (
        normalizing, "norm", lambda x, p, *args: _norm(x, 2.0, *args),
        "F.normalize(x, p=1.0, dim=0)",
    ),
    "softmax over the targets": (
        attending, "softmax", lambda x, axis: _softmax(x, -2), f"{_ATTEND}(q, k, v)",
    ),
    "scores not scaled": (
        attending, "math", SimpleNamespace(sqrt=lambda n: 1.0), f"{_ATTEND}(q, k, v)",
    ),
    "mask ignored": (
        attending, "_masked", lambda scores, mask: (scores, None), f"{_ATTEND}(q, k, v, c)",
    ),
    "one source of the future": (
        attending, "np", _numpy(tri=lambda n, m, dtype: np.tri(n, m, 1, dtype=dtype)),
        f"{_ATTEND}(q, k, v, is_causal=True, scale=0.7)",
    ),
    "padding row learns": (
        embeddings, "where", lambda condition, a, b: b, "F.embedding(i, w, 2)",
    ),
    "delta ignored": (
        loss_ops, "huber", lambda x, delta: _huber(x, 1.0),
        "F.huber_loss(x, y, delta=2.5, reduction='mean')",
    ),
    "the target's own logarithm left out": (
        losses, "log", lambda x: x * 0.0, "F.kl_div(x, t, reduction='sum')",
    ),
    "classes along the last axis": (
        classification, "log_softmax", lambda x, axis: _log_softmax(x, -1),
        "F.cross_entropy(x, i, reduction='mean', weight=c)",
    ),
    "divided by the number of labels": (
        classification, "_reduced", lambda loss, counts, r: reduced("", loss, r),
        "F.cross_entropy(x, i, c, reduction='mean')",
    ),
    "ignored labels counted": (
        classification, "_labels", _of_every_label,
        "F.nll_loss(x, i, reduction='mean', ignore_index=2)",
    ),
}  # fmt: skip

_contract, _finished, _unlike = convolving.contract, convolving._finished, normalizing.standardize
