"""The picture as DOT text, built and quoted by Python's graphviz package; no binary is needed."""

from __future__ import annotations

from collections.abc import Sequence

import graphviz

from micrograd_act.drawing.boxes import Arrow, Box, Panel
from micrograd_act.drawing.faces import rows, sign, tooltip
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import LIGHT, stroke

_SHAPES = {"op": "ellipse", "constant": "plaintext", "omitted": "plaintext"}


def source(panels: Sequence[Panel]) -> str:
    """Write panels as one digraph, each in a cluster of its own where there are several."""
    graph = graphviz.Digraph(
        graph_attr={"rankdir": "LR", "fontname": "DejaVu Sans"},
        node_attr={"fontname": "DejaVu Sans", "shape": "box", "style": "rounded"},
        edge_attr={"fontname": "DejaVu Sans"},
    )
    for number, panel in enumerate(panels):
        if len(panels) == 1:
            _fill(graph, panel, "")
            continue
        with graph.subgraph(name=f"cluster{number}") as part:
            _fill(part, panel, f"p{number}")
    return str(graph.source)


def _fill(graph: graphviz.Digraph, panel: Panel, prefix: str) -> None:
    for box in panel.boxes:
        color = LIGHT.parameter if box.kind == "parameter" else LIGHT.soft
        if box.kind == "activation":
            color = LIGHT.lines[box.effect].color
        graph.node(
            prefix + box.id,
            _quoted(*_lines(box)),
            shape=_SHAPES.get(box.kind, "box"),
            color=color,
            penwidth="3" if box.result else "1",
            tooltip=_quoted(tooltip(box)),
        )
    for arrow in panel.arrows:
        graph.edge(prefix + arrow.source, prefix + arrow.target, **_edge(arrow))
    if panel.note:
        graph.attr(label=_quoted(panel.note))


def _edge(arrow: Arrow) -> dict[str, str]:
    style = LIGHT.lines[arrow.effect]
    found = {"color": style.color, "penwidth": f"{stroke(arrow) / 2:.2g}"}
    if style.double:
        found |= {"color": f"{style.color}:{LIGHT.ground}:{style.color}", "penwidth": "1.5"}
    if style.dash:
        found["style"] = "dashed"
    if arrow.local is not None:
        found |= {"label": _quoted(arrow.local.text), "fontcolor": style.ink}
    return found


def _lines(box: Box) -> list[str]:
    if box.kind == "omitted":
        return ["…"]
    lines = [sign(box)] if box.kind == "op" else []
    for row in rows(box):
        lines.append(" ".join(part for part in (row.name, row.word, row.number.text) if part))
    return lines


def _quoted(*lines: str) -> str:
    r"""Text for a DOT attribute: nothing in it is an escape such as ``\N`` or HTML."""
    return r"\n".join(graphviz.escape(plain(line, 1000)) for line in lines)
