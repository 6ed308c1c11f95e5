"""Random graphs of ops, for properties that hold whatever the graph."""

import numpy as np
from hypothesis import strategies as st

from micrograd_act import Tensor, functional

SHAPE = (2, 3)

# Each keeps the shape; many pass the cotangent on as it is, or as a view of it.
SMOOTH = [
    functional.identity,
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
    lambda x: x[np.array([[0, 1, 1], [1, 0, 1]]), [2, 1, 0]],
    lambda x: x.sum(0, keepdims=True) + x,
    lambda x: x.mean(1).reshape(2, 1).broadcast_to(SHAPE),
    lambda x: functional.stack([x, x])[0],
    lambda x: functional.concatenate([x, x])[1:3],
    lambda x: x.softmax(),
    lambda x: x.logsumexp(0) + x,
]
KINKED = [functional.relu, lambda x: x.clamp(min=-1.0, max=1.0), abs, lambda x: x - x.amax(1, True)]
SMOOTH_OF_TWO = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1.0),
    lambda a, b: functional.where(np.arange(6).reshape(SHAPE) % 2 == 0, a, b),
    lambda a, b: functional.stack([a, b]).sum(0),
    lambda a, b: functional.concatenate([a, b], 1)[:, 1:4],
    lambda a, b: a @ b.T @ a,
    lambda a, b: a[0] * b,
]
KINKED_OF_TWO = [functional.maximum, functional.minimum]


def leaves():
    return [
        Tensor(np.linspace(-1.0, 1.5, 6).reshape(SHAPE) * k, requires_grad=True)
        for k in (0.5, 1.0, -0.75)
    ]


def program(data, smooth):
    """A function of three leaves to the root of a graph over them, drawn by hypothesis."""
    unary = SMOOTH if smooth else SMOOTH + KINKED
    binary = SMOOTH_OF_TWO if smooth else SMOOTH_OF_TWO + KINKED_OF_TWO
    steps = []
    for n in range(data.draw(st.integers(1, 8))):
        operands = st.integers(0, 2 + n)
        if data.draw(st.booleans()):
            steps.append((data.draw(st.sampled_from(unary)), [data.draw(operands)]))
        else:
            both = [data.draw(operands), data.draw(operands)]
            steps.append((data.draw(st.sampled_from(binary)), both))

    def run(given):
        pool = list(given)
        for function, operands in steps:
            pool.append(function(*(pool[i] for i in operands)))
        root = pool[3]
        for result in pool[4:]:  # so that every step counts
            root = root + result
        return root

    return run


def built(data):
    """A graph over three leaves, drawn by hypothesis: its root and the leaves."""
    given = leaves()
    return program(data, smooth=False)(given), given
