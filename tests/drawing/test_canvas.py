"""PNG and PDF: what is drawn, that it is the scene that the SVG is, and on any machine."""

import hashlib
import io
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from micrograd_act import Value, draw, tanh
from micrograd_act.drawing import canvas
from micrograd_act.drawing.canvas import pdf, png
from micrograd_act.drawing.marks import Circle, Rect, Scene, Span, Text, scaled
from micrograd_act.drawing.marks import Path as Line
from micrograd_act.drawing.scene import compose
from micrograd_act.drawing.style import DARK, LIGHT, Look
from tests.drawing.graphs import neuron, panel
from tests.drawing.test_svg import HOSTILE, labelled

pytest.importorskip("matplotlib")
Image = pytest.importorskip("PIL.Image")

INK = LIGHT.ink


def pixels(scene: Scene) -> Any:
    return np.asarray(Image.open(io.BytesIO(png(scene))).convert("RGB")).astype(int)


def dark(image: Any) -> Any:
    return image.max(axis=2) < 140


def of(*marks: Any, wide: float = 200, tall: float = 100) -> Scene:
    return Scene(marks, wide, tall, "#ffffff")


SMALL = of(
    Line(((20, 10), (120, 60)), INK, 4),
    Rect(20, 10, 60, 30, 8, INK, 2, "#ffffff"),
    Text(20, 90, (Span("∂y/∂x φ", INK, 20), Span("0.5", INK, 20, True))),
)


def box(found: Any) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of what is dark, in the drawing's pixels."""
    rows, columns = np.nonzero(found)
    left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    return left / 2, right / 2, top / 2, bottom / 2


def test_marks_lie_where_they_are_said_to() -> None:
    marks: list[tuple[Any, tuple[float, float, float, float]]] = [
        (Rect(20, 10, 60, 30, 8, INK, 2, INK), (19, 81, 9, 41)),
        (Circle(50, 40, 10, INK), (40, 60, 30, 50)),
        (Line(((20, 10), (120, 10)), INK, 4), (20, 120, 8, 12)),
        (Line(((20, 10), (20, 60), (60, 60)), fill=INK), (20, 60, 10, 60)),
        (Line(((20, 50), (40, 10, 60, 10, 80, 50)), INK, 4), (18, 82, 18, 52)),
    ]
    for mark, expected in marks:
        assert box(dark(pixels(of(mark)))) == pytest.approx(expected, abs=2.1), mark


@pytest.mark.parametrize(
    ("anchor", "left", "right"), [("start", 100, 128), ("middle", 86, 114), ("end", 72, 100)]
)
def test_texts_stand_at_their_anchor(anchor: Any, left: float, right: float) -> None:
    text = Text(100, 60, (Span("HH", INK, 20, True),), anchor)
    assert box(dark(pixels(of(text)))) == pytest.approx((left, right, 45, 60), abs=5)


def test_two_spans_stand_beside_each_other() -> None:
    text = Text(20, 60, (Span("HHH", INK, 22, True), Span("HHH", "#ff0000", 20)))
    image = pixels(of(text))
    red = (image[..., 0] > 200) & (image[..., 1] < 60)
    assert box(red)[0] > box(dark(image))[1] + 4


def test_dashes_leave_gaps_and_opacity_lets_through() -> None:
    line = dark(pixels(of(Line(((20, 50), (180, 50)), INK, 4, "9 7"))))[100]
    assert 15 < np.count_nonzero(np.diff(line.astype(int))) < 24
    faint = pixels(of(Line(((20, 50), (180, 50)), "#000000", 8, opacity=0.5)))[100, 200]
    assert faint == pytest.approx(128, abs=6)


GLYPHS = "∂·−Σ×φ∞≈±≤√²⁻₁′αβγσ"


def test_greek_and_mathematical_letters_are_there_in_both_weights() -> None:
    for bold in (False, True):
        shapes = {
            pixels(of(Text(10, 40, (Span(c, INK, 30, bold),)), wide=50, tall=50)).tobytes()
            for c in GLYPHS
        }
        missing = pixels(of(Text(10, 40, (Span("\ue000", INK, 30, bold),)), wide=50, tall=50))
        assert len(shapes) == len(GLYPHS)
        assert missing.tobytes() not in shapes


def test_the_ground_and_the_colours_are_those_of_the_theme() -> None:
    scene = compose([panel(neuron())], Look("dark"))
    image = pixels(scene)
    ground = [int(DARK.ground[i : i + 2], 16) for i in (1, 3, 5)]
    assert image[0, 0].tolist() == ground
    assert image.shape == (round(scene.tall) * 2, round(scene.wide) * 2, 3)
    amber = [int(DARK.parameter[i : i + 2], 16) for i in (1, 3, 5)]
    assert (abs(image - amber).max(axis=2) < 10).any()


