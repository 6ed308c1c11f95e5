"""More functions that PyTorch and this library spell alike: elementwise, reducing, moving."""

import itertools

import numpy as np

_INF, _NAN = np.inf, np.nan
_ANY = np.array([-3.0, -1.5, -1.0, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 2.5])
_UNIT = np.array([-1.0, -0.9, -0.3, 0.0, 0.3, 0.9, 1.0])
_INNER = np.array([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
_ABOVE = np.array([1.0, 1.5, 2.0, 7.0, _INF])
_POSITIVE = np.array([0.0, 0.25, 1.0, 2.0, 9.0])
_SINGULAR = np.array([1.0, 3.0, -2.0, 0.0])


def _pairs(numbers, others=None):
    a, b = zip(*itertools.product(numbers, numbers if others is None else others), strict=True)
    return np.array(a), np.array(b)


def _random(*shape):
    return (np.round(np.random.default_rng(sum(shape)).normal(size=shape), 3),)


def _ties(*shape):
    return (np.random.default_rng(5).integers(-1, 2, size=shape).astype(float),)


def _one(name, x):
    return {name: (lambda F, a: getattr(F, name)(a), (x,))}


def _two(name, pair):
    return {name: (lambda F, a, b: getattr(F, name)(a, b), pair)}


def _named(name, *args, x=None, **params):
    text = ", ".join([name, *map(str, args), *(f"{k}={v}" for k, v in params.items())])
    return {text: (lambda F, a: getattr(F, name)(a, *args, **params), x or _random(2, 3, 4))}


_UNARY = {
    **dict.fromkeys(("exp2", "expm1", "tan", "sinh", "cosh", "asinh", "atan", "erf", "erfc"), _ANY),
    **dict.fromkeys(("square", "sign", "round", "floor", "ceil", "trunc", "sin", "cos"), _ANY),
    **dict.fromkeys(("log2", "log10", "log1p", "rsqrt"), _POSITIVE),
    **dict.fromkeys(("asin", "acos", "atanh"), _UNIT),
    "reciprocal": _SINGULAR,
    "logit": _INNER,
    "acosh": _ABOVE,
}

CASES = {
    **{k: v for name, x in _UNARY.items() for k, v in _one(name, x).items()},
    **_two("atan2", _pairs((-2.0, -0.5, 1.0, 3.0, _INF), (-1.0, 0.5, 2.0))),
    **_two("hypot", _pairs((-2.0, 0.5, 3.0), (-1.0, 0.0, 2.0))),
    **_two("remainder", _pairs((-7.5, -3.0, 0.0, 2.0, 7.25), (-3.0, 0.75, 2.0))),
    **_two("logaddexp", _pairs((-800.0, -1.0, 0.0, 2.0, 800.0))),
    **_two("xlogy", _pairs((0.0, 0.5, 2.0), (0.25, 1.0, 3.0))),
    **_named("logit", 0.2, x=(_INNER,)),
    **_named("round", decimals=1, x=(np.array([0.26, -1.34, 2.0]),)),
    **_named("clip", -0.5, 0.5, x=(_ANY,)),
    **{
        k: v
        for name in ("var", "std")
        for params in (
            {},
            {"dim": 0},
            {"dim": (0, 2), "keepdim": True},
            {"dim": 1, "correction": 0},
        )
        for k, v in _named(name, **params).items()
    },
    **_named("var", 1, False),
    **_named("std", False),
    **_named("std", x=(np.full(3, 2.0),)),
    **_named("prod"),
    **_named("prod", 1, True),
    **_named("prod", x=(np.array([2.0, 0.0, 3.0, -1.0]),)),
    **_named("prod", 0, x=(np.array([[2.0, 0.0], [0.0, 0.0], [3.0, 1.5]]),)),
    **_named("cumsum", 1),
    **_named("cumprod", -1),
    **_named("cumprod", 0, x=(np.array([2.0, 0.0, 3.0, 0.0, -1.0]),)),
    **{k: v for p in (1, 2, 3, 0.5, 0, _INF, -_INF, "fro") for k, v in _named("norm", p).items()},
    **{
        k: v
        for p in (1, 2, 3, _INF, 0)
        for k, v in _named("norm", p, 1, True, x=_ties(3, 4)).items()
    },
    **_named("max", x=_ties(3, 4)),
    **_named("min", x=_ties(3, 4)),
    **_named("median", x=_ties(3, 4)),
    **_named("amax", (0, 1), x=_ties(3, 4)),
    **{
        f"{name}, {dim}, {keepdim}": (
            lambda F, a, n=name, dim=dim, k=keepdim: getattr(F, n)(a, dim, k).values,
            _random(2, 3, 4),
        )
        for name in ("max", "min", "median")
        for dim, keepdim in ((0, False), (-1, True))
    },
    "max along ties": (lambda F, a: F.max(a, 1).values, _ties(3, 4)),
    "min along ties": (lambda F, a: F.min(a, 1).values, _ties(3, 4)),
    "max of NaN": (lambda F, a: F.max(a, 0).values, (np.array([1.0, _NAN, 3.0]),)),
    "sort": (lambda F, a: F.sort(a, 1).values, _random(2, 3, 4)),
    "sort, descending": (lambda F, a: F.sort(a, 0, True).values, _random(2, 3, 4)),
    "sort of NaN": (lambda F, a: F.sort(a).values, (np.array([2.0, _NAN, 1.0]),)),
    "sort of ties": (lambda F, a: F.sort(a, dim=1, stable=True).values, _ties(3, 4)),
    "sort of ties, descending": (
        lambda F, a: F.sort(a, dim=1, descending=True, stable=True).values,
        _ties(3, 4),
    ),
    "topk": (lambda F, a: F.topk(a, 2).values, _random(2, 3, 4)),
    "topk, smallest": (lambda F, a: F.topk(a, 2, 1, largest=False).values, _random(2, 3, 4)),
    **_named("flatten", 1),
    **_named("unflatten", 2, (2, -1)),
    **_named("squeeze", x=_random(1, 3, 1)),
    **_named("squeeze", 0, x=_random(1, 3, 1)),
    **_named("squeeze", (0, 1), x=_random(1, 3, 1)),
    **_named("unsqueeze", -2),
    **_named("permute", (2, 0, 1)),
    **_named("movedim", (0, 1), (2, 0)),
    **_named("tile", (2, 1)),
    **_named("flip", (0, 2)),
    **_named("roll", 5),
    **_named("roll", (1, -6), (1, 2)),
    **_named("tril", -1),
    **_named("triu", 2),
    **_named("diagonal", 1, 0, 2),
    **_named("diag", -1, x=_random(3)),
    **_named("diag", 1, x=_random(3, 4)),
    "split": (lambda F, a: F.split(a, 3, 2)[1], _random(2, 3, 4)),
    "split by sizes": (lambda F, a: F.split(a, [1, 2], dim=1)[1], _random(2, 3, 4)),
    "chunk": (lambda F, a: F.chunk(a, 3, 2)[1], _random(2, 3, 4)),
    "unbind": (lambda F, a: F.unbind(a, 1)[2], _random(2, 3, 4)),
    **_named("pad", (1, 2)),
    **_named("pad", (1, 0, 2, 1), "constant", 2.5),
    **_named("pad", (-1, 2, 1, -2)),
    **_named("pad", (3, 1), "reflect"),
    **_named("pad", (5, 1), "replicate"),
    **_named("pad", (4, 1), "circular"),
    "gather": (
        lambda F, a: F.gather(a, 1, F.labels([[2, 0, 0], [1, 1, 3]])),
        _random(2, 4),
    ),
    "take_along_dim": (
        lambda F, a: F.take_along_dim(a, F.labels([[3, 0]]), 1),
        _random(2, 4),
    ),
    "index_select": (lambda F, a: F.index_select(a, 2, F.labels([3, 0, 3])), _random(2, 3, 4)),
    "scatter_add": (
        lambda F, a, b: F.scatter_add(a, 1, F.labels([[2, 0, 2], [1, 1, 3]]), b),
        (*_random(2, 4), *_random(2, 3)),
    ),
    "scatter": (
        lambda F, a, b: F.scatter(a, 1, F.labels([[2, 0], [1, 3]]), b),
        (*_random(2, 4), *_random(2, 2)),
    ),
    "masked_fill": (lambda F, a: F.masked_fill(a, a > 0, -5.0), _random(3, 4)),
    "masked_select": (lambda F, a: F.masked_select(a, a > 0), _random(3, 4)),
    "index_put": (
        lambda F, a, b: F.index_put(a, (F.labels([0, 2]), F.labels([3, 1])), b),
        (*_random(3, 4), *_random(2)),
    ),
    "index_put, accumulate": (
        lambda F, a, b: F.index_put(a, (F.labels([0, 0]),), b, accumulate=True),
        (*_random(3, 4), *_random(2, 4)),
    ),
}
