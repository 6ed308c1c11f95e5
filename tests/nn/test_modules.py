"""PyTorch's modules. The printed texts are those that PyTorch 2.13 gives."""

import copy
import operator
import pickle
import re
from functools import partial

import numpy as np
import pytest

import micrograd_act as torch
from micrograd_act import GradientError, Tensor, Value, functional, nn
from micrograd_act.nn import module as module_room


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(nn.Linear(2, 3, rng=0), nn.LeakyReLU(0.2))
        self.out = nn.Linear(3, 1, bias=False, rng=1)

    def forward(self, x):
        return self.out(self.blocks(x))


def test_two_activations_written_as_for_pytorch(capsys):
    class LinearActivation(nn.Module):
        def forward(self, x):
            return x

    class ReLUActivation(nn.Module):
        def forward(self, x):
            return torch.relu(x)

    x = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
    print(LinearActivation()(x))
    print(ReLUActivation()(x))
    print(LinearActivation())
    assert capsys.readouterr().out.splitlines() == [
        "tensor([-2., -1.,  0.,  1.,  2.])",
        "tensor([0., 0., 0., 1., 2.])",
        "LinearActivation()",
    ]


def test_a_net_prints_as_in_pytorch():
    assert repr(Block()).splitlines() == [
        "Block(",
        "  (blocks): Sequential(",
        "    (0): Linear(in_features=2, out_features=3, bias=True)",
        "    (1): LeakyReLU(negative_slope=0.2)",
        "  )",
        "  (out): Linear(in_features=3, out_features=1, bias=False)",
        ")",
    ]


def test_names_and_labels():
    net = Block()
    names = ["blocks.0.weight", "blocks.0.bias", "out.weight"]
    assert [name for name, _ in net.named_parameters()] == names
    assert [p.label for p in net.parameters()] == names
    modules = [name for name, _ in net.named_modules()]
    assert modules == ["", "blocks", "blocks.0", "blocks.1", "out"]
    assert [name for name, _ in net.named_children()] == ["blocks", "out"]


def test_a_label_that_the_user_chose_stays():
    net = nn.Module()
    net.w = nn.Parameter([1.0], label="gain")
    net.b = nn.Parameter([1.0])
    assert [p.label for p in net.parameters()] == ["gain", "b"]
    assert nn.Sequential(net)[0].b.label == "0.b"
    assert net.w.label == "gain"


def test_what_belongs_to_a_module():
    net = nn.Module()
    net.own = nn.Parameter([1.0])
    net.layers = [nn.Linear(1, 1, rng=0), (nn.Linear(1, 1, bias=False, rng=0),)]
    net.heads = {"a": nn.Linear(1, 1, bias=False, rng=0)}
    net.scalar = Value(2.0)
    net.plain = Tensor([1.0], requires_grad=True)
    net.result = Value(1.0) * 2
    net.constant = Value(1.0).detach()
    net.other = "text"
    assert [name for name, _ in net.named_parameters()] == [
        "own",
        "scalar",
        "layers.0.weight",
        "layers.0.bias",
        "layers.1.0.weight",
        "heads.a.weight",
    ]


def test_a_shared_parameter_counts_once():
    net = nn.Module()
    net.a = nn.Linear(2, 2, bias=False, rng=0)
    net.b = nn.Linear(2, 2, bias=False, rng=1)
    net.b.weight = net.a.weight
    net.c = net.a
    assert [name for name, _ in net.named_parameters()] == ["a.weight"]
    assert len(net.modules()) == 3


def test_a_module_that_holds_itself():
    net = nn.Module()
    net.child = nn.Linear(1, 1, rng=0)
    net.child.parent = net
    assert [name for name, _ in net.named_parameters()] == ["child.weight", "child.bias"]


def test_a_subclass_of_sequential_keeps_its_own_parameters():
    class Scaled(nn.Sequential):
        def __init__(self):
            self.scale = nn.Parameter([2.0])
            super().__init__(nn.Linear(1, 1, rng=0))

    assert [name for name, _ in Scaled().named_parameters()] == ["scale", "0.weight", "0.bias"]


def test_parameter():
    w = nn.Parameter(np.ones((2, 3), dtype=np.float32), label="w")
    assert isinstance(w, Tensor)
    assert w.is_parameter
    assert w.requires_grad
    assert (w.dtype, w.shape, w.label) == (np.float32, (2, 3), "w")
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad
    assert repr(nn.Parameter([1.0, 2.0])) == (
        "Parameter containing:\ntensor([1., 2.], requires_grad=True)"
    )
    with pytest.raises(TypeError, match="int64 has no gradient"):
        nn.Parameter([1, 2])


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_stay_parameters_of_their_own(again):
    net = Block()
    other = again(net)
    x = np.array([[1.0, -2.0]])
    assert np.array_equal(net(x).numpy(), other(x).numpy())
    assert [p.label for p in other.parameters()] == [p.label for p in net.parameters()]
    before = net.out.weight.data.copy()
    other.out.weight.data += 1.0
    assert np.array_equal(net.out.weight.numpy(), before)


