import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_act import (
    Value,
    affine,
    compare,
    draw,
    exp,
    identity,
    leaky_relu,
    log,
    matmul,
    nodes,
    relu,
    sigmoid,
    sqrt,
    tanh,
    tensor,
)
from micrograd_act.drawing.boxes import Box, Number, Panel
from micrograd_act.drawing.curves import ASPECT, curve
from micrograd_act.drawing.faces import rows
from micrograd_act.drawing.reading import KEPT, LIMIT
from micrograd_act.drawing.spelling import plain, quantity, span, spell
from micrograd_act.drawing.text import tree
from micrograd_act.pathways.spelling import Names
from micrograd_act.pathways.twin import Twin
from tests.drawing.graphs import (
    REFERENCE,
    chain,
    micrograd_readme,
    neuron,
    panel,
    residual,
    skip,
    square,
    tensor_mlp,
)


def box(found: Panel, name: str) -> Box:
    return next(b for b in found.boxes if name in (b.label, b.op))


def effects(found: Panel) -> set[tuple[str, str]]:
    return {(a.effect, "" if a.local is None else a.local.text) for a in found.arrows}


def test_every_box_shows_value_and_gradient() -> None:
    root = micrograd_readme()
    found = panel(root)
    order = nodes(root)
    assert len(found.boxes) == len(order)
    for shown, node in zip(found.boxes, order, strict=True):
        assert shown.value.exact == repr(node.data)
        if node.requires_grad:
            assert shown.grad is not None
            assert shown.grad.exact == repr(node.grad)
        else:
            assert (shown.kind, shown.grad) == ("constant", None)


def test_every_edge_shows_its_local_gradient() -> None:
    root = micrograd_readme()
    arrows = iter(panel(root).arrows)
    for node in nodes(root):
        for x, local in zip(node.inputs, node.local_grads, strict=True):
            arrow = next(arrows)
            if x.requires_grad:
                assert arrow.local is not None
                assert float(arrow.local.exact) == local
            else:
                assert (arrow.local, arrow.effect) == (None, "constant")
    assert next(arrows, None) is None


def test_a_gradient_not_computed_is_a_dash_and_never_0() -> None:
    y = tanh(Value(0.0) * 2)
    assert {b.grad.text for b in panel(y).boxes if b.grad is not None} == {"–"}
    y.backward(0.0)
    assert {b.grad.text for b in panel(y).boxes if b.grad is not None} == {"0"}


def test_effects() -> None:
    x, one, off = Value(-1.0, label="x"), Value(1.0), Value(2.0)
    assert effects(panel(identity(x))) == {("always 1", "1")}
    assert effects(panel(x + off)) == {("always 1", "1")}
    assert effects(panel(relu(one))) == {("is 1", "1")}
    assert effects(panel(relu(x))) == {("dead", "0")}
    assert effects(panel(x - off)) == {("always 1", "1"), ("flips", "−1")}
    assert effects(panel(x * off)) == {("amplifies", "2"), ("flips", "−1")}
    assert effects(panel(tanh(x))) == {("damps", "0.42")}
    assert effects(panel(affine(x, 3.0))) == {("amplifies", "3")}
    assert effects(panel(off * Value(math.nan))) == {("undefined", "NaN"), ("amplifies", "2")}


def test_nearly_1_is_not_1() -> None:
    assert effects(panel(tanh(Value(0.001)))) == {("damps", "≈1")}


def test_roles() -> None:
    kinds = {b.label or b.op: b.kind for b in panel(neuron()).boxes}
    assert kinds == {
        "x": "input",
        "w": "parameter",
        "b": "parameter",
        "mul": "op",
        "add": "op",
        "y": "activation",
    }
    # micrograd's own example calls its inputs a and b
    assert box(panel(micrograd_readme()), "b").kind == "input"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("w", "parameter"),
        ("W1", "parameter"),
        ("w[0]", "parameter"),
        ("hidden.weight", "parameter"),
        ("theta", "parameter"),
        ("w_out", "parameter"),
        ("width", "input"),
        ("window", "input"),
        ("batch", "input"),
        ("x", "input"),
    ],
)
def test_a_parameter_is_told_by_its_name(name: str, kind: str) -> None:
    assert panel(tanh(Value(1.0, label=name))).boxes[0].kind == kind


