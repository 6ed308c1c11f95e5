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

    Members of a list, tuple or dict variable are named with their index: ``w[0]``, ``w[0][1]``.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and inside_package(frame):
        frame = frame.f_back
    names: dict[int, str] = {}
    module: Mapping[str, Any] = {} if frame is None else frame.f_globals
    while frame is not None:
        if frame.f_globals is module:  # whoever else calls a lambda has other names
            _enter_all(names, frame.f_locals)
            if frame.f_code.co_name not in _INLINE:
                break
        frame = frame.f_back
    _enter_all(names, module)
    return names


# The bodies of these have frames of their own, but their names are those around them too.
_INLINE = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"}


def _enter_all(names: dict[int, str], scope: Mapping[str, Any]) -> None:
    for name, held in list(scope.items()):
        # neither what IPython keeps nor what compilers and pytest make up
        if not name.startswith(("_", "@", ".")) and name != "Out":
            _enter(names, name, held, depth=2)


def inside_package(frame: FrameType) -> bool:
    """Whether the code that runs in `frame` is this package's own."""
    module = str(frame.f_globals.get("__name__", ""))
    return module == _PACKAGE or module.startswith(_PACKAGE + ".")


def _enter(names: dict[int, str], name: str, held: Any, depth: int) -> None:
    if isinstance(held, Node):
        names.setdefault(id(held), name)
        return
    if depth == 0:
        return
    members: Iterable[tuple[Any, Any]] = ()
    if isinstance(held, (list, tuple)) and len(held) <= 1000:
        members = enumerate(held)
    elif isinstance(held, Mapping) and len(held) <= 1000:
        members = ((repr(key), value) for key, value in held.items())
    for key, value in members:
        _enter(names, f"{name}[{key}]", value, depth - 1)


def name_of(node: Node, names: Mapping[int, str]) -> str:
    """What to call a node: its label, the caller's variable, else nothing."""
    return node.label or names.get(id(node), "")
