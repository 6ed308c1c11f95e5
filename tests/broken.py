"""Planted faults: ops that break one promise each, and facts that are wrong.

Whoever checks ops has to catch them; each is named after the promise of the contract that it
breaks. `sound` is the same op unbroken.
"""

import itertools
import math

import numpy as np

from micrograd_act.namespaces.floats import floats
from micrograd_act.ops import REGISTRY, Facts, Op
from micrograd_act.ops.op import _lookup
from tests.contract.cases import Case, case_of

_VECTOR, _MATRIX = (4,), (3, 3)


def _case(op, *shapes):
    return case_of(op, shapes or None, np.random.default_rng(5))


def _op(name, forward, *vjps, **more):
    op = Op(name, forward, vjps, **more)
    op.__doc__ = name
    return op


def sound(name):
    """A registered op under another name, to be broken."""
    entry = REGISTRY[name]
    op = entry if isinstance(entry, Op) else entry.bind()
    more = {key: getattr(op, key) for key in ("elementwise", "slopes", "facts", "joint")}
    return _op(op.name, op.forward, *op.vjps, **more)


def with_vjp(name, rule, i=0, **more):
    """A registered op with another vjp for input i: `rule`, which is given the right one first."""
    op = sound(name)
    right = op.vjps[i]

    def vjp(xp, g, y, *x):
        return rule(right, xp, g, y, *x)

    vjps = (*op.vjps[:i], vjp, *op.vjps[i + 1 :])
    fields = {"elementwise": op.elementwise, "slopes": op.slopes, "facts": op.facts}
    return _op(op.name, op.forward, *vjps, **{**fields, **more})


def _scaled(factor):
    return lambda vjp, xp, g, y, *x: factor * vjp(xp, g, y, *x)


def _linear_vjp(xp, g, y, x):
    return g * 2.0


def _double(xp, x):
    return 2.0 * x


# Derivatives that are wrong: whatever compares with differences has to see them.
SLOPES = {
    "sign": _case(with_vjp("tanh", _scaled(-1.0))),
    "factor 2": _case(with_vjp("exp", _scaled(2.0))),
    "off by 1e-2": _case(with_vjp("sigmoid", _scaled(1.01))),
    "off by 1e-6": _case(with_vjp("sin", _scaled(1 + 1e-6))),
    "off by 1e-8": _case(with_vjp("silu", _scaled(1 + 1e-8))),
    "added 1e-6": _case(with_vjp("tanh", lambda vjp, xp, g, y, x: vjp(xp, g, y, x) + g * 1e-6)),
    "second input of mul": _case(with_vjp("mul", lambda vjp, xp, g, y, a, b: g * b, 1)),
    "sign of the subtrahend": _case(with_vjp("sub", lambda vjp, xp, g, y, a, b: g, 1)),
    "half of the quotient rule": _case(with_vjp("div", _scaled(0.5), 1)),
    "an input left out": _case(with_vjp("mul", _scaled(0.0), 1)),
    "one element": _case(
        with_vjp("exp", lambda vjp, xp, g, y, x: vjp(xp, g, y, x) * (1 + 0.1 * (y == y.max())))
    ),
    "negative inputs only": _case(
        with_vjp("exp", lambda vjp, xp, g, y, x: vjp(xp, g, y, x) * xp.where(x < 0, 1.1, 1.0))
    ),
    "float16 inside": _case(
        with_vjp(
            "tanh", lambda vjp, xp, g, y, x: vjp(xp, g, y, x).astype(np.float16).astype(float)
        )
    ),
    "softmax without its sum": _case(
        with_vjp("softmax", lambda vjp, xp, g, y, x: y * g), _MATRIX
    ),
    "softmax over the wrong axis": _case(
        with_vjp("softmax", lambda vjp, xp, g, y, x: y * (g - xp.sum(g * y, 0, True))),
        _MATRIX,
    ),
    "matmul not transposed": _case(
        with_vjp("matmul", lambda vjp, xp, g, y, a, b: xp.matmul(g, b)), _MATRIX, _MATRIX
    ),
    "matmul in the wrong order": _case(
        with_vjp("matmul", lambda vjp, xp, g, y, a, b: xp.matmul(g, a.T), 1), _MATRIX, _MATRIX
    ),
    "mean like sum": _case(with_vjp("mean", lambda vjp, xp, g, y, x: g + 0 * x), _VECTOR),
    "reshape in another order": _case(
        _op(
            "reshape",
            lambda xp, x: xp.reshape(x, (6,)),
            lambda xp, g, y, x: xp.reshape(g, (3, 2)).T,
            elementwise=False,
        ),
        (2, 3),
    ),
}  # fmt: skip


