"""Which part of a graph is drawn, and how coarsely."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from micrograd_act.drawing.folding import Fold, sums
from micrograd_act.drawing.grouping import Groups, Key, collapsed, groups_of, title_of
from micrograd_act.graph.node import Node


@dataclass(frozen=True, slots=True)
class View:
    """What a picture shows of its graph.

    Attributes
    ----------
    since : tuple of Node
        Only what is computed from these is drawn; with none of them, everything.
    sums : bool
        A sum of products is one box.
    group : "layer", Module or callable, optional
        What nodes belong to.
    collapse : bool or collection of str
        Which groups are boxes; the others are named beside their nodes.
    formulas : bool
        Operations and local gradients are written out.
    """

    since: tuple[Node, ...] = ()
    sums: bool = False
    group: Key | None = None
    collapse: bool | Collection[str] = False
    formulas: bool = False

    def part(self, order: Sequence[Node]) -> list[Node]:
        """The nodes of a graph that are drawn, in their order: with leaves that those read."""
        if not self.since:
            return list(order)
        kept = set(self.since)
        read: set[Node] = set()
        for node in order:
            if node not in kept and not kept.isdisjoint(node.inputs):
                kept.add(node)
                read.update(x for x in node.inputs if not x.inputs)
        present = set(order)
        for node in self.since:
            if node not in present:
                name = f"'{node.label}'" if node.label else "a node"
                raise ValueError(f"draw: since: {name} is not in the graph of the result")
        return [node for node in order if node in kept or node in read]

    def groups(self, root: Node, whole: Sequence[Node], order: Sequence[Node]) -> Groups:
        """The groups of the whole graph, with those of their nodes that are drawn."""
        if self.group is None:
            return {}
        drawn = {id(node) for node in order}
        found = groups_of(root, whole, self.group)
        kept = {name: [n for n in members if id(n) in drawn] for name, members in found.items()}
        return {name: members for name, members in kept.items() if members}

    def title(self, name: str) -> str:
        """How a group is called in the picture."""
        return name if self.group is None else title_of(self.group, name)

    def folds(
        self, root: Node, order: Sequence[Node], groups: Groups, parts: Collection[int]
    ) -> list[Fold]:
        """What of `order` is drawn as one box; `parts` are the ids of parameters and constants."""
        found = collapsed(root, order, groups, self.collapse, parts)
        if self.sums:
            taken = {id(node) for fold in found for node in fold.members}
            found += [
                fold for fold in sums(order) if not any(id(node) in taken for node in fold.members)
            ]
        return found
