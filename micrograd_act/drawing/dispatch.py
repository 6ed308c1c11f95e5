"""`draw`: one function for everything that has a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from micrograd_act.checking.reports import Report
from micrograd_act.drawing.bars import read_ledger, read_split
from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.chart import Chart
from micrograd_act.drawing.grouping import Key
from micrograd_act.drawing.highlighting import read_highlighted
from micrograd_act.drawing.picture import Picture
from micrograd_act.drawing.reading import read
from micrograd_act.drawing.style import THEMES, Look
from micrograd_act.drawing.verdicts import read_report
from micrograd_act.drawing.views import View
from micrograd_act.drawing.worksheets import PARTS
from micrograd_act.graph.naming import caller_names, name_of
from micrograd_act.graph.node import Node
from micrograd_act.pathways.ledger import Paths
from micrograd_act.pathways.path import Path
from micrograd_act.pathways.splitting import Split
from micrograd_act.pathways.twin import Twin


def draw(
    obj: Any,
    *,
    highlight: Path | Sequence[Path] | None = None,
    names: bool = True,
    rankdir: str = "LR",
    theme: str = "light",
    hide: str | Iterable[str] = (),
    since: Node | Sequence[Node] | None = None,
    sums: bool = False,
    group: Key | None = None,
    collapse: bool | Collection[str] = False,
    formulas: bool = False,
) -> Picture:
    """Draw a graph: every node with value and gradient, every edge with its local gradient.

    An activation is drawn as its curve with the tangent at the point where the graph stands. A
    gradient that has not been computed is "–". A graph of more than 2,000 nodes is drawn at the end
    nearest its result, with a note.

    Parameters
    ----------
    obj : Node, Twin, Paths, Split or Report
        A `Value`, a `Tensor`, what `compare` returns, the ledger of `paths` or a split of it, which
        are drawn as bars, or what `gradcheck` returns of a graph: the nodes that it found wrong are
        marked, with both numbers where they have numbers.
    highlight : Path or list of Path, optional
        Marked on the graph: ``draw(y, highlight=paths(y, x).top(1))``.
    names : bool
        Show nodes without a label under the name of the caller's variable that holds them.
    rankdir : {"LR", "TD"}
        From left to right or top-down; "TB" is Graphviz's name of the latter.
    theme : {"light", "dark"}
        "dark" is for dark slides.
    hide : {"data", "grad", "local"} or several of them
        Print question marks instead: results' data, gradients, local gradients. The picture's
        ``.solution`` has the numbers at the same places.
    since : Node or list of Node, optional
        Draw only what was computed from these.
    sums : bool
        Draw a sum of products, such as a neuron's, as one node ``Σ``.
    group : "layer", Module or callable, optional
        Name groups of nodes beside the graph: those between two activations, the parts of a
        module, or what a function says of a node.
    collapse : bool or list of str
        Draw groups, all or those of these names, as one box each; equal ones that follow each other
        are one box, "× 12".
    formulas : bool
        Write out operations and local gradients of each element: ``tanh(z)`` and ``sech²(z)``.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError
        If `obj` is nothing that can be drawn.
    ValueError
        If an option is not known, a path to highlight is not in the graph, `obj` is the report of a
        check of plain functions, which have no graph, or a ledger has too many bars.

    Examples
    --------
    >>> from micrograd_act import Value, draw, relu
    >>> x, w = Value(-0.5, label="x"), Value(2.0, label="w")
    >>> y = relu(w * x)
    >>> y.label = "y"
    >>> y.backward()
    >>> print(draw(y))
              data  grad  local
    y = relu     0     1
    └ ×         −1     0      0
      ├ w        2     0   −0.5
      └ x     −0.5     0      2
    <BLANKLINE>
    ∂y/∂x = 0 · 2 = 0
    """
    look, parts = _look(rankdir, theme), _parts(hide)
    view = replace(_view(since, sums, group, collapse), formulas=formulas)
    found = caller_names() if names else {}
    if highlight is not None and not isinstance(obj, Node):
        raise TypeError(f"draw: highlight is for a Value or a Tensor, not {_kind(obj)}")
    if parts and isinstance(obj, (Paths, Split)):
        raise TypeError(f"draw: hide is for graphs, not {_kind(obj)}")
    if view != View() and not isinstance(obj, (Node, Twin)):
        raise TypeError(
            f"draw: since, sums, group, collapse and formulas don't go with {_kind(obj)}"
        )
    if highlight is not None and (view.since or view.sums or view.collapse):
        raise TypeError("draw: since, sums and collapse don't go with a highlighted path")
    if isinstance(obj, Paths):
        return Chart((), look, bars=read_ledger(obj))
    if isinstance(obj, Split):
        return Chart((), look, bars=read_split(obj))
    return Picture(_panels(obj, found, highlight, view), look, parts)


def _panels(obj: Any, names: Mapping[int, str], highlight: Any, view: View) -> tuple[Panel, ...]:
    if isinstance(obj, Node):
        if highlight is not None:
            return (read_highlighted(obj, names, highlight, view),)
        return (read(obj, names, view=view),)
    if isinstance(obj, Twin):
        return _read_twin(obj, names, view)
    if isinstance(obj, Report):
        return (read_report(obj, names),)
    known = "pass a Value, a Tensor or what compare, paths or gradcheck returns"
    if callable(obj):
        known = "pass what it returns, as in draw(net(x))"
    elif isinstance(obj, (list, tuple)):
        known = "pass one node, such as the sum of several"
    raise TypeError(f"draw: cannot draw {_kind(obj)}; {known}")


def _view(since: Any, sums: bool, group: Any, collapse: Any) -> View:
    if collapse and group is None:
        raise ValueError("draw: collapse needs to know of what; pass group, such as group='layer'")
    several = isinstance(since, Iterable) and not isinstance(since, Node)
    first = () if since is None else tuple(since) if several else (since,)
    for node in first:
        if not isinstance(node, Node):
            raise TypeError(f"draw: since is a node or a list of nodes, got {_kind(node)}")
    return View(first, sums, group, collapse)


def _parts(hide: Any) -> frozenset[str]:
    several = isinstance(hide, Iterable) and not isinstance(hide, str)
    parts = list(hide) if several else [hide]
    for part in parts:
        if part not in PARTS:
            raise ValueError(f"draw: hide is any of {', '.join(map(repr, PARTS))}, got {part!r}")
    return frozenset(parts)


def _kind(obj: object) -> str:
    return type(obj).__name__


def _look(rankdir: str, theme: str) -> Look:
    if rankdir not in {"LR", "TD", "TB"}:
        raise ValueError(f"draw: rankdir is 'LR' or 'TD', got {rankdir!r}")
    if theme not in THEMES:
        known = " or ".join(map(repr, THEMES))
        raise ValueError(f"draw: theme is {known}, got {theme!r}")
    return Look(theme, "LR" if rankdir == "LR" else "TD")


def _read_twin(twin: Twin, names: Mapping[int, str], view: View) -> tuple[Panel, Panel]:
    """Both graphs, each node at the same place in both.

    Gradients come from the twin: the graphs share leaves, and a leaf can hold only one.
    """
    left, right = ({id(node): g for node, g in side.items()} for side in twin.gradients)
    shared = {id(b): name_of(a, names) for a, b in twin.pairs}
    first = read(twin.left, names, [a for a, _ in twin.pairs], left, view=view)
    along = None if first.caption is None else first.caption.turns
    return first, read(twin.right, shared, [b for _, b in twin.pairs], right, along, view)
