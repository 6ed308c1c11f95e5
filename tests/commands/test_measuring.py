"""The numbers of the tour against the same computed by hand in NumPy."""

import numpy as np
import pytest

from micrograd_act import affine_map, data, identity, relu, tanh
from micrograd_act.commands.measuring import measure
from micrograd_act.commands.nets import History, ResidualNet, Split, train

SPLIT = Split.of(data.load("moons"), seed=3)


def net_of(op, depth):
    return ResidualNet(op, features=2, classes=2, depth=depth, seed=5)


def weights(layer):
    return layer.weight.numpy(), layer.bias.numpy()


def forward(net, function, X):
    """Logits and the input of every activation."""
    W, b = weights(net.first)
    h, zs = X @ W.T + b, []
    for block in net.blocks:
        W, b = weights(block)
        zs.append(h @ W.T + b)
        h = h + function(zs[-1])
    W, b = weights(net.last)
    return h @ W.T + b, zs


def found_of(op, depth):
    net = net_of(op, depth)
    accuracies = History([1.0], [0.5], [0.5])
    return net, measure(op.name, net, SPLIT, accuracies)


def test_the_split_leaves_the_test_rows_out_of_the_scale():
    assert SPLIT.X_train.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert SPLIT.X_train.std(axis=0) == pytest.approx([1, 1])
    assert SPLIT.X_test.mean(axis=0) != pytest.approx([0, 0], abs=1e-12)
    assert len(SPLIT.rows) == 200


def test_nets_of_one_seed_start_from_the_same_weights():
    one, two = net_of(identity, 3), net_of(tanh, 3)
    pairs = list(zip(one.parameters(), two.parameters(), strict=True))
    assert len(pairs) == 10
    assert all(np.array_equal(a.numpy(), b.numpy()) for a, b in pairs)
    assert not any(np.shares_memory(a.numpy(), b.numpy()) for a, b in pairs)


@pytest.mark.parametrize(("op", "function"), [(tanh, np.tanh), (relu, lambda z: z.clip(0))])
def test_the_net_is_what_the_page_says(op, function):
    net = net_of(op, 3)
    np.testing.assert_allclose(
        net(SPLIT.X_test).numpy(), forward(net, function, SPLIT.X_test)[0], rtol=1e-13, atol=1e-13
    )


def test_the_affine_map_of_the_identity_net_is_the_product_of_its_weights():
    net = net_of(identity, 3)
    A, c = net.first.weight.numpy(), net.first.bias.numpy()
    for block in net.blocks:
        A, c = A + block.weight.numpy() @ A, c + block.weight.numpy() @ c + block.bias.numpy()
    W = net.last.weight.numpy()
    found = affine_map(net, np.zeros(2))
    np.testing.assert_allclose(found.matrix, W @ A, rtol=1e-12)
    np.testing.assert_allclose(found.offset, W @ c + net.last.bias.numpy(), rtol=1e-12)


def test_local_gradients_of_tanh():
    net, found = found_of(tanh, 3)
    slopes = 1 - np.tanh(np.stack(forward(net, np.tanh, SPLIT.X_train)[1])) ** 2
    assert found.slopes.least == pytest.approx(slopes.min(), rel=1e-9)
    assert found.slopes.mean == pytest.approx(slopes.mean(), rel=1e-12)
    assert found.slopes.most == pytest.approx(slopes.max(), rel=1e-12)
    assert found.slopes.zero == 0


def test_local_gradients_of_relu():
    net, found = found_of(relu, 2)
    zs = np.stack(forward(net, lambda z: z.clip(0), SPLIT.X_train)[1])
    assert found.slopes.zero == (zs <= 0).mean()
    assert found.slopes.mean == (zs > 0).mean()


def test_shares_of_one_block():
    """The gradient of the score is last[k] @ first + last[k] * f'(z) @ block @ first."""
    net, found = found_of(tanh, 1)
    (first, _), (block, _), (last, _) = map(weights, (net.first, net.blocks[0], net.last))
    z = forward(net, np.tanh, SPLIT.X_train)[1][0]
    chosen = last[SPLIT.y_train]
    by_hand = [chosen @ first, (chosen * (1 - np.tanh(z) ** 2)) @ block @ first]
    norms = [np.linalg.norm(part) for part in by_hand]
    assert found.shares == pytest.approx([n / sum(norms) for n in norms], rel=1e-12)
    assert found.remainder < 1e-14


def test_with_identity_everything_flows_on_the_identity_path():
    _, found = found_of(identity, 3)
    assert found.shares == [1.0]
    assert (found.slopes.least, found.slopes.mean, found.slopes.most) == (1, 1, 1)
    assert found.affine_fit < 1e-13


def test_distance_from_an_affine_map():
    net, found = found_of(tanh, 2)
    logits = forward(net, np.tanh, SPLIT.rows)[0]
    design = np.column_stack([SPLIT.rows, np.ones(200)])
    residual = logits - design @ np.linalg.solve(design.T @ design, design.T @ logits)
    assert found.affine_fit == pytest.approx(np.abs(residual).max(), rel=1e-9)
    assert found.largest == pytest.approx(np.abs(logits).max(), rel=1e-12)


def test_the_check_is_of_the_loss():
    _, found = found_of(tanh, 1)
    assert found.check.verdict == "pass"
    assert found.check.gradients > 300  # all parameters at least


def test_training():
    told = []
    net = net_of(relu, 2)
    history = train(net, SPLIT, 40, told.append)
    assert told == list(range(41))
    assert len(history.loss) == len(history.train) == len(history.test) == 41
    assert history.loss[-1] < history.loss[0] / 3
    logits = forward(net, lambda z: z.clip(0), SPLIT.X_test)[0]
    assert history.test[-1] == (logits.argmax(axis=1) == SPLIT.y_test).mean()