def test_names_of_the_callers_variables() -> None:
    x, w = Value(1.0), Value(2.0, label="labelled")
    weights = [Value(3.0), Value(4.0)]
    y = tanh(x * w + weights[1])
    shown = {b.label for b in draw(y).panels[0].boxes}
    assert shown == {"x", "labelled", "weights[1]", "y", ""}
    assert {b.label for b in draw(y, names=False).panels[0].boxes} == {"labelled", ""}
    assert x.label == ""


def test_nothing_is_changed() -> None:
    root = tensor_mlp()
    before = [(n.data.tobytes(), None if n.grad is None else n.grad.tobytes()) for n in nodes(root)]
    draw(root).svg  # noqa: B018
    after = [(n.data.tobytes(), None if n.grad is None else n.grad.tobytes()) for n in nodes(root)]
    assert before == after


def test_arrays_are_summarised() -> None:
    x = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, label="x")
    y = relu(x - 2.5).sum()
    y.backward()
    found = panel(y)
    shown = box(found, "x")
    assert (shown.detail, shown.value.text) == ("2×2 float64", "[[1, 2], [3, 4]]")
    assert shown.grad is not None
    assert shown.grad.text == "[[0, 0], [1, 1]]"
    local = next(a for a in found.arrows if a.target == box(found, "relu").id)
    assert local.local is not None
    assert local.local.text == "0 … 1"
    assert local.size == pytest.approx(math.sqrt(0.5))
    total = next(a for a in found.arrows if a.target == box(found, "sum").id)
    assert total.effect == "always 1"


def test_what_is_not_diagonal_shows_its_gain() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    x, w = tensor(a, requires_grad=True, label="x"), tensor(b, requires_grad=True, label="w")
    y = matmul(x, w)
    assert {(p.local, p.effect) for p in panel(y).arrows} == {(None, "unknown")}
    g = rng.normal(size=(3, 2))
    y.backward(g)
    first, second = panel(y).arrows
    assert first.local is not None
    assert first.local.text.startswith("gain ")
    assert first.size == pytest.approx(np.linalg.norm(g @ b.T) / np.linalg.norm(g))
    assert second.size == pytest.approx(np.linalg.norm(a.T @ g) / np.linalg.norm(g))


@pytest.mark.parametrize(("held", "said"), [([0.0, 2.0], "has NaN"), ([0.0, 0.0], "NaN")])
def test_an_edge_says_that_it_has_nan(held: list[float], said: str) -> None:
    x = tensor(held, requires_grad=True)
    y = (x * np.array([np.nan, 1.0] if said == "has NaN" else [np.nan, np.nan])).sum()
    (local,) = [a.local for a in panel(y).arrows if a.local and "NaN" in a.local.text]
    assert local.text == said


def test_an_unnamed_array_is_headed_by_its_shape() -> None:
    found = panel(tensor([1.0, 2.0], requires_grad=True) * 3)
    leaf = next(b for b in found.boxes if b.detail and not b.op)
    assert [(row.name, row.word) for row in rows(leaf)] == [
        ("", "shape"),
        ("", "data"),
        ("", "grad"),
    ]
    assert "shape 2 float64  [1, 2]" in tree([found])


def test_an_untracked_node_says_what_to_pass() -> None:
    found = panel(tensor([1.0, 2.0]))
    assert "requires_grad=True" in found.note
    assert panel(Value(1.0)).note == ""


def test_arrays_that_are_empty_or_not_finite() -> None:
    assert quantity(np.zeros((0, 3))).text == "empty"
    assert quantity(np.array([[1.0, np.nan] * 3])).text == "has NaN"
    assert quantity(np.array([[1.0, np.inf] * 3])).text == "has ∞"
    assert quantity(np.array([[1.0, np.nan]])).text == "[[1, NaN]]"
    assert quantity(np.array([[1.0, 2.0], [-3.0, 4.0]])).text == "[[1, 2], [−3, 4]]"
    assert quantity(np.arange(5.0)).text == "2 ± 1.41"
    assert quantity(np.array([True, False])).text == "1 of 2 true"
    assert quantity(np.ones((2, 3), dtype=bool)).text == "6 of 6 true"
    assert quantity(np.array([1, 2, 3])).text == "[1, 2, 3]"
    empty = tensor(np.zeros((0, 3)), requires_grad=True)
    assert draw(relu(empty)).svg


