"""Stills of the backward pass, and worksheets with their solutions."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from micrograd_act import Value, compare, draw, gelu, identity, relu, tanh
from micrograd_act.drawing import Picture
from micrograd_act.drawing.picture import Frames
from micrograd_act.drawing.placing import place
from tests.drawing.graphs import REFERENCE, neuron, panel, skip, square, tensor_mlp

VIEW = re.compile(r"viewBox='([^']*)'")


def grads(picture: Picture) -> dict[str, str]:
    return {
        box.label or box.symbol or box.op: box.grad.text
        for box in picture.panels[0].boxes
        if box.grad is not None
    }


def test_the_gradients_of_each_step_are_those_known_by_then() -> None:
    found = draw(neuron()).frames()
    assert [grads(still) for still in found] == [
        {"x": "–", "w": "–", "b": "–", "×": "–", "+": "–", "y": "–"},
        {"x": "–", "w": "–", "b": "–", "×": "–", "+": "–", "y": "1"},
        {"x": "–", "w": "–", "b": "–", "×": "–", "+": "0.6347", "y": "1"},
        {"x": "–", "w": "–", "b": "0.6347", "×": "0.6347", "+": "0.6347", "y": "1"},
        {"x": "1.269", "w": "−0.2539", "b": "0.6347", "×": "0.6347", "+": "0.6347", "y": "1"},
    ]
    assert [still.panels[0].caption is None for still in found] == [True, True, True, True, False]


def test_the_node_and_its_edges_are_marked() -> None:
    lit = [
        (
            [box.label or box.symbol for box in still.panels[0].boxes if box.lit],
            sum(arrow.lit for arrow in still.panels[0].arrows),
        )
        for still in draw(neuron()).frames()
    ]
    assert lit == [([], 0), (["y"], 0), (["y"], 1), (["+"], 2), (["×"], 2)]


def test_the_note_is_arithmetic_that_holds() -> None:
    notes = [still.panels[0].note for still in draw(skip()).frames()]
    assert notes[0] == "before the backward pass"
    assert notes[2] == "step 2 of 5: y passes 1 on to x: 1 · 1 = 1; relu: 1 · 1 = 1"
    assert notes[-1] == "step 5 of 5: × passes 0 on to w: 0 · (−0.4) = 0; x: 1 + 0 · 2 = 1"


def test_both_edges_of_a_square_are_added() -> None:
    note = draw(square()).frames()[-1].panels[0].note
    assert note.endswith("x: 1 · 3 = 3; x: 3 + 1 · 3 = 6")


def test_gradients_accumulate_as_the_pass_does_whatever_the_leaf_holds() -> None:
    x = Value(2.0, label="x")
    y = x * x
    y.backward()
    y.backward()
    assert x.grad == 8.0
    assert grads(draw(y).frames()[-1])["x"] == "4"


@pytest.mark.parametrize("name", ["skip", "square", "tensor", "fan"])
def test_stills_share_their_size_and_places(name: str) -> None:
    found = draw(REFERENCE[name]()).frames()
    drawn = [still.svg for still in found]
    assert len({VIEW.search(svg)[1] for svg in drawn}) == 1  # type: ignore[index]
    boxes = [re.findall(r"<g id='n\d+'.*?<rect ([^>]*)rx", svg, re.DOTALL) for svg in drawn]
    assert all(places == boxes[0] for places in boxes)


def test_a_leaf_alone_has_two_stills() -> None:
    assert len(draw(Value(1.0)).frames()) == 2


def test_arrays_are_named_in_the_note() -> None:
    notes = [still.panels[0].note for still in draw(tensor_mlp()).frames()]
    assert notes[5] == "step 5 of 8: matmul passes −0.0035 ± 0.0241 on to relu; W2"


def test_frames_are_saved_in_order(tmp_path: Path) -> None:
    found = draw(neuron()).frames()
    targets = found.save(tmp_path / "g-%02d.svg")
    assert [path.name for path in targets] == [f"g-0{n}.svg" for n in range(5)]
    assert [path.read_text("utf-8") for path in targets] == [still.svg for still in found]
    assert len(found[1:3]) == 2


def test_a_notebook_shows_all_stills_and_no_id_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    found = draw(skip()).frames()
    page = found._repr_html_()
    assert page.count("<svg ") == len(found) == 6
    ids = re.findall(r" id='([^']*)'", page)
    assert len(ids) == len(set(ids))
    monkeypatch.setattr("micrograd_act.drawing.picture._SHOWN", 2)
    page = found._repr_html_()
    assert page.count("<svg ") == 2
    assert "4 more" in page


def test_the_display_of_stills_never_raises() -> None:
    (broken, *_) = draw(skip()).frames()
    wrong: Any = object()
    assert "Frames" in Frames((replace(broken, panels=(wrong,)),))._repr_html_()


@pytest.mark.parametrize("pattern", ["g.svg", "g-%s-%s.svg", "g-%d%.svg"])
def test_a_pattern_without_a_place_for_the_number_is_an_error(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ValueError, match="has no one place for a number"):
        draw(square()).frames().save(tmp_path / pattern)
    assert list(tmp_path.iterdir()) == []


def test_pictures_without_steps_say_so() -> None:
    y = skip()
    with pytest.raises(ValueError, match="one graph is drawn step by step, not 2"):
        draw(compare(y, {relu: identity})).frames()
    with pytest.raises(ValueError, match=r"a worksheet has no steps; call \.solution\.frames"):
        draw(y, hide="grad").frames()
    x = Value(1.0, label="x")
    y = tanh(x)
    x.data = 2.0
    with pytest.raises(ValueError, match=r"frames: .*'x' was changed"):
        draw(y).frames()


def words(picture: Picture) -> str:
    return picture.svg + picture.dot + str(picture)


@pytest.mark.parametrize("part", ["grad", "local", "data"])
def test_what_is_hidden_is_nowhere_in_the_picture(part: str) -> None:
    x, w, b = Value(-0.35, label="x"), Value(2.25, label="w"), Value(1.5, label="b")
    y = tanh(x * w + b)
    y.label = "y"
    y.backward(0.53771)
    seen = {
        "grad": [0.53771, y.inputs[0].grad, x.grad, w.grad],
        "local": [*y.local_grads],
        "data": [y.data, y.inputs[0].data, y.inputs[0].inputs[0].data],
    }[part]
    sheet = draw(y, hide=part)
    told = words(sheet)
    for number in seen:
        assert repr(number) not in told
    assert "?" in told
    shown = words(sheet.solution)
    assert all(repr(number) in shown for number in seen[:1])
    assert words(draw(y)) == shown


def test_an_edge_does_not_tell_by_its_line_what_is_hidden() -> None:
    arrows = draw(skip(), hide="local").shown[0].arrows
    assert {(arrow.effect, arrow.size) for arrow in arrows} == {("unknown", 1.0)}
    box = next(b for b in draw(neuron(), hide="local").shown[0].boxes if b.kind == "activation")
    assert (box.effect, box.curve and box.curve.slope) == ("unknown", None)
    box = next(b for b in draw(neuron(), hide="data").shown[0].boxes if b.kind == "activation")
    assert box.curve is not None
    assert (box.curve.points, box.curve.slope) == ((), None)


def test_the_product_of_a_path_is_hidden_with_its_parts() -> None:
    found = {part: draw(skip(), hide=part).shown[0].caption for part in ("local", "grad", "data")}
    told = {p: c and (c.factors, c.rest, c.total.text) for p, c in found.items()}
    assert told == {
        "local": (("?",), "+ 0 on 1 more path", "1"),
        "grad": (("1",), "+ ? on 1 more path", "?"),
        "data": (("1",), "+ 0 on 1 more path", "1"),
    }


def test_what_a_marker_pen_leaves_lies_below_every_line() -> None:
    svg = draw(neuron()).frames()[3].svg
    pens = [
        m.start() for m in re.finditer(r"stroke='#fde68a' stroke-width='(?:12'|2[5-9]|3\d)", svg)
    ]
    assert len(pens) == 3
    assert max(pens) < svg.index("class='edge'")


def test_given_data_stay() -> None:
    shown = draw(neuron(), hide=("data", "grad")).shown[0]
    texts = {box.label: box.value.text for box in shown.boxes if not box.op}
    assert texts == {"x": "−0.4", "w": "2", "b": "1.5"}


@pytest.mark.parametrize("hide", ["grad", "local", "data", ("grad", "local", "data")])
def test_worksheet_and_solution_share_their_places(hide: Any) -> None:
    sheet = draw(skip(), hide=hide)
    one, two = sheet.svg, sheet.solution.svg
    assert VIEW.search(one)[1] == VIEW.search(two)[1]  # type: ignore[index]
    frames = [re.findall(r"<g id='n\d+'.*?<rect ([^>]*)rx", svg, re.DOTALL) for svg in (one, two)]
    assert frames[0] == frames[1]


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(ValueError, match="hide is any of 'data', 'grad', 'local', got 'slope'"):
        draw(neuron(), hide="slope")


@pytest.mark.parametrize("turned", [False, True])
def test_twins_leave_room_for_the_longer_text_of_both(turned: bool) -> None:
    twin = draw(compare(skip(), {relu: gelu}))
    one, two = place(twin.panels, turned)
    assert one.extents == two.extents
    for panel_ in twin.panels:
        (alone,) = place([panel_], turned)
        for shared, own in zip(one.extents, alone.extents, strict=True):
            assert shared.half >= own.half
            assert shared.up >= own.up
            assert shared.down >= own.down
            for both, text in zip(shared.texts, own.texts, strict=True):
                assert both[0] >= text[0]
                assert both[1] <= text[1]
                assert both[2] >= text[2]


def test_twins_share_places_where_only_one_has_a_skip() -> None:
    x = Value(0.5, label="x")
    y = x + tanh(tanh(tanh(x)))
    twin = draw(compare(y, {tanh: identity}))
    one, two = place(twin.panels)
    assert one.layout == two.layout
    assert panel(y).boxes
