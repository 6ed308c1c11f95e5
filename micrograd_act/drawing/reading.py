"""A graph of nodes as the plain data of a picture: values, gradients, local gradients, roles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from micrograd_act.drawing.boxes import Arrow, Box, Bracket, Number, Panel, Tape
from micrograd_act.drawing.captions import path_product
from micrograd_act.drawing.curves import curve
from micrograd_act.drawing.folding import Fold, Units, entries, order_units
from micrograd_act.drawing.formulas import formulas_of
from micrograd_act.drawing.grouping import Groups
from micrograd_act.drawing.slopes import RAISES, Local, combined, locals_of
from micrograd_act.drawing.spelling import quantity
from micrograd_act.drawing.tape import record
from micrograd_act.drawing.views import View
from micrograd_act.graph.naming import name_of
from micrograd_act.graph.node import Node, nodes

LIMIT = 2000  # more nodes than that are not laid out
KEPT = 32  # of a larger graph: as many as can be read
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def read(
    root: Node,
    names: Mapping[int, str],
    order: Sequence[Node] | None = None,
    grads: Mapping[int, Any] | None = None,
    along: Sequence[int] | None = None,
    view: View | None = None,
) -> Panel:
    """Describe the graph that ends in `root`.

    Parameters
    ----------
    root : Node
    names : mapping
        Names of nodes without a label, by id.
    order : sequence of Node, optional
        The nodes in the order in which boxes are numbered; boxes of one number share a place in
        twins. Oldest first by default.
    grads : mapping, optional
        Gradients by the id of the node, in the place of the nodes' own.
    along : sequence of int, optional
        The path whose product is written out, as in a caption's turns.
    view : View, optional
        What is drawn, and how coarsely.
    """
    view = view or View()
    whole = nodes(root) if order is None else list(order)
    order = view.part(whole)
    titles = {id(node): name_of(node, names) for node in order}
    parameters = _parameters(order, titles)
    groups = view.groups(root, whole, order)
    constants = {id(node) for node in order if _is_constant(node, titles[id(node)])}
    folds = view.folds(root, order, groups, parameters | constants)
    is_large = len(order) - sum(len(fold.members) - 1 for fold in folds) > LIMIT
    if is_large:
        order, folds = nearest(root, order), []
    layout = order_units(root, order, folds)
    maker = _Maker(root, order, view, layout, titles, parameters, grads)
    maker.make()
    drawn = tuple(maker.boxes), tuple(maker.arrows)
    note = _note(root, len(whole) - len(order), len(order), view)
    brackets = maker.brackets(groups)
    if is_large or any(fold.name for fold in maker.folds):
        trouble = note or "groups that are collapsed have no steps"
        return Panel(*drawn, None, note, maker.written(Tape(trouble=trouble)), brackets)
    start = view.since[0] if len(view.since) == 1 else None
    caption = None
    if start is not None or not view.since:
        caption = path_product(root, order, titles, along, start)
    seed = _grad(root) if grads is None else grads.get(id(root))
    tape = record(root, whole, maker.numbers, seed)
    return Panel(*drawn, caption, note, maker.written(tape), brackets)


class _Maker:
    """Boxes and arrows of one panel."""

    def __init__(
        self,
        root: Node,
        order: Sequence[Node],
        view: View,
        layout: Units,
        titles: Mapping[int, str],
        parameters: set[int],
        grads: Mapping[int, Any] | None,
    ) -> None:
        self.root, self.view, self.layout = root, view, layout
        self.titles, self.parameters, self.grads = titles, parameters, grads
        places = {id(node): f"n{i}" for i, node in enumerate(order)}
        self.folds = [unit for unit in layout.units if isinstance(unit, Fold)]
        self.ids = places | {id(fold): places[id(fold.members[-1])] for fold in self.folds}
        self.taken = set(titles.values())
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self.definitions: dict[str, str] = {}  # by the id of a box
        self.rules: dict[int, str] = {}  # by the number of an arrow
        self.numbers: dict[tuple[int, int], int] = {}  # of arrows, by reader and input

    def make(self) -> None:
        for unit in self.layout.units:
            if isinstance(unit, Fold):
                self._fold(unit)
            else:
                self._node(unit)

    def brackets(self, groups: Groups) -> tuple[Bracket, ...]:
        """The groups whose nodes have boxes of their own."""
        folded = {id(node) for fold in self.folds if fold.name for node in fold.members}
        owner = self.layout.owner
        found = []
        for name, members in groups.items():
            inside = dict.fromkeys(
                self.ids[id(owner[id(node)])]
                for node in members
                if id(node) in owner and id(node) not in folded
            )
            if inside:
                found.append(Bracket(self.view.title(name), tuple(inside)))
        return tuple(found)

    def written(self, tape: Tape) -> Tape:
        """The tape with what is written of each box and each arrow."""
        definitions = tuple(self.definitions.get(box.id, "") for box in self.boxes)
        rules = tuple(self.rules.get(number, "") for number in range(len(self.arrows)))
        return replace(tape, definitions=definitions, rules=rules)

    def _node(self, node: Node) -> None:
        name = self.ids[id(node)]
        inputs = list(enumerate(node.inputs))
        if any(node is start for start in self.view.since):
            inputs = [(i, x) for i, x in inputs if id(x) in self.layout.owner]
        sources = [self._source(x) for _, x in inputs]
        grad = self._grad(node)
        locals_ = locals_of(node, grad)
        box = _box(node, grad, locals_, self.titles[id(node)], node is self.root)
        if id(node) in self.parameters:
            box = replace(box, kind="parameter")
        self.definitions[name], derived = formulas_of(node, self.titles, self.taken)
        shown = self.view.formulas
        self.boxes.append(replace(box, id=name, formula=self.definitions[name] if shown else ""))
        for (i, _), source in zip(inputs, sources, strict=True):
            number = self.numbers[id(node), i] = len(self.arrows)
            self.rules[number] = derived[i]
            formula = derived[i] if shown else ""
            self.arrows.append(Arrow(source, name, *locals_[i], formula=formula))

    def _fold(self, fold: Fold) -> None:
        name, exits = self.ids[id(fold)], self.layout.exits[id(fold)]
        found = entries(fold, exits, merged=bool(fold.name))
        sources = [self._source(entry.source) for entry in found]
        bundles = Counter(sources) if fold.name else Counter[str]()
        box = Box(
            name, "group" if fold.name else "op", result=any(node is self.root for node in exits)
        )
        if len(exits) == 1:
            (end,) = exits
            box = replace(box, value=quantity(_data(end)), grad=quantity(self._grad(end)))
        else:
            box = replace(box, value=Number(f"{len(exits):,} results"), grad=None)
        if fold.name:
            box = replace(box, label=self._title(fold), detail=self._contents(fold, exits))
        else:
            label = self.titles[id(exits[0])]
            box = replace(box, label=label, op="sum of products", symbol="Σ")
        self.boxes.append(box)
        for entry, source in zip(found, sources, strict=True):
            self.numbers |= dict.fromkeys(entry.edges, len(self.arrows))
            if bundles[source] <= 1:
                self.arrows.append(Arrow(source, name, *combined(entry)))
        for source, count in bundles.items():
            if count > 1:  # between two groups
                self.arrows.append(Arrow(source, name, Number(_counted(count, "edge"))))

    def _contents(self, fold: Fold, exits: Sequence[Node]) -> str:
        """How much is in a collapsed group: nodes, what is learned, inputs, the result's shape."""
        learned: int = sum(np.size(_data(x)) for x in fold.members if id(x) in self.parameters)
        given = [x for x in fold.members if not x.inputs and id(x) not in self.parameters]
        inputs = sum(not _is_constant(x, self.titles[id(x)]) for x in given)
        parts = [_counted(len(fold.results), "node")]
        parts += [_counted(learned, "parameter")] if learned else []
        parts += [_counted(inputs, "input")] if inputs else []
        if len(exits) == 1 and exits[0].ndim:
            parts.append("×".join(map(str, exits[0].shape)))
        return " · ".join(parts)

    def _title(self, fold: Fold) -> str:
        title = self.view.title(fold.name)
        return f"{title} × {fold.times}" if fold.times > 1 else title

    def _source(self, x: Node) -> str:
        """The id of the box that stands for `x`; what is not drawn gets a box that says so."""
        owner = self.layout.owner.get(id(x))
        if owner is None and id(x) not in self.ids:
            self.ids[id(x)] = f"m{len(self.ids)}"
            self.boxes.append(Box(self.ids[id(x)], "omitted", grad=None))
        return self.ids[id(x if owner is None else owner)]

    def _grad(self, node: Node) -> Any:
        return _grad(node) if self.grads is None else self.grads.get(id(node))


