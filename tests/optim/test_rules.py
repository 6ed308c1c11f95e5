"""The update rules. The recorded ends are those that PyTorch 2.13 gives in float64."""

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, Value, nn, optim, tanh

W = Value(1.0)

# One descent, on tensors and on the same numbers one by one.


def descended(make, scalars):
    ws = [1.0, -2.0, 0.5]
    b = Value(0.25) if scalars else Tensor(0.25, requires_grad=True)
    w = [Value(x) for x in ws] if scalars else Tensor(ws, requires_grad=True)
    optimizer = make([*w, b] if scalars else [w, b])
    for _ in range(5):
        optimizer.zero_grad()
        z = w[0] + w[1] * 2 + w[2] * 3 + b
        squares = sum(x * x for x in w) if scalars else (w * w).sum()
        (tanh(z) * 2 + squares + (b - 1) ** 2).backward()
        optimizer.step()
    return [x.item() for x in w] + [b.item()]


@pytest.mark.parametrize("scalars", [False, True])
@pytest.mark.parametrize(
    ("make", "end"),
    [
        (
            lambda p: optim.SGD(p, lr=0.1),
            [0.20772911226465518, -0.8952617754706894, -0.1960126632060343, 0.6342891122646552],
        ),
        (
            lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
            [-0.8179220925783296, 0.685835814843341, -1.0027162777349887, 1.1978129074216706],
        ),
        (
            lambda p: optim.SGD(p, 0.1, 0.9, 0.5, 0.01),
            [-0.5080958206246871, 0.14200782991682623, -0.800412792395186, 0.992200777026488],
        ),
        (
            lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
            [-0.6459986075080487, 0.3708731081839027, -0.898701870524146, 1.0815071588919514],
        ),
        (
            lambda p: optim.Adam(p, lr=0.1),
            [0.5088930567835201, -1.5009066556801767, 0.017621473978686436, 0.7370498493804087],
        ),
        (
            lambda p: optim.Adam(p, lr=0.1, betas=(0.5, 0.9), eps=1e-3, weight_decay=0.1),
            [0.5290042563003384, -1.5056344808177575, 0.04888980483606184, 0.7018875831684447],
        ),
    ],
    ids=["sgd", "momentum", "dampening", "nesterov", "adam", "adam-decay"],
)
def test_descent_ends_where_pytorch_ends(make, end, scalars):
    assert descended(make, scalars) == pytest.approx(end, rel=1e-12)


def both(params):
    return [optim.SGD(params, lr=0.1, momentum=0.9), optim.Adam(params, lr=0.1)]


@pytest.mark.parametrize("which", [0, 1])
def test_an_older_graph_raises_after_a_step(which):
    w = nn.Parameter([1.0, 2.0], label="w")
    loss = (w * w).sum()
    loss.backward()
    both([w])[which].step()
    with pytest.raises(GradientError, match="'w' was changed"):
        loss.backward()


@pytest.mark.parametrize("which", [0, 1])
def test_a_step_shares_no_memory(which):
    w = nn.Parameter([1.0, 2.0])
    optimizer = both([w])[which]
    for _ in range(2):
        optimizer.zero_grad()
        (w * w).sum().backward()
        before, gradient = w.numpy(), w.grad
        kept, kept_gradient = before.copy(), gradient.copy()
        optimizer.step()
        assert np.array_equal(before, kept)
        assert np.array_equal(gradient, kept_gradient)
        assert not np.shares_memory(w.numpy(), gradient)
        gradient[:] = np.nan  # nor does the optimiser's state
    assert np.isfinite(w.numpy()).all()


@pytest.mark.parametrize("which", [0, 1])
def test_float32_and_shapes_are_kept(which):
    ps = [nn.Parameter(np.ones(s, dtype=np.float32)) for s in [(), (2,), (2, 1, 3), (0,)]]
    optimizer = both(ps)[which]
    for p in ps:
        p.grad = np.ones(p.shape, dtype=np.float32)
    optimizer.step()
    assert [(p.shape, p.dtype) for p in ps] == [
        (s, np.float32) for s in [(), (2,), (2, 1, 3), (0,)]
    ]
    assert all((p.numpy() < 1).all() for p in ps)


