"""Gradients split by what their paths cross: ops, labels, the parts of a module."""

import copy
import gc
import math
import pickle
import random
import weakref

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    compare,
    gelu,
    grad,
    identity,
    nn,
    no_grad,
    nodes,
    relu,
    replace,
    softmax,
    tanh,
)
from micrograd_act.functional import layer_norm, scaled_dot_product_attention
from micrograd_act.pathways import paths
from micrograd_act.pathways.splitting import parts_of
from micrograd_act.pathways.table import as_text, split_sections
from tests.pathways.graphs import residual_of_numbers


class Norm(nn.Module):
    def __init__(self, size):
        self.weight = nn.Parameter(np.linspace(0.5, 1.5, size))

    def forward(self, x):
        return layer_norm(x, x.shape[-1:], self.weight)


class Attention(nn.Module):
    def __init__(self, size, rng):
        self.query, self.key, self.value, self.out = (
            nn.Linear(size, size, rng=rng) for _ in range(4)
        )

    def forward(self, x):
        return self.out(scaled_dot_product_attention(self.query(x), self.key(x), self.value(x)))


class Block(nn.Module):
    """A transformer block with the normalization in front."""

    def __init__(self, size, rng):
        self.ln1, self.attention = Norm(size), Attention(size, rng)
        self.ln2 = Norm(size)
        self.mlp = nn.Sequential(
            nn.Linear(size, 2 * size, rng=rng), nn.GELU(), nn.Linear(2 * size, size, rng=rng)
        )

    def attend(self, x):
        return self.attention(self.ln1(x))

    def think(self, x):
        return self.mlp(self.ln2(x))

    def forward(self, x):
        x = x + self.attend(x)
        return x + self.think(x)


@pytest.fixture
def transformer(rng):
    block = Block(4, rng)
    x = Tensor(rng.normal(size=(3, 4)), requires_grad=True)
    return block, x, block(x), rng.normal(size=(3, 4))


def test_a_transformer_block_against_detached_branches(transformer):
    block, x, y, g = transformer
    found = paths(y, x, g).split(block)
    attended, middle = block.attend(x), x + block.attend(x)
    attention = ("attention", "ln1")
    mlp = ("mlp", "ln2")
    expected = {
        (): g,
        mlp: grad(block.think(x + attended.detach()), x, g).data,
        mlp + attention: grad(block.think(x.detach() + attended), x, g).data,
        attention: grad(attended, x, g).data,
    }
    assert list(found) == list(expected)
    for group, c in expected.items():
        np.testing.assert_allclose(found[group], c, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(sum(found.values()), grad(middle + block.think(middle), x, g).data)
    assert found.counts == {(): 1, mlp: 1, mlp + attention: 3, attention: 3}


def test_a_part_may_be_split_in_turn(transformer):
    block, x, y, g = transformer
    found = paths(y, x, g).split(block.attention)
    assert set(found) == {(), ("out", "value"), ("out", "key"), ("out", "query")}
    for name in ("query", "key", "value"):

        def attend(x, name=name):
            h = block.ln1(x)
            made = {k: getattr(block.attention, k)(h) for k in ("query", "key", "value")}
            parts = [v if k == name else v.detach() for k, v in made.items()]
            return block.attention.out(scaled_dot_product_attention(*parts))

        middle = x + attend(x)
        through = grad(x.detach() + attend(x) + block.think(middle - x + x.detach()), x, g)
        np.testing.assert_allclose(found["out", name], through.data, rtol=1e-11, atol=1e-14)


def test_parts_of_several_blocks_under_one_name(rng):
    blocks = [Block(3, rng) for _ in range(2)]
    x = h = Tensor(rng.normal(size=(2, 3)), requires_grad=True)
    for block in blocks:
        h = block(h)
    ledger = paths(h, x, rng.normal(size=(2, 3)))
    found = ledger.split({"attention": [b.attention for b in blocks], "mlp": blocks[0].mlp})
    attention = [n for b in blocks for n in labelled(b.attention)]
    mlp = labelled(blocks[0].mlp)

    def kind(node):
        read = {id(v) for v in node.inputs}
        both = (("attention", attention), ("mlp", mlp))
        return next((name for name, leaves in both if read & set(map(id, leaves))), None)

    expected = ledger.split(kind)  # told by the parameters that are read
    assert {frozenset(group) for group in found} == {frozenset(group) for group in expected}
    assert list(found) == [(), ("attention",), ("attention", "mlp"), ("mlp",)]
    for group, c in expected.items():
        key = group if group in found else group[::-1]
        np.testing.assert_allclose(found[key], c, rtol=1e-12, atol=1e-14)


def labelled(module):
    return [parameter for _, parameter in module.named_parameters()]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({}, "the dict of modules is empty"),
        ({"a": []}, "'a' must be a module or a list of them, got nothing"),
        ({"a": [nn.Tanh(), tanh]}, "'a' must be a module or a list of them, got Op"),
        ({"a": "mlp"}, "'a' must be a module or a list of them, got str"),
        ({"a": nn.Tanh(), "b": nn.ReLU()}, "none of the modules a, b returned"),
    ],
)
def test_dicts_that_name_no_modules(key, message):
    x = Tensor([0.3], requires_grad=True)
    with pytest.raises(ValueError, match=message):
        paths(tanh(x), x).split(key)


