"""The page of operations says what the registry says, and errors stay within its bounds."""

import re

import numpy as np
import pytest

from micrograd_act import functional
from micrograd_act.ops.op import REGISTRY
from tests.contract.table import PAGE, composed, described, errors

SEED = 2718  # not one that the bounds were taken from


def _rows():
    cells = [
        [re.sub(r"^`(.*)`$", r"\1", cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    return {row[0]: row for row in cells}


ROWS = _rows()


def test_every_op_and_function_has_a_row():
    assert set(ROWS) == {*REGISTRY, *functional.__all__}


@pytest.mark.parametrize("name", REGISTRY)
def test_an_op_is_described(name):
    assert ROWS[name][:5] == list(described(name).values())


@pytest.mark.parametrize("name", sorted(set(functional.__all__) - set(REGISTRY)))
def test_a_function_is_described(name):
    assert [cell.replace("\\|", "|") for cell in ROWS[name]] == list(composed(name).values())


@pytest.mark.parametrize("name", REGISTRY)
def test_errors_of_other_inputs_stay_within_the_bounds(name):
    for column, dtype in ((5, np.float64), (6, np.float32)):
        bounds = [float(x) for x in ROWS[name][column].split("/")]
        found = errors(name, np.random.default_rng(SEED), dtype)
        for error, bound in zip(found, bounds, strict=True):
            assert error <= max(bound, 0), f"{np.dtype(dtype)}: {error:.2f} ulp, said {bound}"


def test_a_wrong_bound_is_found():
    assert max(errors("gelu", np.random.default_rng(SEED))) > 0.4
