import os
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from micrograd_act import Value, nn, relu, tanh
from micrograd_act.drawing import Picture, draw
from micrograd_act.drawing.boxes import Box, Panel
from tests.drawing.graphs import neuron, panel


@pytest.fixture
def picture() -> Picture:
    return Picture((panel(neuron()),))


def test_a_notebook_gets_svg_and_text(picture: Picture) -> None:
    bundle = picture._repr_mimebundle_(include=None, exclude=None)
    assert bundle["image/svg+xml"] == picture.svg
    assert bundle["text/plain"] == str(picture)


class Broken:
    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


@pytest.mark.parametrize("field", ["label", "op", "symbol", "detail", "value", "grad", "curve"])
def test_a_display_method_never_raises(picture: Picture, field: str) -> None:
    wrong: Any = Broken()
    boxes = [replace(box, **{field: wrong}) for box in picture.panels[0].boxes]
    broken = Picture((replace(picture.panels[0], boxes=tuple(boxes)),))
    assert "text/plain" in broken._repr_mimebundle_()


def test_a_picture_of_nothing_is_shown_too() -> None:
    assert "text/plain" in Picture((Panel((), ()),))._repr_mimebundle_()
    assert "text/plain" in Picture((Panel((Box("n0", "input"),), ()),))._repr_mimebundle_()


@pytest.mark.parametrize("suffix", [".svg", ".dot", ".SVG"])
def test_saving_returns_the_path(picture: Picture, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"graph{suffix}"
    assert picture.save(target) == target
    assert picture.save(str(target)) == target
    content = target.read_text(encoding="utf-8")
    assert content == (picture.dot if suffix == ".dot" else picture.svg)
    assert os.listdir(tmp_path) == [target.name]


def test_a_saved_svg_is_xml(picture: Picture, tmp_path: Path) -> None:
    ET.parse(picture.save(tmp_path / "g.svg"))


@pytest.mark.parametrize("name", ["graph", "graph.jpeg", ".svg"])
def test_an_unknown_suffix_lists_the_known(picture: Picture, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"known suffixes are \.svg, \.png, \.pdf"):
        picture.save(tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_an_unknown_engine_is_named(picture: Picture, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="engine is 'auto' or 'dot', got 'neato'"):
        picture.save(tmp_path / "g.svg", engine="neato")


def test_a_missing_binary_is_one_line(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "g.svg").write_text("what was there")
    with pytest.raises(RuntimeError, match="program dot, which is not on the PATH") as found:
        picture.save(tmp_path / "g.svg", engine="dot")
    assert "\n" not in str(found.value)
    assert (tmp_path / "g.svg").read_text() == "what was there"


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz's program is not installed")
def test_graphviz_draws_where_it_is_asked_to(picture: Picture, tmp_path: Path) -> None:
    root = ET.parse(picture.save(tmp_path / "g.svg", engine="dot")).getroot()
    words = {"".join(element.itertext()) for element in root.iter(f"{root.tag[:-3]}text")}
    assert {"x −0.4", "0.6347"} <= words


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (relu, "pass what it returns"),
        (nn.Linear(1, 1), r"pass what it returns, as in draw\(net\(x\)\)"),
        ([neuron()], "pass one node"),
        (2.0, "pass a Value, a Tensor"),
    ],
)
def test_what_cannot_be_drawn_is_told_with_what_can(given: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=f"cannot draw {type(given).__name__}; {advice}"):
        draw(given)


@pytest.mark.parametrize("option", [{"rankdir": "RL"}, {"theme": "sepia"}, {"hide": "w"}])
def test_an_unknown_option_is_named(option: dict[str, Any]) -> None:
    (name, value) = next(iter(option.items()))
    with pytest.raises(ValueError, match=rf"draw: {name} is .*, got '{value}'"):
        draw(neuron(), **option)


def test_a_missing_folder_is_named(picture: Picture, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*absent"):
        picture.save(tmp_path / "absent" / "g.svg")


@pytest.mark.parametrize("call", ["replace", "open"])
def test_a_failure_leaves_the_existing_file(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    target = tmp_path / "g.svg"
    target.write_text("what was there")

    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def write(self, content: bytes) -> None:
            raise OSError("no space left on device")

    if call == "open":
        monkeypatch.setattr("builtins.open", lambda *_: Full())
    else:

        def refused(*_: object) -> None:
            raise OSError("no space left on device")

        monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(OSError, match="no space left"):
        picture.save(target)
    monkeypatch.undo()
    assert target.read_text() == "what was there"
    assert os.listdir(tmp_path) == ["g.svg"]


def test_saving_through_a_link_keeps_the_link(picture: Picture, tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "g.svg").symlink_to(tmp_path / "real.svg")
    picture.save(tmp_path / "g.svg")
    assert (tmp_path / "g.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text(encoding="utf-8") == picture.svg


def test_the_tree_of_a_neuron(picture: Picture) -> None:
    assert str(picture) == "\n".join(
        [
            "            data     grad   local",
            "y = tanh  0.6044        1",
            "└ +          0.7   0.6347  0.6347",
            "  ├ ×       −0.8   0.6347       1",
            "  │ ├ x     −0.4    1.269       2",
            "  │ └ w        2  −0.2539    −0.4",
            "  └ b        1.5   0.6347       1",
            "",
            "∂y/∂x = 0.6347 · 1 · 2 = 1.269",
        ]
    )


def test_a_shared_node_is_written_out_once() -> None:
    h = tanh(Value(0.5, label="inner"))
    lines = str(draw(h * h, names=False)).splitlines()
    assert sum(line.split()[1:2] == ["inner"] or "└ inner" in line for line in lines) == 1
    assert [line.split()[1:3] for line in lines if "tanh" in line] == [
        ["tanh", "0.4621"],
        ["tanh", "↑"],
    ]


def test_repr_is_short(picture: Picture) -> None:
    assert repr(picture) == "<Picture: 6 nodes, 5 edges>"
