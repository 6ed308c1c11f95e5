"""Pickling a graph without recursion: a node goes as its ancestors, oldest first.

Each node is stood in for by one `Shell` as long as a pickle holds it, so that nodes pickled
together keep what they share.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary

from micrograd_act.graph.node import Node, next_serial, unseen


class Shell:
    """One node without its ancestors; unpickles as the node itself."""

    __slots__ = ("__weakref__", "inputs", "node")

    def __init__(self, node: Node, inputs: tuple[Shell, ...]) -> None:
        self.node = node
        self.inputs = inputs

    def __reduce__(self) -> tuple[Any, ...]:
        node = self.node
        changed = any(x._serial > node._serial for x in node.inputs)
        fields = (node._data, node._grad, node._label, node._tracked, node.op)
        return _rebuilt, (type(node), self.inputs, fields, changed)


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


def _rebuilt(kind: type[Node], inputs: tuple[Node, ...], fields: Any, changed: bool) -> Node:
    node = object.__new__(kind)
    node._data, node._grad, node._label, node._tracked, node.op = fields
    node._serial = next_serial()
    node.inputs = inputs
    if changed:  # its leaves were set after it read them, and still were
        for x in inputs:
            if not x.inputs:
                x._serial = next_serial()
    return node
