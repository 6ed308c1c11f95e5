"""Reference graphs and the geometry of their pictures, as the drawing tests need them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import combinations

from micrograd_act import Value, exp, identity, relu, sigmoid, tanh, tensor
from micrograd_act.drawing.boxes import Panel
from micrograd_act.drawing.faces import pill_size
from micrograd_act.drawing.placing import Placed, place
from micrograd_act.drawing.reading import read
from micrograd_act.drawing.routing import Rect
from micrograd_act.drawing.scene import compose
from micrograd_act.drawing.style import Look
from micrograd_act.drawing.svg import TITLE, write
from micrograd_act.graph.node import Node


def neuron() -> Value:
    x, w, b = Value(-0.4, label="x"), Value(2.0, label="w"), Value(1.5, label="b")
    y = tanh(x * w + b)
    y.label = "y"
    y.backward()
    return y


def skip() -> Value:
    x, w, b = Value(-0.4, label="x"), Value(2.0, label="w"), Value(0.5, label="b")
    y = x + relu(w * x + b)
    y.label = "y"
    y.backward()
    return y


def square() -> Value:
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    return y


def micrograd_readme() -> Value:
    a, b = Value(-4.0, label="a"), Value(2.0, label="b")
    c = a + b
    d = a * b + b**3
    c = c + (c + 1)
    c = c + (1 + c + (-a))
    d = d + (d * 2 + relu(b + a))
    d = d + (3 * d + relu(b - a))
    e = c - d
    f = e**2
    g = f / 2.0 + 10.0 / f
    g.backward()
    return g


def scalar_mlp(*widths: int) -> Value:
    draw = random.Random(0).uniform
    xs = [Value(draw(-1, 1), label=f"x{i}") for i in range(widths[0])]
    for width in widths[1:]:
        row = []
        for _ in range(width):
            total = Value(draw(-1, 1), label="b")
            for x in xs:
                total = total + Value(draw(-1, 1), label="w") * x
            row.append(tanh(total))
        xs = row
    y = sum(xs[1:], xs[0])
    y.backward()
    return y


def tensor_mlp() -> Node:
    draw = random.Random(0).gauss

    def normal(rows: int, columns: int) -> list[list[float]]:
        return [[draw(0, 1) for _ in range(columns)] for _ in range(rows)]

    x = tensor(normal(8, 4), label="X")
    w1 = tensor(normal(4, 16), requires_grad=True, label="W1")
    b1 = tensor([0.0] * 16, requires_grad=True, label="b1")
    w2 = tensor(normal(16, 2), requires_grad=True, label="W2")
    h = relu(x @ w1 + b1)
    loss = (tanh(h @ w2) ** 2).mean()
    loss.backward()
    return loss


def chain(length: int) -> Value:
    y = Value(0.9, label="x")
    for step in range(length):
        y = tanh(y) if step % 4 == 3 else y * 1.1
    return y


def residual(blocks: int) -> Value:
    y = Value(0.3, label="x")
    for block in range(blocks):
        y = y + tanh(Value(0.5, label=f"w{block}") * y)
    y.backward()
    return y


def fan() -> Value:
    """One input, many operations, long and short edges, a constant."""
    x = Value(1.0, label="x")
    y = identity(x) - tanh(x) * exp(x) / sigmoid(x) + x / 4 - relu(-x)
    y.backward()
    return y


def tangled(size: int) -> Value:
    """A graph whose edges cannot but cross."""
    choose = random.Random(1).randint
    found = [Value(float(i), label=f"v{i}") for i in range(4)]
    while len(found) < size:
        a, b = (found[max(0, len(found) - choose(1, 9))] for _ in range(2))
        found.append(a * b if choose(0, 1) else a + b)
    return found[-1]


REFERENCE: dict[str, Callable[[], Node]] = {
    "neuron": neuron,
    "skip": skip,
    "square": square,
    "micrograd": micrograd_readme,
    "mlp": lambda: scalar_mlp(2, 3, 1),
    "tensor": tensor_mlp,
    "chain": lambda: chain(40),
    "residual": lambda: residual(12),
    "fan": fan,
    "tangled": lambda: tangled(60),
    "leaf": lambda: Value(1.0, label="x"),
}


def panel(root: Node) -> Panel:
    return read(root, {})


def render(
    panels: Sequence[Panel], summary: str = "", prefix: str = "", look: Look | None = None
) -> str:
    """Panels as SVG; every id starts with `prefix`, `summary` is for screen readers."""
    return write(compose(panels, look or Look(), prefix), TITLE, summary, prefix)


def placed(root: Node) -> Placed:
    return place([panel(root)])[0]


def node_rects(picture: Placed) -> list[list[Rect]]:
    """For each box its shape, then its texts."""
    found = []
    for extent, (x, y) in zip(picture.extents, picture.layout.nodes, strict=True):
        low = extent.up if extent.texts else extent.down
        shape = (x - extent.reach, x + extent.reach, y - extent.up, y + low)
        texts = [(x - half, x + half, y + top, y + bottom) for half, top, bottom in extent.texts]
        found.append([shape, *texts])
    return found


def pill_rects(picture: Placed) -> list[Rect | None]:
    """For each arrow its pill."""
    found: list[Rect | None] = []
    for arrow, route in zip(picture.panel.arrows, picture.layout.routes, strict=True):
        wide, tall = pill_size(arrow)[:: -1 if picture.turned else 1]
        x, y = route.pill
        found.append((x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2) if wide else None)
    return found


def overlap(a: Rect, b: Rect, slack: float = 0.0) -> bool:
    return (
        a[0] < b[1] - slack and b[0] < a[1] - slack and a[2] < b[3] - slack and b[2] < a[3] - slack
    )


def any_overlap(rects: list[Rect]) -> tuple[Rect, Rect] | None:
    return next(((a, b) for a, b in combinations(rects, 2) if overlap(a, b)), None)
