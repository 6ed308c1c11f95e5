"""What PyTorch and NumPy users type on a tensor: sizes, dtypes, other names, parts of `.data`."""

import pickle

import numpy as np
import pytest

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    functional,
    hessian,
    jacobian,
    jvp,
    no_grad,
    tensor,
    value_and_grad,
    vjp,
)


def _x():
    return tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]], requires_grad=True, label="x")


def test_size_is_numpys_and_called_pytorchs():
    x = _x()
    assert x.size == 6
    assert x.size() == (2, 3)
    assert (x.size(0), x.size(-1)) == (2, 3)
    assert (x.numel(), x.nelement(), x.dim()) == (6, 6, 2)
    assert type(pickle.loads(pickle.dumps(x.size))) is int
    with pytest.raises(np.exceptions.AxisError, match="size: axis 2"):
        x.size(2)


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (tensor([1, 2, 3]), np.float32),
        (tensor([True, False, True]), np.float32),
        (tensor([1.0, 2.0, 3.0], dtype=np.float16), np.float32),
        (tensor([1.0, 2.0, 3.0]), np.float64),
        (tensor(2.0), np.float32),  # without axes
    ],
)
def test_tensors_meet_in_pytorchs_dtype(other, wanted):
    x = tensor([1.5, 2.0, 3.0], dtype=np.float32, requires_grad=True)
    for y in (x * other, other * x, x + other, functional.maximum(x, other)):
        assert y.dtype == wanted
        x.grad = None
        y.sum().backward()
        assert x.grad.dtype == np.float32
    assert (tensor([1, 2]) / tensor([2, 2])).dtype == np.float64


def test_conversions():
    x = _x()
    assert [x.half().dtype, x.float().dtype, x.to(np.float64).dtype] == [
        np.float16, np.float32, np.float64,
    ]  # fmt: skip
    y = x.float().sum()
    y.backward()
    assert x.grad.dtype == np.float64
    assert x.grad.tolist() == [[1.0] * 3] * 2
    assert not x.long().requires_grad
    assert x.int().tolist() == [[1, 2, 3], [4, 5, 6]]
    assert (x - 1).bool().tolist() == [[False, True, True], [True] * 3]
    assert x.to("cpu") is x
    with pytest.raises(ValueError, match="no other device"):
        x.to("cuda")
    with pytest.raises(TypeError, match="dtype complex128"):
        x.to(np.complex128)


def test_linear_algebra():
    a = tensor([[2.0, 1.0], [0.0, 4.0]], requires_grad=True)
    v = tensor([1.0, -1.0])
    assert a.det().item() == pytest.approx(8.0)
    assert a.trace().item() == 6.0
    assert np.allclose((a @ a.inverse()).data, np.eye(2))
    assert a.mm(a).tolist() == (a @ a).tolist()
    assert a.mv(v).tolist() == [1.0, -4.0]
    assert v.dot(v).item() == 2.0
    assert v.outer(v).tolist() == [[1.0, -1.0], [-1.0, 1.0]]
    assert a.t().tolist() == a.mT.tolist() == [[2.0, 0.0], [1.0, 4.0]]
    assert a.slogdet()[1].item() == pytest.approx(np.log(8.0))
    (a @ a.T).cholesky().sum().backward()
    assert np.isfinite(a.grad).all()
    with pytest.raises(ValueError, match="mm: needs 2 and 2 axes"):
        a.mm(v)
    with pytest.raises(ValueError, match="bmm: batches"):
        functional.bmm(np.ones((2, 2, 2)), np.ones((3, 2, 2)))


def test_other_names_are_the_same_functions():
    pairs = {
        "absolute": "abs", "arcsin": "asin", "arctan2": "atan2", "concat": "cat",
        "divide": "div", "greater_equal": "ge", "moveaxis": "movedim", "multiply": "mul",
        "negative": "neg", "swapdims": "swapaxes", "true_divide": "div",
    }  # fmt: skip
    for other, name in pairs.items():
        assert getattr(functional, other) is getattr(functional, name)
    x = _x()
    assert x.multiply(2.0).tolist() == (x * 2).tolist()
    assert x.arctan().tolist() == x.atan().tolist()


def test_parts():
    x = _x()
    assert x.select(1, 2).tolist() == [3.0, 6.5]
    assert x.narrow(1, 1, 2).tolist() == [[2.0, 3.0], [5.0, 6.5]]
    assert x.narrow(1, -1, 1).tolist() == [[3.0], [6.5]]
    assert x.reshape_as(tensor(np.ones((3, 2)))).shape == (3, 2)
    assert tensor([1.0, 2.0, 3.0]).expand_as(x).shape == (2, 3)
    assert x.where(x.data > 2, 0.0).tolist() == [[0.0, 0.0, 3.0], [4.0, 5.0, 6.5]]
    with pytest.raises(IndexError, match="narrow: 3 elements from 1"):
        x.narrow(1, 1, 3)
    y = x.repeat_interleave(2, 1)
    assert y.tolist() == np.repeat(x.data, 2, 1).tolist()
    y.sum().backward()
    assert x.grad.tolist() == [[2.0] * 3] * 2
    assert x.repeat_interleave([1, 2], 0).tolist() == np.repeat(x.data, [1, 2], 0).tolist()
    assert x.repeat_interleave(2).shape == (12,)
    with pytest.raises(ValueError, match="repeat_interleave: repeats is an integer or 3"):
        x.repeat_interleave([1, 2], 1)


def test_a_clone_is_a_node_of_its_own():
    x = _x()
    y = x.clone()
    y.register_hook(lambda g: g * 3)
    (x + y).sum().backward()
    assert x.grad.tolist() == [[4.0] * 3] * 2
    assert Value(2.0).clone().data == 2.0


