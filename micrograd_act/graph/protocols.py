"""NumPy's own functions on nodes: which op each one is, in one table.

Here the meaning is NumPy's (`np.var` divides by n). What gives no number with a derivative, such as
a comparison, is computed from the data.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

import numpy as np

from micrograd_act.graph.arrayfunctions import rules
from micrograd_act.graph.node import Node, OnTheClass
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.value import number_of
from micrograd_act.ops import arithmetic, linalg, reductions, shaping
from micrograd_act.ops.op import REGISTRY, Family, Op, load_all

load_all()  # a ufunc may be any of them

Rule = Callable[..., Any]

# A ufunc is the op of its own name, or of this one.
_NAMES = {
    "absolute": "abs",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "fabs": "abs",
    "negative": "neg",
    "rint": "round",
}
_OPERATORS: dict[Any, tuple[Callable[[Any, Any], Any], str]] = {
    np.add: (operator.add, "__radd__"),
    np.subtract: (operator.sub, "__rsub__"),
    np.multiply: (operator.mul, "__rmul__"),
    np.divide: (operator.truediv, "__rtruediv__"),
    np.power: (operator.pow, "__rpow__"),
    np.float_power: (operator.pow, "__rpow__"),
    np.matmul: (operator.matmul, "__rmatmul__"),
    np.less: (operator.lt, "__gt__"),
    np.less_equal: (operator.le, "__ge__"),
    np.greater: (operator.gt, "__lt__"),
    np.greater_equal: (operator.ge, "__le__"),
    np.equal: (operator.eq, "__eq__"),
    np.not_equal: (operator.ne, "__ne__"),
}
_UFUNCS_OF_THE_DATA = (
    *(np.isnan, np.isfinite, np.isinf, np.signbit),
    *(np.logical_and, np.logical_or, np.logical_xor, np.logical_not),
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert),
)
_FUNCTIONS_OF_THE_DATA = (
    *(np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort, np.nonzero, np.count_nonzero),
    *(np.any, np.all, np.allclose, np.isclose, np.array_equal, np.result_type, np.can_cast),
    *(np.zeros_like, np.ones_like, np.full_like, np.empty_like, np.shares_memory),
    *(np.may_share_memory, np.iscomplexobj, np.isrealobj, np.array_repr, np.array_str),
    *(np.array2string, np.save, np.savetxt, np.savez),
)
# These take the arguments that NumPy's have, under the same names.
_SAME = ("sum", "prod", "expand_dims", "broadcast_to")


def array_ufunc(self: Node, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """``np.exp(x)`` and ``array * x``; NumPy calls this where an operand is a node."""
    rule = _ufuncs.get(ufunc) or _ufunc(ufunc)
    if method != "__call__":
        hint = {np.add: "; use np.sum", np.maximum: "; use np.max", np.minimum: "; use np.min"}
        raise TypeError(
            f"np.{ufunc.__name__}.{method} has no rule for {type(self).__name__}"
            + (hint.get(ufunc, "") if method == "reduce" else "")
        )
    if options:
        _refuse(f"np.{ufunc.__name__}", options)
    return rule(*inputs)


def array_function(self: Node, function: Any, types: Any, args: Any, options: Any) -> Any:
    """``np.sum(x, axis=0)``; NumPy calls this where an argument is a node."""
    rule = _functions.get(function)
    if rule is None:
        _no_rule(function, self)
    return rule(*args, **options)


def _refuse(name: str, options: Any) -> None:
    """Raise on what no op can do."""
    if options.get("out") is not None:
        raise TypeError(
            f"{name}: out= would write into an array and lose the gradient; use what {name} "
            "returns (x = x + y instead of x += y where x is an array)"
        )
    given = [key for key, value in options.items() if value is not None]
    if given:
        raise TypeError(f"{name}: nodes do not support {given[0]}=")


def _no_rule(function: Any, node: Node) -> NoReturn:
    import difflib  # for an error alone

    known = {f.__name__: _spelled(f) for f in (*_functions, *_ufuncs)}
    known |= {key: f"np.{key}" for key in REGISTRY if isinstance(getattr(np, key, None), np.ufunc)}
    room = _spelled(function).rpartition(".")[0]
    akin = [key for key, spelt in known.items() if spelt.rpartition(".")[0] == room] or known
    least = 0.6 if room == "np" else 0.0  # all of linalg is akin
    near = difflib.get_close_matches(function.__name__, sorted(akin), n=1, cutoff=least)
    hint = f"the closest name that has one is {known[near[0]]}. For" if near else "for"
    raise TypeError(
        f"{_spelled(function)} has no rule for {type(node).__name__}; {hint} the numbers alone, "
        "without a gradient, pass np.asarray(x)"
    )


def _spelled(function: Any) -> str:
    path = getattr(function, "__module__", None) or "numpy"
    return f"{path.replace('numpy', 'np', 1)}.{function.__name__}"


def _ufunc(ufunc: Any) -> Rule:
    """The rule of a ufunc that is met for the first time."""
    name = _NAMES.get(ufunc.__name__, ufunc.__name__)
    op = REGISTRY.get(name)
    if not isinstance(op, Op) or len(op.vjps) != ufunc.nin or ufunc.nout != 1:
        _no_rule(ufunc, _any_node)
    _ufuncs[ufunc] = rule = _on_arrays(op)
    return rule


def _on_arrays(op: Op) -> Rule:
    def rule(*xs: Any) -> Any:
        return op(*(_array_if_list(x) for x in xs))

    return rule


def _array_if_list(x: Any) -> Any:
    return Tensor(x)._data if isinstance(x, (list, tuple)) else x


def _by_operator(forward: Callable[[Any, Any], Any], reflected: str) -> Rule:
    def rule(a: Any, b: Any) -> Any:
        if isinstance(a, Node):
            return forward(a, _array_if_list(b))
        method = getattr(b, reflected, None)
        result = NotImplemented if method is None else method(_array_if_list(a))
        if result is NotImplemented:
            raise TypeError(f"cannot compute with {type(a).__name__} and {type(b).__name__}")
        return result

    return rule


def _of_the_data(function: Any) -> Rule:
    def rule(*args: Any, **options: Any) -> Any:
        _refuse(function.__name__, {"out": options.get("out")})
        result = function(
            *(x._data if isinstance(x, Node) else x for x in args),
            **{k: x._data if isinstance(x, Node) else x for k, x in options.items()},
        )
        return Tensor(result) if isinstance(result, np.ndarray) else result

    return rule


@cache
def _signature(function: Any) -> inspect.Signature:
    return inspect.signature(function)


def _same(function: Any, op: Family) -> Rule:
    """The op with NumPy's arguments, defaults included: an op's own default may be PyTorch's."""
    name = f"np.{function.__name__}"

    def rule(*args: Any, **options: Any) -> Any:
        bound = _signature(function).bind(*args, **options)
        parameters = _signature(function).parameters
        x, *rest = bound.arguments.items()
        _refuse(name, {k: v for k, v in rest if k not in op.signature.parameters})
        params = {k: bound.arguments.get(k, parameters[k].default) for k in op.signature.parameters}
        return op(x[1], **{k: v for k, v in params.items() if v is not np._NoValue})

    return rule


