"""Random graphs of ops, for properties that hold whatever the graph."""

import numpy as np
from hypothesis import strategies as st

from micrograd_act import Tensor, functional

SHAPE = (2, 3)

# Each keeps the shape; many pass the cotangent on as it is, or as a view of it.
UNARY = [
    functional.identity,
    functional.relu,
    functional.tanh,
    functional.affine,
    lambda x: -x,
    lambda x: x + 0.0,
    lambda x: 2.0 * x,
    lambda x: x**1,
    lambda x: x.reshape(6).reshape(SHAPE),
    lambda x: x.reshape(3, 2).T,
    lambda x: x.T.T,
    lambda x: x.T.reshape(SHAPE),
    lambda x: x.broadcast_to(SHAPE),
    lambda x: x.broadcast_to(2, *SHAPE).sum(0),
    lambda x: x[:],
    lambda x: x[::-1],
    lambda x: x[[0, 0]],
    lambda x: x.sum(0, keepdims=True) + x,
    lambda x: x.mean(1).reshape(2, 1).broadcast_to(SHAPE),
    lambda x: x.clamp(min=-1.0, max=1.0),
    lambda x: functional.stack([x, x])[0],
    lambda x: functional.concatenate([x, x])[1:3],
    lambda x: x.softmax(),
]
BINARY = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    functional.maximum,
    lambda a, b: functional.where(np.arange(6).reshape(SHAPE) % 2 == 0, a, b),
    lambda a, b: functional.stack([a, b]).sum(0),
    lambda a, b: functional.concatenate([a, b], 1)[:, 1:4],
    lambda a, b: a @ b.T @ a,
]


def built(data):
    """A graph over three leaves, drawn by hypothesis: its root and the leaves."""
    leaves = [
        Tensor(np.linspace(-1.0, 1.5, 6).reshape(SHAPE) * k, requires_grad=True)
        for k in (0.5, 1.0, -0.75)
    ]
    pool = list(leaves)
    for _ in range(data.draw(st.integers(1, 8))):
        if data.draw(st.booleans()):
            pool.append(data.draw(st.sampled_from(UNARY))(data.draw(st.sampled_from(pool))))
        else:
            a, b = data.draw(st.sampled_from(pool)), data.draw(st.sampled_from(pool))
            pool.append(data.draw(st.sampled_from(BINARY))(a, b))
    return pool[-1], leaves
