"""Every registered op keeps every promise; adding an op adds no test code."""

import numpy as np
import pytest

from micrograd_act.ops import REGISTRY, Op
from micrograd_act.ops.op import Family
from tests.contract.cases import bound, case_of, cases, unsampled
from tests.contract.checks import CHECKS
from tests.contract.samples import SAMPLES, Sample


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", REGISTRY)
def test_op(name, check):
    for case in cases(name):
        CHECKS[check](case)


def test_every_sample_is_of_a_registered_op():
    assert set(SAMPLES) <= set(REGISTRY)


@pytest.mark.parametrize("name", REGISTRY)
def test_every_parameter_is_varied(name):
    missing = unsampled(name, REGISTRY[name], SAMPLES.get(name, ()))
    assert not missing, f"vary {missing} of {name!r} in tests/contract/samples.py"


def _scaled(factor: float = 1.0) -> Op:
    def forward(xp, x):
        return x * factor

    def vjp(xp, g, y, x):
        return g * factor

    return Op("scaled", forward, (vjp,))


def test_an_unvaried_parameter_is_found():
    entry = Family(_scaled)
    assert unsampled("scaled", entry, ()) == {"factor"}
    assert not unsampled("scaled", entry, (Sample({"factor": 2.0}),))
    assert len(bound(entry, (Sample({"factor": 2.0}),))) == 2


def test_an_op_without_inputs_is_found():
    op = Op("mixing", _scaled().forward, _scaled().vjps, elementwise=False)
    with pytest.raises(AssertionError, match="give a sample"):
        case_of(op, None, np.random.default_rng(0))
    nowhere = Op("nowhere", lambda xp, x: x * np.nan, _scaled().vjps)
    with pytest.raises(AssertionError, match="finite at no drawn input"):
        case_of(nowhere, None, np.random.default_rng(0))
