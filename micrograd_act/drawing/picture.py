"""`Picture`: what `draw` returns; it shows itself in a notebook, prints, and saves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any, ClassVar, overload

from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.canvas import pdf, png
from micrograd_act.drawing.dotlanguage import run_dot, source
from micrograd_act.drawing.marks import Scene
from micrograd_act.drawing.saving import find_folder, write_whole
from micrograd_act.drawing.scene import compose
from micrograd_act.drawing.showing import show
from micrograd_act.drawing.stepper import page
from micrograd_act.drawing.stills import roomiest, stills
from micrograd_act.drawing.style import Look
from micrograd_act.drawing.svg import TITLE, write
from micrograd_act.drawing.text import tree
from micrograd_act.drawing.worksheets import hidden

_SHOWN = 24  # stills in a notebook
KNOWN = (".svg", ".png", ".pdf", ".html", ".dot")


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A drawn graph, or two whose nodes have the same places.

    In a notebook it shows itself; ``print(picture)`` gives a tree for a terminal.

    Attributes
    ----------
    panels : tuple of Panel
        The boxes and arrows, as plain data.
    look : Look
        The theme and the direction.
    hide : frozenset of str
        What is a question mark.
    like : tuple of Panel
        As many panels for which room is left, so that pictures of one graph cover each other.

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
    hide: frozenset[str] = frozenset()
    like: tuple[Panel, ...] = ()

    title: ClassVar[str] = TITLE

    @property
    def shown(self) -> tuple[Panel, ...]:
        """The panels with the question marks in them."""
        return tuple(hidden(panel, self.hide) for panel in self.panels)

    @property
    def solution(self) -> Picture:
        """The same picture, to the pixel, without question marks."""
        return replace(self, hide=frozenset())

    def frames(self) -> Frames:
        """One picture for each step of the backward pass, all of one size.

        Before the pass every gradient is "–"; then comes the result, then each node that the pass
        goes through, marked with its edges, while a line says what it adds to which gradient.

        Returns
        -------
        Frames
            A sequence of pictures; ``.save("g-%02d.svg")`` writes them all.

        Raises
        ------
        ValueError
            If this is not the picture of one whole graph whose backward pass runs.

        Examples
        --------
        >>> from micrograd_act import Value, draw
        >>> a, b = Value(2.0), Value(3.0)
        >>> steps = draw(a * b).frames()
        >>> len(steps)
        3
        >>> steps[2].panels[0].note
        'step 2 of 2: × passes 1 on to a: 1 · 3 = 3; b: 1 · 2 = 2'
        """
        if len(self.panels) != 1:
            raise ValueError(f"frames: one graph is drawn step by step, not {len(self.panels)}")
        if self.hide:
            raise ValueError("frames: a worksheet has no steps; call .solution.frames()")
        if self.panels[0].tape.trouble:
            raise ValueError(f"frames: {self.panels[0].tape.trouble}")
        found = stills(self.panels[0])
        like = (roomiest(found),)
        return Frames(tuple(replace(self, panels=(panel,), like=like) for panel in found))

    @property
    def svg(self) -> str:
        """The picture as SVG text."""
        return self.to_svg()

    @property
    def html(self) -> str:
        """The page of `show`; worksheets, stills and bars have none and raise ValueError."""
        if not self.panels:
            raise ValueError("html: bars have no steps; save them as .svg")
        if self.hide:
            raise ValueError("html: a worksheet has no steps; its .solution has")
        if self.like:
            raise ValueError("html: a still is one step; save the picture that it came from")
        return page(self.panels, self.svg, self.look)

    @property
    def dot(self) -> str:
        """The picture in Graphviz's language."""
        return source(self.shown, self.look)

    def to_svg(self, prefix: str = "") -> str:
        """The picture as SVG text whose ids all start with `prefix`.

        Pictures that stand in one HTML page need different prefixes.
        """
        return write(self.scene(prefix), self.title, str(self), prefix)

    def scene(self, prefix: str = "") -> Scene:
        """What is drawn, as marks in pixels."""
        like = self.like or (self.panels if self.hide else ())
        return compose(self.shown, self.look, prefix, like)

    def save(self, path: str | os.PathLike[str], *, engine: str = "auto") -> Path:
        """Write the picture to a file, whole or not at all.

        Parameters
        ----------
        path : path-like
            The suffix decides: ``.svg``, ``.png``, ``.pdf``, ``.html`` or ``.dot``. HTML is the
            page of `show`. PNG, of two pixels for one of the SVG, and PDF need the extra ``plot``.
        engine : {"auto", "dot"}
            "dot" lets Graphviz place and draw the graph, where its program is installed.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ValueError
            If the suffix or the engine is not known, or a worksheet or Graphviz's picture is to
            be a page.
        FileNotFoundError
            If the folder does not exist.
        ImportError
            If the extra is not installed.
        RuntimeError
            If Graphviz is asked for and not there.
        """
        target = Path(path)
        write_whole(target, self._encoded(target, engine))
        return target

    def show(self) -> None:
        """Open the page that steps through the passes: in a notebook's cell, else in the browser.

        The browser reads it from a temporary file.

        Keys: → and ← step, Space plays, Home and End jump, ? lists the others. A click on two nodes
        shows the paths between them. A notebook that is not trusted shows the picture.

        Raises
        ------
        RuntimeError
            If there is neither a notebook nor a browser.
        ValueError
            If this is a worksheet.
        """
        show(self.html, self.svg, repr(self)[1:-1])

    def _encoded(self, target: Path, engine: str) -> bytes:
        """What stands in the file `target`; wrong arguments are found before it is drawn."""
        suffix = target.suffix.lower()
        if engine not in {"auto", "dot"}:
            raise ValueError(f"save: engine is 'auto' or 'dot', got {engine!r}")
        if suffix not in KNOWN:
            raise ValueError(
                f"save: cannot write {target.name!r}; the known suffixes are {', '.join(KNOWN)}"
            )
        if engine == "dot" and suffix == ".html":
            raise ValueError("save: engine='dot' draws no .html; leave the engine out")
        find_folder(target)
        if suffix == ".dot":
            return self.dot.encode("utf-8")
        if engine == "dot":
            return run_dot(self.dot, suffix[1:])
        if suffix == ".svg":
            return self.svg.encode("utf-8")
        if suffix == ".html":
            return self.html.encode("utf-8")
        return (png if suffix == ".png" else pdf)(self.scene(), self.title)

    def __str__(self) -> str:
        return tree(self.shown)

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


