"""What a caller hands to a gradient check, as leaves or arrays; and what a function gives back."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from micrograd_act.graph.node import Node
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.value import Value


class WrongAnswerError(ValueError):
    """What a backward returned is no gradient of its inputs."""


class WrongNumberError(WrongAnswerError):
    """A backward returned more or fewer gradients than there are inputs."""


def own(x: Any) -> Any:
    """A copy that a function may write into; a number for an array of no axes."""
    return np.array(x)[()]


def as_tuple(inputs: Any) -> tuple[Any, ...]:
    """The inputs one by one: a list of numbers is one array."""
    if isinstance(inputs, tuple):
        return inputs
    if isinstance(inputs, list) and any(isinstance(x, (Node, np.ndarray)) for x in inputs):
        return tuple(inputs)
    return (inputs,)


def leaf_of(x: Any, i: int) -> Node:
    """Input `i` as a node; nodes stay what they are."""
    if isinstance(x, Node):
        return x
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return Value(x)
    return Tensor(floats_of(x, i, keep_dtype=True), requires_grad=True)


def leaf_like(x: Any, leaf: Node) -> Node:
    """A leaf like `leaf` with other numbers."""
    if not leaf.requires_grad:
        return leaf
    if isinstance(leaf, Value):
        return Value(float(x), label=leaf.label)
    return Tensor(x, requires_grad=True, label=leaf.label)


def floats_of(x: Any, i: int, keep_dtype: bool = False, caller: str = "gradcheck") -> Any:
    """Input `i` as a floating array of its own."""
    try:
        array = np.array(x._data if isinstance(x, Node) else x)
    except ValueError as error:  # rows of unequal length
        raise ValueError(f"{caller}: input {i} is no array: {error}") from None
    if array.dtype.kind in "iu" and array.ndim == 0 and not isinstance(x, (np.ndarray, np.generic)):
        array = array.astype(float)  # a plain number
    if array.dtype.kind != "f":
        raise TypeError(f"{caller}: input {i} is {array.dtype}, which has no gradient; pass floats")
    return array if keep_dtype else array.astype(np.float64)


def not_finite(x: Any, what: str) -> str:
    """Which element of `x` is infinite or NaN, in words; "" if none is."""
    x = np.asarray(x)
    if x.dtype.kind != "f" or np.isfinite(x).all():
        return ""
    first = np.unravel_index(int(np.argmin(np.isfinite(x))), x.shape)
    where = f"{tuple(map(int, first))} is " if first else ""
    return f"{what} is not finite: {where and 'element '}{where}{x[first]}"


def taking(fn: Any, count: int, name: str, arguments: str) -> None:
    """Refuse what cannot be called with that many arguments."""
    if not callable(fn):
        raise TypeError(f"gradcheck: {name} must be a function, got {type(fn).__name__}")
    try:
        signature = inspect.signature(fn)
    except (TypeError, ValueError):  # of some compiled functions it is not known
        return
    try:
        signature.bind(*range(count))
    except TypeError as error:
        called = f"{name}({arguments}), with {count} argument{'s' * (count > 1)}"
        raise TypeError(f"gradcheck: {name}= is called as {called}: {error}") from None


def one_node(y: Any) -> Node:
    """A function's result, which must be a node."""
    if not isinstance(y, Node):
        what = "several outputs" if isinstance(y, (tuple, list)) else f"{type(y).__name__}"
        raise TypeError(
            f"gradcheck: the function must return one node, got {what}; "
            "for a function of plain arrays give its derivative as grad= or vjp="
        )
    return y


def one_array(y: Any) -> Any:
    """A plain function's result in float64, which must be a single array."""
    if y is None or isinstance(y, (tuple, list)):
        what = "nothing" if y is None else "several outputs"
        raise TypeError(f"gradcheck: the function must return one array or number, got {what}")
    array = np.asarray(y)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"gradcheck: the function must return real numbers, got {array.dtype}")
    return array.astype(np.float64)


def a_pair(found: Any) -> tuple[Any, Any]:
    """What a function of `check_vjp` returned: its result and its pullback."""
    if isinstance(found, (tuple, list)) and len(found) == 2 and callable(found[1]):
        return found[0], found[1]
    raise TypeError(
        "check_vjp: the function must return (y, vjp), its result and a function of the "
        f"cotangent, got {type(found).__name__}"
    )


def several(found: Any, n: int) -> list[Any]:
    """The gradients that a backward returned, one for each of `n` inputs."""
    if n == 1 and isinstance(found, list) and not any(map(np.ndim, found)):
        return [found]  # numbers are one array
    if isinstance(found, (tuple, list)):
        gradients, got = list(found), str(len(found))
    else:
        gradients = [found]
        got = "nothing" if found is None else f"a single {type(found).__name__}"
    if len(gradients) != n:
        raise WrongNumberError(f"expected {n} gradients, one for each input, got {got}")
    return gradients


def raised(error: Exception) -> str:
    """What went wrong in a backward, in words."""
    if isinstance(error, WrongAnswerError):
        return str(error)
    return f"the backward raised {type(error).__name__}: {error}"


def times(g: Any, d: Any, x: Any) -> Any:
    """The cotangent of x by a derivative that is elementwise, or of a single number."""
    if d is None:
        raise WrongAnswerError("grad= returned nothing; is a return missing?")
    d = np.asarray(d)
    if d.shape != x.shape:
        raise WrongAnswerError(
            f"the input has shape {x.shape}, its derivative {d.shape}; "
            "return one slope for each element"
        )
    if g.shape not in ((), x.shape):
        raise WrongAnswerError(
            f"grad= is for elementwise or scalar functions: the input has shape {x.shape}, "
            f"the output {g.shape}; give vjp="
        )
    return g * d