def _square(x: Any) -> Any:
    return x * x


def _reciprocal(x: Any) -> Any:
    return 1.0 / x


def _positive(x: Any) -> Any:
    return x


def _concatenate(xs: Any, /, axis: Any = 0, out: Any = None, **options: Any) -> Any:
    _refuse("np.concatenate", {"out": out, **options})
    if axis is None:
        return shaping.concatenate([_ravel(x) for x in xs], 0)
    return shaping.concatenate([_array_if_list(x) for x in xs], axis)


def _stack(arrays: Any, axis: int = 0, out: Any = None, **options: Any) -> Any:
    _refuse("np.stack", {"out": out, **options})
    return shaping.stack([_array_if_list(x) for x in arrays], axis)


def _where(condition: Any, *choices: Any) -> Any:
    if not choices:
        return np.nonzero(condition._data)
    return arithmetic.where(*(_array_if_list(x) for x in (condition, *choices)))


def _reshape(a: Any, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> Any:
    _refuse("np.reshape", {"order": None if order == "C" else order, "copy": copy})
    return _array(a).reshape(shape)


def _ravel(a: Any, order: str = "C") -> Any:
    return _reshape(a, -1, order)


def _squeeze(a: Any, axis: Any = None) -> Any:
    return _array(a).reshape(np.squeeze(a._data, axis=axis).shape)


def _transpose(a: Any, axes: Any = None) -> Any:
    return _array(a).permute(tuple(reversed(range(a.ndim))) if axes is None else tuple(axes))


def _swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    return shaping.swapaxes(a, axis1, axis2)


def _array(x: Any) -> Any:
    """A Value as an array of no axes, so that it has an array's methods."""
    return x if isinstance(x, Tensor) else shaping.reshape(shaping.stack([x]), ())


def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **options: Any) -> Any:
    low, high = options.pop("min", a_min), options.pop("max", a_max)
    _refuse("np.clip", {"out": out, **options})
    low, high = (None if x is np._NoValue else x for x in (low, high))
    if all(x is None or number_of(x) is not None for x in (low, high)) and isinstance(a, Node):
        return arithmetic.clamp(a, low, high) if low is not None or high is not None else a
    a = a if low is None else arithmetic.maximum(a, low)
    return a if high is None else arithmetic.minimum(a, high)


