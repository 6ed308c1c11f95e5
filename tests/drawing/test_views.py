"""Parts of a graph, sums as one node, groups beside a graph and as boxes."""

import math
import re
from typing import Any

import numpy as np
import pytest

from micrograd_act import Tensor, Value, compare, draw, identity, nn, nodes, paths, relu, tanh
from micrograd_act.drawing.boxes import Box, Panel
from micrograd_act.drawing.brackets import spans
from micrograd_act.drawing.folding import Fold, order_units
from micrograd_act.drawing.grouping import groups_of
from micrograd_act.drawing.placing import place
from tests.drawing.graphs import neuron, render, residual, scalar_mlp, skip, tensor_mlp
from tests.drawing.test_svg import checked


def boxes(panel: Panel) -> dict[str, Box]:
    return {box.label or box.symbol or box.op or box.value.text: box for box in panel.boxes}


def edges(panel: Panel) -> list[tuple[str, str, str]]:
    """Source, target and local gradient of every arrow, by what stands on the boxes."""
    names = {box.id: name for name, box in boxes(panel).items()}
    return [
        (names[a.source], names[a.target], "" if a.local is None else a.local.text)
        for a in panel.arrows
    ]


def oldest_first(panel: Panel) -> bool:
    places = {box.id: n for n, box in enumerate(panel.boxes)}
    return all(places[a.source] < places[a.target] for a in panel.arrows)


def test_a_neuron_s_sum_is_one_node() -> None:
    (drawn,) = draw(neuron(), sums=True).panels
    assert sorted(edges(drawn)) == sorted(
        [("x", "Σ", "2"), ("w", "Σ", "−0.4"), ("b", "Σ", "1"), ("Σ", "y", "0.6347")]
    )
    assert (boxes(drawn)["Σ"].value.text, boxes(drawn)["Σ"].grad) == (
        "0.7",
        boxes(draw(neuron()).panels[0])["+"].grad,
    )


def test_an_edge_into_a_sum_carries_the_derivative_of_the_sum() -> None:
    x, w, b = Value(0.7, label="x"), Value(-1.3, label="w"), Value(0.2, label="b")
    total = x * w + x * x + b
    arrows = draw(tanh(total), sums=True).panels[0].arrows
    found = [float(a.local.exact) for a in arrows if a.local is not None]
    assert found[:-1] == [-1.3, 0.7, 0.7, 0.7, 1.0]  # w; x; x twice; b
    assert sum([found[0], found[2], found[3]]) == pytest.approx(paths(total, x, names=False).total)


def test_what_is_used_outside_a_sum_stays_a_node() -> None:
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    product = x * w
    (drawn,) = draw((product + 1.0) * product, sums=True).panels
    assert [box.symbol for box in drawn.boxes if box.kind == "op"] == ["×", "+", "×"]


def test_the_product_of_paths_and_the_steps_are_those_of_the_graph() -> None:
    picture = draw(neuron(), sums=True)
    assert picture.panels[0].caption == draw(neuron()).panels[0].caption
    notes = [still.panels[0].note for still in picture.frames()]
    assert notes[-1].endswith(
        "Σ passes 0.6347 on to b: 0.6347 · 1 = 0.6347; x: 0.6347 · 2 = 1.269; "
        "w: 0.6347 · (−0.4) = −0.2539"
    )


def test_only_what_is_computed_from_a_node_is_drawn() -> None:
    y = neuron()
    z = y.inputs[0]
    assert isinstance(z, Value)
    z.label = "z"
    (drawn,) = draw(y * 2, since=z).panels
    assert set(boxes(drawn)) == {"z", "y", "2", "×"}
    assert ("z", "y", "0.6347") in edges(drawn)
    assert all(target != "z" for _, target, _ in edges(drawn))
    assert drawn.note == "4 earlier nodes are not drawn"
    assert drawn.caption is not None
    assert drawn.caption.head == "∂out/∂z"
    assert drawn.caption.total.text == "1.269"


def test_what_comes_from_elsewhere_is_said_to_be_omitted() -> None:
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    h = tanh(x)
    y = h * tanh(w)
    (drawn,) = draw(y, since=h).panels
    assert [box.kind for box in drawn.boxes].count("omitted") == 1
    (whole,) = draw(y, since=[x, w]).panels
    assert "omitted" not in [box.kind for box in whole.boxes]
    assert len(whole.boxes) == 5


