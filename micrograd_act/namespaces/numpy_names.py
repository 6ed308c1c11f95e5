"""NumPy's functions on expressions, so that a formula written with them can be read."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from micrograd_act.namespaces.expressions import Expr, call, number, power, where

__all__ = ["of_function", "of_ufunc"]


def _power(a: Any, b: Any) -> Expr:
    return power(number(a), number(b))


def _square(x: Any) -> Expr:
    return number(x) ** 2


def _reciprocal(x: Any) -> Expr:
    return 1 / number(x)


def _positive(x: Any) -> Expr:
    return number(x)


_BY_OPERATOR: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "negative": operator.neg,
    "positive": _positive,
    "power": _power,
    "float_power": _power,
    "square": _square,
    "reciprocal": _reciprocal,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "less": operator.lt,
    "less_equal": operator.le,
    "equal": operator.eq,
    "not_equal": operator.ne,
}
_RENAMED = {
    **{"absolute": "abs", "fabs": "abs", "arctan": "atan", "arcsin": "asin", "arccos": "acos"},
    **{"arctan2": "atan2", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh"},
    **{"fmax": "maximum", "fmin": "minimum", "rint": "round"},
}
_SAME = {
    *("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh"),
    *("exp2", "log2", "log10", "sign", "maximum", "minimum", "hypot", "logaddexp"),
    *("floor", "ceil", "trunc", "remainder"),
}


def of_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """A ufunc called on expressions and numbers."""
    name = ufunc.__name__
    plain = method == "__call__" and not options and all(map(_is_single, inputs))
    if plain and name in _BY_OPERATOR:
        return _BY_OPERATOR[name](*map(_number, inputs))
    if plain and (name in _SAME or name in _RENAMED):
        return call(_RENAMED.get(name, name), *map(_number, inputs))
    return NotImplemented


def of_function(function: Any, args: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """`where`, `clip` and `shape`; what else NumPy dispatches has no formula."""
    if function is np.shape:
        return ()
    if function is np.where and len(args) == 3 and not options:
        return where(*map(_number, args))
    if function is np.clip and len(args) == 3 and not options:
        x, low, high = args
        above = x if low is None else call("maximum", _number(x), _number(low))
        return above if high is None else call("minimum", above, _number(high))
    return NotImplemented


def _is_single(x: Any) -> bool:
    return isinstance(x, Expr) or np.ndim(x) == 0


def _number(x: Any) -> Expr:
    return number(x if isinstance(x, Expr) else np.asarray(x).item())
