"""Values and gradients are PyTorch's, compared with stored ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from micrograd_act import Tensor, functional
from tests.reference import torch_cases
from tests.reference.torch_cases import CASES, cotangent

STORED = json.loads(Path(torch_cases.__file__).with_name("torch.json").read_text("utf-8"))


class _Functions:
    """This library's functions; indices and labels are plain."""

    labels = staticmethod(np.array)

    @staticmethod
    def index(index):
        return index

    def __getattr__(self, name):
        return getattr(functional, name)


def computed(name):
    function, inputs = CASES[name]
    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    with np.errstate(all="ignore"):
        y = function(_Functions(), *leaves)
        y.backward(cotangent(y.shape))
    return y, leaves


def agree(found, stored, size=0.0):
    found, stored = np.ravel(found), np.array(stored, dtype=float)
    assert found.shape == stored.shape
    same = (found == stored) | (np.isnan(found) & np.isnan(stored))
    with np.errstate(invalid="ignore"):
        off = np.abs(found - stored)
    assert np.all(same | (off <= 1e-13 * np.maximum(np.abs(stored), size))), (found, stored)


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_torch(name):
    y, leaves = computed(name)
    stored = STORED[name]
    assert list(y.shape) == stored["shape"]
    agree(y.data, stored["value"], size=1e-2)
    for leaf, gradient in zip(leaves, stored["gradients"], strict=True):
        assert leaf.grad.shape == leaf.shape
        agree(leaf.grad, gradient, size=1e-2)


def test_nothing_else_is_stored():
    assert set(STORED) == {*CASES, "torch"}
