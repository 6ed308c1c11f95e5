"""A scene as PNG or PDF, drawn by matplotlib's renderers with the DejaVu fonts that it brings.

PNG and PDF share this one walk over the marks. Pillow, which draws neither curves nor smooth lines,
writes the PNG. No display, no font of the system and no setting of the user's has a say.
"""

from __future__ import annotations

import io
import math
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from micrograd_act.drawing.marks import Circle, Path, Rect, Scene, Text, flat, scaled

_SCALE = 2.0  # pixels of a PNG for one of the drawing: sharp on a projector and in print
_AREA = 24e6  # pixels; of more, which take seconds and a gigabyte, a picture has one for one
_MANY = 8e6  # pixels whose colours are not all counted
_LONGEST = 16_000  # pixels; longer pictures get a smaller scale
_PAGE = 14_400.0  # points, the most that readers of PDF show
_POINTS = 72.0  # of an inch; one point is one pixel of the drawing
_SETTINGS: Any = {
    "agg.path.chunksize": 0,
    "path.simplify": False,
    "path.sketch": None,
    "path.snap": False,
    "pdf.compression": 6,
    "pdf.fonttype": 42,
    "pdf.inheritcolor": False,
    "pdf.use14corefonts": False,
    "text.antialiased": True,
    "text.hinting": "no_hinting",
}


def png(scene: Scene, title: str = "") -> bytes:
    """Draw `scene` twice as large, or as large as viewers can open."""
    _require("png")
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image, PngImagePlugin

    scale = min(_SCALE, max(1.0, math.sqrt(_AREA / (scene.wide * scene.tall))))
    scale = min(scale, _LONGEST / max(scene.wide, scene.tall))
    with _settings():
        canvas: Any = FigureCanvasAgg(_figure(scene, _POINTS * scale))
        canvas.draw()
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Title", title)
    image: Any = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    # A third of the bytes: the few colours and the smooth edges between them need no more than 256.
    if image.width * image.height > _MANY:  # seconds; a part of it has the same colours
        part = image.resize((image.width // 4, image.height // 4), Image.Resampling.NEAREST)
        colors = part.quantize(256, Image.Quantize.MAXCOVERAGE)
        image = image.quantize(palette=colors, dither=Image.Dither.NONE)
    else:
        image = image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette, corner = image.getpalette(), 3 * image.getpixel((0, 0))
    palette[corner : corner + 3] = bytes.fromhex(scene.ground[1:])  # a slide may have that ground
    image.putpalette(palette)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, dpi=(_POINTS * scale,) * 2)
    return out.getvalue()


def pdf(scene: Scene, title: str = "") -> bytes:
    """Draw `scene` on a page of its size, one point for a pixel, with the glyphs that it uses.

    A page has at most 200 inches; a longer picture is drawn smaller.
    """
    _require("pdf")
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    out = io.BytesIO()
    scene = scaled(scene, min(1.0, _PAGE / max(scene.wide, scene.tall)))
    told = {"Title": title, "Creator": "micrograd_act", "Producer": None, "CreationDate": None}
    with _settings():
        canvas: Any = FigureCanvasPdf(_figure(scene, _POINTS))
        canvas.print_pdf(out, metadata=told)
    return out.getvalue()


def _require(kind: str) -> None:
    try:
        import matplotlib  # noqa: F401
        import PIL  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"save: .{kind} needs matplotlib and Pillow; pip install 'micrograd_act[plot]'"
        ) from error


@contextmanager
def _settings() -> Iterator[None]:
    import matplotlib

    with warnings.catch_warnings(), matplotlib.rc_context(_SETTINGS):
        warnings.simplefilter("ignore")  # of characters that the font lacks: it draws a frame
        yield


def _figure(scene: Scene, dpi: float) -> Any:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    class Marks(Artist):
        def draw(self, renderer: Any) -> None:
            _Pen(renderer, scene).draw()

    size = (scene.wide / _POINTS, scene.tall / _POINTS)
    figure = Figure(figsize=size, dpi=dpi, facecolor=scene.ground)
    figure.add_artist(Marks())
    return figure


@lru_cache(maxsize=32)
def _font(bold: bool, size: float) -> Any:
    from matplotlib import get_data_path
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=os.path.join(get_data_path(), "fonts", "ttf", name), size=size)


