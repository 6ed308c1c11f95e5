"""Every claim of every activation stands up to its refutation."""

import pytest

from micrograd_act.ops import REGISTRY
from tests.contract.cases import cases
from tests.contract.facts import FACTS

ACTIVATIONS = [n for n in REGISTRY if any(case.op.facts for case in cases(n))]


def test_there_are_activations():
    assert {"relu", "gelu", "leaky_relu", "identity"} <= set(ACTIVATIONS)


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_fact(name, fact):
    for op in {case.op for case in cases(name)}:
        FACTS[fact](op)