def _ignores_duplicates(xp, g, y, x):
    out = np.zeros(x.shape)
    out[np.array([1, 1, 2])] = g
    return out


SLOPES["duplicate indices"] = _case(
    _op(
        "getitem",
        lambda xp, x: xp.getitem(x, np.array([1, 1, 2])),
        _ignores_duplicates,
        elementwise=False,
    ),
    _VECTOR,
)

# A rule that is not a rule: what it returns is not linear in g, or differs from call to call.
_calls = itertools.count()


def _mutating(vjp, xp, g, y, x):
    g *= 2.0
    return g


def _writes_into_its_input(vjp, xp, g, y, x):
    c = vjp(xp, g, y, x)
    x *= 0.5
    return c


NONLINEAR = {
    "cotangent ignored": _case(with_vjp("exp", lambda vjp, xp, g, y, x: y)),
    "cotangent made absolute": _case(with_vjp("exp", lambda vjp, xp, g, y, x: xp.abs(g) * y)),
    "cotangent clipped": _case(
        with_vjp("exp", lambda vjp, xp, g, y, x: xp.minimum(xp.maximum(g, -3.0), 3.0) * y)
    ),
    "a constant added": _case(with_vjp("exp", lambda vjp, xp, g, y, x: g * y + 1e-3)),
}
IMPURE = {
    "cotangent overwritten": _case(with_vjp("neg", _mutating)),
    "input overwritten": _case(with_vjp("exp", _writes_into_its_input)),
    "differs from call to call": _case(
        with_vjp("exp", lambda vjp, xp, g, y, x: g * y * (1 + 1e-12 * next(_calls)))
    ),
}


class _Unpickled(Op):
    def __reduce__(self):
        return _lookup, ("relu",)


def _detached(vjp, xp, g, y, x):
    numbers = getattr(x, "_data", x)
    return g * xp.exp(numbers)


def _flat_twice(vjp, xp, g, y, x):
    """Right in value and slope, not in the slope's slope."""
    apart = x - getattr(x, "_data", x)
    return vjp(xp, g, y, x) + 1e-3 * g * apart * apart


def _on_floats(xp, x):
    return x * (1 + 1e-9) if xp is floats else x


def _only_arrays(xp, g, y, x):
    return g


def _pair(xp, *xs):
    return xp.stack(xs)


def _part(i):
    return lambda xp, g, y, *xs: xp.getitem(g, (i,))


