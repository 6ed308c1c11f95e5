"""The ledger of a gradient: every path from a result back to an input, and sums over them."""

from __future__ import annotations

import math
import operator
import warnings
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, NoReturn

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph import Value
from micrograd_act.graph.naming import caller_names
from micrograd_act.graph.node import Node
from micrograd_act.graph.value import as_float
from micrograd_act.pathways.best_first import enumerated, largest_first, options_of
from micrograd_act.pathways.crossing import Crossing, Nonlinear
from micrograd_act.pathways.edges import (
    Steps,
    check_node,
    count_edges,
    op_of,
    pull_edges,
    restricted,
    spread,
    steps_between,
)
from micrograd_act.pathways.path import Path
from micrograd_act.pathways.spelling import Names, norm, plain, spell_count
from micrograd_act.pathways.splitting import Key, Met, Split, key_function
from micrograd_act.pathways.table import as_text, ledger_sections, never_raising


def paths(
    y: Node,
    x: Node,
    gradient: Any = None,
    *,
    nonlinear: Nonlinear = "activations",
    limit: int = 4096,
    names: bool = True,
) -> Paths:
    """The gradient of `y` with respect to `x`, path by path; no `.grad` changes.

    A path is a way along the edges of the graph from `y` back to `x`. It contributes the product of
    the local gradients on it, and all contributions sum to the gradient. Hooks are not called.

    Parameters
    ----------
    y, x : Value or Tensor
        Tracked; `x` may be a result too.
    gradient : array_like or node, optional
        The cotangent of `y`; needed where `y` has several elements.
    nonlinear : {"activations", "any"}, activation or callable, optional
        What `by_activations` counts: activations that are not affine; every op whose local
        gradient on the path depends on `x` (or on a condition, since a graph does not tell what was
        compared); one activation such as `relu`, or its name; or the nodes for which
        ``nonlinear(node)`` is true.
    limit : int
        Most paths of an array graph that are enumerated, and most groups of a split.
    names : bool
        Call nodes without a label by the caller's variables that hold them.

    Returns
    -------
    Paths
        Empty, with the sum 0, if `y` does not depend on `x`.

    Raises
    ------
    GradientError
        If `y` or `x` is untracked, `y` has several elements and there is no `gradient`, or a leaf
        changed after the forward pass.
    TypeError
        If `y` or `x` is no node.
    ValueError
        If `gradient` has another shape than `y`, `nonlinear` is unknown, or `limit` is below 1.

    Examples
    --------
    >>> from micrograd_act import Value, paths, relu
    >>> x, w = Value(0.5), Value(3.0)
    >>> y = x + relu(w * x)
    >>> for path in paths(y, x):
    ...     print(path)
    1 · 1 · 3 = 3    y(+) ← relu ← × ← x
    1 = 1    y(+) ← x
    >>> ledger = paths(y, x)
    >>> ledger.count, ledger.total, ledger.by_activations
    (2, 4.0, [1.0, 3.0])
    """
    check_node(y, "paths", "y")
    check_node(x, "paths", "x")
    seed = seed_of(y, gradient, "paths")
    limit = operator.index(limit)
    if limit < 1:
        raise ValueError(f"paths: limit must be at least 1, got {limit}")
    crossing = Crossing(steps_between(y, x), x, nonlinear)
    return Paths(y, x, seed, crossing, limit, Names(caller_names() if names else {}))


def seed_of(y: Any, gradient: Any, what: str) -> Any:
    """The cotangent with which a pass starts."""
    if isinstance(gradient, Node):
        gradient = gradient._data
    if isinstance(y, Value):
        return 1.0 if gradient is None else as_float(gradient, f"{what}: gradient")
    if gradient is None and y.size != 1:
        raise GradientError(
            f"{what}: the output has shape {y.shape}; pass gradient=, its cotangent, or reduce it "
            "with sum() or mean()"
        )
    return y.seed(gradient)


