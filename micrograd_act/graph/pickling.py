"""Pickling a graph without recursion: a node goes as its ancestors, oldest first.

Each node is stood in for by one `Shell` as long as a pickle holds it, so that nodes pickled
together keep what they share.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary

from micrograd_act.graph.node import UNTRACKED, Node, next_serial, unseen


class _Clock:
    """Goes into every pickle once, so that the serial numbers in it keep their order."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _Shift, (next_serial(),)


class _Shift:
    """What loaded serial numbers are moved by: below 0, where no number is given out here."""

    lowest = 0

    def __init__(self, then: int) -> None:
        self.shift = _Shift.lowest = _Shift.lowest - then


_clock = _Clock()


class Shell:
    """One node without its ancestors; unpickles as the node itself."""

    __slots__ = ("__weakref__", "inputs", "node")

    def __init__(self, node: Node, inputs: tuple[Shell, ...]) -> None:
        self.node = node
        self.inputs = inputs

    def __reduce__(self) -> tuple[Any, ...]:
        node = self.node
        fields = (node._data, node._grad, node.label, node.requires_grad, node.op)
        return _rebuilt, (type(node), self.inputs, fields, node._serial, _clock)


_shells: WeakValueDictionary[int, Shell] = WeakValueDictionary()


def reduced(node: Node) -> tuple[Any, ...]:
    """What `node.__reduce__` returns."""
    fresh = []
    for ancestor in unseen(node, _shells):
        shell = Shell(ancestor, tuple(_shells[id(x)] for x in ancestor.inputs))
        _shells[id(ancestor)] = shell
        fresh.append(shell)
    return _last, (tuple(fresh), _shells[id(node)])


def _last(fresh: tuple[Node, ...], node: Node) -> Node:
    return node


def _rebuilt(
    kind: type[Node], inputs: tuple[Node, ...], fields: Any, serial: int, clock: _Shift
) -> Node:
    node = object.__new__(kind)
    node._data, node._grad, node._label, tracked, node.op = fields
    node._cotangent = None if tracked else UNTRACKED
    node._serial = serial + clock.shift
    node.inputs = inputs
    return node