def test_a_part_can_be_stepped_through() -> None:
    y = neuron()
    notes = [s.panels[0].note for s in draw(y, since=y.inputs[0]).frames()]
    assert notes[-1] == "step 2 of 2: y passes 1 on to +: 1 · 0.6347 = 0.6347"


def test_layers_are_counted_by_activations() -> None:
    (drawn,) = draw(tensor_mlp(), group="layer").panels
    by_id = {box.id: box.symbol or box.op for box in drawn.boxes}
    assert [(b.name, [by_id[i] for i in b.boxes]) for b in drawn.brackets] == [
        ("layer 1", ["matmul", "+", "relu"]),
        ("layer 2", ["matmul", "tanh"]),
        ("layer 3", ["x²", "mean"]),
    ]


def test_layers_of_a_part_are_those_of_the_whole_graph() -> None:
    y = tensor_mlp()
    h = next(node for node in nodes(y) if node.op and node.op.name == "relu")
    (drawn,) = draw(y, since=h, group="layer").panels
    assert [(b.name, len(b.boxes)) for b in drawn.brackets] == [
        ("layer 1", 1), ("layer 2", 2), ("layer 3", 2)
    ]  # fmt: skip
    (folded,) = draw(y, since=h, group="layer", collapse=["layer 2"]).panels
    assert boxes(folded)["layer 2"].detail.startswith("2 nodes")


def test_brackets_reach_from_the_first_to_the_last_box_of_their_group() -> None:
    for turned in (False, True):
        (placed,) = place(draw(tensor_mlp(), group="layer").panels, turned)
        index = {box.id: n for n, box in enumerate(placed.panel.boxes)}
        found = spans(placed)
        assert [span.row for span in found] == [0, 0, 0]
        for bracket, span in zip(placed.panel.brackets, found, strict=True):
            for name in bracket.boxes:
                x, reach = placed.layout.nodes[index[name]][0], placed.extents[index[name]].reach
                assert span.low <= x - reach < x + reach <= span.high


def test_brackets_that_overlap_stand_in_different_rows() -> None:
    y = skip()
    (placed,) = place(draw(y, group=lambda node: node.op and node.op.name).panels)
    found = spans(placed)
    for n, one in enumerate(found):
        for other in found[:n]:
            apart = one.low >= other.high or other.low >= one.high
            assert apart or one.row != other.row


@pytest.mark.parametrize("rankdir", ["LR", "TD"])
@pytest.mark.parametrize("name", ["layer", "<b> & '", "x" * 300, "\u202e\ud800", "\u202e", " "])
def test_names_of_groups_are_text_and_inside_the_picture(rankdir: Any, name: str) -> None:
    picture = draw(neuron(), group=lambda node: name, rankdir=rankdir)
    root = checked(picture.svg)
    wide = float(root.get("width", ""))
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(element.get("x", "")) <= wide
    (folded,) = draw(neuron(), group=lambda node: name, collapse=True).panels
    assert [box.kind for box in folded.boxes].count("group") == 1


def net() -> tuple[nn.Sequential, Tensor]:
    made = nn.Sequential(
        nn.Linear(4, 8, rng=0), nn.Tanh(), nn.Linear(8, 8, rng=1), nn.Tanh(), nn.Linear(8, 2, rng=2)
    )
    loss = (made(Tensor(np.ones((5, 4)), label="x")) ** 2).mean()
    loss.backward()
    return made, loss


def test_a_module_names_its_parts_with_what_they_are() -> None:
    made, loss = net()
    (drawn,) = draw(loss, group=made).panels
    assert [bracket.name for bracket in drawn.brackets] == [
        "0 Linear", "1 Tanh", "2 Linear", "3 Tanh", "4 Linear"
    ]  # fmt: skip
    (folded,) = draw(loss, group=made, collapse=["0", "1"]).panels
    found = boxes(folded)
    assert found["0 Linear"].detail == "1 node · 40 parameters · 5×8"
    assert found["0 Linear"].kind == "group"
    assert [bracket.name for bracket in folded.brackets] == ["2 Linear", "3 Tanh", "4 Linear"]
    assert "0.weight" not in found


