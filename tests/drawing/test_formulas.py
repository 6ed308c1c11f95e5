"""Formulas of operations and local gradients, written on boxes and edges."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, activation, draw, relu, sigmoid, tanh
from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.faces import pill_text
from tests.drawing.graphs import neuron, tensor_mlp
from tests.drawing.test_svg import assert_texts_fit, checked


def pills(panel: Panel) -> list[str]:
    return [pill_text(arrow) for arrow in panel.arrows]


def test_an_operation_and_its_local_gradients_are_written_with_the_names_of_the_inputs() -> None:
    (drawn,) = draw(neuron(), formulas=True).panels
    assert [box.formula for box in drawn.boxes if box.op] == ["x·w", "a + b", "tanh(z)"]
    assert sorted(pills(drawn)) == sorted(["w = 2", "x = −0.4", "1", "1", "sech²(z) = 0.6347"])


def test_names_of_inputs_without_one_are_no_others() -> None:
    z, a = Value(0.5, label="z"), Value(2.0, label="a")
    (drawn,) = draw(tanh((z * a) + (z - a)), formulas=True).panels
    assert [box.formula for box in drawn.boxes if box.op] == ["z·a", "z − a", "b + c", "tanh(u)"]


def test_constants_are_their_numbers_and_an_input_used_twice_has_one_name() -> None:
    x = Value(3.0, label="x")
    (drawn,) = draw((x * x) * 2, formulas=True).panels
    assert [box.formula for box in drawn.boxes if box.op] == ["x²", "a·2"]
    assert {"x = 3", "2"} <= set(pills(drawn))


def test_a_formula_in_cases_is_in_the_tooltip_only() -> None:
    x = Value(-1.0, label="x")
    picture = draw(relu(x), formulas=True)
    assert pills(picture.panels[0]) == ["0"]
    assert "local gradient 1 if x &gt; 0 else 0 = 0.0" in picture.svg


def test_arrays_have_formulas_where_they_work_on_each_element() -> None:
    (drawn,) = draw(tensor_mlp(), formulas=True).panels
    assert [box.formula for box in drawn.boxes if box.op] == [
        "", "a + b1", "max(z, 0)", "", "tanh(z)", "z²", ""
    ]  # fmt: skip


@pytest.mark.parametrize("rankdir", ["LR", "TD"])
def test_formulas_fit_into_their_boxes(rankdir: str) -> None:
    swish = activation(lambda x: x * sigmoid(1.5 * x), name="swish")
    y = swish(neuron() * Value(2.0, label="<&>") ** 3)
    picture = draw(y, formulas=True, rankdir=rankdir)
    assert_texts_fit(checked(picture.svg))
    assert picture.dot


def test_they_are_there_on_request_only() -> None:
    (drawn,) = draw(neuron()).panels
    assert not any(box.formula for box in drawn.boxes)
    assert not any(arrow.formula for arrow in drawn.arrows)


def test_a_mean_that_is_rounding_is_about_0() -> None:
    found = draw(Tensor(np.array([1.0, -1.0, 2.0, -2.0, 1e-12]), label="x")).panels[0]
    assert found.boxes[0].value.text == "≈0 ± 1.41"


@pytest.mark.parametrize("name", ["Wq", "W_q", "head.Wk", "Ws", "w"])
def test_weights_of_attention_are_parameters(name: str) -> None:
    leaf = Tensor([1.0], requires_grad=True, label=name)
    assert draw(tanh(leaf)).panels[0].boxes[0].kind == "parameter"
