"""NumPy's functions called on nodes: NumPy's values, the right gradients, no object arrays."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, exp, grad, no_grad, tensor
from micrograd_act.graph import protocols
from micrograd_act.graph.derivatives import between
from micrograd_act.ops import REGISTRY

A = np.array([[0.3, -1.2, 0.7], [2.0, 0.4, -0.6]])
B = np.array([0.5, 1.5, 2.5])
POSITIVE = np.abs(A) + 0.5


def slopes(f, *arrays, h=1e-6):
    """The gradients of the weighted sum of f by differences of NumPy's own function."""
    weights = np.cos(np.arange(np.size(f(*arrays)))).reshape(np.shape(f(*arrays)))
    found = []
    for i, x in enumerate(arrays):
        g = np.zeros_like(x)
        for at in np.ndindex(x.shape):
            e = np.zeros_like(x)
            e[at] = h
            ends = [np.sum(weights * f(*arrays[:i], x + s * e, *arrays[i + 1 :])) for s in (1, -1)]
            g[at] = (ends[0] - ends[1]) / (2 * h)
        found.append(g)
    return weights, found


CASES = {
    "exp": (np.exp, A),
    "log": (np.log, POSITIVE),
    "sqrt": (np.sqrt, POSITIVE),
    "tanh": (np.tanh, A),
    "sin": (np.sin, A),
    "abs": (np.abs, A),
    "negative": (np.negative, A),
    "square": (np.square, A),
    "reciprocal": (np.reciprocal, POSITIVE),
    "add": (np.add, A, B),
    "subtract": (np.subtract, A, B),
    "multiply": (np.multiply, A, B),
    "divide": (np.divide, A, B),
    "power": (np.power, POSITIVE, B),
    "power of a number": (lambda x: np.power(x, 3), A),
    "maximum": (np.maximum, A, B),
    "minimum": (np.minimum, A, B),
    "matmul": (lambda a, b: np.matmul(a, b.T), A, POSITIVE),
    "dot": (np.dot, A, B),
    "sum": (np.sum, A),
    "arctan": (np.arctan, A),
    "arctan2": (np.arctan2, A, B),
    "exp2": (np.exp2, A),
    "logaddexp": (np.logaddexp, A, B),
    "remainder": (np.remainder, A + 0.03, B),
    "floor": (np.floor, A + 0.03),
    "sum over an axis": (lambda x: np.sum(x, axis=0), A),
    "sum kept": (lambda x: np.sum(x, 1, keepdims=True), A),
    "prod": (lambda x: np.prod(x, axis=1, keepdims=True), A),
    "cumsum": (lambda x: np.cumsum(x, 0), A),
    "cumsum flat": (np.cumsum, A),
    "cumprod": (lambda x: np.cumprod(x, axis=-1), A),
    "mean": (lambda x: np.mean(x, axis=-1), A),
    "max": (lambda x: np.max(x, axis=1), A),
    "amin": (np.amin, A),
    "var": (lambda x: np.var(x, axis=1), A),
    "var of a sample": (lambda x: np.var(x, ddof=1), A),
    "std": (lambda x: np.std(x, 0, keepdims=True), A),
    "concatenate": (lambda a, b: np.concatenate([a, b[None, :]]), A, B),
    "concatenate flat": (lambda a, b: np.concatenate([a, b], axis=None), A, B),
    "stack": (lambda a, b: np.stack([a[0], b], axis=1), A, B),
    "where": (lambda a, b: np.where(A > 0, a, b), A, B),
    "reshape": (lambda x: np.reshape(x, (3, -1)), A),
    "ravel": (np.ravel, A),
    "squeeze": (lambda x: np.squeeze(x[:, :1]), A),
    "transpose": (np.transpose, A),
    "transpose given": (lambda x: np.transpose(x[None], (2, 0, 1)), A),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 1), A),
    "expand_dims": (lambda x: np.expand_dims(x, 1), A),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 3)), B),
    "clip": (lambda x: np.clip(x, -0.5, 0.5), A),
    "clip to arrays": (lambda a, b: np.clip(a, None, b), A, B),
    "array on the left": (lambda x: POSITIVE * x + (B - x) / POSITIVE, A),
    "array to a power": (lambda x: POSITIVE**x, A),
    "array times matrix": (lambda x: A.T @ x, A),
    "number on the left": (lambda x: np.float64(2.0) * x, A),
}


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient(name):
    f, *arrays = CASES[name]
    xs = [Tensor(x, requires_grad=True) for x in arrays]
    y = f(*xs)
    assert type(y) is Tensor
    np.testing.assert_allclose(y.data, f(*arrays), rtol=1e-14)
    weights, expected = slopes(f, *arrays)
    for found, g in zip(grad(y, xs, weights), expected, strict=True):
        np.testing.assert_allclose(found.data, g, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("f", [np.exp, np.tanh, np.sqrt, np.square, np.negative, np.reciprocal])
def test_of_a_value(f):
    x = Value(0.7)
    y = f(x)
    y.backward()
    assert type(y) is Value
    assert y.data == pytest.approx(float(f(0.7)))
    assert x.grad == pytest.approx((f(0.7 + 1e-6) - f(0.7 - 1e-6)) / 2e-6, rel=1e-7)


def test_numbers_and_arrays_beside_a_value():
    x = Value(3.0)
    for y in (np.float64(2.0) * x, np.multiply(2, x), np.add(x, x), 2.0 * np.positive(x)):
        assert type(y) is Value
        assert y.data == 6.0
    y = B * x
    assert type(y) is Tensor
    y.sum().backward()
    assert x.grad == B.sum()
    assert np.sum(np.stack([x, x])).data == 6.0
    assert np.sum(x).data == 3.0


def test_the_op_is_the_registered_one():
    t = tensor([0.5], requires_grad=True)
    assert np.exp(t).op is exp
    assert np.max(t).op == REGISTRY["amax"].bind(axis=None, keepdims=False)
    assert (B[:1] * t).op is REGISTRY["mul"]
    assert len(between([np.sum(np.exp(t))], [t])) == 2


def test_lists_are_arrays():
    t = tensor([0.5, 1.0, 2.0], requires_grad=True)
    assert np.add(t, [1, 2, 3]).tolist() == [1.5, 3.0, 5.0]
    assert np.add([1, 2, 3], t).tolist() == [1.5, 3.0, 5.0]
    assert np.maximum([1, 2, 1], t).tolist() == [1.0, 2.0, 2.0]
    assert np.concatenate([t, [7.0]]).tolist() == [0.5, 1.0, 2.0, 7.0]


def test_dtypes_stay():
    t = tensor(np.float32([0.5, 1.5, 2.5]), requires_grad=True)
    for y in (np.exp(t), B * t, np.mean(t), np.var(t), np.add(t, 1.0), np.float64(2) * t,
              np.clip(t, 0, 1), np.where(B > 1, t, 0.0), np.concatenate([t, t])):  # fmt: skip
        assert y.dtype == np.float32


def test_what_has_no_derivative_is_of_the_data():
    t = Tensor(A, requires_grad=True)
    for relation in (np.less, np.greater_equal, np.equal, np.not_equal):
        y = relation(B, t)
        assert type(y) is Tensor
        assert not y.requires_grad
        np.testing.assert_array_equal(y.data, relation(B, A))
    np.testing.assert_array_equal((B < t).data, B < A)  # noqa: SIM300
    np.testing.assert_array_equal(np.isnan(t).data, np.isnan(A))
    np.testing.assert_array_equal(np.logical_and(t > 0, t < 1).data, (A > 0) & (A < 1))
    assert np.isfinite(Value(1.0)) is np.True_
    assert np.shape(t) == (2, 3)
    assert np.argmax(t) == 3
    assert np.allclose(t, A)
    assert np.zeros_like(t).tolist() == [[0.0] * 3] * 2
    np.testing.assert_array_equal(np.where(t > 1), np.where(A > 1))


def test_asarray():
    t = Tensor(A, requires_grad=True)
    np.testing.assert_array_equal(np.asarray(t), A)
    assert not np.asarray(t).flags.writeable
    assert np.array(t, dtype=np.float32).dtype == np.float32
    v = np.asarray(Value(2.5))
    assert (v.dtype, v.shape, v[()]) == (np.float64, (), 2.5)
    assert np.array([Value(1.0), Value(2.0)]).dtype == np.float64
    for nested in ([Value(1.0)], [[Value(1.0)], [2.0]], ([tensor(1.0)],)):
        with pytest.raises(TypeError, match="list of nodes"):
            Tensor(nested)


REFUSED = {
    "no rule": (lambda t: np.sinc(t), r"np\.sinc has no rule for Tensor.*np\.sin\b"),
    "nothing akin": (
        lambda t: np.percentile(t, 50),
        r"has no rule for Tensor; for the numbers",
    ),
    "linalg": (
        lambda t: np.linalg.svd(t),
        r"svd has no rule for Tensor; the closest.* np\.linalg\.",
    ),
    "ufunc without rule": (lambda t: np.nextafter(t, 1.0), "has no rule"),
    "two results": (lambda t: np.modf(t), "modf has no rule"),
    "reduce": (lambda t: np.add.reduce(t), r"np\.add\.reduce has no rule.*use np\.sum"),
    "outer": (lambda t: np.multiply.outer(t, t), r"np\.multiply\.outer has no rule"),
    "at": (lambda t: np.add.at(np.ones(3), [0], t), r"np\.add\.at has no rule"),
    "out": (lambda t: np.exp(t, out=np.ones((2, 3))), r"np\.exp: out= would write"),
    "out of a function": (lambda t: np.sum(t, out=np.array(0.0)), r"np\.sum: out= would write"),
    "out of concatenate": (lambda t: np.concatenate([t], out=A.copy()), "out= would write"),
    "out of the data": (lambda t: np.less(t, t, out=A > 0), "out= would write"),
    "dtype": (lambda t: np.sum(t, dtype=np.float32), r"np\.sum: nodes do not support dtype="),
    "where": (lambda t: np.mean(t, where=A > 0), r"np\.mean: nodes do not support where="),
    "ufunc where": (lambda t: np.exp(t, where=A > 0), r"np\.exp: nodes do not support where="),
    "order": (lambda t: np.reshape(t, -1, order="F"), r"np\.reshape: nodes do not support order="),
    "objects": (lambda t: np.array([None] * 3) * t, "object"),
    "text": (lambda t: np.add(t, "a"), "unsupported operand|cannot"),
    "copyto": (lambda t: np.copyto(A.copy(), t), "copyto has no rule"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    call, message = REFUSED[name]
    with pytest.raises(TypeError, match=message):
        call(Tensor(A, requires_grad=True))


def test_an_array_is_not_written_through_an_operator():
    array = np.ones(3)
    with pytest.raises(TypeError, match=r"x = x \+ y"):
        array += tensor(B)
    assert array.tolist() == [1.0, 1.0, 1.0]


@np.errstate(all="ignore")
def test_no_function_of_numpy_gives_an_object_array():
    """Every ufunc, and every function of one argument: a node, plain numbers or a TypeError."""
    t, v = Tensor(POSITIVE[0], requires_grad=True), Value(0.5)
    functions = {f for f in vars(np).values() if isinstance(f, np.ufunc)}
    functions |= {f for f in vars(np).values() if hasattr(f, "_implementation")}
    assert len(functions) > 250
    seen = 0
    for f in sorted(functions, key=lambda f: f.__name__):
        for x in (t, v):
            for args in ((x,), (x, 2), (B, x)):
                try:
                    result = f(*args)
                except (TypeError, ValueError, AttributeError, IndexError):
                    continue
                if isinstance(result, (Tensor, Value)):
                    seen += 1
                    result = result.data
                members = result if isinstance(result, (list, tuple)) else [result]
                assert all(str(getattr(m, "dtype", "")) != "object" for m in members), f
    assert seen > 100


def test_under_no_grad_nothing_is_recorded():
    t = Tensor(A, requires_grad=True)
    with no_grad():
        assert not np.exp(t).requires_grad
        assert not np.sum(B * t).requires_grad


def test_every_name_in_the_table_is_a_function_of_numpy_or_absent_from_the_registry():
    for name, op in protocols._NAMES.items():
        assert isinstance(getattr(np, name), np.ufunc), op
    for name in protocols._SAME:
        assert name in REGISTRY


def test_the_first_call_of_a_process_works():
    """The table is imported by the first use; both protocols have to survive that."""
    import subprocess
    import sys

    code = (
        "import sys, numpy as np, micrograd_act as m; t = m.tensor([1.0, 2.0]);"
        "assert 'micrograd_act.graph.protocols' not in sys.modules;"
        "y = {}; assert type(y) is m.Tensor, y; print(float(np.sum(y)))"
    )
    for first in ("np.ones(2) * t", "np.stack([t])"):
        run = subprocess.run(
            [sys.executable, "-c", code.format(first)], capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == "3.0"
