"""Bad input: the kind of error, the words of its message, and that nothing has changed after it."""

import numpy as np
import pytest

from micrograd_act import (
    GradientError,
    Tensor,
    Value,
    activation,
    clamp,
    concatenate,
    functional,
    leaky_relu,
    maximum,
    nodes,
    relu,
    softplus,
    stack,
    tensor,
    where,
)

# Each case: what is called with x (2, 3) 'x', b (4,) 'b', s () and v, the error, words in order.
SHAPES = {
    "add": (lambda x, b, s, v: x + b, ValueError, "add (2, 3) 'x' (4,) 'b' 3 vs 4"),
    "reflected": (lambda x, b, s, v: np.ones(4) * x, ValueError, "mul (4,) (2, 3) 'x'"),
    "with an array": (lambda x, b, s, v: x / np.ones((3, 3)), ValueError, "div 'x' (3, 3) 2 vs 3"),
    "three operands": (lambda x, b, s, v: where(x > 0, x, b), ValueError, "where (2, 3) 'x' 'b'"),
    "maximum": (lambda x, b, s, v: maximum(x, b), ValueError, "maximum (2, 3) 'x' (4,) 'b'"),
    "matmul": (lambda x, b, s, v: x @ x, ValueError, "matmul inner 'x' (2, 3) 'x' (2, 3) x.T"),
    "matmul hint": (lambda x, b, s, v: x @ b, ValueError, "matmul inner 'x' (2, 3) 'b' (4,)"),
    "matmul left hint": (
        lambda x, b, s, v: x @ Tensor(np.ones((2, 5)), label="w"), ValueError,
        "matmul inner 'x' (2, 3) 'w' (2, 5) x.T",
    ),
    "matmul of a number": (lambda x, b, s, v: x @ s, ValueError, "matmul number (2, 3) ()"),
    "matmul by a number": (lambda x, b, s, v: 2.0 @ x, ValueError, "matmul number () (2, 3)"),
    "matmul of a value": (lambda x, b, s, v: v @ x, ValueError, "matmul number () (2, 3)"),
    "matmul batches": (
        lambda x, b, s, v: Tensor(np.ones((2, 3, 4))) @ np.ones((3, 4, 5)), ValueError,
        "matmul (2, 3, 4) (3, 4, 5) 2 vs 3",
    ),
    "reshape": (lambda x, b, s, v: x.reshape(4), ValueError, "reshape 6 (4,) (2, 3) 'x'"),
    "reshape twice unknown": (lambda x, b, s, v: x.reshape(-1, -1), ValueError, "reshape unknown"),
    "reshape nothing": (
        lambda x, b, s, v: Tensor(np.ones((0, 3))).reshape(0, -1), ValueError, "reshape (0, 3)",
    ),
    "broadcast_to": (lambda x, b, s, v: x.broadcast_to(4, 3), ValueError, "broadcast_to 'x'"),
    "concatenate": (
        lambda x, b, s, v: concatenate([x, np.ones((2, 4))]), ValueError, "concatenate 'x' (2, 4)",
    ),
    "concatenate nothing": (lambda x, b, s, v: concatenate([]), ValueError, "concatenate empty"),
    "stack": (lambda x, b, s, v: stack([x, b]), ValueError, "stack (2, 3) 'x' (4,) 'b'"),
    "stack nothing": (lambda x, b, s, v: stack([]), ValueError, "stack empty"),
    "mse_loss": (lambda x, b, s, v: functional.mse_loss(x, b), ValueError, "mse_loss (4,) (2, 3)"),
}  # fmt: skip