def test_an_update_keeps_the_parameter():
    w = nn.Parameter([1.0])
    same = w
    with torch.no_grad():
        w -= 0.5
    assert w is same
    assert w.is_parameter
    assert w.tolist() == [0.5]


@pytest.mark.parametrize("wrong", [Tensor([[1.0, 2.0]]), 3, np.ones((1, 2)), [1.0]])
def test_a_parameter_is_not_replaced_by_what_is_none(wrong):
    layer = nn.Linear(2, 1, rng=0)
    before = layer.weight
    with pytest.raises(TypeError, match=r"Linear\.weight is a parameter.*\.data = .*Parameter\("):
        layer.weight = wrong
    assert layer.weight is before
    layer.weight = other = nn.Parameter([[1.0, 2.0]])
    layer.bias = None
    assert layer.parameters() == [other]


UPDATES = {
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "/=": operator.itruediv,
    "**=": operator.ipow,
}


@pytest.mark.parametrize("sign", UPDATES)
def test_an_update_that_would_be_lost_is_an_error(sign):
    net = Block()
    with pytest.raises(GradientError, match=rf"^out\.weight {re.escape(sign)} .*with no_grad\(\)"):
        UPDATES[sign](net.out.weight, 2.0)
    with torch.no_grad():
        assert UPDATES[sign](net.out.weight, 2.0) is net.out.weight
    plain = Tensor([2.0], requires_grad=True)
    assert UPDATES[sign](plain, 2.0) is not plain


def test_a_name_costs_the_same_however_large_the_module(monkeypatch):
    walked = []
    flattened = module_room._flattened

    def counted(*args):
        walked.append(args)
        return flattened(*args)

    monkeypatch.setattr(module_room, "_flattened", counted)
    net, costs = nn.Module(), []
    for i in range(20):
        layer = nn.Linear(1, 1, rng=0)
        walked.clear()
        setattr(net, f"layer{i}", layer)
        costs.append(len(walked))
    assert len(set(costs)) == 1
    assert net.parameters()[-1].label == "layer19.bias"


def test_what_a_list_gained_is_named_with_the_next_attribute():
    net = nn.Module()
    net.layers = []
    net.layers.append(nn.Linear(1, 1, rng=0))
    net.last = nn.Linear(1, 1, rng=0)
    assert [p.label for p in net.parameters()] == [name for name, _ in net.named_parameters()]


def test_a_parent_kept_in_a_child_names_nothing():
    net = nn.Module()
    net.child = nn.Linear(1, 1, rng=0)
    net.child.parent = net
    assert net.child.weight.label == "child.weight"


def test_train_eval_and_zero_grad_reach_every_module():
    net = Block()
    assert net.training
    assert net.eval() is net
    assert not any(m.training for m in net.modules())
    assert all(m.training for m in net.train().modules())
    net(np.ones((1, 2))).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net.zero_grad(set_to_none=True)
    with pytest.raises(ValueError, match="set_to_none=False"):
        net.zero_grad(set_to_none=False)


def test_freezing():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    assert net[0].requires_grad_(False) is net[0]
    net(Tensor([1.0, 2.0])).backward(np.ones(1))
    assert net[0].weight.grad is None
    assert net[2].weight.grad is not None
    assert [p.requires_grad for p in net.requires_grad_().parameters()] == [True] * 4
    with pytest.raises(TypeError, match="a Value is always tracked"):
        nn.MLP(2, [1]).requires_grad_(False)


def test_a_module_without_forward_says_so():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty: define forward\(self, \.\.\.\)"):
        Empty()(1.0)


def test_linear_is_an_affine_map_of_the_last_axis(rng):
    layer = nn.Linear(3, 2, rng=0)
    weight, bias = layer.weight.numpy(), layer.bias.numpy()
    for shape in [(3,), (4, 3), (5, 4, 3)]:
        x = rng.normal(size=shape)
        expected = np.einsum("...i,oi->...o", x, weight) + bias
        np.testing.assert_allclose(layer(x).numpy(), expected, rtol=1e-14)
        np.testing.assert_allclose(layer(Tensor(x)).numpy(), expected, rtol=1e-14)
    assert nn.Linear(3, 2, bias=False).bias is None


def test_linear_starts_as_in_pytorch():
    layer = nn.Linear(400, 300, rng=0)
    for p in layer.parameters():
        assert np.abs(p.numpy()).max() <= 0.05
        assert np.abs(p.numpy()).max() > 0.0495
    assert layer.weight.numpy().std() == pytest.approx(0.05 / np.sqrt(3), rel=0.01)
    assert layer.weight.shape == (300, 400)
    assert layer.bias.shape == (300,)


def test_linear_can_be_seeded():
    def weights(**given):
        return nn.Linear(2, 3, **given).weight.tolist()

    assert weights(rng=5) == weights(rng=5) != weights(rng=6)
    generator = np.random.default_rng(5)
    assert weights(rng=generator) == weights(rng=5) != weights(rng=generator)
    nn.manual_seed(5)
    first, second = weights(), weights()
    assert first == weights(rng=5) != second
    nn.manual_seed(5)
    assert [weights(), weights()] == [first, second]


