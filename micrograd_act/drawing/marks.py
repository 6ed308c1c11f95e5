"""What every writer of pixels draws: rectangles, paths, circles and lines of text, in pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Anchor: TypeAlias = Literal["start", "middle", "end"]
Step: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle with round corners; `round` is their radius."""

    x: float
    y: float
    wide: float
    tall: float
    round: float
    stroke: str
    width: float
    fill: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line, or with `fill` a closed area.

    Attributes
    ----------
    steps : tuple
        The first point, then for each piece an end, ``(x, y)``, or a cubic curve,
        ``(x1, y1, x2, y2, x, y)``.
    dash : str
        Lengths of strokes and gaps; "" for a solid line.
    rounded : bool
        Round ends and corners.
    """

    steps: tuple[Step, ...]
    stroke: str = ""
    width: float = 0.0
    dash: str = ""
    fill: str = ""
    opacity: float = 1.0
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one face; `kind` says which quantity it is: ``data``, ``grad`` or ``slope``."""

    content: str
    fill: str
    size: float
    bold: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text with its baseline at `y`; a space stands between two spans."""

    x: float
    y: float
    spans: tuple[Span, ...]
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that belong together, with a tooltip."""

    marks: tuple[Mark, ...]
    kind: str
    id: str = ""
    title: str = ""


Mark: TypeAlias = Rect | Path | Circle | Text | Group


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture: what is drawn on which ground."""

    marks: tuple[Mark, ...]
    wide: float
    tall: float
    ground: str


def flat(marks: Sequence[Mark]) -> Iterator[Rect | Path | Circle | Text]:
    """Everything that is drawn, in order; groups hold no groups."""
    for mark in marks:
        if isinstance(mark, Group):
            yield from flat(mark.marks)
        else:
            yield mark


def scaled(scene: Scene, factor: float) -> Scene:
    """The scene in another size; its groups are taken apart."""

    def resized(mark: Rect | Path | Circle | Text) -> Mark:
        if isinstance(mark, Path):
            steps = tuple(tuple(x * factor for x in step) for step in mark.steps)
            dash = " ".join(f"{float(part) * factor:g}" for part in mark.dash.split())
            return replace(mark, steps=steps, width=mark.width * factor, dash=dash)
        x, y = mark.x * factor, mark.y * factor
        if isinstance(mark, Circle):
            return replace(mark, x=x, y=y, radius=mark.radius * factor)
        if isinstance(mark, Text):
            spans = tuple(replace(span, size=span.size * factor) for span in mark.spans)
            return replace(mark, x=x, y=y, spans=spans)
        sizes = (mark.wide * factor, mark.tall * factor, mark.round * factor)
        return Rect(x, y, *sizes, mark.stroke, mark.width * factor, mark.fill)

    marks = tuple(resized(mark) for mark in flat(scene.marks))
    return Scene(marks, scene.wide * factor, scene.tall * factor, scene.ground)
