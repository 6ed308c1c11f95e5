"""`affine_map` of nets of affine pieces: the map at a point, and how far it reaches."""

import math
from itertools import pairwise

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    activation,
    affine_map,
    clamp,
    custom_op,
    exp,
    functional,
    gelu,
    jacobian,
    leaky_relu,
    maximum,
    minimum,
    nodes,
    relu,
    silu,
    tanh,
    where,
)
from micrograd_act.ops.op import REGISTRY, Op, load_all
from micrograd_act.pathways.pieces import places

PIECEWISE = {
    "relu": relu,
    "relu6": functional.relu6,
    "leaky_relu": leaky_relu,
    "hardtanh": functional.hardtanh,
    "hardsigmoid": functional.hardsigmoid,
    "softshrink": functional.softshrink,
    "abs": abs,
    "clamp": lambda x: clamp(x, -0.4, 0.9),
    "maximum": lambda x: maximum(x, 0.3 * x[::-1] + 0.1),
    "minimum": lambda x: minimum(0.2, x),
    "amax": lambda x: x.reshape(2, 3).amax(1),
    "amin": lambda x: x.reshape(3, 2).amin((0, 1), keepdim=True)[0],
    "prelu": lambda x: functional.prelu(x, Tensor([0.3])),
    "threshold": lambda x: functional.threshold(x, 0.2, -1.0),
    "hardshrink": functional.hardshrink,
    "step": lambda x: functional.step(x) + x,
    "sign": lambda x: functional.sign(x) * 2 - x,
}


def layers(rng, sizes=(4, 6, 6, 3)):
    return [(rng.normal(size=(m, n)), rng.normal(size=m)) for n, m in pairwise(sizes)]


@pytest.fixture(params=PIECEWISE)
def net(request, rng):
    """A net of two layers around something piecewise."""
    f = PIECEWISE[request.param]
    w, b = rng.normal(size=(6, 4)), rng.normal(size=6)

    def function(x):
        h = f(functional.linear(x, Tensor(w), Tensor(b)))
        return relu(h * 1.5 + 0.25).sum() + h.sum() - x[0]

    return function


def end_by_bisection(net, x, direction, far=50.0):
    """Where the Jacobian or the value first leaves the map, on a grid and by halving."""
    start = jacobian(net)(x)
    value = net(Tensor(x)).item()

    def same(t):
        there = x + t * direction
        near = np.allclose(jacobian(net)(there), start, rtol=1e-9, atol=1e-12)
        return near and abs(net(Tensor(there)).item() - value - t * (start @ direction)) < 1e-9

    grid = np.concatenate([np.linspace(0, 4, 401)[1:], np.linspace(4, far, 200)[1:]])
    high = next((t for t in grid if not same(t)), None)
    if high is None:
        return math.inf
    low = max([0.0, *grid[grid < high]])
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if same(middle) else (low, middle)
    return high


def test_the_map_holds_as_far_as_it_says_and_no_farther(net, rng):
    x = rng.normal(size=4)
    found = affine_map(net, x, piecewise=True)
    np.testing.assert_allclose(found(x), net(Tensor(x)).data, rtol=1e-12)
    np.testing.assert_allclose(found.matrix, jacobian(net)(x), rtol=1e-12)
    for direction in rng.normal(size=(3, 4)):
        end = found.reach(direction)
        wanted = end_by_bisection(net, x, direction)
        assert end.distance == pytest.approx(wanted, rel=1e-6)
        inside = x + min(end.distance, 40.0) * 0.999 * direction
        np.testing.assert_allclose(found(inside), net(Tensor(inside)).data, rtol=1e-9, atol=1e-9)


def test_what_ends_it_is_named():
    x = Tensor([2.0, -1.0], requires_grad=True)
    first = relu(x)
    first.label = "first"
    second = relu(first.sum() - 1.5)
    found = affine_map(second, x, piecewise=True)
    end = found.reach([-1.0, 0.0])
    assert (end.distance, end.node, end.element) == (0.5, second, ())
    end = found.reach([0.0, 4.0])
    assert (end.distance, end.node, end.element) == (0.25, first, (1,))
    assert found.reach([1.0, -1.0]) == (math.inf, None, ())


def test_numbers():
    x = Value(3.0)
    y = relu(2 * x - 1) + abs(x - 10)
    found = affine_map(y, x, piecewise=True)
    assert (found.matrix, found.offset) == (1.0, 9.0)
    assert found.reach(1.0).distance == 7.0
    assert found.reach(-1.0).distance == 2.5


@pytest.mark.parametrize(
    ("f", "kink", "left", "right"),
    [
        (relu, 0.0, math.inf, 0.0),  # the slope at the kink is that of the left piece
        (leaky_relu, 0.0, math.inf, 0.0),
        (lambda x: clamp(x, None, 1.0), 1.0, math.inf, 0.0),  # here that inside
        (lambda x: maximum(x, 0.0), 0.0, 0.0, 0.0),  # half of each
        (abs, 0.0, 0.0, 0.0),
        (lambda x: functional.softshrink(x, 0.0), 0.0, math.inf, math.inf),  # no kink
    ],
)
def test_on_a_border(f, kink, left, right):
    found = affine_map(lambda x: f(x), [kink], piecewise=True)
    assert found.reach([-1.0]).distance == left
    assert found.reach([1.0]).distance == right


def test_ties_of_the_largest():
    found = affine_map(lambda x: x.amax(), [1.0, 1.0, 0.0], piecewise=True)
    assert found.reach([1.0, 0.0, 0.0]).distance == 0.0
    assert found.reach([1.0, 1.0, 0.0]).distance == math.inf
    assert found.reach([0.0, 0.0, 2.0]).distance == 0.5