def _is_constant(node: Any, title: str) -> bool:
    """Whether a leaf is a plain number, or a nameless array of indices or conditions."""
    if node.inputs or node.requires_grad:
        return False
    return not node.ndim or (not title and node.data.dtype.kind in "biu")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + "s" * (number != 1)


def _grad(node: Any) -> Any:
    return node.grad


def _data(node: Any) -> Any:
    return node.data


def _note(root: Node, missing: int, drawn: int, view: View) -> str:
    if missing:
        those = "" if view.since else f"; these {drawn} are nearest the result"
        hint = "" if view.since else "; group='layer', collapse=True draws all of them as boxes"
        return f"{missing:,} earlier nodes are not drawn{those}{hint}"
    if not root.inputs and not root.requires_grad:
        return "untracked: pass requires_grad=True to the tensors that this is computed from"
    return ""


def nearest(root: Node, order: list[Node]) -> list[Node]:
    """The nodes fewest steps from the result, in the order given."""
    kept = {id(root)}
    front = [root]
    while front and len(kept) < KEPT:
        following = []
        for node in front:
            for x in node.inputs:
                if id(x) not in kept and len(kept) < KEPT:
                    kept.add(id(x))
                    following.append(x)
        front = following
    return [node for node in order if id(node) in kept]


