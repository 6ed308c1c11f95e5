import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_act import Value, compare, gelu, identity, relu, sigmoid, softplus, tanh
from micrograd_act.drawing import Picture, draw
from micrograd_act.drawing.boxes import Box, Panel
from micrograd_act.drawing.faces import PLOT, ROW
from micrograd_act.drawing.metrics import shorten, text_width
from micrograd_act.drawing.placing import place
from micrograd_act.drawing.style import THEMES, Look
from tests.drawing.graphs import (
    REFERENCE,
    chain,
    fan,
    neuron,
    panel,
    render,
    residual,
    skip,
    square,
)

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "g", "rect", "text", "tspan", "path", "polyline", "circle", "title", "desc"}
ATTRIBUTES = {
    *("xmlns", "viewBox", "width", "height", "font-family", "role", "aria-labelledby", "id"),
    *("class", "x", "y", "rx", "cx", "cy", "r", "d", "points", "fill", "fill-opacity", "stroke"),
    *("stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"),
    *("font-size", "font-weight", "text-anchor"),
}

HOSTILE = [
    "<script>alert(1)</script>",
    "\"'&<>]]>--><!--",
    "line\nbreak\ttab\r",
    "\x00\x07\x1b\x7f\x85",
    "\ud800 lone \udfff",
    "\u202eright to left\u202c",
    "שלום עולם",
    "日本語 🎉",
    "\ufffe\uffff\u2028",
    "x" * 10_000,
    "\u0301" * 500,
    "&#x3c;img onerror=alert(1)&#x3e;",
]


def drawn(root: Value) -> ET.Element:
    return ET.fromstring(render([panel(root)]))


def checked(text: str) -> ET.Element:
    """Parse, and assert that nothing but drawing elements is in it."""
    found = ET.fromstring(text)
    for element in found.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES
    return found


def labelled(label: str) -> Panel:
    boxes = (
        Box("n0", "parameter", label),
        Box("n1", "constant", label, grad=None),
        Box("n2", "op", label, op=label, symbol=label),
        Box("n3", "activation", label, op=label, detail=label, result=True),
    )
    arrows = panel(neuron()).arrows[:1]
    arrow = replace(arrows[0], source="n0", target="n2")
    return Panel(boxes, (arrow, replace(arrow, source="n2", target="n3")), note="")


def texts(root: ET.Element) -> list[tuple[float, float, float, str]]:
    """Left end, right end, baseline and content of every line of text."""
    found = []
    for element in root.iter(f"{SVG}text"):
        x, y = float(element.get("x", "")), float(element.get("y", ""))
        parts = [element] if element.text and not len(element) else list(element)
        width = sum(
            text_width(
                part.text or "", float(part.get("font-size", "")), "font-weight" in part.attrib
            )
            for part in parts
        )
        width += 8.0 * (len(parts) - 1)
        left = {"middle": x - width / 2, "end": x - width}.get(element.get("text-anchor", ""), x)
        found.append((left, left + width, y, "".join(element.itertext())))
    return found


