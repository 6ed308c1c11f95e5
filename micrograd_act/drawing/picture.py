"""`Picture`: what `draw` returns; it shows itself in a notebook, prints, and saves."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.dotlanguage import source
from micrograd_act.drawing.saving import write_whole
from micrograd_act.drawing.svg import render
from micrograd_act.drawing.text import tree

_LATER = (".png", ".pdf", ".html")


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A drawn graph, or several below each other that share their places.

    In a notebook it shows itself; ``print(picture)`` gives a tree for a terminal.

    Attributes
    ----------
    panels : tuple of Panel
        The boxes and arrows, as plain data.

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

    @property
    def svg(self) -> str:
        """The picture as SVG text."""
        return self.to_svg()

    @property
    def dot(self) -> str:
        """The picture in Graphviz's language."""
        return source(self.panels)

    def to_svg(self, prefix: str = "") -> str:
        """The picture as SVG text whose ids all start with `prefix`.

        Pictures that stand in one HTML page need different prefixes.
        """
        return render(self.panels, str(self), prefix)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, whole or not at all.

        Parameters
        ----------
        path : path-like
            The suffix decides: ``.svg`` or ``.dot``.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ValueError
            If the suffix is not known.
        FileNotFoundError
            If the folder does not exist.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix == ".svg":
            content = self.svg
        elif suffix == ".dot":
            content = self.dot
        else:
            later = " yet" if suffix in _LATER else ""
            raise ValueError(
                f"save: cannot write {target.name!r}{later}; the known suffixes are .svg and .dot"
            )
        write_whole(target, content.encode("utf-8"))
        return target

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
