"""Expressions as presentation MathML, which browsers typeset without a script or a font."""

from __future__ import annotations

import math
from fractions import Fraction
from html import escape

from micrograd_act.namespaces.expressions import Expr
from micrograd_act.namespaces.notation import (
    AND,
    ATOM,
    CASES,
    CONSTANTS,
    FUNCTIONS,
    GREEK,
    POWER,
    PRODUCT,
    RAISED_BY_NAME,
    RELATION,
    RELATIONS,
    SUM,
    Writer,
    latex,
)
from micrograd_act.namespaces.textbook import is_negative, spelled_out

__all__ = ["equation", "mathml"]


def mathml(expr: Expr) -> str:
    """The content of a ``<math>`` element.

    Examples
    --------
    >>> from micrograd_act.namespaces.symbols import symbol
    >>> mathml(symbol("x") ** 2 / 2)
    '<mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>2</mn></mfrac>'
    """
    return _MathWriter(False).write(spelled_out(expr))


def equation(left: str, expr: Expr) -> str:
    """``left = expr`` as one ``<math>`` element that also holds the expression's LaTeX.

    `left` is MathML.
    """
    shown = f"<mrow>{left}<mo>=</mo>{mathml(expr)}</mrow>"
    note = f'<annotation encoding="application/x-tex">{escape(latex(expr))}</annotation>'
    return (
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'
        f"<semantics>{shown}{note}</semantics></math>"
    )


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>" if len(parts) > 1 else parts[0]


def _operator(sign: str) -> str:
    return f"<mo>{escape(sign)}</mo>"


_LOW = '<mo stretchy="false">{}</mo>'  # else some fonts grow it over a single letter
_MINUS = _operator("−")
_APPLY = "<mo>&#x2061;</mo>"  # function application, an invisible operator
_COMMA = '<mo separator="true">,</mo>'
_IF, _AND = "<mtext>&#xa0;if&#xa0;</mtext>", "<mtext>&#xa0;and&#xa0;</mtext>"
_OTHERWISE = "<mtext>otherwise&#xa0;</mtext>"
_THIN = '<mspace width="0.17em"/>'


class _MathWriter(Writer):
    def parentheses(self, inside: str) -> str:
        high = "<mfrac>" in inside
        marks = (_operator(mark) if high else _LOW.format(mark) for mark in "()")
        return _row(next(marks), inside, next(marks))

    def written(self, e: Expr) -> tuple[str, int]:
        if is_negative(e):
            return _row(_MINUS, self.write(-e, PRODUCT)), SUM
        if e.head in RELATIONS:
            a, b = (self.write(arg, SUM) for arg in e.args)
            return _row(a, _operator(RELATIONS[e.head][0]), b), RELATION
        if e.head == "exp":
            return self.exponential(e)
        return super().written(e)

    def number(self, e: Expr) -> tuple[str, int]:
        value = e.value
        if isinstance(value, bool) or math.isnan(value):
            return f"<mtext>{str(value).lower()}</mtext>", ATOM
        if value in CONSTANTS:
            return _constant(CONSTANTS[value][0])
        ratio = Fraction(value).limit_denominator(12)
        if float(ratio) == value and len(str(value)) > 6:
            p, q = ratio.as_integer_ratio()
            return f"<mfrac><mn>{p}</mn><mn>{q}</mn></mfrac>", POWER
        return f"<mn>{value:.6g}</mn>", ATOM

    def symbol(self, e: Expr) -> tuple[str, int]:
        return f"<mi>{escape(GREEK.get(e.value, e.value))}</mi>", ATOM

    def sum(self, e: Expr) -> tuple[str, int]:
        parts = [self.write(e.args[0], SUM)]
        for term in e.args[1:]:
            sign, term = (_MINUS, -term) if is_negative(term) else (_operator("+"), term)
            parts += [sign, self.write(term, PRODUCT)]
        return _row(*parts), SUM

    def product(self, e: Expr) -> tuple[str, int]:
        parts: list[str] = []
        for factor in e.args:
            if parts:
                both = factor.head == "number" and e.args[0].head == "number"
                parts.append(_operator("·") if both else _THIN)
            parts.append(self.write(factor, POWER))
        return _row(*parts), PRODUCT

    def quotient(self, e: Expr) -> tuple[str, int]:
        above, below = e.args
        return f"<mfrac>{self.write(above)}{self.write(below)}</mfrac>", POWER

    def power(self, e: Expr) -> tuple[str, int]:
        base, exponent = e.args
        raised = self.write(exponent)
        if base.head in RAISED_BY_NAME and exponent.head == "number" and exponent.value > 0:
            return self.function(base, raised)
        return f"<msup>{self.write(base, ATOM)}{raised}</msup>", POWER

    def cases(self, e: Expr) -> tuple[str, int]:
        parts: list[str] = []
        while e.head == "where":  # on one line: few fonts have a brace that grows
            condition, first, e = e.args
            parts += [self.write(first, SUM), _IF, self.write(condition, AND), _COMMA]
        return _row(*parts, _OTHERWISE, self.write(e)), CASES

    def both(self, e: Expr) -> tuple[str, int]:
        parts = [self.write(arg, RELATION) for arg in e.args]
        return _row(parts[0], *(p for part in parts[1:] for p in (_AND, part))), AND

    def magnitude(self, e: Expr) -> tuple[str, int]:
        bar = _LOW.format("|")
        return _row(bar, self.write(e.args[0]), bar), ATOM

    def root(self, e: Expr) -> tuple[str, int]:
        return f"<msqrt>{self.write(e.args[0])}</msqrt>", ATOM

    def exponential(self, e: Expr) -> tuple[str, int]:
        return f"<msup><mi>e</mi>{self.write(e.args[0])}</msup>", POWER

    def function(self, e: Expr, raised: str = "") -> tuple[str, int]:
        name = escape(FUNCTIONS.get(e.head, (e.head,))[0])
        upright = ' mathvariant="normal"' if len(name) > 1 else ""
        name = f"<mi{upright}>{name}</mi>"
        if raised:
            name = f"<msup>{name}{raised}</msup>"
        parts = [self.write(e.args[0])]
        for arg in e.args[1:]:
            parts += [_operator(","), self.write(arg)]
        return _row(name, _APPLY, self.parentheses(_row(*parts))), ATOM


def _constant(text: str) -> tuple[str, int]:
    """A constant of the table, from its text: a root, a fraction, or a letter."""
    above, _, below = text.partition("/") if not text.startswith("√(") else (text, "", "")
    if below:
        return f"<mfrac>{_constant(above)[0]}{_constant(below)[0]}</mfrac>", POWER
    if text.startswith("√"):
        return f"<msqrt>{_constant(text[1:].strip('()'))[0]}</msqrt>", ATOM
    return (f"<mn>{text}</mn>" if text.isdigit() else f"<mi>{text}</mi>"), ATOM