# The promise of tests/contract/checks.py that each breaks.
PROMISES = {
    **{("vjp", fault): case for fault, case in SLOPES.items()},
    **{("linear", fault): case for fault, case in NONLINEAR.items()},
    **{("pure", fault): case for fault, case in IMPURE.items()},
    ("value", "rounded to float16"): _case(
        _op("half", lambda xp, x: x.astype(np.float16), _linear_vjp)
    ),
    ("second", "numbers instead of nodes"): _case(with_vjp("exp", _detached)),
    ("gradcheck_of_order_2_with_probes", "wrong beyond 4"): _case(
        with_vjp("tanh", lambda vjp, xp, g, y, x: vjp(xp, g, y, x) * (1.0 + 0.1 * (x * x > 16)))
    ),
    ("third", "right to the second order"): _case(with_vjp("exp", _flat_twice)),
    ("floats", "another value on numbers"): _case(_op("apart", _on_floats, _only_arrays)),
    ("broadcasting", "missing sum"): _case(
        with_vjp("mul", lambda vjp, xp, g, y, a, b: xp.getitem(g * b, (0,)) + 0 * a)
    ),
    ("dtype", "a float64 constant"): _case(
        with_vjp("tanh", lambda vjp, xp, g, y, x: vjp(xp, g, y, x) * np.float64(1.0))
    ),
    ("dtype", "a float64 value"): _case(_op("wide", lambda xp, x: np.float64(2) * x, _linear_vjp)),
    ("aliasing", "the input itself"): _case(with_vjp("exp", lambda vjp, xp, g, y, x: x[...])),
    ("aliasing", "the result itself"): _case(with_vjp("exp", lambda vjp, xp, g, y, x: y)),
    ("shapes", "no array of no axes"): _case(
        _op("once", lambda xp, x: np.atleast_1d(x) * 2.0, _linear_vjp)
    ),
    ("nan", "hidden in the value"): _case(
        _op("relu", lambda xp, x: xp.where(x > 0, x, 0.0), REGISTRY["relu"].vjps[0])
    ),
    ("nan", "hidden in the slope"): _case(
        _op("relu", REGISTRY["relu"].forward, lambda xp, g, y, x: g * xp.where(x > 0, 1.0, 0.0))
    ),
    ("slopes", "a wrong constant"): _case(_op("double", _double, _linear_vjp, slopes=(1.0,))),
    ("slopes", "not constant"): _case(
        _op("tanh", REGISTRY["tanh"].forward, REGISTRY["tanh"].vjps[0], slopes=(1.0,))
    ),
    ("slopes", "a weighted sum"): _case(
        _op(
            "mean",
            REGISTRY["mean"].bind().forward,
            REGISTRY["mean"].bind().vjps[0],
            slopes=(1.0,),
            elementwise=False,
        ),
        _VECTOR,
    ),
    ("joint", "in another order"): _case(
        _op(
            "pair",
            _pair,
            _part(0),
            _part(1),
            joint=lambda xp, g, y, *xs: [_part(1)(xp, g, y), _part(0)(xp, g, y)],
            elementwise=False,
        ),
        (2,),
        (2,),
    ),
    ("identity", "unpickles as another"): _case(_Unpickled("double", _double, (_linear_vjp,))),
    ("identity", "a slope is missing"): _case(
        _op("add", REGISTRY["add"].forward, *REGISTRY["add"].vjps, slopes=(1.0,))
    ),
    ("documented", "no docstring"): _case(Op("double", _double, (_linear_vjp,))),
}  # fmt: skip


# Of maximum at a tie and of relu at 0, where differences have two sides.
def _all_of_it(vjp, xp, g, y, a, b):
    return g * xp.where(a >= b, 1.0, 0.0)


def _of_maximum(rule, i):
    return with_vjp("maximum", rule, i)


KINKS = {
    "below both sides": Case(
        with_vjp("relu", lambda vjp, xp, g, y, x: g * xp.where(x == 0, -0.1, xp.step(x))),
        (np.array([-1.0, 0.0, 2.0]),),
    ),
    "above both sides": Case(
        with_vjp("abs", lambda vjp, xp, g, y, x: g * xp.where(x == 0, 1.5, xp.sign(x))),
        (np.array([-1.0, 0.0, 2.0]),),
    ),
    "shares that sum to 2": Case(
        _op(
            "maximum",
            REGISTRY["maximum"].forward,
            lambda xp, g, y, a, b: g * xp.where(a >= b, 1.0, 0.0),
            lambda xp, g, y, a, b: g * xp.where(b >= a, 1.0, 0.0),
        ),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0])),
    ),
    "ties not shared": Case(
        _op(
            "amax",
            REGISTRY["amax"].bind().forward,
            lambda xp, g, y, x: g * xp.where(x == y, 1.0, 0.0),
            elementwise=False,
        ),
        (np.array([1.0, 3.0, 3.0]),),
    ),
}


def _claims(name, **wrong):
    entry = REGISTRY[name]
    op = entry if isinstance(entry, Op) else entry.bind()
    more = {"slopes": op.slopes, **{k: wrong.pop(k) for k in ("slopes",) if k in wrong}}
    return _op(op.name, op.forward, *op.vjps, facts=op.facts._replace(**wrong), **more)


