"""Values, gradients and their gradients are PyTorch's, as stored by make_layers.py."""

import json
from pathlib import Path

import numpy as np
import pytest

from micrograd_act import functional, grad, tensor
from tests.reference import layer_cases
from tests.reference.layer_cases import CASES

RESULTS = json.loads(Path(layer_cases.__file__).with_name("layers.json").read_text("utf-8"))


def close(found, wanted, what):
    found = np.zeros(np.shape(wanted)) if found is None else np.asarray(found)
    wanted = np.zeros(found.shape) if wanted is None else np.asarray(wanted)
    assert found.shape == wanted.shape, what
    size = np.max(np.abs(wanted), initial=1.0)
    assert np.allclose(found, wanted, rtol=1e-10, atol=1e-11 * size), what


def test_every_case_is_stored():
    assert list(RESULTS) == [expression for expression, _ in CASES]


@pytest.mark.parametrize("expression", RESULTS)
def test_same_as_pytorch(expression):
    case = RESULTS[expression]
    inputs = {name: np.array(x, dtype) for name, (dtype, x) in case["inputs"].items()}
    leaves = {}
    for name, x in inputs.items():
        if x.dtype.kind == "f":
            inputs[name] = tensor(x, requires_grad=name[0] != "c")
            if name[0] != "c":
                leaves[name] = inputs[name]
    y = eval(expression, {"F": functional, **inputs})
    outputs = y if isinstance(y, tuple) else (y,)
    for out, wanted in zip(outputs, case["outputs"], strict=True):
        close(out, wanted, expression)
    weighted = zip(outputs, case["weights"], strict=True)
    total = sum((out * np.array(w)).sum() for out, w in weighted)
    first = grad(total, [*leaves.values()], create_graph=True, allow_unused=True)
    for name, c in zip(leaves, first, strict=True):
        close(c, case["gradients"][name], f"{expression}: gradient of {name}")
    if "second" not in case:
        return
    directed = zip(first, case["directions"], strict=True)
    moved = [(c * np.array(d)).sum() for c, d in directed if c is not None and c.requires_grad]
    second = (
        grad(sum(moved), [*leaves.values()], allow_unused=True) if moved else [None] * len(leaves)
    )
    for name, c in zip(leaves, second, strict=True):
        close(c, case["second"][name], f"{expression}: second gradient of {name}")
