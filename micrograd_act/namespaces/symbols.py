"""The namespace of symbols: a formula evaluated in it can be read as text and as LaTeX.

It has the elementwise names; ops that reduce, reshape or multiply matrices state their own text.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final, cast

from micrograd_act.namespaces.contract import Namespace
from micrograd_act.namespaces.expressions import (
    Expr,
    call,
    evaluate,
    number,
    power,
    reads,
    symbol,
    where,
)
from micrograd_act.namespaces.notation import latex, text

__all__ = ["Expr", "evaluate", "latex", "reads", "symbol", "symbols", "text"]

_FUNCTIONS = (
    *("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tanh", "abs", "sign"),
    *("exp2", "log2", "log10", "tan", "asin", "acos", "atan", "atan2", "hypot", "sinh", "cosh"),
    *("asinh", "acosh", "atanh", "logaddexp", "logit"),
    *("round", "floor", "ceil", "trunc", "remainder"),
    *("maximum", "minimum", "step", "sigmoid", "sech2", "log1pexp"),
    *("xsigmoid", "silu_slope", "silu_bend", "xmish_gate", "mish_slope", "mish_bend"),
    *("erf", "erfc", "erfcx", "ndtr", "xndtr", "gelu_slope", "npdf", "xnpdf", "x2npdf"),
    *("gaussian", "xgaussian", "x2gaussian"),
    *("exp_neg", "cauchy", "xcauchy", "softsign", "tanhshrink", "squareplus", "squareplus_slope"),
    *("softplus", "scaled_sigmoid", "xscaled_sigmoid", "scaled_exp_neg", "scaled_tanh"),
    *("scaled_bump", "xscaled_bump", "x2scaled_bump"),
    *("tanh_gate", "xtanh_gate", "tanh_bump", "xtanh_bump", "tanh_bend", "xtanh_bend"),
)


class SymbolNamespace:
    r"""The contract over expressions.

    Examples
    --------
    >>> x = symbol("x")
    >>> symbols.xndtr(x), symbols.ndtr(x) + symbols.xnpdf(x)
    (x·Φ(x), Φ(x) + x·φ(x))
    >>> symbols.where(x > 0, 1.0, 0.01)
    1 if x > 0 else 0.01
    >>> print(latex(1 / (1 + symbols.exp(-x))))
    \frac{1}{1 + e^{-x}}
    """

    def __init__(self) -> None:
        for name in _FUNCTIONS:
            setattr(self, name, partial(call, name))

    def where(self, condition: Any, a: Any, b: Any) -> Expr:
        return where(number(condition), number(a), number(b))

    def pow(self, a: Any, b: Any) -> Expr:
        return power(number(a), number(b))


symbols: Final = cast(Namespace, SymbolNamespace())