@dataclass(frozen=True, slots=True, repr=False)
class Frames(Sequence[Picture]):
    """Pictures of one size that follow each other; what `Picture.frames` returns."""

    pictures: tuple[Picture, ...]

    @overload
    def __getitem__(self, index: int) -> Picture: ...
    @overload
    def __getitem__(self, index: slice) -> Frames: ...
    def __getitem__(self, index: int | slice) -> Picture | Frames:
        """One picture, or some of them."""
        if isinstance(index, slice):
            return Frames(self.pictures[index])
        return self.pictures[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.pictures)

    def __iter__(self) -> Iterator[Picture]:
        """In order."""
        return iter(self.pictures)

    def __repr__(self) -> str:
        return f"<Frames: {len(self)} pictures>"

    def _repr_html_(self) -> str:
        """The stills below each other, of many the first."""
        try:
            shown = [p.to_svg(f"still{n}-") for n, p in enumerate(self.pictures[:_SHOWN])]
        except Exception:  # a display method never raises
            return escape(repr(self))
        more = len(self) - len(shown)
        rest = f"<p>… {more:,} more; save them with .save('g-%02d.svg')</p>" if more > 0 else ""
        return "".join(f"<p>{svg}</p>" for svg in shown) + rest

    def save(self, pattern: str | os.PathLike[str], *, engine: str = "auto") -> list[Path]:
        """Write every picture to a file of its own, once all of them are drawn.

        Parameters
        ----------
        pattern : path-like
            A path with a place for the number: ``g-%02d.svg``.
        engine : {"auto", "dot"}
            As for one picture, and so are the errors.

        Returns
        -------
        list of pathlib.Path
        """
        pattern = os.fspath(pattern)
        try:
            targets = [Path(pattern % number) for number in range(len(self))]
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"save: {pattern!r} has no one place for a number; write for example 'g-%02d.svg'"
            ) from error
        drawn = [p._encoded(t, engine) for p, t in zip(self, targets, strict=True)]
        for target, content in zip(targets, drawn, strict=True):
            write_whole(target, content)
        return targets