def test_parts_without_parameters():
    net = nn.Sequential(nn.Tanh(), nn.ReLU())
    x = Tensor([0.5, -0.5], requires_grad=True)
    found = paths((x + net(x)).sum(), x).split(net)
    assert list(found) == [(), ("1", "0")]
    np.testing.assert_allclose(found["1", "0"], [1 / math.cosh(0.5) ** 2, 0.0])


def test_a_part_called_twice_is_one_part():
    class Twice(nn.Module):
        def __init__(self):
            self.act, self.other = nn.Tanh(), nn.ReLU()

        def forward(self, x):
            return self.act(self.other(x) + self.act(x))

    net, x = Twice(), Tensor([0.3], requires_grad=True)
    found = paths(net(x).sum(), x).split(net)
    assert list(found) == [("act",), ("act", "other")]


def test_of_parts_that_call_each_other_the_inner_one_counts():
    class Outer(nn.Module):
        def __init__(self, inner):
            self.inner = inner

        def forward(self, x):
            return 2.0 * self.inner(x)

    class Net(nn.Module):
        def __init__(self):
            self.inner = nn.Tanh()
            self.outer = Outer(self.inner)

        def forward(self, x):
            return x + self.outer(x)

    net, x = Net(), Tensor([0.3], requires_grad=True)
    assert list(paths(net(x).sum(), x).split(net)) == [(), ("outer", "inner")]


def test_what_a_part_was_given_does_not_belong_to_it():
    x = Tensor([0.3], requires_grad=True)
    net = nn.Sequential(nn.Tanh())
    h = 3.0 * tanh(x)
    y = net(h) + h
    found = paths(y, x).split(net)
    assert found[()] == pytest.approx(3 / math.cosh(0.3) ** 2)


def test_modules_that_return_containers():
    class Both(nn.Module):
        def forward(self, x):
            return {"a": [2.0 * x], "b": (x * x, x)}

    net = nn.Sequential(Both())
    x = Tensor([3.0], requires_grad=True)
    made = net(x)
    y = made["a"][0] + made["b"][0] + made["b"][1]
    assert {k: c.item() for k, c in paths(y, x).split(net).items()} == {(): 1.0, ("0",): 8.0}


def test_layers_of_numbers():
    random.seed(0)
    net = nn.MLP(2, [3, 3, 1], activation=tanh)
    x = Value(0.4)
    y = net([x, Value(1.0)]) + 5.0 * x
    ledger = paths(y, x)
    found = ledger.split(net)
    assert list(found) == [(), ("2", "1", "0")]
    assert found[()] == 5.0
    assert found["2", "1", "0"] == pytest.approx(ledger.total - 5.0)
    with pytest.raises(ValueError, match=r"split: 0 took part .* not by a call .* neurons"):
        ledger.split(net.layers[0])


