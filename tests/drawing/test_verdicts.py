"""The picture of a gradient check: what it found stands on the guilty node and nowhere else."""

import numpy as np
import pytest

from micrograd_act import (
    Tensor,
    Value,
    activation,
    check_vjp,
    custom_op,
    draw,
    functional,
    gradcheck,
    relu,
    tanh,
)
from micrograd_act.drawing.reading import LIMIT
from micrograd_act.drawing.verdicts import against
from micrograd_act.ops import REGISTRY
from micrograd_act.ops.op import evaluate
from tests import broken

doubled = broken.SLOPES["factor 2"].op


def checked(node, **options):
    """The only panel of the picture of a check."""
    (panel,) = draw(gradcheck(node, raise_exception=False, **options), names=False).panels
    return panel


def effects(panel, effect):
    """Boxes and arrows of one effect, by name."""
    names = {box.id: box.label or box.op for box in panel.boxes}
    boxes = [names[box.id] for box in panel.boxes if box.effect == effect]
    arrows = [(names[a.source], names[a.target]) for a in panel.arrows if a.effect == effect]
    return boxes, arrows


@pytest.fixture
def guilty():
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    return doubled(w * x) + tanh(x)


def test_the_guilty_node_is_marked_and_no_other(guilty):
    panel = checked(guilty)
    assert effects(panel, "wrong") == (["exp"], [("mul", "exp")])
    assert effects(panel, "unclear") == ([], [])
    (arrow,) = (a for a in panel.arrows if a.effect == "wrong")
    assert arrow.local.text == "5.437 ≠ 2.718"
    assert arrow.local.exact.startswith("analytic 5.43656365691")
    assert panel.caption is None
    assert panel.note.startswith("gradcheck: fail; exp: ")


def test_every_writer_shows_it(guilty):
    picture = draw(gradcheck(guilty, raise_exception=False))
    assert "5.437 ≠ 2.718" in str(picture)
    assert "wrong: written ≠ measured" in picture.svg
    assert 'color="#be123c"' in picture.dot


def test_a_pass_is_the_plain_picture(rng):
    y = relu(Value(0.5, label="x")) + 1
    plain, found = draw(y, names=False).panels[0], checked(y)
    assert found.note == "gradcheck: pass"
    assert (found.boxes, found.arrows, found.caption) == (plain.boxes, plain.arrows, plain.caption)


def test_the_input_of_an_array_op(rng):
    def pullback(g, y, a, b):
        return np.outer(g, b), a.T @ g * (1 + 1e-6)

    matvec = custom_op(lambda a, b: a @ b, vjp=pullback, name="matvec")
    a = Tensor(rng.normal(size=(2, 3)), requires_grad=True, label="a")
    b = Tensor(rng.normal(size=3), requires_grad=True, label="b")
    panel = checked(matvec(a, b).sum())
    assert effects(panel, "wrong") == (["matvec"], [("b", "matvec")])
    (arrow,) = (a for a in panel.arrows if a.effect == "wrong")
    assert arrow.local.text.endswith(", off by 1e−6")
    assert "at element (0,)" in arrow.local.exact


def test_the_same_node_twice_as_an_input():
    product = custom_op(lambda a, b: a * b, vjp=lambda g, y, a, b: (g * b, -g * a), name="product")
    panel = checked(product(*[Value(3.0, label="x")] * 2))
    assert [a.effect == "wrong" for a in panel.arrows] == [False, True]


def test_what_could_not_be_decided_is_marked_otherwise():
    with np.errstate(all="ignore"):
        y = functional.log(Value(-1.0, label="x"))
    panel = checked(y)
    assert effects(panel, "wrong") == ([], [])
    assert effects(panel, "unclear")[0] == ["log"]
    assert panel.note == "gradcheck: inconclusive; log 'node': its result is not finite: nan"


@pytest.mark.parametrize("x", [Value(2.0), Tensor([1.0, 2.0], requires_grad=True)])
def test_a_rule_that_raises_has_a_picture(x):
    def missing(g, y, x):
        raise NotImplementedError("no rule yet\n\x00" + 200 * "!")

    y = activation(lambda x: x * x, name="square", vjp=missing)(x) * x
    panel = checked(y)
    assert effects(panel, "wrong")[0] == ["square"]
    assert "no rule yet" in panel.note
    assert panel.note.isprintable()
    assert len(panel.note) < 130
    assert draw(y).panels[0].arrows[0].local.text == "raises"


def test_order_2_shows_the_graph_of_the_gradient():
    cosine = broken.with_vjp("cos", lambda vjp, xp, g, y, x: 1.01 * vjp(xp, g, y, x))

    def slope(xp, g, y, x):
        return g * (xp.cos(x) if isinstance(x, float) else evaluate(cosine, (x,)))

    y = evaluate(broken._op("sin", REGISTRY["sin"].forward, slope), (Value(0.5, label="x"),))
    assert effects(checked(y), "wrong") == ([], [])
    panel = checked(y, order=2)
    assert effects(panel, "wrong") == (["cos"], [("x", "cos")])


def test_a_large_graph_is_drawn_around_the_guilty_node():
    x = Value(0.1, label="x")
    y = doubled(x)
    for _ in range(LIMIT + 10):
        y = y + 0.5
    panel = checked(y)
    assert effects(panel, "wrong") == (["exp"], [("x", "exp")])


def test_a_kink_shows_the_interval():
    assert against(1.5, (0.0, 1.0)) == "1.5 ∉ [0, 1]"
    assert against(float("nan"), 2.0) == "NaN ≠ 2"


def test_a_check_of_plain_functions_has_no_graph():
    for report in (
        gradcheck(np.sin, 0.5, grad=np.sin, raise_exception=False),
        check_vjp(lambda x: (x, lambda g: (g,)), 0.5),
    ):
        with pytest.raises(ValueError, match="plain functions, which have no graph; print it"):
            draw(report)


def test_nothing_that_is_drawn_has_changed(guilty):
    guilty.backward()
    report = gradcheck(guilty, raise_exception=False)
    before = str(draw(guilty)), str(report)
    first = draw(report)
    assert first.svg == draw(report).svg
    assert (str(draw(guilty)), str(report)) == before
