"""Random graphs against oracles that know nothing of the engine: differences and dual numbers."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd_act import Tensor, Value, grad
from tests.graph.random_graphs import leaves, program


def moved(nodes, directions, h):
    return [
        Tensor(x.data + h * d, requires_grad=True) for x, d in zip(nodes, directions, strict=True)
    ]


@given(st.data())
def test_gradients_against_central_differences(data):
    run = program(data, smooth=True)
    at = leaves()
    rng = np.random.default_rng(0)
    g = rng.normal(size=(2, 3))
    directions = [rng.normal(size=(2, 3)) for _ in at]
    root = run(at)
    assume(float(np.abs(root.data).max()) < 1e3)
    root.backward(g)
    slope = sum(
        (x.grad * d).sum() for x, d in zip(at, directions, strict=True) if x.grad is not None
    )

    def along(h):
        return (run(moved(at, directions, h)).numpy() * g).sum()

    coarse, fine = ((along(h) - along(-h)) / (2 * h) for h in (1e-4, 5e-5))
    extrapolated = (4 * fine - coarse) / 3
    scale = 1 + abs(extrapolated) + float(np.abs(root.data).max())
    assert abs(slope - extrapolated) < 1e-6 * scale


@given(st.data())
def test_second_derivatives_against_differences_of_first(data):
    run = program(data, smooth=True)
    at = leaves()
    rng = np.random.default_rng(1)
    directions = [rng.normal(size=(2, 3)) for _ in at]
    assume(float(np.abs(run(at).data).max()) < 1e2)

    def first(h, create_graph=False):
        points = moved(at, directions, h)
        loss = (run(points) ** 2).sum()
        return points, grad(loss, points, create_graph=create_graph, allow_unused=True)

    points, gradients = first(0.0, create_graph=True)
    used = [(x, g) for x, g in zip(points, gradients, strict=True) if g is not None]
    along = sum((g * d).sum() for g, d in zip(gradients, directions, strict=True) if g is not None)
    assume(along.requires_grad)
    second = grad(along, [x for x, _ in used], allow_unused=True)
    h = 1e-4
    up, down = first(h)[1], first(-h)[1]
    where = [i for i, g in enumerate(gradients) if g is not None]
    for i, exact in zip(where, second, strict=True):
        difference = (up[i].numpy() - down[i].numpy()) / (2 * h)
        exact = np.zeros((2, 3)) if exact is None else exact.numpy()
        scale = 1 + float(np.abs(difference).max())
        np.testing.assert_allclose(exact, difference, atol=3e-4 * scale, rtol=0)


class Dual:
    """A number with its derivative: forward mode, in the few operations of micrograd."""

    def __init__(self, data, slope=0.0):
        self.data, self.slope = data, slope

    def __add__(self, other):
        return Dual(self.data + other.data, self.slope + other.slope)

    def __sub__(self, other):
        return Dual(self.data - other.data, self.slope - other.slope)

    def __mul__(self, other):
        return Dual(self.data * other.data, self.slope * other.data + self.data * other.slope)

    def __truediv__(self, other):
        q = self.data / other.data
        return Dual(q, (self.slope - q * other.slope) / other.data)

    def __neg__(self):
        return Dual(-self.data, -self.slope)

    def __pow__(self, n):
        return Dual(self.data**n, n * self.data ** (n - 1) * self.slope)

    def tanh(self):
        return Dual(math.tanh(self.data), self.slope / math.cosh(self.data) ** 2)

    def exp(self):
        return Dual(math.exp(self.data), self.slope * math.exp(self.data))

    def relu(self):
        return self if self.data > 0 else Dual(0.0)


STEPS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + type(b)(1.0)),
    lambda a, b: -a,
    lambda a, b: a**2,
    lambda a, b: a**3,
    lambda a, b: (a * type(a)(0.25)).exp(),
    lambda a, b: a.tanh(),
    lambda a, b: a.relu(),
    lambda a, b: a + a,
    lambda a, b: a * a,
]


@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 99), st.integers(0, 99)), max_size=25
    ),
    st.lists(st.floats(-2, 2), min_size=3, max_size=3),
)
def test_scalar_graphs_against_dual_numbers(steps, numbers):
    def run(pool):
        for function, i, j in steps:
            pool.append(function(pool[i % len(pool)], pool[j % len(pool)]))
        root = pool[0]
        for node in pool[1:]:
            root = root + node
        return root

    duals = []
    for k in range(3):
        try:
            duals.append(run([Dual(x, float(i == k)) for i, x in enumerate(numbers)]))
        except OverflowError:
            assume(False)
    assume(abs(duals[0].data) < 1e100)
    assume(all(abs(d.slope) < 1e100 for d in duals))
    xs = [Value(x) for x in numbers]
    y = run(list(xs))
    y.backward()
    assert y.data == pytest.approx(duals[0].data, rel=1e-12)
    size = max(1.0, *(abs(d.slope) for d in duals))
    for x, dual in zip(xs, duals, strict=True):
        reached = 0.0 if x.grad is None else x.grad
        assert reached == pytest.approx(dual.slope, rel=1e-9, abs=1e-9 * size)
