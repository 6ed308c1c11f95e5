"""What a book writes for the primitives of a namespace, and how it words conditions."""

from __future__ import annotations

import math
from collections.abc import Callable

from micrograd_act.namespaces.expressions import Expr, call, number, power, rebuilt, where

__all__ = ["is_negative", "spelled_out"]


def _times_x(name: str, order: int) -> Callable[..., Expr]:
    def product(x: Expr, *others: Expr) -> Expr:
        return x**order * spelled_out(call(name, x, *others))

    return product


def _log1p(x: Expr) -> Expr:
    return call("log", 1 + x)


def _expm1(x: Expr) -> Expr:
    return call("exp", x) - 1


def _log1pexp(x: Expr) -> Expr:
    return call("log", 1 + call("exp", x))


def _step(x: Expr) -> Expr:
    return where(_isolated(x > 0), number(1), number(0))


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


def _exp_neg(x: Expr) -> Expr:
    return call("exp", call("minimum", x, 0))


def _cauchy(x: Expr) -> Expr:
    return 1 / (1 + x**2)


def _softsign(x: Expr) -> Expr:
    return x / (1 + call("abs", x))


def _tanhshrink(x: Expr) -> Expr:
    return x - call("tanh", x)


def _squareplus(x: Expr, b: Expr) -> Expr:
    return (x + call("sqrt", x**2 + b)) / 2


def _squareplus_slope(x: Expr, b: Expr) -> Expr:
    return (1 + x / call("sqrt", x**2 + b)) / 2


def _softplus(x: Expr, b: Expr) -> Expr:
    return _log1pexp(b * x) / b


def _scaled_sigmoid(x: Expr, b: Expr) -> Expr:
    return call("sigmoid", b * x)


def _scaled_tanh(x: Expr, b: Expr) -> Expr:
    return call("tanh", b * x)


def _scaled_bump(x: Expr, b: Expr) -> Expr:
    return call("sech", b * x / 2) ** 2 / 4


def _scaled_exp_neg(x: Expr, b: Expr) -> Expr:
    return call("exp", call("minimum", x, 0) / b)


def _silu_slope(x: Expr) -> Expr:
    return call("sigmoid", x) + x * (_scaled_bump(x, number(1)))


def _silu_bend(x: Expr) -> Expr:
    return _scaled_bump(x, number(1)) * (2 - x * call("tanh", x / 2))


def _gelu_slope(x: Expr) -> Expr:
    return call("ndtr", x) + x * call("npdf", x)


def _xmish_gate(x: Expr) -> Expr:
    return x * call("tanh", _log1pexp(x))


def _mish_bump(x: Expr) -> Expr:
    return call("sech", _log1pexp(x)) ** 2 * call("sigmoid", x)


def _mish_slope(x: Expr) -> Expr:
    return call("tanh", _log1pexp(x)) + x * _mish_bump(x)


def _mish_bend(x: Expr) -> Expr:
    gate, s = call("tanh", _log1pexp(x)), call("sigmoid", x)
    return _mish_bump(x) * (2 + x * (1 - s - 2 * gate * s))


def _tanh_argument(x: Expr) -> Expr:
    return number(math.sqrt(2 / math.pi)) * (x + 0.044715 * x**3)


def _tanh_gate(x: Expr) -> Expr:
    return (1 + call("tanh", _tanh_argument(x))) / 2


def _tanh_argument_slope(x: Expr) -> Expr:
    return number(math.sqrt(2 / math.pi)) * (1 + 3 * 0.044715 * x**2)


def _tanh_bump(x: Expr) -> Expr:
    return call("sech", _tanh_argument(x)) ** 2 * _tanh_argument_slope(x) / 2


def _tanh_bend(x: Expr) -> Expr:
    u, slope = _tanh_argument(x), _tanh_argument_slope(x)
    curvature = number(math.sqrt(2 / math.pi)) * 3 * 0.044715 * x
    return call("sech", u) ** 2 * (curvature - slope**2 * call("tanh", u))


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
    "silu_slope": _silu_slope,
    "silu_bend": _silu_bend,
    "xndtr": _times_x("ndtr", 1),
    "xnpdf": _times_x("npdf", 1),
    "x2npdf": _times_x("npdf", 2),
    "xgaussian": _times_x("gaussian", 1),
    "x2gaussian": _times_x("gaussian", 2),
    "exp_neg": _exp_neg,
    "cauchy": _cauchy,
    "xcauchy": _times_x("cauchy", 1),
    "softsign": _softsign,
    "tanhshrink": _tanhshrink,
    "squareplus": _squareplus,
    "squareplus_slope": _squareplus_slope,
    "softplus": _softplus,
    "scaled_sigmoid": _scaled_sigmoid,
    "xscaled_sigmoid": _times_x("scaled_sigmoid", 1),
    "scaled_tanh": _scaled_tanh,
    "scaled_bump": _scaled_bump,
    "xscaled_bump": _times_x("scaled_bump", 1),
    "x2scaled_bump": _times_x("scaled_bump", 2),
    "scaled_exp_neg": _scaled_exp_neg,
    "gelu_slope": _gelu_slope,
    "xmish_gate": _xmish_gate,
    "mish_slope": _mish_slope,
    "mish_bend": _mish_bend,
    "tanh_gate": _tanh_gate,
    "xtanh_gate": _times_x("tanh_gate", 1),
    "tanh_bump": _tanh_bump,
    "xtanh_bump": _times_x("tanh_bump", 1),
    "tanh_bend": _tanh_bend,
    "xtanh_bend": _times_x("tanh_bend", 1),
}


def spelled_out(e: Expr) -> Expr:
    """An expression with its primitives replaced by what a book writes for them."""
    args = tuple(map(spelled_out, e.args))
    formula = _TEXTBOOK.get(e.head)
    e = formula(*args) if formula else rebuilt(e, args)
    return _isolated(e) if e.head in _TURNED else _in_cases(e)


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _isolated(e: Expr) -> Expr:
    """``x + 1 > 0`` as ``x > -1``, ``1 - x > 0`` as ``x < 1``."""
    if e.head not in _TURNED:  # a truth value
        return e
    left, right = e.args
    numbers = [t for t in left.args if t.head == "number"] if left.head == "+" else []
    if right.head != "number" or len(left.args) != 2 or len(numbers) != 1:
        return e
    (rest,) = (t for t in left.args if t.head != "number")
    right = right - numbers[0]
    if is_negative(rest):
        return Expr(_TURNED[e.head], None, (-rest, -right))
    return Expr(e.head, None, (rest, right))


def _in_cases(e: Expr) -> Expr:
    """A product or fraction with factors that are 1 or 0 as the cases in which they are 1."""
    if e.head == "/" and e.args[0].head == "where":
        condition, one, other = e.args[0].args
        return where(condition, one / e.args[1], other / e.args[1])
    if e.head != "*":
        return e
    asked = [f.args[0] for f in e.args if f.head == "where" and _is_indicator(f)]
    if not asked:
        return e
    rest = number(1)
    for factor in e.args:
        if not (factor.head == "where" and _is_indicator(factor)):
            rest = rest * factor
    condition = asked[0] if len(asked) == 1 else Expr("and", None, tuple(asked))
    return where(condition, rest, number(0))


def _is_indicator(e: Expr) -> bool:
    _, one, zero = e.args
    return one.key == number(1).key and zero.key == number(0).key


def is_negative(e: Expr) -> bool:
    """Whether it is written with a minus sign in front."""
    if e.head == "number":
        return not isinstance(e.value, bool) and e.value < 0
    return e.head in ("*", "/") and is_negative(e.args[0])