@pytest.mark.parametrize("wrong", [1.0, "y", None, np.zeros(3)])
def test_what_cannot_be_drawn(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"cannot draw .*; pass a Value, a Tensor or"):
        draw(wrong)


def test_a_list_of_nodes_is_not_drawn() -> None:
    with pytest.raises(TypeError, match=r"cannot draw list; pass one node"):
        draw([Value(1.0)])


def test_a_large_graph_is_drawn_at_its_end_with_a_note() -> None:
    root = chain(10_000)
    found = panel(root)
    shown = [b for b in found.boxes if b.kind != "omitted"]
    assert len(shown) == KEPT
    assert found.boxes[-1].result
    assert f"these {KEPT} are nearest the result" in found.note
    assert sum(b.kind == "omitted" for b in found.boxes) >= 1
    picture = draw(root, names=False)
    assert len(picture.svg) < 200_000
    assert "not drawn" in str(picture)
    assert picture.dot


def test_a_graph_at_the_limit_is_drawn_whole() -> None:
    y = Value(0.5)
    for _ in range(LIMIT - 1):
        y = identity(y)
    assert len(panel(y).boxes) == LIMIT
    assert "not drawn" in panel(identity(y)).note


def test_the_caption_is_the_product_along_the_path() -> None:
    root = neuron()
    found = panel(root).caption
    assert found is not None
    assert (found.head, found.factors, found.total.text) == ("∂y/∂x", ("0.6347", "1", "2"), "1.269")
    x = next(n for n in nodes(root) if n.label == "x")
    assert float(found.total.exact) == pytest.approx(x.grad, rel=1e-15)


def test_the_caption_of_several_paths() -> None:
    found = panel(skip()).caption
    assert found is not None
    assert (found.factors, found.rest, found.total.text) == (("1",), "+ 0 on 1 more path", "1")
    found = panel(square()).caption
    assert found is not None
    assert (found.factors, found.rest, found.total.text) == (("3",), "+ 3 on 1 more path", "6")
    found = panel(residual(3)).caption
    assert found is not None
    assert "on 7 more paths" in found.rest


def test_negative_factors_stand_in_brackets() -> None:
    x = Value(2.0, label="x")
    found = panel(-(x * -3.0)).caption
    assert found is not None
    assert found.factors == ("−1", "(−3)")


@pytest.mark.parametrize("name", ["tensor", "micrograd", "mlp", "leaf"])
def test_no_caption_where_no_one_derivative_is_meant(name: str) -> None:
    assert panel(REFERENCE[name]()).caption is None


def test_twins() -> None:
    x, w = Value(-0.5, label="x"), Value(2.0, label="w")
    p = w * w  # not affected by the replacement, and older than what is
    y = x + relu(w * x) * p
    y.backward()
    twin = compare(y, {relu: identity})
    left, right = draw(twin).panels
    assert [b.id for b in left.boxes] == [b.id for b in right.boxes]
    assert [b.label for b in left.boxes] == [b.label for b in right.boxes]
    assert [(a.source, a.target) for a in left.arrows] == [
        (a.source, a.target) for a in right.arrows
    ]
    changed = [(a.op, b.op) for a, b in zip(left.boxes, right.boxes, strict=True) if a.op != b.op]
    assert changed == [("relu", "identity")]
    assert [b.result for b in left.boxes] == [b.result for b in right.boxes]
    # y = x + w^3 x: the leaves hold the left graph's gradients, the right panel shows its own
    assert [(box(p, "x").grad, box(p, "w").grad) for p in (left, right)] == [
        (Number("1", "1.0"), Number("0", "0.0")),
        (Number("9", "9.0"), Number("−6", "-6.0")),
    ]
    assert (x.grad, w.grad) == (1.0, 0.0)


def test_twins_are_paired_as_told_whatever_was_made_first() -> None:
    a, b = Value(1.0), Value(2.0)
    one, two = relu(a), exp(b)
    three, four = exp(b), identity(a)
    left, right = one + two, four + three
    pairs = [(a, a), (b, b), (one, four), (two, three), (left, right)]
    one.label = "h"
    found = draw(Twin(left, dict(pairs), 1.0, Names({})), names=False).panels[1]
    assert [box.op for box in found.boxes] == ["", "", "identity", "exp", "add"]
    assert [box.label for box in found.boxes] == ["", "", "h", "", ""]


