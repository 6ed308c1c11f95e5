"""Leaves under the names of the caller's variables; no label is ever written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

from micrograd_act.graph.node import Node

_PACKAGE = __name__.partition(".")[0]


def caller_names() -> dict[int, str]:
    """The variables of the code that called this package, by the id of the node they hold.

    Members of a list, tuple or dict variable are named with their index: ``w[0]``.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _inside(frame):
        frame = frame.f_back
    if frame is None:
        return {}
    names: dict[int, str] = {}
    for scope in (frame.f_locals, frame.f_globals):
        for name, held in list(scope.items()):
            if not name.startswith("_") and name != "Out":  # what IPython keeps
                _enter(names, name, held)
    return names


def _inside(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module == _PACKAGE or module.startswith(_PACKAGE + ".")


def _enter(names: dict[int, str], name: str, held: Any) -> None:
    if isinstance(held, Node):
        names.setdefault(id(held), name)
        return
    members: Iterable[tuple[Any, Any]] = ()
    if isinstance(held, (list, tuple)) and len(held) <= 1000:
        members = enumerate(held)
    elif isinstance(held, Mapping) and len(held) <= 1000:
        members = ((repr(key), value) for key, value in held.items())
    for key, value in members:
        if isinstance(value, Node):
            names.setdefault(id(value), f"{name}[{key}]")


def name_of(node: Node, names: Mapping[int, str]) -> str:
    """What to call a node: its label, the caller's variable, else nothing."""
    return node.label or names.get(id(node), "")
