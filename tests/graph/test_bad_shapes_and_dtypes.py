"""Bad input of functions, layers and optimisers: the kind of error and the words of its message."""

import operator

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, grad, nn, nodes, optim, record_lines, tensor
from micrograd_act import functional as F  # noqa: N812

AxisError = np.exceptions.AxisError


def _x(*shape):
    return Tensor(np.ones(shape), requires_grad=True, label="x")


# What is called, the error, and words of its message in their order.
CALLS = {
    "transpose": (lambda: _x(2, 3).transpose(0, 5), AxisError, "swapaxes axis 5 (2, 3) 'x'"),
    "permute": (lambda: _x(2, 3).permute(0, 0), ValueError, "permute repeated axis (2, 3) 'x'"),
    "sum of a missing axis": (lambda: _x(2, 3).sum(3), AxisError, "sum axis 3 (2, 3) 'x'"),
    "sum of an axis twice": (lambda: _x(2, 3).sum((0, 0)), ValueError, "sum (0, 0) twice"),
    "squeeze": (lambda: _x(2, 3).squeeze(4), AxisError, "squeeze axis 4 2 axes"),
    "expand": (lambda: _x(2, 3).expand(4, 3), ValueError, "expand 2 4 (2, 3) (4, 3)"),
    "split": (lambda: F.split(_x(3), [1, 1]), ValueError, "split [1, 1] 3"),
    "index": (lambda: _x(3)[5], IndexError, "getitem 5 out of bounds (3,) 'x'"),
    "step of 0": (lambda: _x(3)[::0], ValueError, "getitem step zero (3,) 'x'"),
    "too many indices": (lambda: _x(3)[0, 0], IndexError, "too many indices 2 'x'"),
    "float index": (lambda: _x(3)[1.5], IndexError, "only integers 'x'"),
    "mask": (lambda: _x(3)[np.array([True, False])], IndexError, "boolean index 3 2 'x'"),
    "string index": (lambda: _x(3)["a"], IndexError, "only integers 'x'"),
    "objects": (
        lambda: tensor(np.array([1, None], dtype=object)), TypeError, "Tensor dtype object",
    ),
    "string": (lambda: tensor("a"), TypeError, "Tensor from str"),
    "strings": (lambda: tensor(np.array(["a"])), TypeError, "Tensor dtype <U1"),
    "ragged": (lambda: tensor([[1.0], [1.0, 2.0]]), ValueError, "Tensor inhomogeneous (2,)"),
    "None": (lambda: tensor(None), TypeError, "Tensor from NoneType"),
    "dict": (lambda: tensor({}), TypeError, "Tensor from dict"),
    "dates": (lambda: tensor(np.array(["2020-01-01"], "M8[D]")), TypeError, "dtype datetime64"),
    "truth": (lambda: bool(_x(3)), ValueError, "truth (3,) ambiguous"),
    "truth of nothing": (lambda: bool(tensor([])), ValueError, "truth (0,) ambiguous"),
    "float": (lambda: float(_x(3)), ValueError, "item (3,) 3 elements"),
    "item": (lambda: _x(3).item(), ValueError, "item (3,) 3 elements"),
    "len": (lambda: len(tensor(1.0)), TypeError, "len() 0-d"),
    "iter": (lambda: iter(tensor(1.0)), TypeError, "iteration 0-d"),
    "assignment": (lambda: _x(3).__setitem__(0, 1.0), GradientError, "assignment index_put"),
    "grad's shape": (lambda: setattr(_x(3), "grad", np.ones(2)), ValueError, "grad (2,) (3,)"),
    "grad's type": (lambda: setattr(_x(3), "grad", "a"), TypeError, "grad str"),
    "data's type": (lambda: setattr(_x(3), "data", 3), TypeError, "data int"),
    "mean of integers": (lambda: tensor([1, 2]).mean(), TypeError, "mean floating int64 double"),
    "var of integers": (lambda: tensor([1, 2]).var(), TypeError, "var floating int64 double"),
    "std of booleans": (lambda: tensor([True]).std(), TypeError, "std floating bool double"),
    "max of nothing": (lambda: tensor([]).max(), ValueError, "max (0,) no elements"),
    "amax of nothing": (lambda: tensor([]).amax(), ValueError, "amax zero-size (0,)"),
    "argmax of nothing": (lambda: tensor([]).argmax(), ValueError, "argmax (0,) no elements"),
    "inv": (lambda: F.inv(np.ones((2, 2))), np.linalg.LinAlgError, "inv Singular (2, 2)"),
    "label": (lambda: F.cross_entropy(_x(2, 5), [0, 7]), IndexError, "label 7 row 1 [0, 5)"),
    "negative label": (lambda: F.cross_entropy(_x(2, 5), [0, -1]), IndexError, "label -1 row 1"),
    "float label": (lambda: F.cross_entropy(_x(2, 5), [0.0, 1.0]), TypeError, "integers float64"),
    "labels": (lambda: F.cross_entropy(_x(2, 5), [0, 1, 2]), ValueError, "(2, 5) (2,) (3,)"),
    "probability": (
        lambda: F.binary_cross_entropy(tensor([1.5]), tensor([1.0])), ValueError,
        "binary_cross_entropy 1.5 [0, 1] with_logits",
    ),
    "mse": (lambda: F.mse_loss(_x(3), _x(2)), ValueError, "mse_loss (2,) (3,)"),
    "mse that broadcasts": (lambda: F.mse_loss(_x(3, 1), _x(3)), ValueError, "(3,) (3, 1)"),
    "reduction": (
        lambda: F.mse_loss(_x(3), _x(3), reduction="avg"), ValueError, "mse_loss reduction 'avg'",
    ),
    "conv channels": (
        lambda: F.conv1d(_x(1, 3, 8), _x(4, 2, 3)), ValueError, "(4, 2, 3) groups=1 2 (1, 3, 8)",
    ),
    "conv kernel": (lambda: F.conv1d(_x(1, 2, 3), _x(4, 2, 5)), ValueError, "kernel (5,) (3,)"),
    "conv stride": (
        lambda: F.conv1d(_x(1, 2, 8), _x(4, 2, 3), stride=0), ValueError, "stride least 1 0",
    ),
    "conv padding": (
        lambda: F.conv1d(_x(1, 2, 8), _x(4, 2, 3), padding=-1), ValueError, "padding least 0 -1",
    ),
    "conv groups": (
        lambda: F.conv1d(_x(1, 6, 8), _x(4, 2, 3), groups=3), ValueError, "groups=3 divide 4",
    ),
    "conv axes": (lambda: F.conv2d(_x(8, 8), _x(4, 2, 3, 3)), ValueError, "4 axes 3 (8, 8)"),
    "pool kernel": (lambda: F.max_pool1d(_x(1, 2, 8), 0), ValueError, "kernel_size least 1 0"),
    "pool padding": (
        lambda: F.max_pool1d(_x(1, 2, 8), 2, padding=2), ValueError, "padding (2,) half (2,)",
    ),
    "embedding": (lambda: F.embedding([9], _x(3, 2)), IndexError, "index 9 (0,) [0, 3)"),
    "float embedding": (lambda: F.embedding([1.0], _x(3, 2)), TypeError, "integers float64"),
    "layer_norm": (lambda: F.layer_norm(_x(2, 3), (4,)), ValueError, "layer_norm (4,) (2, 3)"),
    "batch_norm": (
        lambda: F.batch_norm(_x(1, 3), None, None, training=True), ValueError,
        "batch_norm more than 1 (1, 3)",
    ),
    "group_norm": (lambda: F.group_norm(_x(1, 5, 2), 2), ValueError, "num_groups=2 (1, 5, 2)"),
    "dropout": (lambda: F.dropout(_x(3), 1.5), ValueError, "dropout probability 1.5"),
    "attention": (
        lambda: F.scaled_dot_product_attention(_x(2, 4), _x(3, 5), _x(3, 5)), ValueError,
        "query (2, 4) key (3, 5)",
    ),
    "einsum": (
        lambda: F.einsum("ij,jk->ik", _x(2, 3), _x(4, 5)), ValueError, "einsum j size 4 1 3",
    ),
    "einsum's letters": (
        lambda: F.einsum("i1,1j->ij", _x(2, 3), _x(3, 2)), ValueError, "einsum '1' letters",
    ),
    "pad": (lambda: F.pad(_x(3), (1, 1, 1, 1)), ValueError, "pad (1, 1, 1, 1) (3,)"),
    "reflect": (
        lambda: F.pad(_x(1, 3), (5, 0), mode="reflect"), ValueError, "reflect (5, 0) 3 axis 1",
    ),
    "clamp": (lambda: _x(3).clamp(), ValueError, "clamp min, max"),
    "clamp's order": (lambda: _x(3).clamp(2.0, 1.0), ValueError, "clamp min=2.0 max=1.0"),
    "zeros": (lambda: F.zeros(-1), ValueError, "zeros negative (-1,)"),
    "lr": (lambda: optim.SGD([_x(3)], lr=-1), ValueError, "SGD lr 0 -1"),
    "no parameters": (lambda: optim.SGD([], lr=0.1), ValueError, "SGD no parameter"),
    "a result": (lambda: optim.SGD([_x(3) * 2], lr=0.1), ValueError, "SGD mul leaves"),
    "betas": (lambda: optim.Adam([_x(3)], betas=(1.5, 0.9)), ValueError, "betas[0] 1.5"),
    "integers that require grad": (
        lambda: Tensor([1], requires_grad=True), TypeError, "requires_grad int64 float",
    ),
    "booleans that require grad": (
        lambda: Tensor([True], requires_grad=True), TypeError, "requires_grad bool float",
    ),
    "list": (lambda: operator.add(_x(3), [1.0]), TypeError, "'Tensor' 'list'"),
    "unused": (
        lambda: grad(_x(3).sum(), _x(2)), GradientError, "grad not depend (2,) allow_unused=True",
    ),
    "no nodes": (lambda: nodes(3), TypeError, "nodes int"),
    "minus a boolean": (lambda: -tensor([True]), TypeError, "neg boolean (1,)"),
    "dtype": (lambda: _x(3).to("foo"), TypeError, "to: 'foo'"),
    "decimals": (lambda: F.round(_x(3), decimals=1.5), TypeError, "round decimals 1.5"),
    "shifts": (lambda: F.roll(_x(3), 1.5), TypeError, "roll integers 1.5"),
    "dropout's share": (lambda: F.dropout(_x(3), "a"), ValueError, "dropout [0, 1] 'a'"),
    "equation": (lambda: F.einsum(_x(3), "i"), TypeError, "einsum equation first Tensor"),
    "tensordot's axes": (
        lambda: F.tensordot(_x(3), _x(3), ([0], [3])), AxisError, "tensordot axis 3 1 axis",
    ),
    "cosine": (lambda: F.cosine_similarity(_x(3), _x(3)), AxisError, "cosine_similarity axis 1"),
    "layer_norm's weight": (
        lambda: F.layer_norm(_x(2, 3), 3, _x(1)), ValueError, "layer_norm weight (3,) (2, 3) (1,)",
    ),
    "layer_norm's bias": (
        lambda: F.layer_norm(_x(2, 3), 3, _x(3), _x(2, 3)), ValueError, "bias (3,) (2, 3)",
    ),
    "rms_norm's weight": (lambda: F.rms_norm(_x(2, 3), 3, _x(1)), ValueError, "rms_norm weight"),
    "group_norm's weight": (
        lambda: F.group_norm(_x(2, 4), 2, _x(2)), ValueError, "group_norm weight (4,) (2,)",
    ),
    "batch_norm's bias": (
        lambda: F.batch_norm(_x(2, 3), None, None, None, _x(1), training=True), ValueError,
        "batch_norm bias (3,) (2, 3) (1,)",
    ),
    "Linear": (lambda: nn.Linear(2, 3)(_x(4, 5)), ValueError, "in_features=2 5"),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_error_and_words(name):
    call, error, words = CALLS[name]
    with pytest.raises(error) as caught:
        call()
    message, at = str(caught.value), 0
    for word in words.split():
        at = message.find(word, at)
        assert at >= 0, f"{word!r} is missing or out of place in: {message}"
        at += len(word)


def test_of_nothing():
    nothing = tensor(np.ones((2, 0)), requires_grad=True)
    assert F.softmax(nothing, 1).shape == F.log_softmax(nothing, 1).shape == (2, 0)
    assert F.logsumexp(nothing, 1).tolist() == [-np.inf, -np.inf]
    assert (nothing.prod().item(), nothing.norm().item(), nothing.sum().item()) == (1.0, 0.0, 0.0)
    F.softmax(nothing, 1).sum().backward()
    assert nothing.grad.shape == (2, 0)


@pytest.mark.parametrize("name", ["var", "std"])
def test_the_variance_of_one_is_nan_with_a_warning(name):
    x = _x(1)
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.isnan(getattr(F, name)(x).item())
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.isnan(F.mean(tensor([])).item())


def test_the_numbers_of_a_tracked_tensor_are_a_view():
    x = _x(3)
    assert not x.numpy().flags.writeable
    assert not (x * 2).numpy().flags.writeable
    assert np.shares_memory(x.numpy(), x.numpy())


def test_a_change_after_the_forward_pass_names_op_and_line():
    x = _x(3)
    with record_lines():
        y = (x * x).sum()
    x.data *= 2
    with pytest.raises(GradientError, match=r"mul.*changed after.*test_bad_shapes.*\.py:\d+"):
        y.backward()
    assert x.grad is None


def test_numpys_mean_of_integers_is_numpys():
    assert np.mean(tensor([1, 2])).item() == 1.5
    assert np.var(tensor([1, 2])).item() == 0.25
