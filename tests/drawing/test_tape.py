import numpy as np
import pytest

from micrograd_act import Value, compare, custom_op, draw, nodes, relu, tanh, tensor
from micrograd_act.drawing.boxes import Number, Panel
from micrograd_act.drawing.spelling import number, quantity
from tests.drawing.graphs import REFERENCE, chain, neuron, panel, skip, square


def gradients(drawn: Panel) -> dict[str, object]:
    """The gradient of each box at the end of the tape."""
    found: dict[str, object] = {box.id: drawn.tape.seed for box in drawn.boxes if box.result}
    for pull in drawn.tape.pulls:
        found[drawn.arrows[pull.arrow].source] = pull.after
    return found


@pytest.mark.parametrize("name", REFERENCE)
def test_it_ends_with_the_gradients_that_the_engine_computes(name: str) -> None:
    root = REFERENCE[name]()
    if root.grad is None:
        root.backward()
    drawn = panel(root)
    found = gradients(drawn)
    for box in drawn.boxes:
        if box.grad is None or box.grad.text == "–":
            assert box.id not in found
            continue
        held = found[box.id]
        assert (held if isinstance(held, Number) else number(held)) == box.grad


def test_it_is_one_pass_whatever_the_leaves_have_gathered() -> None:
    y = neuron()
    once = panel(y).tape
    y.backward()
    assert panel(y).tape == once


@pytest.mark.parametrize("name", ["neuron", "skip", "square", "micrograd", "mlp", "fan"])
def test_contributions_add_up_in_the_order_of_the_pass(name: str) -> None:
    drawn = panel(REFERENCE[name]())
    sums: dict[str, float] = {drawn.boxes[-1].id: 1.0}
    used: set[int] = set()
    for pull in drawn.tape.pulls:
        arrow = drawn.arrows[pull.arrow]
        assert pull.arrow not in used
        used.add(pull.arrow)
        assert isinstance(pull.contribution, float)
        assert arrow.local is not None
        product = sums[arrow.target] * float(arrow.local.exact)
        assert pull.contribution == pytest.approx(product, rel=1e-12, abs=1e-300)
        sums[arrow.source] = sums.get(arrow.source, 0.0) + pull.contribution
        assert pull.after == sums[arrow.source]
    assert used == {n for n, a in enumerate(drawn.arrows) if a.effect != "constant"}


def test_both_inputs_of_a_square_are_added() -> None:
    first, second = panel(square()).tape.pulls
    assert (first.contribution, first.after) == (3.0, 3.0)
    assert (second.contribution, second.after) == (3.0, 6.0)


def test_nothing_that_was_drawn_changes() -> None:
    root = skip()
    before = [(n.data, n.grad) for n in nodes(root)]
    panel(root)
    assert [(n.data, n.grad) for n in nodes(root)] == before


def test_it_starts_from_the_gradient_that_the_result_has() -> None:
    y = tanh(Value(0.0))
    assert panel(y).tape.seed == 1.0
    y.backward(2.5)
    assert panel(y).tape.seed == 2.5
    assert panel(y).tape.pulls[0].after == 2.5


def test_arrays_are_summarised_and_broadcasting_is_told() -> None:
    x = tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    b = tensor([1.0, 2.0, 3.0], requires_grad=True)
    drawn = panel(x + b)
    assert drawn.tape.seed == quantity(np.ones((2, 3)))
    to_x, to_b = drawn.tape.pulls
    assert (to_x.summed, to_b.summed) == (False, True)
    assert to_b.after == quantity(np.full(3, 2.0))


def test_a_tape_says_why_it_is_empty() -> None:
    x = Value(1.0, label="x")
    y = x * x
    x.data += 1.0
    assert "the data of 'x' was changed" in panel(y).tape.trouble
    assert "tracked" in panel(tensor([1.0])).tape.trouble
    assert "earlier nodes are not drawn" in panel(chain(3000)).tape.trouble

    odd = custom_op(lambda x: x + 1.0, lambda g, y, x: 1 / 0)
    tape = panel(odd(tensor([1.0], requires_grad=True))).tape
    assert tape.trouble == "the backward pass raises ZeroDivisionError: division by zero"
    assert tape.pulls == ()


def test_every_box_and_arrow_has_its_formula() -> None:
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    drawn = panel(tanh(x * w))
    assert drawn.tape.definitions == ("", "", "x·w", "tanh(z)")
    assert drawn.tape.rules == ("w", "x", "sech²(z)")


def test_twins_have_one_tape_each() -> None:
    left, right = draw(compare(skip(), {relu: tanh})).panels
    assert [p.arrow for p in left.tape.pulls] == [p.arrow for p in right.tape.pulls]
    assert left.tape != right.tape
