"""What `.data` of a leaf hands out: a read-only view whose in-place operators update the leaf.

`w.data -= step` gives the leaf a new buffer and a new serial number, so that backward through a
node that read the old numbers raises.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np


def read_only(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A view that nobody can write through, nor through its base."""
    protect(array)
    return array.view()


def protect(array: np.ndarray[Any, Any]) -> None:
    """Make an array and what it is a view of read-only; then their views are."""
    array.setflags(write=False)
    if isinstance(array.base, np.ndarray):
        array.base.setflags(write=False)


class LeafData(np.ndarray[Any, Any]):
    """A view of a leaf's array that knows the leaf."""

    owner: Any = None
    part: tuple[Any, ...] = ()  # the indices that lead from the leaf's array to this view

    @staticmethod
    def of(owner: Any) -> LeafData:
        """The view that the leaf `owner` hands out."""
        array = owner._data
        array.setflags(write=False)  # as `protect`, in line: every update comes here twice
        if array.base is not None:
            protect(array)
        view: LeafData = array.view(LeafData)
        view.owner = owner
        return view

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        if type(found) is LeafData and self.owner is not None and np.may_share_memory(found, self):
            found.owner = self.owner
            found.part = (*self.part, index)
        return found

    def _replace(self, change: Callable[[Any], Any]) -> None:
        """Update the leaf where this view stands in it."""
        array = self.owner._data.copy()
        seen = array
        for index in self.part:
            seen = seen[index]
        seen[...] = change(seen)
        self.owner._update(array)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return array[()] if return_scalar else np.asarray(array)

    def __setitem__(self, index: Any, value: Any) -> None:
        if self.owner is None:
            super().__setitem__(index, value)
            return

        def assigned(array: Any) -> Any:
            array[index] = value
            return array

        self._replace(assigned)

    def __reduce__(self) -> Any:
        return np.array(self).__reduce__()

    def __deepcopy__(self, memo: Any) -> Any:
        return np.array(self)


def _in_place(name: str) -> None:
    relation: Callable[[Any, Any], Any] = getattr(operator, name)
    plain = getattr(np.ndarray, f"__i{name.strip('_')}__")

    def method(self: LeafData, other: Any) -> Any:
        owner = self.owner
        if owner is None:
            return plain(self, other)
        if not self.part:
            owner._update(relation(owner._data, other))
            return LeafData.of(owner)
        self._replace(lambda array: relation(array, other))
        found = LeafData.of(owner)
        for index in self.part:
            found = found[index]
        return found

    setattr(LeafData, f"__i{name.strip('_')}__", method)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _in_place(_name)
