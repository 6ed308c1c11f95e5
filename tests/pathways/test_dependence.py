"""What the local gradient of an edge depends on, told from the formula of its vjp."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, paths, where
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.op import REGISTRY, Family, Op
from micrograd_act.pathways.dependence import _reads, varies

NOTHING, A, B = frozenset(), frozenset([0]), frozenset([1])
ALL = A | B

# For each input of the op, whose values its vjp reads.
EXPECTED = {
    "add": (NOTHING, NOTHING),
    "mul": (B, A),
    "div": (B, ALL),
    "maximum": (ALL, ALL),
    "matmul": (B, A),
    "relu": (A,),
    "tanh": (A,),
    "exp": (A,),
    "abs": (A,),
    "sum": (NOTHING,),
    "mean": (NOTHING,),
    "amax": (A,),
    "softmax": (A,),
    "log_softmax": (A,),
}


def reads(op, i, *shapes):
    y = op.forward(arrays, *map(np.ones, shapes))
    return _reads(op, i, np.shape(y), shapes)


@pytest.mark.parametrize("shapes", [((3,), (3,)), ((2, 3), (3, 2)), ((4, 2, 3), (3, 2))])
@pytest.mark.parametrize("name", EXPECTED)
def test_known_ops(name, shapes):
    op = REGISTRY[name]
    op = op.bind() if isinstance(op, Family) else op
    if name != "matmul":
        shapes = shapes[0], shapes[1][::-1]  # so that they broadcast
    found = tuple(reads(op, i, *shapes[: len(op.vjps)]) for i in range(len(op.vjps)))
    assert found == EXPECTED[name]


def test_where_reads_the_condition_only():
    op = REGISTRY["where"]
    assert [reads(op, i, *((3,),) * 3) for i in (1, 2)] == [A, A]


def test_linear_is_affine_in_its_input():
    found = [reads(REGISTRY["linear"], i, (5, 3), (2, 3), (2,)) for i in range(3)]
    assert found == [B, A, NOTHING]


def test_a_result_of_fewer_or_more_axes_than_the_inputs():
    shapes = (2, 1, 3), (4, 1, 5, 3)
    op = REGISTRY["contract"].bind("och,ncyh->noy")
    assert [reads(op, i, *shapes) for i in range(2)] == [B, A]
    assert [reads(REGISTRY["contract"].bind("i,j->ij"), i, (2,), (3,)) for i in range(2)] == [B, A]


def triple(xp, x):
    return 3.0 * x


@pytest.mark.parametrize(
    "vjp",
    [
        lambda xp, g, y, x: g * (1.0 if x > 0 else -1.0),
        lambda xp, g, y, x: g * np.exp(x),
        lambda xp, g, y, x: np.array(3.0 * g),
        lambda xp, g, y, x: 3.0,
    ],
)
def test_a_rule_that_needs_numbers_is_taken_to_read_everything(vjp):
    assert reads(Op("own", triple, (vjp,)), 0, ()) == A


def test_constants_of_numpy_are_constants():
    rule = lambda xp, g, y, x: np.float64(3.0) * g  # noqa: E731
    assert reads(Op("triple", triple, (rule,)), 0, ()) == NOTHING


def test_a_stated_slope_needs_no_rule_that_can_be_read():
    x = Value(1.0)
    rule = lambda xp, g, y, x: float(np.multiply(3.0, g))  # noqa: E731
    y = Op("triple", triple, (rule,), slopes=(3.0,))(x)
    assert not varies(y, 0, {y: (0,)}, x)
    y = Op("triple", triple, (rule,))(x)
    assert varies(y, 0, {y: (0,)}, x)


@pytest.mark.parametrize("x", [Value(2.0), Tensor([2.0, -1.0], requires_grad=True)])
@pytest.mark.parametrize(
    ("relu_by_hand", "op"),
    [(lambda x: where(x > 0, x, 0.0), "where"), (lambda x: x * (x > 0), "×")],
)
def test_a_condition_may_depend_on_x(x, relu_by_hand, op):
    y = relu_by_hand(x)
    ledger = paths(y.sum() if x.ndim else y, x)
    assert ledger.uncounted == [op]
    any_op = paths(y.sum() if x.ndim else y, x, nonlinear="any")
    assert len(any_op.by_activations) == 2


def test_masks_of_numbers_are_constants():
    x = Tensor([2.0, -1.0], requires_grad=True)
    assert paths((x * np.array([1.0, 0.0])).sum(), x).uncounted == []