_mean_of_floats = _same(np.mean, reductions.mean)


def _mean(a: Any, *args: Any, **options: Any) -> Any:
    return _mean_of_floats(_floating(a), *args, **options)


def _floating(a: Any) -> Any:
    """NumPy takes the mean of whole numbers in float64."""
    x = _array(a)
    return x if x.dtype.kind == "f" else x.double()


def _var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
    keepdims: Any = False, **options: Any,
) -> Any:  # fmt: skip
    _refuse("np.var", {"dtype": dtype, "out": out, **options})
    a = _floating(a)
    square = (a - reductions.mean(a, axis, True)) ** 2
    mean = reductions.mean(square, axis, False if keepdims is np._NoValue else bool(keepdims))
    if ddof == 0:
        return mean
    count = a.size / max(mean.size, 1)
    return mean * (count / (count - ddof)) if count > ddof else mean * np.nan


def _std(*args: Any, **options: Any) -> Any:
    return _var(*args, **options) ** 0.5


def _cumulative(name: str) -> Rule:
    def rule(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        _refuse(f"np.{name}", {"dtype": dtype, "out": out})
        return REGISTRY[name](_ravel(a) if axis is None else _array(a), 0 if axis is None else axis)

    return rule


def _dot(a: Any, b: Any, out: Any = None) -> Any:
    _refuse("np.dot", {"out": out})
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) > 2:
        raise TypeError("np.dot: more than two axes have no rule; use np.matmul")
    return linalg.matmul(_array_if_list(a), _array_if_list(b))


_any_node = Tensor(0.0)
_ufuncs: dict[Any, Rule] = {
    **{ufunc: _by_operator(*pair) for ufunc, pair in _OPERATORS.items()},
    **{ufunc: _of_the_data(ufunc) for ufunc in _UFUNCS_OF_THE_DATA},
    np.square: _square,
    np.reciprocal: _reciprocal,
    np.positive: _positive,
}
_functions: dict[Any, Rule] = {
    **{getattr(np, name): _same(getattr(np, name), REGISTRY[name]) for name in _SAME},  # type: ignore[arg-type]
    **{function: _of_the_data(function) for function in _FUNCTIONS_OF_THE_DATA},
    np.max: _same(np.max, reductions.amax),
    np.amax: _same(np.amax, reductions.amax),
    np.min: _same(np.min, reductions.amin),
    np.amin: _same(np.amin, reductions.amin),
    np.mean: _mean,
    np.var: _var,
    np.std: _std,
    np.cumsum: _cumulative("cumsum"),
    np.cumprod: _cumulative("cumprod"),
    np.concatenate: _concatenate,
    np.stack: _stack,
    np.where: _where,
    np.reshape: _reshape,
    np.ravel: _ravel,
    np.squeeze: _squeeze,
    np.transpose: _transpose,
    np.swapaxes: _swapaxes,
    np.clip: _clip,
    np.dot: _dot,
    **rules,
}

# From now on NumPy finds these without the import in front of them.
Node.__array_ufunc__ = OnTheClass(array_ufunc)  # type: ignore[method-assign]
Node.__array_function__ = array_function  # type: ignore[method-assign]