def test_linear_in_float32():
    layer = nn.Linear(2, 3, dtype=np.float32, rng=0)
    assert layer(np.ones((1, 2))).dtype == np.float32
    layer(np.ones((1, 2))).sum().backward()
    assert layer.weight.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("x", "got"), [(np.ones((4, 5)), "5"), (np.ones(3), "3"), (1.0, "missing: .* single number")]
)
def test_linear_names_the_wrong_axis(x, got):
    layer = nn.Linear(2, 3)
    expected = rf"^Linear\(in_features=2\): the last axis of the input is {got}$"
    for given in (x, Tensor(x)):
        with pytest.raises(ValueError, match=expected):
            layer(given)


@pytest.mark.parametrize(
    ("sizes", "kind", "message"),
    [
        ((0, 3), ValueError, "in_features must be at least 1, got 0"),
        ((2, -1), ValueError, "out_features must be at least 1, got -1"),
        ((2.0, 3), TypeError, "in_features must be an integer, got 2.0"),
        ((2, "3"), TypeError, "out_features must be an integer, got '3'"),
    ],
)
def test_linear_with_bad_sizes(sizes, kind, message):
    with pytest.raises(kind, match=f"Linear: {message}"):
        nn.Linear(*sizes)


def test_sequential():
    first, second = nn.Linear(2, 3, rng=0), nn.Linear(3, 1, rng=1)
    net = nn.Sequential(first, torch.tanh, second)
    x = np.array([[1.0, -2.0]])
    assert net(x).tolist() == second(torch.tanh(first(x))).tolist()
    assert len(net) == 3
    assert next(iter(net)) is net[0] is first
    assert repr(net[1]) == "Activation(tanh)"
    assert nn.Sequential()(x) is x


@pytest.mark.parametrize(("given", "name"), [([nn.ReLU()], "list"), (max, "builtin_function")])
def test_sequential_takes_modules_only(given, name):
    with pytest.raises(TypeError, match=f"Sequential: argument 1 is a {name}.*one by one"):
        nn.Sequential(nn.ReLU(), given)


def test_sequential_tells_how_to_bind_parameters():
    with pytest.raises(TypeError, match=r"is a float, .*leaky_relu\.bind\(negative_slope=0\.1\)"):
        nn.Sequential(functional.leaky_relu(0.1))


ACTIVATIONS = {
    nn.Identity: functional.identity,
    nn.ReLU: functional.relu,
    nn.LeakyReLU: functional.leaky_relu,
    nn.Sigmoid: functional.sigmoid,
    nn.Tanh: functional.tanh,
    nn.Softplus: functional.softplus,
    nn.SiLU: functional.silu,
    nn.GELU: functional.gelu,
}


@pytest.mark.parametrize("module", ACTIVATIONS)
def test_activation_modules(module):
    x = np.array([-1.5, 0.0, 2.0])
    assert np.array_equal(module()(x), ACTIVATIONS[module](x))
    assert isinstance(module(), nn.Activation)
    assert pickle.loads(pickle.dumps(module()))(0.5) == module()(0.5)


def test_parameters_of_activation_modules():
    assert repr(nn.LeakyReLU()) == "LeakyReLU(negative_slope=0.01)"
    assert repr(nn.LeakyReLU(negative_slope=0.5)) == "LeakyReLU(negative_slope=0.5)"
    assert nn.LeakyReLU(0.5)(-2.0) == -1.0
    assert repr(nn.ReLU()) == "ReLU()"
    with pytest.raises(TypeError, match="Tanh: it has no parameters, got inplace"):
        nn.Tanh(inplace=True)


def test_inplace_is_known_and_refused():
    assert repr(nn.ReLU(False)) == repr(nn.ReLU(inplace=False)) == "ReLU()"
    assert repr(nn.Hardtanh(-2, 2, False)) == repr(nn.Hardtanh(-2, max_val=2, inplace=False))
    for make in (nn.ReLU, partial(nn.LeakyReLU, 0.2), partial(nn.Threshold, 0.1, 20)):
        for given in ({"inplace": True}, None):
            with pytest.raises(ValueError, match="inplace=True is not supported"):
                make(True) if given is None else make(**given)


def test_softmax2d_is_over_the_channels(rng):
    x = rng.normal(size=(2, 3, 4, 5))
    np.testing.assert_array_equal(nn.Softmax2d()(x), functional.softmax(x, 1))
    with pytest.raises(TypeError, match=r"leaky_relu: .*'slope'"):
        nn.LeakyReLU(slope=0.5)


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("CrossEntropyLoss", r"\.cross_entropy$"),
        ("BCEWithLogitsLoss", r"\.binary_cross_entropy_with_logits$"),
        ("MSELoss", r"\.mse_loss$"),
        ("BatchNorm1d", r"\.batch_norm$"),
        ("Conv2d", r"\.conv2d$"),
    ],
)
def test_a_module_that_is_missing_names_its_function(module, function):
    with pytest.raises(AttributeError, match=f"{module}'; use nn.functional{function}"):
        getattr(nn, module)
    with pytest.raises(AttributeError, match=r"no attribute 'ModuleList'$"):
        nn.ModuleList  # noqa: B018
    assert nn.functional is functional