AXES = {
    "sum": (lambda x, b, s, v: x.sum(3), np.exceptions.AxisError, "sum axis 3 2 'x'"),
    "mean": (lambda x, b, s, v: x.mean(-3), np.exceptions.AxisError, "mean axis -3 2 'x'"),
    "amax": (lambda x, b, s, v: x.amax((0, 2)), np.exceptions.AxisError, "amax axis 2"),
    "softmax": (lambda x, b, s, v: x.softmax(2), np.exceptions.AxisError, "softmax axis 2"),
    "logsumexp": (lambda x, b, s, v: x.logsumexp(5), np.exceptions.AxisError, "logsumexp axis 5"),
    "transpose": (lambda x, b, s, v: x.transpose(0, 5), np.exceptions.AxisError, "swapaxes axis 5"),
    "stack": (lambda x, b, s, v: stack([x, x], 4), np.exceptions.AxisError, "stack axis 4"),
    "concatenate": (
        lambda x, b, s, v: concatenate([x, x], 2), np.exceptions.AxisError, "concatenate axis 2",
    ),
    "permute": (lambda x, b, s, v: x.permute(0, 0), ValueError, "permute_dims repeated"),
    "permute too many": (lambda x, b, s, v: x.permute(0, 1, 2), ValueError, "permute_dims axes"),
    "twice": (lambda x, b, s, v: x.sum((0, 0)), ValueError, "sum axis (0, 0)"),
    "twice in disguise": (lambda x, b, s, v: x.sum((0, -2)), ValueError, "sum axis"),
    "text": (lambda x, b, s, v: x.sum("rows"), TypeError, "sum axis 'rows'"),
    "fraction": (lambda x, b, s, v: x.sum(0.5), TypeError, "sum axis 0.5"),
    "unknown argument": (lambda x, b, s, v: x.sum(foo=1), TypeError, "sum foo axis"),
}  # fmt: skip

INDICES = {
    "beyond the end": (lambda x, b, s, v: x[5], IndexError, "getitem 5 2 'x'"),
    "before the start": (lambda x, b, s, v: x[0, -4], IndexError, "getitem -4 3 'x'"),
    "array beyond the end": (lambda x, b, s, v: x[np.array([0, 7])], IndexError, "getitem 7 2 'x'"),
    "list beyond the end": (lambda x, b, s, v: x[[0, 7]], IndexError, "getitem 7 2 'x'"),
    "too many": (lambda x, b, s, v: x[0, 0, 0], IndexError, "getitem too many 'x'"),
    "float": (lambda x, b, s, v: x[1.0], IndexError, "getitem integers 'x'"),
    "float array": (lambda x, b, s, v: x[np.array([1.0])], IndexError, "getitem integer"),
    "value": (lambda x, b, s, v: x[v], IndexError, "getitem integer"),
    "float tensor": (lambda x, b, s, v: x[tensor([1.0])], IndexError, "getitem integer"),
    "text": (lambda x, b, s, v: x["a"], (IndexError, TypeError), "getitem"),
    "step 0": (lambda x, b, s, v: x[::0], ValueError, "getitem step"),
    "mask of another shape": (
        lambda x, b, s, v: x[np.array([True] * 3)], IndexError, "getitem 2 3",
    ),
    "index arrays that differ": (
        lambda x, b, s, v: x[[0, 1], [0, 1, 2]], IndexError, "getitem (2,) (3,)",
    ),
    "0-d": (lambda x, b, s, v: s[0], IndexError, "getitem too many"),
}  # fmt: skip

NUMBERS = {
    "bool of many": (lambda x, b, s, v: bool(x), ValueError, "(2, 3) ambiguous any all"),
    "bool of none": (lambda x, b, s, v: bool(tensor([])), ValueError, "(0,) ambiguous"),
    "if": (lambda x, b, s, v: 1 if x > 0 else 0, ValueError, "(2, 3) ambiguous"),
    "item of many": (lambda x, b, s, v: x.item(), ValueError, "item (2, 3) 6"),
    "float of many": (lambda x, b, s, v: float(x), ValueError, "item (2, 3) 6"),
    "int of many": (lambda x, b, s, v: int(b), ValueError, "item (4,) 4"),
    "format of many": (lambda x, b, s, v: f"{x:.2f}", ValueError, "item (2, 3) 6"),
    "len of 0-d": (lambda x, b, s, v: len(s), TypeError, "len 0-d"),
    "iteration of 0-d": (lambda x, b, s, v: list(s), TypeError, "0-d"),
    "len of a value": (lambda x, b, s, v: len(v), TypeError, "Value len"),
    "iteration of a value": (lambda x, b, s, v: list(v), TypeError, "Value iterable"),
    "index of a value": (lambda x, b, s, v: v[0], TypeError, "Value"),
}

