"""Pictures of ledgers and of splits: bars as long as what they stand for."""

import io
import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from micrograd_act import Tensor, Value, draw, identity, paths, relu, sqrt, tanh
from micrograd_act.drawing.bars import compose_bars
from micrograd_act.drawing.marks import Group, Rect, Text, flat
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.style import LIGHT


def rows(picture):
    """[(x, width, fill)] of the bars, one for each group; None where there is no bar."""
    scene = compose_bars(picture.bars, picture.look)
    found = []
    for mark in scene.marks:
        if isinstance(mark, Group):
            bars = [part for part in mark.marks if isinstance(part, Rect)]
            found.append((bars[0].x, bars[0].y, bars[0].wide, bars[0].tall) if bars else None)
    return found


def residual(blocks):
    x = h = Value(0.9)
    for _ in range(blocks):
        h = h + tanh(0.3 * h)
    return h, x


def test_bars_are_as_long_as_the_numbers():
    x = Value(0.9)
    y = x - 3.0 * relu(x)
    picture = draw(paths(y, x))
    (ax, _, a, _), (bx, _, b, _) = rows(picture)
    assert b == pytest.approx(3 * a)
    assert bx + b == pytest.approx(ax)  # both at 0, to either side
    assert [bar.size for bar in picture.bars.bars] == [1.0, -3.0]


def test_bars_of_arrays_are_norms(rng):
    x = Tensor(rng.normal(size=(2, 3)), requires_grad=True)
    y = (x + tanh(x)).sum()
    picture = draw(paths(y, x))
    slopes = 1 / np.cosh(x.numpy()) ** 2
    assert [bar.size for bar in picture.bars.bars] == pytest.approx(
        [math.sqrt(6), np.linalg.norm(slopes)]
    )
    assert "Euclidean norms, which do not add up" in str(picture)


def test_as_text():
    x = Value(0.5, label="x")
    y = x - 0.5 * relu(x)
    y.label = "y"
    assert str(draw(paths(y, x))).splitlines() == [
        "gradient of y at x, by activations crossed",
        "  none            " + 20 * "█" + "  1     1 path",
        "  1     " + 10 * "█" + 20 * " " + "  −0.5  1 path",
    ]
    assert repr(draw(paths(y, x))) == "<Picture: 2 bars>"


def test_many_entries_are_columns_over_an_axis():
    y, x = residual(30)
    picture = draw(paths(y, x))
    scene = compose_bars(picture.bars, picture.look)
    heights = [tall for _, _, _, tall in rows(picture)]
    sizes = paths(y, x).by_activations
    tallest = max(sizes)
    for tall, size in zip(heights, sizes, strict=True):
        assert tall == pytest.approx(max(280 * size / tallest, 1.0))
    shown = [m.spans[0].content for m in flat(scene.marks) if isinstance(m, Text)]
    assert shown[-7:] == ["0", "5", "10", "15", "20", "25", "30"] or "30" in shown
    assert "activations crossed" in shown


def test_columns_stand_on_zero_or_hang_from_it():
    x = h = Value(0.9)
    for _ in range(20):
        h = h - tanh(0.3 * h)
    picture = draw(paths(h, x))
    ends = [
        (y, y + tall) if bar.size > 0 else (y + tall, y)
        for (_, y, _, tall), bar in zip(rows(picture), picture.bars.bars, strict=True)
    ]
    zeros = {round(zero, 6) for _, zero in ends}
    assert len(zeros) == 1
    assert {bar.size > 0 for bar in picture.bars.bars} == {True, False}


@pytest.mark.parametrize("blocks", [1, 8, 13, 14, 30, 120])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_is_inside_and_nothing_overlaps(blocks, theme):
    y, x = residual(blocks)
    picture = draw(paths(y, x), theme=theme)
    scene = picture.scene()
    boxes = []
    for mark in flat(scene.marks):
        if isinstance(mark, Text):
            (span,) = mark.spans
            wide = text_width(span.content, span.size, span.bold)
            left = mark.x - {"start": 0, "middle": wide / 2, "end": wide}[mark.anchor]
            boxes.append((left, mark.y - 0.8 * span.size, left + wide, mark.y + 0.2 * span.size))
        elif isinstance(mark, Rect):
            assert mark.x >= 0
            assert mark.x + mark.wide <= scene.wide
            assert mark.y + mark.tall <= scene.tall
    for k, (x0, y0, x1, y1) in enumerate(boxes):
        assert x0 >= 0
        assert y0 >= 0
        assert x1 <= scene.wide
        assert y1 <= scene.tall
        for u0, v0, u1, v1 in boxes[:k]:
            assert x1 <= u0 or u1 <= x0 or y1 <= v0 or v1 <= y0


def test_dead_and_undefined_entries_are_said_not_drawn():
    x = Value(0.0)
    y = x + relu(x - 1.0) + sqrt(x) * 0.0
    picture = draw(paths(y, x, nonlinear=lambda node: node.op is relu))
    assert rows(picture) == [None, None]
    shown = [m for m in flat(picture.scene().marks) if isinstance(m, Text)]
    inks = {m.spans[0].content: m.spans[0].fill for m in shown}
    assert inks["NaN"] == LIGHT.lines["undefined"].ink
    assert inks["0"] == LIGHT.ink
    assert "NaN on the edge √ ← x" in str(picture)


def test_what_is_not_affine_and_not_counted_is_named():
    x = Value(0.5)
    assert "crossing none, but not affine: ×" in str(draw(paths(x * x, x)))
    assert "not affine" not in str(draw(paths(x * 2.0, x)))


def test_a_split_is_drawn_group_by_group():
    x = Value(0.5)
    y = x + 2.0 * relu(x) + 3.0 * identity(x)
    names = {relu: "<relu>", identity: "skip"}
    picture = draw(paths(y, x).split(lambda node: names.get(node.op)))
    assert [(bar.label, bar.size) for bar in picture.bars.bars] == [
        ("none", 1.0),
        ("skip", 3.0),
        ("<relu>", 2.0),
    ]
    root = ET.fromstring(picture.svg)
    assert "<relu>" in "".join(root.itertext())


def test_many_groups_are_cut():
    y, x = residual(6)
    found = paths(y, x).split(id)
    assert len(found) == 64
    text = str(draw(found))
    assert "24 more groups are not drawn" in text


def test_an_empty_ledger_is_drawn():
    picture = draw(paths(Value(1.0) * 2, Value(5.0)))
    assert rows(picture) == [None]
    assert "0 paths" in str(picture)
    assert draw(paths(Value(1.0) * 2, Value(5.0)).split("op")).svg


def test_the_same_bytes_every_time_and_a_file_of_each_kind(tmp_path):
    y, x = residual(3)
    picture = draw(paths(y, x))
    assert picture.svg == draw(paths(y, x)).svg
    assert picture.save(tmp_path / "bars.svg").read_text(encoding="utf-8") == picture.svg
    assert picture._repr_mimebundle_()["image/svg+xml"] == picture.svg
    with pytest.raises(ValueError, match="bars are no graph"):
        picture.save(tmp_path / "bars.dot")
    assert not (tmp_path / "bars.dot").exists()
    image = pytest.importorskip("PIL.Image")
    content = picture.save(tmp_path / "bars.png").read_bytes()
    assert image.open(io.BytesIO(content)).size[0] > 600


def test_too_many_columns():
    x = y = Value(0.5)
    for _ in range(1001):
        y = tanh(y)
    with pytest.raises(ValueError, match=r"cross up to 1,001 activations, too many to draw"):
        draw(paths(y, x))
