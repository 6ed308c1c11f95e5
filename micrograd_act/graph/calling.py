"""Which call of a module made a node: kept with the label of what the call returned.

There a record dies with the node, and no other node pays for it. Serial numbers say the rest: of
the ancestors of what was returned, the call made those that are younger than its start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias
from weakref import ref

from micrograd_act.graph.node import Node

# A weak reference, since a module may keep what it returned, and the serial number at the start.
Call: TypeAlias = tuple["ref[Any]", int]


class Kept(str):
    """A label with what else is known of its node. Copies of a node have a plain one."""

    __slots__ = ("calls", "hooks")

    calls: tuple[Call, ...]
    hooks: dict[object, Any]

    def renamed(self, text: str) -> Kept:
        """Another label with the same hooks and calls."""
        return kept(text, self.hooks, self.calls)


def kept(text: str, hooks: dict[object, Any], calls: tuple[Call, ...]) -> Kept:
    """A label with hooks and calls."""
    label = Kept(text)
    label.hooks = hooks
    label.calls = calls
    return label


def note_call(module: object, start: int, given: Any) -> None:
    """Remember what `module` returned from the call that began at the serial number `start`."""
    call = (ref(module), start)
    if isinstance(given, Node):
        _note(call, (given,))
    elif isinstance(given, (list, tuple, dict)):
        stack: list[Any] = [given]
        found = []
        while stack:
            held = stack.pop()
            if isinstance(held, Node):
                found.append(held)
            elif isinstance(held, (list, tuple)):
                stack.extend(held)
            elif isinstance(held, dict):
                stack.extend(held.values())
        _note(call, found)


def _note(call: Call, given: Iterable[Node]) -> None:
    start = call[1]
    shared = None
    for node in given:
        if node._serial < start or not node.inputs:  # not made here, or untracked
            continue
        label: Any = node._label
        if label or isinstance(label, Kept):
            calls = label.calls if isinstance(label, Kept) else ()
            hooks = label.hooks if isinstance(label, Kept) else {}
            node._label = kept(str(label), hooks, (*calls, call))
        else:
            if shared is None:  # a layer of scalars returns many nodes
                shared = kept("", {}, (call,))
            node._label = shared


def calls_of(node: Node) -> tuple[Call, ...]:
    """The calls that returned `node`, the innermost first."""
    label = node._label
    return label.calls if isinstance(label, Kept) else ()