OPERANDS = {
    "text": (lambda x, b, s, v: x + "a", TypeError, "Tensor str"),
    "text first": (lambda x, b, s, v: "a" / v, TypeError, "str Value"),
    "None": (lambda x, b, s, v: x - None, TypeError, "Tensor NoneType"),
    "dict": (lambda x, b, s, v: v * {}, TypeError, "Value dict"),
    "complex": (lambda x, b, s, v: x * 1j, TypeError, "Tensor complex"),
    "complex first": (lambda x, b, s, v: 1j / v, TypeError, "complex Value"),
    "object": (lambda x, b, s, v: v + object(), TypeError, "Value object"),
    "text as exponent": (lambda x, b, s, v: x ** "a", TypeError, "pow str"),
    "None as exponent": (lambda x, b, s, v: v**None, TypeError, "Value NoneType"),
    "complex array": (lambda x, b, s, v: x + np.ones(3) * 1j, TypeError, "complex128"),
    "text array": (lambda x, b, s, v: x + np.array(["a"] * 3), TypeError, "<U1"),
    "object array": (lambda x, b, s, v: x + np.array([None] * 3), TypeError, "object"),
    "datetime array": (
        lambda x, b, s, v: x + np.array(["2020-01-01"] * 3, "M8[D]"), TypeError, "datetime64",
    ),
    "masked array": (lambda x, b, s, v: x + np.ma.ones(3), TypeError, "MaskedArray"),
    "masked array first": (lambda x, b, s, v: np.ma.ones(3) * x, TypeError, ""),
    "comparison": (lambda x, b, s, v: x < "a", TypeError, "Tensor str"),
    "comparison of a value": (lambda x, b, s, v: v >= None, TypeError, "Value NoneType"),
    "function of text": (lambda x, b, s, v: relu("a"), TypeError, "relu str"),
    "function of None": (lambda x, b, s, v: relu(None), TypeError, "relu NoneType"),
    "function of complex": (lambda x, b, s, v: relu(1j), TypeError, "relu complex"),
    "function of a dict": (lambda x, b, s, v: softplus({}), TypeError, "softplus dict"),
    "function of complex array": (lambda x, b, s, v: relu(np.ones(2) * 1j), TypeError, "relu"),
    "function of text array": (lambda x, b, s, v: relu(np.array(["a"])), TypeError, "relu"),
    "where None": (lambda x, b, s, v: where(x > 0, x, None), TypeError, "where NoneType"),
    "maximum text": (lambda x, b, s, v: maximum(v, "a"), TypeError, "maximum str"),
    "matmul None": (lambda x, b, s, v: functional.matmul(x, None), TypeError, "matmul NoneType"),
    "matmul list": (lambda x, b, s, v: x @ [1.0, 2.0, 3.0], TypeError, "Tensor list"),
    "no input": (lambda x, b, s, v: relu(), TypeError, "relu"),
    "two inputs": (lambda x, b, s, v: relu(v, 2), TypeError, "relu"),
    "unknown parameter": (lambda x, b, s, v: leaky_relu(x, slope=2), TypeError, "leaky_relu slope"),
    "clamp nothing": (lambda x, b, s, v: clamp(x), ValueError, "clamp min max"),
    "clamp upside down": (lambda x, b, s, v: clamp(x, 2, 1), ValueError, "clamp 2 1"),
    "softplus of a wrong beta": (
        lambda x, b, s, v: softplus(x, beta=0.0), ValueError, "softplus beta 0.0",
    ),
    "amax of nothing": (lambda x, b, s, v: tensor([]).amax(), ValueError, "amax (0,)"),
    "unknown activation": (lambda x, b, s, v: activation("reluu"), ValueError, "'reluu' relu"),
    "no activation": (lambda x, b, s, v: activation("matmul"), ValueError, "'matmul'"),
    "number as activation": (lambda x, b, s, v: activation(3), TypeError, "activation int"),
}  # fmt: skip

