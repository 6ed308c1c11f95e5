"""Immutable expressions: what a formula becomes when it is evaluated on symbols.

Building one simplifies it only as far as a reader would without thinking: 1 e, 0 + e, numbers,
signs, x x as a power, one fraction instead of several. Nothing is expanded or cancelled.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from numbers import Real
from typing import Any

__all__ = [
    *("BranchError", "Expr", "call", "evaluate", "number", "power", "reads", "rebuilt", "symbol"),
    "where",
]


class BranchError(TypeError):
    """Python asked whether a condition on symbols is true; `condition` is that expression."""

    def __init__(self, condition: Expr) -> None:
        self.condition = condition
        super().__init__(
            f"a formula cannot branch on its data, here on {condition}; "
            "write where(condition, a, b)"
        )


class Expr:
    """A number, a symbol, or an operation on expressions; compare two of them by `key`.

    Attributes
    ----------
    head : str
        "number", "symbol", "+", "*", "/", "**", a comparison, "where", "and", or a function's name.
    value : float, bool, str or None
        Of a number, a truth value or a symbol.
    args : tuple of Expr
    key : tuple
        Equal for expressions that are written in the same way.
    """

    __slots__ = ("args", "head", "key", "value")

    head: str
    value: Any
    args: tuple[Expr, ...]
    key: tuple[Any, ...]

    def __init__(self, head: str, value: Any = None, args: tuple[Expr, ...] = ()) -> None:
        key = (head, value, *(a.key for a in args))
        for name, content in (("head", head), ("value", value), ("args", args), ("key", key)):
            object.__setattr__(self, name, content)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"an expression is immutable, cannot set {name!r}")

    @staticmethod
    def _apply(op: Any, xs: tuple[Any, ...]) -> Expr:
        """Evaluate an op on expressions: how `gelu(symbol("x"))` works."""
        from micrograd_act.namespaces.symbols import symbols

        y: Expr = op.forward(symbols, *map(number, xs))
        return y

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        from micrograd_act.namespaces.numpy_names import of_ufunc

        return of_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        from micrograd_act.namespaces.numpy_names import of_function

        return of_function(function, args, options)

    def __reduce__(self) -> tuple[Any, ...]:
        return Expr, (self.head, self.value, self.args)

    def __bool__(self) -> bool:
        if isinstance(self.value, bool):
            return self.value
        raise BranchError(self)

    def __str__(self) -> str:
        from micrograd_act.namespaces.notation import text

        return text(self)

    __repr__ = __str__
    __hash__ = None  # type: ignore[assignment]  # == builds an equation

    def __add__(self, other: Any) -> Expr:
        return _plus(self, number(other))

    def __radd__(self, other: Any) -> Expr:
        return _plus(number(other), self)

    def __sub__(self, other: Any) -> Expr:
        return _plus(self, -number(other))

    def __rsub__(self, other: Any) -> Expr:
        return _plus(number(other), -self)

    def __mul__(self, other: Any) -> Expr:
        return _times(self, number(other))

    def __rmul__(self, other: Any) -> Expr:
        return _times(number(other), self)

    def __truediv__(self, other: Any) -> Expr:
        return _over(self, number(other))

    def __rtruediv__(self, other: Any) -> Expr:
        return _over(number(other), self)

    def __pow__(self, exponent: Any) -> Expr:
        return power(self, number(exponent))

    def __neg__(self) -> Expr:
        return _times(number(-1), self)

    def __pos__(self) -> Expr:
        return self

    def __abs__(self) -> Expr:
        return call("abs", self)

    def __eq__(self, other: object) -> Expr:  # type: ignore[override]
        return _compared("==", self, number(other))

    def __ne__(self, other: object) -> Expr:  # type: ignore[override]
        return _compared("!=", self, number(other))

    def __lt__(self, other: Any) -> Expr:
        return _compared("<", self, number(other))

    def __le__(self, other: Any) -> Expr:
        return _compared("<=", self, number(other))

    def __gt__(self, other: Any) -> Expr:
        return _compared(">", self, number(other))

    def __ge__(self, other: Any) -> Expr:
        return _compared(">=", self, number(other))


def symbol(name: str) -> Expr:
    """A free symbol."""
    return Expr("symbol", name)


def number(x: Any) -> Expr:
    """A number or a truth value as an expression; an expression as it is."""
    if isinstance(x, Expr):
        return x
    if isinstance(x, bool):
        return Expr("number", x)
    if isinstance(x, Real):
        return Expr("number", float(x) + 0.0)
    raise TypeError(f"an expression takes numbers and expressions, got {type(x).__name__}")


def call(name: str, *args: Any) -> Expr:
    """A function of expressions."""
    return Expr(name, None, tuple(map(number, args)))


def reads(expr: Expr) -> frozenset[str]:
    """Names of the free symbols in an expression.

    Examples
    --------
    >>> x, y = symbol("x"), symbol("y")
    >>> sorted(reads(2 * x + y))
    ['x', 'y']
    """
    if expr.head == "symbol":
        return frozenset((expr.value,))
    return frozenset().union(*map(reads, expr.args))


def evaluate(expr: Expr, xp: Any, values: Mapping[str, Any]) -> Any:
    """The value of an expression in another namespace.

    Examples
    --------
    >>> from micrograd_act.namespaces.floats import floats
    >>> evaluate(symbol("x") ** 2 + 1, floats, {"x": 3.0})
    10.0
    """
    if expr.head == "number":
        return expr.value
    if expr.head == "symbol":
        return values[expr.value]
    args = [evaluate(arg, xp, values) for arg in expr.args]
    if expr.head == "+":
        return sum(args[1:], start=args[0])
    if expr.head == "*":
        return math.prod(args[1:], start=args[0])
    if expr.head == "**":
        return xp.pow(*args)
    if expr.head == "and":
        return xp.where(args[0], args[1], False)
    if expr.head == "/":
        return args[0] / args[1]
    if expr.head in _COMPARISONS:
        return _COMPARISONS[expr.head](*args)
    return getattr(xp, expr.head)(*args)


def rebuilt(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """An expression with other arguments, simplified anew."""
    if not args or all(new is old for new, old in zip(args, e.args, strict=True)):
        return e
    if e.head in ("+", "*"):
        return reduce(_plus if e.head == "+" else _times, args)
    if e.head in _COMPARISONS:
        return _compared(e.head, *args)
    builders: dict[str, Callable[..., Expr]] = {"/": _over, "**": power, "where": where}
    return builders[e.head](*args) if e.head in builders else Expr(e.head, None, args)


def _is_number(e: Expr, value: float) -> bool:
    return e.head == "number" and e.value == value


def _plus(*summands: Expr) -> Expr:
    """A flat sum; the numbers are added where the first of them stands."""
    terms: list[Expr] = []
    constant, place = 0.0, 0
    for summand in summands:
        for term in summand.args if summand.head == "+" else (summand,):
            if term.head == "number":
                place = place if constant else len(terms)
                constant += term.value
            else:
                terms.append(term)
    if constant:
        terms.insert(place, number(constant))
    if len(terms) > 1:
        return Expr("+", None, tuple(terms))
    return terms[0] if terms else number(0)


def _times(a: Expr, b: Expr) -> Expr:
    """A flat product, its number first, equal factors as a power, at most one fraction."""
    if "/" in (a.head, b.head):
        (a, c), (b, d) = _fraction(a), _fraction(b)
        return _over(_times(a, b), _times(c, d))
    coefficient = 1.0
    factors: list[Expr] = []
    for product in (a, b):
        for factor in product.args if product.head == "*" else (product,):
            if factor.head == "number":
                coefficient *= factor.value
                continue
            base, exponent = _base_and_exponent(factor)
            for i, other in enumerate(factors):
                same, before = _base_and_exponent(other)
                if same.key == base.key and {exponent.head, before.head} == {"number"}:
                    merged = power(base, before + exponent)
                    factors[i : i + 1] = [] if merged.head == "number" else [merged]
                    break
            else:
                factors.append(factor)
    return _product(coefficient, factors)


def _product(coefficient: float, factors: list[Expr]) -> Expr:
    if coefficient == 0 or not factors:
        return number(coefficient)
    if coefficient != 1:
        factors = [number(coefficient), *factors]
    return factors[0] if len(factors) == 1 else Expr("*", None, tuple(factors))


def _base_and_exponent(e: Expr) -> tuple[Expr, Expr]:
    return (e.args[0], e.args[1]) if e.head == "**" else (e, number(1))


def _fraction(e: Expr) -> tuple[Expr, Expr]:
    return (e.args[0], e.args[1]) if e.head == "/" else (e, number(1))


def _coefficient_and_rest(e: Expr) -> tuple[float, list[Expr]]:
    """A product as its number and its other factors."""
    factors = list(e.args) if e.head == "*" else [e]
    return (factors[0].value, factors[1:]) if factors[0].head == "number" else (1.0, factors)


def _over(a: Expr, b: Expr) -> Expr:
    if "/" in (a.head, b.head):
        (a, c), (b, d) = _fraction(a), _fraction(b)
        return _over(_times(a, d), _times(c, b))
    (above, numerator), (below, denominator) = _coefficient_and_rest(a), _coefficient_and_rest(b)
    if below:
        above, below = _reduced(above, below)
    if below == 1 and not denominator:
        return _product(above, numerator)
    if above == 0 and below:
        return number(0)
    return Expr("/", None, (_product(above, numerator), _product(below, denominator)))


def _reduced(above: float, below: float) -> tuple[float, float]:
    """A fraction of integers in lowest terms; other numbers divided, unless that hides 1 / c."""
    if below < 0:
        above, below = -above, -below
    if above.is_integer() and below.is_integer() and max(abs(above), below) < 2**53:
        common = math.gcd(int(above), int(below))
        return above / common, below / common
    return (above, below) if abs(above) == 1 else (above / below, 1.0)


def power(base: Expr, exponent: Expr) -> Expr:
    """A power; of a power with integer exponents, their product."""
    if _is_number(exponent, 0):
        return number(1)
    if _is_number(exponent, 1):
        return base
    if exponent.head == "number" and float(exponent.value).is_integer():
        inner, inside = _base_and_exponent(base)
        if inside.head == "number" and inside.value != 1 and float(inside.value).is_integer():
            return power(inner, number(inside.value * exponent.value))
        if base.head == "number" and (base.value or exponent.value > 0):
            return number(base.value**exponent.value)
    return Expr("**", None, (base, exponent))


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# Which of a < b, a = b, a > b makes the comparison true.
_ORDERS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": "=>"}
_SWAPPED = str.maketrans("<>", "><")


def _compared(sign: str, a: Expr, b: Expr) -> Expr:
    if a.key == b.key:
        return number("=" in _ORDERS[sign])
    if a.head == b.head == "number":
        return number(bool(_COMPARISONS[sign](a.value, b.value)))
    return Expr(sign, None, (a, b))


def where(condition: Expr, a: Expr, b: Expr) -> Expr:
    """`a` if the condition holds, else `b`, without the cases that only a NaN could reach."""
    if isinstance(condition.value, bool):
        return a if condition.value else b
    if condition.head in _ORDERS:
        left = set("<=>") - set(_ORDERS[condition.head])
        b = _given(b, condition.args[0].key, condition.args[1].key, left)
    if isinstance(b.value, bool) and not b.value:
        return Expr("and", None, (condition, a))
    return a if a.key == b.key else Expr("where", None, (condition, a, b))


def _given(e: Expr, a: tuple[Any, ...], b: tuple[Any, ...], left: set[str]) -> Expr:
    """Cases `e` where of a < b, a = b, a > b only those `left` are possible."""
    while e.head == "where" and e.args[0].head in _ORDERS:
        condition, first, second = e.args
        pair, true = tuple(arg.key for arg in condition.args), _ORDERS[condition.head]
        if pair == (b, a):
            true = true.translate(_SWAPPED)
        elif pair != (a, b):
            break
        if left <= set(true):
            return first
        if left & set(true):
            return Expr("where", None, (condition, first, _given(second, a, b, left - set(true))))
        e = second
    return e