def test_colours_counted_in_a_part_are_those_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = compose([panel(neuron())], Look("dark"))
    whole = pixels(scene)
    monkeypatch.setattr(canvas, "_MANY", 1000)
    part = pixels(scene)
    assert part[0, 0].tolist() == whole[0, 0].tolist()
    apart = abs(part - whole).max(axis=2)
    assert np.mean(apart > 16) < 1e-3
    assert apart.max() < 64


def test_a_long_picture_is_drawn_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "_LONGEST", 1000)
    shown = Image.open(io.BytesIO(png(of(wide=4000, tall=40))))
    assert shown.size == (1000, 10)


def test_a_scaled_scene_is_the_same_picture() -> None:
    half = pixels(scaled(scaled(SMALL, 0.5), 2.0))
    assert abs(half - pixels(SMALL)).max() == 0
    small = scaled(of(Line(((20, 50), (180, 50)), INK, 8, "9 7"), Circle(40, 20, 8, INK)), 0.5)
    assert small.marks[0] == Line(((10, 25), (90, 25)), INK, 4, "4.5 3.5")
    assert small.marks[1] == Circle(20, 10, 4, INK)
    assert (small.wide, small.tall) == (100, 50)


def test_a_long_pdf_fits_on_a_page() -> None:
    document = pdf(of(Line(((0, 50), (30_000, 50)), INK, 8), wide=30_000, tall=300))
    box = re.findall(rb"/MediaBox \[([^\]]*)\]", document)[0].split()
    assert list(map(float, box)) == pytest.approx([0, 0, 14_400, 144], abs=1)


def streams(document: bytes) -> list[bytes]:
    return [
        zlib.decompress(part)
        for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
        if part[:1] == b"\x78"
    ]


def test_a_pdf_has_one_page_of_the_scene_s_size_and_its_fonts_embedded() -> None:
    scene = compose([panel(neuron())], Look())
    document = pdf(scene, "neuron")
    assert document.startswith(b"%PDF-1.")
    assert document.count(b"/Type /Page ") == 1
    left, bottom, wide, tall = map(
        float, re.findall(rb"/MediaBox \[([^\]]*)\]", document)[0].split()
    )
    assert (left, bottom) == (0, 0)
    assert (wide, tall) == pytest.approx((scene.wide, scene.tall), abs=1)
    assert document.count(b"/FontFile2") >= 2
    assert b"DejaVuSans" in document
    assert len(document) < 60_000
    assert any(b" c\n" in part and b"] TJ" in part for part in streams(document))


def test_the_same_scene_gives_the_same_bytes() -> None:
    program = (
        "from micrograd_act.drawing import canvas\n"
        "from micrograd_act.drawing.marks import *\n"
        f"scene = {SMALL!r}\n"
        "import hashlib\n"
        "print(hashlib.sha256(canvas.png(scene) + canvas.pdf(scene)).hexdigest())"
    )
    env = {"PYTHONHASHSEED": "1", "PATH": "", "HOME": str(Path.home())}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == hashlib.sha256(png(SMALL) + pdf(SMALL)).hexdigest()


def test_settings_of_the_user_have_no_say() -> None:
    import matplotlib

    scene = of(Line(((20, 10), (120, 60)), INK, 4), Text(20, 90, (Span("$x_1$ 0.5", INK, 20),)))
    plain = png(scene), pdf(scene)
    changed = {"path.sketch": (3, 10, 2), "text.usetex": True, "font.size": 40, "pdf.fonttype": 3}
    with matplotlib.rc_context(changed):
        assert (png(scene), pdf(scene)) == plain


def test_labels_are_text() -> None:
    hostile = [labelled(label) for label in [*HOSTILE, "$\\frac{1}{2", "\\N <b>x</b>"]]
    assert pdf(compose(hostile, Look())).rstrip().endswith(b"%%EOF")
    assert png(compose(hostile[6:9], Look())).startswith(b"\x89PNG")


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
def test_saving_writes_the_scene(tmp_path: Path, suffix: str) -> None:
    picture = draw(tanh(Value(0.5, label="x")))
    target = picture.save(tmp_path / f"g{suffix}")
    write = png if suffix == ".png" else pdf
    scene = compose(picture.panels, picture.look)
    assert target.read_bytes() == write(scene, "Computational graph")


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=rf"{suffix} needs matplotlib and Pillow; pip install"):
        draw(tanh(Value(0.5))).save(tmp_path / f"g{suffix}")
    assert list(tmp_path.iterdir()) == []
