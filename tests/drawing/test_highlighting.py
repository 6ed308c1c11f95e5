"""Paths marked on the picture of their graph."""

import numpy as np
import pytest

from micrograd_act import Tensor, Value, compare, draw, identity, paths, relu, tanh
from micrograd_act.drawing.marks import Path, Rect, flat
from micrograd_act.drawing.style import LIGHT


def lit(picture):
    """The lit boxes, by symbol or label, and the lit arrows by their ends."""
    (panel,) = picture.panels
    names = {box.id: box.label or box.op for box in panel.boxes}
    arrows = [(names[a.source], names[a.target]) for a in panel.arrows if a.lit]
    return {names[box.id] for box in panel.boxes if box.lit}, arrows


@pytest.fixture
def skip():
    x, w = Value(-0.4, label="x"), Value(2.0, label="w")
    y = x + relu(w * x)
    y.label = "y"
    return y, x


def test_one_path_is_marked_and_its_product_written_out(skip):
    y, x = skip
    first, second = paths(y, x)
    assert lit(draw(y, highlight=first)) == ({"x", "y"}, [("x", "y")])
    found = draw(y, highlight=second)
    assert lit(found) == (
        {"x", "mul", "relu", "y"},
        [("x", "mul"), ("mul", "relu"), ("relu", "y")],
    )
    assert str(found).endswith("∂y/∂x on this path = 1 · 0 · 2 = 0")
    plain = draw(y)
    assert lit(plain) == (set(), [])
    assert found.panels[0].tape == plain.panels[0].tape


def test_several_paths_are_marked_together(skip):
    y, x = skip
    boxes, arrows = lit(draw(y, highlight=paths(y, x).top(2)))
    assert boxes == {"x", "mul", "relu", "y"}
    assert len(arrows) == 4
    assert "on this path" not in str(draw(y, highlight=paths(y, x).top(2)))
    assert lit(draw(y, highlight=[])) == (set(), [])


def test_of_two_edges_between_the_same_nodes_the_right_one_is_marked():
    x = Value(3.0, label="x")
    y = x * x
    for number, path in enumerate(paths(y, x)):
        (panel,) = draw(y, highlight=path).panels
        assert [arrow.lit for arrow in panel.arrows] == [k == number for k in range(2)]


def test_the_marker_is_drawn(skip):
    y, x = skip
    marks = list(flat(draw(y, highlight=paths(y, x).top(1)).scene().marks))
    color = LIGHT.marker
    assert sum(isinstance(m, Rect) and m.fill == color for m in marks) == 2
    assert sum(isinstance(m, Path) and m.stroke == color for m in marks) == 3  # pen, halo and core


def test_a_path_inside_a_graph_and_one_of_arrays(rng):
    x = Tensor(rng.normal(size=3), requires_grad=True, label="x")
    h = tanh(x)
    y = (h * 2.0).sum()
    inner = next(iter(paths(h, x, np.ones(3))))
    found = draw(y, highlight=inner)
    assert lit(found) == ({"x", "h"}, [("x", "h")])
    (path,) = paths(y, x)
    assert "norm of ∂" in str(draw(y, highlight=path))


def test_groups_and_formulas_stand_beside_a_path(skip):
    y, x = skip
    path = paths(y, x).top(2)[1]
    found = draw(y, highlight=path, group="layer", formulas=True)
    assert lit(found) == lit(draw(y, highlight=path))
    (panel,) = found.panels
    assert [bracket.name for bracket in panel.brackets] == ["layer 1", "layer 2"]
    assert [box.formula for box in panel.boxes if box.op == "mul"] == ["w·x"]


def test_a_path_of_another_graph(skip):
    y, x = skip
    other = next(iter(paths(3.0 * x, x)))
    with pytest.raises(ValueError, match="'×' on the path to highlight is not in this graph"):
        draw(y, highlight=other)


def test_a_path_out_of_what_is_drawn():
    x = y = Value(0.5)
    for _ in range(2500):
        y = identity(y)
    with pytest.raises(ValueError, match="on the path to highlight is not drawn"):
        draw(y, highlight=paths(y, x).top(1))


def test_wrong_arguments(skip):
    y, x = skip
    for wrong in (paths(y, x), "all", [y], 1):
        with pytest.raises(TypeError, match=r"highlight is a path of a ledger or a list"):
            draw(y, highlight=wrong)
    for options in ({"sums": True}, {"since": x}, {"group": "layer", "collapse": True}):
        with pytest.raises(TypeError, match="since, sums and collapse don't go with a highlighted"):
            draw(y, highlight=paths(y, x).top(1), **options)
    with pytest.raises(TypeError, match="highlight is for a Value or a Tensor, not Twin"):
        draw(compare(y, {relu: identity}), highlight=paths(y, x).top(1))
