"""Tensors as text. The expected texts are those that PyTorch 2.13 prints, its dtype left out."""

import numpy as np
import pytest
from numpy import arange, array, float16, float32, inf, nan, zeros

from micrograd_act import Tensor, Value, no_grad, tensor

# fmt: off
PRINTED = [
    # whole numbers
    ([-2.0, -1.0, 0.0, 1.0, 2.0], "tensor([-2., -1.,  0.,  1.,  2.])"),
    ([1.0], "tensor([1.])"),
    ([-1.0, 20.0], "tensor([-1., 20.])"),
    ([0.0, 0.0], "tensor([0., 0.])"),
    ([1000.0, 1.0], "tensor([1000.,    1.])"),
    ([99999999.0], "tensor([99999999.])"),
    ([100000000.0], "tensor([100000000.])"),
    ([2.0, 3.0, 100.0], "tensor([  2.,   3., 100.])"),
    # decimals
    ([0.5, 1.25], "tensor([0.5000, 1.2500])"),
    ([-1.5, 2.25], "tensor([-1.5000,  2.2500])"),
    ([1/3, 2/3], "tensor([0.3333, 0.6667])"),
    ([0.0001, 0.1], "tensor([0.0001, 0.1000])"),
    ([1000.0, 1.5], "tensor([1000.0000,    1.5000])"),
    ([12345.678], "tensor([12345.6780])"),
    ([9.99995], "tensor([10.0000])"),
    ([-0.00014, -0.1], "tensor([-0.0001, -0.1000])"),
    ([2.5, 3.5, 4.5], "tensor([2.5000, 3.5000, 4.5000])"),
    # exponents
    ([1e-5, 1.0], "tensor([1.0000e-05, 1.0000e+00])"),
    ([1e5, 1.0], "tensor([1.0000e+05, 1.0000e+00])"),
    ([1e8, 1.0], "tensor([1.0000e+08, 1.0000e+00])"),
    ([123456789.0], "tensor([1.2346e+08])"),
    ([1000.5, 1.0], "tensor([1.0005e+03, 1.0000e+00])"),
    ([1001.0, 1.0], "tensor([1.0010e+03, 1.0000e+00])"),
    ([0.99e-4], "tensor([9.9000e-05])"),
    ([1e-300], "tensor([1.0000e-300])"),
    ([1e300], "tensor([1.0000e+300])"),
    ([-1e5, 1.0], "tensor([-1.0000e+05,  1.0000e+00])"),
    ([16777216.0, 0.5], "tensor([1.6777e+07, 5.0000e-01])"),
    ([1e-8, -1.0, 0.0], "tensor([ 1.0000e-08, -1.0000e+00,  0.0000e+00])"),
    # nan and infinities
    ([nan, 1.0], "tensor([nan, 1.])"),
    ([inf, -1.0], "tensor([inf, -1.])"),
    ([-inf, 0.5], "tensor([  -inf, 0.5000])"),
    ([nan], "tensor([nan])"),
    ([inf, nan, -inf], "tensor([inf, nan, -inf])"),
    ([nan, 1e-6], "tensor([       nan, 1.0000e-06])"),
    ([nan, inf, 1.5], "tensor([   nan,    inf, 1.5000])"),
    (
        [[nan, inf], [1.0, 2.0]],
        "tensor([[nan, inf],\n"
        "        [1., 2.]])",
    ),
    (
        [[nan, -inf], [1.5, 2.0]],
        "tensor([[   nan,   -inf],\n"
        "        [1.5000, 2.0000]])",
    ),
    # signed zeros
    ([-0.0], "tensor([-0.])"),
    ([-0.0, 0.5], "tensor([-0.0000, 0.5000])"),
    ([0.0, -0.0, 2.0], "tensor([0., -0., 2.])"),
    # one number
    (3.0, "tensor(3.)"),
    (3.14159, "tensor(3.1416)"),
    (-0.0, "tensor(-0.)"),
    (1e-5, "tensor(1.0000e-05)"),
    (1e10, "tensor(1.0000e+10)"),
    (nan, "tensor(nan)"),
    (-inf, "tensor(-inf)"),
    (-1e-9, "tensor(-1.0000e-09)"),
    # nothing
    (zeros(0), "tensor([])"),
    (zeros((0, 3)), "tensor([], size=(0, 3))"),
    (zeros((2, 0)), "tensor([], size=(2, 0))"),
    (zeros((2, 0, 3)), "tensor([], size=(2, 0, 3))"),
    # matrices
    (
        [[1.0, 2.0], [3.0, 4.0]],
        "tensor([[1., 2.],\n"
        "        [3., 4.]])",
    ),
    (
        [[1.5, -2.0], [30.0, 4.0]],
        "tensor([[ 1.5000, -2.0000],\n"
        "        [30.0000,  4.0000]])",
    ),
    (
        [[1.0], [2.0]],
        "tensor([[1.],\n"
        "        [2.]])",
    ),
    ([[1e-6, 1.0]], "tensor([[1.0000e-06, 1.0000e+00]])"),
    (
        arange(12.0).reshape(3, 2, 2) / 8,
        "tensor([[[0.0000, 0.1250],\n"
        "         [0.2500, 0.3750]],\n"
        "\n"
        "        [[0.5000, 0.6250],\n"
        "         [0.7500, 0.8750]],\n"
        "\n"
        "        [[1.0000, 1.1250],\n"
        "         [1.2500, 1.3750]]])",
    ),
    (
        arange(4.0).reshape(1, 1, 2, 2),
        "tensor([[[[0., 1.],\n"
        "          [2., 3.]]]])",
    ),
    # long lines
    (
        arange(30.0),
        "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n"
        "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n"
        "        28., 29.])",
    ),
    (
        arange(30.0).reshape(2, 15) * 1001,
        "tensor([[    0.,  1001.,  2002.,  3003.,  4004.,  5005.,  6006.,  7007.,  8008.,\n"
        "          9009., 10010., 11011., 12012., 13013., 14014.],\n"
        "        [15015., 16016., 17017., 18018., 19019., 20020., 21021., 22022., 23023.,\n"
        "         24024., 25025., 26026., 27027., 28028., 29029.]])",
    ),
    (
        arange(24.0).reshape(2, 12) / 3,
        "tensor([[0.0000, 0.3333, 0.6667, 1.0000, 1.3333, 1.6667, 2.0000, 2.3333, 2.6667,\n"
        "         3.0000, 3.3333, 3.6667],\n"
        "        [4.0000, 4.3333, 4.6667, 5.0000, 5.3333, 5.6667, 6.0000, 6.3333, 6.6667,\n"
        "         7.0000, 7.3333, 7.6667]])",
    ),
    # more than a thousand
    (arange(1001.0), "tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.])"),
    (
        arange(1600.0).reshape(40, 40) / 3,
        "tensor([[0.0000e+00, 3.3333e-01, 6.6667e-01,  ..., 1.2333e+01, 1.2667e+01,\n"
        "         1.3000e+01],\n"
        "        [1.3333e+01, 1.3667e+01, 1.4000e+01,  ..., 2.5667e+01, 2.6000e+01,\n"
        "         2.6333e+01],\n"
        "        [2.6667e+01, 2.7000e+01, 2.7333e+01,  ..., 3.9000e+01, 3.9333e+01,\n"
        "         3.9667e+01],\n"
        "        ...,\n"
        "        [4.9333e+02, 4.9367e+02, 4.9400e+02,  ..., 5.0567e+02, 5.0600e+02,\n"
        "         5.0633e+02],\n"
        "        [5.0667e+02, 5.0700e+02, 5.0733e+02,  ..., 5.1900e+02, 5.1933e+02,\n"
        "         5.1967e+02],\n"
        "        [5.2000e+02, 5.2033e+02, 5.2067e+02,  ..., 5.3233e+02, 5.3267e+02,\n"
        "         5.3300e+02]])",
    ),
    (
        arange(1200.0).reshape(2, 3, 200) + 0.5,
        "tensor([[[5.0000e-01, 1.5000e+00, 2.5000e+00,  ..., 1.9750e+02,\n"
        "          1.9850e+02, 1.9950e+02],\n"
        "         [2.0050e+02, 2.0150e+02, 2.0250e+02,  ..., 3.9750e+02,\n"
        "          3.9850e+02, 3.9950e+02],\n"
        "         [4.0050e+02, 4.0150e+02, 4.0250e+02,  ..., 5.9750e+02,\n"
        "          5.9850e+02, 5.9950e+02]],\n"
        "\n"
        "        [[6.0050e+02, 6.0150e+02, 6.0250e+02,  ..., 7.9750e+02,\n"
        "          7.9850e+02, 7.9950e+02],\n"
        "         [8.0050e+02, 8.0150e+02, 8.0250e+02,  ..., 9.9750e+02,\n"
        "          9.9850e+02, 9.9950e+02],\n"
        "         [1.0005e+03, 1.0015e+03, 1.0025e+03,  ..., 1.1975e+03,\n"
        "          1.1985e+03, 1.1995e+03]]])",
    ),
    # integers and truth
    (array([1, 2, 3]), "tensor([1, 2, 3])"),
    (array([-1, 20]), "tensor([-1, 20])"),
    (array(5), "tensor(5)"),
    (
        array([[1, 2], [3, -4]]),
        "tensor([[ 1,  2],\n"
        "        [ 3, -4]])",
    ),
    (array([True, False]), "tensor([ True, False])"),
    (array(True), "tensor(True)"),
    (arange(1001), "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
    # narrow dtypes
    (array([0.1, 0.2], float32), "tensor([0.1000, 0.2000])"),
    (array([1 / 3], float32), "tensor([0.3333])"),
    (array(3, float32), "tensor(3.)"),
    (array([1e-5, 1], float32), "tensor([1.0000e-05, 1.0000e+00])"),
    (array([16777216.0, 0.5], float32), "tensor([1.6777e+07, 5.0000e-01])"),
    (array([0.1, 0.2], float16), "tensor([0.1000, 0.2000])"),
    (array([65504.0], float16), "tensor([65504.])"),
]
# fmt: on


@pytest.mark.parametrize(("numbers", "text"), PRINTED, ids=[text[:60] for _, text in PRINTED])
def test_numbers(numbers, text):
    x = Tensor(numbers)
    printed = (
        repr(x)
        .replace(f", dtype={x.dtype.name})", ")")
        .replace(f",\n       dtype={x.dtype.name})", ")")
    )
    assert printed == text
    assert str(x) == repr(x) == f"{x}"


def test_what_stands_behind_the_numbers():
    x = tensor([1.0, 2.0], requires_grad=True)
    assert repr(x) == "tensor([1., 2.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2., 4.], op=mul)"
    assert repr(x.detach()) == "tensor([1., 2.])"
    with no_grad():
        assert repr(x * 2) == "tensor([2., 4.])"
    narrow = Tensor([1.5], dtype=np.float32, requires_grad=True)
    assert repr(narrow) == "tensor([1.5000], dtype=float32, requires_grad=True)"
    assert repr(Tensor(np.zeros((2, 0)), dtype=np.float16)) == (
        "tensor([], size=(2, 0), dtype=float16)"
    )
    assert repr(Tensor(np.zeros((0, 3), int))) == "tensor([], size=(0, 3), dtype=int64)"
    assert repr(Tensor(np.zeros(0, bool))) == "tensor([], dtype=bool)"
    assert repr(tensor(2.0).sum()) == "tensor(2.)"


@pytest.mark.parametrize(("n", "breaks"), [(6, False), (7, True), (9, True), (10, False)])
def test_a_note_that_does_not_fit_on_the_line_goes_on_the_next(n, breaks):
    """PyTorch 2.13 breaks at the same widths."""
    text = repr(Tensor([0.5] * n, requires_grad=True))
    gap = ",\n       " if breaks else ", "
    assert text.endswith(f"0.5000]{gap}requires_grad=True)")


def test_printing_changes_nothing(rng):
    x = Tensor(rng.normal(size=(30, 40)), requires_grad=True)
    y = (x * x).sum()
    y.backward()
    before = x.data.tobytes(), x.grad.tobytes()
    assert repr(x) == repr(x)
    assert (x.data.tobytes(), x.grad.tobytes()) == before
    y.backward()


def test_values():
    x = Value(2.0, label="x")
    y = x * 3
    y.backward()
    assert repr(x) == "Value(data=2.0, grad=3.0)"
    assert f"{y}" == "Value(data=6.0, grad=1.0)"
    assert f"{y:.3f}" == "6.000"
    assert repr(Value(float("nan"))) == "Value(data=nan, grad=None)"
