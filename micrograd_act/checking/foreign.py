"""Functions of plain arrays that bring a derivative of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.checking.arguments import a_pair, floats_of, one_array, own, several, times
from micrograd_act.checking.subjects import Subject


def with_derivative(
    fn: Callable[..., Any],
    inputs: tuple[Any, ...],
    grad: Callable[..., Any] | None,
    vjp: Callable[..., Any] | None,
) -> Subject:
    """A function whose derivative or backward is another function."""
    if grad is not None and vjp is not None:
        raise TypeError("gradcheck: give grad or vjp, not both")
    xs = _floats(inputs, "gradcheck")

    def forward(*moved: Any) -> Any:
        return one_array(fn(*map(own, moved)))

    def derivative(g: Any) -> list[Any]:
        assert grad is not None
        found = several(grad(*(x[()] for x in xs)), len(xs))
        return [times(g, d, x) for d, x in zip(found, xs, strict=True)]

    def backward(g: Any) -> list[Any]:
        assert vjp is not None
        return several(vjp(*(x[()] for x in (g, y, *xs))), len(xs))

    with np.errstate(all="ignore"):
        y = forward(*xs)
    elementwise = grad is not None and all(x.shape == y.shape for x in xs)
    pullback = derivative if grad is not None else backward
    return Subject(_name(fn), xs, y, tuple(range(len(xs))), forward, pullback, elementwise)


def with_pullback(fun: Callable[..., Any], inputs: tuple[Any, ...]) -> Subject:
    """A function that returns its result and its pullback."""
    xs = _floats(inputs, "check_vjp")

    def forward(*moved: Any) -> Any:
        return one_array(a_pair(fun(*map(own, moved)))[0])

    def pullback(g: Any) -> list[Any]:
        return several(vjp(g), len(xs))

    with np.errstate(all="ignore"):
        result, vjp = a_pair(fun(*map(own, xs)))
    y = one_array(result)
    return Subject(_name(fun), xs, y, tuple(range(len(xs))), forward, pullback)


def _floats(inputs: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    if not inputs:
        raise TypeError(f"{name}: a function needs inputs")
    return tuple(floats_of(x, i) for i, x in enumerate(inputs))


def _name(fn: Callable[..., Any]) -> str:
    return getattr(fn, "__name__", "") or repr(fn)
