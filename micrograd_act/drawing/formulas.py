"""An operation and its local gradients as one writes them, taken from the code that runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from micrograd_act.drawing.spelling import plain
from micrograd_act.graph.node import Node
from micrograd_act.namespaces.expressions import number, symbol
from micrograd_act.namespaces.notation import text
from micrograd_act.namespaces.symbols import symbols
from micrograd_act.ops.op import Op

_NAME = 10  # characters of an operand


def formulas_of(
    node: Node, titles: Mapping[int, str], taken: Collection[str]
) -> tuple[str, tuple[str, ...]]:
    """``w·x`` and ``("x", "w")``; "" where an op has no formula for each element.

    Inputs without a name are called z, or a and b, unless these are `taken`.
    """
    op = node.op
    if op is None or not op.elementwise:
        return "", ("",) * len(node.inputs)
    spare = iter([c for c in ("zuvt" if len(node.inputs) == 1 else "abcdefgh") if c not in taken])
    names: dict[int, str] = {}
    for x in node.inputs:
        if id(x) not in names:
            name = plain(titles.get(id(x), ""))
            short = bool(name) and len(name) <= _NAME
            names[id(x)] = name if short else _constant(x) or next(spare, "·")
    try:
        return _written(op, tuple(names[id(x)] for x in node.inputs))
    except Exception:  # a user's function may use what symbols have not
        return "", ("",) * len(node.inputs)


def _constant(x: Node) -> str:
    if x.requires_grad or x.ndim or x.inputs:
        return ""
    return text(number(float(x._data)))


@lru_cache(maxsize=512)
def _written(op: Op, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    xs = [symbol(name) for name in names]
    definition = number(op.forward(symbols, *xs))
    local = [
        "" if vjp is None else text(number(vjp(symbols, number(1.0), definition, *xs)))
        for vjp in op.vjps
    ]
    return text(definition), tuple(local)