@pytest.mark.parametrize("rankdir", ["LR", "TD"])
@pytest.mark.parametrize("name", REFERENCE)
def test_it_is_well_formed_and_everything_lies_inside(name: str, rankdir: str) -> None:
    root = checked(render([panel(REFERENCE[name]())], look=Look("dark", rankdir)))
    _, _, wide, tall = map(float, root.get("viewBox", "").split())
    for left, right, baseline, content in texts(root):
        assert left >= 0, content
        assert right <= wide, content
        assert 20 * 0.76 <= baseline <= tall - 5, content
    for rect in list(root.iter(f"{SVG}rect"))[1:]:
        x, y, w, h = (float(rect.get(key, "")) for key in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= wide
        assert 0 <= y <= y + h <= tall


@pytest.mark.parametrize("name", REFERENCE)
def test_no_text_is_wider_than_its_box_and_no_pill_is_tight(name: str) -> None:
    assert_texts_fit(drawn(REFERENCE[name]()))


def test_texts_of_both_twins_fit() -> None:
    y = skip()
    for twin in (compare(y, {relu: tanh}), compare(y * 1e-5 / 7, {relu: gelu})):
        assert_texts_fit(ET.fromstring(draw(twin).svg))


def assert_texts_fit(root: ET.Element) -> None:
    for group in root.iter(f"{SVG}g"):
        kind = group.get("class")
        if kind not in {"input", "parameter", "constant", "activation", "local"}:
            continue
        frame = group.find(f"{SVG}rect")
        assert frame is not None
        x, w = float(frame.get("x", "")), float(frame.get("width", ""))
        least = 6.0 if kind == "local" else 8.0
        lines: dict[float, list[tuple[float, float]]] = {}
        for left, right, baseline, content in texts(group):
            assert x + least <= left + 0.5, content
            assert right <= x + w - least + 0.5, content
            lines.setdefault(baseline, []).append((left, right))
        for line in lines.values():
            line.sort()
            assert all(a[1] + 6 <= b[0] for a, b in pairwise(line))


def test_texts_under_a_sign_are_apart_from_each_other() -> None:
    root = drawn(neuron())
    for group in root.iter(f"{SVG}g"):
        if group.get("class") == "op":
            baselines = [y for _, _, y, _ in texts(group)]
            assert all(b - a >= 24 for a, b in pairwise(baselines))


@pytest.mark.parametrize("name", REFERENCE)
def test_no_text_is_smaller_than_20_pixels_and_there_are_two_weights(name: str) -> None:
    svg = render([panel(REFERENCE[name]())])
    assert min(map(float, re.findall(r"font-size='([\d.]+)'", svg))) >= 20
    assert set(re.findall(r"font-weight='(\w+)'", svg)) <= {"700"}


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_contrast_of_text_and_lines(name: str) -> None:
    theme = THEMES[name]
    inks = {theme.ink, theme.soft} | {line.ink for line in theme.lines.values()}
    lines = {theme.parameter} | {line.color for line in theme.lines.values()}
    assert all(contrast(ink, theme.ground) >= 7 for ink in inks)
    assert all(contrast(line, theme.ground) >= 3 for line in lines)
    assert contrast(theme.marker, theme.ground) >= 1.2  # seen, but nothing on it gets lost
    assert all(contrast(line, theme.marker) >= 3 for line in lines)
    assert all(contrast(ink, theme.marker) >= 7 for ink in (theme.ink, theme.soft))
    svg = render([panel(fan())], look=Look(name))
    assert set(re.findall(r"<t(?:ext|span)[^>]* fill='(#\w+)'", svg)) <= inks
    colors = inks | lines | {theme.ground, theme.axis, "none"}
    assert set(re.findall(r" (?:fill|stroke)='([^']*)'", svg)) <= colors


@pytest.mark.parametrize("name", THEMES)
def test_effects_differ_without_colour(name: str) -> None:
    shown = [line for line in THEMES[name].lines.values() if line.legend]
    assert len({(line.width, line.dash, line.double) for line in shown}) == len(shown)


def test_the_legend_has_the_effects_that_occur_and_no_other() -> None:
    words = {content for *_, content in texts(drawn(square()))}
    assert "amplifies" in words
    assert not words & {"always 1", "1 here", "−1", "damps", "dead (0)", "undefined"}
    assert "dead (0)" in {content for *_, content in texts(drawn(skip()))}


def test_always_one_is_a_double_line_and_dead_is_dashed() -> None:
    root = drawn(skip())
    for edge in (g for g in root.iter(f"{SVG}g") if g.get("class") == "edge"):
        lines = [p for p in edge.iter(f"{SVG}path") if p.get("stroke")]
        colors = [p.get("stroke") for p in lines]
        if "#0f766e" in colors:
            assert colors == ["#ffffff", "#0f766e", "#ffffff"]
            assert float(lines[2].get("stroke-width", "")) < 7.5 / 2
        else:
            assert len(lines) == 2
    dead = [g for g in root.iter(f"{SVG}g") if g.get("class") == "edge"]
    assert sum(any(p.get("stroke-dasharray") for p in g) for g in dead) == 1


@pytest.mark.parametrize("label", HOSTILE)
def test_labels_are_text(label: str) -> None:
    root = checked(render([labelled(label)]))
    _, _, wide, _ = map(float, root.get("viewBox", "").split())
    assert wide < 3000
    assert all(right <= wide for _, right, _, _ in texts(root))


@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_label_gives_well_formed_xml(label: str) -> None:
    checked(render([labelled(label)], summary=label))


def test_any_label_survives_as_far_as_it_is_text() -> None:
    root = drawn(tanh(Value(1.0, label="a < b & 'c'")))
    assert "a < b & 'c'" in {content for *_, content in texts(root)}


def test_exact_values_are_tooltips() -> None:
    x = Value(1 / 3, label="x")
    y = tanh(x)
    y.backward()
    titles = [t.text or "" for t in drawn(y).iter(f"{SVG}title")]
    assert f"x, data {1 / 3!r}, grad {x.grad!r}" in titles
    assert f"local gradient {y.local_grads[0]!r}" in titles


def test_it_says_what_it_is_to_a_screen_reader() -> None:
    root = ET.fromstring(Picture((panel(neuron()),)).svg)
    assert root.get("role") == "img"
    ids = {element.get("id"): element for element in root.iter()}
    title, desc = (ids[name] for name in root.get("aria-labelledby", "").split())
    assert title.text
    assert "∂y/∂x = 0.6347 · 1 · 2 = 1.269" in (desc.text or "")


def test_ids_are_unique_and_all_have_the_prefix() -> None:
    svg = render([panel(neuron()), panel(neuron())], prefix="fig2-")
    ids = re.findall(r" id='([^']*)'", svg)
    assert len(ids) == len(set(ids)) > 20
    assert all(i.startswith("fig2-") for i in ids)


def test_it_is_self_contained() -> None:
    svg = render([panel(fan())])
    assert "href" not in svg
    assert "url(" not in svg
    assert svg.count("http") == 1  # the namespace


def test_the_same_graph_gives_the_same_bytes() -> None:
    program = (
        "import sys; sys.path.insert(0, '.');"
        "from tests.drawing.graphs import fan, panel, render, tangled;"
        "import hashlib;"
        "print(hashlib.sha256(render([panel(fan()), panel(tangled(40))]).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def curve_points(root: ET.Element) -> list[tuple[float, ...]]:
    """The corners of the first curve that is drawn."""
    rounded = (p for p in root.iter(f"{SVG}path") if p.get("stroke-linejoin"))
    line = next(p for p in rounded if not p.get("stroke-opacity"))
    return [tuple(map(float, p.split(","))) for p in line.get("d", "")[1:].split("L")]


def test_an_activation_is_its_own_curve_with_its_tangent() -> None:
    root = drawn(neuron())
    (box,) = [g for g in root.iter(f"{SVG}g") if g.get("class") == "activation"]
    dot = box.find(f"{SVG}circle")
    assert dot is not None
    cx, cy = float(dot.get("cx", "")), float(dot.get("cy", ""))
    points = curve_points(box)
    before = max(p for p in points if p[0] <= cx)
    after = min(p for p in points if p[0] >= cx)
    assert min(before[1], after[1]) - 0.5 <= cy <= max(before[1], after[1]) + 0.5
    tangent = next(p for p in box.iter(f"{SVG}path") if p.get("stroke-opacity"))
    x0, y0, x1, y1 = map(float, re.findall(r"-?[\d.]+", tangent.get("d", "")))
    # Both axes have one unit here, so that the slope is seen as it is written.
    assert (y0 - y1) / (x1 - x0) == pytest.approx(0.6347, abs=0.02)


@pytest.mark.parametrize(("fn", "z"), [(sigmoid, 0.5), (tanh, -0.9), (gelu, 8.0), (relu, 20.0)])
def test_the_tangent_touches_the_curve_as_it_is_drawn(fn: Any, z: float) -> None:
    root = drawn(fn(Value(z)))
    dot = next(root.iter(f"{SVG}circle"))
    points = curve_points(root)
    x = float(dot.get("cx", ""))
    before = max(p for p in points if p[0] < x - 0.3)
    after = min(p for p in points if p[0] > x + 0.3)
    tangent = next(p for p in root.iter(f"{SVG}path") if p.get("stroke-opacity"))
    x0, y0, x1, y1 = map(float, re.findall(r"-?[\d.]+", tangent.get("d", "")))
    seen = (after[1] - before[1]) / (after[0] - before[0])
    assert (y1 - y0) / (x1 - x0) == pytest.approx(seen, abs=0.06)


@pytest.mark.parametrize("z", [-3.0, -0.4, 0.0, 1.7, 8.0])
@pytest.mark.parametrize("fn", [relu, tanh, sigmoid, gelu, softplus, identity])
def test_the_tangent_stays_inside_the_plot(fn: Any, z: float) -> None:
    for y in (fn(Value(z)), fn(Value(z) * 5 + 1)):
        box = next(g for g in drawn(y).iter(f"{SVG}g") if g.get("class") == "activation")
        tangent = next(p for p in box.iter(f"{SVG}path") if p.get("stroke-opacity"))
        frame = box.find(f"{SVG}rect")
        assert frame is not None
        left = float(frame.get("x", "")) + float(frame.get("width", "")) / 2 - PLOT[0] / 2
        top = float(frame.get("y", "")) + 13 + ROW
        x0, y0, x1, y1 = map(float, re.findall(r"-?[\d.]+", tangent.get("d", "")))
        assert left + 2.9 <= min(x0, x1) <= max(x0, x1) <= left + PLOT[0] - 2.9
        assert top + 2.9 <= min(y0, y1) <= max(y0, y1) <= top + PLOT[1] - 2.9


def test_twins_have_equal_shapes_at_equal_places() -> None:
    one, two = place([panel(neuron()), panel(skip())])  # not of one structure: laid out apart
    assert one.layout != two.layout
    svg = render([panel(neuron()), panel(neuron())])
    xs = [re.findall(r"<rect x='([\d.]+)'", half) for half in svg.split("id='p1", 1)]
    assert xs[0][:3] == xs[1][:3]


def test_twins_that_run_down_stand_side_by_side() -> None:
    twin = compare(skip(), {relu: identity})
    down, alone = ET.fromstring(draw(twin, rankdir="TD").svg), draw(skip(), rankdir="TD")
    rects = [
        [r for g in down if g.get("id", "").startswith(p) for r in g.iter(SVG + "rect")]
        for p in ("p0", "p1")
    ]
    pairs = list(zip(*rects, strict=True))
    shifts = {round(float(b.get("x", "")) - float(a.get("x", "")), 3) for a, b in pairs}
    assert len(pairs) > 4
    assert {a.get("y") for a, _ in pairs} == {b.get("y") for _, b in pairs}
    assert len(shifts) == 1
    assert shifts.pop() > max(float(r.get("x", "")) for r in rects[0])
    assert abs(float(down.get("height", "")) - alone.scene().tall) < 40


def test_of_a_long_dotted_name_both_ends_are_shown() -> None:
    x = Value(0.5, label="transformer.layers.11.attention.weight")
    others = [Value(0.5, label=name) for name in ("w" * 60, "See. " + "a" * 60, "a." + "b" * 60)]
    content = [c for *_, c in texts(drawn(x * others[0] * others[1] * others[2]))]
    (long,) = [c for c in content if c.endswith(".weight")]
    assert re.fullmatch(r"transf\w*….weight", long)
    assert sum(c.endswith("…") and c[0] != "∂" for c in content) == 3


def test_a_long_product_is_broken_into_lines_and_named_exactly() -> None:
    content = [c for *_, c in texts(drawn(chain(7)))]
    assert "= 1.331" not in content
    shown = panel(residual(1)).caption
    assert shown is not None
    assert len(shown.factors) == 1


def test_widths_are_at_least_those_of_the_font() -> None:
    manager = pytest.importorskip("matplotlib.font_manager")
    image_font = pytest.importorskip("PIL.ImageFont")
    for weight in ("normal", "bold"):
        path = manager.findfont(
            manager.FontProperties(family="DejaVu Sans", weight=weight), fallback_to_default=False
        )
        font = image_font.truetype(path, 1000)
        for content in (
            "0.6347",
            "−2.5e−9",
            "leaky_relu",
            "∂y/∂x · ×÷Σ√∞≈±…–",
            "αβγλθΔÄé",
            "W1[12]",
        ):
            real = font.getlength(content) / 1000 * 20
            shown = text_width(content, 20, weight == "bold")
            assert real <= shown <= 1.3 * real


def test_wide_and_combining_characters_are_counted() -> None:
    assert text_width("日", 20) >= 20
    assert text_width("🎉", 20) >= 26
    assert text_width("e\u0301", 20) == text_width("é", 20) == text_width("e", 20)


@given(st.text(max_size=60), st.floats(30, 400))
def test_a_shortened_text_fits(content: str, limit: float) -> None:
    short = shorten(content, 20, limit)
    assert text_width(short, 20) <= limit
    assert short == content or short.endswith("…")
