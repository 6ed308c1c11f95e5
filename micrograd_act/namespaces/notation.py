"""Expressions as text and as LaTeX, with the fewest parentheses that keep their meaning."""

from __future__ import annotations

import math
from fractions import Fraction

from micrograd_act.namespaces.expressions import Expr
from micrograd_act.namespaces.textbook import is_negative, spelled_out

__all__ = ["latex", "text"]

# How tightly an expression holds together; whatever is looser than its surroundings needs
# parentheses.
CASES, AND, RELATION, SUM, PRODUCT, POWER, ATOM = range(7)

CONSTANTS = {  # value: text, LaTeX, tightness
    math.pi: ("π", r"\pi", ATOM),
    math.e: ("e", "e", ATOM),
    math.sqrt(2.0): ("√2", r"\sqrt{2}", ATOM),
    math.sqrt(2.0 / math.pi): ("√(2/π)", r"\sqrt{2/\pi}", ATOM),
    math.sqrt(2.0 * math.pi): ("√(2π)", r"\sqrt{2\pi}", ATOM),
    2.0 / math.sqrt(math.pi): ("2/√π", r"\frac{2}{\sqrt{\pi}}", PRODUCT),
    math.inf: ("∞", r"\infty", ATOM),
}
GREEK = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ"},
    **{"mu": "μ", "sigma": "σ", "tau": "τ", "theta": "θ"},
}
FUNCTIONS = {  # name: text, LaTeX
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
RAISED_BY_NAME = {"sin", "cos", "tan", "sinh", "cosh", "tanh", "sech"}  # tanh²(x), but φ(x)²
RELATIONS = {
    "==": ("=", "="),
    "!=": ("≠", r"\ne"),
    "<": ("<", "<"),
    "<=": ("≤", r"\le"),
    ">": (">", ">"),
    ">=": ("≥", r"\ge"),
}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(expr: Expr) -> str:
    """An expression as a book prints it, in Unicode.

    Examples
    --------
    >>> from micrograd_act.namespaces.symbols import symbol, symbols
    >>> x = symbol("x")
    >>> text(1 - symbols.tanh(x) ** 2), text(symbols.log1pexp(x)), text(symbols.sech2(x / 2) / 4)
    ('1 − tanh²(x)', 'log(1 + exp(x))', 'sech²(x/2)/4')
    """
    return Writer(False).write(spelled_out(expr))


def latex(expr: Expr) -> str:
    r"""An expression as LaTeX for math mode.

    Examples
    --------
    >>> from micrograd_act.namespaces.symbols import symbol, symbols
    >>> x = symbol("x")
    >>> print(latex(symbols.ndtr(x) + symbols.xnpdf(x)))
    \Phi(x) + x \, \varphi(x)
    """
    return Writer(True).write(spelled_out(expr))


class Writer:
    """Each method gives a string, or a string and how tightly it holds together."""

    def __init__(self, latex: bool) -> None:
        self.latex = latex
        self.minus = "-" if latex else "−"

    def write(self, e: Expr, surroundings: int = CASES) -> str:
        written, tightness = self.written(e)
        return written if tightness >= surroundings else self.parentheses(written)

    def parentheses(self, inside: str) -> str:
        high = self.latex and (r"\frac" in inside or r"\begin" in inside)
        return rf"\left({inside}\right)" if high else f"({inside})"

    def written(self, e: Expr) -> tuple[str, int]:
        if is_negative(e):
            return self.minus + self.write(-e, PRODUCT), SUM
        if e.head in RELATIONS:
            a, b = (self.write(arg, SUM) for arg in e.args)
            return f"{a} {RELATIONS[e.head][self.latex]} {b}", RELATION
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
            return str(value).lower(), ATOM
        if value in CONSTANTS:
            text, latex, tightness = CONSTANTS[value]
            return (latex, POWER) if self.latex else (text, tightness)
        ratio = Fraction(value).limit_denominator(12)
        if float(ratio) == value and len(str(value)) > 6:
            p, q = ratio.as_integer_ratio()
            return (rf"\frac{{{p}}}{{{q}}}", POWER) if self.latex else (f"{p}/{q}", PRODUCT)
        return f"{value:.6g}", ATOM

    def symbol(self, e: Expr) -> tuple[str, int]:
        name: str = e.value
        if not self.latex:
            return GREEK.get(name, name), ATOM
        if name in GREEK:
            return f"\\{name}", ATOM
        escaped = name.replace("_", r"\_")
        return (name if len(name) == 1 else rf"\mathrm{{{escaped}}}"), ATOM

    def sum(self, e: Expr) -> tuple[str, int]:
        written = self.write(e.args[0], SUM)
        for term in e.args[1:]:
            sign, term = (self.minus, -term) if is_negative(term) else ("+", term)
            written += f" {sign} {self.write(term, PRODUCT)}"
        return written, SUM

    def product(self, e: Expr) -> tuple[str, int]:
        factors = [self.write(factor, POWER) for factor in e.args]
        if not self.latex:
            return "·".join(factors), PRODUCT
        if e.args[0].head == "number":
            factors[:2] = [" ".join(factors[:2])]
        return r" \, ".join(factors), PRODUCT

    def quotient(self, e: Expr) -> tuple[str, int]:
        above, below = e.args
        if self.latex:
            return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}", POWER
        return f"{self.write(above, PRODUCT)}/{self.write(below, POWER)}", PRODUCT

    def power(self, e: Expr) -> tuple[str, int]:
        base, exponent = e.args
        if self.latex:
            raised = f"^{{{self.write(exponent)}}}"
        elif exponent.head == "number" and float(exponent.value).is_integer():
            raised = f"{exponent.value:.0f}".translate(_SUPERSCRIPTS)
        else:
            raised = "^" + self.write(exponent, ATOM)
        if base.head in RAISED_BY_NAME and exponent.head == "number" and exponent.value > 0:
            return self.function(base, raised)
        return self.write(base, ATOM) + raised, POWER

    def cases(self, e: Expr) -> tuple[str, int]:
        condition, first, second = e.args
        if not self.latex:
            written = f"{self.write(first, SUM)} if {self.write(condition, AND)} else "
            return written + self.write(second), CASES
        rows = []
        while e.head == "where":
            condition, first, e = e.args
            rows.append(rf"{self.write(first)} & \text{{if }} {self.write(condition)}")
        rows.append(rf"{self.write(e)} & \text{{otherwise}}")
        return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}", CASES

    def both(self, e: Expr) -> tuple[str, int]:
        conjunction = r" \text{ and } " if self.latex else " and "
        return conjunction.join(self.write(arg, RELATION) for arg in e.args), AND

    def magnitude(self, e: Expr) -> tuple[str, int]:
        inside = self.write(e.args[0])
        return (rf"\lvert {inside} \rvert" if self.latex else f"|{inside}|"), ATOM

    def root(self, e: Expr) -> tuple[str, int]:
        if self.latex:
            return rf"\sqrt{{{self.write(e.args[0])}}}", ATOM
        return "√" + self.write(e.args[0], ATOM), ATOM

    def exponential(self, e: Expr) -> tuple[str, int]:
        return f"e^{{{self.write(e.args[0])}}}", POWER

    def function(self, e: Expr, raised: str = "") -> tuple[str, int]:
        names = FUNCTIONS.get(e.head) or (e.head, rf"\operatorname{{{e.head}}}")
        arguments = ", ".join(map(self.write, e.args))
        return names[self.latex] + raised + self.parentheses(arguments), ATOM
