"""What the page says: plain sentences whose numbers come from the findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from micrograd_act import Value, draw
from micrograd_act.commands.curves import Axes, bars, chart
from micrograd_act.commands.measuring import Findings
from micrograd_act.commands.nets import Split
from micrograd_act.commands.page import Section, figure, matrix, table
from micrograd_act.commands.pictures import title
from micrograd_act.commands.tables import Row
from micrograd_act.commands.wording import counted, listed, percent, rounded
from micrograd_act.drawing.spelling import spell
from micrograd_act.pathways import AffineMap
from micrograd_act.pathways.spelling import bracketed


@dataclass(frozen=True)
class Story:
    """All that is told.

    Attributes
    ----------
    pair : sequence of Findings
        Of the identity net, then of the other.
    affine : AffineMap
        What the identity net is.
    proof : float
        How far the identity net is from it, at most, on all rows.
    command : str
        What makes this page again.
    """

    split: Split
    depth: int
    pair: Sequence[Findings]
    rows: Sequence[Row]
    affine: AffineMap
    proof: float
    neuron: Value
    twin: Any
    command: str

    @property
    def name(self) -> str:
        """The activation's."""
        return self.pair[1].name

    @property
    def names(self) -> list[str]:
        """The two nets' names."""
        return [found.name for found in self.pair]

    def pictures(self) -> dict[str, str]:
        """Every picture as SVG, by file name."""
        return {
            "neuron.svg": draw(self.neuron, names=False).to_svg("neuron-"),
            "twin.svg": draw(self.twin, names=False).to_svg("twin-"),
            "training.svg": chart(
                [
                    Axes("Loss on training data", [f.history.loss for f in self.pair], log=True),
                    Axes("Accuracy on test data", [f.history.test for f in self.pair]),
                ],
                self.names,
                "training-",
                self._training(),
            ),
            "gradient.svg": bars(
                [f.shares for f in self.pair], self.names, "gradient-", self._ways()
            ),
        }

    def stepper(self) -> str:
        """The page that steps through the neuron's passes."""
        return draw(self.neuron, names=False).html

    def lead(self) -> str:
        """What was done, in a few sentences."""
        dataset = self.split.dataset
        features = listed([title(name) for name in dataset.feature_names])
        return _text(f"""
            Two nets start from the same weights and learn to tell {listed(dataset.target_names)}
            apart by {features}. One has identity for its activation, the other {self.name}.
            Nothing else differs, so all that differs below is what the activation does.
            """)

    def sections(self, pictures: dict[str, str]) -> list[Section]:
        """The page from top to bottom."""
        figures = {name.removesuffix(".svg"): figure(svg) for name, svg in pictures.items()}
        ways = [self._ways(), self._sum()]
        return [
            Section("Side by side", [self._setup(), self._enough()], table(self.rows, self.names)),
            Section("One neuron", self._neuron(), figures["neuron"]),
            Section(f"Identity next to {self.name}", self._twin(), figures["twin"]),
            Section("Training", [self._training()], figures["training"]),
            Section("Which way the gradient takes", ways, figures["gradient"]),
            Section("The identity net is one affine map", [self._collapse()], self._matrix()),
            Section("Checked", self._checked()),
        ]

    def _setup(self) -> str:
        split = self.split
        epochs = len(self.pair[0].history.loss) - 1
        return _text(f"""
            The data set is {split.dataset.name}, {len(split.rows)} rows. Each net is
            <code>h = W x + b</code>, then {counted(self.depth, "block")} of
            <code>h = h + f(W h + b)</code>, then the scores <code>W h + b</code>, with f the
            activation. It learns from {len(split.y_train)} rows for {counted(epochs, "epoch")};
            {len(split.y_test)} rows are held out.
            """)

    def _enough(self) -> str:
        one, two = (found.history.test[-1] for found in self.pair)
        if one < two - 0.01:
            return _text(f"""
                The identity net gets {percent(one)} of the held out rows right, {self.name}
                {percent(two)}: without an activation that bends, every border between classes is
                flat, however many layers there are.
                """)
        return _text("""
            On this data the identity net does as well: flat borders between the classes are
            enough. On <code>--data moons</code> they are not.
            """)

    def _neuron(self) -> list[str]:
        product: Any = self.neuron.inputs[0].inputs[0].inputs[0]
        w1, x1 = product.inputs
        slope = self.neuron.local_grads[0]
        factors = bracketed([spell(slope), "1", "1", spell(x1.data)])
        return [
            _text(f"""
                This is one neuron with {self.name} on one row of the test data. The number on an
                edge is its local gradient: how fast the node that the edge points at changes with
                the node it comes from. At the activation it is the slope of the curve where the
                point stands, here {spell(slope)}.
                """),
            _text(f"""
                A gradient is the product of the local gradients along the way back from y. For
                {w1.label} that is {" · ".join(factors)} = {spell(w1.grad)}.
                <a href="neuron.html">Step through both passes</a>, one edge at a time.
                """),
        ]

    def _twin(self) -> list[str]:
        one, two = (_Block(y) for y in (self.twin.left, self.twin.right))
        passed = f"what passes is multiplied by {spell(two.slope)}"
        return [
            _text("""
                A block of the nets above with a single neuron, once with each activation. Two ways
                lead from y back to x. The skip, straight from the sum to x, has local gradient 1
                whatever the numbers are.
                """),
            _text(f"""
                The other way crosses the activation. Identity lets the gradient through as it is;
                at {self.name}, {passed if two.slope else "nothing passes"}. So the gradient of x is
                {one.sum} above and {two.sum} below.
                """),
        ]

    def _training(self) -> str:
        one, two = (found.history for found in self.pair)
        falls = [f"{rounded(h.loss[0], 2)} to {rounded(h.loss[-1], 2)}" for h in (one, two)]
        return _text(f"""
            The loss falls from {falls[0]} with identity and from {falls[1]} with {self.name}. Of
            the held out rows {percent(one.test[-1])} and {percent(two.test[-1])} are right at the
            end.
            """)

    def _ways(self) -> str:
        return _text(f"""
            The gradient of the right class's score at the input comes along many paths. Here they
            are sorted by how many activations that bend a path crosses. With identity there is
            none to cross. With {self.name}, {percent(self.pair[1].shares[0])} arrives by the skips
            alone; the rest was multiplied by a slope of {self.name} at least once.
            """)

    def _sum(self) -> str:
        worst = max(found.remainder for found in self.pair)
        return _text(f"""
            A share is the norm of one part over the sum of all norms. The parts themselves add up
            to the gradient, to within {rounded(worst, 2)}.
            """)

    def _collapse(self) -> str:
        one, two = self.pair
        return _text(f"""
            Its {self.depth + 2} layers are the one matrix below, which
            <code>affine_map(net, x)</code> reads from the graph of the net. On all
            {len(self.split.rows)} rows, with scores up to {rounded(one.largest, 3)}, net and matrix
            differ by at most {rounded(self.proof, 2)}, which is rounding. The affine map that fits
            the {self.name} net best misses it by up to {rounded(two.affine_fit, 2)}.
            """)

    def _matrix(self) -> str:
        A, c = self.affine.matrix, self.affine.offset
        dataset = self.split.dataset
        columns = [*(title(name) for name in dataset.feature_names), "constant"]
        rows = [
            (name, [rounded(v, 3) for v in [*A[i].tolist(), float(c[i])]])
            for i, name in enumerate(dataset.target_names)
        ]
        return matrix(columns, rows)

    def _checked(self) -> list[str]:
        told = [
            _text("""
                Every gradient above comes from rules that are written by hand. Those that the loss
                of a few rows uses were compared with differences, node by node and end to end.
                """)
        ]
        for found in self.pair:
            check = found.check
            doubts = escape("; ".join(map(str, [*check.failures, *check.doubts][:3])))
            told.append(
                f"{found.name}: <strong>{check.verdict}</strong>, {check.gradients} gradients at "
                f"{check.nodes} nodes. {doubts}".rstrip()
            )
        return told

    def footer(self, version: str, files: Sequence[str]) -> str:
        """Where the data and the page come from."""
        dataset = self.split.dataset
        links = ", ".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in files)
        return (
            f"<p>Data: {escape(dataset.source)}. Licence: {escape(dataset.license)}.</p>\n"
            f"<p>Pictures: {links}.</p>\n"
            f"<p>Made by micrograd_act {version}: <code>{escape(self.command)}</code></p>"
        )


class _Block:
    """``y = x + f(w x + b)``: the slope of f and the gradient of x as a sum in words."""

    def __init__(self, y: Value) -> None:
        f: Any = y.inputs[1]
        w = f.inputs[0].inputs[0].inputs[0].data
        self.slope = f.local_grads[0]
        _, *factors = bracketed(["1", spell(self.slope), spell(w)])
        self.sum = f"1 + {' · '.join(factors)} = {spell(1 + self.slope * w)}"


def _text(wrapped: str) -> str:
    return " ".join(wrapped.split())
