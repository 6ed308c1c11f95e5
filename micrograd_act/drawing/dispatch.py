"""`draw`: one function for everything that has a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from micrograd_act.drawing.picture import Picture
from micrograd_act.drawing.reading import read
from micrograd_act.graph.naming import caller_names, name_of
from micrograd_act.graph.node import Node, nodes
from micrograd_act.pathways.twin import Twin


def draw(obj: Any, *, names: bool = True) -> Picture:
    """Draw a graph: every node with value and gradient, every edge with its local gradient.

    An activation is drawn as its curve with the tangent at the point where the graph stands. A
    gradient that has not been computed is "–". A graph of more than 2,000 nodes is drawn at the end
    nearest its result, with a note.

    Parameters
    ----------
    obj : Node or Twin
        A `Value`, a `Tensor`, or what `compare` returns.
    names : bool
        Show nodes without a label under the name of the caller's variable that holds them.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError
        If `obj` is nothing that can be drawn.

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
    found = caller_names() if names else {}
    if isinstance(obj, Node):
        return Picture((read(obj, found),))
    if isinstance(obj, Twin):
        left, right = ({id(node): g for node, g in side.items()} for side in obj.gradients)
        return draw_twin(obj.left, obj.right, found, obj.pairs, (left, right))
    raise TypeError(
        f"draw: cannot draw {type(obj).__name__}; pass a Value, a Tensor or what compare returns"
    )


def draw_twin(
    left: Node,
    right: Node,
    names: Mapping[int, str],
    pairs: Sequence[tuple[Node, Node]] | None = None,
    grads: tuple[Mapping[int, Any], Mapping[int, Any]] | None = None,
) -> Picture:
    """Draw two graphs of one structure below each other, each node at the same place in both.

    Parameters
    ----------
    left, right : Node
        The results.
    names : mapping
        Names of nodes of the left graph, by id.
    pairs : sequence of (Node, Node), optional
        Which node stands where which does, inputs first; oldest first in both by default.
    grads : pair of mappings, optional
        Gradients of both graphs by the id of the node: they share leaves, and a leaf can hold only
        one.
    """
    if pairs is None:
        pairs = list(zip(nodes(left), nodes(right), strict=False))
    shared = {id(b): name_of(a, names) for a, b in pairs}
    one, two = grads or (None, None)
    first = read(left, names, [a for a, _ in pairs], one)
    along = None if first.caption is None else first.caption.turns
    return Picture((first, read(right, shared, [b for _, b in pairs], two, along)))
