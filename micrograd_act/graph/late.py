"""Methods that are imported when they are first asked for: most programs need few of them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


class Late:
    """What stands in the place of a method until then; the class then holds the method itself.

    Parameters
    ----------
    module : str
        Where the function is, below `micrograd_act`.
    name : str, optional
        What it is called there, if not as the method.
    make : callable, optional
        Makes the method of what is found; by default it is what is found.
    """

    def __init__(
        self, module: str, name: str = "", make: Callable[[Any], Any] | None = None
    ) -> None:
        self._module = module
        self._name = name
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._place = name

    def __get__(self, node: object, kind: type) -> Any:
        found = getattr(import_module(f"micrograd_act.{self._module}"), self._name or self._place)
        method = found if self._make is None else self._make(found)
        setattr(self._owner, self._place, method)
        return getattr(kind if node is None else node, self._place)
