"""What `backward` leaves in `.grad`: sums in leaves, the last pass in results."""

import math

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, Value, functional, no_grad, relu, tensor

KINDS = {"value": Value, "tensor": lambda v: Tensor(v, requires_grad=True)}


@pytest.fixture(params=KINDS)
def make(request):
    return KINDS[request.param]


def test_a_gradient_not_computed_yet_is_none(make):
    x, unused = make(2.0), make(3.0)
    y = x * 2
    assert x.grad is None
    assert y.grad is None
    y.backward()
    assert unused.grad is None


def test_leaves_accumulate_over_graphs(make):
    x = make(2.0)
    (x * 3).backward()
    (x * x).backward()
    assert float(x.grad) == 7.0


def test_a_second_backward_on_one_graph_adds_the_same_again(make):
    x = make(2.0)
    inner = x * x
    y = inner * inner + x
    y.backward()
    assert float(x.grad) == 33.0
    assert float(inner.grad) == 8.0
    y.backward()
    assert float(x.grad) == 66.0
    assert float(inner.grad) == 8.0
    assert float(y.grad) == 1.0


def test_results_show_the_last_pass_only(make):
    x = make(2.0)
    inner = x * x
    a, b = inner * 3, inner * 5
    a.backward()
    assert float(inner.grad) == 3.0
    b.backward()
    assert float(inner.grad) == 5.0
    assert float(a.grad) == 1.0
    assert float(x.grad) == 32.0


def test_a_leaf_is_its_own_root(make):
    x = make(2.0)
    x.backward()
    x.backward()
    assert float(x.grad) == 2.0


def test_the_gradient_argument_scales(make):
    x = make(2.0)
    y = x * 3
    y.backward(gradient=10.0)
    assert float(x.grad) == 30.0
    assert float(y.grad) == 10.0
    y.backward(np.float64(0.0))
    assert float(x.grad) == 30.0


def test_many_uses_of_one_leaf_add_up(make):
    x = make(3.0)
    y = x * x * x + x / x + x - x + 2 * x
    y.backward()
    assert float(x.grad) == 29.0


def test_a_diamond_waits_for_all_its_readers(make):
    x = make(2.0)
    shared = x * x
    left, right = shared * 3, shared * shared
    ((left + right) * shared).backward()
    assert float(x.grad) == 3 * 4 * 8 + 6 * 32


def test_a_root_inside_another_graph(make):
    x = make(2.0)
    y = x * x
    z = y * 3
    z.backward()
    y.backward()
    assert float(x.grad) == 16.0
    assert float(y.grad) == 1.0
    assert float(z.grad) == 1.0


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_path_without_gradient_leaves_positive_zero(sign):
    x, w = Value(-2.0), Value(3.0)
    y = -relu(x) * w * sign + 0 * x
    y.backward()
    assert (x.grad, w.grad) == (0.0, 0.0)
    assert [math.copysign(1.0, g) for g in (x.grad, w.grad)] == [1.0, 1.0]


def test_unreached_is_none_and_reached_with_zero_is_zero():
    x, y, c = tensor([1.0, 2.0], requires_grad=True), Value(1.0), Value(2.0)
    functional.where(np.array([True, True]), x, 0.0).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    (y * 0.0).backward()
    assert y.grad == 0.0
    assert c.grad is None


def test_several_elements_need_a_gradient():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    with pytest.raises(GradientError, match=r"\(2,\).*gradient="):
        y.backward()
    assert x.grad is None
    y.backward(gradient=np.array([1.0, 10.0]))
    assert x.grad.tolist() == [2.0, 20.0]
    y.backward(tensor([1.0, 1.0]))
    assert x.grad.tolist() == [4.0, 22.0]


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_one_element_needs_none(shape):
    x = Tensor(np.full(shape, 3.0), requires_grad=True)
    (x * x).backward()
    assert x.grad.shape == shape
    assert x.grad.item() == 6.0


def test_no_elements_need_a_gradient_of_no_elements():
    x = Tensor(np.zeros((0, 3)), requires_grad=True)
    with pytest.raises(GradientError):
        (x * 2).backward()
    (x * 2).backward(np.zeros((0, 3)))
    assert x.grad.shape == (0, 3)
    x.grad = None
    x.sum().backward()
    assert x.grad.shape == (0, 3)