class Paths:
    """All paths from a result back to an input; made by `paths`.

    Iterating gives each `Path`, the largest contribution first; infinite and undefined ones come
    before all others, those with product 0 last. Graphs of numbers are searched lazily, so that the
    first few of 2**30 paths are quickly found. For arrays a contribution is an array, ranked by its
    Euclidean norm, and more than `limit` paths are not enumerated.

    Attributes
    ----------
    y, x : Node
    """

    def __init__(
        self, y: Node, x: Node, seed: Any, crossing: Crossing, limit: int, names: Names
    ) -> None:
        self.y = y
        self.x = x
        self.limit = limit
        self.crossing = crossing
        self.names = names
        self._seed = seed

    @property
    def steps(self) -> Steps:
        """The edges on the paths."""
        return self.crossing.steps

    @property
    def is_scalar(self) -> bool:
        """Every node is a number."""
        return isinstance(self.y, Value)

    @property
    def is_enumerable(self) -> bool:
        """Whether iterating is possible: a graph of numbers, or at most `limit` paths."""
        return self.is_scalar or self.count <= self.limit

    @cached_property
    def count(self) -> int:
        """How many paths there are, exactly, however many."""
        ways = {self.x: 1}
        for node, positions in self.steps.items():
            inputs = node.inputs
            ways[node] = sum([ways[inputs[i]] for i in positions])
        return ways.get(self.y, 0)

    @property
    def total(self) -> Any:
        """The sum of all contributions: the gradient; 0 if there is no path.

        A NaN in it comes with a RuntimeWarning that says where it arises, as in `by_activations`
        and `split`.
        """
        self._warn_of_nan("the total", [self.gradient])
        return _copied(self.gradient)

    @cached_property
    def gradient(self) -> Any:
        """The total without the warning."""
        return self._owned(self._pulled().get(0))

    @property
    def by_activations(self) -> list[Any]:
        """The gradient by number of non-affine activations crossed: entry 0 crosses none.

        The entries sum to the gradient. One pass, at most (activations + 1) times a backward pass.
        """
        self._warn_of_nan("by_activations", self.parts)
        return [_copied(c) for c in self.parts]

    @cached_property
    def parts(self) -> list[Any]:
        """The entries of `by_activations` without the warning."""
        found = self._pulled(self.crossing.mark)
        return [self._owned(found.get(k)) for k in range(max(found, default=0) + 1)]

    @cached_property
    def counts_by_activations(self) -> list[int]:
        """How many paths there are for each entry of `by_activations`."""
        found = spread(self.steps, self.y, self.x, 1, count_edges, self.crossing.mark)
        return [found.get(k, 0) for k in range(max(found, default=0) + 1)]

    @property
    def uncounted(self) -> list[str]:
        """The ops on the paths of entry 0 of `by_activations` that are not affine all the same."""
        return self.crossing.uncounted(self.y)

    @property
    def identity(self) -> Paths:
        """The paths on which every edge has local gradient 1 at every input, told from the ops."""
        steps = restricted(self.steps, self.x, _is_one)
        crossing = Crossing(steps, self.x, self.crossing.nonlinear)
        return Paths(self.y, self.x, self._seed, crossing, self.limit, self.names)

    def split(self, key: Key) -> Split:
        """The gradient by what the paths cross.

        Parameters
        ----------
        key : {"op", "label"}, Module, dict or callable
            Of a module, the parts that it holds: what is computed in a call of one belongs to it.
            A dict has a module or a list of modules for each name. A function is called with every
            result on the way; None does not count.

        Returns
        -------
        Split
            A dict from the set of values met on a path, as a tuple ordered from `y` on, to what all
            paths with just this set contribute. The values sum to the gradient. It prints as a
            table.

        Raises
        ------
        ValueError
            If there are more than `limit` groups, `key` is unknown, or a module took part without
            being called.

        Examples
        --------
        >>> from micrograd_act import Value, paths, relu, tanh
        >>> x = Value(0.0)
        >>> y = x + relu(x + 1) + tanh(x)
        >>> paths(y, x).split(lambda node: node.op.name if node.op.is_activation else None)
        {(): 1.0, ('tanh',): 1.0, ('relu',): 1.0}
        >>> from micrograd_act import Tensor, nn
        >>> class Block(nn.Module):
        ...     def __init__(self):
        ...         self.inner, self.outer = nn.Linear(2, 4, rng=0), nn.Linear(4, 2, rng=1)
        ...
        ...     def forward(self, x):
        ...         return x + self.outer(relu(self.inner(x)))
        >>> block, x = Block(), Tensor([0.5, 2.0], requires_grad=True)
        >>> print(paths(block(x).sum(), x).split(block))
        gradient of Σ at x by what its paths cross
          none           all 1                           norm 1.414  1 path
          outer ← inner  0.0415 … 0.09972, mean 0.07061  norm 0.108  1 path
        """
        met = Met(self, key_function(key, self))
        found = self._pulled(met.mark, operator.or_, self.limit)
        groups = {bits: self._owned(c) for bits, c in found.items()}
        self._warn_of_nan("split", groups.values())
        return Split(self, met, groups)

    def top(self, k: int) -> list[Path]:
        """The `k` largest paths.

        Raises
        ------
        ValueError
            If there are fewer, or `k` is negative.
        """
        k = operator.index(k)
        if k < 0:
            raise ValueError(f"top: k must not be negative, got {k}")
        if k > self.count:
            raise ValueError(f"top: asked for {k} paths, but there are {spell_count(self.count)}")
        return list(islice(self, k))

    def __iter__(self) -> Iterator[Path]:
        if self.is_scalar:
            trails = largest_first(self._options, self.y, self.x)
        elif self.is_enumerable:
            trails = enumerated(self.steps, self.y, self.x, self._seed)
        else:
            raise ValueError(
                f"paths: this array graph has {spell_count(self.count)} paths, more than "
                f"limit={self.limit} to enumerate; use by_activations or split, which never "
                "enumerate, or raise the limit"
            )
        return (Path(trail, self.x, self._seed, self.names) for trail in trails)

    @cached_property
    def _options(self) -> Any:
        return options_of(self.steps, self.x)

    def _pulled(self, *keys: Any) -> dict[int, Any]:
        with np.errstate(all="ignore"):
            return spread(self.steps, self.y, self.x, self._seed, pull_edges, *keys)

    def _owned(self, c: Any) -> Any:
        """A sum that shares no memory; no paths sum to 0, and -0.0, of dead paths, counts as 0."""
        if isinstance(self.x, Value):
            return 0.0 if c is None else float(c) + 0.0
        return np.zeros_like(self.x._data) if c is None else np.asarray(c + 0.0)

    def _warn_of_nan(self, what: str, contributions: Iterable[Any]) -> None:
        if any(np.isnan(c).any() for c in contributions):
            message = f"paths: {what} has NaN: {self.trouble}"
            warnings.warn(message, RuntimeWarning, stacklevel=3)

    @property
    def trouble(self) -> str:
        """Where on the way a cotangent becomes infinite or NaN first; "" if it never does."""
        if not math.isfinite(norm(self._seed)):
            return f"the cotangent of {self.names.any(self.y)} that was given is not finite"
        found: list[str] = []

        def watched(node: Node, positions: tuple[int, ...], g: Any) -> list[Any]:
            cotangents = pull_edges(node, positions, g)
            for i, c in zip(positions, cotangents, strict=True):
                if not found and math.isfinite(norm(g)) and not math.isfinite(norm(c)):
                    what = "NaN" if math.isnan(norm(c)) else "infinite"
                    at = f"{self.names.result(node)} ← {self.names.any(node.inputs[i])}"
                    found.append(f"the gradient becomes {what} on the edge {at}")
            return cotangents

        with np.errstate(all="ignore"):
            spread(self.steps, self.y, self.x, self._seed, watched)
        if not found and not math.isfinite(norm(self.gradient)):
            return "a sum of finite contributions overflows"
        return found[0] if found else ""

    def to_dict(self, k: int = 10) -> dict[str, Any]:
        """The ledger as plain data, with the `k` largest paths where they can be enumerated."""
        name = self.names.any
        same = self.identity
        return {
            "y": name(self.y),
            "x": name(self.x),
            "count": self.count,
            "total": plain(self.gradient),
            "by_activations": [plain(c) for c in self.parts],
            "counts_by_activations": self.counts_by_activations,
            "uncounted": self.uncounted,
            "identity": {"count": same.count, "total": plain(same.gradient)},
            "paths": [
                {
                    "nodes": [name(node) for node in path.nodes],
                    "ops": [op_of(node).name for node in path.nodes[:-1]],
                    "local_grads": [plain(local) for local in path.local_grads],
                    "product": plain(path.product),
                    "note": path.note,
                }
                for path in (islice(self, k) if self.is_enumerable else ())
            ],
        }

    def __getitem__(self, index: object) -> NoReturn:
        raise TypeError("a ledger has no positions; .top(k) gives the k largest paths")

    def __len__(self) -> NoReturn:
        raise TypeError("a ledger may hold more paths than len() can say; use .count")

    def __bool__(self) -> bool:
        return self.y is self.x or self.y in self.steps

    def __repr__(self) -> str:
        y, x = map(self.names.any, (self.y, self.x))
        return f"Paths({y} ← {x}, count={spell_count(self.count)})"

    def __str__(self) -> str:
        return as_text(ledger_sections(self))

    def _repr_html_(self) -> str:
        return never_raising(ledger_sections, self)


def _copied(c: Any) -> Any:
    return c if isinstance(c, float) else c.copy()


def _is_one(node: Node, i: int) -> bool:
    return op_of(node).slopes[i] == 1.0
