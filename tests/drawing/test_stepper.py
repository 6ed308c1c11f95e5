import re
import sys
import types
import webbrowser
from base64 import b64decode, b64encode
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_act import (
    Tensor,
    Value,
    compare,
    concatenate,
    draw,
    gelu,
    gradcheck,
    identity,
    maximum,
    nodes,
    paths,
    relu,
    sqrt,
    tanh,
    tensor,
)
from micrograd_act.drawing import Picture
from micrograd_act.drawing.evaluated import evaluated
from micrograd_act.drawing.showing import embedded
from micrograd_act.drawing.style import DARK, LIGHT, Look
from tests.drawing.graphs import REFERENCE, neuron, panel, skip
from tests.drawing.pages import Page
from tests.drawing.test_svg import HOSTILE, contrast

SCRIPT, DATA = "script", "script application/json"
PARTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "div", "section", "p", "button"),
    *("input", "select", "option", "dialog", "dl", "dt", "dd", "script", "canvas"),
}
DRAWN = {"svg", "g", "rect", "text", "tspan", "path", "circle", "polyline", "title", "desc"}


def written(picture: Picture) -> str:
    return picture.html


def labelled(label: str) -> Picture:
    x, w = Value(0.5, label=label), Value(-2.0, label="w")
    y = tanh(x * w)
    y.label = label
    return draw(y, names=False)


@pytest.fixture(scope="module")
def text() -> str:
    return written(draw(neuron(), names=False))


def test_it_is_saved_with_the_picture_inside(tmp_path: Path) -> None:
    picture = draw(neuron(), names=False)
    saved = picture.save(tmp_path / "g.html").read_text("utf-8")
    assert saved.count(picture.svg) == 1
    assert saved == written(picture)
    with pytest.raises(ValueError, match=r"engine='dot' draws no \.html"):
        picture.save(tmp_path / "h.html", engine="dot")


def test_what_has_no_steps_says_so(tmp_path: Path) -> None:
    y = neuron()
    with pytest.raises(ValueError, match=r"html: a worksheet has no steps; its \.solution has"):
        draw(y, hide="grad").save(tmp_path / "g.html")
    with pytest.raises(ValueError, match="html: bars have no steps"):
        draw(paths(y, y.inputs[0])).show()
    with pytest.raises(ValueError, match="html: a still is one step"):
        draw(y).frames().save(tmp_path / "g-%02d.html")
    assert list(tmp_path.iterdir()) == []


def test_a_checked_graph_has_steps_too() -> None:
    found = Page(written(draw(gradcheck(skip())))).data["panels"][0]
    assert len(found["pulls"]) == 7
    assert [arrow[5] for arrow in found["arrows"]] == [1] * 7


def test_the_same_graph_gives_the_same_bytes(text: str) -> None:
    assert written(draw(neuron(), names=False)) == text


def test_only_its_own_script_and_style_may_run(text: str) -> None:
    found = Page(text)

    def source(inside: str) -> str:
        return f"'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'"

    assert found.policy == (
        f"default-src 'none'; script-src {source(found.inside[SCRIPT])}; "
        f"style-src {source(found.inside['style'])}; base-uri 'none'; form-action 'none'"
    )
    assert found.tags.count("script") == 2
    assert found.tags.count("style") == 1


def test_it_fetches_nothing(text: str) -> None:
    found = Page(text)
    for tag, attributes in found.found:
        assert not {"src", "href", "srcset", "style", "action"} & attributes.keys(), tag
        assert not [name for name in attributes if name.startswith("on")], tag
    rest = text.replace("http://www.w3.org/2000/svg", "")
    assert "://" not in rest
    assert not re.search(r"\burl\(|@import|\bfetch\b|XMLHttp|import\(", rest)


