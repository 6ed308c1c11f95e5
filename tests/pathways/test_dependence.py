"""What the local gradient of an edge depends on, told from the formula of its vjp."""

import pytest

from micrograd_act.ops.op import REGISTRY, Family
from micrograd_act.pathways.dependence import _reads

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


@pytest.mark.parametrize("shapes", [((3,), (3,)), ((2, 3), (3, 2)), ((4, 2, 3), (3, 2))])
@pytest.mark.parametrize("name", EXPECTED)
def test_known_ops(name, shapes):
    op = REGISTRY[name]
    op = op.bind() if isinstance(op, Family) else op
    found = tuple(_reads(op, i, shapes[: len(op.vjps)]) for i in range(len(op.vjps)))
    assert found == EXPECTED[name]


def test_where_reads_the_condition_only():
    op = REGISTRY["where"]
    assert [_reads(op, i, ((3,),) * 3) for i in (1, 2)] == [A, A]


def test_linear_is_affine_in_its_input():
    found = [_reads(REGISTRY["linear"], i, ((5, 3), (2, 3), (2,))) for i in range(3)]
    assert found == [B, A, NOTHING]
