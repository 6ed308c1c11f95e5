"""A subject whose outputs depend on many elements: directions, whose failures are bisected.

Small inputs are moved element by element. Larger ones move in groups with random signs, the
extreme elements alone as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.checking.comparison import Array, Comparison, Directions, along, judge, scale

SINGLY = 64  # up to this many elements each is moved alone
IN_GROUPS = 4096  # up to this many they are moved in groups of SINGLY
WHOLE = 3  # directions through all elements, above that
_MOST_FAILURES = 10

# analytic, low, high, error
Numbers: TypeAlias = tuple[float, float, float, float]


def check_directions(comparison: Comparison) -> None:
    """Judge the gradients of all inputs."""
    search = _Search(comparison)
    for group in search.groups():
        search.signs = comparison.rng.choice((-1.0, 1.0), search.n)
        search.bisect(group)
        if search.failures >= _MOST_FAILURES:
            return


def check_ties(comparison: Comparison) -> None:
    """Judge elements at a kink together: each share of a tie may be fine and their sum not."""
    tied = {i: kinked for i, kinked in comparison.kinked.items() if np.any(kinked)}
    if sum(int(np.sum(kinked)) for kinked in tied.values()) < 2:
        return
    ds = {i: np.where(k, scale(comparison.subject.xs[i]), 0.0) for i, k in tied.items()}
    wrong, _, numbers, _ = _compared(comparison, ds)
    if wrong:
        analytic, low, high, error = numbers
        comparison.fail(
            "kink",
            "the shares of elements that are tied do not add up",
            next(iter(ds)),
            analytic=analytic,
            numeric=low if low == high else (low, high),
            error=error,
        )


class _Search:
    """The elements of all checked inputs, numbered in a row."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.xs = {i: comparison.subject.xs[i] for i in comparison.subject.checked}
        self.ends = np.cumsum([x.size for x in self.xs.values()])
        self.n = int(self.ends[-1])
        self.signs = np.ones(self.n)
        self.units = {i: scale(x) for i, x in self.xs.items()}
        self.failures = 0

    def groups(self) -> Iterator[Array]:
        """Which elements move together."""
        everything = np.arange(self.n)
        if self.n <= SINGLY:
            yield from everything.reshape(-1, 1)
            return
        if self.n <= IN_GROUPS:
            shuffled = self.comparison.rng.permutation(self.n)
            yield from np.split(shuffled, range(SINGLY, self.n, SINGLY))
        else:
            yield from (everything for _ in range(WHOLE))
        start = 0
        for x, end in zip(self.xs.values(), self.ends, strict=True):
            if x.size:
                places = {0, x.size - 1, int(np.argmax(np.abs(x))), int(np.argmin(np.abs(x)))}
                yield from (np.array([start + k]) for k in sorted(places))
            start = int(end)

    def bisect(self, group: Array) -> bool:
        """Compare along a group of elements and narrow a failure down; whether it failed."""
        if self.failures >= _MOST_FAILURES:
            return False
        wrong, unclear, numbers = self.compare(group)
        if wrong and len(group) > 1:
            middle = len(group) // 2
            halves = [self.bisect(half) for half in (group[:middle], group[middle:])]
            if any(halves):
                return True
        if wrong or unclear:
            i, flat = self.place(int(group[0]))
            record = self.comparison.wrong if wrong else self.comparison.unclear
            record(i, flat if len(group) == 1 else None, *numbers, len(group), self.n)
            self.failures += 1
        return wrong

    def place(self, k: int) -> tuple[int, int]:
        which = int(np.searchsorted(self.ends, k, side="right"))
        return list(self.xs)[which], k - (int(self.ends[which - 1]) if which else 0)

    def compare(self, group: Array) -> tuple[bool, bool, Numbers]:
        for relative in (True, False):
            ds = self.direction(group, relative)
            wrong, unclear, numbers, kinked = _compared(self.comparison, ds)
            if not unclear:
                break
        if len(group) == 1:
            i, flat = self.place(int(group[0]))
            self.comparison.kinked[i].flat[flat] = kinked
            unit = float(ds[i].flat[flat])
            analytic, low, high, error = (value / unit for value in numbers)
            numbers = (analytic, min(low, high), max(low, high), abs(error))
        return wrong, unclear, numbers

    def direction(self, group: Array, relative: bool) -> Directions:
        row = np.zeros(self.n)
        row[group] = self.signs[group]
        ds: Directions = {}
        for part, (i, x) in zip(np.split(row, self.ends[:-1]), self.xs.items(), strict=True):
            if np.any(part):
                ds[i] = part.reshape(x.shape)
                if relative:
                    unit = self.units[i]
                    # beside others a small element must not vanish
                    ds[i] *= unit if len(group) == 1 else np.maximum(unit, np.median(unit))
        return ds


def _compared(comparison: Comparison, ds: Directions) -> tuple[bool, bool, Numbers, bool]:
    """Whether the gradient along a direction is wrong, or unclear; the numbers; if at a kink."""
    found = along(comparison.subject, ds)
    products = [comparison.c[i] * d for i, d in ds.items()]
    analytic = sum(float(np.sum(product)) for product in products)
    g = comparison.g
    low = float(np.sum(np.fmin(g * found.low, g * found.high)))
    high = float(np.sum(np.fmax(g * found.low, g * found.high)))
    error = float(np.sum(np.abs(g) * found.error))
    sent = sum(float(np.nansum(np.abs(product))) for product in products)
    terms: list[Any] = [g * found.low, g * found.high]
    floor = 1e-14 * (sent + sum(float(np.nansum(np.abs(term))) for term in terms))
    # where a sum cancels, its terms say what is small
    size = sent + float(np.sum(np.abs(g) * found.size))
    measured = np.array([analytic, low, high, error, size])
    wrong, unclear = judge(*measured, floor=floor)  # type: ignore[misc]
    return bool(wrong), bool(unclear), (analytic, low, high, error), bool(np.any(found.kinked))