def test_the_script_makes_text_only(text: str) -> None:
    script = Page(text).inside[SCRIPT]
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval", "Function("):
        assert word not in script


@pytest.mark.parametrize("name", ["neuron", "tensor", "residual"])
def test_it_is_small(name: str) -> None:
    picture = draw(REFERENCE[name](), names=False)
    text = written(picture)
    graph = len(picture.svg.encode()) + len(Page(text).inside[DATA])
    assert len(text.encode()) - graph < 50_000


def test_its_elements_are_these(text: str) -> None:
    assert set(Page(text).tags) <= PARTS | DRAWN


@pytest.mark.parametrize(
    "label",
    [*HOSTILE, "</script><script>alert(1)</script>", "<!--<script>", "</title>", "@@DATA@@"],
)
def test_labels_are_text(label: str) -> None:
    assert_no_element_of(label)


@given(st.text(alphabet=st.characters(), max_size=16))
def test_any_label_is_text(label: str) -> None:
    assert_no_element_of(label)


@cache
def of_a_plain_label() -> Page:
    return Page(written(labelled("x")))


def assert_no_element_of(label: str) -> None:
    text = written(labelled(label))
    plain, found = of_a_plain_label(), Page(text)
    assert set(found.tags) <= PARTS | DRAWN
    ours = [[tag for tag in of.tags if tag not in DRAWN] for of in (found, plain)]
    assert ours[0] == ours[1]
    assert found.inside[SCRIPT] == plain.inside[SCRIPT]
    assert "<" not in found.inside[DATA]
    (drawn,) = found.data["panels"]
    assert [box["op"] for box in drawn["boxes"]] == ["", "", "×", "tanh"]
    text.encode("utf-8")


@pytest.mark.parametrize("name", ["neuron", "skip", "square", "micrograd", "mlp", "fan"])
def test_the_numbers_are_those_of_the_graph(name: str) -> None:
    root = REFERENCE[name]()
    found = Page(written(draw(root, names=False))).data["panels"][0]
    order = nodes(root)
    for node, box in zip(order, found["boxes"], strict=True):
        assert float(box["value"][1]) == node.data
        assert bool(box["formula"]) == bool(node.inputs)
    of = {id(node): n for n, node in enumerate(order)}
    expected = [
        (of[id(x)], of[id(node)], local)
        for node in order
        for x, local in zip(node.inputs, node.local_grads, strict=True)
    ]
    for arrow, (source, target, local) in zip(found["arrows"], expected, strict=True):
        assert arrow[:2] == [source, target]
        if order[source].requires_grad:
            assert float(arrow[2][1]) == local
    sums = {of[id(root)]: float(found["seed"][1])}
    for arrow, contribution, after, _ in found["pulls"]:
        source = found["arrows"][arrow][0]
        sums[source] = sums.get(source, 0.0) + float(contribution[1])
        assert float(after[1]) == sums[source]
    if root.grad is None:
        root.backward()
    assert sums == {of[id(n)]: n.grad for n in order if n.grad is not None}


def test_arrays_are_summarised_with_their_shapes() -> None:
    found = Page(written(draw(REFERENCE["tensor"](), names=False))).data["panels"][0]
    by_op = {box["op"]: box for box in found["boxes"] if box["op"]}
    assert by_op["matmul"]["formula"] == "8×16 @ W2"
    assert by_op["relu"]["shape"] == "8×16 float64"
    assert by_op["mean"]["formula"] == "mean(8×2)"
    assert all(not arrow[5] for arrow in found["arrows"] if arrow[2])
    added = [pull for pull in found["pulls"] if pull[3]]
    assert [found["boxes"][found["arrows"][pull[0]][0]]["name"] for pull in added] == ["b1"]


def test_twins_are_two_panels_of_the_same_steps() -> None:
    found = Page(written(draw(compare(skip(), {relu: identity}), names=False))).data["panels"]
    assert [drawn["prefix"] for drawn in found] == ["p0", "p1"]
    assert [p[0] for p in found[0]["pulls"]] == [p[0] for p in found[1]["pulls"]]
    assert found[0]["pulls"] != found[1]["pulls"]


def test_a_graph_without_a_pass_says_why() -> None:
    x = Value(1.0, label="x")
    y = x * x
    x.data += 1.0
    found = Page(written(draw(y))).data["panels"][0]
    assert "'x' was changed" in found["trouble"]
    assert found["pulls"] == []


def test_each_colour_has_one_partner_in_the_other_theme() -> None:
    for one, other in ((LIGHT, DARK), (DARK, LIGHT)):
        partners: dict[str, set[str]] = {}
        names = ("ground", "ink", "soft", "axis", "parameter", "marker")
        pairs = [(getattr(one, n), getattr(other, n)) for n in names]
        for effect, line in one.lines.items():
            pairs += [(line.color, other.lines[effect].color), (line.ink, other.lines[effect].ink)]
        for color, partner in pairs:
            partners.setdefault(color, set()).add(partner)
        assert [found for found in partners.values() if len(found) > 1] == []
        # Every colour of a picture is among them.
        look = Look(theme="light" if one is LIGHT else "dark")
        for name in ("neuron", "fan", "tensor", "micrograd"):
            svg = Picture((panel(REFERENCE[name]()),), look).svg
            used = set(re.findall(r"(?:fill|stroke)='(#\w+)'", svg))
            assert used <= partners.keys()


def test_contrast_of_the_page_around_the_picture() -> None:
    style = Page(written(draw(neuron(), names=False))).inside["style"]
    rules = re.findall(r":root(?:\[data-theme=dark\])? \{([^}]*)\}", style)
    assert len(rules) == 2
    for rule in rules:
        colors = dict(re.findall(r"--([\w-]+): (#\w+);", rule))
        ground = colors["ground"]
        borders = {name: colors.pop(name) for name in ("line", "focus", "marker")}
        del colors["ground"]
        assert len(colors) > 5
        assert [name for name, ink in colors.items() if contrast(ink, ground) < 7] == []
        assert contrast(borders["line"], ground) >= 3
        assert contrast(borders["focus"], ground) >= 3
        assert contrast(colors["ink"], borders["marker"]) >= 4.5  # large, bold


def test_a_dark_picture_opens_dark() -> None:
    found = Page(written(draw(neuron(), theme="dark")))
    assert dict(found.found)["html"] == {"lang": "en", "data-theme": "dark"}
    assert "[data-theme=light] [fill='#0f172a'] { fill: #ffffff; }" in found.inside["style"]


def vector(size: int, label: str) -> Tensor:
    return tensor([1.0] * size, requires_grad=True, label=label)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x, y: x + y, "0.25 + (−3)"),
        (lambda x, y: y * x, "−3 × 0.25"),
        (lambda x, y: x - y, "0.25 − (−3)"),
        (lambda x, y: x / y, "0.25 ÷ (−3)"),
        (lambda x, y: -y, "−(−3)"),
        (lambda x, y: abs(y), "|−3|"),
        (lambda x, y: sqrt(x), "√0.25"),
        (lambda x, y: y**2, "(−3)²"),
        (lambda x, y: x**-1.5, "0.25^−1.5"),
        (lambda x, y: x**x, "0.25^0.25"),
        (lambda x, y: tanh(y), "tanh(−3)"),
        (lambda x, y: maximum(x, y), "max(0.25, −3)"),
        (lambda x, y: vector(2, "a") @ vector(2, "b"), "a @ b"),
        (
            lambda x, y: concatenate([vector(1, f"t{i}") for i in range(6)]),
            "cat(t0, t1, …, t5)",
        ),
        (lambda x, y: vector(2, "")[0], "getitem(2)"),
        (lambda x, y: x, ""),
    ],
)
def test_an_operation_is_written_with_its_numbers(make: Any, expected: str) -> None:
    drawn = panel(make(Value(0.25), Value(-3.0)))
    boxes = {box.id: box for box in drawn.boxes}
    result = next(box for box in drawn.boxes if box.result)
    inputs = [boxes[arrow.source] for arrow in drawn.arrows if arrow.target == result.id]
    assert evaluated(result, inputs) == expected


