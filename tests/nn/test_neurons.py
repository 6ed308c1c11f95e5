"""micrograd's scalar nets. The recorded numbers are those that micrograd 0.1.0 gives."""

import random

import pytest

from micrograd_act import Value, nn, tanh


def trained(steps):
    """micrograd's demo, smaller: the net, its first gradient and the loss before each step."""
    random.seed(1337)
    model = nn.MLP(2, [4, 4, 1])
    xs = [[0.5, -1.0], [-1.5, 2.0], [1.0, 1.0], [-0.25, -0.75]]
    ys = [1.0, -1.0, 1.0, -1.0]
    first, seen = [], []
    for k in range(steps):
        scores = [model([Value(a) for a in x]) for x in xs]
        losses = [(1 + -y * s).relu() for y, s in zip(ys, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        first = first or [p.grad for p in model.parameters()]
        seen.append(loss.data)
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 5) * p.grad
    return model, first, seen


def test_training_gives_the_numbers_of_micrograd():
    model, first, seen = trained(5)
    assert len(model.parameters()) == 37
    assert first[:6] == pytest.approx(
        [
            -0.18832054162224043,
            0.044128122252588886,
            -0.2658617956944103,
            -0.11111921532174415,
            0.1481217211621528,
            0.07404370311029594,
        ],
        rel=1e-13,
    )
    assert seen == pytest.approx(
        [
            1.6696158522267541,
            0.9775293293554022,
            0.7741230852882408,
            0.6328814231213229,
            0.5674435278603178,
        ],
        rel=1e-13,
    )


def test_reprs_are_those_of_micrograd():
    assert repr(nn.Neuron(3)) == "ReLUNeuron(3)"
    assert repr(nn.Neuron(3, nonlin=False)) == "LinearNeuron(3)"
    assert repr(nn.MLP(2, [2, 1])) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    )
    assert repr(nn.Neuron(2, activation=tanh)) == "TanhNeuron(2)"


def test_a_layer_of_one_gives_no_list():
    x = [Value(1.0), Value(2.0)]
    assert isinstance(nn.Layer(2, 1)(x), Value)
    assert len(nn.Layer(2, 3)(x)) == 3


def test_another_activation_is_applied_before_the_last_layer_only():
    random.seed(3)
    net = nn.MLP(1, [2, 1], activation=tanh)
    y = net([0.5])
    hidden = [tanh(n.w[0].data * 0.5 + n.b.data) for n in net.layers[0].neurons]
    out = net.layers[1].neurons[0]
    expected = out.b.data + sum(w.data * h for w, h in zip(out.w, hidden, strict=True))
    assert y.data == pytest.approx(expected, rel=1e-15)


def test_zero_grad_sets_none():
    net = nn.MLP(2, [2, 1])
    net([1.0, -1.0]).backward()
    assert any(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert [p.grad for p in net.parameters()] == [None] * 9


def test_parameters_are_named_by_layer_neuron_and_weight():
    net = nn.MLP(2, [2, 1])
    labels = [p.label for p in net.parameters()]
    assert labels[:4] == ["0.0.w0", "0.0.w1", "0.0.b", "0.1.w0"]
    assert labels[-1] == "1.0.b"
    assert labels == [name for name, _ in net.named_parameters()]
    assert [p.label for p in nn.Neuron(2).parameters()] == ["w0", "w1", "b"]


def test_any_iterable_of_inputs_will_do():
    neuron = nn.Neuron(2, nonlin=False)
    assert neuron(map(Value, [1.0, 2.0])).data == neuron([1.0, 2.0]).data


@pytest.mark.parametrize("x", [[1.0], [1.0, 2.0, 3.0]])
def test_a_wrong_number_of_inputs_is_an_error(x):
    with pytest.raises(ValueError, match=rf"ReLUNeuron\(2\): expected 2 inputs, got {len(x)}"):
        nn.Neuron(2)(x)


def test_a_module_as_users_of_micrograd_write_them():
    class Pair(nn.Module):
        def __init__(self):
            self.a, self.b = Value(2.0), Value(3.0)

        def __call__(self, x):
            return self.a * x + self.b

        def parameters(self):
            return [self.a, self.b]

    pair = Pair()
    pair(Value(5.0)).backward()
    assert [p.grad for p in pair.parameters()] == [5.0, 1.0]
    pair.zero_grad()
    assert [p.grad for p in pair.parameters()] == [None, None]


def test_sizes_of_layers_are_a_list():
    with pytest.raises(TypeError, match="nouts lists the number of neurons of each layer, got 4"):
        nn.MLP(2, 4)