_WEIGHT = re.compile(r"(.*[._])?(w|weight|theta|θ|(?-i:W[a-z]))s?(?![a-z])", re.IGNORECASE)
_BIAS = re.compile(r"(.*[._])?(b|bias|beta|β)(es)?(?![a-z])", re.IGNORECASE)


def _parameters(order: Sequence[Node], titles: Mapping[int, str]) -> set[int]:
    """Which leaves are parameters: a module's, or named like weights, and biases beside weights."""
    leaves = [node for node in order if not node.inputs and node.requires_grad]
    found = {id(node) for node in leaves if getattr(node, "is_parameter", False)}
    found |= {id(node) for node in leaves if _WEIGHT.match(titles[id(node)])}
    if found:
        found |= {id(node) for node in leaves if _BIAS.match(titles[id(node)])}
    return found


def _box(node: Any, grad: Any, locals_: list[Local], label: str, result: bool) -> Box:
    op = node.op
    is_array = node.ndim > 0
    box = Box(
        "",
        "op" if op is not None else "constant" if _is_constant(node, label) else "input",
        label,
        value=quantity(node.data),
        grad=quantity(grad),
        detail=f"{'×'.join(map(str, node.shape))} {node.data.dtype}" if is_array else "",
        result=result,
    )
    if op is None:
        return box if node.requires_grad else replace(box, grad=None)
    box = replace(box, op=op.name, symbol=_symbol(op.symbol))
    if not (op.is_activation and op.elementwise and len(node.inputs) == 1):
        return box
    local, effect, _ = locals_[0]
    raised = local is not None and local.text == RAISES
    slope = None if is_array or raised else float(node.local_grads[0])
    drawn = curve(op, node.inputs[0].data, node.data, slope)
    return replace(box, kind="activation", local=local, effect=effect, curve=drawn)


def _symbol(symbol: str) -> str:
    """How an op is written in a circle: ``**2`` is a superscript."""
    if symbol.startswith("**") and len(symbol) > 2:
        exponent = symbol[2:]
        whole = exponent.lstrip("-").isdecimal()
        return "x" + exponent.translate(_SUPERSCRIPT) if whole else f"x^{exponent}"
    return symbol.replace("**", "^").replace("@", "matmul")
