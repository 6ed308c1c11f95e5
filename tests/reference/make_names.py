"""Writes names.json: what PyTorch calls the functions of this library. Needs PyTorch."""

import json
from pathlib import Path

import torch

from micrograd_act import functional
from micrograd_act.ops.op import REGISTRY, load_all

# Ours, where PyTorch's function has another name or is another function of several.
OTHERS = {
    "affine": "", "bernoulli": "nn.functional.binary_cross_entropy", "concatenate": "cat",
    "contract": "einsum", "expand_dims": "unsqueeze", "fold": "nn.functional.fold",
    "huber": "nn.functional.huber_loss", "identity": "nn.Identity", "log1pexp": "logaddexp",
    "logabsdet": "linalg.slogdet", "mse": "nn.functional.mse_loss", "ndtr": "special.ndtr",
    "permute_dims": "permute", "power": "pow", "sech2": "", "standardize": "",
    "windows": "nn.functional.unfold", "item": "Tensor.item", "astype": "Tensor.to",
    "expand": "Tensor.expand", "index_put": "Tensor.index_put",
    "masked_fill": "Tensor.masked_fill", "repeat": "Tensor.repeat", "slogdet": "linalg.slogdet",
    "solve": "linalg.solve", "norm": "linalg.vector_norm", "softplus": "nn.functional.softplus",
    "layer_standardize": "nn.functional.layer_norm",
    "batch_standardize": "nn.functional.batch_norm",
    "exp_neg": "", "step": "", "squareplus": "", "swiglu": "", "swish": "", "cauchy": "",
    "glu": "nn.functional.glu", "softmin": "nn.functional.softmin",
    "gaussian": "", "_getitem": "Tensor.__getitem__", "_put_add": "Tensor.index_put",
}  # fmt: skip


def name_in_torch(name):
    if name in OTHERS:
        return OTHERS[name]
    for place in ("", "nn.functional.", "linalg.", "special."):
        found = torch
        for part in (place + name).split("."):
            found = getattr(found, part, None)
        if callable(found):
            return place + name
    return ""


def exists(path):
    found = torch
    for part in path.split("."):
        found = getattr(found, part, None)
    return found is not None


if __name__ == "__main__":
    load_all()
    names = {name: name_in_torch(name) for name in sorted({*REGISTRY, *functional.__all__})}
    assert all(exists(path) for path in names.values() if path)
    text = json.dumps({"torch": torch.__version__.split("+")[0], "names": names}, indent=1)
    Path(__file__).with_name("names.json").write_text(text + "\n")