GRAPH = {
    "backward of many": (lambda x, b, s, v: x.backward(), GradientError, "(2, 3) gradient= sum"),
    "wrong gradient": (lambda x, b, s, v: (x * 2).backward(np.ones(3)), ValueError, "(3,) (2, 3)"),
    "untracked": (lambda x, b, s, v: s.backward(), GradientError, "requires_grad=True"),
    "untracked result": (
        lambda x, b, s, v: b.sum().backward(), GradientError, "requires_grad=True",
    ),
    "setitem": (lambda x, b, s, v: x.__setitem__(0, 1.0), GradientError, "index_put"),
    "setitem of a result": (
        lambda x, b, s, v: (x * 2).__setitem__(0, 1.0), GradientError, "index_put",
    ),
    "grad of another shape": (
        lambda x, b, s, v: setattr(x, "grad", np.ones(3)), ValueError, "grad (3,) (2, 3)",
    ),
    "grad of another kind": (lambda x, b, s, v: setattr(x, "grad", "a"), TypeError, "grad str"),
    "data of another shape": (
        lambda x, b, s, v: setattr(x, "data", np.ones(3)), ValueError, "data (3,) (2, 3)",
    ),
    "data of another kind": (lambda x, b, s, v: setattr(x, "data", 3), TypeError, "data int"),
    "data of a value": (lambda x, b, s, v: setattr(v, "data", "3"), TypeError, "str"),
    "data of a result": (lambda x, b, s, v: setattr(v * 2, "data", 3.0), GradientError, "mul"),
    "label": (lambda x, b, s, v: setattr(x, "label", 3), TypeError, "label int"),
    "label of a value": (lambda x, b, s, v: Value(1.0, label=None), TypeError, "label NoneType"),
    "requires_grad of a result": (
        lambda x, b, s, v: setattr(x * 2, "requires_grad", False), GradientError, "mul detach",
    ),
    "requires_grad of integers": (
        lambda x, b, s, v: setattr(tensor([1, 2]), "requires_grad", True), TypeError, "int64 float",
    ),
}  # fmt: skip

CASES = {
    f"{group}: {name}": case
    for group, cases in [
        ("shapes", SHAPES), ("axes", AXES), ("indices", INDICES), ("numbers", NUMBERS),
        ("operands", OPERANDS), ("graph", GRAPH),
    ]
    for name, case in cases.items()
}  # fmt: skip


def assert_words_in_order(message, words):
    """Every part of `words` in the message, in this order; what is in (), '' or vs is one part."""
    place = 0
    for part in parts(words):
        found = message.find(part, place)
        assert found >= 0, f"{part!r} is not, or not in this place, in: {message}"
        place = found + len(part)


def parts(words):
    words = words.replace(" vs ", "\0vs\0").replace(", ", ",\0").replace("too many", "too\0many")
    return [part.replace("\0", " ") for part in words.split()]


@pytest.mark.parametrize("name", CASES)
def test_error_and_words_and_nothing_changed(name):
    call, error, words = CASES[name]
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True, label="x")
    b = Tensor(np.ones(4), label="b")
    s = Tensor(2.0)
    v = Value(3.0, label="v")
    y = (x * v).sum() + (x * x).mean()
    y.backward()
    graph = nodes(y)
    gradients = [np.array(n.grad).tobytes() for n in graph]

    with pytest.raises(error) as raised:
        call(x, b, s, v)
    assert type(raised.value) in (
        ValueError, TypeError, IndexError, np.exceptions.AxisError, GradientError,
    )  # fmt: skip
    assert_words_in_order(str(raised.value), words)
    assert len(str(raised.value)) < 300

    assert [np.array(n.grad).tobytes() for n in graph] == gradients
    assert x.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert (x.label, b.label, v.label, v.data) == ("x", "b", "v", 3.0)
    assert x.requires_grad
    assert not b.requires_grad
    y.backward()
    np.testing.assert_allclose(v.grad, 2 * 15.0)
    np.testing.assert_allclose(x.grad, 2 * (3.0 + x.data / 3))


