"""What functions take: numbers, lists, arrays and nodes, or a clear error."""

import numpy as np
import pytest

from micrograd_act import Value, functional, hessian, jacobian, tensor, value_and_grad


def test_a_loss_of_scalars_is_a_scalar():
    x = Value(1.0)
    loss = functional.mse_loss(x, 3.0)
    loss.backward()
    assert (loss.data, x.grad) == (4.0, -4.0)


def test_lists_beside_tensors_and_alone():
    assert functional.linear(tensor([1.0, 2.0]), [[3.0, 4.0]], [1.0]).tolist() == [12.0]
    assert np.array_equal(functional.linear([1, 2], [[3, 4]]), [11.0])
    assert functional.mse_loss(tensor([1.0, 2.0]), [1.0, 1.0]).item() == 0.5


@pytest.mark.parametrize("join", [functional.concatenate, functional.stack])
def test_inputs_of_a_join_come_as_one_list(join):
    x = tensor([1.0])
    with pytest.raises(TypeError, match="as one list"):
        join(x, x)


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="'cross_entropi'; did you mean cross_entropy"):
        _ = functional.cross_entropi
    with pytest.raises(AttributeError, match=r"'kron'; dir\(\) lists what there is"):
        _ = functional.kron
    assert not hasattr(functional, "__wrapped__")


@pytest.mark.parametrize(
    "call",
    [
        lambda v: functional.softmax([v, v], 0),
        lambda v: functional.sum([v, 1.0]),
        lambda v: functional.sort([v, v]),
        lambda v: functional.cross_entropy([v, v], 0),
        lambda v: tensor([v, 1.0]),
    ],
)
def test_a_list_of_nodes_does_not_lose_its_graph(call):
    with pytest.raises(TypeError, match=r"a list of nodes would lose their graph; use stack"):
        call(Value(1.0))


def test_dropout_of_a_number():
    rng = np.random.default_rng(0)
    assert functional.dropout(Value(3.0), 0.0).data == 3.0
    assert {functional.dropout(Value(3.0), generator=rng).data for _ in range(20)} == {0.0, 6.0}
    found = functional.alpha_dropout(tensor(np.ones(4), dtype=np.float32), 0.3, True, generator=rng)
    assert found.dtype == np.float32


@pytest.mark.parametrize("name", ["mean", "var", "std"])
def test_whole_numbers_have_no_mean(name):
    for x in (tensor([1, 2]), np.array([1, 2]), [1, 2]):
        with pytest.raises(TypeError, match=f"^{name}: needs a floating dtype, got int64"):
            getattr(functional, name)(x)


def test_what_is_no_function_or_no_dtype():
    for transform in (value_and_grad, jacobian, hessian):
        with pytest.raises(TypeError, match=f"{transform.__name__}: expected a function, got int"):
            transform(3)
    with pytest.raises(TypeError, match="Tensor: data type 'foo' not understood"):
        tensor([1.0], dtype="foo")


X = tensor([[0.25, 0.5, -0.75], [1.0, 2.0, 3.0]])
Y = tensor([[1.5, -0.5, 0.75], [1.0, -2.0, 4.0]])


@pytest.mark.parametrize(
    ("name", "named", "plain"),
    [
        ("relu", {"input": X}, (X,)),
        ("maximum", {"input": X, "other": Y}, (X, Y)),
        ("pow", {"input": X, "exponent": 2}, (X, 2)),
        ("where", {"condition": X > 0, "input": X, "other": Y}, (X > 0, X, Y)),
        ("prelu", {"input": X, "weight": 0.5}, (X, 0.5)),
        ("heaviside", {"input": X, "values": 0.5}, (X, 0.5)),
        ("softmax", {"input": X, "dim": 0}, (X, 0)),
        ("threshold", {"input": X, "threshold": 0.3, "value": 9}, (X, 0.3, 9)),
        ("cat", {"tensors": [X, Y], "dim": 1}, ([X, Y], 1)),
        ("transpose", {"input": X, "dim0": 0, "dim1": 1}, (X, 0, 1)),
        ("swapaxes", {"input": X, "axis0": 0, "axis1": 1}, (X, 0, 1)),
        ("tile", {"input": X, "dims": (2, 1)}, (X, 2, 1)),
        ("sub", {"input": X, "other": Y, "alpha": 3}, (X, 3 * Y)),
        ("div", {"input": X, "other": Y, "rounding_mode": "floor"}, (X // Y, 1)),
        ("huber_loss", {"input": X, "target": Y, "delta": 0.3}, (X, Y, "mean", 0.3)),
    ],
)
def test_inputs_under_their_names(name, named, plain):
    function = getattr(functional, name)
    assert np.array_equal(function(**named).data, function(*plain).data)
    if "input" in named:
        first = named.pop("input")
        if name != "where":
            assert np.array_equal(function(first, **named).data, function(*plain).data)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: functional.relu(X, input=X), "relu: input is given twice"),
        (
            lambda: functional.leaky_relu(negative_slope=0.1),
            r"leaky_relu: no input; the op alone is leaky_relu\.bind\(negative_slope=0\.1\)",
        ),
        (lambda: functional.add(input=X), "add: other is missing; its inputs are input, other"),
        (lambda: functional.softmax(dim=1), "softmax: input is missing"),
        (lambda: functional.cat(dim=1), "concatenate: tensors is missing"),
        (lambda: functional.relu(X, inplace=True), "relu: takes 1 input, got inplace="),
        (lambda: functional.relu(X, X), "relu: takes 1 input, got 2"),
        (lambda: functional.where(X > 0), "where: takes 3 inputs, got 1"),
    ],
)
def test_inputs_that_are_missing_or_too_many(call, words):
    with pytest.raises(TypeError, match=f"^{words}"):
        call()


