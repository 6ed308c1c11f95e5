"""`nonlinearity`: the variance that no affine map explains."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, log, nn, nonlinearity, relu, tanh


def test_closed_forms(rng):
    x = np.linspace(-1, 1, 20001)[:, None]
    # on [-1, 1] the best line through x**3 is 3x/5, which leaves (1/7 - 9/75) / (1/7) of it
    assert nonlinearity(lambda x: x**3, x) == pytest.approx(1 - 7 * 9 / 75, rel=1e-3)
    assert nonlinearity(lambda x: x**2, x) == pytest.approx(1, abs=1e-12)
    assert nonlinearity(lambda x: relu(x), x + 3) < 1e-28
    assert nonlinearity(lambda x: 0 * x + 5, x) == 0


def test_a_net_of_several_outputs(rng):
    w, b = Tensor(rng.normal(size=(3, 2, 4))), Tensor(rng.normal(size=3))
    data = rng.normal(size=(200, 2, 4))

    def net(x, f):
        return f((w * x).sum((1, 2)) + b)

    assert nonlinearity(lambda x: net(x, lambda h: h), data) < 1e-28
    bent = [nonlinearity(lambda x, k=k: net(x, lambda h: tanh(k * h)), data) for k in (0.1, 1, 9)]
    assert 0 < bent[0] < bent[1] < bent[2] < 1
    y = np.array([net(Tensor(x), relu).data for x in data])
    a = np.concatenate([data.reshape(200, 8), np.ones((200, 1))], 1)
    left = y - a @ np.linalg.solve(a.T @ a, a.T @ y)
    wanted = np.sum(left**2) / np.sum((y - y.mean(0)) ** 2)
    assert nonlinearity(lambda x: net(x, relu), data) == pytest.approx(wanted, rel=1e-9)


def test_xor():
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert nonlinearity(lambda x: x[0] + x[1] - 2 * x[0] * x[1], corners) == pytest.approx(1)


def test_numbers_and_arrays_as_results():
    x = np.linspace(-1, 1, 11)
    assert nonlinearity(lambda x: 2 * x, x) < 1e-28
    assert nonlinearity(lambda x: Value(x.item()) ** 2, x) == pytest.approx(1)


def test_bad_input(rng):
    with pytest.raises(ValueError, match="an affine map fits any 4 points in 3 dimensions"):
        nonlinearity(lambda x: x, rng.normal(size=(4, 3)))
    with pytest.raises(ValueError, match="the result at point 1 is not finite"):
        nonlinearity(lambda x: log(x), np.array([[1.0], [0.0], [2.0]]))
    with pytest.raises(ValueError, match=r"data has shape \(\)"):
        nonlinearity(lambda x: x, 3.0)
    with pytest.raises(TypeError, match="expected a function, got int"):
        nonlinearity(3, [[1.0]])
    with pytest.raises(ValueError, match="in_features=4") as caught:
        nonlinearity(nn.Linear(4, 2), np.ones(4))  # one point, where a set of them belongs
    assert caught.value.__notes__ == ["nonlinearity: data has 4 points of shape ()"]