class _Pen:
    """Draws marks by matplotlib's renderer, whose y runs up."""

    def __init__(self, renderer: Any, scene: Scene) -> None:
        from matplotlib.transforms import Affine2D

        self.renderer, self.scene = renderer, scene
        self.scale = renderer.points_to_pixels(1.0)
        self.place = Affine2D().scale(self.scale, -self.scale)
        self.place = self.place.translate(0, scene.tall * self.scale)

    def draw(self) -> None:
        for mark in flat(self.scene.marks):
            if isinstance(mark, Text):
                self._text(mark)
            elif isinstance(mark, Circle):
                self._circle(mark)
            elif isinstance(mark, Rect):
                self._rect(mark)
            else:
                self._path(mark)

    def _stroke(self, color: str, width: float, dash: str = "", rounded: bool = False) -> Any:
        pen = self.renderer.new_gc()
        pen.set_foreground(color)
        pen.set_linewidth(width)
        pen.set_capstyle("round" if rounded else "butt")
        pen.set_joinstyle("round" if rounded else "miter")
        if dash:
            pen.set_dashes(0, [float(part) for part in dash.split()])
        return pen

    def _circle(self, mark: Circle) -> None:
        from matplotlib.path import Path as Outline

        pen = self._stroke(mark.fill, 0)
        pen.set_alpha(mark.opacity)
        outline = Outline.circle((mark.x, mark.y), mark.radius)
        self.renderer.draw_path(pen, outline, self.place, (*_channels(mark.fill), mark.opacity))

    def _rect(self, mark: Rect) -> None:
        r = min(mark.round, mark.wide / 2, mark.tall / 2)
        x0, y0, x1, y1 = mark.x, mark.y, mark.x + mark.wide, mark.y + mark.tall
        bend = r * 0.4477  # 1 - 4/3 tan(pi/8): a cubic curve for a quarter of a circle
        steps = (
            (x0 + r, y0),
            (x1 - r, y0),
            (x1 - bend, y0, x1, y0 + bend, x1, y0 + r),
            (x1, y1 - r),
            (x1, y1 - bend, x1 - bend, y1, x1 - r, y1),
            (x0 + r, y1),
            (x0 + bend, y1, x0, y1 - bend, x0, y1 - r),
            (x0, y0 + r),
            (x0, y0 + bend, x0 + bend, y0, x0 + r, y0),
        )
        pen = self._stroke(mark.stroke, mark.width)
        self.renderer.draw_path(pen, _outline(steps, True), self.place, _channels(mark.fill))

    def _path(self, mark: Path) -> None:
        if mark.fill:
            pen = self._stroke(mark.fill, 0)
            self.renderer.draw_path(
                pen, _outline(mark.steps, True), self.place, _channels(mark.fill)
            )
            return
        pen = self._stroke(mark.stroke, mark.width, mark.dash, mark.rounded)
        pen.set_alpha(mark.opacity)
        self.renderer.draw_path(pen, _outline(mark.steps, False), self.place)

    def _text(self, mark: Text) -> None:
        widths = [self._width(span.content, span.bold, span.size) for span in mark.spans]
        space = self._width(" ", False, mark.spans[-1].size)
        total = sum(widths) + space * (len(widths) - 1)
        x = mark.x * self.scale - total * {"start": 0, "middle": 0.5, "end": 1}[mark.anchor]
        y = mark.y * self.scale
        if not self.renderer.flipy():
            y = self.scene.tall * self.scale - y
        for span, width in zip(mark.spans, widths, strict=True):
            pen = self._stroke(span.fill, 1)
            font = _font(span.bold, span.size)
            self.renderer.draw_text(pen, x, y, span.content, font, 0, ismath=False)
            x += width + space

    def _width(self, content: str, bold: bool, size: float) -> float:
        font = _font(bold, size)
        width, _, _ = self.renderer.get_text_width_height_descent(content, font, False)
        return float(width)


def _outline(steps: Any, closed: bool) -> Any:
    from matplotlib.path import Path as Outline

    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for number, step in enumerate(steps):
        points += [(step[i], step[i + 1]) for i in range(0, len(step), 2)]
        kind = Outline.MOVETO if number == 0 else Outline.LINETO
        codes += [int(kind)] if len(step) == 2 else [int(Outline.CURVE4)] * 3
    if closed:
        points.append(points[0])
        codes.append(int(Outline.CLOSEPOLY))
    return Outline(points, codes)


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