@pytest.mark.parametrize("which", [0, 1])
def test_a_parameter_without_a_gradient_is_left_alone(which):
    used, unused = Value(1.0), Value(2.0)
    optimizer = both([used, unused])[which]
    (used * 3).backward()
    optimizer.step()
    assert used.data != 1.0
    assert unused.data == 2.0
    optimizer.zero_grad()
    assert used.grad is None
    moved = used.data
    optimizer.step()
    assert used.data == moved


def test_the_learning_rate_can_be_changed():
    w = Value(1.0)
    sgd = optim.SGD([w])
    assert sgd.lr == 1e-3
    (w * 2).backward()
    sgd.lr = 0.25
    sgd.step()
    assert w.data == 0.5


def test_an_optimiser_shows_its_numbers():
    assert repr(optim.SGD([W], lr=0.1, momentum=0.9)) == (
        "SGD(1 parameter, lr=0.1, momentum=0.9, weight_decay=0.0, dampening=0.0, nesterov=False)"
    )
    assert repr(optim.Adam([W, Value(2.0)])) == (
        "Adam(2 parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.0)"
    )


@pytest.mark.parametrize("which", [0, 1])
def test_gradients_are_set_to_none_and_not_to_zero(which):
    w = Value(1.0)
    (w * 2).backward()
    optimizer = both([w])[which]
    with pytest.raises(ValueError, match="set_to_none=False"):
        optimizer.zero_grad(set_to_none=False)
    assert w.grad == 2.0
    optimizer.zero_grad(set_to_none=True)
    assert w.grad is None


def test_a_net_learns():
    nn.manual_seed(0)
    net = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    x = np.linspace(-1, 1, 21)[:, None]
    adam = optim.Adam(net.parameters(), lr=0.05)
    for _ in range(200):
        adam.zero_grad()
        loss = ((net(x) - x**2) ** 2).mean()
        loss.backward()
        adam.step()
    assert loss.item() < 1e-3


TWICE = Value(1.0, label="w")


@pytest.mark.parametrize("make", [optim.SGD, optim.Adam])
@pytest.mark.parametrize(
    ("params", "arguments", "kind", "message"),
    [
        ([W], {"lr": -1}, ValueError, "lr must be at least 0, got -1"),
        ([W], {"lr": float("nan")}, ValueError, "lr must be at least 0, got nan"),
        ([W], {"weight_decay": -0.1}, ValueError, "weight_decay must be at least 0, got -0.1"),
        ([], {}, ValueError, "there is no parameter in params"),
        ([W, W * 2], {}, ValueError, "parameter 1 is the result of mul; only leaves"),
        ([TWICE, W, TWICE], {}, ValueError, "parameter 2 'w' is parameter 0 once more"),
        ([W, 3.0], {}, TypeError, "parameter 1 is a float, not a node"),
        (W, {}, TypeError, r"such as net.parameters\(\), got one Value"),
        (nn.Linear(1, 1).parameters, {}, TypeError, "got one method"),
    ],
)
def test_bad_arguments(make, params, arguments, kind, message):
    with pytest.raises(kind, match=f"{make.__name__}: .*{message}"):
        make(params, **arguments)


def test_bad_arguments_of_one_rule():
    with pytest.raises(ValueError, match=r"SGD: momentum must be at least 0, got -0\.5"):
        optim.SGD([W], 0.1, momentum=-0.5)
    with pytest.raises(ValueError, match="SGD: nesterov needs a momentum above 0"):
        optim.SGD([W], 0.1, nesterov=True)
    with pytest.raises(ValueError, match=r"Adam: betas\[0\] must be in \[0, 1\), got 1.5"):
        optim.Adam([W], betas=(1.5, 0.9))
    with pytest.raises(ValueError, match="Adam: eps must be at least 0, got -1"):
        optim.Adam([W], eps=-1)


def test_there_are_no_groups_of_parameters():
    with pytest.raises(AttributeError, match=r"'SGD' has no attribute 'param_groups'; .*set \.lr"):
        optim.SGD([Value(1.0)]).param_groups  # noqa: B018
