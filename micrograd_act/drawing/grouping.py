"""Nodes by the layer or the module that they belong to, and groups as boxes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from micrograd_act.drawing.folding import Fold, order_units
from micrograd_act.drawing.spelling import plain
from micrograd_act.graph.node import Node
from micrograd_act.pathways.splitting import HasParts, parts_of

Key: TypeAlias = Literal["layer"] | HasParts | Callable[[Node], Hashable]

_INPUTS = 8  # of a group that are drawn

# The computed nodes of each group by its name, groups in the order of their first nodes.
Groups: TypeAlias = dict[str, list[Node]]


def groups_of(root: Node, order: Sequence[Node], key: Key) -> Groups:
    """Put the results among `order` into groups.

    Parameters
    ----------
    key : "layer", Module or callable
        "layer" counts the activations crossed on the way from the inputs: each layer ends with
        one, and what crosses none belongs to the first layer that reads it. A module names its
        parts. A function gives the group of a node, or None.

    Raises
    ------
    ValueError
        If the key is none of these, or the module did not make this graph.
    """
    results = [node for node in order if node.op is not None]
    if key == "layer":
        of: Mapping[Node, Any] = _layers(results)
        results = list(of)
    elif isinstance(key, HasParts):
        try:
            of = parts_of(key, root)
        except ValueError as error:
            raise ValueError(str(error).replace("split:", "draw, group:", 1)) from None
    elif callable(key):
        of = {node: key(node) for node in results}
    else:
        raise ValueError(f"draw: group is 'layer', a module or a function of a node, got {key!r}")
    found: Groups = {}
    for node in results:
        name = of.get(node)
        if name is not None:
            found.setdefault(plain(name).strip() or "–", []).append(node)
    return found


def title_of(key: Key, name: str) -> str:
    """A group's name, for a part of a module with what it is."""
    if isinstance(key, HasParts):
        kinds = {part: type(child).__name__ for part, child in key.named_children()}
        return f"{name} {kinds[name]}" if name in kinds else name
    return name


def _layers(results: Sequence[Node]) -> dict[Node, str]:
    depth: dict[Node, int] = {}
    for node in results:
        depth[node] = max(
            (depth[x] + x.op.is_activation for x in node.inputs if x.op is not None and x in depth),
            default=1,
        )
    crossed: set[Node] = set()  # computed from an activation, or one itself
    readers: dict[Node, int] = {}  # the first layer that reads a node
    for node in results:
        if node.op is not None and (node.op.is_activation or not crossed.isdisjoint(node.inputs)):
            crossed.add(node)
    for node in reversed(results):
        if node not in crossed:  # a weight that is reshaped belongs to the layer that uses it
            depth[node] = readers.get(node, depth[node])
        for x in node.inputs:
            readers[x] = min(readers.get(x, depth[node]), depth[node])
    return {node: f"layer {depth[node]}" for node in sorted(results, key=depth.__getitem__)}


def collapsed(
    root: Node,
    order: Sequence[Node],
    groups: Groups,
    which: bool | Collection[str],
    parts: Collection[int],
) -> list[Fold]:
    """Fold groups, and roll up those that are equal and follow each other.

    Parameters
    ----------
    which : bool or collection of str
        All of them, or those of these names.
    parts : collection of int
        The ids of parameters and constants, which disappear into the group that alone reads them.

    Raises
    ------
    ValueError
        If there is no group of a name.
    """
    names = _chosen(groups, which)
    owner = {id(node): name for name in names for node in groups[name]}
    owner |= _absorbed(order, owner, parts)
    members: dict[str, list[Node]] = {name: [] for name in names}
    for node in order:
        if id(node) in owner:
            members[owner[id(node)]].append(node)
    folds = [Fold(tuple(found), name) for name, found in members.items()]
    return _rolled(root, order, folds)


def _absorbed(
    order: Sequence[Node], owner: Mapping[int, str], parts: Collection[int]
) -> dict[int, str]:
    """The leaves that disappear into the group that alone reads them.

    Parameters and constants do; inputs only where they are too many to be read.
    """
    readers: dict[int, set[str]] = {}
    for node in order:
        for x in node.inputs:
            if not x.inputs:
                readers.setdefault(id(x), set()).add(owner.get(id(node), ""))
    alone = {leaf: name for leaf, (name, *others) in readers.items() if name and not others}
    inputs: dict[str, list[int]] = {}
    for node in order:
        if id(node) in alone and id(node) not in parts:
            inputs.setdefault(alone[id(node)], []).append(id(node))
    for leaves in inputs.values():
        if len(leaves) <= _INPUTS:
            for leaf in leaves:
                del alone[leaf]
    return alone


def _chosen(groups: Groups, which: bool | Collection[str]) -> list[str]:
    if isinstance(which, bool):
        return list(groups) if which else []
    wanted = [which] if isinstance(which, str) else [str(name) for name in which]
    for name in wanted:
        if name not in groups:
            known = ", ".join(map(repr, groups))
            raise ValueError(f"draw: there is no group {name!r} to collapse; there are {known}")
    return [name for name in groups if name in wanted]


def _rolled(root: Node, order: Sequence[Node], folds: Sequence[Fold]) -> list[Fold]:
    """Make one fold of blocks of one shape, each of which alone reads the one before."""
    units = order_units(root, order, folds)
    inside = {id(node): fold for fold in folds for node in fold.members}
    read_by: dict[int, set[int]] = {}
    for node in order:
        for x in node.inputs:
            if id(x) in inside and inside.get(id(node)) is not inside[id(x)]:
                read_by.setdefault(id(inside[id(x)]), set()).add(id(inside.get(id(node), root)))
    chain: list[Fold] = [unit for unit in units.units if isinstance(unit, Fold)]
    shapes = {id(fold): _shape(fold) for fold in chain}
    runs: list[list[Fold]] = []
    for fold in chain:
        last = runs[-1][-1] if runs else None
        follows = (
            last is not None
            and shapes[id(last)] == shapes[id(fold)]
            and read_by.get(id(last)) == {id(fold)}
        )
        if follows:
            runs[-1].append(fold)
        else:
            runs.append([fold])
    return [run[0] if len(run) == 1 else _joined(run) for run in runs]


def _joined(run: Sequence[Fold]) -> Fold:
    members = tuple(node for fold in run for node in fold.members)
    return Fold(members, f"{run[0].name} … {run[-1].name}", len(run))


def _shape(fold: Fold) -> tuple[Any, ...]:
    """What two blocks have in common that compute the same from other numbers."""
    places = {id(node): place for place, node in enumerate(fold.members)}
    return tuple(
        (node.op, node.shape, tuple(places.get(id(x), -1) for x in node.inputs))
        for node in fold.members
    )
