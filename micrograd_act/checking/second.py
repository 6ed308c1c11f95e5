"""The rules of a graph as functions of their own, for its second derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from micrograd_act.checking.comparison import cotangent
from micrograd_act.checking.subjects import Array, Subject, bounded, subjects
from micrograd_act.graph.derivatives import grad
from micrograd_act.graph.node import Node
from micrograd_act.graph.tensors import Tensor
from micrograd_act.ops.op import evaluate


def rules_as_subjects(
    results: Iterable[Node], label: Callable[[Node], str], rng: np.random.Generator
) -> Iterator[Subject]:
    """Each node's backward, as numbers and as the graph that is differentiated once more.

    The subject's forward is the gradient that the rule gives as numbers, summed up with random
    weights; its pullback is the gradient of the same sum through the rule's own graph.
    """
    for first in map(bounded, subjects(results, label)):
        some = any(np.size(first.xs[i]) for i in first.checked)
        if first.at is not None and not first.separate and first.y.size and some:
            yield _rule_of(first, rng)


def _rule_of(first: Subject, rng: np.random.Generator) -> Subject:
    (node,) = first.nodes
    checked = [i for i in first.checked if np.size(first.xs[i])]
    weights = {i: cotangent(rng, np.shape(first.xs[i])) for i in checked}
    g = cotangent(rng, first.y.shape)
    xs = (*first.xs, g)

    def forward(*moved: Any) -> Array:
        assert first.at is not None
        found = first.at(tuple(moved[:-1])).pulled(moved[-1])
        return np.asarray(sum(np.sum(weights[i] * found[i]) for i in checked))

    def pullback(h: Array) -> Sequence[Any]:
        assert node.op is not None
        inputs = [
            Tensor(x, requires_grad=True) if i in checked else x for i, x in enumerate(first.xs)
        ]
        seed = Tensor(g, requires_grad=True)
        y = evaluate(node.op, tuple(inputs))
        leaves = [inputs[i] for i in checked]
        found = grad(y, leaves, seed, create_graph=True, allow_unused=True)
        total: Any = 0.0
        for i, c in zip(checked, found, strict=True):
            if c is not None:
                total = total + (c * weights[i]).sum()
        second = [None] * (len(leaves) + 1)
        if isinstance(total, Node) and total.requires_grad:
            second = grad(total, [*leaves, seed], allow_unused=True)
        return [
            np.zeros(np.shape(x._data)) if c is None else h * np.asarray(c._data)
            for x, c in zip((*leaves, seed), second, strict=True)
        ]

    every = (*checked, len(first.xs))
    y = forward(*xs)
    return Subject(
        first.op, xs, y, every, forward, pullback, False, first.nodes, labels=first.labels
    )