def test_a_collapsed_layer_keeps_its_result_and_its_derivative() -> None:
    x, w, b = (Value(v, label=n) for v, n in ((0.6, "x"), (1.5, "w"), (-0.2, "b")))
    h = tanh(w * x + b)
    y = relu(h * h)
    y.backward()
    (drawn,) = draw(y, group="layer", collapse=True).panels
    first = boxes(drawn)["layer 1"]
    assert (first.value.exact, first.detail) == (repr(h.data), "3 nodes · 2 parameters")
    locals_ = {
        s: float(a.local.exact)
        for (s, _, _), a in zip(edges(drawn), drawn.arrows, strict=True)
        if a.local
    }
    assert locals_["x"] == pytest.approx(1.5 * (1 - h.data**2))
    assert locals_["layer 1"] == pytest.approx(2 * h.data)
    assert math.prod(locals_.values()) == pytest.approx(x.grad or 0)


def test_paths_inside_a_group_are_summed() -> None:
    x, w = Value(0.6, label="x"), Value(1.5, label="w")
    z = w * x
    (drawn,) = draw(z * z + z, group=lambda node: "all", collapse=True).panels
    found = {source: float(a.local.exact) for (source, _, _), a in zip(
        edges(drawn), drawn.arrows, strict=True) if a.local}  # fmt: skip
    assert found == {"x": pytest.approx((2 * 0.9 + 1) * 1.5)}


def test_a_product_of_1_by_chance_is_not_always_1() -> None:
    x, v = Value(0.6, label="x"), Value(1.0, label="v")
    for y, effect in (((x + 1.0) * v, "is 1"), ((x + 1.0) + v, "always 1")):
        (drawn,) = draw(y, group=lambda node: "all", collapse=True).panels
        names = [source for source, *_ in edges(drawn)]
        assert drawn.arrows[names.index("x")].effect == effect


def test_blocks_that_others_read_too_are_not_rolled_up() -> None:
    x = Value(0.3, label="x")
    first = tanh(x * Value(0.5, label="w"))
    second = tanh(first * Value(0.5, label="w"))
    (drawn,) = draw(second * first, group="layer", collapse=True).panels
    assert [box.label for box in drawn.boxes][1:] == ["layer 1", "layer 2", "layer 3"]


def test_parallel_edges_between_groups_are_one() -> None:
    (drawn,) = draw(scalar_mlp(2, 3, 1), group="layer", collapse=True).panels
    assert ("layer 1", "layer 2", "3 edges") in edges(drawn)
    assert len(drawn.arrows) == 3


def test_equal_blocks_that_follow_each_other_are_rolled_up() -> None:
    (drawn,) = draw(residual(12), group="layer", collapse=True).panels
    assert [box.label for box in drawn.boxes] == [
        "x", "layer 1", "layer 2 … layer 12 × 11", "layer 13"
    ]  # fmt: skip
    assert boxes(drawn)["layer 2 … layer 12 × 11"].detail == "33 nodes · 11 parameters"
    assert oldest_first(drawn)


def test_blocks_that_differ_are_not_rolled_up() -> None:
    y = Value(0.3, label="x")
    for fn in (tanh, tanh, relu, tanh):
        y = fn(y * Value(0.5, label="w"))
    (drawn,) = draw(y, group="layer", collapse=True).panels
    assert [box.label for box in drawn.boxes][1:] == [
        "layer 1 … layer 2 × 2", "layer 3", "layer 4"
    ]  # fmt: skip


def test_a_group_that_would_stand_on_both_sides_of_a_node_is_not_folded() -> None:
    x = Value(0.5, label="x")
    a = tanh(x)
    b = a * 2.0
    c = tanh(b)
    (drawn,) = draw(c, group=lambda n: n.op and n.op.name, collapse=["tanh"]).panels
    assert "group" not in [box.kind for box in drawn.boxes]
    assert oldest_first(drawn)
    order = nodes(c)
    units = order_units(c, order, [Fold((a, c), "tanh")])
    assert units.units == [node for node in units.units if not isinstance(node, Fold)]


def test_boxes_come_oldest_first_whatever_is_folded() -> None:
    y = scalar_mlp(3, 4, 4, 1)
    for options in ({"sums": True}, {"group": "layer", "collapse": True}):
        (drawn,) = draw(y, **options).panels
        assert oldest_first(drawn)
        checked(render([drawn]))


def test_a_large_graph_is_drawn_collapsed() -> None:
    y = Value(1.0, label="x")
    for _ in range(1500):
        y = tanh(y * Value(1.1, label="w"))
    (drawn,) = draw(y, group="layer", collapse=True).panels
    assert [box.label for box in drawn.boxes] == ["x", "layer 1 … layer 1500 × 1500"]
    assert drawn.boxes[1].detail == "3,000 nodes · 1,500 parameters"
    assert "earlier nodes are not drawn" in draw(y).panels[0].note


