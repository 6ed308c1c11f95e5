"""The picture of a gradient check: the graph, with what the check found on its boxes and arrows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from micrograd_act.checking.reports import Doubt, Failure, Report
from micrograd_act.drawing.boxes import VERDICTS, Arrow, Effect, Number, Panel
from micrograd_act.drawing.reading import LIMIT, nearest, read
from micrograd_act.drawing.spelling import brief, plain, spell
from micrograd_act.graph.node import nodes

_LONGEST = 100  # characters of a finding; the report has them all


def read_report(report: Report, names: Mapping[int, str]) -> Panel:
    """Describe the graph that was checked; of a large one the part around what was found.

    Raises
    ------
    ValueError
        If there is no graph, since plain functions were checked.
    """
    root = report.root
    if root is None:
        raise ValueError(
            "draw: this report is of plain functions, which have no graph; "
            "print it, or plot error_by_step of one of its failures"
        )
    order = nodes(root)
    found: list[Failure | Doubt] = [*report.failures, *report.doubts]
    if len(order) > LIMIT:
        root = next((f.node for f in found if f.node is not None), root)
        order = nearest(root, order)
    panel = read(root, names, order)
    places = {id(node): k for k, node in enumerate(order)}
    boxes = {box.id: box for box in panel.boxes}
    arrows = list(panel.arrows)
    for finding in found:
        place = places.get(id(finding.node))
        if place is None:
            continue
        effect: Effect = "wrong" if isinstance(finding, Failure) else "unclear"
        name = f"n{place}"
        if boxes[name].effect != "wrong":
            boxes[name] = replace(boxes[name], effect=effect)
        entering = [k for k, arrow in enumerate(arrows) if arrow.target == name]
        if finding.input is not None and entering:
            k = entering[finding.input]
            if arrows[k].effect not in VERDICTS:
                arrows[k] = _marked(arrows[k], finding, effect)
    caption = panel.caption if report else None  # a product with a wrong factor says nothing
    return replace(
        panel,
        boxes=tuple(boxes[box.id] for box in panel.boxes),
        arrows=tuple(arrows),
        caption=caption,
        note=_note(report),
    )


def _marked(arrow: Arrow, finding: Failure | Doubt, effect: Effect) -> Arrow:
    number = arrow.local
    if isinstance(finding, Failure) and finding.analytic is not None:
        where = f" at element {finding.index}" if finding.index else ""
        where += "" if finding.at is None else f" where the input is {finding.at!r}"
        number = Number(
            against(finding.analytic, finding.numeric),
            f"analytic {finding.analytic!r}, numeric {finding.numeric} ± {finding.error}{where}",
        )
    return replace(arrow, local=number or Number("?", finding.message), effect=effect)


def against(analytic: float, numeric: Any) -> str:
    """What the rule says against what was measured."""
    if isinstance(numeric, tuple):
        low, high = map(spell, numeric)
        return f"{spell(analytic)} ∉ [{low}, {high}]"
    said, measured = spell(analytic), spell(numeric)
    if said != measured:
        return f"{said} ≠ {measured}"
    return f"{said}, off by {brief(abs(analytic / numeric - 1))}"


def _note(report: Report) -> str:
    found: list[Failure | Doubt] = [*report.failures, *report.doubts]
    if not found:
        return f"gradcheck: {report.verdict}"
    first = found[0]
    title = f"{first.op} '{first.label}'" if first.label else first.op
    cause = getattr(first, "guess", "") or first.message
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"gradcheck: {report.verdict}; {plain(f'{title}: {cause}', _LONGEST)}{more}"
