"""The inputs of a call: in their order where some are named, and only arrays that are plain."""

from __future__ import annotations

from typing import Any

import numpy as np

_NAMES: dict[str, tuple[str, ...]] = {
    "heaviside": ("input", "values"),
    "pow": ("input", "exponent"),
    "prelu": ("input", "weight"),
    "where": ("condition", "input", "other"),
}


def in_order(
    called: str, n: int | None, xs: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """All `n` inputs of the op in their order; those that were named are taken out of `named`.

    `n` is None for an op of one sequence of inputs.

    Raises
    ------
    TypeError
        If one is missing or given twice, or a name is none of an input.
    """
    names = ("tensors",) if n is None else _NAMES.get(called, ("input", "other"))[:n]
    twice = [name for name in names[: len(xs)] if name in named]
    if twice:
        raise TypeError(f"{called}: {twice[0]} is given twice")
    missing = [name for name in names[len(xs) :] if name not in named]
    if missing:
        raise TypeError(f"{called}: {missing[0]} is missing; its inputs are {', '.join(names)}")
    return (*xs, *(named.pop(name) for name in names[len(xs) :]))


def check_plain(name: str, x: Any) -> None:
    """Raise on an array of a class in which numbers mean something else."""
    if type(x) is not np.ndarray and isinstance(x, (np.ma.MaskedArray, np.matrix)):
        raise TypeError(f"{name}: {type(x).__name__} would lose its meaning; pass a plain array")
