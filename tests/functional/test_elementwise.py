"""Elementwise functions on everything that they accept, and what they refuse."""

import math

import numpy as np
import pytest

from micrograd_act import Value, grad, tensor
from micrograd_act import functional as F  # noqa: N812

UNARY = {
    "exp2": 2**0.3,
    "log2": math.log2(0.3),
    "log10": math.log10(0.3),
    "rsqrt": 1 / math.sqrt(0.3),
    "square": 0.09,
    "reciprocal": 1 / 0.3,
    "tan": math.tan(0.3),
    "asin": math.asin(0.3),
    "acos": math.acos(0.3),
    "atan": math.atan(0.3),
    "sinh": math.sinh(0.3),
    "cosh": math.cosh(0.3),
    "asinh": math.asinh(0.3),
    "atanh": math.atanh(0.3),
    "logit": math.log(3 / 7),
    "round": 0.0,
    "floor": 0.0,
    "ceil": 1.0,
    "trunc": 0.0,
}
PAIRS = {
    "atan2": math.atan2(7.0, -3.0),
    "hypot": math.sqrt(58),
    "remainder": -2.0,
    "logaddexp": math.log(math.exp(7) + math.exp(-3)),
}


@pytest.mark.parametrize("name", UNARY)
def test_function_and_methods(name):
    function, wanted = getattr(F, name), pytest.approx(UNARY[name], rel=1e-15)
    assert function(0.3) == wanted
    assert getattr(Value(0.3), name)().data == wanted
    for y in (function([0.3]), function(tensor([0.3])), getattr(tensor([0.3]), name)()):
        assert y[0].item() == wanted
    x = Value(0.3)
    assert function(x).requires_grad


@pytest.mark.parametrize("name", PAIRS)
def test_functions_of_two(name):
    function, wanted = getattr(F, name), pytest.approx(PAIRS[name], rel=1e-15)
    assert function(7.0, -3.0) == wanted
    assert function(Value(7.0), -3.0).data == wanted
    assert function(tensor([7.0]), tensor(-3.0)).item() == wanted
    assert getattr(tensor([7.0]), name)(-3.0).item() == wanted
    assert getattr(Value(7.0), name)(-3.0).data == wanted
    with pytest.raises(TypeError, match=f"{name}: cannot compute with str"):
        getattr(Value(7.0), name)("x")


@pytest.mark.parametrize("kind", [Value, lambda x: tensor([x])])
def test_arithmetic_has_methods_too(kind):
    x = kind(3.0)
    found = [x.add(2), x.sub(2), x.mul(2), x.div(2), x.pow(2), x.square(), x.maximum(5.0)]
    assert [y.item() for y in found] == [5.0, 1.0, 6.0, 1.5, 9.0, 9.0, 5.0]
    assert [y.item() for y in (x.minimum(2.0), x.clamp(max=1), x.clip(4, 5))] == [2.0, 1.0, 4.0]


@pytest.mark.parametrize("kind", [Value, lambda x: tensor(x, requires_grad=True)])
def test_remainder_has_the_divisors_sign(kind):
    for a, b, y in ((7.0, 3.0, 1.0), (-7.0, 3.0, 2.0), (7.0, -3.0, -2.0), (6.0, 3.0, 0.0)):
        left, right = kind(a), kind(b)
        assert (left % right).item() == (left % b).item() == (a % right).item() == y
        gradients = grad(left % right, (left, right))
        assert [g.item() for g in gradients] == [1.0, -math.floor(a / b)]


def test_remainder_by_the_rounded_quotient():
    x, step = Value(1.0), Value(0.1)  # 1.0 / 0.1 is 10 in floating point, but 0.1 is above 1/10
    assert (x % step).data == pytest.approx(0.1)
    assert grad(x % step, step).data == -9.0


def test_rounding():
    x = tensor([-2.5, -0.4, 0.5, 1.5, 2.5, math.inf, math.nan], requires_grad=True)
    np.testing.assert_array_equal(F.round(x).numpy(), [-2, -0.0, 0, 2, 2, math.inf, math.nan])
    assert np.signbit(F.round(x).numpy()).tolist() == [
        True,
        True,
        False,
        False,
        False,
        False,
        False,
    ]
    F.round(x)[:6].sum().backward()
    assert x.grad.tolist()[:6] == [0.0] * 6
    assert F.round(2.675, decimals=1) == pytest.approx(2.7)
    assert F.round([1234.0], decimals=-2).tolist() == [1200.0]
    for function in (F.floor, F.ceil, F.trunc, F.round):
        assert math.copysign(1.0, function(-0.0)) == -1.0
        assert function(math.inf) == math.inf
        assert math.isnan(function(math.nan))