def test_inputs_too_many_to_be_read_disappear_into_their_group() -> None:
    for count, shown in ((8, 8), (9, 0)):
        xs = [Value(float(k), label=f"x{k}") for k in range(count)]
        y = tanh(sum(xs[1:], xs[0])) * 2
        (drawn,) = draw(y, group="layer", collapse=["layer 1"]).panels
        assert sum(box.kind == "input" for box in drawn.boxes) == shown
    assert boxes(drawn)["layer 1"].detail == "9 nodes · 9 inputs"


def test_what_is_done_to_a_weight_belongs_to_the_layer_that_uses_it() -> None:
    x = Tensor([[0.5, -1.0]], label="x")
    v, w = (Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, label=name) for name in "vw")
    turned = w.T * 2.0  # made before the first layer
    y = (tanh(x @ v) @ turned).sum() + (w * w).sum()
    found = groups_of(y, nodes(y), "layer")
    assert list(found) == ["layer 1", "layer 2"]
    assert [node.op.name for node in found["layer 1"]] == ["matmul", "tanh"]
    assert len(found["layer 2"]) == 7
    (drawn,) = draw(y, group="layer", collapse=True).panels
    labels = {box.id: box.label for box in drawn.boxes}
    between = [a for a in drawn.arrows if labels[a.source] == "layer 1"]
    assert len(between) == 1


def test_arrays_of_indices_are_constants() -> None:
    x = Tensor([[0.5, -1.0, 2.0]], requires_grad=True, label="x")
    chosen = Tensor(np.array([0, 2]), label="chosen")
    y = tanh(x[0, np.array([1, 2])] * x[0, chosen])
    (drawn,) = draw(y, names=False).panels
    kinds = {box.label or box.detail: box.kind for box in drawn.boxes if not box.op}
    assert kinds == {"x": "input", "chosen": "input", "2 int64": "constant"}
    assert "2 int64" in draw(y).svg
    assert re.search(r"shape 2 int64 +\[1, 2\]\n", str(draw(y)))
    (drawn,) = draw(y, names=False, group="layer", collapse=True).panels
    assert [box.label for box in drawn.boxes] == ["x", "chosen", "layer 1"]
    assert drawn.boxes[-1].detail == "4 nodes · 2"


def test_an_array_that_is_not_tracked_has_no_gradient() -> None:
    x = Tensor([0.5, -1.0], label="x")
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    (drawn,) = draw(x * w).panels
    assert {box.label: box.grad is None for box in drawn.boxes if not box.op} == {
        "x": True,
        "w": False,
    }


def test_the_bias_of_a_sum_comes_after_its_products() -> None:
    x, w, v, b = (Value(1.0, label=name) for name in "xwvb")
    (drawn,) = draw(b + w * x + v * x, sums=True, names=False).panels
    names = {box.id: box.label for box in drawn.boxes}
    assert [names[arrow.source] for arrow in drawn.arrows] == ["w", "x", "v", "x", "b"]


def test_twins_are_folded_alike() -> None:
    twin = compare(scalar_mlp(2, 3, 1), {tanh: identity})
    one, two = draw(twin, sums=True).panels
    assert [box.id for box in one.boxes] == [box.id for box in two.boxes]
    assert sum(box.symbol == "Σ" for box in one.boxes) == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"group": "module"}, "group is 'layer', a module or a function of a node, got 'module'"),
        ({"collapse": True}, "collapse needs to know of what; pass group"),
        ({"group": "layer", "collapse": ["layer 9"]}, "no group 'layer 9' to collapse; there are"),
        ({"since": Value(1.0, label="other")}, "since: 'other' is not in the graph of the result"),
        ({"group": nn.Sequential(nn.Tanh())}, "draw, group: .* returned a node of this graph"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(neuron(), **options)


def test_options_of_a_graph_don_t_go_with_other_pictures() -> None:
    y = skip()
    with pytest.raises(TypeError, match="since, sums, group, collapse and formulas don't go"):
        draw(paths(y, nodes(y)[0]), sums=True)
    with pytest.raises(TypeError, match="since is a node or a list of nodes, got float"):
        draw(y, since=[1.0])
    with pytest.raises(TypeError, match="since is a node or a list of nodes, got float"):
        draw(y, since=1.0)  # type: ignore[arg-type]


def test_arrows_of_a_fold_are_steps_of_the_pass() -> None:
    (drawn,) = draw(neuron(), sums=True).panels
    assert {pull.arrow for pull in drawn.tape.pulls} == set(range(len(drawn.arrows)))
