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
