"""The backward pass as stills: the same picture with the gradients that are known so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from micrograd_act.drawing.boxes import NOT_COMPUTED, Box, Held, Number, Panel, Pull
from micrograd_act.drawing.metrics import text_width
from micrograd_act.drawing.spelling import number, plain
from micrograd_act.drawing.style import TEXT
from micrograd_act.pathways.spelling import bracketed

_LISTED = 3  # inputs written out in a note
_NAME = 16


def stills(panel: Panel) -> tuple[Panel, ...]:
    """One panel before the pass, one for its start, and one for each node that it goes through.

    The node is lit with its arrows, the note writes out what is added, and the product along the
    path comes with the last one.
    """
    tape = panel.tape
    places = {box.id: place for place, box in enumerate(panel.boxes)}
    known = [replace(box, grad=box.grad and NOT_COMPUTED) for box in panel.boxes]
    start = next(place for place, box in enumerate(panel.boxes) if box.result)
    found = [replace(panel, boxes=tuple(known), caption=None, note="before the backward pass")]
    known[start] = replace(known[start], grad=_number(tape.seed))
    name = _name(known[start])
    note = f"the gradient of {name} by itself: {_number(tape.seed).text}"
    found.append(replace(panel, boxes=_lit(known, start), caption=None, note=note))
    for target, pulls in groupby(tape.pulls, lambda pull: panel.arrows[pull.arrow].target):
        of = list(pulls)
        place = places[target]
        told = _told(panel, known, places, place, of)
        for pull in of:
            source = places[panel.arrows[pull.arrow].source]
            known[source] = replace(known[source], grad=_number(pull.after))
        lit = {pull.arrow for pull in of}
        arrows = tuple(
            replace(arrow, lit=True) if n in lit else arrow for n, arrow in enumerate(panel.arrows)
        )
        found.append(
            replace(panel, boxes=_lit(known, place), arrows=arrows, caption=None, note=told)
        )
    steps = len(found) - 1
    found = [found[0]] + [
        replace(still, note=f"step {n} of {steps}: {still.note}")
        for n, still in enumerate(found)
        if n
    ]
    return (*found[:-1], replace(found[-1], caption=panel.caption))


def roomiest(panels: Sequence[Panel]) -> Panel:
    """The last of the stills with the longest texts of all, so that they share their places."""
    boxes = tuple(
        replace(box, grad=max((p.boxes[n].grad or NOT_COMPUTED for p in panels), key=_width))
        if box.grad is not None
        else box
        for n, box in enumerate(panels[-1].boxes)
    )
    note = max((panel.note for panel in panels), key=lambda words: text_width(words, TEXT))
    return replace(panels[-1], boxes=boxes, note=note)


def _width(shown: Number) -> float:
    return text_width(shown.text, TEXT)


def _lit(boxes: Sequence[Box], place: int) -> tuple[Box, ...]:
    return (*boxes[:place], replace(boxes[place], lit=True), *boxes[place + 1 :])


def _number(held: Held) -> Number:
    return held if isinstance(held, Number) else number(held)


def _name(box: Box) -> str:
    return plain(box.label or box.symbol or box.op or box.value.text, _NAME)


def _told(
    panel: Panel,
    known: Sequence[Box],
    places: dict[str, int],
    place: int,
    pulls: Sequence[Pull],
) -> str:
    """What a node adds to the gradients of its inputs."""
    box = known[place]
    upstream = box.grad or NOT_COMPUTED
    told = list(_sums(panel, known, places, upstream, pulls[:_LISTED]))
    more = len(pulls) - len(told)
    if more:
        told.append(f"and {more} more")
    return f"{_name(box)} passes {upstream.text} on to " + "; ".join(told)


def _sums(
    panel: Panel,
    known: Sequence[Box],
    places: dict[str, int],
    upstream: Number,
    pulls: Sequence[Pull],
) -> Iterator[str]:
    before: dict[int, Number] = {}
    for pull in pulls:
        arrow = panel.arrows[pull.arrow]
        place = places[arrow.source]
        there = before.get(place, known[place].grad or NOT_COMPUTED)
        after = before[place] = _number(pull.after)
        name = _name(known[place])
        if isinstance(pull.contribution, Number) or arrow.local is None:
            yield name
            continue
        product = " · ".join(bracketed([upstream.text, arrow.local.text]))
        added = product if there is NOT_COMPUTED else f"{there.text} + {product}"
        yield f"{name}: {added} = {after.text}"
