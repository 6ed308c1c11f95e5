"""Write torch.json, PyTorch's values and gradients of the cases: the tests need no PyTorch.

Run with PyTorch installed, from the root: ``python -m tests.reference.make_reference``.
"""

import json
from pathlib import Path

import numpy as np
import torch

from tests.reference.torch_cases import CASES, cotangent

TARGET = Path(__file__).with_name("torch.json")


class _Functions:
    """torch's functions, those of torch.nn.functional included."""

    labels = staticmethod(torch.tensor)

    @staticmethod
    def index(index):
        parts = index if isinstance(index, tuple) else (index,)
        return tuple(torch.tensor(p) if isinstance(p, list) else p for p in parts)

    def __getattr__(self, name):
        found = getattr(torch.nn.functional, name, None)
        return getattr(torch, name) if found is None else found


def reference(function, inputs):
    leaves = [torch.tensor(np.asarray(x), requires_grad=True) for x in inputs]
    y = function(_Functions(), *leaves)
    y.backward(torch.tensor(cotangent(tuple(y.shape))))
    return {
        "shape": list(y.shape),
        "value": y.detach().numpy().ravel().tolist(),
        "gradients": [_gradient(x).numpy().ravel().tolist() for x in leaves],
    }


def _gradient(x):
    return torch.zeros_like(x) if x.grad is None else x.grad


def main():
    found = {"torch": torch.__version__.split("+")[0]}
    for name, (function, inputs) in CASES.items():
        found[name] = reference(function, inputs)
    lines = (f"{json.dumps(name)}: {json.dumps(case)}" for name, case in found.items())
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
