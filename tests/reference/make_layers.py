"""Write layers.json, what PyTorch gives for every case: value, gradients, their gradients.

Run in an environment with PyTorch 2.13: python -m tests.reference.make_layers
An input whose name begins with c is a constant, whole numbers are indices.
"""

import json
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional

from tests.reference.layer_cases import CASES

TARGET = Path(__file__).with_name("layers.json")


class Functions:
    """PyTorch's functions from the two places where it has them."""

    def __getattr__(self, name):
        for place in (torch.nn.functional, torch.linalg, torch):
            if hasattr(place, name):
                return getattr(place, name)
        raise AttributeError(name)


def drawn(given, rng):
    if isinstance(given, tuple):
        return np.round(rng.normal(scale=1.5, size=given), 3)
    if isinstance(given, str):  # a shape of probabilities
        return np.round(rng.uniform(0.05, 0.95, [int(n) for n in given.split()]), 3)
    return np.asarray(given)


def listed(gradient):
    if gradient is None:
        return None
    return (gradient + torch.zeros(gradient.shape)).tolist()  # PyTorch leaves some zeros unmade


def result_of(expression, inputs):
    rng = np.random.default_rng(zlib.crc32(expression.encode()))
    arrays = {name: drawn(given, rng) for name, given in inputs.items()}
    tensors = {
        name: torch.tensor(x, requires_grad=x.dtype.kind == "f" and name[0] != "c")
        for name, x in arrays.items()
    }
    leaves = {name: x for name, x in tensors.items() if x.requires_grad}
    y = eval(expression, {"F": Functions(), **tensors})
    outputs = list(y) if isinstance(y, tuple) else [y]
    weights = [torch.tensor(np.round(rng.normal(size=out.shape), 3)) for out in outputs]
    total = sum((out * w).sum() for out, w in zip(outputs, weights, strict=True))
    found = {
        "inputs": {name: [str(x.dtype), x.tolist()] for name, x in arrays.items()},
        "outputs": [out.tolist() for out in outputs],
        "weights": [w.tolist() for w in weights],
    }
    first = torch.autograd.grad(total, leaves.values(), create_graph=True, allow_unused=True)
    found["gradients"] = {n: listed(g) for n, g in zip(leaves, first, strict=True)}
    directions = [torch.tensor(np.round(rng.normal(size=x.shape), 3)) for x in leaves.values()]
    found["directions"] = [d.tolist() for d in directions]
    moved = [
        (g * d).sum()
        for g, d in zip(first, directions, strict=True)
        if g is not None and g.requires_grad
    ]
    if moved:
        try:
            second = torch.autograd.grad(sum(moved), leaves.values(), allow_unused=True)
        except RuntimeError:  # PyTorch has no second derivative
            return found
        found["second"] = {n: listed(g) for n, g in zip(leaves, second, strict=True)}
    return found


def main():
    torch.set_default_dtype(torch.float64)
    results = {expression: result_of(expression, inputs) for expression, inputs in CASES}
    assert len(results) == len(CASES), "a case is there twice"
    lines = (f"{json.dumps(name)}: {json.dumps(result)}" for name, result in results.items())
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
