"""What the contract needs to know of ops that a generic rule cannot call: no test code.

Each sample binds parameters and gives the inputs' shapes, or an array where an input is an index.
An elementwise op without parameters needs none, nor does a reduction with an axis.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from micrograd_act.ops.shaping import _Slot


@dataclass(frozen=True)
class Sample:
    params: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Any, ...] | None = None  # a shape or an array for each; None: the generic rule


def _shapes(*shapes, **params):
    return Sample(params, shapes)


ROWS = np.array([2, 0, 2])  # a duplicate
COLUMNS = np.array([1, 1, 3])
MASK = np.array([True, False, True])
FIRST, SECOND = _Slot(0), _Slot(1)

SAMPLES: dict[str, tuple[Sample, ...]] = {
    "affine": tuple(
        Sample({"a": a, "b": b}) for a, b in ((-1.5, 0.3), (0.0, 2.0), (2.0, 0.0), (0, 0), (3, -1))
    ),
    "leaky_relu": tuple(Sample({"negative_slope": s}) for s in (0.2, -0.5, 0.0, 1.0, -1.0, 2)),
    "softplus": (Sample({"beta": 2.5}), Sample({"beta": 0.4, "threshold": 2.0})),
    "squareplus": (Sample({"b": 0.3}),),
    "squareplus_slope": (Sample({"b": 0.3}),),
    "elu": (Sample({"alpha": 0.6}),),
    "celu": (Sample({"alpha": 2.5}),),
    "scaled_exp_neg": (Sample({"b": 2.5}),),
    "gelu": (Sample({"approximate": "tanh"}),),
    "hardtanh": (Sample({"min_val": -0.7, "max_val": 2}),),
    "softshrink": (Sample({"lambd": 0.8}), Sample({"lambd": 0})),
    "hardshrink": (Sample({"lambd": 0.8}), Sample({"lambd": 0})),
    "threshold": (
        Sample({"threshold": 0.1, "value": -2.0}),
        Sample({"threshold": -0.4, "value": 1}),
        Sample({"threshold": 0.5, "value": 0.5}),
    ),
    "glu": (_shapes((2, 4, 3), axis=1), _shapes((4,))),
    "swiglu": (_shapes((2, 4, 3), axis=1), _shapes((4,))),
    "power": tuple(
        Sample({"exponent": e}) for e in (2.0, 3.0, -1.0, 0.5, -2.5, 1.0, 0.0, 1 / 3, 2)
    ),
    "clamp": (
        Sample({"min": -0.5}),
        Sample({"max": 0.7}),
        Sample({"min": -0.5, "max": 0.7}),
        Sample({"min": -1, "max": 1}),
    ),
    "matmul": (
        _shapes((3,), (3,)),
        _shapes((3,), (3, 2)),
        _shapes((2, 3), (3,)),
        _shapes((2, 3), (3, 4)),
        _shapes((3,), (2, 3, 2)),
        _shapes((2, 2, 3), (3,)),
        _shapes((2, 2, 3), (2, 3, 2)),
        _shapes((2, 3), (2, 3, 2)),
        _shapes((2, 2, 3), (3, 2)),
        _shapes((2, 1, 2, 3), (3, 3, 1)),
    ),
    "linear": (
        _shapes((4, 3), (2, 3), (2,)),
        _shapes((3,), (2, 3), (2,)),
        _shapes((2, 2, 3), (2, 3), (2,)),
    ),
    "mse": (_shapes((2, 3), (2, 3)), _shapes((), ()), _shapes((4,), (4,))),
    "contract": (
        _shapes((2, 3), (3, 4), subscripts="ab,bc->ac"),
        _shapes((2, 3), (3, 2), subscripts="ab,ba->"),
        _shapes((2, 3, 2), (4, 2, 2), subscripts="abc,dac->bda"),
        _shapes((2,), (3,), subscripts="a,b->ba"),
    ),
    "standardize": (
        _shapes((2, 4), axis=(-1,), eps=1e-5),
        _shapes((3, 2, 2), axis=(0, 2), eps=0.1),
    ),
    "layer_standardize": (
        _shapes((2, 4), (4,), (4,), axis=(-1,), eps=1e-5),
        _shapes((3, 2, 2), (2, 2), (2, 2), axis=(-2, -1), eps=0.1),
    ),
    "batch_standardize": (
        _shapes((4, 3), (1, 3), (1, 3), axis=(0,), eps=1e-5),
        _shapes((3, 2, 2), (1, 2, 1), (1, 2, 1), axis=(0, 2), eps=0.1),
    ),
    "windows": (
        _shapes((2, 5), kernel=(3,), stride=(1,), dilation=(1,)),
        _shapes((5, 6), kernel=(2, 3), stride=(2, 1), dilation=(1, 2)),
    ),
    "fold": (
        _shapes((2, 3, 3), size=(5,), stride=(1,), dilation=(1,)),
        _shapes((2, 2, 2, 3), size=(5, 6), stride=(2, 1), dilation=(2, 2)),
    ),
    "inv": (_shapes((3, 3)), _shapes((2, 2, 2))),
    "det": (_shapes((3, 3)), _shapes((2, 2, 2))),
    "logabsdet": (_shapes((3, 3)), _shapes((2, 2, 2))),
    "solve": (
        _shapes((3, 3), (3, 2)),
        _shapes((2, 2, 2), (2, 1)),
        _shapes((2, 2), (2, 2, 1)),
    ),
    "cholesky": (
        Sample(inputs=(np.array([[2.0, 0.5, -1.0], [0.5, 1.5, 0.3], [-1.0, 0.3, 2.5]]),)),
        Sample(inputs=(np.array([[[1.0, 0.2], [0.2, 0.5]], [[3.0, -1.0], [-1.0, 0.7]]]),)),
    ),
    "cross_entropy": (
        Sample(inputs=((3, 4), np.array([2, 0, 2]))),
        Sample(inputs=((1, 2), np.array([1]))),
    ),
    "huber": tuple(Sample({"delta": d}) for d in (0.4, 3.0, 1)),
    "bernoulli": (Sample(inputs=(np.array([0.2, 0.7, 0.5]), np.array([0.0, 1.0, 0.3]))),),
    "reshape": (_shapes((2, 6), shape=(3, -1)), _shapes((1,), shape=()), _shapes((), shape=(1, 1))),
    "permute_dims": (_shapes((2, 3, 4), axes=(2, 0, 1)), _shapes((2, 3), axes=(-1, 0))),
    "swapaxes": (_shapes((2, 3, 4), axis0=0, axis1=-1),),
    "expand_dims": (_shapes((2, 3), axis=1), _shapes((2, 3), axis=-1), _shapes((3,), axis=0)),
    "broadcast_to": (
        _shapes((3, 1), shape=(2, 3, 4)),
        _shapes((), shape=(2,)),
        _shapes((2, 3), shape=(2, 3)),
    ),
    "concatenate": (
        _shapes((2, 3), (1, 3), n=2),
        _shapes((2, 1), (2, 0), (2, 3), axis=-1, n=3),
        _shapes((2,), n=1),
    ),
    "stack": (_shapes((2, 3), (2, 3), n=2), _shapes((2,), (2,), (2,), axis=-1, n=3)),
    "_getitem": (
        _shapes((4, 5), template=(1, slice(None, None, -2)), n=0),
        _shapes((4, 5), template=(Ellipsis, None, slice(1, 3)), n=0),
        _shapes((4, 5), ROWS, template=(FIRST,), n=1),
        _shapes((4, 5), ROWS, COLUMNS, template=(FIRST, SECOND), n=2),
        _shapes((3, 4), MASK, template=(FIRST,), n=1),
    ),
    "_put_add": (
        _shapes((3,), ROWS, template=(FIRST,), shape=(4,), n=1),
        _shapes((3,), ROWS, COLUMNS, template=(FIRST, SECOND), shape=(4, 5), n=2),
        _shapes((2,), template=(slice(1, 3),), shape=(4,), n=0),
    ),
    "cumsum": (_shapes((4,), axis=0), _shapes((2, 3, 2), axis=-2), _shapes((0, 2), axis=0)),
    "cumprod": (
        _shapes((7,), axis=0),
        _shapes((2, 4, 2), axis=-2),
        _shapes((1, 2), axis=0),
        _shapes((0, 2), axis=0),
    ),
    "prod": (_shapes((3, 1), axis=1), _shapes((0, 2), axis=0), _shapes(()), _shapes((2,))),
    **{
        name: (
            _shapes((2, 3, 2)),
            _shapes((2, 3), axis=1, unbiased=False, keepdims=True),
            _shapes((2, 3, 2), axis=(0, -1), correction=2),
        )
        for name in ("var", "std")
    },
    "norm": (
        _shapes((2, 3, 2)),
        _shapes((2, 3), p=1, axis=0),
        *(_shapes((2, 3), p=p, axis=1, keepdims=True) for p in (3, 2.5, 0.5, -1.5, 2)),
        *(_shapes((2, 3, 2), p=p, axis=(0, -1)) for p in (math.inf, -math.inf, 0)),
    ),
    "astype": (_shapes((2, 3), dtype=np.dtype("float32")),),
    "item": (_shapes(()),),
}