def test_a_part_of_data_updates_the_leaf():
    x = _x()
    y = x * 2
    x.data[0] += 1
    x.data[1][2] = 0.0
    row = x.data[1]
    row *= 10
    x.data[:, 0] //= 2
    assert x.tolist() == [[1.0, 3.0, 4.0], [20.0, 50.0, 0.0]]
    with pytest.raises(GradientError, match="changed"):
        y.sum().backward()


def test_nobody_writes_behind_the_back():
    x = _x()
    y = x * 2
    for array in (x.data, y.data, x.numpy(), np.asarray(x)):
        with pytest.raises(ValueError, match=r"WRITEABLE|read-only|writeable"):
            array.flags.writeable = True
        with pytest.raises(ValueError, match="read-only"):
            array.base[...] = 0
        with pytest.raises(ValueError, match="read-only"):
            np.add(array, 1, out=array)
    y.sum().backward()
    assert x.grad.tolist() == [[2.0] * 3] * 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("grad_fn", "the operation is .op"),
        ("add_", "nothing is done in place; use x = x.add"),
        ("zero_", "x.data = array"),
        ("device", "on the CPU"),
    ],
)
def test_a_missing_attribute_says_what_to_use(name, words):
    for node in (_x(), Value(1.0)):
        with pytest.raises(AttributeError, match=f"'{type(node).__name__}' has no .*{words}"):
            getattr(node, name)
        assert not hasattr(node, name)


def test_nothing_slows_the_attributes_of_nodes():
    assert not any("__getattr__" in vars(kind) for kind in Tensor.__mro__)


def test_has_aux():
    def f(x):
        y = (x * x).sum()
        return y, {"doubled": x * 2, "word": "aux"}

    x = np.array([1.0, 3.0])
    (y, aux), gradient = value_and_grad(f, has_aux=True)(x)
    assert (y, aux["word"]) == (10.0, "aux")
    assert type(aux["doubled"]) is np.ndarray
    assert gradient.tolist() == [2.0, 6.0]
    y, pull, aux = vjp(f, x, has_aux=True)
    assert pull(1.0)[0].tolist() == [2.0, 6.0]
    rows, aux = jacobian(f, has_aux=True)(x)
    assert rows.tolist() == [2.0, 6.0]
    assert aux["doubled"].tolist() == [2.0, 6.0]
    y, tangent, aux = jvp(f, (x,), (np.array([1.0, 10.0]),), has_aux=True)
    assert (y, tangent, aux["word"]) == (10.0, 62.0, "aux")
    rows, aux = hessian(f, has_aux=True)(x)
    assert rows.tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert aux["doubled"].tolist() == [2.0, 6.0]
    assert type(aux["doubled"]) is np.ndarray
    with pytest.raises(TypeError, match="has_aux"):
        value_and_grad(lambda x: x.sum(), has_aux=True)(x)


def test_comparisons_of_wholes():
    x = tensor([1.0, 0.0, np.nan])
    assert x.isclose([1.0 + 1e-7, 0.0, np.nan]).tolist() == [True, True, False]
    assert not x.allclose(x)
    assert x.allclose(x, equal_nan=True)
    assert tensor([1, 2]).equal(tensor([1, 2]))
    assert x.count_nonzero().item() == 2
    assert x.nonzero().tolist() == [[0], [2]]
    assert (Tensor([7.0, -7.0]) // 2).tolist() == [3.0, -4.0]


def test_floor_divide_is_flat():
    x, n = Value(7.0), tensor([7, 8])
    (x // 2 * x).backward()
    assert x.grad == 3.0
    assert (7.5 // Value(-2.0)).data == -4.0
    assert (n // 2).tolist() == [3, 4]
    assert (n // 2).dtype.kind == "i"
    assert np.floor_divide(n, 3).tolist() == [2, 2]
    assert (tensor([7.0], dtype=np.float32) // np.array([2.0])).dtype == np.float32


@pytest.mark.parametrize(
    ("update", "wanted"),
    [
        (lambda x: x.__ifloordiv__(2), [[2.0, 0.0], [1.0, 3.0]]),
        (lambda x: x.__imod__(3.0), [[2.0, 1.0], [0.0, 1.0]]),
        (lambda x: x.__ipow__(2), [[25.0, 1.0], [9.0, 49.0]]),
        (lambda x: x.__imatmul__(np.eye(2)[::-1]), [[1.0, 5.0], [7.0, 3.0]]),
    ],
)
def test_every_operator_in_place_updates_under_no_grad(update, wanted):
    x = tensor([[5.0, 1.0], [3.0, 7.0]], requires_grad=True)
    y = x * 2
    assert update(x) is not x
    with no_grad():
        assert update(x) is x
    assert x.tolist() == wanted
    assert x.requires_grad
    with pytest.raises(GradientError, match="changed"):
        y.sum().backward()


def test_numbers_update_in_place_too():
    x = x0 = Value(7.0)
    with no_grad():
        x //= 2
        x %= 2
        x **= 3
    assert x is x0
    assert x.data == 1.0


def test_data_takes_what_a_node_gives():
    x, step = _x(), tensor([1.0, 2.0, 3.0])
    x.data -= step * 1.0
    assert type(x.numpy()) is np.ndarray
    assert x.tolist()[0] == [0.0, 0.0, 0.0]
    n = tensor(1.5, requires_grad=True)
    n.data *= 2
    assert type(n.numpy()) is np.ndarray
    assert n.item() == 3.0
