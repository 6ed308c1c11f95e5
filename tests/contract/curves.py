"""Every activation as a function of one variable: how it is called, and its formula in a book.

A call is one text for this package and for PyTorch: `F` has the functions of both by their names.
An activation of several inputs gives a curve for each of them. `p` is a parameter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.contract import jets
from tests.contract.jets import abs_, constant, exp, expm1, log1p, mp


@dataclass(frozen=True)
class Curve:
    """One function of x with a parameter `p`, and how the parameter varies.

    A factor or a shape is multiplied by up to e; of a `shift`, the other entry of a softmax, only
    float64 keeps what its difference from x rounds away.
    """

    call: Callable[..., Any]
    formula: Callable[..., Any]
    kinks: Callable[[Any], tuple[Any, ...]] = lambda p: ()
    p: float | None = None
    shift: bool = False
    op: str = ""  # of the registry, where the curve has another name

    @property
    def elementwise(self):
        return not self.shift and self.op not in ("glu", "swiglu")

    def parameters(self, dtype, rng, count):
        """The usual parameter and some others, each a number of the dtype."""
        usual = self.p or 0.0
        if self.p is None or (self.shift and dtype != np.float64):
            return [usual]
        draws = rng.uniform(-1.0, 1.0, count)
        others = 9.0 * draws if self.shift else usual * np.exp(draws)
        return [float(dtype(p)) for p in (usual, *others)]


def logistic(x):
    if x < 0:
        e = exp(x)
        return e / (1 + e)
    return 1 / (1 + exp(-x))


def log1pexp(x):
    return x + log1p(exp(-x)) if x > 0 else log1p(exp(x))


def _relu(x):
    return x if x > 0 else constant(0)


def _between(x, low, high):
    return constant(low) if x < low else constant(high) if x > high else x


def _elu(x, alpha, width=1):
    return x if x > 0 else alpha * expm1(x / width)


def _tanh_form(x):
    if x > 100 or x < -100:  # in every digit
        return constant(x > 0)
    return logistic(2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x * x * x))


def _mish(x):
    if x > 0:
        e = exp(-x)
        return x * (1 + 2 * e) / (1 + 2 * e + 2 * e * e)
    e = exp(x)
    above = e * (e + 2)
    return x * above / (above + 2)


def _squareplus(x, b):
    h = jets.sqrt(x * x + b)
    return b / (h - x) / 2 if x < 0 else (x + h) / 2


def _pair(F, x, other):
    return F.stack([x, F.full_like(x, other)], -1)


def _halves(F, x, p, swapped=False):
    other = F.full_like(x, p)
    return F.stack([other, x] if swapped else [x, other], -1)


_SELU_ALPHA, _SELU_SCALE = mp.mpf("1.6732632423543772848"), mp.mpf("1.0507009873554804934")


def _at_zero(p):
    return (0,)


CURVES = {
    "identity": Curve(lambda F, x, p: F.identity(x), lambda x, p: x),
    "affine": Curve(lambda F, x, p: F.affine(x, a=p, b=-1.0), lambda x, p: p * x - 1, p=2.5),
    "step": Curve(lambda F, x, p: F.step(x), lambda x, p: constant(x > 0), _at_zero),
    "heaviside": Curve(
        lambda F, x, p: F.heaviside(x, F.full_like(x, p)),
        lambda x, p: constant(x > 0),
        _at_zero,
        p=0.5,
    ),
    "sign": Curve(lambda F, x, p: F.sign(x), lambda x, p: constant(-1 if x < 0 else 1), _at_zero),
    "relu": Curve(lambda F, x, p: F.relu(x), lambda x, p: _relu(x), _at_zero),
    "relu6": Curve(lambda F, x, p: F.relu6(x), lambda x, p: _between(x, 0, 6), lambda p: (0, 6)),
    "leaky_relu": Curve(
        lambda F, x, p: F.leaky_relu(x, negative_slope=p),
        lambda x, p: p * x if x < 0 else x,
        _at_zero,
        p=0.01,
    ),
    "prelu": Curve(
        lambda F, x, p: F.prelu(x, F.full_like(x, p)),
        lambda x, p: p * x if x < 0 else x,
        _at_zero,
        p=0.25,
    ),
    "elu": Curve(lambda F, x, p: F.elu(x, alpha=p), lambda x, p: _elu(x, p), _at_zero, p=1.0),
    "celu": Curve(lambda F, x, p: F.celu(x, alpha=p), lambda x, p: _elu(x, p, p), _at_zero, p=2.0),
    "selu": Curve(
        lambda F, x, p: F.selu(x), lambda x, p: _SELU_SCALE * _elu(x, _SELU_ALPHA), _at_zero
    ),
    "gelu": Curve(lambda F, x, p: F.gelu(x), lambda x, p: x * jets.ndtr(x)),
    "gelu tanh": Curve(
        lambda F, x, p: F.gelu(x, approximate="tanh"), lambda x, p: x * _tanh_form(x), op="gelu"
    ),
    "silu": Curve(lambda F, x, p: F.silu(x), lambda x, p: x * logistic(x)),
    "swish": Curve(
        lambda F, x, p: F.swish(x, F.full_like(x, p)), lambda x, p: x * logistic(p * x), p=1.5
    ),
    "swish in beta": Curve(
        lambda F, x, p: F.swish(F.full_like(x, p), x),
        lambda x, p: p * logistic(p * x),
        p=1.7,
        op="swish",
    ),
    "mish": Curve(lambda F, x, p: F.mish(x), lambda x, p: _mish(x)),
    "softplus": Curve(lambda F, x, p: F.softplus(x), lambda x, p: log1pexp(x)),
    "softplus beta": Curve(
        lambda F, x, p: F.softplus(x, beta=p),
        lambda x, p: log1pexp(p * x) / p,
        p=2.0,
        op="softplus",
    ),
    "squareplus": Curve(lambda F, x, p: F.squareplus(x, b=p), _squareplus, p=4.0),
    "sigmoid": Curve(lambda F, x, p: F.sigmoid(x), lambda x, p: logistic(x)),
    "logsigmoid": Curve(lambda F, x, p: F.logsigmoid(x), lambda x, p: -log1pexp(-x)),
    "hardsigmoid": Curve(
        lambda F, x, p: F.hardsigmoid(x),
        lambda x, p: _between(x + 3, 0, 6) / 6,
        lambda p: (-3, 3),
    ),
    "hardswish": Curve(
        lambda F, x, p: F.hardswish(x),
        lambda x, p: x * (_between(x + 3, 0, 6) / 6),
        lambda p: (-3, 3),
    ),
    "tanh": Curve(lambda F, x, p: F.tanh(x), lambda x, p: jets.tanh(x)),
    "hardtanh": Curve(
        lambda F, x, p: F.hardtanh(x, min_val=-p, max_val=1.0),
        lambda x, p: _between(x, -p, 1),
        lambda p: (-p, 1),
        p=1.0,
    ),
    "arctan": Curve(lambda F, x, p: F.arctan(x), lambda x, p: jets.atan(x), op="atan"),
    "softsign": Curve(lambda F, x, p: F.softsign(x), lambda x, p: x / (1 + abs_(x)), _at_zero),
    "tanhshrink": Curve(lambda F, x, p: F.tanhshrink(x), lambda x, p: x - jets.tanh(x)),
    "softshrink": Curve(
        lambda F, x, p: F.softshrink(x, p),
        lambda x, p: x - _between(x, -p, p),
        lambda p: (-p, p),
        p=0.5,
    ),
    "hardshrink": Curve(
        lambda F, x, p: F.hardshrink(x, p),
        lambda x, p: x if x > p or x < -p else constant(0),
        lambda p: (-p, p),
        p=0.5,
    ),
    "threshold": Curve(
        lambda F, x, p: F.threshold(x, p, 20.0),
        lambda x, p: x if x > p else constant(20),
        lambda p: (p,),
        p=0.1,
    ),
    "sin": Curve(lambda F, x, p: F.sin(x), lambda x, p: jets.sin(x)),
    "gaussian": Curve(lambda F, x, p: F.gaussian(x), lambda x, p: exp(-(x * x))),
    "erf": Curve(lambda F, x, p: F.erf(x), lambda x, p: jets.erf(x)),
    "softmax": Curve(
        lambda F, x, p: F.softmax(_pair(F, x, p), -1)[..., 0],
        lambda x, p: logistic(x - p),
        p=0.0,
        shift=True,
    ),
    "softmax of another": Curve(
        lambda F, x, p: F.softmax(_pair(F, x, p), -1)[..., 1],
        lambda x, p: logistic(p - x),
        p=0.0,
        shift=True,
        op="softmax",
    ),
    "log_softmax": Curve(
        lambda F, x, p: F.log_softmax(_pair(F, x, p), -1)[..., 0],
        lambda x, p: -log1pexp(p - x),
        p=0.0,
        shift=True,
    ),
    "log_softmax of another": Curve(
        lambda F, x, p: F.log_softmax(_pair(F, x, p), -1)[..., 1],
        lambda x, p: -log1pexp(x - p),
        p=0.0,
        shift=True,
        op="log_softmax",
    ),
    "softmin": Curve(
        lambda F, x, p: F.softmin(_pair(F, x, p), -1)[..., 0],
        lambda x, p: logistic(p - x),
        p=0.0,
        shift=True,
    ),
    "logsumexp": Curve(
        lambda F, x, p: F.logsumexp(_pair(F, x, p), -1),
        lambda x, p: p + log1pexp(x - p),
        p=0.0,
        shift=True,
    ),
    "glu": Curve(
        lambda F, x, p: F.glu(_halves(F, x, p), -1)[..., 0],
        lambda x, p: x * logistic(constant(p)),
        p=1.7,
        op="glu",
    ),
    "glu in its gate": Curve(
        lambda F, x, p: F.glu(_halves(F, x, p, True), -1)[..., 0],
        lambda x, p: p * logistic(x),
        p=1.7,
        op="glu",
    ),
    "swiglu": Curve(
        lambda F, x, p: F.swiglu(_halves(F, x, p), -1)[..., 0],
        lambda x, p: x * logistic(x) * p,
        p=1.7,
        op="swiglu",
    ),
    "swiglu in its factor": Curve(
        lambda F, x, p: F.swiglu(_halves(F, x, p, True), -1)[..., 0],
        lambda x, p: p * logistic(constant(p)) * x,
        p=1.7,
        op="swiglu",
    ),
}
