"""Functions whose results are true or false: they have no derivative, so no graph."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from micrograd_act.graph.arguments import axes_of, data_of, operand, spelled
from micrograd_act.graph.node import Node
from micrograd_act.graph.operators import ArrayNode, as_untracked


def untracked(function: Callable[..., Any], *xs: Any, **params: Any) -> Any:
    """What a function of arrays gives: an untracked tensor if it was given one, else as NumPy's."""
    y = function(*map(data_of, xs), **params)
    if any(isinstance(x, ArrayNode) for x in xs):
        return as_untracked(y)
    return y.item() if isinstance(y, np.generic) else y


def _compared(name: str, relation: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    known = (Node, np.ndarray, np.generic, int, float, list, tuple)
    if not (isinstance(a, known) and isinstance(b, known)):
        raise TypeError(f"{name}: cannot compare {type(a).__name__} with {type(b).__name__}")
    try:
        return untracked(relation, _as_array(a), _as_array(b))
    except ValueError:
        shapes = f"{np.shape(data_of(a))} and {np.shape(data_of(b))}"
        raise ValueError(f"{name}: shapes {shapes} do not broadcast") from None


def _as_array(x: Any) -> Any:
    return np.asarray(x) if isinstance(x, (list, tuple)) else x


def isclose(
    input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether ``abs(input - other) <= atol + rtol * abs(other)``, element by element."""
    close = partial(np.isclose, rtol=rtol, atol=atol, equal_nan=equal_nan)
    return _compared("isclose", close, input, other)


def allclose(
    input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether `isclose` holds for all elements."""
    return bool(np.all(data_of(isclose(input, other, rtol, atol, equal_nan))))


def equal(input: Any, other: Any) -> bool:
    """Whether both have the same shape and the same elements."""
    return bool(np.array_equal(data_of(input), data_of(other)))


def nonzero(input: Any) -> Any:
    """The indices of the elements that are not 0, one row for each."""
    return untracked(np.argwhere, input)


@spelled
def count_nonzero(input: Any, dim: Any = None) -> Any:
    """How many elements are not 0, among all or along axes."""
    x = operand("count_nonzero", input)
    return untracked(np.count_nonzero, x, axis=axes_of("count_nonzero", dim, x.ndim))


def eq(input: Any, other: Any) -> Any:
    """``input == other``, element by element."""
    return _compared("eq", operator.eq, input, other)


def ne(input: Any, other: Any) -> Any:
    """``input != other``, element by element."""
    return _compared("ne", operator.ne, input, other)


def lt(input: Any, other: Any) -> Any:
    """``input < other``, element by element."""
    return _compared("lt", operator.lt, input, other)


def le(input: Any, other: Any) -> Any:
    """``input <= other``, element by element."""
    return _compared("le", operator.le, input, other)


def gt(input: Any, other: Any) -> Any:
    """``input > other``, element by element."""
    return _compared("gt", operator.gt, input, other)


def ge(input: Any, other: Any) -> Any:
    """``input >= other``, element by element."""
    return _compared("ge", operator.ge, input, other)


def isnan(input: Any) -> Any:
    """Whether each element is NaN."""
    return untracked(np.isnan, input)


def isinf(input: Any) -> Any:
    """Whether each element is inf or -inf."""
    return untracked(np.isinf, input)


def isfinite(input: Any) -> Any:
    """Whether each element is neither infinite nor NaN."""
    return untracked(np.isfinite, input)


def logical_not(input: Any) -> Any:
    """Whether each element is 0."""
    return untracked(np.logical_not, input)


def logical_and(input: Any, other: Any) -> Any:
    """Whether both are true; NaN is, as everything but 0."""
    return _compared("logical_and", np.logical_and, input, other)


def logical_or(input: Any, other: Any) -> Any:
    """Whether one is true or both are."""
    return _compared("logical_or", np.logical_or, input, other)


def logical_xor(input: Any, other: Any) -> Any:
    """Whether one is true and the other is not."""
    return _compared("logical_xor", np.logical_xor, input, other)
