"""Definition and derivative of an activation as expressions, taken from the code that runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from micrograd_act.catalogue.cases import in_cases
from micrograd_act.graph import Value, nodes
from micrograd_act.graph.custom import made_of
from micrograd_act.graph.node import Node, recording
from micrograd_act.namespaces.expressions import (
    BranchError,
    Expr,
    number,
    rebuilt,
    symbol,
)
from micrograd_act.namespaces.symbols import symbols
from micrograd_act.ops.op import REGISTRY, Family, Op

_INPUTS = (0.37, -1.3, 21.0)  # where a graph is read; the same formula must come out


class Formulas(NamedTuple):
    """``f(x)`` and ``f'(x)``; None where the code cannot be read."""

    definition: Expr | None
    derivative: Expr | None


def formulas_of(op: Op) -> Formulas:
    """Read an elementwise op of one variable: its rules are run on symbols."""
    x = symbol("x")
    definition = _definition(op, x)
    if definition is None:
        return Formulas(None, None)
    rule = op.vjps[0]
    assert rule is not None
    try:
        return Formulas(definition, number(rule(symbols, number(1.0), definition, x)))
    except Exception:  # the rule pulls through a graph, or knows no symbols
        own = made_of(op)
        if own is not None and own.vjp is not None:
            return Formulas(definition, None)
        read = _agreed(_from_graph(op, at).derivative for at in _INPUTS)
        if read is None:  # the graph differs from input to input, or has another dtype
            read = derivative(definition)
        return Formulas(definition, None if read is None else _arranged(in_cases(read)))


def _definition(op: Op, x: Expr) -> Expr | None:
    try:
        return number(op.forward(symbols, x))
    except BranchError:
        return None
    except Exception:  # a user's function may use what symbols have not
        return _agreed(_from_graph(op, at).definition for at in _INPUTS)


def _agreed(found: Iterable[Expr | None]) -> Expr | None:
    """What is the same at every input."""
    first, *others = found
    same = all(e is not None and first is not None and e.key == first.key for e in others)
    return first if same else None


def _from_graph(op: Op, at: float) -> Formulas:
    """Read the graph that a user's function builds, and the rules of its nodes."""
    try:
        with recording(True):
            x = Value(at, label="x")
            y: Any = op.forward(symbols, x)
        if not isinstance(y, Node):
            return Formulas(None, None)
        order = nodes(y)
        found: dict[Node, Expr] = {x: symbol("x")}
        for node in order:
            if node.op is not None:
                found[node] = number(node.op.forward(symbols, *(found[i] for i in node.inputs)))
            elif node is not x:
                found[node] = number(node._data)
    except Exception:  # it may build none
        return Formulas(None, None)
    try:
        return Formulas(found[y], _pulled_back(x, y, order, found))
    except Exception:  # a rule may know no symbols
        return Formulas(found[y], None)


def _pulled_back(x: Node, y: Node, order: Sequence[Node], found: dict[Node, Expr]) -> Expr:
    cotangents = {y: number(1.0)}
    for node in reversed(order):
        g = cotangents.get(node)
        if node.op is None or g is None:
            continue
        args = [found[i] for i in node.inputs]
        for source, vjp in zip(node.inputs, node.op.vjps, strict=True):
            if vjp is not None and source.requires_grad:
                part = number(vjp(symbols, g, found[node], *args))
                before = cotangents.get(source)
                cotangents[source] = part if before is None else before + part
    return cotangents.get(x, number(0.0))


def derivative(expr: Expr) -> Expr | None:
    """The derivative in x, by the vjps of the ops that the expression's heads name."""
    order: dict[int, Expr] = {}
    _visit(expr, order)
    cotangents = {id(expr): number(1.0)}
    total = number(0.0)
    for e in reversed(order.values()):
        g = cotangents.get(id(e))
        if g is None or e.head == "number":
            continue
        if e.head == "symbol":
            total = total + g
            continue
        try:
            parts = _pulled(e, g)
        except Exception:  # a head without a rule
            return None
        for arg, part in zip(e.args, parts, strict=True):
            if part is not None:
                before = cotangents.get(id(arg))
                cotangents[id(arg)] = part if before is None else before + part
    return total


def _arranged(e: Expr) -> Expr:
    """Products as they are written: numbers, powers of x, functions."""
    args = tuple(map(_arranged, e.args))
    if e.head == "*":
        args = tuple(sorted(args, key=_rank))
    return rebuilt(e, args) if args else e


def _rank(factor: Expr) -> int:
    if factor.head == "number":
        return 0
    base = factor.args[0] if factor.head == "**" else factor
    return 1 if base.head == "symbol" else 2


def _visit(e: Expr, order: dict[int, Expr]) -> None:
    """Every part of an expression, its arguments first."""
    if id(e) not in order:
        for arg in e.args:
            _visit(arg, order)
        order[id(e)] = e


def _pulled(e: Expr, g: Expr) -> list[Expr | None]:
    """The cotangent of each argument."""
    if e.head == "+":
        return [g] * len(e.args)
    if e.head == "*":
        return [_product([g, *e.args[:i], *e.args[i + 1 :]]) for i in range(len(e.args))]
    if e.head in ("==", "!=", "<", "<=", ">", ">=", "and"):
        return [None] * len(e.args)
    if e.head == "**" and e.args[1].head == "number":
        rule = _op("power", e.args[1].value).vjps[0]
        assert rule is not None
        return [number(rule(symbols, g, e, e.args[0])), None]
    name = {"/": "div", "**": "pow"}.get(e.head, e.head)
    found = REGISTRY[name]
    if isinstance(found, Family) and found.arity is not None and len(e.args) > found.arity:
        n = found.arity  # behind the inputs stand the parameters
        op = found.bind(*(arg.value for arg in e.args[n:]))
        inputs = e.args[:n]
        made = [None if vjp is None else number(vjp(symbols, g, e, *inputs)) for vjp in op.vjps]
        return [*made, *[None] * (len(e.args) - n)]
    op = _op(name)
    return [None if vjp is None else number(vjp(symbols, g, e, *e.args)) for vjp in op.vjps]


def _op(name: str, *params: Any) -> Op:
    found = REGISTRY[name]
    return found.bind(*params) if isinstance(found, Family) else found


def _product(factors: list[Expr]) -> Expr:
    whole = factors[0]
    for factor in factors[1:]:
        whole = whole * factor
    return whole
