"""Dtypes and memory layouts: what goes in decides what comes out, and no constant changes it."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, functional, grad, no_grad, tensor

CONSTANTS = [
    2, 2.5, True, np.float64(2.5), np.float32(2.5), np.int64(2), np.array(2.5),
    np.array([2.5, 3.0]),
    np.array([2, 3]), np.array([1, 2], np.uint8), np.array([2.5, 3.0], np.float16), Value(2.5),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("constant", CONSTANTS, ids=repr)
def test_a_constant_never_changes_a_tensors_dtype(dtype, constant):
    x = Tensor([1.5, 2.0], dtype=dtype, requires_grad=True)
    for y in (
        x + constant, constant + x, x - constant, constant - x, x * constant, constant * x,
        x / constant, constant / x, x**constant, functional.maximum(x, constant),
        functional.where(x > 1.75, x, constant),
    ):  # fmt: skip
        assert y.dtype == dtype
        x.grad = None
        y.sum().backward()
        assert x.grad.dtype == dtype
        assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_every_op_keeps_the_dtype(dtype):
    x = Tensor([[0.5, 1.5], [2.0, 0.25]], dtype=dtype, requires_grad=True)
    names = [
        "exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "softplus", "silu", "gelu",
        "leaky_relu", "identity", "affine", "softmax", "log_softmax", "logsumexp", "sum", "mean",
        "amax", "amin", "abs", "neg", "erf", "expm1", "log1p", "sign",
    ]  # fmt: skip
    for name in names:
        y = getattr(functional, name)(x)
        assert y.dtype == dtype, name
        x.grad = None
        y.backward(np.ones(y.shape))
        assert x.grad.dtype == dtype, name
    for y in (
        x @ x, x.clamp(0.5, 1.0), x.T, x[0], x[[0, 0]], functional.stack([x, x]), x**2, x**0.5,
        functional.mse_loss(x, np.zeros((2, 2))), functional.cross_entropy(x, [0, 1]),
        x.reshape(4), x.broadcast_to(3, 2, 2), functional.linear(x, x, x[0]), abs(x), x.mean(0),
    ):  # fmt: skip
        assert y.dtype == dtype
        assert grad(y, x, np.ones(y.shape)).dtype == dtype


def test_two_tensors_promote_as_numpys():
    narrow = tensor([1.0, 2.0], dtype=np.float32, requires_grad=True)
    wide = tensor([3.0, 4.0], requires_grad=True)
    y = (narrow * wide).sum()
    assert y.dtype == np.float64
    y.backward()
    assert narrow.grad.dtype == np.float32
    assert wide.grad.dtype == np.float64
    assert narrow.grad.tolist() == [3.0, 4.0]
    g = grad((narrow * wide).sum(), (narrow, wide), create_graph=True)
    assert [n.dtype for n in g] == [np.float32, np.float64]


def test_a_value_with_a_narrow_tensor_keeps_its_own_float():
    x, v = tensor([1.0, 2.0], dtype=np.float32, requires_grad=True), Value(0.1)
    y = (x * v).sum()
    assert y.dtype == np.float32
    y.backward()
    assert (type(v.grad), v.grad) == (float, 3.0)
    assert x.grad.tolist() == [np.float32(0.1)] * 2


def test_updates_keep_the_dtype():
    x = tensor([1.0, 2.0], dtype=np.float32, requires_grad=True)
    x.data -= np.array([0.5, 0.5])
    x.data = np.array([1.0, 2.0])
    x.data[0] = np.float64(0.1)
    with no_grad():
        x -= 0.1 * np.ones(2)
        x *= np.float64(2.0)
        x /= 2
    assert x.dtype == np.float32
    x.grad = np.ones(2)
    assert x.grad.dtype == np.float32
    (x * 2).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]
    assert x.grad.dtype == np.float32


def test_lists_are_float64_and_integers_stay():
    assert tensor([1.0, 2.0]).dtype == np.float64
    assert tensor([1, 2]).dtype.kind == "i"
    assert tensor([True]).dtype == bool
    assert tensor(1.0).shape == ()
    assert tensor([1, 2], dtype=np.float32).dtype == np.float32
    assert tensor([1, 2]).sum().item() == 3
    for y in (tensor([1, 2]) * 2, 2 + tensor([1, 2]), tensor([1, 2]) ** 2, -tensor([1, 2])):
        assert y.dtype.kind == "i"
    assert (tensor([1, 2]) / 2).tolist() == [0.5, 1.0]
    assert (tensor([1, 2]) * 0.5).tolist() == [0.5, 1.0]


def test_integers_and_masks_beside_floats():
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    counts, mask = tensor([1, 2, 3]), tensor([True, False, True])
    (x * counts * mask).sum().backward()
    assert x.grad.tolist() == [1.0, 0.0, 3.0]
    assert counts.grad is None
    x.grad = None
    functional.where(mask, x, 0.0).sum().backward()
    x[mask].sum().backward()
    x[counts - 1].sum().backward()
    assert x.grad.tolist() == [3.0, 1.0, 3.0]


LAYOUTS = {
    "F order": lambda a: np.asfortranarray(a),
    "transposed": lambda a: np.ascontiguousarray(a.T).T,
    "negative strides": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
    "every second": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "big endian": lambda a: a.astype(">f8"),
    "read-only": lambda a: np.frombuffer(a.tobytes()).reshape(a.shape),
    "broadcast": lambda a: np.broadcast_to(a[0], a.shape),
    "unaligned": lambda a: np.frombuffer(b"." + a.tobytes(), offset=1).reshape(a.shape),
    "subclass": lambda a: a.view(type("Sub", (np.ndarray,), {})),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_memory_layouts(name, rng):
    a = LAYOUTS[name](rng.normal(size=(3, 4)))
    plain = np.array(a, dtype=float, order="C", subok=False)

    def result(array):
        x = Tensor(array, requires_grad=True)
        g = LAYOUTS[name](np.arange(12.0).reshape(3, 4))
        y = functional.tanh(x) * array + x[::-1] - functional.relu(x.T).T
        y.backward(g)
        return x, y, g

    x, y, g = result(a)
    assert type(x.numpy()) is np.ndarray
    assert x.dtype == np.float64
    assert x.dtype.isnative
    assert type(x.grad) is np.ndarray
    assert x.grad.flags.writeable
    assert x.grad.dtype.isnative
    x2 = Tensor(plain, requires_grad=True)
    y2 = functional.tanh(x2) * plain + x2[::-1] - functional.relu(x2.T).T
    y2.backward(np.array(g, dtype=float))
    np.testing.assert_array_equal(y.data, y2.data)
    np.testing.assert_array_equal(x.grad, x2.grad)


@pytest.mark.parametrize("shape", [(), (1,), (0,), (0, 3), (3, 0), (1, 1)])
def test_small_and_empty_shapes(shape):
    x = Tensor(np.full(shape, 0.5), requires_grad=True)
    for function in (
        lambda x: x * 2, functional.tanh, lambda x: x**2, lambda x: x.reshape(-1).reshape(x.shape),
        lambda x: x.T.T, lambda x: functional.stack([x, x]).sum(0), lambda x: x + np.ones(x.shape),
        lambda x: x.sum() + x, lambda x: x[...], lambda x: -x, lambda x: x.clamp(0.0),
    ):  # fmt: skip
        y = function(x)
        assert y.shape == shape
        x.grad = None
        y.backward(np.ones(shape))
        assert x.grad.shape == shape
        assert isinstance(x.grad, np.ndarray)
    assert x.sum().shape == ()
    assert x.sum(keepdims=True).shape == (1,) * len(shape)


def test_a_0d_tensor_is_an_array_everywhere():
    x = tensor(2.0, requires_grad=True)
    y = x * x + 1
    y.backward()
    for array in (x.data, y.data, x.grad, y.grad, x.numpy()):
        assert isinstance(array, np.ndarray)
        assert array.shape == ()
    assert (x.item(), float(y), int(y)) == (2.0, 5.0, 5)
    x.data -= 0.5
    assert x.item() == 1.5
    x.data[()] = 7.0
    assert x.item() == 7.0
    with no_grad():
        x -= 1
    assert x.item() == 6.0


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan, 5e-324, 1e308, -0.0])
def test_extreme_numbers_go_through(number):
    for x in (Value(number), tensor(number, requires_grad=True)):
        (x * 1.0).backward()
        assert float(x.grad) == 1.0
        np.testing.assert_equal(float(x.data), number)
        y = functional.identity(x) + 0.0
        np.testing.assert_equal(float(y.data), number + 0.0)
