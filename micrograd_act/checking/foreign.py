"""Functions of plain arrays that bring a derivative of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from micrograd_act.checking.arguments import (
    a_pair,
    floats_of,
    one_array,
    own,
    several,
    taking,
    times,
)
from micrograd_act.checking.subjects import Array, Subject

Arrays = tuple[Any, ...]


def with_derivative(
    fn: Callable[..., Any],
    inputs: Arrays,
    grad: Callable[..., Any] | None,
    vjp: Callable[..., Any] | None,
) -> Subject:
    """A function whose derivative or backward is another function."""
    if grad is not None and vjp is not None:
        raise TypeError("gradcheck: give grad or vjp, not both")
    if grad is not None:
        taking(grad, max(1, len(inputs)), "grad", "*inputs")
    else:
        taking(vjp, 2 + max(1, len(inputs)), "vjp", "g, y, *inputs")

    def result(*xs: Any) -> Any:
        return fn(*map(own, xs))

    def gradients(g: Any, y: Any, xs: Arrays) -> Sequence[Any]:
        if grad is not None:
            found = several(grad(*(x[()] for x in xs)), len(xs))
            return [times(g, d, x) for d, x in zip(found, xs, strict=True)]
        assert vjp is not None
        return several(vjp(g[()], y, *(x[()] for x in xs)), len(xs))

    def asked(g: Array, xs: Arrays) -> Sequence[Any]:
        return gradients(g, np.asarray(result(*xs))[()], xs)

    def at(xs: Arrays) -> Subject:
        returned = result(*xs)
        y = one_array(returned)

        def pullback(g: Array) -> Sequence[Any]:
            return gradients(g, y[()], xs)

        subject = Subject(name_of(fn), xs, y, _every(xs), _exact(result), pullback, None, at=at)
        subject.precision = precision_of(returned)
        return subject

    return _of_given(inputs, "gradcheck", at, asked)


def with_pullback(fun: Callable[..., Any], inputs: Arrays) -> Subject:
    """A function that returns its result and its pullback."""
    if not callable(fun):
        raise TypeError(f"check_vjp: expected a function, got {type(fun).__name__}")

    def result(*xs: Any) -> Any:
        return a_pair(fun(*map(own, xs)))[0]

    def asked(g: Array, xs: Arrays) -> Sequence[Any]:
        return several(a_pair(fun(*map(own, xs)))[1](g), len(xs))

    def at(xs: Arrays) -> Subject:
        given = tuple(map(own, xs))
        returned, vjp = a_pair(fun(*given))
        y = one_array(returned)

        def pullback(g: Array) -> Sequence[Any]:
            return several(vjp(own(g)), len(xs)) if g.ndim == 0 else several(vjp(g), len(xs))

        subject = Subject(name_of(fun), xs, y, _every(xs), _exact(result), pullback, None, at=at)
        subject.held = (returned, *given)
        subject.precision = precision_of(returned)
        return subject

    def after_another(xs: Arrays) -> Subject:
        earlier = _elsewhere(fun, xs)
        subject = at(xs)
        subject.earlier = earlier
        return subject

    return _of_given(inputs, "check_vjp", after_another, asked)


def _elsewhere(
    fun: Callable[..., Any], xs: Arrays
) -> tuple[Arrays, Callable[[Array], Sequence[Any]]] | None:
    """A call at another point, before the one that is checked: what it leaves behind shows there.

    The point, and the pullback of the call.
    """
    others = tuple(x + 2.0**-4 * np.where(x == 0, 1.0, x) for x in xs)
    try:
        _, vjp = a_pair(fun(*map(own, others)))
    except Exception:  # not defined there
        return None
    return others, lambda g: several(vjp(g), len(xs))


def _of_given(
    inputs: Arrays,
    caller: str,
    at: Callable[[Arrays], Subject],
    asked: Callable[[Array, Arrays], Sequence[Any]],
) -> Subject:
    """The subject at the inputs, in float64; and what the code makes of them as they are."""
    if not inputs:
        raise TypeError(f"{caller}: a function needs inputs; pass the arrays it is called with")
    given = tuple(floats_of(x, i, True, caller) for i, x in enumerate(inputs))
    subject = at(tuple(x.astype(np.float64) for x in given))
    precision = max(float(np.finfo(x.dtype).eps) for x in given)
    if precision > 1e-15:

        def narrow(g: Array) -> tuple[Sequence[Any], float]:
            dtype = np.result_type(*given)
            return asked(np.asarray(g, dtype), tuple(map(own, given))), precision

        subject.narrow = narrow
    return subject


def _exact(result: Callable[..., Any]) -> Callable[..., Array]:
    return lambda *xs: one_array(result(*xs))


def precision_of(y: Any) -> float:
    """That of a result in less than float64, else 0."""
    dtype = getattr(y, "dtype", None)
    if not isinstance(dtype, np.dtype):
        dtype = np.asarray(y).dtype
    return float(np.finfo(dtype).eps) if dtype.kind == "f" and dtype.itemsize < 8 else 0.0


def _every(xs: Arrays) -> tuple[int, ...]:
    return tuple(range(len(xs)))


def name_of(fn: Callable[..., Any]) -> str:
    """What a function is called in a report; of a partial one, with the functions it was given."""
    if isinstance(fn, partial):
        inner = [name_of(part) for part in fn.args if callable(part)]
        return f"{name_of(fn.func)}({', '.join(inner)})" if inner else name_of(fn.func)
    return getattr(fn, "__name__", "") or type(fn).__name__
