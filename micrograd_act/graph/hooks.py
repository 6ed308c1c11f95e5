"""Functions that see, and may replace, the gradient of a node on its way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph import backward
from micrograd_act.graph.calling import calls_of
from micrograd_act.graph.node import Node
from micrograd_act.graph.value import Value, as_float

Hook = Callable[[Any], Any]


class Handle:
    """Takes a hook off again."""

    def __init__(self, hooks: dict[object, Hook], key: object) -> None:
        self._hooks = hooks
        self._key = key

    def remove(self) -> None:
        """Take the hook off; a second time does nothing."""
        self._hooks.pop(self._key, None)


def register(node: Node, hook: Hook) -> Handle:
    """What `node.register_hook(hook)` does."""
    if not callable(hook):
        raise TypeError(f"register_hook: expected a function, got {type(hook).__name__}")
    if not node.requires_grad:
        raise GradientError("register_hook: this node is not tracked, so it gets no gradient")
    hooks = _hooks_of(node)
    if hooks is None:
        hooks = {}
        node._label = (node.label, hooks, calls_of(node))  # dies with the node; no other pays
    key = object()  # not the handle: it holds the dictionary
    hooks[key] = hook
    if _through_hooks not in backward.observers:
        backward.observers.append(_through_hooks)
    return Handle(hooks, key)


def _hooks_of(node: Node) -> dict[object, Hook] | None:
    held = node._label
    return held[1] if type(held) is tuple else None


def _through_hooks(
    mark: object, results: Iterable[Node], ends: Iterable[Node], create_graph: bool
) -> Iterator[Node]:
    """Call the hooks of each result when its gradient is complete, and those of the ends last."""
    passed = set()
    for node in results:
        if _hooks_of(node) and node._cotangent is not mark:
            passed.add(node)
            _call(node, create_graph)
        yield node
    for node in ends:
        if _hooks_of(node) and node._cotangent is not mark and node not in passed:
            passed.add(node)
            _call(node, create_graph)


def _call(node: Any, create_graph: bool) -> None:
    for hook in tuple((_hooks_of(node) or {}).values()):
        g = node._cotangent
        if isinstance(g, np.ndarray):
            g = g.view()  # several nodes may share the buffer
            g.flags.writeable = False
        replacement = hook(g)
        if replacement is not None:
            node._cotangent = _checked(node, replacement, create_graph)


def _checked(node: Any, given: Any, create_graph: bool) -> Any:
    what = f"register_hook: the gradient that a hook of '{node.label or node.op or 'a leaf'}' gave"
    if create_graph:
        from micrograd_act.graph.tracing import node_like

        return node_like(what, given, node)
    if isinstance(given, Node):
        given = given._data
    return as_float(given, what) if isinstance(node, Value) else node._as_gradient(what, given)