def test_a_part_whose_forward_was_called_is_noticed(transformer):
    block, x, _, g = transformer
    y = x + block.mlp(block.ln2.forward(x + block.attend(x)))
    with pytest.raises(ValueError, match=r"split: ln2 took part .* call the module itself"):
        paths(y, x, g).split(block)


def test_copies_keep_their_records(transformer):
    block, x, y, g = transformer
    again = copy.deepcopy(y)
    leaf = next(n for n, m in zip(nodes(again), nodes(y), strict=True) if m is x)
    found, expected = (paths(r, v, g).split(block) for r, v in ((again, leaf), (y, x)))
    assert list(found) == list(expected)
    for group, c in expected.items():
        np.testing.assert_array_equal(found[group], c)


def test_replaced_graphs_keep_their_records(transformer):
    block, x, y, g = transformer
    twin = compare(y, {gelu: identity}, g)
    left, right = parts_of(block, twin.left), parts_of(block, twin.right)
    assert len(right) > 10
    assert [left.get(a) for a, _ in twin.pairs] == [right.get(b) for _, b in twin.pairs]
    found = paths(twin.right, x, g).split(block)
    assert list(found) == list(paths(y, x, g).split(block))
    attended = block.attend(x)
    linear = nn.Sequential(block.mlp[0], block.mlp[2])
    expected = grad(linear(block.ln2(x + attended.detach())), x, g).data
    np.testing.assert_allclose(found["mlp", "ln2"], expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(found["attention", "ln1"], grad(attended, x, g).data)
    twice = replace(twin.right, {softmax: identity})
    assert list(paths(twice, x, g).split(block)) == list(found)
    np.testing.assert_array_equal(paths(twin.left, x, g).split(block)[()], g)


def test_pickles_have_no_records():
    net = nn.Sequential(nn.Tanh())
    x = Tensor([0.3], requires_grad=True)
    y = pickle.loads(pickle.dumps(net(x)))
    leaf = next(n for n in nodes(y) if n.is_leaf)
    with pytest.raises(ValueError, match=r"none of the modules 0 returned a node"):
        paths(y, leaf).split(net)


def test_a_detached_result_has_no_record():
    net = nn.Sequential(nn.Tanh())
    x = Tensor([0.3], requires_grad=True)
    assert type(net(x).detach()._label) is str


def test_modules_that_are_not_there():
    x = Tensor([0.3], requires_grad=True)
    ledger = paths(tanh(x), x)
    with pytest.raises(ValueError, match=r"none of the modules 0, 1 returned"):
        ledger.split(nn.Sequential(nn.Tanh(), nn.ReLU()))
    with pytest.raises(ValueError, match="Tanh holds no modules"):
        ledger.split(nn.Tanh())


def test_records_die_with_the_graph_and_make_no_cycle():
    class Keeping(nn.Module):
        def forward(self, x):
            self.kept = tanh(x)
            return self.kept

    gc.disable()
    try:
        module = Keeping()
        module(Tensor([1.0], requires_grad=True))
        alive = weakref.ref(module)
        del module
        assert alive() is None
    finally:
        gc.enable()


def test_labels_hooks_and_records_do_not_disturb_each_other():
    net = nn.Sequential(nn.Tanh(), nn.ReLU())
    v = Tensor([0.3], requires_grad=True)
    y = net(v)
    y.register_hook(lambda g: 2.0 * g)
    y.label = "out"
    assert list(paths(y, v).split(net)) == [("1", "0")]
    assert list(paths(y, v).split("label")) == [("out",)]
    y.backward()
    assert v.grad.item() == pytest.approx(2 / math.cosh(0.3) ** 2)


def test_a_hook_set_inside_a_module_stays():
    class Hooking(nn.Module):
        def __init__(self):
            self.act = nn.Tanh()

        def forward(self, x):
            y = self.act(x)
            y.register_hook(lambda g: 10.0 * g)
            return y

    v = Value(0.0)
    nn.Sequential(Hooking())(v).backward()
    assert v.grad == 10.0


def test_a_hook_on_one_of_many_results_is_not_on_the_others():
    class Pair(nn.Module):
        def forward(self, x):
            return [2.0 * x, 3.0 * x]

    x = Value(1.0)
    a, b = Pair()(x)
    a.register_hook(lambda g: 10.0 * g)
    (a + b).backward()
    assert x.grad == 23.0


def test_nothing_is_recorded_of_untracked_results():
    net = nn.Sequential(nn.Tanh())
    with no_grad():
        assert type(net(Tensor([1.0], requires_grad=True))._label) is str
    same = Value(1.0)

    class Same(nn.Module):
        def forward(self, x):
            return x

    old = same * 2.0
    assert type(Same()(old)._label) is str


def test_split_by_label_and_by_function():
    x = Value(0.5)
    attention, mlp = 2 * x, tanh(x)
    attention.label, mlp.label = "attention", "mlp"
    y = x + attention * 1.0 + mlp
    found = paths(y, x).split("label")
    assert found == {(): 1.0, ("mlp",): mlp.local_grads[0], ("attention",): 2.0}
    found = paths(y, x).split(lambda node: "act" if node.op.is_activation else None)
    assert found == {(): 3.0, ("act",): mlp.local_grads[0]}


def test_split_into_too_many_groups():
    y, x = residual_of_numbers(12)
    for k, node in enumerate(n for n in nodes(y) if n.op is tanh):
        node.label = f"block {k}"
    with pytest.raises(ValueError, match=r"more than 1000 different groups.*by_activations"):
        paths(y, x, limit=1000).split("label")


@pytest.mark.parametrize("key", ["name", "Label", None, 3, relu])
def test_unknown_keys(key):
    x = Value(2.0)
    with pytest.raises(
        ValueError, match="key is 'op', 'label', a module, a dict of modules or a function"
    ):
        paths(x * x, x).split(key)


def test_as_table_and_as_plain_data():
    x = Value(0.0, label="x<1>")
    y = x + relu(x + 1) + tanh(x)
    y.label = "y"
    found = paths(y, x).split(lambda node: node.op.name if node.op.is_activation else None)
    assert str(found) == "\n".join(
        [
            "gradient of y at x<1> by what its paths cross",
            "  none  1  1 path",
            "  tanh  1  1 path",
            "  relu  1  1 path",
        ]
    )
    assert "x&lt;1&gt;" in found._repr_html_()
    assert found.to_dict() == {
        "groups": [
            {"crossed": [], "paths": 1, "gradient": 1.0},
            {"crossed": ["tanh"], "paths": 1, "gradient": 1.0},
            {"crossed": ["relu"], "paths": 1, "gradient": 1.0},
        ]
    }


def test_ops_as_keys_are_named():
    x = Value(0.5)
    found = paths(relu(tanh(x)), x).split(lambda node: node.op)
    assert str(found).splitlines()[1].startswith("  relu ← tanh  0.7864")


def test_labels_of_any_kind_stay_in_their_cell():
    x = Value(0.5)
    h = tanh(x)
    h.label = "a\n<b>\t" + 100 * "c"
    text = str(paths(2.0 * h, x).split("label"))
    assert text.splitlines()[1].startswith("  a\ufffd<b>\ufffdccc")
    assert "…  1.573  1 path" in text


def test_long_tables_are_cut():
    y, x = residual_of_numbers(7)
    for k, node in enumerate(n for n in nodes(y) if n.op is tanh):
        node.label = f"{k}"
    text = as_text(split_sections(paths(y, x).split("label")))
    assert len(text.splitlines()) == 42
    assert "… and 88 more" in text
