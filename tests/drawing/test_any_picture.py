"""Any graph, any labels, any options: SVG is XML, DOT is DOT, and the boxes are in order."""

import random
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_act import Value, draw, relu, tanh
from tests.drawing.test_dot import statements
from tests.drawing.test_svg import HOSTILE, checked

LABELS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=12))


def grown(choose: random.Random, labels: list[str]) -> Value:
    """A graph of numbers with shared nodes, constants and activations."""
    found = [Value(choose.uniform(-2, 2), label=label) for label in labels]
    for _ in range(choose.randrange(1, 14)):
        a, b = choose.choice(found), choose.choice(found)
        made = choose.choice([a + b, a * b, a - 2, tanh(a), relu(b), a * a])
        made.label = choose.choice([*labels, "", ""])
        found.append(made)
    return found[-1]


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "rankdir": st.sampled_from(["LR", "TD"]),
        "theme": st.sampled_from(["light", "dark"]),
        "hide": st.lists(st.sampled_from(["data", "grad", "local"])),
        "sums": st.booleans(),
        "formulas": st.booleans(),
    },
)


@settings(max_examples=60)
@given(
    st.randoms(use_true_random=False),
    st.lists(LABELS, min_size=1, max_size=4),
    OPTIONS,
    st.sampled_from(["", "layer", "label"]),
    st.booleans(),
)
def test_any_picture(
    choose: random.Random, labels: list[str], options: Any, group: str, collapse: bool
) -> None:
    y = grown(choose, labels)
    if choose.randrange(2):
        y.backward()
    if group:
        key = "layer" if group == "layer" else lambda node: node.label or None
        options = options | {"group": key, "collapse": collapse}
    picture = draw(y, names=False, **options)
    svg = picture.svg
    checked(svg)
    ids = re.findall(r" id='([^']*)'", svg)
    assert len(ids) == len(set(ids))
    (drawn,) = picture.panels
    places = {box.id: n for n, box in enumerate(drawn.boxes)}
    assert all(places[arrow.source] < places[arrow.target] for arrow in drawn.arrows)
    assert sum(box.result for box in drawn.boxes) == 1
    labelled, edges = statements(picture.dot)
    assert len(edges) == len(drawn.arrows)
    assert len(labelled) == len(drawn.boxes)
    str(picture).encode("utf-8")
    assert draw(y, names=False, **options).svg == svg
