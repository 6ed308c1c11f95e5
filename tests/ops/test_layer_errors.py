"""What losses and layers say of bad input: the type of the error and the words of its message."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from micrograd_act import functional as F  # noqa: N812
from micrograd_act import tensor
from micrograd_act.errors import GradientError

X = tensor(np.arange(10.0).reshape(2, 5) / 10, requires_grad=True)

LOSSES = {
    "label too large": (lambda: F.cross_entropy(X, [0, 7]), IndexError, "label 7 row 1 [0, 5)"),
    "label negative": (lambda: F.cross_entropy(X, [-1, 0]), IndexError, "label -1 row 0 [0, 5)"),
    "label in an image": (
        lambda: F.nll_loss(np.ones((1, 2, 2)), [[0, 3]]), IndexError, "nll_loss label 3 (0, 1)",
    ),
    "float label": (lambda: F.cross_entropy(X, [0.0, 1.0]), TypeError, "integers float64"),
    "batch": (lambda: F.cross_entropy(X, [0, 1, 2]), ValueError, "(2, 5) (2,) (3,)"),
    "single number": (lambda: F.cross_entropy(1.0, 0), ValueError, "single number"),
    "weights": (lambda: F.cross_entropy(X, [0, 1], [1.0]), ValueError, "weight 5 classes (1,)"),
    "tracked weights": (
        lambda: F.cross_entropy(X, [0, 1], tensor(np.ones(5), requires_grad=True)),
        GradientError, "weight.detach()",
    ),
    "smoothing": (
        lambda: F.cross_entropy(X, [0, 1], label_smoothing=1.5), ValueError, "label_smoothing 1.5",
    ),
    "reduction": (lambda: F.cross_entropy(X, [0, 1], reduction="avg"), ValueError, "'avg' 'mean'"),
    "probability above 1": (
        lambda: F.binary_cross_entropy(X * 2, np.ones((2, 5))), ValueError, "[0, 1] logits",
    ),
    "mse shapes": (lambda: F.mse_loss(X, np.ones((2, 4))), ValueError, "(2, 4) (2, 5)"),
    "mse broadcast": (
        lambda: F.mse_loss(tensor(np.ones((3, 1))), np.ones(3)), ValueError, "(3,) (3, 1) reshape",
    ),
    "mse reduction": (lambda: F.mse_loss(X, X, reduction="avg"), ValueError, "mse_loss 'avg'"),
    "kl reduction": (lambda: F.kl_div(X, X, reduction="avg"), ValueError, "kl_div 'avg'"),
    "delta": (lambda: F.huber_loss(X, X, delta=0.0), ValueError, "delta positive 0.0"),
    "beta": (lambda: F.smooth_l1_loss(X, X, beta=-1.0), ValueError, "beta negative -1.0"),
    "power": (lambda: F.multi_margin_loss(X, [0, 1], p=3), ValueError, "p is 1 or 2 3"),
    "ranking shapes": (
        lambda: F.margin_ranking_loss(X, X, np.ones(2)), ValueError, "target (2,) (2, 5)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_losses_say_what_is_wrong(name):
    call, kind, words = LOSSES[name]
    with pytest.raises(kind) as caught:
        call()
    assert all(word in str(caught.value) for word in words.split()), caught.value


@pytest.mark.filterwarnings("error")
def test_a_mean_over_nothing_is_nan():
    assert np.isnan(F.cross_entropy(X, [-100, -100]).item())


def test_losses_stay_finite_at_the_ends():
    p = tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    loss = F.binary_cross_entropy(p, np.array([0.0, 1.0, 1.0, 0.0]), reduction="none")
    assert loss.tolist() == [0.0, 0.0, 100.0, 100.0]
    loss.sum().backward()
    assert np.all(np.isfinite(p.grad))
    x = tensor([np.inf, -np.inf], requires_grad=True)
    F.huber_loss(x, np.zeros(2), reduction="sum").backward()
    assert x.grad.tolist() == [1.0, -1.0]


ALGEBRA = {
    "singular": (lambda: F.inv(np.ones((2, 2))), np.linalg.LinAlgError, "inv ingular (2, 2)"),
    "det, singular": (
        lambda: F.det(tensor(np.ones((2, 2)), requires_grad=True)).backward(),
        np.linalg.LinAlgError, "det: gradient inverse (2, 2) singular",
    ),
    "not square": (lambda: F.det(X), ValueError, "det square (2, 5)"),
    "solve": (lambda: F.solve(np.eye(2), np.ones(3)), ValueError, "solve (2, 2) (3,)"),
    "not definite": (
        lambda: F.cholesky(-np.eye(2)), np.linalg.LinAlgError, "cholesky definite (2, 2)",
    ),
    "einsum sizes": (
        lambda: F.einsum("ij,jk->ik", np.ones((2, 3)), np.ones((4, 2))), ValueError,
        "einsum subscript j 4 operand 1 3",
    ),
    "einsum syntax": (lambda: F.einsum("i1->i", X), ValueError, "einsum '1' letters"),
    "einsum rank": (lambda: F.einsum("ijk->i", X), ValueError, "'ijk' operand 0 2 axes"),
    "einsum operands": (lambda: F.einsum("i,j", X), ValueError, "2 operands got 1"),
    "einsum result": (lambda: F.einsum("ij->k", X), ValueError, "result 'k'"),
    "einsum result twice": (lambda: F.einsum("ij->ii", X), ValueError, "result 'i' twice"),
    "tensordot": (lambda: F.tensordot(X, np.ones((4, 2)), 1), ValueError, "(1,) (2, 5) (4, 2)"),
    "tensordot dims": (lambda: F.tensordot(X, X, 3), ValueError, "dims=3 (2, 5)"),
    "outer": (lambda: F.outer(X, np.ones(2)), ValueError, "outer vectors (2, 5) (2,)"),
    "dot": (lambda: F.dot(np.ones(2), np.ones(3)), ValueError, "dot (2,) (3,)"),
    "trace": (lambda: F.trace(np.ones(2)), ValueError, "trace matrix (2,)"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALGEBRA)
def test_algebra_says_what_is_wrong(name):
    call, kind, words = ALGEBRA[name]
    with pytest.raises(kind) as caught:
        call()
    assert all(word in str(caught.value) for word in words.split()), caught.value


def test_a_late_op_can_be_unpickled_before_its_first_use():
    text = pickle.dumps(F.inv(tensor(np.eye(2), requires_grad=True)))
    code = f"import pickle; print(pickle.loads({text!r}).op)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "inv\n"


LAYERS = {
    "embedding index": (lambda: F.embedding([9], X), IndexError, "index 9 (0,) [0, 2)"),
    "embedding float": (lambda: F.embedding([0.0], X), TypeError, "embedding integers float64"),
    "embedding padding": (lambda: F.embedding([0], X, 5), IndexError, "padding_idx 5 [0, 2)"),
    "one_hot": (lambda: F.one_hot([0, 3], 3), IndexError, "one_hot label 3 [0, 3)"),
    "bilinear": (
        lambda: F.bilinear(X, X, np.ones((2, 5, 4))), ValueError, "bilinear (2, 5, 4) (2, 5)",
    ),
    "layer_norm": (lambda: F.layer_norm(X, 4), ValueError, "normalized_shape (4,) (2, 5)"),
    "rms_norm": (lambda: F.rms_norm(X, [2, 4]), ValueError, "normalized_shape (2, 4) (2, 5)"),
    "group_norm": (lambda: F.group_norm(X, 2), ValueError, "num_groups=2 (2, 5)"),
    "batch_norm of one": (
        lambda: F.batch_norm(np.ones((1, 3)), None, None, training=True), ValueError,
        "more 1 value channel (1, 3)",
    ),
    "batch_norm without": (lambda: F.batch_norm(X, None, None), ValueError, "training=True"),
    "batch_norm sizes": (
        lambda: F.batch_norm(X, np.ones(3), np.ones(3)), ValueError, "5 channels (3,)",
    ),
    "dropout": (lambda: F.dropout(X, 1.5), ValueError, "dropout [0, 1] 1.5"),
    "alpha_dropout": (lambda: F.alpha_dropout(X, -0.5), ValueError, "alpha_dropout [0, 1] -0.5"),
    "attention": (
        lambda: F.scaled_dot_product_attention(X, np.ones((2, 4)), X), ValueError,
        "query (2, 5) key (2, 4)",
    ),
    "attention masks": (
        lambda: F.scaled_dot_product_attention(X, X, X, np.ones((2, 2)), is_causal=True),
        ValueError, "attn_mask is_causal both",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_layers_say_what_is_wrong(name):
    call, kind, words = LAYERS[name]
    with pytest.raises(kind) as caught:
        call()
    assert all(word in str(caught.value) for word in words.split()), caught.value


def test_dropout_follows_its_generator():
    x = tensor(np.ones(1000), requires_grad=True)
    once, again = (F.dropout(x, 0.3, generator=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(once.data, again.data)
    assert set(np.unique(once.data)) == {0.0, 1 / 0.7}
    assert 0.2 < np.mean(once.data == 0) < 0.4
    once.sum().backward()
    assert np.array_equal(x.grad, once.data)
    assert F.dropout(x, 0.3, training=False) is x
    assert not np.any(F.dropout(x, 1.0).data)


def test_alpha_dropout_keeps_mean_and_variance():
    x = np.random.default_rng(0).normal(size=20000)
    y = F.alpha_dropout(x, 0.4, training=True, generator=np.random.default_rng(1)).data
    assert abs(np.mean(y)) < 0.05
    assert abs(np.var(y) - 1) < 0.05
    assert F.alpha_dropout(x, 0.4).tolist() == x.tolist()


def test_batch_norm_updates_what_it_is_given():
    x = np.array([[1.0], [3.0]])
    mean, variance = np.zeros(1), tensor(np.ones(1))
    F.batch_norm(x, mean, variance, training=True)
    assert mean == 0.2
    assert np.allclose(variance.data, 0.9 + 0.1 * 2)


SEQUENCE = np.ones((1, 2, 8))
IMAGES = {
    "channels": (
        lambda: F.conv1d(np.ones((1, 3, 8)), np.ones((4, 2, 3))), ValueError,
        "conv1d (4, 2, 3) groups=1 2 channels (1, 3, 8)",
    ),
    "kernel": (
        lambda: F.conv1d(np.ones((1, 2, 3)), np.ones((4, 2, 5))), ValueError, "kernel (5,) (3,)",
    ),
    "stride": (
        lambda: F.conv1d(SEQUENCE, np.ones((4, 2, 3)), stride=0), ValueError, "stride least 1 0",
    ),
    "padding": (
        lambda: F.conv1d(SEQUENCE, np.ones((4, 2, 3)), padding=-1), ValueError, "padding least -1",
    ),
    "padding name": (
        lambda: F.conv1d(SEQUENCE, np.ones((4, 2, 3)), padding="full"), ValueError, "'full'",
    ),
    "same": (
        lambda: F.conv1d(SEQUENCE, np.ones((4, 2, 3)), stride=2, padding="same"), ValueError,
        "'same' stride (2,)",
    ),
    "groups": (
        lambda: F.conv1d(SEQUENCE, np.ones((4, 2, 3)), groups=3), ValueError, "groups=3 divide 4",
    ),
    "axes": (lambda: F.conv2d(X, np.ones((4, 2, 3, 3))), ValueError, "conv2d 4 axes (2, 5)"),
    "weight": (lambda: F.conv2d(SEQUENCE, np.ones((4, 2))), ValueError, "weight 4 axes (4, 2)"),
    "bias": (
        lambda: F.conv1d(SEQUENCE, np.ones((4, 2, 3)), np.ones(3)), ValueError, "bias (4,) (3,)",
    ),
    "transposed": (
        lambda: F.conv_transpose2d(np.ones((1, 2, 2, 2)), np.ones((3, 2, 2, 2))), ValueError,
        "conv_transpose2d 3 channels (1, 2, 2, 2)",
    ),
    "output_padding": (
        lambda: F.conv_transpose2d(
            np.ones((1, 2, 2, 2)), np.ones((2, 2, 2, 2)), output_padding=1
        ), ValueError, "output_padding (1, 1) stride (1, 1)",
    ),
    "pool kernel": (lambda: F.max_pool1d(SEQUENCE, 0), ValueError, "kernel_size least 1 0"),
    "pool padding": (
        lambda: F.max_pool1d(SEQUENCE, 2, padding=2), ValueError, "padding (2,) half (2,)",
    ),
    "pool axes": (lambda: F.avg_pool2d(X, 2), ValueError, "avg_pool2d 4 axes (2, 5)"),
    "pool too large": (lambda: F.avg_pool1d(SEQUENCE, 9), ValueError, "kernel (9,) (8,)"),
}  # fmt: skip


@pytest.mark.parametrize("name", IMAGES)
def test_convolutions_say_what_is_wrong(name):
    call, kind, words = IMAGES[name]
    with pytest.raises(kind) as caught:
        call()
    assert all(word in str(caught.value) for word in words.split()), caught.value
