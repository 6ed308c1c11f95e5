"""Several nodes as one box: which they are, in which order boxes come, and what enters them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.graph.node import Node


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Nodes that are drawn as one box.

    Attributes
    ----------
    members : tuple of Node
        Inputs before their readers, leaves that only they read among them.
    name : str
        "" for a sum, which bears the label of its last node.
    times : int
        How many equal blocks follow each other in it.
    """

    members: tuple[Node, ...]
    name: str = ""
    times: int = 1

    @property
    def results(self) -> list[Node]:
        """The members that are computed."""
        return [node for node in self.members if node.inputs]


Unit: TypeAlias = Node | Fold


@dataclass(frozen=True, slots=True)
class Units:
    """What has a box of its own, inputs before their readers.

    Attributes
    ----------
    units : list of Node or Fold
    owner : dict
        The unit of each node, by id.
    exits : dict
        The members that nodes outside a fold read, by the id of the fold.
    """

    units: list[Unit]
    owner: dict[int, Unit]
    exits: dict[int, list[Node]]


def order_units(root: Node, order: Sequence[Node], folds: Sequence[Fold]) -> Units:
    """Order boxes; folds that would stand both before and after another box are taken apart."""
    kept = list(folds)
    while True:
        owner: dict[int, Unit] = {id(node): node for node in order}
        owner |= {id(node): fold for fold in kept for node in fold.members}
        units = _sorted(order, owner)
        done = {id(unit) for unit in units}
        stuck = [fold for fold in kept if id(fold) not in done]
        if not stuck:
            break
        kept = [fold for fold in kept if id(fold) in done]
    read: dict[int, None] = {id(root): None}
    for node in order:
        for x in node.inputs:
            if owner.get(id(x)) is not owner[id(node)]:
                read[id(x)] = None
    exits = {id(fold): [node for node in fold.members if id(node) in read] for fold in kept}
    return Units(units, owner, exits)


def _sorted(order: Sequence[Node], owner: Mapping[int, Unit]) -> list[Unit]:
    """Units whose inputs come first, in the order of their last nodes; not those in a cycle."""
    last: dict[int, int] = {}
    waits: dict[int, set[int]] = {}
    readers: dict[int, list[int]] = {}
    for place, node in enumerate(order):
        unit = id(owner[id(node)])
        last[unit] = place
        for x in node.inputs:
            other = owner.get(id(x))
            if other is not None and id(other) != unit:
                before = waits.setdefault(unit, set())
                if id(other) not in before:
                    before.add(id(other))
                    readers.setdefault(id(other), []).append(unit)
    ready = [place for unit, place in last.items() if unit not in waits]
    ready.sort()
    found: list[Unit] = []
    while ready:
        unit_ = owner[id(order[heappop(ready)])]
        found.append(unit_)
        for reader in readers.get(id(unit_), ()):
            waits[reader].discard(id(unit_))
            if not waits[reader]:
                heappush(ready, last[reader])
    return found


def sums(order: Sequence[Node]) -> list[Fold]:
    """The sums of products of a graph of scalars: a neuron's weighted sum with its bias."""
    users = Counter(id(x) for node in order for x in node.inputs)
    taken: set[int] = set()
    places = {id(node): place for place, node in enumerate(order)}
    found = []
    for node in reversed(order):
        if id(node) in taken or not _is(node, "add"):
            continue
        members = [node]
        pending = [node]
        while pending:
            for x in pending.pop().inputs:
                inner = users[id(x)] == 1 and id(x) in places
                if inner and _is(x, "add"):
                    pending.append(x)
                    members.append(x)
                elif inner and _is(x, "mul"):
                    members.append(x)
        taken.update(map(id, members))
        if len(members) > 1:
            members.sort(key=lambda member: places[id(member)])
            found.append(Fold(tuple(members)))
    return found[::-1]


def _is(node: Node, name: str) -> bool:
    return node.op is not None and node.op.name == name and node.ndim == 0


@dataclass(frozen=True, slots=True)
class Entry:
    """An edge into a fold.

    Attributes
    ----------
    source : Node
    edges : tuple of (int, int)
        The ids of the nodes that it enters, and the number of the input.
    local : float, ndarray or None
        The derivative of the fold's result by `source` along these edges; None where it has not
        one for each element.
    always : bool
        It is the same at every input.
    """

    source: Node
    edges: tuple[tuple[int, int], ...]
    local: Any
    always: bool


def entries(fold: Fold, exits: Sequence[Node], merged: bool) -> list[Entry]:
    """The edges into a fold; with `merged` one for each source."""
    found = list(_entries(fold, exits))
    if not merged:
        return found
    by_source: dict[int, Entry] = {}
    for entry in found:
        before = by_source.get(id(entry.source))
        if before is not None:
            both = before.local is not None and entry.local is not None
            entry = Entry(
                entry.source,
                before.edges + entry.edges,
                before.local + entry.local if both else None,
                before.always and entry.always,
            )
        by_source[id(entry.source)] = entry
    return list(by_source.values())


def _entries(fold: Fold, exits: Sequence[Node]) -> Iterator[Entry]:
    """Each edge with the derivative from the only exit back to it, summed over the paths inside."""
    inside = {id(node) for node in fold.members}
    known: dict[int, tuple[Any, bool]] = {}
    if len(exits) == 1:
        known[id(exits[0])] = (1.0, True)
    shape = exits[0].shape if exits else ()
    crossing: list[Entry] = []
    for node in reversed(fold.results):
        upstream, always = known.get(id(node), (None, False))
        for i, (x, local, slope) in enumerate(_locals(node)):
            plain = local is not None and upstream is not None and x.shape == node.shape == shape
            with np.errstate(all="ignore"):
                product = upstream * local if plain else None
            constant = always and slope is not None
            if id(x) not in inside:
                crossing.append(Entry(x, ((id(node), i),), product, constant))
                continue
            if id(x) in known:
                before, also = known[id(x)]
                both = before is not None and product is not None
                product, constant = before + product if both else None, also and constant
            known[id(x)] = (product, constant)
    # As they are read when the nodes are read oldest first, but a bias after the products.
    order = fold.members if fold.name else sorted(fold.members, key=lambda node: _is(node, "add"))
    places = {id(node): place for place, node in enumerate(order)}
    yield from sorted(crossing, key=lambda entry: (places[entry.edges[0][0]], entry.edges[0][1]))


def _locals(node: Node) -> list[tuple[Node, Any, float | None]]:
    assert node.op is not None
    try:
        with np.errstate(all="ignore"):
            locals_ = node.local_grads
    except Exception:  # a user's rule may raise; the graph has a picture all the same
        locals_ = (None,) * len(node.inputs)
    return list(zip(node.inputs, locals_, node.op.slopes, strict=True))
