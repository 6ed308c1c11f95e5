"""Expressions as text and as LaTeX, with the fewest parentheses that keep their meaning."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from micrograd_act.namespaces.expressions import Expr, call, number, power, rebuilt, where

__all__ = ["latex", "text"]

# How tightly an expression holds together; whatever is looser than its surroundings needs
# parentheses.
_CASES, _AND, _RELATION, _SUM, _PRODUCT, _POWER, _ATOM = range(7)

_CONSTANTS = {  # value: text, LaTeX, tightness
    math.pi: ("π", r"\pi", _ATOM),
    math.e: ("e", "e", _ATOM),
    math.sqrt(2.0): ("√2", r"\sqrt{2}", _ATOM),
    math.sqrt(2.0 / math.pi): ("√(2/π)", r"\sqrt{2/\pi}", _ATOM),
    2.0 / math.sqrt(math.pi): ("2/√π", r"\frac{2}{\sqrt{\pi}}", _PRODUCT),
    math.inf: ("∞", r"\infty", _ATOM),
}
_GREEK = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ"},
    **{"mu": "μ", "sigma": "σ", "tau": "τ", "theta": "θ"},
}
_FUNCTIONS = {  # name: text, LaTeX
    "log": ("log", r"\log"),
    "sin": ("sin", r"\sin"),
    "cos": ("cos", r"\cos"),
    "tanh": ("tanh", r"\tanh"),
    "tan": ("tan", r"\tan"),
    "sinh": ("sinh", r"\sinh"),
    "cosh": ("cosh", r"\cosh"),
    "asin": ("arcsin", r"\arcsin"),
    "acos": ("arccos", r"\arccos"),
    "atan": ("arctan", r"\arctan"),
    "log2": ("log₂", r"\log_{2}"),
    "log10": ("log₁₀", r"\log_{10}"),
    "sech": ("sech", r"\operatorname{sech}"),
    "sign": ("sign", r"\operatorname{sign}"),
    "maximum": ("max", r"\max"),
    "minimum": ("min", r"\min"),
    "sigmoid": ("σ", r"\sigma"),
    "erf": ("erf", r"\operatorname{erf}"),
    "erfc": ("erfc", r"\operatorname{erfc}"),
    "erfcx": ("erfcx", r"\operatorname{erfcx}"),
    "ndtr": ("Φ", r"\Phi"),
    "npdf": ("φ", r"\varphi"),
    "exp": ("exp", r"\exp"),
}
_RAISED_BY_NAME = {"sin", "cos", "tan", "sinh", "cosh", "tanh", "sech"}  # tanh²(x), but φ(x)²
_RELATIONS = {
    "==": ("=", "="),
    "!=": ("≠", r"\ne"),
    "<": ("<", "<"),
    "<=": ("≤", r"\le"),
    ">": (">", ">"),
    ">=": ("≥", r"\ge"),
}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _times_x(name: str, order: int) -> Callable[[Expr], Expr]:
    def product(x: Expr) -> Expr:
        return x**order * _spelled_out(call(name, x))

    return product


def _log1p(x: Expr) -> Expr:
    return call("log", 1 + x)


def _expm1(x: Expr) -> Expr:
    return call("exp", x) - 1


def _log1pexp(x: Expr) -> Expr:
    return call("log", 1 + call("exp", x))


def _step(x: Expr) -> Expr:
    return where(x > 0, number(1), number(0))


def _sech2(x: Expr) -> Expr:
    return call("sech", x) ** 2


def _gaussian(x: Expr) -> Expr:
    return call("exp", -(x**2))


def _exp2(x: Expr) -> Expr:
    return power(number(2), x)


def _hypot(a: Expr, b: Expr) -> Expr:
    return call("sqrt", a**2 + b**2)


def _logaddexp(a: Expr, b: Expr) -> Expr:
    return call("log", call("exp", a) + call("exp", b))


def _logit(x: Expr) -> Expr:
    return call("log", x / (1 - x))


_TEXTBOOK: dict[str, Callable[..., Expr]] = {
    "exp2": _exp2,
    "hypot": _hypot,
    "logaddexp": _logaddexp,
    "logit": _logit,
    "log1p": _log1p,
    "expm1": _expm1,
    "log1pexp": _log1pexp,
    "step": _step,
    "sech2": _sech2,
    "gaussian": _gaussian,
    "xsigmoid": _times_x("sigmoid", 1),
    "xsech2": _times_x("sech2", 1),
    "xndtr": _times_x("ndtr", 1),
    "xnpdf": _times_x("npdf", 1),
    "x2npdf": _times_x("npdf", 2),
    "xgaussian": _times_x("gaussian", 1),
    "x2gaussian": _times_x("gaussian", 2),
}


def text(expr: Expr) -> str:
    """An expression as a book prints it, in Unicode.

    Examples
    --------
    >>> from micrograd_act.namespaces.symbols import symbol, symbols
    >>> x = symbol("x")
    >>> text(1 - symbols.tanh(x) ** 2), text(symbols.log1pexp(x)), text(symbols.sech2(x / 2) / 4)
    ('1 − tanh²(x)', 'log(1 + exp(x))', 'sech²(x/2)/4')
    """
    return _Writer(False).write(_spelled_out(expr))


def latex(expr: Expr) -> str:
    r"""An expression as LaTeX for math mode.

    Examples
    --------
    >>> from micrograd_act.namespaces.symbols import symbol, symbols
    >>> x = symbol("x")
    >>> print(latex(symbols.ndtr(x) + symbols.xnpdf(x)))
    \Phi(x) + x \, \varphi(x)
    """
    return _Writer(True).write(_spelled_out(expr))


def _spelled_out(e: Expr) -> Expr:
    """An expression with its primitives replaced by what a book writes for them."""
    args = tuple(map(_spelled_out, e.args))
    formula = _TEXTBOOK.get(e.head)
    return formula(*args) if formula else rebuilt(e, args)


class _Writer:
    """Each method gives a string, or a string and how tightly it holds together."""

    def __init__(self, latex: bool) -> None:
        self.latex = latex
        self.minus = "-" if latex else "−"

    def write(self, e: Expr, surroundings: int = _CASES) -> str:
        written, tightness = self.written(e)
        return written if tightness >= surroundings else self.parentheses(written)

    def parentheses(self, inside: str) -> str:
        high = self.latex and (r"\frac" in inside or r"\begin" in inside)
        return rf"\left({inside}\right)" if high else f"({inside})"

    def written(self, e: Expr) -> tuple[str, int]:
        if _is_negative(e):
            return self.minus + self.write(-e, _PRODUCT), _SUM
        if e.head in _RELATIONS:
            a, b = (self.write(arg, _SUM) for arg in e.args)
            return f"{a} {_RELATIONS[e.head][self.latex]} {b}", _RELATION
        special = {
            "number": self.number,
            "symbol": self.symbol,
            "+": self.sum,
            "*": self.product,
            "/": self.quotient,
            "**": self.power,
            "where": self.cases,
            "and": self.both,
            "abs": self.magnitude,
            "sqrt": self.root,
        }
        if self.latex:
            special["exp"] = self.exponential
        return special.get(e.head, self.function)(e)

    def number(self, e: Expr) -> tuple[str, int]:
        value = e.value
        if isinstance(value, bool) or math.isnan(value):
            return str(value).lower(), _ATOM
        if value in _CONSTANTS:
            text, latex, tightness = _CONSTANTS[value]
            return (latex, _POWER) if self.latex else (text, tightness)
        ratio = Fraction(value).limit_denominator(12)
        if float(ratio) == value and len(str(value)) > 6:
            p, q = ratio.as_integer_ratio()
            return (rf"\frac{{{p}}}{{{q}}}", _POWER) if self.latex else (f"{p}/{q}", _PRODUCT)
        return f"{value:.6g}", _ATOM

    def symbol(self, e: Expr) -> tuple[str, int]:
        name: str = e.value
        if not self.latex:
            return _GREEK.get(name, name), _ATOM
        if name in _GREEK:
            return f"\\{name}", _ATOM
        escaped = name.replace("_", r"\_")
        return (name if len(name) == 1 else rf"\mathrm{{{escaped}}}"), _ATOM

    def sum(self, e: Expr) -> tuple[str, int]:
        written = self.write(e.args[0], _SUM)
        for term in e.args[1:]:
            sign, term = (self.minus, -term) if _is_negative(term) else ("+", term)
            written += f" {sign} {self.write(term, _PRODUCT)}"
        return written, _SUM

    def product(self, e: Expr) -> tuple[str, int]:
        factors = [self.write(factor, _POWER) for factor in e.args]
        if not self.latex:
            return "·".join(factors), _PRODUCT
        if e.args[0].head == "number":
            factors[:2] = [" ".join(factors[:2])]
        return r" \, ".join(factors), _PRODUCT

    def quotient(self, e: Expr) -> tuple[str, int]:
        above, below = e.args
        if self.latex:
            return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}", _POWER
        return f"{self.write(above, _PRODUCT)}/{self.write(below, _POWER)}", _PRODUCT

    def power(self, e: Expr) -> tuple[str, int]:
        base, exponent = e.args
        if self.latex:
            raised = f"^{{{self.write(exponent)}}}"
        elif exponent.head == "number" and float(exponent.value).is_integer():
            raised = f"{exponent.value:.0f}".translate(_SUPERSCRIPTS)
        else:
            raised = "^" + self.write(exponent, _ATOM)
        if base.head in _RAISED_BY_NAME and exponent.head == "number" and exponent.value > 0:
            return self.function(base, raised)
        return self.write(base, _ATOM) + raised, _POWER

    def cases(self, e: Expr) -> tuple[str, int]:
        condition, first, second = e.args
        if not self.latex:
            written = f"{self.write(first, _SUM)} if {self.write(condition, _AND)} else "
            return written + self.write(second), _CASES
        rows = []
        while e.head == "where":
            condition, first, e = e.args
            rows.append(rf"{self.write(first)} & \text{{if }} {self.write(condition)}")
        rows.append(rf"{self.write(e)} & \text{{otherwise}}")
        return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}", _CASES

    def both(self, e: Expr) -> tuple[str, int]:
        conjunction = r" \text{ and } " if self.latex else " and "
        return conjunction.join(self.write(arg, _RELATION) for arg in e.args), _AND

    def magnitude(self, e: Expr) -> tuple[str, int]:
        inside = self.write(e.args[0])
        return (rf"\lvert {inside} \rvert" if self.latex else f"|{inside}|"), _ATOM

    def root(self, e: Expr) -> tuple[str, int]:
        if self.latex:
            return rf"\sqrt{{{self.write(e.args[0])}}}", _ATOM
        return "√" + self.write(e.args[0], _ATOM), _ATOM

    def exponential(self, e: Expr) -> tuple[str, int]:
        return f"e^{{{self.write(e.args[0])}}}", _POWER

    def function(self, e: Expr, raised: str = "") -> tuple[str, int]:
        names = _FUNCTIONS.get(e.head) or (e.head, rf"\operatorname{{{e.head}}}")
        arguments = ", ".join(map(self.write, e.args))
        return names[self.latex] + raised + self.parentheses(arguments), _ATOM


def _is_negative(e: Expr) -> bool:
    if e.head == "number":
        return not isinstance(e.value, bool) and e.value < 0
    return e.head in ("*", "/") and _is_negative(e.args[0])
