"""Nested lists, tuples and dicts of leaves (JAX's pytrees), taken apart and put together again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Shape(NamedTuple):
    """The containers of a tree without its leaves; equal for trees that match."""

    kind: type | None  # None for a leaf
    keys: tuple[Any, ...] = ()
    parts: tuple[Shape, ...] = ()


_LEAF = Shape(None)


def flatten(tree: Any) -> tuple[list[Any], Shape]:
    """The leaves from left to right, and what held them. None is a container of nothing."""
    kind = type(tree)
    if isinstance(tree, dict):
        keys, members = tuple(tree), list(tree.values())
    elif isinstance(tree, (list, tuple)):
        keys, members = (), list(tree)
    elif tree is None:
        keys, members = (), []
    else:
        return [tree], _LEAF
    leaves: list[Any] = []
    parts = []
    for member in members:
        below, part = flatten(member)
        leaves += below
        parts.append(part)
    return leaves, Shape(kind, keys, tuple(parts))


def unflatten(shape: Shape, leaves: Iterator[Any]) -> Any:
    """The tree of that shape whose leaves come from the iterator."""
    kind = shape.kind
    if kind is None:
        return next(leaves)
    if kind is type(None):
        return None
    members = [unflatten(part, leaves) for part in shape.parts]
    if issubclass(kind, dict):
        return dict(zip(shape.keys, members, strict=True))
    if issubclass(kind, tuple):
        return kind(*members) if hasattr(kind, "_fields") else tuple(members)
    return members


def leaves_like(tree: Any, shape: Shape, what: str, like: str) -> list[Any]:
    """The leaves of a tree that must have this shape, in the order of `shape`.

    Raises
    ------
    ValueError
        If the containers differ; the message calls the trees `what` and `like`.
    """
    if shape.kind is None:
        return [tree]
    if shape.kind is dict or (isinstance(shape.kind, type) and issubclass(shape.kind, dict)):
        if isinstance(tree, dict) and set(tree) == set(shape.keys):
            members = [tree[key] for key in shape.keys]
            return _below(members, shape, what, like)
    elif shape.kind is type(None):
        if tree is None:
            return []
    elif isinstance(tree, (list, tuple)) and len(tree) == len(shape.parts):
        return _below(list(tree), shape, what, like)
    raise ValueError(f"{what}: {_told(flatten(tree)[1])} does not match {like}, {_told(shape)}")


def _below(members: list[Any], shape: Shape, what: str, like: str) -> list[Any]:
    pairs = zip(members, shape.parts, strict=True)
    return [leaf for member, part in pairs for leaf in leaves_like(member, part, what, like)]


def _told(shape: Shape) -> str:
    if shape.kind is None:
        return "a leaf"
    if shape.kind is type(None):
        return "None"
    if shape.keys:
        return f"a dict with the keys {list(shape.keys)}"
    return f"a {shape.kind.__name__} of {len(shape.parts)}"
