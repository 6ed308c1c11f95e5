"""Ledgers of random array graphs against chains of Jacobians measured by differences."""

from collections import Counter

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from micrograd_act import paths
from tests.graph.random_graphs import leaves, program

H = 1e-5


def jacobian(node, i):
    """Of a result by one input, both flattened, from its forward formula alone."""
    data = [np.array(v.data, dtype=float) if v.requires_grad else v.data for v in node.inputs]
    columns = []
    for place in range(data[i].size):
        ends = []
        for step in (H, -H):
            moved = [np.array(x) for x in data]
            moved[i].flat[place] += step
            ends.append(np.ravel(node.op.forward(node.xp, *moved)))
        columns.append((ends[0] - ends[1]) / (2 * H))
    return np.array(columns).T


def every_path(y, x, g, known):
    """[(nodes, turns, contribution)] by plain recursion."""
    if y is x:
        return [((x,), (), g)]
    found = []
    for i, v in enumerate(y.inputs):
        if v.requires_grad:
            if (y, i) not in known:
                known[y, i] = jacobian(y, i)
            for nodes, turns, c in every_path(v, x, g @ known[y, i], known):
                found.append(((y, *nodes), (i, *turns), c))
    return found


@settings(max_examples=40)
@given(st.data())
def test_every_path_every_part_every_group(data):
    run = program(data, smooth=True)
    given_leaves = leaves()
    y, x = run(given_leaves), given_leaves[data.draw(st.integers(0, 2))]
    assume(y.requires_grad and float(np.abs(y.data).max()) < 1e3)
    g = np.linspace(-1.0, 2.0, 6).reshape(2, 3)
    ledger = paths(y, x, g)
    assume(ledger.count <= 60)
    expected = {
        (nodes, turns): c.reshape(2, 3) for nodes, turns, c in every_path(y, x, g.ravel(), {})
    }
    scale = 1.0 + sum(np.abs(c).max() for c in expected.values())

    def close(a, b):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-5 * scale)

    found = {(path.nodes, path.turns): path.product for path in ledger}
    assert set(found) == set(expected)
    for key, c in found.items():
        close(c, expected[key])
    sizes = [np.linalg.norm(path.product) for path in ledger]
    assert sizes == sorted(sizes, reverse=True)

    parts, counts, groups = Counter(), Counter(), Counter()
    for (nodes, _), c in expected.items():
        crossed = sum(n.op.is_activation and not n.op.is_affine for n in nodes[:-1])
        parts[crossed] = parts[crossed] + c
        counts[crossed] += 1
        group = frozenset(n.op.name for n in nodes[:-1])
        groups[group] = groups[group] + c
    assert [counts[k] for k in range(len(ledger.parts))] == ledger.counts_by_activations
    for k, part in enumerate(ledger.by_activations):
        close(part, parts[k])
    split = ledger.split("op")
    assert {frozenset(group) for group in split} == set(groups)
    for group, c in split.items():
        close(c, groups[frozenset(group)])
    close(ledger.total, sum(expected.values(), np.zeros((2, 3))))