DATA = {
    "text": ("a", "str"),
    "bytes": (b"a", "bytes"),
    "None": (None, "NoneType"),
    "dict": ({}, "dict"),
    "set": ({1.0}, "set"),
    "object": (object(), "object"),
    "iterator": (iter([1.0]), ""),
    "list of texts": (["a", "b"], "<U1"),
    "list with None": ([1.0, None], "object"),
    "complex": (1j, "complex128"),
    "complex array": (np.ones(2) * 1j, "complex128"),
    "datetime": (np.array(["2020-01-01"], "M8[D]"), "datetime64"),
    "record": (np.zeros(2, [("a", float)]), ""),
    "masked": (np.ma.array([1.0, 2.0], mask=[0, 1]), "MaskedArray"),
    "list of values": ([Value(1.0)], "stack"),
    "nested values": ([[Value(1.0)], [Value(2.0)]], ""),
    "huge integers": ([2**70], ""),
}


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("make", [Tensor, tensor, lambda d: Tensor(d, requires_grad=True)])
def test_what_is_no_data_of_a_tensor(name, make):
    data, word = DATA[name]
    with pytest.raises(TypeError, match="Tensor") as raised:
        make(data)
    assert word in str(raised.value)


@pytest.mark.parametrize(
    "ragged", [[[1.0, 2.0], [3.0]], [[1.0], 2.0], [np.ones(2), np.ones(3)], [[1.0, [2.0]]]], ids=str
)
def test_ragged_data(ragged):
    with pytest.raises(ValueError, match=r"Tensor.*inhomogeneous"):
        Tensor(ragged)


@pytest.mark.parametrize(
    "data",
    ["1", b"1", None, {}, object, 1j, [1.0], (1.0,), np.ones(1), np.ones(2), np.array("3"),
     np.array(1j), np.array(None), np.array("2020-01-01", "M8[D]"), np.complex128(1), "nan"],
    ids=repr,
)  # fmt: skip
def test_what_is_no_data_of_a_value(data):
    with pytest.raises(TypeError, match="Value") as raised:
        Value(data)
    assert len(str(raised.value)) < 200
    x = Value(1.0)
    with pytest.raises(TypeError):
        x.data = data
    assert x.data == 1.0


def test_an_integer_too_large_for_a_float():
    with pytest.raises((ValueError, OverflowError)):
        Value(10**400)
    with pytest.raises((ValueError, OverflowError)):
        Value(1.0) + 10**400


@pytest.mark.parametrize("data", [[1, 2], [True], 3, np.array([1], np.uint8)], ids=repr)
def test_integers_cannot_require_a_gradient(data):
    with pytest.raises(TypeError, match=r"requires_grad: (int64|bool|uint8).*float"):
        Tensor(data, requires_grad=True)
    assert Tensor(data, requires_grad=True, dtype=float).requires_grad


@pytest.mark.parametrize("dtype", [complex, object, "U1", "M8[D]"], ids=str)
def test_a_dtype_that_is_not_real(dtype):
    with pytest.raises((TypeError, ValueError), match="Tensor"):
        Tensor([1.0], dtype=dtype)


def test_iteration_of_a_tensor_ends():
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    assert [float(e) for e in x] == [1.0, 2.0, 3.0]
    assert list(tensor([])) == []
    a, b, c = x
    (a * b * c).backward()
    assert x.grad.tolist() == [6.0, 3.0, 2.0]
    assert sum(x).item() == 6.0
    assert max(x).item() == 3.0


def test_a_node_made_its_own_ancestor_is_found_out():
    x = Value(1.0)
    y = x * 2
    z = y + 1
    y.inputs = (z, x)
    with pytest.raises(GradientError, match="ancestor"):
        z.backward()
    assert x.grad is None
    y.inputs = ()
