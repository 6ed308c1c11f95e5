"""NumPy's array functions on nodes: which function here each one is, with NumPy's arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.graph import algebra, choosing, ordering, padding, rearranging
from micrograd_act.graph.arguments import at_axis, axis_of, data_of, operand
from micrograd_act.ops import moments, rounding, shaping

Rule = Callable[..., Any]

_MODES = {"constant": "constant", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}


def adapted(function: Any, ours: Rule, *names: str) -> Rule:
    """A rule that calls `ours` with NumPy's arguments of these names; others must be default."""
    signature = inspect.signature(function)

    def rule(*args: Any, **options: Any) -> Any:
        bound = signature.bind(*args, **options)
        for name, given in bound.arguments.items():
            default = signature.parameters[name].default
            if name not in names and given is not None and given is not default:
                raise TypeError(f"np.{function.__name__}: nodes do not support {name}=")
        bound.apply_defaults()
        return ours(*(bound.arguments[name] for name in names))

    return rule


def _sort(a: Any, axis: Any) -> Any:
    flat = axis is None
    return ordering.sort(rearranging.flatten(a) if flat else a, -1 if flat else axis).values


def _diff(a: Any, n: int, axis: int) -> Any:
    x = operand("np.diff", a)
    at = axis_of("np.diff", axis, x.ndim)
    if n < 0:
        raise ValueError(f"np.diff: n is how often to subtract, got {n}")
    for _ in range(n):
        x = x[at_axis(at, slice(1, None))] - x[at_axis(at, slice(-1))]
    return x


def _flip(m: Any, axis: Any) -> Any:
    m = operand("np.flip", m)
    return rearranging.flip(m, dims=tuple(range(m.ndim)) if axis is None else axis)


def _trace(a: Any, offset: int, axis1: int, axis2: int) -> Any:
    return rearranging.diagonal(a, offset, axis1, axis2).sum(-1)


def _tile(a: Any, reps: Any) -> Any:
    return rearranging.tile(a, *np.atleast_1d(reps).tolist())


def _split(ary: Any, indices_or_sections: Any, axis: int) -> list[Any]:
    x = operand("np.split", ary)
    size = x.shape[axis_of("np.split", axis, x.ndim)]
    if isinstance(indices_or_sections, int):
        piece, rest = divmod(size, indices_or_sections)
        if rest:
            raise ValueError(f"np.split: {indices_or_sections} does not divide {size}, axis {axis}")
        return list(rearranging.split(x, [piece] * indices_or_sections, axis))
    ends = np.clip(np.array(indices_or_sections, dtype=int), 0, size)
    return list(rearranging.split(x, np.diff(ends, prepend=0, append=size).tolist(), axis))


def _vstack(tup: Any) -> Any:
    rows = [operand("np.vstack", x) for x in tup]
    return shaping.concatenate([shaping.reshape(x, (1, -1)) if x.ndim < 2 else x for x in rows], 0)


def _hstack(tup: Any) -> Any:
    columns = [operand("np.hstack", x) for x in tup]
    if columns and columns[0].ndim < 2:
        return shaping.concatenate([shaping.reshape(x, (-1,)) for x in columns], 0)
    return shaping.concatenate(columns, 1)


def _take(a: Any, indices: Any, axis: Any) -> Any:
    x = rearranging.flatten(a) if axis is None else operand("np.take", a)
    at = axis_of("np.take", 0 if axis is None else axis, x.ndim)
    return shaping.getitem(x, at_axis(at, np.asarray(data_of(indices))))


def _take_along_axis(arr: Any, indices: Any, axis: Any) -> Any:
    if axis is None:
        arr, axis = rearranging.flatten(arr), 0
    return choosing.take_along_dim(arr, indices, axis)


