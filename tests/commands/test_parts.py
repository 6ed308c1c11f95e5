"""The tour's charts, tables, progress and folder, one by one."""

import io
import math
import re
import xml.etree.ElementTree as ElementTree

import pytest

from micrograd_act import Value, activation, data
from micrograd_act.commands.curves import Axes, bars, chart, folded
from micrograd_act.commands.folder import whole_folder
from micrograd_act.commands.nets import Split
from micrograd_act.commands.page import matrix, table
from micrograd_act.commands.pictures import neuron, twin_block
from micrograd_act.commands.progress import progress
from micrograd_act.commands.tables import Row, as_text
from micrograd_act.commands.wording import percent

SVG = "{http://www.w3.org/2000/svg}"
COLORS = ("#0f766e", "#1d4ed8")


def lines_of(svg):
    """The points of each net's line."""
    found = {}
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        points = [
            tuple(map(float, p.split(","))) for p in re.findall(r"[\d.-]+,[\d.-]+", path.get("d"))
        ]
        if path.get("stroke") in COLORS and len(points) > 1:
            found[path.get("stroke")] = points
    return [found[color] for color in COLORS]


def texts_of(svg):
    return [e.text for e in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_logarithmic_line_stands_at_its_decades():
    svg = chart([Axes("Loss", [[1.0, 0.1, 0.01], [1.0, 0.01, 0.01]], log=True)], "ab", "p-", "")
    one, two = lines_of(svg)
    assert one[0][1] < one[1][1] < one[2][1]
    assert one[1][1] - one[0][1] == pytest.approx(one[2][1] - one[1][1])
    assert two[1][1] == two[2][1] == one[2][1]
    assert one[1][0] - one[0][0] == pytest.approx(one[2][0] - one[1][0])
    assert [t for t in texts_of(svg) if t[0] in "01"] == ["0.01", "0.1", "1", "0"]
    assert "2 epochs" in texts_of(svg)


def test_a_line_of_shares_stands_between_0_and_100_percent():
    svg = chart([Axes("Accuracy", [[0.0, 0.5, 1.0], [0.25, 0.25, 0.25]])], "ab", "p-", "")
    one, two = lines_of(svg)
    assert one[0][1] > one[1][1] > one[2][1]
    assert one[1][1] == pytest.approx((one[0][1] + one[2][1]) / 2)
    assert two[0][1] == pytest.approx(one[0][1] + (one[2][1] - one[0][1]) / 4, abs=0.1)


@pytest.mark.parametrize("losses", [[math.nan, math.inf, 1.0], [0.0, 0.0, 0.0], [3.0, 3.0, 3.0]])
def test_a_chart_of_odd_numbers_is_still_a_picture(losses):
    svg = chart([Axes("Loss", [losses, [1.0, 0.5, 0.2]], log=True)], "ab", "p-", "")
    ElementTree.fromstring(svg)
    assert not re.search(r"\d*(nan|inf)\b", svg)


def test_charts_hold_any_text():
    name = "<a & 'b' \">"
    svg = chart([Axes(name, [[1.0, 0.5]] * 2)], [name, "b"], "p-", name)
    assert name in texts_of(svg)


def test_bars_are_as_long_as_their_shares():
    svg = bars([[1.0], [0.25, 0.5, 0.25]], ["identity", "tanh"], "p-", "")
    rects = [e for e in ElementTree.fromstring(svg).iter(f"{SVG}rect") if e.get("x")]
    whole, *parts = (float(e.get("width")) for e in rects)
    assert [part / whole for part in parts] == pytest.approx([0.25, 0.5, 0.25], abs=1e-3)
    assert texts_of(svg)[2:] == (
        ["none", "100 %", "25.0 %", "1", "0 %", "50.0 %", "2", "0 %", "25.0 %"]
    )


def test_many_parts_are_folded_into_the_last_row():
    rows, shown = folded([[1.0], [0.05] * 20])
    assert rows == ["none", "1", "2", "3", "4", "5", "6", "7 to 19"]
    assert [sum(part) for part in shown] == pytest.approx([1, 1])
    assert shown[1][-1] == pytest.approx(0.65)
    assert folded([[1.0], [0.5, 0.5]]) == (["none", "1"], [[1.0, 0.0], [0.5, 0.5]])


def test_a_share_is_never_rounded_to_all_or_nothing():
    assert [percent(x) for x in (0.99996, 0.00001)] == ["99.9 %", "< 0.1 %"]


ROWS = [Row("Head"), Row("a long title", ("1", "−2e−5")), Row("b", ("10 %", "≈1"))]


def test_a_table_for_a_terminal():
    assert as_text(ROWS, ["identity", "f"]).splitlines() == [
        "                   identity       f",
        "",
        "Head",
        "  a long title            1   -2e-5",
        "  b                    10 %      ~1",
    ]


def test_a_table_for_the_page():
    root = ElementTree.fromstring(table([*ROWS, Row("<&>", ("<", ">"))], ["identity", "f"]))
    rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]
    assert rows == [
        ["", "identity", "f"],
        ["Head"],
        ["a long title", "1", "−2e−5"],
        ["b", "10 %", "≈1"],
        ["<&>", "<", ">"],
    ]
    root = ElementTree.fromstring(matrix(["x", "y"], [("row", ["1", "2"])]))
    assert ["".join(c.itertext()) for c in root.iter("td")] == ["", "1", "2"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_on_a_terminal_is_one_line():
    stream = Terminal()
    tell = progress("training", 100, stream)
    for done in range(101):
        tell(done)
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert text.endswith(f"\rtraining [{'#' * 32}] 100/100\n")
    assert text.startswith(f"\rtraining [{'.' * 32}] 0/100")
    assert 30 < text.count("\r") < 40


def test_progress_elsewhere_is_told_once():
    stream = io.StringIO()
    tell = progress("training", 5, stream)
    for done in range(6):
        tell(done)
    assert stream.getvalue() == "training: 5 epochs\n"


def test_one_thing_is_not_many():
    stream = io.StringIO()
    tell = progress("training", 1, stream)
    for done in range(2):
        tell(done)
    assert stream.getvalue() == "training: 1 epoch\n"
    svg = chart([Axes("Loss", [[1.0, 0.5]] * 2)], "ab", "p-", "")
    assert "1 epoch" in texts_of(svg)


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    out = tmp_path / "tour"
    out.mkdir()
    (out / "a").write_text("old")
    rename = type(out).rename

    def refuse(self, target):
        if self.suffix == ".part":
            raise PermissionError("no")
        return rename(self, target)

    monkeypatch.setattr(type(out), "rename", refuse)
    with pytest.raises(PermissionError), whole_folder(out, ["a"]) as draft:
        (draft / "a").write_text("new")
    assert (out / "a").read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_what_comes_into_the_folder_meanwhile_is_not_lost(tmp_path):
    out = tmp_path / "tour"

    def write():
        with whole_folder(out, ["a"]):
            out.mkdir()
            (out / "mine").write_text("mine")

    with pytest.raises(FileExistsError, match="something else"):
        write()
    assert (out / "mine").read_text() == "mine"


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    with whole_folder(link, ["a"]) as draft:
        (draft / "a").write_text("new")
    assert link.is_symlink()
    assert (tmp_path / "real" / "a").read_text() == "new"


ACTIVATIONS = ["relu", "leaky_relu", "sigmoid", "tanh", "softplus", "silu", "gelu"]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("seed", range(3))
def test_the_graphs_show_something(name, seed):
    split = Split.of(data.load("penguins"), seed)
    y = neuron(activation(name), split, seed)
    assert y.local_grads[0] != 0
    leaves = [y.inputs[0].inputs[1]]
    assert all(leaf.grad != 0 for leaf in leaves)
    twin = twin_block(activation(name), split, seed)
    one, two = (side.inputs[1].local_grads[0] for side in (twin.left, twin.right))
    assert one == 1
    assert abs(two - 1) > 0.25
    assert all(
        isinstance(leaf, Value) and round(leaf.data, 2) == leaf.data
        for leaf, _ in twin.pairs
        if leaf.is_leaf
    )
