"""Attributes of PyTorch's tensors that nodes don't have; asking for one says what to use instead.

They are descriptors, because a `__getattr__` makes every attribute of a node a tenth slower.
"""

from __future__ import annotations

from typing import NoReturn

_WRITING = "copy_ fill_ normal_ set_ uniform_ zero_"
_IN_PLACE = (
    "abs_ add_ ceil_ clamp_ clip_ div_ exp_ floor_ index_put_ log_ masked_fill_ mul_ neg_ pow_ "
    "reciprocal_ relu_ remainder_ round_ scatter_ scatter_add_ sigmoid_ sign_ sqrt_ square_ "
    "squeeze_ sub_ t_ tanh_ transpose_ tril_ triu_ trunc_ unsqueeze_"
)
_OTHERS = {
    "detach_": "use x = x.detach()",
    "device": "everything is on the CPU",
    "grad_fn": "the operation is .op, what it was applied to .inputs",
    "is_cuda": "everything is on the CPU",
    "register_backward_hook": "use register_hook",
    "zero_grad": "set .grad = None, or call it on a module or an optimiser",
}


class Absent:
    """What stands in the place of an attribute that there is not."""

    def __init__(self, name: str, instead: str) -> None:
        self._name = name
        self._instead = instead

    def __get__(self, node: object, kind: type) -> NoReturn:
        raise AttributeError(
            f"{kind.__name__!r} has no attribute {self._name!r}; {self._instead}",
            name=self._name,
            obj=node,
        )


def say_what_is_absent(kind: type) -> None:
    """Let the class answer for attributes that its nodes don't have."""
    for name in _WRITING.split():
        setattr(kind, name, Absent(name, "on a leaf, x.data = array gives it other numbers"))
    for name in _IN_PLACE.split():
        instead = f"nothing is done in place; use x = x.{name[:-1]}(…), or x.data = array on a leaf"
        setattr(kind, name, Absent(name, instead))
    for name, instead in _OTHERS.items():
        setattr(kind, name, Absent(name, instead))
