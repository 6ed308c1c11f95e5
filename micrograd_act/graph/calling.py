"""Which call of a module made a node: kept with the label of what the call returned.

There a record dies with the node, and no other node pays for it. Serial numbers say the rest: of
the ancestors of what was returned, the call made those that are younger than its start.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, TypeAlias
from weakref import ref

from micrograd_act.graph.node import Node

# A weak reference, since a module may keep what it returned, and the serial number at the start.
Call: TypeAlias = tuple["ref[Any]", int]


def note_call(module: object, start: int, given: Any) -> None:
    """Remember what `module` returned from the call that began at the serial number `start`."""
    if isinstance(given, Node):
        if given._serial > start and given.inputs:  # made here, and tracked
            held: Any = given._label
            call = ref(module), start
            # a plain tuple, which is built in no time; every call of every module comes by here
            given._label = (
                (held[0], held[1], (*held[2], call))
                if type(held) is tuple
                else (held, None, (call,))
            )
    elif isinstance(given, (list, tuple, dict)):
        _note_members(ref(module), start, given)


def _note_members(module: ref[Any], start: int, given: Any) -> None:
    shared = "", None, ((module, start),)  # a layer of scalars returns many nodes
    stack = [given]
    while stack:
        held = stack.pop()
        if isinstance(held, (list, tuple)):
            stack.extend(held)
        elif isinstance(held, dict):
            stack.extend(held.values())
        elif isinstance(held, Node) and held._serial > start and held.inputs:
            label: Any = held._label
            if type(label) is tuple:
                held._label = label[0], label[1], (*label[2], *shared[2])
            else:
                held._label = (label, *shared[1:]) if label else shared


def calls_of(node: Node) -> tuple[Call, ...]:
    """The calls that returned `node`, the innermost first."""
    held = node._label
    return held[2] if type(held) is tuple else ()


def carry_calls(made: Mapping[Node, Node]) -> None:
    """Let the nodes that were made anew, in the order of the old ones, be of the same calls."""
    pairs = [(old._serial, new._serial) for old, new in made.items() if new is not old]
    before = [serial for serial, _ in pairs]
    for old, new in made.items():
        calls = calls_of(old)
        if calls and new is not old:
            older = [bisect_right(before, start) for _, start in calls]
            starts = [pairs[n - 1][1] if n else -1 for n in older]
            moved = tuple((module, start) for (module, _), start in zip(calls, starts, strict=True))
            new._label = new.label, None, moved