@pytest.mark.parametrize("wrong", [np.ones(3), np.ones((2, 1)), 1.0, np.ones((1, 2)), [1.0]])
def test_a_gradient_of_another_shape_is_refused_even_where_it_broadcasts(wrong):
    x = tensor([1.0, 2.0], requires_grad=True)
    x.grad = np.array([5.0, 6.0])
    y = x * 2
    with pytest.raises(ValueError, match=r"gradient.*\(2,\)"):
        y.backward(wrong)
    assert x.grad.tolist() == [5.0, 6.0]
    assert y.grad is None


@pytest.mark.parametrize("wrong", [np.ones(2) * 1j, np.array(["a", "b"]), np.array([None, 1])])
def test_a_gradient_that_is_not_real_is_refused(wrong):
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    with pytest.raises((TypeError, ValueError)):
        y.backward(wrong)
    with pytest.raises((TypeError, ValueError)):
        x.grad = wrong
    assert x.grad is None


@pytest.mark.parametrize("wrong", ["1", None, 1j, [1.0], np.ones(2)])
def test_a_gradient_of_a_value_is_a_number(wrong):
    x = Value(2.0)
    if wrong is not None:
        with pytest.raises((TypeError, ValueError)):
            (x * 1).backward(wrong)
        with pytest.raises((TypeError, ValueError)):
            x.grad = wrong
    assert x.grad is None


def test_untracked_results_have_no_gradient():
    x = tensor([1.0], requires_grad=True)
    with no_grad():
        inside = x * 2
    for node in (tensor([1.0]), inside, x.detach(), Value(1.0).detach(), x.detach() * 2):
        assert not node.requires_grad
        with pytest.raises(GradientError, match="requires_grad=True"):
            node.backward()
    assert x.grad is None


def test_an_untracked_part_is_constant():
    x = Value(3.0)
    (x * x.detach()).backward()
    assert x.grad == 3.0
    t, c = tensor([1.0, 2.0], requires_grad=True), tensor([3.0, 4.0])
    (t * c + c * c).sum().backward()
    assert t.grad.tolist() == [3.0, 4.0]
    assert c.grad is None


def test_grad_can_be_set_and_cleared(make):
    x = make(2.0)
    x.grad = 0.0
    (x * 3).backward()
    assert float(x.grad) == 3.0
    x.grad = None
    (x * 3).backward()
    assert float(x.grad) == 3.0
    x.grad *= 2
    (x * 3).backward()
    assert float(x.grad) == 9.0


def test_a_tensors_gradient_can_be_changed_in_place_as_for_clipping():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.sum().backward()
    x.grad *= 10
    x.grad[0] = 1.0
    assert x.grad.tolist() == [1.0, 20.0]
    assert y.grad.tolist() == [1.0, 1.0]
    y.sum().backward()
    assert x.grad.tolist() == [3.0, 22.0]


def test_requires_grad_can_be_switched_on_before_a_pass():
    x = tensor([1.0, 2.0])
    (x * 2).sum()
    x.requires_grad = True
    (x * x).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_broadcasting_is_undone_for_every_shape(rng):
    shapes = [(), (1,), (3,), (1, 1), (2, 1), (1, 3), (2, 3), (4, 1, 3), (1, 2, 1), (4, 2, 3)]
    for a_shape in shapes:
        for b_shape in shapes:
            a = Tensor(rng.normal(size=a_shape), requires_grad=True)
            b = Tensor(rng.normal(size=b_shape), requires_grad=True)
            y = a * b
            g = rng.normal(size=y.shape)
            y.backward(g)
            for node, other in ((a, b), (b, a)):
                # the sum of g * other over the places to which each element went
                places = np.broadcast_to(np.arange(node.size).reshape(node.shape), y.shape)
                wanted = np.bincount(
                    places.ravel(), weights=(g * other.data).ravel(), minlength=node.size
                )
                assert node.grad.shape == node.shape
                np.testing.assert_allclose(node.grad.ravel(), wanted, rtol=1e-12, atol=1e-14)


def test_a_node_that_is_its_own_ancestor_is_an_error():
    x = Value(2.0, label="x")
    y = relu(x)
    x.op, x.inputs = y.op, (y,)
    with pytest.raises(GradientError, match="its own ancestor"):
        y.backward()
    assert y.grad is None
