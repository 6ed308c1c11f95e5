"""The gradient split by what its paths cross: ops, labels, parts of a module, or anything else."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from operator import or_
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from micrograd_act.graph.calling import calls_of
from micrograd_act.graph.node import Node, nodes
from micrograd_act.ops.op import Family, Op
from micrograd_act.pathways.edges import count_edges, op_of, spread
from micrograd_act.pathways.spelling import plain
from micrograd_act.pathways.table import as_text, never_raising, split_sections

if TYPE_CHECKING:
    from micrograd_act.pathways.ledger import Paths


@runtime_checkable
class HasParts(Protocol):
    """A module: what is inside it has names."""

    def named_children(self) -> list[tuple[str, Any]]:
        """The modules that it holds, by name."""

    def named_parameters(self) -> list[tuple[str, Any]]:
        """Its parameters, by name."""


Key: TypeAlias = (
    Literal["op", "label"]
    | HasParts
    | Mapping[str, HasParts | Sequence[HasParts]]
    | Callable[[Node], Hashable]
)
Group: TypeAlias = tuple[Any, ...]


class Split(dict[Group, Any]):
    """What `Paths.split` returns: a dict that prints as a table.

    Attributes
    ----------
    counts : dict of tuple to int
        How many paths there are in each group.
    ledger : Paths
    """

    def __init__(self, ledger: Paths, met: Met, found: Mapping[int, Any]) -> None:
        self.ledger = ledger
        self._met = met
        super().__init__((group, found[bits]) for group, bits in met.groups(found))

    @cached_property
    def counts(self) -> dict[Group, int]:  # noqa: D102
        ledger = self.ledger
        found = spread(ledger.steps, ledger.y, ledger.x, 1, count_edges, self._met.mark, or_)
        return {group: found[bits] for group, bits in self._met.groups(found)}

    def to_dict(self) -> dict[str, Any]:
        """The split as plain data."""
        return {
            "groups": [
                {"crossed": list(group), "paths": self.counts[group], "gradient": plain(c)}
                for group, c in self.items()
            ]
        }

    def __str__(self) -> str:
        return as_text(split_sections(self))

    def _repr_html_(self) -> str:
        return never_raising(split_sections, self)


class Met:
    """Sets of values met on a path, as bits."""

    def __init__(self, ledger: Paths, of: Callable[[Node], Hashable]) -> None:
        values = {node: _hashable(of(node)) for node in reversed(ledger.steps)}
        self._values = list(dict.fromkeys(v for v in values.values() if v is not None))
        rank = {value: k for k, value in enumerate(self._values)}
        self._bits = {node: 0 if v is None else 1 << rank[v] for node, v in values.items()}

    def mark(self, node: Node, i: int) -> int:
        """What a path meets at `node`."""
        return self._bits[node]

    def groups(self, found: Mapping[int, Any]) -> list[tuple[Group, int]]:
        """The sets as tuples, ordered from `y` on."""
        ranks = sorted(
            (tuple(k for k in range(bits.bit_length()) if bits >> k & 1), bits) for bits in found
        )
        return [(tuple(self._values[k] for k in group), bits) for group, bits in ranks]


def _hashable(value: Any) -> Hashable:
    try:
        hash(value)
    except TypeError:
        kind = type(value).__name__
        raise TypeError(f"split: key(node) must be hashable, got {kind}") from None
    return value  # type: ignore[no-any-return]


def key_function(key: Key, ledger: Paths) -> Callable[[Node], Hashable]:
    """What `key` says of a node."""
    if isinstance(key, (HasParts, Mapping)):
        parts = parts_of(key, ledger.y)
        return lambda node: parts.get(node)
    if key == "op":
        return lambda node: op_of(node).name
    if key == "label":
        return lambda node: node.label or None
    if callable(key) and not isinstance(key, (Op, Family)):
        return key
    raise ValueError(
        "split: key is 'op', 'label', a module, a dict of modules or a function of a node, "
        f"got {key!r}"
    )


def parts_of(key: HasParts | Mapping[str, Any], y: Node) -> dict[Node, str]:
    """By which part of a module, or of a dict of modules, each node was made that one made.

    A part made what its result was computed from since it was called; of parts that call each
    other, the inner one did.
    """
    named = _named(key)
    names = {id(part): name for name, part in named}
    everything = nodes(y)
    returned: dict[tuple[int, str], list[Node]] = {}
    called = set()
    for node in everything:
        for module, start in calls_of(node):
            part = id(module())
            if part in names:
                called.add(part)
                returned.setdefault((start, names[part]), []).append(node)
    _check_called([(name, part) for name, part in named if id(part) not in called], everything)
    if not called:
        raise ValueError(
            f"split: none of the modules {', '.join(dict(named))} returned a node of this graph"
        )
    made: dict[Node, str] = {}
    for start, name in sorted(returned):
        seen = set(returned[start, name])
        stack = list(seen)
        while stack:
            node = stack.pop()
            made[node] = name
            for x in node.inputs:
                if x._serial > start and x.inputs and x not in seen:
                    seen.add(x)
                    stack.append(x)
    return made


def _named(key: HasParts | Mapping[str, Any]) -> list[tuple[str, HasParts]]:
    """The modules to tell apart, each with the name under which it counts."""
    if isinstance(key, HasParts):
        found = key.named_children()
        if not found:
            raise ValueError(
                f"split: {type(key).__name__} holds no modules, so there is nothing to tell apart"
            )
        return found
    named = []
    for name, held in key.items():
        parts = held if isinstance(held, (list, tuple)) else [held]
        wrong = next((part for part in parts if not isinstance(part, HasParts)), None)
        if wrong is not None or not parts:
            given = "nothing" if wrong is None else type(wrong).__name__
            raise ValueError(f"split: {name!r} must be a module or a list of them, got {given}")
        named += [(name, part) for part in parts]
    if not named:
        raise ValueError("split: the dict of modules is empty")
    return named


def _check_called(missed: Sequence[tuple[str, HasParts]], everything: list[Node]) -> None:
    """Raise if a part took part without a call on record: its paths would count as others."""
    present = set(everything)
    for name, part in missed:
        if any(parameter in present for _, parameter in part.named_parameters()):
            raise ValueError(
                f"split: {name} took part in this graph, but not by a call that is on record: "
                "call the module itself, not its forward; neurons and pickled graphs have no "
                "records; split by a function of a node instead"
            )
