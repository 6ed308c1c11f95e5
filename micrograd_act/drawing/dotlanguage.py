"""The picture as DOT text, built and quoted by Python's graphviz package; no binary is needed."""

from __future__ import annotations

from collections.abc import Sequence

import graphviz

from micrograd_act.drawing.boxes import VERDICTS, Arrow, Box, Panel
from micrograd_act.drawing.faces import pill_text, rows, sign, tooltip
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import Look, Theme, stroke

_SHAPES = {"op": "ellipse", "constant": "plaintext", "omitted": "plaintext"}


def source(panels: Sequence[Panel], look: Look | None = None) -> str:
    """Write panels as one digraph, each in a cluster of its own where there are several.

    Groups are clusters too.
    """
    look = look or Look()
    theme = look.colors
    font = {"fontname": "DejaVu Sans", "fontcolor": theme.ink}
    graph = graphviz.Digraph(
        graph_attr={"rankdir": "TB" if look.turned else "LR", "bgcolor": theme.ground, **font},
        node_attr={"shape": "box", "style": "rounded", **font},
        edge_attr=font,
    )
    if len(panels) == 1:
        _fill(graph, panels[0], "", theme)
        return str(graph.source)
    upward = -1 if not look.turned else 1  # in a graph that runs right, the first is lowest
    for number, panel in list(enumerate(panels))[::upward]:
        with graph.subgraph(name=f"cluster{number}", graph_attr={"peripheries": "0"}) as part:
            _fill(part, panel, f"p{number}", theme)
    return str(graph.source)


def run_dot(text: str, kind: str) -> bytes:
    """Let Graphviz draw DOT text as ``svg``, ``png`` or ``pdf``."""
    try:
        return bytes(graphviz.Source(text).pipe(format=kind, quiet=True))
    except graphviz.ExecutableNotFound:
        raise RuntimeError(
            "save: engine='dot' needs Graphviz's program dot, which is not on the PATH; "
            "engine='auto' needs no program"
        ) from None


def _fill(graph: graphviz.Digraph, panel: Panel, prefix: str, theme: Theme) -> None:
    for box in panel.boxes:
        color = theme.parameter if box.kind == "parameter" else theme.soft
        if box.kind == "activation" or box.effect in VERDICTS:
            color = theme.lines[box.effect].color
        graph.node(
            prefix + box.id,
            _quoted(*_lines(box)),
            shape=_SHAPES.get(box.kind, "box"),
            color=color,
            **({"style": "rounded,filled", "fillcolor": theme.marker} if box.lit else {}),
            penwidth="3" if box.result else "1",
            tooltip=_quoted(tooltip(box)),
        )
    for arrow in panel.arrows:
        graph.edge(prefix + arrow.source, prefix + arrow.target, **_edge(arrow, theme))
    for number, bracket in enumerate(panel.brackets):
        looks = {"label": _quoted(bracket.name), "color": theme.soft}
        with graph.subgraph(name=f"cluster{prefix}g{number}", graph_attr=looks) as part:
            for name in bracket.boxes:
                part.node(prefix + name)
    if panel.note:
        graph.attr(label=_quoted(panel.note))


def _edge(arrow: Arrow, theme: Theme) -> dict[str, str]:
    style = theme.lines[arrow.effect]
    found = {"color": style.color, "penwidth": f"{stroke(arrow) / 2:.2g}"}
    if style.double:
        found |= {"color": f"{style.color}:{theme.ground}:{style.color}", "penwidth": "1.5"}
    if arrow.lit:
        found |= {"color": f"{theme.marker}:{style.color}:{theme.marker}", "penwidth": "4"}
    if style.dash:
        found["style"] = "dashed"
    if arrow.local is not None:
        found |= {"label": _quoted(pill_text(arrow)), "fontcolor": style.ink}
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