MASKED = np.ma.array([[1.0, 2.0]], mask=[[True, False]])
MATRIX = np.ones((1, 2)).view(np.matrix)


@pytest.mark.parametrize("x", [MASKED, MATRIX], ids=["masked", "matrix"])
@pytest.mark.parametrize(
    "call",
    [
        lambda x: tensor(x),
        lambda x: tensor([[1.0, 2.0]]) * x,
        lambda x: x * tensor([[1.0, 2.0]]),
        lambda x: functional.relu(x),
        lambda x: functional.sum(x),
        lambda x: functional.sort(x),
        lambda x: functional.linear(tensor([[1.0, 2.0]]), x),
        lambda x: functional.cross_entropy(tensor([[1.0, 2.0]]), x.astype(int)),
        lambda x: functional.embedding(x.astype(int), tensor([[1.0, 2.0]])),
        lambda x: setattr(tensor([[1.0, 2.0]], requires_grad=True), "data", x),
        lambda x: tensor([[1.0, 2.0]], requires_grad=True).backward(x),
    ],
)
def test_arrays_whose_numbers_mean_something_else(call, x):
    with pytest.raises(TypeError, match=f"{type(x).__name__} would lose its meaning; pass a plain"):
        call(x)


E = tensor(np.zeros((0, 4, 6, 6)), requires_grad=True)


@pytest.mark.parametrize(
    ("shape", "call"),
    [
        ((0, 2, 4, 4), lambda: functional.conv2d(E, np.ones((2, 4, 3, 3)))),
        ((0, 2, 4, 4), lambda: functional.conv2d(E, np.ones((2, 2, 3, 3)), groups=2)),
        ((0, 2, 8, 8), lambda: functional.conv_transpose2d(E, np.ones((4, 2, 3, 3)))),
        ((0, 4, 3, 3), lambda: functional.max_pool2d(E, 2)),
        ((0, 4, 3, 3), lambda: functional.avg_pool2d(E, 2)),
        ((0, 4, 6, 6), lambda: functional.group_norm(E, 2)),
        ((0, 4, 6, 6), lambda: functional.layer_norm(E, (6,))),
        ((0, 4, 6, 6), lambda: functional.sort(E).values),
        ((0, 4, 6, 6), lambda: E[[]]),
        ((0, 4, 6, 6), lambda: functional.scaled_dot_product_attention(E, E, E)),
    ],
)
def test_a_batch_of_none(shape, call):
    y = call()
    assert y.shape == shape
    E.grad = None
    y.sum().backward()
    assert E.grad.shape == E.shape


@pytest.mark.parametrize("name", ["sort", "max", "min", "median", "topk"])
def test_a_single_number_has_an_axis_as_in_pytorch(name):
    x = tensor(3.0, requires_grad=True)
    given = (1,) if name == "topk" else ()
    values, indices = getattr(functional, name)(x, *given, dim=-1)
    assert (values.shape, values.item(), indices.item()) == ((), 3.0, 0)
    assert functional.argsort(x).item() == functional.argmax(x, 0).item() == 0
    (values * 2).backward()
    assert x.grad == 2
    with pytest.raises(IndexError, match=f"^{name}: axis 1 is out of bounds"):
        getattr(functional, name)(x, *given, dim=1)
