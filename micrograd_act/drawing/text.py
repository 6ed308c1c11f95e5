"""The picture as a tree for a terminal: values, gradients and local gradients in columns."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd_act.drawing.boxes import Arrow, Box, Caption, Panel
from micrograd_act.drawing.spelling import plain
from micrograd_act.pathways.spelling import width

_LINES = 200
_HEADS = ("", "data", "grad", "local")


def tree(panels: Sequence[Panel]) -> str:
    """Write each panel as a tree from its result back to its leaves."""
    return "\n\n".join(_panel(panel) for panel in panels)


def _panel(panel: Panel) -> str:
    table = [_HEADS, *_rows(panel)]
    widths = [max(width(row[i]) for row in table) for i in range(4)]
    lines = []
    for row in table:
        first = row[0] + " " * (widths[0] - width(row[0]))
        rest = [" " * (widths[i] - width(row[i])) + row[i] for i in (1, 2, 3)]
        lines.append("  ".join([first, *rest]).rstrip())
    if panel.caption is not None:
        lines += ["", _sentence(panel.caption)]
    if panel.note:
        lines += ["", panel.note]
    return "\n".join(lines)


def _rows(panel: Panel) -> list[tuple[str, str, str, str]]:
    """One row for each box and use; a box's inputs stand below it the first time only."""
    boxes = {box.id: box for box in panel.boxes}
    inputs: dict[str, list[Arrow]] = {box.id: [] for box in panel.boxes}
    for arrow in panel.arrows:
        inputs[arrow.target].append(arrow)
    root = next((box.id for box in panel.boxes if box.result), panel.boxes[-1].id)
    found: list[tuple[str, str, str, str]] = []
    seen: set[str] = set()
    stack: list[tuple[str, str, str, str]] = [(root, "", "", "")]
    while stack:
        if len(found) >= _LINES:
            missing = len(boxes) - len(seen)
            found.append((f"… {missing:,} more nodes" if missing else "…", "", "", ""))
            break
        name, lead, branch, local = stack.pop()
        box = boxes[name]
        again = name in seen and bool(inputs[name])
        seen.add(name)
        title = _title(box) + (" ↑" if again else "")
        grad = "" if box.grad is None else box.grad.text
        titled_by_value = box.kind == "constant" and not (box.label or box.detail)
        value = "" if titled_by_value or box.kind == "omitted" else box.value.text
        found.append((lead + branch + title, value, grad, local))
        if again:
            continue
        below = lead + {"": "", "├ ": "│ ", "└ ": "  "}[branch]
        arrows = inputs[name]
        for place in range(len(arrows) - 1, -1, -1):
            arrow = arrows[place]
            shown = "" if arrow.local is None else arrow.local.text
            branch = "└ " if place == len(arrows) - 1 else "├ "
            stack.append((arrow.source, below, branch, shown))
    return found


def _title(box: Box) -> str:
    label = plain(box.label, 24)
    if box.kind == "omitted":
        return "…"
    name = plain(box.op if box.kind == "activation" else box.symbol or box.op, 24)
    title = f"{label} = {name}" if label and name else label or name
    if title:
        return f"{title} ({plain(box.detail)})" if box.detail else title
    if box.detail:
        return f"shape {plain(box.detail)}"
    return box.value.text if box.kind == "constant" else "data"


def _sentence(caption: Caption) -> str:
    product = " · ".join(caption.factors)
    parts = [caption.head]
    if len(caption.factors) > 1 or caption.rest:
        parts.append(f"{product} {caption.rest}".rstrip())
    return plain(" = ".join([*parts, caption.total.text]), 400)