def test_twins_write_out_the_same_path() -> None:
    left, right = draw(compare(skip(), {relu: identity})).panels
    assert left.caption is not None
    assert right.caption is not None
    assert left.caption.turns == right.caption.turns
    assert (right.caption.factors, right.caption.rest) == (("1",), "+ 2 on 1 more path")
    assert right.caption.total.text == "3"


def test_a_curve_is_the_function() -> None:
    found = curve(tanh, 0.7, math.tanh(0.7), 0.6347)
    assert found is not None
    left, right, bottom, top = found.window
    assert (right - left) / (top - bottom) == pytest.approx(ASPECT)
    for line in found.lines:
        for x, y in line:
            assert y == pytest.approx(math.tanh(x), abs=1e-12)
    assert found.points == ((0.7, math.tanh(0.7)),)


FUNCTIONS = [tanh, relu, identity, sigmoid, leaky_relu, affine.bind(100.0), affine.bind(0.0, 5.0)]


@given(st.sampled_from(FUNCTIONS), st.floats(-1e6, 1e6))
def test_a_curve_holds_its_point_and_stays_in_its_window(fn: Any, z: float) -> None:
    y = fn(z)
    found = curve(fn, z, y, 0.5)
    assert found is not None
    left, right, bottom, top = found.window
    assert left < z < right
    assert bottom <= y <= top
    slack = 1e-9 * (top - bottom)
    for line in found.lines:
        assert all(left <= x <= right and bottom - slack <= v <= top + slack for x, v in line)


def test_a_curve_is_cut_where_the_function_is_not_defined() -> None:
    found = curve(log, 0.5, math.log(0.5), 2.0)
    assert found is not None
    assert min(x for line in found.lines for x, _ in line) >= 0
    found = curve(sqrt, -1.0, math.nan, math.nan)
    assert found is not None
    assert (found.points, found.slope) == ((), None)


def test_a_curve_of_a_function_of_scalars_only_is_left_out() -> None:
    assert curve(math.tanh, 0.5, math.tanh(0.5), 0.8) is None
    assert curve(tanh, math.inf, 1.0, 0.0) is not None
    assert curve(tanh, 1e200, 1.0, 0.0) is None


def test_the_cloud_of_an_array_is_a_sample_with_its_ends() -> None:
    z = np.linspace(-5, 5, 1001).reshape(7, 143)
    found = curve(relu, z, np.maximum(z, 0), None)
    assert found is not None
    assert len(found.points) == 60
    assert (found.points[0], found.points[-1]) == ((-5.0, 0.0), (5.0, 5.0))


@given(st.floats(-1e300, 1e300))
def test_a_number_keeps_four_digits(x: float) -> None:
    text = spell(x)
    assert "-" not in text
    digits = text.replace("−", "-").replace("≈", "").partition("e")[0]
    assert len(digits.lstrip("-0.").replace(".", "")) <= 4
    assert not ("." in digits and digits.endswith("0"))
    assert float(text.replace("−", "-").replace("≈", "")) == pytest.approx(x, rel=5.1e-4)


def test_marks_that_turn_the_writing_direction_are_left_out() -> None:
    assert plain("a\u202eb\u2066c\u200f") == "abc"


def test_one_number_has_one_spelling() -> None:
    assert spell(-0.0) == spell(0.0) == "0"
    assert spell(1.0) == spell(1 + 1e-15) == "1"
    assert spell(1 - 1e-6) == "≈1"
    assert span(2.0, 2.0).text == "2"


@given(st.text(alphabet=st.characters(), max_size=100))
def test_a_label_is_one_line_of_drawable_characters(label: str) -> None:
    text = plain(label)
    assert len(text) <= 60
    assert text.isprintable() or all(not 0xD800 <= ord(c) <= 0xDFFF and ord(c) >= 32 for c in text)
    text.encode("utf-8")


def test_a_graph_whose_leaf_has_changed_is_drawn_without_a_product() -> None:
    x = Value(1.0, label="x")
    y = x * x
    x.data += 1.0
    drawn = panel(y)
    assert drawn.caption is None
    assert len(drawn.arrows) == 2