def test_xlogy_at_zero():
    x = tensor([0.0, 0.0, 2.0], requires_grad=True)
    z = F.xlogy(x, tensor([0.0, 3.0, 3.0]))
    np.testing.assert_allclose(z.numpy(), [0.0, 0.0, 2 * math.log(3)])
    z.sum().backward()
    np.testing.assert_allclose(x.grad, [0.0, math.log(3), math.log(3)])
    assert math.isnan(F.xlogy(0.0, math.nan))
    assert F.xlogy(0.0, 0.0) == 0.0


def test_logit_limited():
    x = tensor([0.0, 0.3, 1.0], requires_grad=True)
    y = F.logit(x, 0.1)
    np.testing.assert_allclose(y.numpy(), [-math.log(9), math.log(3 / 7), math.log(9)])
    y.sum().backward()
    np.testing.assert_allclose(x.grad, [0.0, 1 / 0.21, 0.0])


def test_slopes_at_far_inputs_neither_overflow_nor_warn():
    x = tensor([1e200], requires_grad=True)
    for function in (F.atan, F.asinh, F.acosh):
        x.grad = None
        function(x).sum().backward()
        assert x.grad[0] == pytest.approx(0.0 if function is F.atan else 1e-200)
    a, b = Value(1e-200), Value(1e-200)
    assert [g.data for g in grad(F.atan2(a, b), (a, b))] == pytest.approx([5e199, -5e199])


COMPARISONS = {
    "eq": [False, True, False],
    "ne": [True, False, True],
    "lt": [True, False, False],
    "le": [True, True, False],
    "gt": [False, False, True],
    "ge": [False, True, True],
}


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons(name):
    function, x = getattr(F, name), tensor([1.0, 2.0, 3.0], requires_grad=True)
    for y in (function(x, 2), function(x, [2.0, 2.0, 2.0]), getattr(x, name)(tensor(2.0))):
        assert y.tolist() == COMPARISONS[name]
        assert y.dtype == bool
        assert not y.requires_grad
    assert function([1, 2, 3], 2).tolist() == COMPARISONS[name]
    assert function(1.0, Value(2.0)) is COMPARISONS[name][0]
    with pytest.raises(ValueError, match=rf"{name}: shapes \(3,\) and \(2,\) do not broadcast"):
        function(x, [1.0, 2.0])
    with pytest.raises(TypeError, match=f"{name}: cannot compare Tensor with str"):
        function(x, "2")


def test_tests_of_elements():
    x = tensor([1.0, math.inf, -math.inf, math.nan])
    assert F.isnan(x).tolist() == x.isnan().tolist() == [False, False, False, True]
    assert F.isinf(x).tolist() == x.isinf().tolist() == [False, True, True, False]
    assert F.isfinite(x).tolist() == x.isfinite().tolist() == [True, False, False, False]
    assert F.isnan(math.nan) is True
    assert F.isinf([1.0, math.inf]).tolist() == [False, True]
    assert F.isfinite(Value(1.0)) is True


def test_logical_functions():
    a, b = tensor([True, True, False]), [True, False, False]
    assert F.logical_and(a, b).tolist() == [True, False, False]
    assert a.logical_or(tensor(b)).tolist() == [True, True, False]
    assert F.logical_xor(a, b).tolist() == [False, True, False]
    assert F.logical_not(a).tolist() == (~a).tolist() == [False, False, True]


def test_limits_may_be_arrays():
    x = tensor([-2.0, 0.5, 3.0], requires_grad=True)
    low = tensor([-1.0, 0.5, np.nan], requires_grad=True)
    y = x.clamp(low, np.array([1.0, 1.0, 9.0]))
    assert np.array_equal(y.data, [-1.0, 0.5, np.nan], equal_nan=True)
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 0.0]
    assert low.grad.tolist() == [1.0, 0.0, 1.0]
    assert F.clamp(Value(3.0), max=Value(2.0)).data == 2.0
    with pytest.raises(ValueError, match=r"clamp: shapes \(3,\) and \(2,\) do not broadcast"):
        x.clamp(np.ones(2))
    with pytest.raises(TypeError, match="clamp: a limit is a number or an array, got str"):
        x.clamp("low")
    with pytest.raises(ValueError, match="div: rounding_mode is None, 'trunc' or 'floor'"):
        F.div(x, 2, rounding_mode="up")


def test_a_number_beside_an_array_has_the_arrays_dtype():
    narrow = np.array([-1.0, 2.0], np.float32)
    for found in (F.maximum(narrow, 0.0), F.where(narrow > 0, narrow, 0.0), F.add(1, narrow)):
        assert found.dtype == np.float32
    assert F.maximum(np.array([1, 2]), 0.5).dtype == np.float64
    assert F.add(narrow, np.float64(1.0)).dtype == np.float64
