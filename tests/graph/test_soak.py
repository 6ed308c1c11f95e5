"""Training holds on to nothing: no node, no array, no reference cycle, with the collector off."""

import gc
import tracemalloc

import numpy as np

from micrograd_act import Tensor, nn, optim, tensor
from micrograd_act.functional import cross_entropy, layer_norm

STEPS = 1_000  # CPython keeps up to 2,000 tuples of each length for later


def _train(steps, keep=None):
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    optimizer = optim.Adam(net.parameters(), lr=1e-3)
    x, labels = rng.standard_normal((16, 4)), rng.integers(0, 3, 16)
    for _ in range(steps):
        loss = cross_entropy(layer_norm(net(tensor(x)), (3,)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if keep is not None:
            keep.append(loss)


def _growth(keep=None):
    """Bytes and nodes that are held after some steps and were not before."""
    gc.collect()
    gc.disable()
    try:
        _train(2 * STEPS)
        tracemalloc.start()
        _train(20, keep)
        bytes_before = tracemalloc.get_traced_memory()[0]
        nodes_before = sum(isinstance(found, Tensor) for found in gc.get_objects())
        _train(STEPS, keep)
        held = tracemalloc.get_traced_memory()[0] - bytes_before
        nodes = sum(isinstance(found, Tensor) for found in gc.get_objects()) - nodes_before
    finally:
        tracemalloc.stop()
        gc.enable()
    return held, nodes


def test_training_holds_on_to_nothing():
    held, nodes = _growth()
    assert nodes == 0
    assert held < STEPS * 8  # less than a pointer a step


def test_a_loss_that_is_kept_is_seen():
    held, nodes = _growth([])
    assert nodes > STEPS
    assert held > STEPS * 8
