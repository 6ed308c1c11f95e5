"""What the named functions of a formula are, for readers who meet σ or Φ for the first time."""

from __future__ import annotations

import math
from collections.abc import Callable

from micrograd_act.namespaces.expressions import Expr, call, symbol
from micrograd_act.namespaces.textbook import spelled_out

__all__ = ["definitions"]


def _sigmoid(x: Expr) -> Expr:
    return 1 / (1 + call("exp", -x))


def _ndtr(x: Expr) -> Expr:
    return (1 + call("erf", x / math.sqrt(2.0))) / 2


def _npdf(x: Expr) -> Expr:
    return call("exp", -(x**2) / 2) / math.sqrt(2 * math.pi)


def _sech(x: Expr) -> Expr:
    return 1 / call("cosh", x)


_MEANINGS: dict[str, Callable[[Expr], Expr]] = {
    "sigmoid": _sigmoid,
    "ndtr": _ndtr,
    "npdf": _npdf,
    "sech": _sech,
}


def definitions(*exprs: Expr) -> list[tuple[Expr, Expr]]:
    """For every function in the expressions that needs one, ``(f(x), its formula)``.

    Examples
    --------
    >>> from micrograd_act.namespaces.symbols import symbols
    >>> definitions(symbols.xndtr(symbol("x")))
    [(Φ(x), (1 + erf(x/√2))/2)]
    """
    heads = {head for e in exprs for head in _heads(spelled_out(e))}
    x = symbol("x")
    return [(call(name, x), of(x)) for name, of in _MEANINGS.items() if name in heads]


def _heads(e: Expr) -> set[str]:
    return {e.head}.union(*map(_heads, e.args))