_RELU_FACTS: Facts = REGISTRY["relu"].facts
_INF = math.inf

# The claim of tests/contract/facts.py that each gets wrong.
WRONG_FACTS = {
    ("limits", "of the value"): _claims("tanh", right=(2.0, 0.0)),
    ("limits", "of the slope"): _claims("softplus", right=(_INF, 0.0)),
    ("limits", "not where the formula goes"): _op(
        "flat",
        lambda xp, x: xp.where(xp.abs(x) == _INF, 1.0, xp.tanh(x) / 2),
        lambda xp, g, y, x: g * xp.sech2(x) / 2,
        facts=REGISTRY["tanh"].facts._replace(left=(1.0, 0.0), right=(1.0, 0.0)),
    ),
    ("range", "too narrow"): _claims("silu", range=(-0.27, _INF)),
    ("range", "too wide"): _claims("gelu", range=(-0.2, _INF)),
    ("range", "bounded"): _claims("relu", range=(0.0, 6.0)),
    ("range", "unbounded"): _claims("sigmoid", range=(0.0, _INF)),
    ("domain", "too wide"): _op(
        "sqrt",
        REGISTRY["sqrt"].forward,
        *REGISTRY["sqrt"].vjps,
        facts=_RELU_FACTS._replace(domain=(-1.0, _INF), kinks=()),
    ),
    ("domain", "too narrow"): _claims("tanh", domain=(-3.0, 3.0)),
    ("kinks", "the other side"): _claims("relu", kinks=((0.0, 1.0),)),
    ("kinks", "not claimed"): _claims("relu", kinks=()),
    ("kinks", "where there is none"): _claims("tanh", kinks=((0.0, 1.0),)),
    ("kinks", "at another place"): _claims("leaky_relu", kinks=((0.1, 0.01),)),
    ("kinks", "a slope outside both sides"): _op(
        "relu",
        REGISTRY["relu"].forward,
        lambda xp, g, y, x: g * xp.where(x == 0, 1.5, xp.step(x)),
        facts=_RELU_FACTS._replace(kinks=((0.0, 1.5),)),
    ),
    ("jumps", "not claimed"): _op(
        "step",
        lambda xp, x: xp.step(x),
        lambda xp, g, y, x: g * 0.0,
        facts=_RELU_FACTS._replace(kinks=()),
    ),
    ("jumps", "where there is none"): _claims("tanh", jumps=((0.0, 0.0),)),
    ("jumps", "the other side"): _op(
        "step",
        lambda xp, x: xp.step(x),
        lambda xp, g, y, x: g * 0.0,
        facts=_RELU_FACTS._replace(kinks=(), jumps=((0.0, 1.0),)),
    ),
    ("smoothness", "too smooth"): _op(
        "softsign",
        lambda xp, x: x / (1 + xp.abs(x)),
        lambda xp, g, y, x: g / (1 + xp.abs(x)) ** 2,
        facts=REGISTRY["tanh"].facts,
    ),
    ("smoothness", "too rough"): _claims("tanh", smoothness=1),
    ("smoothness", "rougher by one"): _claims("gelu", smoothness=2),
    ("smoothness", "a kink that is none"): _claims("gelu", smoothness=0),
    ("convention", "missing"): _claims("relu", convention=""),
    ("convention", "of nothing"): _claims("tanh", convention="PyTorch"),
    ("symmetry", "odd"): _claims("gelu", symmetry="odd"),
    ("symmetry", "even"): _claims("tanh", symmetry="even"),
    ("symmetry", "not claimed"): _claims("tanh", symmetry=None),
    ("monotone", "it falls"): _claims("silu", monotone=True),
    ("monotone", "not claimed"): _claims("tanh", monotone=False),
    ("affine", "it bends"): _claims("softplus", affine=True),
    ("affine", "not claimed"): _claims("identity", affine=False),
    ("affine", "slopes say otherwise"): _claims("identity", slopes=(None,)),
}
