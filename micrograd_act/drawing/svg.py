"""The picture as SVG text: self-contained, without scripts or fonts, the same bytes every time."""

from __future__ import annotations

from micrograd_act.drawing.elements import document, element
from micrograd_act.drawing.marks import Scene
from micrograd_act.drawing.spelling import plain

TITLE = "Computational graph"


def write(scene: Scene, title: str, summary: str, prefix: str = "") -> str:
    """Write a scene; `title` and `summary` are for screen readers."""
    body = [element(mark) for mark in scene.marks]
    told = "\n".join(plain(row, 400) for row in summary.splitlines())
    return document(body, scene.wide, scene.tall, scene.ground, prefix, title, told)