def test_names_stand_before_the_numbers() -> None:
    x, w = Value(0.5, label="x"), Value(-2.0, label="w")
    found = Page(written(draw(tanh(x * w) + x**2 * 3, names=False))).data["panels"][0]
    assert [(box["formula"], box.get("named")) for box in found["boxes"] if box["formula"]] == [
        ("0.5 × (−2)", "x × w"),
        ("tanh(−1)", None),
        ("0.5²", "x²"),
        ("0.25 × 3", None),
        ("−0.7616 + 0.75", None),
    ]


def test_a_name_from_right_to_left_turns_no_formula() -> None:
    a, b = Value(1.0, label="א"), Value(2.0, label="ب")
    found = Page(written(draw(a - b, names=False))).data["panels"][0]
    assert found["boxes"][2]["named"] == "\u2068א\u2069 − \u2068ب\u2069"
    assert found["boxes"][0]["name"] == "\u2068א\u2069"


def test_formulas_stand_where_all_that_they_speak_of_has_a_name() -> None:
    x, w = Value(0.5, label="x"), Value(-2.0, label="w")
    found = Page(written(draw(gelu(x * w) * w + 3 * x, names=False))).data["panels"][0]
    assert [box.get("definition") for box in found["boxes"] if box["op"] == "gelu"] == ["z·Φ(z)"]
    boxes = found["boxes"]
    rules = {
        (boxes[a[0]]["name"] or boxes[a[0]]["op"], boxes[a[1]]["op"]): a[7] for a in found["arrows"]
    }
    assert rules["×", "gelu"] == "Φ(z) + z·φ(z)"
    assert rules["gelu", "×"] == "w"
    assert [a[7] for a in found["arrows"] if boxes[a[1]]["op"] == "+"] == ["", ""]
    # Drawn on request only, but the page has them in any case.
    assert "Φ" not in draw(gelu(x * w), names=False).svg