def _pad(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    value = options.pop("constant_values", 0)
    if options or mode not in _MODES or np.ndim(value):
        raise TypeError(
            f"np.pad: nodes support the modes {', '.join(_MODES)} and one constant_values, "
            f"got mode {mode!r}{''.join(f', {key}=' for key in options)}"
        )
    x = operand("np.pad", array)
    pairs = np.broadcast_to(np.asarray(pad_width, dtype=int), (x.ndim, 2)).tolist()
    given = [n for pair in reversed(pairs) for n in pair]
    return padding.pad(x, given, _MODES[mode], value if mode == "constant" else None)


def _norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    x = operand("np.linalg.norm", x)
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if ord is not None and len(axes) > 1 and ord != "fro":
        raise TypeError(f"np.linalg.norm: the norm {ord!r} of matrices has no rule; use 'fro'")
    return moments.norm(x, "fro" if ord is None else ord, axis, keepdims)


def _inner(a: Any, b: Any) -> Any:
    a, b = (operand("np.inner", x) for x in (a, b))
    return algebra.tensordot(a, b, ((a.ndim - 1,), (b.ndim - 1,))) if a.ndim and b.ndim else a * b


def _vdot(a: Any, b: Any) -> Any:
    return algebra.dot(rearranging.flatten(a), rearranging.flatten(b))


def _outer(a: Any, b: Any) -> Any:
    return algebra.outer(rearranging.flatten(a), rearranging.flatten(b))


def _einsum(*operands: Any, **options: Any) -> Any:
    if any(value is not None for key, value in options.items() if key != "optimize"):
        raise TypeError(
            f"np.einsum: nodes do not support {', '.join(f'{key}=' for key in options)}"
        )
    if not isinstance(operands[0], str):
        raise TypeError("np.einsum: give the subscripts as text, as in 'ij,jk->ik'")
    return algebra.einsum(*operands)


def _round(a: Any, decimals: int) -> Any:
    return rounding.round(a, decimals=decimals)


def _rules() -> dict[Any, Rule]:
    linalg = np.linalg
    adaptations: dict[Any, tuple[Any, ...]] = {
        np.around: (_round, "a", "decimals"),
        np.copy: (shaping.clone, "a"),
        np.diag: (rearranging.diag, "v", "k"),
        np.diagonal: (rearranging.diagonal, "a", "offset", "axis1", "axis2"),
        np.diff: (_diff, "a", "n", "axis"),
        np.flip: (_flip, "m", "axis"),
        np.hstack: (_hstack, "tup"),
        np.moveaxis: (rearranging.movedim, "a", "source", "destination"),
        np.outer: (_outer, "a", "b"),
        np.repeat: (rearranging.repeat_interleave, "a", "repeats", "axis"),
        np.roll: (rearranging.roll, "a", "shift", "axis"),
        np.round: (_round, "a", "decimals"),
        np.sort: (_sort, "a", "axis"),
        np.split: (_split, "ary", "indices_or_sections", "axis"),
        np.take: (_take, "a", "indices", "axis"),
        np.take_along_axis: (_take_along_axis, "arr", "indices", "axis"),
        np.tensordot: (algebra.tensordot, "a", "b", "axes"),
        np.tile: (_tile, "A", "reps"),
        np.trace: (_trace, "a", "offset", "axis1", "axis2"),
        np.tril: (rearranging.tril, "m", "k"),
        np.triu: (rearranging.triu, "m", "k"),
        np.vstack: (_vstack, "tup"),
        linalg.cholesky: (algebra.cholesky, "a"),
        linalg.det: (algebra.det, "a"),
        linalg.inv: (algebra.inv, "a"),
        linalg.norm: (_norm, "x", "ord", "axis", "keepdims"),
        linalg.slogdet: (algebra.slogdet, "a"),
        linalg.solve: (algebra.solve, "a", "b"),
    }
    rules = {function: adapted(function, *how) for function, how in adaptations.items()}
    return {**rules, np.einsum: _einsum, np.inner: _inner, np.pad: _pad, np.vdot: _vdot}


rules = _rules()