@pytest.mark.parametrize(
    ("f", "named"),
    [
        (tanh, "tanh"),
        (gelu, "gelu"),
        (silu, "silu"),
        (functional.hardswish, "hardswish"),  # pieces, but one is a parabola
        (functional.elu, "elu"),
        (exp, "exp"),
        (lambda x: relu(x) * x, r"\*|mul"),
        (lambda x: functional.prelu(x, x[:1]), "prelu"),
        (activation(lambda x: maximum(x, 0), name="own"), "own"),  # its kinks are not stated
    ],
)
def test_what_has_no_affine_pieces_is_named(f, named):
    with pytest.raises(ValueError, match=rf"affine_map: ({named})\S* is not affine in x"):
        affine_map(lambda x: f(x).sum(), [1.0, 2.0], piecewise=True)


@pytest.mark.parametrize("name", ["maximum", "amax", "prelu", "abs", "clamp"])
def test_the_name_of_a_piecewise_op_makes_none(name):
    bent = custom_op(lambda x: x**2, lambda g, y, x: 2 * x * g, name=name)
    with pytest.raises(ValueError, match=f"affine_map: {name} is not affine in x"):
        affine_map(lambda x: bent(x), [1.0, 2.0], piecewise=True)


def test_only_what_is_piecewise_is_told_of_it():
    with pytest.raises(ValueError, match=r"relu is not affine.*piecewise=True gives the map"):
        affine_map(lambda x: relu(x), [1.0])
    with pytest.raises(ValueError, match="exp is not affine") as caught:
        affine_map(lambda x: exp(x), [1.0])
    assert "piecewise" not in str(caught.value)


def _bound(family):
    try:
        return family.bind()
    except (TypeError, ValueError):  # it needs parameters
        return None


def test_places_of_every_activation():
    load_all()
    with_defaults = (e if isinstance(e, Op) else _bound(e) for e in REGISTRY.values())
    ops = [op for op in with_defaults if op is not None and op.facts]
    assert {op.name: places(op) for op in ops if places(op) is not None} == {
        "identity": (),
        "affine": (),
        "relu": (0.0,),
        "relu6": (0.0, 6.0),
        "leaky_relu": (0.0,),
        "hardtanh": (-1.0, 1.0),
        "hardsigmoid": (-3.0, 3.0),
        "softshrink": (-0.5, 0.5),
        "hardshrink": (-0.5, 0.5),
        "step": (0.0,),
        "sign": (0.0,),
    }


def test_a_kink_that_is_not_stated_is_noticed():
    honest = relu.facts
    bent = Op("bent", relu.forward, relu.vjps, facts=honest._replace(kinks=((1.0, 1.0),)))
    assert places(bent) is None
    assert places(Op("bent", relu.forward, relu.vjps, facts=honest)) == (0.0,)


def test_a_condition_that_is_computed_from_x_is_noticed():
    def branching(x):
        return where(x.data > 0, 2 * x, x)

    with pytest.raises(ValueError, match="computes a condition or an index from x"):
        affine_map(branching, [1.0, 2.0])
    with pytest.raises(ValueError, match="computes a condition or an index from x"):
        affine_map(lambda x: functional.sort(x)[0], [1.0, 2.0])
    pooled = affine_map(
        lambda x: functional.max_pool1d(x, 2), np.array([[[1.0, 2.0]]]), piecewise=True
    )
    with pytest.raises(ValueError, match=r"^reach: .* an index from x, as max_pool2d does"):
        pooled.reach([[[1.0, 0.0]]])


def test_difference(rng):
    parameters = layers(rng)

    def net(x, f):
        for w, b in parameters:
            x = f(functional.linear(x, Tensor(w), Tensor(b)))
        return x

    data = rng.normal(size=(20, 4))
    linear = affine_map(lambda x: net(x, lambda h: h), np.zeros(4))
    near = linear.difference(lambda x: net(x, lambda h: h), data)
    assert near.value < 1e-12
    assert near.jacobian < 1e-12
    far = linear.difference(lambda x: net(x, relu), data)
    slopes = [jacobian(lambda x: net(x, relu))(point) for point in data]
    values = [net(Tensor(point), relu).data for point in data]
    assert far.jacobian == pytest.approx(np.abs(np.array(slopes) - linear.matrix).max())
    assert far.value == pytest.approx(np.abs(np.array(values) - linear(data)).max())
    with pytest.raises(ValueError, match=r"difference: data has shape \(4,\); pass \(n, 4\)"):
        linear.difference(lambda x: x, data[0])
    with pytest.raises(ValueError, match=r"result has shape \(4,\), that of the map \(3,\)"):
        linear.difference(lambda x: 2 * x, data)


def test_bad_directions():
    found = affine_map(lambda x: relu(x), [1.0, 2.0], piecewise=True)
    for bad in ([1.0], [1.0, math.nan]):
        with pytest.raises(ValueError, match=r"reach: a direction is finite and has the shape"):
            found.reach(bad)


def test_looking_changes_nothing(rng):
    x = Tensor(rng.normal(size=4), requires_grad=True)
    y = relu(x * 2 - 1).sum()
    y.backward()
    before = [(n.data.tobytes(), n.grad.tobytes()) for n in nodes(y) if n.grad is not None]
    affine_map(y, x, piecewise=True).reach(np.ones(4))
    assert [(n.data.tobytes(), n.grad.tobytes()) for n in nodes(y) if n.grad is not None] == before
