"""Values, dtypes and shapes are NumPy's, also of special numbers, views and empty arrays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from micrograd_act import Tensor, functional

FLOATS = st.sampled_from(["f2", "f4", "f8"]).map(np.dtype)
WHOLE = st.sampled_from(["i1", "i4", "i8", "u1", "?"]).map(np.dtype)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 300.0, 1e-4, np.inf, -np.inf, np.nan)
LAYOUTS = {
    "as it is": lambda a: a,
    "transposed": lambda a: a.T,
    "reversed": lambda a: a[::-1] if a.ndim else a,
    "every second": lambda a: np.repeat(a, 2, -1)[..., ::2] if a.ndim else a,
}


@st.composite
def arrays(draw, dtypes=FLOATS | WHOLE, count=1):
    dtype, shape = draw(dtypes), draw(SHAPES)
    elements = st.sampled_from(SPECIAL) if dtype.kind == "f" else None
    found = tuple(
        LAYOUTS[draw(st.sampled_from(list(LAYOUTS)))](
            draw(hnp.arrays(dtype, shape, elements=elements))
        )
        for _ in range(count)
    )
    return found[0] if count == 1 else found


def outcome(function, *args):
    """The array that comes out; None where something is raised."""
    with np.errstate(all="ignore"):
        try:
            y = function(*args)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return y.numpy() if isinstance(y, Tensor) else np.asarray(y)


def agree(found, wanted):
    assert (found is None) == (wanted is None)
    if wanted is None:
        return
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    if wanted.dtype.kind != "f":
        assert np.array_equal(found, wanted)
        return
    np.testing.assert_allclose(found, wanted, rtol=4 * np.finfo(wanted.dtype).eps, atol=0)
    zeros = wanted == 0
    assert np.array_equal(np.signbit(found[zeros]), np.signbit(wanted[zeros]))


ONE = {
    "abs": np.abs, "acos": np.arccos, "acosh": np.arccosh, "asin": np.arcsin,
    "asinh": np.arcsinh, "atan": np.arctan, "atanh": np.arctanh, "ceil": np.ceil, "cos": np.cos,
    "cosh": np.cosh, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "floor": np.floor,
    "isfinite": np.isfinite, "isinf": np.isinf, "isnan": np.isnan, "log": np.log,
    "log10": np.log10, "log1p": np.log1p, "log2": np.log2, "logical_not": np.logical_not,
    "neg": np.negative, "reciprocal": lambda x: 1 / x, "round": np.round,
    "rsqrt": lambda x: 1 / np.sqrt(x), "sign": np.sign, "sin": np.sin, "sinh": np.sinh,
    "sqrt": np.sqrt, "square": np.square, "tan": np.tan, "tanh": np.tanh, "trunc": np.trunc,
}  # fmt: skip
TWO = {
    "add": np.add, "atan2": np.arctan2, "div": np.divide, "eq": np.equal,
    "floor_divide": np.floor_divide, "ge": np.greater_equal, "hypot": np.hypot,
    "logaddexp": np.logaddexp, "logical_and": np.logical_and, "lt": np.less,
    "maximum": np.maximum, "minimum": np.minimum, "mul": np.multiply, "pow": np.power,
    "remainder": np.remainder, "sub": np.subtract,
}  # fmt: skip
REDUCING = {
    "all": np.all, "amax": np.max, "amin": np.min, "any": np.any, "mean": np.mean,
    "prod": np.prod, "sum": np.sum,
}  # fmt: skip
ALONG = {
    "argmax": np.argmax, "argmin": np.argmin, "cumprod": np.cumprod, "cumsum": np.cumsum,
    "flip": np.flip, "sort": np.sort,
}  # fmt: skip
MOVING = {
    "cat": (lambda F, x: F.cat([x, x[:1]]), lambda x: np.concatenate([x, x[:1]])),
    "clamp": (lambda F, x: F.clamp(x, 1, 2), lambda x: np.clip(x, 1, 2)),
    "diagonal": (lambda F, x: F.diagonal(x, 1, -1, 0), lambda x: np.diagonal(x, 1, -1, 0)),
    "every second": (lambda F, x: x[..., ::-2], lambda x: x[..., ::-2]),
    "expand_dims": (lambda F, x: F.unsqueeze(x, 0), lambda x: np.expand_dims(x, 0)),
    "mask": (lambda F, x: x[x > 0.5], lambda x: x[x > 0.5]),
    "movedim": (lambda F, x: F.movedim(x, 0, -1), lambda x: np.moveaxis(x, 0, -1) if x.ndim else x),
    "repeat": (lambda F, x: F.repeat_interleave(x, 3), lambda x: np.repeat(x, 3)),
    "reshape": (lambda F, x: F.reshape(x, (-1,)), np.ravel),
    "roll": (lambda F, x: F.roll(x, (1, -2), (0, -1)), lambda x: np.roll(x, (1, -2), (0, -1))),
    "squeeze": (lambda F, x: F.squeeze(x), np.squeeze),
    "stack": (lambda F, x: F.stack([x, x], -1), lambda x: np.stack([x, x], -1)),
    "tile": (lambda F, x: F.tile(x, 2, 2), lambda x: np.tile(x, (2, 2))),
    "triu": (lambda F, x: F.triu(x, 1), lambda x: np.triu(x, 1) if x.ndim > 1 else x[0.5]),
    "where": (lambda F, x: F.where(x > 0, x, -x), lambda x: np.where(x > 0, x, -x)),
}


@pytest.mark.parametrize("name", ONE)
@settings(max_examples=25)
@given(x=arrays())
def test_functions_of_one_array(name, x):
    agree(outcome(getattr(functional, name), Tensor(x)), outcome(ONE[name], x))


@pytest.mark.parametrize("name", TWO)
@settings(max_examples=40)
@given(pair=arrays(count=2))
def test_functions_of_two_arrays(name, pair):
    a, b = pair
    agree(outcome(getattr(functional, name), Tensor(a), Tensor(b)), outcome(TWO[name], a, b))


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
@pytest.mark.parametrize("name", REDUCING)
@settings(max_examples=40)
@given(data=st.data())
def test_reductions(name, data):
    x = data.draw(arrays(FLOATS if name == "mean" else FLOATS | WHOLE))
    every = st.integers(-x.ndim - 1, x.ndim)
    # without axes some of NumPy's take axis 0
    axis = data.draw(st.none() | every | st.tuples(every, every) if x.ndim else st.none())
    keepdims = data.draw(st.booleans())
    found = outcome(lambda t: getattr(functional, name)(t, axis, keepdims), Tensor(x))
    agree(found, outcome(lambda a: REDUCING[name](a, axis=axis, keepdims=keepdims), x))


@pytest.mark.parametrize("name", ALONG)
@settings(max_examples=40)
@given(data=st.data())
def test_functions_along_an_axis(name, data):
    x = data.draw(arrays().filter(np.ndim))  # without axes NumPy takes axis 0
    axis = data.draw(st.integers(-x.ndim - 1, x.ndim))

    def along(t):
        found = getattr(functional, name)(t, axis)
        return found.values if name == "sort" else found

    agree(outcome(along, Tensor(x)), outcome(lambda a: ALONG[name](a, axis=axis), x))


@pytest.mark.parametrize("name", MOVING)
@settings(max_examples=25)
@given(x=arrays())
def test_functions_that_move(name, x):
    ours, theirs = MOVING[name]
    agree(outcome(lambda t: ours(functional, t), Tensor(x)), outcome(theirs, x))


def test_a_difference_is_noticed():
    x = np.array([0.0, -0.0, np.nan, np.inf])
    for wrong in (x + 0.0, x.astype("f4"), x[None], np.nan_to_num(x, posinf=np.inf)):
        with pytest.raises(AssertionError):
            agree(wrong, x)


def test_the_mean_of_float16_does_not_overflow():
    assert functional.mean(Tensor(np.full(100, 1000.0, np.float16))).item() == 1000.0
