"""`Picture`: what `draw` returns; it shows itself in a notebook, prints, and saves."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.canvas import pdf, png
from micrograd_act.drawing.dotlanguage import run_dot, source
from micrograd_act.drawing.marks import Scene
from micrograd_act.drawing.saving import find_folder, write_whole
from micrograd_act.drawing.scene import compose
from micrograd_act.drawing.style import Look
from micrograd_act.drawing.svg import TITLE, write
from micrograd_act.drawing.text import tree

KNOWN = (".svg", ".png", ".pdf", ".dot")


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A drawn graph, or several below each other that share their places.

    In a notebook it shows itself; ``print(picture)`` gives a tree for a terminal.

    Attributes
    ----------
    panels : tuple of Panel
        The boxes and arrows, as plain data.
    look : Look
        The theme and the direction.

    Examples
    --------
    >>> from micrograd_act import Value, draw, tanh
    >>> x = Value(0.5, label="x")
    >>> picture = draw(tanh(2 * x))
    >>> print(picture)
             data  grad  local
    tanh   0.7616     –
    └ ×         1     –   0.42
      ├ 2
      └ x     0.5     –      2
    <BLANKLINE>
    ∂y/∂x = 0.42 · 2 = 0.8399
    >>> picture.save("neuron.svg").name
    'neuron.svg'
    """

    panels: tuple[Panel, ...]
    look: Look = field(default_factory=Look)

    title: ClassVar[str] = TITLE

    @property
    def svg(self) -> str:
        """The picture as SVG text."""
        return self.to_svg()

    @property
    def dot(self) -> str:
        """The picture in Graphviz's language."""
        return source(self.panels, self.look)

    def to_svg(self, prefix: str = "") -> str:
        """The picture as SVG text whose ids all start with `prefix`.

        Pictures that stand in one HTML page need different prefixes.
        """
        return write(self.scene(prefix), self.title, str(self), prefix)

    def scene(self, prefix: str = "") -> Scene:
        """What is drawn, as marks in pixels."""
        return compose(self.panels, self.look, prefix)

    def save(self, path: str | os.PathLike[str], *, engine: str = "auto") -> Path:
        """Write the picture to a file, whole or not at all.

        Parameters
        ----------
        path : path-like
            The suffix decides: ``.svg``, ``.png``, ``.pdf`` or ``.dot``. PNG, of two pixels for
            one of the SVG, and PDF need the extra ``plot``.
        engine : {"auto", "dot"}
            "dot" lets Graphviz place and draw the graph, where its program is installed.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ValueError
            If the suffix or the engine is not known.
        FileNotFoundError
            If the folder does not exist.
        ImportError
            If the extra is not installed.
        RuntimeError
            If Graphviz is asked for and not there.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if engine not in {"auto", "dot"}:
            raise ValueError(f"save: engine is 'auto' or 'dot', got {engine!r}")
        if suffix not in KNOWN:
            raise ValueError(
                f"save: cannot write {target.name!r}; the known suffixes are {', '.join(KNOWN)}"
            )
        find_folder(target)
        content = self._by_dot(suffix) if engine == "dot" else self._written(suffix)
        write_whole(target, content)
        return target

    def _by_dot(self, suffix: str) -> bytes:
        if suffix == ".dot":
            return self.dot.encode("utf-8")
        return run_dot(self.dot, suffix[1:])

    def _written(self, suffix: str) -> bytes:
        if suffix == ".svg":
            return self.svg.encode("utf-8")
        if suffix == ".dot":
            return self.dot.encode("utf-8")
        draw = png if suffix == ".png" else pdf
        return draw(self.scene(), self.title)

    def __str__(self) -> str:
        return tree(self.panels)

    def __repr__(self) -> str:
        boxes = sum(len(panel.boxes) for panel in self.panels)
        arrows = sum(len(panel.arrows) for panel in self.panels)
        return f"<Picture: {boxes} nodes, {arrows} edges>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        found = {"text/plain": repr(self)}
        for kind, made in (("text/plain", self.__str__), ("image/svg+xml", self.to_svg)):
            try:
                found[kind] = made()
            except Exception:  # a display method never raises
                continue
        return found
