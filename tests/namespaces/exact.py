"""The namespace of mpmath numbers at 60 digits: the oracle for every rounding error."""

import sys
from collections.abc import Callable
from inspect import signature
from typing import Any

import mpmath
import numpy as np

from tests.namespaces.formulas import formulas

mp = mpmath.mp.clone()
mp.dps = 60


def number(x: float) -> Any:
    return mp.mpf(float(x))


exp, log, log1p, expm1, sqrt = mp.exp, mp.log, mp.log1p, mp.expm1, mp.sqrt
sin, cos, tanh, sign, erf = mp.sin, mp.cos, mp.tanh, mp.sign, mp.erf
maximum, minimum, pow = max, min, mp.power
tan, asin, acos, atan, atan2, hypot = mp.tan, mp.asin, mp.acos, mp.atan, mp.atan2, mp.hypot
sinh, cosh, asinh, acosh, atanh = mp.sinh, mp.cosh, mp.asinh, mp.acosh, mp.atanh


def logit(x: Any) -> Any:
    return mp.log(x / (1 - x))


def logaddexp(a: Any, b: Any) -> Any:
    return mp.log(mp.exp(a) + mp.exp(b))


def where(condition: bool, a: Any, b: Any) -> Any:
    return a if condition else b


def abs(x: Any) -> Any:
    return mp.fabs(x)


def step(x: Any) -> Any:
    return mp.mpf(x > 0)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def sech2(x: Any) -> Any:
    return mp.sech(x) ** 2


def log1pexp(x: Any) -> Any:
    return mp.log1p(mp.exp(x))


def erfc(x: Any) -> Any:
    return mp.erfc(x) if x < 1e6 else mp.mpf(0)  # mpmath overflows far out


def erfcx(x: Any) -> Any:
    if x < 1e3:
        return mp.exp(x * x) * erfc(x)
    return (1 - 1 / (2 * x**2) + 3 / (4 * x**4) - 15 / (8 * x**6)) / (x * mp.sqrt(mp.pi))


def ndtr(x: Any) -> Any:
    return erfc(-x / mp.sqrt(2)) / 2


def npdf(x: Any) -> Any:
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def gaussian(x: Any) -> Any:
    return mp.exp(-x * x)


def xsigmoid(x: Any) -> Any:
    return x * sigmoid(x)


def xndtr(x: Any) -> Any:
    return x * ndtr(x)


def xnpdf(x: Any) -> Any:
    return x * npdf(x)


def x2npdf(x: Any) -> Any:
    return x * x * npdf(x)


def xgaussian(x: Any) -> Any:
    return x * gaussian(x)


def x2gaussian(x: Any) -> Any:
    return x * x * gaussian(x)


globals().update(formulas(mp))
exact = sys.modules[__name__]


PARAMETRISED = {name for name, f in formulas(mp).items() if len(signature(f).parameters) > 1}


def bound(namespace, name, parameter):
    """A primitive as a function of x alone."""
    function = getattr(namespace, name)
    return (lambda x: function(x, parameter)) if name in PARAMETRISED else function


def ulps(computed: Any, function: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> Any:
    """|computed - function(x)| in units in the last place of the exact result, in x's dtype."""
    info = np.finfo(x.dtype)
    errors = np.empty(len(x))
    largest = mp.mpf(float(info.max)) * (1 + mp.mpf(2) ** (-info.nmant - 2))
    for i, (value, y) in enumerate(zip(x, np.asarray(computed), strict=True)):
        true = function(number(value))
        if mp.fabs(true) >= largest:
            errors[i] = 0.0 if y == np.copysign(np.inf, float(mp.sign(true))) else np.inf
            continue
        exponent = mp.frexp(true)[1] if true else -9999
        unit = mp.mpf(2) ** max(exponent - 1 - info.nmant, info.minexp - info.nmant)
        errors[i] = float(mp.fabs(number(y) - true) / unit) if np.isfinite(y) else np.inf
    return errors
