"""Padding, with the arguments of torch.nn.functional.pad."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.graph.arguments import at_axis, operand
from micrograd_act.graph.operators import sizes_of
from micrograd_act.ops import arithmetic, shaping

_MODES: dict[str, Any] = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """Elements added before and after each axis; a negative number takes some away.

    Parameters
    ----------
    input : array_like
    pad : sequence of int
        (before, after) of the last axis, then of the one before it, and so on.
    mode : {"constant", "reflect", "replicate", "circular"}
        `value`, 0 by default; the array mirrored at its edge; its edge; its other end.
    value : float, optional

    Raises
    ------
    ValueError
        If `pad` is no list of pairs, has too many, or asks for more elements than the array has.

    Examples
    --------
    >>> from micrograd_act.functional import pad
    >>> pad([1.0, 2.0, 3.0], (1, 2), "reflect").tolist()
    [2.0, 1.0, 2.0, 3.0, 2.0, 1.0]
    """
    x = operand("pad", input)
    given = sizes_of("pad", tuple(pad))
    if len(given) % 2:
        raise ValueError(f"pad: needs pairs of (before, after), got {len(given)} numbers")
    if len(given) > 2 * x.ndim:
        raise ValueError(
            f"pad: {given} is for {len(given) // 2} axes, but the shape is {tuple(x.shape)}"
        )
    pairs = [(0, 0)] * (x.ndim - len(given) // 2)
    pairs += list(zip(given[-2::-2], given[::-2], strict=True))
    if mode == "constant":
        return _constant(x, pairs, 0.0 if value is None else value)
    if mode not in _MODES:
        raise ValueError(f"pad: mode is 'constant', {', '.join(map(repr, _MODES))}, got {mode!r}")
    if value is not None:
        raise ValueError(f"pad: mode {mode!r} takes no value")
    return _taken(x, pairs, mode)


def _constant(x: Any, pairs: list[tuple[int, int]], value: float) -> Any:
    shape = tuple(n + before + after for n, (before, after) in zip(x.shape, pairs, strict=True))
    if any(n < 0 for n in shape):
        raise ValueError(f"pad: {pairs} takes away more than shape {tuple(x.shape)} has")
    if any(n < 0 for pair in pairs for n in pair):
        x = shaping.getitem(
            x,
            tuple(
                slice(max(-before, 0), n - max(-after, 0))
                for n, (before, after) in zip(x.shape, pairs, strict=True)
            ),
        )
    inner = tuple(
        slice(max(before, 0), max(before, 0) + n)
        for n, (before, _) in zip(x.shape, pairs, strict=True)
    )
    padded = shaping.put_add(x, inner, shape)
    if value == 0:
        return padded
    inside = np.zeros(shape, dtype=bool)
    inside[inner] = True
    return arithmetic.where(inside, padded, float(value))


def _taken(x: Any, pairs: list[tuple[int, int]], mode: str) -> Any:
    for axis, (before, after) in enumerate(pairs):
        n = x.shape[axis]
        most = {"reflect": n - 1, "circular": n}.get(mode)
        if max(before, after) > 0 and (n == 0 or (most is not None and max(before, after) > most)):
            raise ValueError(
                f"pad: {mode} by {(before, after)} needs more than the {n} elements of axis {axis}"
            )
        if before or after:
            places = np.pad(np.arange(n), (max(before, 0), max(after, 0)), _MODES[mode])
            places = places[max(-before, 0) : len(places) - max(-after, 0)]
            x = shaping.getitem(x, at_axis(axis, places))
    return x
