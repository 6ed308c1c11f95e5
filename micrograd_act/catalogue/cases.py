"""A derivative that asks where x lies, written as the cases of the whole."""

from __future__ import annotations

from collections.abc import Iterator

from micrograd_act.namespaces.expressions import Expr, number, rebuilt, where

_ORDERS = ("<", "=", ">")
_TRUE = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>"}
_SWAPPED = str.maketrans("<>", "><")
_MOST = 3  # pairs that are compared; with more of them the cases are longer than the formula


def in_cases(expr: Expr) -> Expr:
    """The expression with its conditions outside.

    A maximum passes half of a gradient to each side where both are equal: its derivative holds
    ``0.5 * (x > 0) + 0.5 * (x >= 0)``, which is 1, a half or 0.
    """
    asked = {e.args[0].key: e.args[0] for e in _parts(expr) if e.head == "where"}
    if len(asked) == 1 and expr.head != "where" and not _loose(expr):
        (condition,) = asked.values()
        return where(condition, _chosen(expr, 1), _chosen(expr, 2))
    pairs = {frozenset((e.args[0].key, e.args[1].key)) for e in _loose(expr)}
    return _split(expr) if len(pairs) <= _MOST else expr


def _split(expr: Expr) -> Expr:
    """By the first comparison that is a factor, again and again."""
    loose = _loose(expr)
    if not loose:
        return _collected(expr)
    inner = next(e for e in loose if not any(_loose(arg) for arg in e.args))
    a, b = inner.args
    if a.head == "number" or (inner.head in ("<", "<=") and b.head != "number"):
        a, b = b, a
    below, same, above = (_split(_collected(_given(expr, a, b, order))) for order in _ORDERS)
    if same.key == below.key:
        return where(Expr(">", None, (a, b)), above, below)
    if same.key == above.key:
        return where(Expr(">=", None, (a, b)), above, below)
    tied = where(Expr("==", None, (a, b)), same, below)
    return where(Expr(">", None, (a, b)), above, tied)


def _given(e: Expr, a: Expr, b: Expr, order: str) -> Expr:
    """An expression where a is less than, equal to or greater than b."""
    if e.head in _TRUE:
        for pair, true in ((a, b), _TRUE[e.head]), ((b, a), _TRUE[e.head].translate(_SWAPPED)):
            if e.args[0].key == pair[0].key and e.args[1].key == pair[1].key:
                return number(float(order in true))
    args = tuple(_given(arg, a, b, order) for arg in e.args)
    if e.head in ("maximum", "minimum") and {x.key for x in args} == {a.key, b.key}:
        larger, smaller = (a, b) if order == ">" else (b, a)
        return larger if e.head == "maximum" else smaller
    return rebuilt(e, args)


def _loose(expr: Expr) -> list[Expr]:
    """Comparisons that are numbers of a sum or a product, not conditions of a case."""
    found = []
    for e in _parts(expr, cases=False):
        if e.head in _TRUE:
            found.append(e)
    return found


def _parts(e: Expr, cases: bool = True) -> Iterator[Expr]:
    """Every part, its arguments first; without `cases` not those of conditions."""
    for arg in e.args[1:] if e.head == "where" and not cases else e.args:
        yield from _parts(arg, cases)
    yield e


def _chosen(e: Expr, case: int) -> Expr:
    if e.head == "where":
        return _chosen(e.args[case], case)
    return rebuilt(e, tuple(_chosen(arg, case) for arg in e.args))


def _collected(e: Expr) -> Expr:
    """Sums with equal terms added: a half and a half of something are that."""
    e = rebuilt(e, tuple(map(_collected, e.args)))
    if e.head != "+":
        return e
    terms: dict[object, tuple[float, Expr]] = {}
    for term in e.args:
        size, rest = 1.0, term
        if term.head == "*" and term.args[0].head == "number":
            size = float(term.args[0].value)
            rest = rebuilt(term, (number(1.0), *term.args[1:]))
        before = terms.get(rest.key, (0.0, rest))[0]
        terms[rest.key] = (before + size, rest)
    total = number(0.0)
    for size, rest in terms.values():
        total = total + number(size) * rest
    return total
