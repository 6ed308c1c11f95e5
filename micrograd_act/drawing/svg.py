"""The picture as SVG text: self-contained, without scripts or fonts, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.elements import document, element
from micrograd_act.drawing.marks import Scene
from micrograd_act.drawing.scene import compose
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import Look

TITLE = "Computational graph"


def render(
    panels: Sequence[Panel],
    summary: str = "",
    prefix: str = "",
    look: Look | None = None,
    like: Sequence[Panel] = (),
) -> str:
    """Write panels as SVG; every id starts with `prefix`, `summary` is for screen readers."""
    return write(compose(panels, look or Look(), prefix, like), TITLE, summary, prefix)


def write(scene: Scene, title: str, summary: str, prefix: str = "") -> str:
    """Write a scene; `title` and `summary` are for screen readers."""
    body = [element(mark) for mark in scene.marks]
    told = "\n".join(plain(row, 400) for row in summary.splitlines())
    return document(body, scene.wide, scene.tall, scene.ground, prefix, title, told)
