"""An activation of one's own in every part of the library: it is an op like any other."""

import copy

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    activation,
    card,
    check_activation,
    compare,
    draw,
    gradcheck,
    identity,
    nn,
    paths,
    replace,
    sigmoid,
    tensor,
)


def hat(x):
    return np.exp(-np.abs(x))


def with_operators(x):
    return (1 + x * x) ** -0.5


def with_functions(x):
    return sigmoid(2 * x) - 0.5


def with_numpy(x):
    return np.where(x > 0, np.tanh(x), 0.1 * x)


def with_a_derivative(x):
    return np.tanh(x)


def its_vjp(g, y, x):
    return g * (1 - y * y)


ONES_OWN = {
    "operators": activation(with_operators),
    "functions": activation(with_functions),
    "NumPy's": activation(with_numpy, facts={"kinks": ((0.0, 0.1),), "range": (-np.inf, 1.0)}),
    "exponential": activation(hat, facts={"symmetry": "even"}),
    "vjp": activation(with_a_derivative, vjp=its_vjp),
}


@pytest.mark.parametrize("name", ONES_OWN)
def test_it_is_an_op_like_any_other(name):
    act = ONES_OWN[name]
    points = np.array([-1.5, -0.25, 0.5, 2.0])
    array = act(points)
    t = tensor(points, requires_grad=True)
    act(t).sum().backward()
    for i, point in enumerate(points.tolist()):
        x = Value(point)
        y = act(x)
        y.backward()
        assert act(point) == pytest.approx(array[i], rel=1e-14)
        assert y.data == pytest.approx(array[i], rel=1e-14)
        assert x.grad == pytest.approx(t.grad[i], rel=1e-13)
    assert check_activation(act)
    assert gradcheck(act, points, raise_exception=False)
    assert gradcheck(act(t).sum())
    assert card(act).svg.startswith("<svg")
    assert act.name in str(act)


@pytest.mark.parametrize("name", ONES_OWN)
def test_in_paths_replacing_and_pictures(name):
    act = ONES_OWN[name]
    x, w = Value(0.7), Value(1.3)
    y = x + act(w * x)
    y.backward()
    (straight, bent) = sorted(paths(y, x), key=lambda path: path.product != 1.0)
    assert straight.product == 1.0
    assert bent.product == pytest.approx(x.grad - 1.0, rel=1e-12)
    assert len(paths(y, x).by_activations) == 2
    assert replace(y, {act: identity}).data == pytest.approx(0.7 + 1.3 * 0.7)
    twin = compare(y, {act: identity})
    assert act.name in str(twin)
    picture = draw(y)
    assert act.name in picture.svg
    assert act.name in str(picture)


@pytest.mark.parametrize("name", ONES_OWN)
def test_as_a_module(name):
    act = ONES_OWN[name]
    net = nn.Sequential(nn.Linear(3, 4), nn.Activation(act), nn.Linear(4, 1))
    assert act.name in repr(net)
    loss = (net(Tensor(np.linspace(-1, 1, 6).reshape(2, 3))) ** 2).mean()
    loss.backward()
    assert all(p.grad is not None for p in net.parameters())
    assert gradcheck(loss)
    again = copy.deepcopy(net)
    assert again[1].op == act


def test_it_stays_float32():
    x = Tensor(np.array([-1.0, 0.5], np.float32), requires_grad=True)
    for act in ONES_OWN.values():
        y = act(x)
        assert y.dtype == np.float32
        y.sum().backward()
        assert x.grad.dtype == np.float32


def test_whole_numbers_are_computed_as_floats():
    for act in ONES_OWN.values():
        assert type(act(2)) is float
        assert act(2) == act(2.0)
        assert act(np.array([1, 2])).dtype == float
        np.testing.assert_array_equal(act([1, 2]), act(np.array([1.0, 2.0])))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"monoton": True}, "no fact is called 'monoton'; there are left, right, range"),
        ({"monotone": "yes"}, "the fact monotone is True or False, got 'yes'"),
        ({"range": 1.0}, r"the fact range is the ends \(low, high\), got 1.0"),
        ({"range": (0.0,)}, "the fact range is"),
        ({"kinks": (0.0, 0.0)}, r"the fact kinks is points with what is returned there, \(\(x"),
        ({"left": (0.0, "0")}, "the fact left is the limits"),
        ({"symmetry": "none"}, "the fact symmetry is 'odd', 'even' or None"),
        ({"smoothness": True}, "the fact smoothness is a number"),
        ({"convention": 3}, "the fact convention is a text"),
        (["monotone"], "facts are a dict or Facts, got list"),
    ],
)
def test_claims_that_make_no_sense(facts, message):
    with pytest.raises(TypeError, match=f"hat: {message}"):
        activation(hat, facts=facts)


@pytest.mark.parametrize(
    ("arguments", "given", "message"),
    [
        ((hat,), {"vjp": 3}, r"hat: vjp must be a function of \(g, y, x\), got int"),
        ((hat,), {"name": 3}, "name must be a text, got int"),
        (("gelu",), {"vjp": its_vjp}, "looked up by its name alone"),
        ((3.0,), {}, "expected a function of x or a name, got float"),
    ],
)
def test_arguments_that_make_no_sense(arguments, given, message):
    with pytest.raises(TypeError, match=message):
        activation(*arguments, **given)
