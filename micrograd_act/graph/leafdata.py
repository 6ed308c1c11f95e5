"""What `.data` of a leaf hands out: a read-only view whose in-place operators update the leaf.

`w.data -= step` gives the leaf a new buffer and a new serial number, so that backward through a
node that read the old numbers raises.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np


class LeafData(np.ndarray[Any, Any]):
    """A view of a leaf's array that knows the leaf."""

    owner: Any = None

    @classmethod
    def of(cls, owner: Any) -> LeafData:
        """The view that the leaf `owner` hands out."""
        view: LeafData = owner._data.view(cls)
        view.owner = owner
        view.flags.writeable = False
        return view

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return array[()] if return_scalar else np.asarray(array)

    def __setitem__(self, index: Any, value: Any) -> None:
        if self.owner is None:
            super().__setitem__(index, value)
            return
        array = self.owner._data.copy()
        array[index] = value
        self.owner._update(array)

    def __reduce__(self) -> Any:
        return np.array(self).__reduce__()

    def __deepcopy__(self, memo: Any) -> Any:
        return np.array(self)


def _in_place(name: str) -> None:
    relation: Callable[[Any, Any], Any] = getattr(operator, name)
    plain = getattr(np.ndarray, f"__i{name.strip('_')}__")

    def method(self: LeafData, other: Any) -> Any:
        if self.owner is None:
            return plain(self, other)
        self.owner._update(relation(self.owner._data, other))
        return LeafData.of(self.owner)

    setattr(LeafData, f"__i{name.strip('_')}__", method)


for _name in ("add", "sub", "mul", "truediv", "pow"):
    _in_place(_name)