def test_groups_have_forward_steps() -> None:
    root = REFERENCE["mlp"]()
    found = Page(written(draw(root, group="layer", collapse=True, names=False))).data["panels"][0]
    formulas = {box["name"]: box["formula"] for box in found["boxes"] if box["formula"]}
    assert formulas == {"layer 1": "layer 1(0.6888, 0.5159)", "layer 2": "layer 2(layer 1)"}
    assert "collapsed" in found["trouble"]


def test_sums_of_products_have_steps() -> None:
    root = REFERENCE["mlp"]()
    found = Page(written(draw(root, sums=True, names=False))).data["panels"][0]
    # Not Σ(…), which would be another number.
    written_out = [box["formula"] for box in found["boxes"] if box["op"] == "Σ"]
    assert written_out
    assert all(formula.startswith("Σ of products of ") for formula in written_out)
    sums: dict[int, float] = {}
    for arrow, contribution, after, _ in found["pulls"]:
        source = found["arrows"][arrow][0]
        sums[source] = sums.get(source, 0.0) + float(contribution[1])
        assert float(after[1]) == sums[source]
    assert len(found["pulls"]) == sum(1 for arrow in found["arrows"] if arrow[2])


def test_leaves_that_have_gathered_more_than_one_pass_are_named() -> None:
    y = neuron()
    assert Page(written(draw(y, names=False))).data["panels"][0]["gathered"] == []
    y.backward()
    found = Page(written(draw(y, names=False))).data["panels"][0]
    assert found["gathered"] == ["x", "w", "b"]


class Frame(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] = dict(attrs)


def test_a_notebook_gets_a_frame_over_a_still(text: str) -> None:
    svg = draw(neuron(), names=False).svg
    found = Frame(embedded(text, svg, "6 nodes")).found
    assert list(found) == ["div", "img", "iframe"]
    assert found["iframe"]["srcdoc"] == text
    assert found["iframe"]["sandbox"] == "allow-scripts"
    source = found["img"]["src"] or ""
    assert b64decode(source.removeprefix("data:image/svg+xml;base64,")).decode() == svg


def test_a_huge_picture_has_no_still() -> None:
    assert "<img" not in embedded("", "x" * 2_000_001, "many nodes")


def test_showing_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    shell = types.SimpleNamespace(kernel=object())
    ipython = types.SimpleNamespace(get_ipython=lambda: shell)
    display = types.SimpleNamespace(display=lambda bundle, raw: shown.append(bundle))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    draw(neuron(), names=False).show()
    (bundle,) = shown
    assert bundle["text/plain"] == "Picture: 6 nodes, 5 edges"
    assert "<iframe srcdoc=" in bundle["text/html"]


def test_showing_elsewhere_opens_the_browser(
    text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    draw(neuron(), names=False).show()
    (url,) = opened
    assert url.startswith("file://")
    (file,) = tmp_path.rglob("*.html")
    assert file.read_text("utf-8") == text
    file.unlink()
    file.parent.rmdir()
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    with pytest.raises(RuntimeError, match=r"no browser was found; save\('graph\.html'\)"):
        draw(neuron(), names=False).show()
    assert list(tmp_path.iterdir()) == []


def test_twins_are_told_apart_by_where_they_stand() -> None:
    twin = compare(REFERENCE["skip"](), {relu: identity})
    sides = {r: Page(written(draw(twin, rankdir=r))).data["sides"] for r in ("LR", "TD")}
    assert sides == {"LR": ["above", "below"], "TD": ["left", "right"]}
