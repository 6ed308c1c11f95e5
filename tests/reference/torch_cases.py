"""Functions that PyTorch and this library spell alike, with inputs: one list for both.

Each case is called as ``case(F, *tensors)``, where F has PyTorch's functions.
"""

import itertools

import numpy as np

from tests.reference import function_cases

_INF, _NAN = np.inf, np.nan
FINITE = (-2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0)
SPECIAL = (*FINITE, _INF, -_INF, _NAN)
# Without -0.0 and -inf, of which roots and C's pow make different things.
ROOTED = (-2.0, -0.5, 0.0, 0.5, 1.0, 3.0, _INF, _NAN)


def _pairs(numbers):
    a, b = zip(*itertools.product(numbers, numbers), strict=True)
    return np.array(a), np.array(b)


def _random(*shapes):
    rng = np.random.default_rng(sum(map(sum, shapes)) + len(shapes))
    return tuple(np.round(rng.normal(size=shape), 3) for shape in shapes)


def _ties(*shape):
    return (np.random.default_rng(3).integers(-1, 2, size=shape).astype(float),)


CASES = {
    "a + b": (lambda F, a, b: a + b, _pairs(SPECIAL)),
    "a - b": (lambda F, a, b: a - b, _pairs(SPECIAL)),
    "a * b": (lambda F, a, b: a * b, _pairs(SPECIAL)),
    "a / b": (lambda F, a, b: a / b, _pairs(FINITE)),
    "a ** b": (lambda F, a, b: a**b, _pairs((*FINITE, 2.0, 1 / 3))),
    "2 - a": (lambda F, a: 2 - a, (np.array(SPECIAL),)),
    "2 / a": (lambda F, a: 2 / a, (np.array(FINITE),)),
    "2 ** a": (lambda F, a: 2**a, (np.array(SPECIAL),)),
    "0 ** a": (lambda F, a: 0**a, (np.array(FINITE),)),
    "(-2) ** a": (lambda F, a: (-2) ** a, (np.array(FINITE),)),
    "-a": (lambda F, a: -a, (np.array(SPECIAL),)),
    "abs": (lambda F, a: F.abs(a), (np.array(SPECIAL[:-1]),)),
    "exp": (lambda F, a: F.exp(a), (np.array(SPECIAL),)),
    "log": (lambda F, a: F.log(a), (np.array([0.0, 0.5, 1.0, 3.0, _INF]),)),
    "sqrt": (lambda F, a: F.sqrt(a), (np.array([0.0, 0.5, 1.0, 3.0, _INF]),)),
    "relu": (lambda F, a: F.relu(a), (np.array(SPECIAL[:-1]),)),
    "leaky_relu": (lambda F, a: F.leaky_relu(a, 0.1), (np.array(SPECIAL[:-1]),)),
    "leaky_relu, negative": (lambda F, a: F.leaky_relu(a, -0.5), (np.array(FINITE),)),
    "sigmoid": (lambda F, a: F.sigmoid(a), (np.array(SPECIAL),)),
    "tanh": (lambda F, a: F.tanh(a), (np.array(SPECIAL),)),
    "silu": (lambda F, a: F.silu(a), (np.array(FINITE),)),
    "gelu": (lambda F, a: F.gelu(a), (np.array(FINITE),)),
    "softplus": (lambda F, a: F.softplus(a), (np.array(FINITE),)),
    "softplus, beta": (lambda F, a: F.softplus(a, 2.5), (np.array(FINITE),)),
    "maximum": (lambda F, a, b: F.maximum(a, b), _pairs(SPECIAL[:-1])),
    "minimum": (lambda F, a, b: F.minimum(a, b), _pairs(SPECIAL[:-1])),
    "maximum of one": (lambda F, a: F.maximum(a, a), (np.array(FINITE),)),
    "clamp": (lambda F, a: F.clamp(a, -1.0, 0.5), (np.array(SPECIAL[:-1]),)),
    "clamp below": (lambda F, a: F.clamp(a, min=0.0), (np.array(SPECIAL[:-1]),)),
    "clamp above": (lambda F, a: F.clamp(a, max=0.0), (np.array(SPECIAL[:-1]),)),
    "where": (lambda F, a, b: F.where(a > b, a, 2 * b), _pairs(SPECIAL)),
    "where hides inf": (lambda F, a: F.where(a > 0, a, 0 * a), (np.array(SPECIAL),)),
    **{
        f"x ** {e}": (lambda F, a, e=e: a**e, (np.array(SPECIAL),))
        for e in (0, 1, 2, 3, -1, -2, 1.5, 1 / 3, 0.0, 2.0)
    },
    **{
        f"x ** {e}": (lambda F, a, e=e: a**e, (np.array(ROOTED),))
        for e in (0.5, -0.5)
    },
    **{
        f"{name}, {axis}, {keepdim}": (
            lambda F, a, n=name, axis=axis, k=keepdim: getattr(F, n)(a, dim=axis, keepdim=k),
            _ties(2, 3, 4),
        )
        for name in ("sum", "mean", "amax", "amin", "logsumexp")
        for axis, keepdim in ((0, False), (-1, True), ((0, 2), False), ((1, 2), True))
    },
    "amax of inf": (lambda F, a: F.amax(a, dim=0), (np.array([[1.0, _INF], [_INF, _INF]]),)),
    "logsumexp of inf": (
        lambda F, a: F.logsumexp(a, dim=1),
        (np.array([[1.0, -_INF], [800.0, 799.0], [-900.0, -900.0]]),),
    ),
    **{
        f"{name}, {axis}": (
            lambda F, a, n=name, axis=axis: getattr(F, n)(a, dim=axis),
            (10 * _random((3, 4, 2))[0],),
        )
        for name in ("softmax", "log_softmax")
        for axis in (0, 1, -1)
    },
    "softmax of large": (
        lambda F, a: F.softmax(a, dim=-1),
        (np.array([[1e4, 1e4 - 1, 0.0], [-1e4, -1e4, -1e4], [1.0, -_INF, 2.0]]),),
    ),
    **{
        f"cross_entropy, {reduction}": (
            lambda F, a, r=reduction: F.cross_entropy(a, F.labels([0, 3, 1, 1, 2]), reduction=r),
            (3 * _random((5, 4))[0],),
        )
        for reduction in ("mean", "sum", "none")
    },
    "cross_entropy of one": (
        lambda F, a: F.cross_entropy(a, F.labels(1)),
        (np.array([0.3, -700.0, 5.0]),),
    ),
    **{
        f"mse_loss, {reduction}": (
            lambda F, a, b, r=reduction: F.mse_loss(a, b, reduction=r),
            _random((3, 4), (3, 4)),
        )
        for reduction in ("mean", "sum", "none")
    },
    "mse_loss of numbers": (lambda F, a, b: F.mse_loss(a, b), _random((), ())),
    **{
        f"matmul {a} {b}": (lambda F, a, b: F.matmul(a, b), _random(a, b))
        for a, b in (
            ((3,), (3,)),
            ((3,), (3, 2)),
            ((4, 3), (3,)),
            ((4, 3), (3, 2)),
            ((3,), (5, 3, 2)),
            ((5, 4, 3), (3,)),
            ((5, 4, 3), (3, 2)),
            ((4, 3), (5, 3, 2)),
            ((5, 4, 3), (5, 3, 2)),
            ((1, 4, 3), (5, 3, 2)),
            ((2, 1, 4, 3), (5, 3, 2)),
            ((2, 5, 1, 3), (1, 3, 1)),
            ((3,), (2, 5, 3, 2)),
            ((2, 5, 4, 3), (3,)),
            ((0, 3), (3, 2)),
            ((4, 0), (0, 2)),
        )
    },
    "linear": (lambda F, x, w, b: F.linear(x, w, b), _random((2, 5, 3), (4, 3), (4,))),
    **{
        f"x[{text}]": (lambda F, a, i=index: a[F.index(i)], _random((4, 3, 5)))
        for text, index in {
            "1": 1,
            "-1": -1,
            "1:3": slice(1, 3),
            "::2": slice(None, None, 2),
            "..., 2": (..., 2),
            "None, 1": (None, 1),
            ":, None, 1:": (slice(None), None, slice(1, None)),
            "[0, 2, 2]": [0, 2, 2],
            "[[1, 1], [3, -1]]": [[1, 1], [3, -1]],
            "[1, 1], [2, 2]": ([1, 1], [2, 2]),
            "[1, 1], :, [0, 0]": ([1, 1], slice(None), [0, 0]),
            ":, [0, 0, 2]": (slice(None), [0, 0, 2]),
            "1, [0, 0], 2": (1, [0, 0], 2),
            "mask": [True, False, True, True],
            "0 of []": slice(2, 2),
        }.items()
    },
    "x[a mask of elements]": (lambda F, a: a[a > 0], _random((3, 4))),
    "broadcast": (lambda F, a, b, c: a * b + c, _random((4, 1, 3), (2, 1), ())),
    "broadcast_to": (lambda F, a: F.broadcast_to(a, (2, 3, 4)), _random((3, 1))),
    "reshape": (lambda F, a: F.reshape(a, (2, -1)), _random((3, 4))),
    "transpose": (lambda F, a: F.transpose(a, 0, -1), _random((3, 4, 2))),
    "cat": (lambda F, a, b: F.cat([a, b], 1), _random((2, 3), (2, 1))),
    "stack": (lambda F, a, b: F.stack([a, b], -1), _random((2, 3), (2, 3))),
    **function_cases.CASES,
}  # fmt: skip


def cotangent(shape):
    """Both signs and unequal, the same for both libraries."""
    n = int(np.prod(shape))
    return (np.resize([1.0, -0.5, 2.0, 0.25, -3.0], n)).reshape(shape)
