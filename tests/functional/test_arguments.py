"""What functions take: numbers, lists, arrays and nodes, or a clear error."""

import numpy as np
import pytest

from micrograd_act import Value, functional, tensor


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
