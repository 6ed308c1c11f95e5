"""Points of the check's own, and which pieces of a piecewise function were met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from micrograd_act.checking.arguments import raised
from micrograd_act.checking.comparison import Array, Comparison
from micrograd_act.checking.directions import check_whole
from micrograd_act.checking.elementwise import check_elements
from micrograd_act.checking.reports import Failure, Report
from micrograd_act.checking.subjects import Subject

_ROUNDING = 1e-15  # times the cotangent: in tails gradients are differences of larger numbers

Point = Callable[[Array, np.random.Generator], Array]


def _spread(low: float, high: float, half: int = 0) -> Point:
    """Both signs and all of an interval, also where there are few elements."""

    def point(x: Array, rng: np.random.Generator) -> Array:
        places = (rng.permutation(x.size) + 0.5 + 0.5 * (half - 0.5)) / max(x.size, 1)
        if x.size == 1:
            places = np.array([0.25 + 0.5 * half])
        signs = np.resize([1.0, -1.0], x.size) * (1.0 - 2.0 * half)
        return (signs * (low + (high - low) * places)).reshape(x.shape)

    return point


POINTS: dict[str, Point] = {
    "ten times as large": lambda x, rng: x * 10.0,
    "of the other sign": lambda x, rng: -x,
    "a hundredth as large": lambda x, rng: x * 0.01,
    "negative": lambda x, rng: -np.abs(x) - rng.uniform(0.1, 0.2, x.shape),
    "far out": _spread(5.0, 35.0),
    "far out, on the other side": _spread(5.0, 35.0, 1),
    "near": _spread(1.5, 6.0),
}


def probe(subject: Subject, rng: np.random.Generator, report: Report) -> None:
    """Check the same function at points of the check's own, never where it is not defined."""
    if subject.at is None or not all(np.size(subject.xs[i]) for i in subject.checked):
        return
    together = subject.nodes and subject.elementwise
    points = _stacked(subject, rng) if together else _defined(subject, rng)
    for other, name in points:
        own = Report()
        check_lightly(other, rng, own, counted=not together)  # elements of several points
        report.probes += len(POINTS) if together else 1
        enter_pieces(other, report)
        if own.failures:
            stacked = bool(together) and not subject.separate
            report.failures += [_placed(f, subject, name, stacked) for f in own.failures]
            return


def _placed(failure: Failure, subject: Subject, name: str, stacked: bool) -> Failure:
    """A failure at a point, with the element's place in the input; points are the first axis."""
    index = failure.index
    if stacked and index and failure.input is not None:
        name = list(POINTS)[index[0]]
        shape = np.shape(subject.xs[failure.input])
        inner = index[len(index) - len(shape) :]
        index = tuple(k if n > 1 else 0 for k, n in zip(inner, shape, strict=True))
    message = f"{failure.message}, at a point of the check's own: {name}"
    return replace(failure, message=message, index=index)


def enter_pieces(subject: Subject, report: Report) -> None:
    """Note which pieces of a piecewise op the inputs lie in."""
    op = subject.nodes[0].op if subject.nodes else None
    facts = None if op is None else op.facts
    if facts is None or len(subject.xs) != 1 or not (facts.kinks or facts.jumps):
        return
    ends = sorted({point for point, _ in (*facts.kinks, *facts.jumps)})
    seen = report.pieces.setdefault(subject.op, [False] * (len(ends) + 1))
    x = np.ravel(subject.xs[0])
    places = np.searchsorted(ends, x)
    for k in np.unique(places[~np.isin(x, ends)]).tolist():
        seen[k] = True


def check_lightly(
    subject: Subject, rng: np.random.Generator, report: Report, counted: bool = True
) -> None:
    """Compare the gradients along a single direction, without the contract."""
    comparison = Comparison(subject, rng, report)
    comparison.counted = counted
    comparison.floor = _ROUNDING * float(np.max(np.abs(comparison.g), initial=0.0))
    with np.errstate(all="ignore"):
        _compare(comparison)


def _compare(comparison: Comparison) -> None:
    subject = comparison.subject
    try:
        comparison.c = subject.pulled(comparison.g)
    except Exception as error:  # whatever a user's rule raises is a finding
        comparison.fail("raises", raised(error))
        return
    for i, c in comparison.c.items():
        if c.shape != np.shape(subject.xs[i]):
            message = f"the input has shape {np.shape(subject.xs[i])}, its gradient {c.shape}"
            comparison.fail("shape", message, i)
            return
    for i in subject.checked:
        if subject.diagonal(i):
            check_elements(comparison, i)
    joined = [i for i in subject.checked if not subject.diagonal(i)]
    if joined:
        check_whole(comparison, joined)


def _defined(subject: Subject, rng: np.random.Generator) -> Iterator[tuple[Subject, str]]:
    """The subject at each point; where the inputs cannot all move, one of them does."""
    for name, point in POINTS.items():
        moved = {i: point(np.asarray(subject.xs[i]), rng) for i in subject.checked}
        if other := _there(subject, moved):
            yield other, name
        elif len(moved) > 1:
            for i, x in moved.items():
                if other := _there(subject, {i: x}):
                    yield other, name


def _stacked(subject: Subject, rng: np.random.Generator) -> Iterator[tuple[Subject, str]]:
    """An op that is elementwise, at all points at once."""
    assert subject.at is not None
    shape = subject.y.shape
    xs = [np.broadcast_to(x, shape) if np.ndim(x) else x for x in subject.xs]
    many = [x for x in xs if np.ndim(x)]
    stack = (lambda parts: np.concatenate(parts)) if subject.separate else np.stack
    moved = {
        i: stack([point(np.asarray(xs[i]), rng) for point in POINTS.values()])
        for i in subject.checked
        if np.ndim(xs[i]) or not many
    }
    given = {i: stack([np.asarray(x)] * len(POINTS)) for i, x in enumerate(xs) if np.ndim(x)}
    if not moved:
        return
    for names in [tuple(moved), *((i,) for i in moved if len(moved) > 1)]:
        there = [moved[i] if i in names else given.get(i, x) for i, x in enumerate(xs)]
        with np.errstate(all="ignore"):
            try:
                y = subject.forward(*there)
                outside = ~np.isfinite(y)
                inside = [np.where(outside, given[i], x) if i in names and i in given else x
                          for i, x in enumerate(there)]  # fmt: skip
                other = subject.at(tuple(inside))
            except Exception:  # not defined there
                continue
        if np.all(np.isfinite(other.y)):
            yield other, "far out, near 0, or of the other sign"
        if not outside.any():
            return


def _there(subject: Subject, moved: dict[int, Any]) -> Subject | None:
    assert subject.at is not None
    xs = tuple(moved.get(i, x) for i, x in enumerate(subject.xs))
    with np.errstate(all="ignore"):
        try:
            other = subject.at(xs)
        except Exception:  # not defined there
            return None
    if other.y.shape != subject.y.shape or not np.all(np.isfinite(other.y)):
        return None
    other.found = subject.found
    return other
