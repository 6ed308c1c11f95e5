"""Inputs on whose elements an output depends together: directions, whose failures are bisected.

Few elements of like gradients share three directions, others are moved one by one. Many move in
groups with random weights, the extreme ones alone as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from micrograd_act.checking.comparison import (
    FOLDS,
    Array,
    Comparison,
    Directions,
    Numbers,
    along,
    scale,
)
from micrograd_act.checking.differences import Slope

FEW = 5  # up to this many elements each is moved alone
SINGLY = 64  # and up to this many if their gradients are of unlike sizes
IN_GROUPS = 4096  # up to this many they are moved in groups of SINGLY
SHARED = 3  # directions through all elements otherwise
_LIKE = 1e3
_MOST_FAILURES = 10
# Signs alone let two errors cancel too often; with few bits a step stays free of rounding.
_WEIGHTS = np.outer((1.0, -1.0), np.arange(1.0, 2.0, 0.125)).ravel()


def check_directions(comparison: Comparison, inputs: Sequence[int]) -> None:
    """Judge the gradients of some inputs."""
    search = _Search(comparison, inputs)
    everything = np.arange(search.n)
    if search.n <= FEW or (search.n <= SINGLY and not search.alike()):
        search.check_singles(everything)
    elif search.n <= SINGLY:
        search.check_shared(SHARED)
    elif search.n <= IN_GROUPS:
        shuffled = comparison.rng.permutation(search.n)
        search.check_singles(search.extremes())
        search.check_groups(np.split(shuffled, range(SINGLY, search.n, SINGLY)))
    else:
        search.check_singles(search.extremes())
        search.check_groups([everything] * SHARED)


def check_whole(comparison: Comparison, inputs: Sequence[int]) -> None:
    """Judge the gradients of some inputs along a single direction."""
    search = _Search(comparison, inputs)
    # far out a step by the scale of x strides over what most functions do
    search.shared = {
        i: np.clip(u, None, np.maximum(1.0, u / 256)) for i, u in search.shared.items()
    }
    if search.n <= SINGLY:
        search.check_shared(1)
    else:
        search.check_groups([np.arange(search.n)])


def check_ties(comparison: Comparison) -> None:
    """Judge elements at a kink together: each share of a tie may be fine and their sum not."""
    tied = comparison.kinked
    if sum(int(np.sum(kinked)) for kinked in tied.values()) < 2:
        return
    xs = comparison.subject.xs
    ds = {i: np.where(k, scale(xs[i]), 0.0) for i, k in tied.items()}
    found = along(comparison.subject, [ds], careful=True)
    numbers = _numbers(comparison, [ds], found).at(0)
    if not numbers.judged()[0] or _separate(comparison, ds, found):
        return
    smooth = numbers.low == numbers.high
    comparison.fail(
        "kink",
        "the shares of elements that are tied do not add up",
        next(iter(ds)),
        analytic=numbers.analytic,
        numeric=numbers.low if smooth else (numbers.low, numbers.high),
        error=numbers.error,
        guess="wrong share of a tie",
    )


def _separate(comparison: Comparison, ds: Directions, joint: Slope) -> bool:
    """Whether the kinks have nothing to do with each other, as in relu(a) - relu(b)."""
    singles = [
        {i: np.where(np.arange(d.size).reshape(d.shape) == k, d, 0.0)}
        for i, d in ds.items()
        for k in np.flatnonzero(d)
    ]
    alone = along(comparison.subject, singles, careful=True)
    slack = 4 * (np.sum(alone.error, 0) + joint.error[0]) + 1e-9
    return all(
        bool(np.all(np.abs(np.sum(one, 0) - both[0]) <= slack))
        for one, both in ((alone.right, joint.right), (alone.left, joint.left))
    )


class _Search:
    """The elements of some inputs, numbered in a row."""

    def __init__(self, comparison: Comparison, inputs: Sequence[int]) -> None:
        self.comparison = comparison
        self.xs = {i: comparison.subject.xs[i] for i in inputs}
        self.ends = np.cumsum([x.size for x in self.xs.values()])
        self.n = int(self.ends[-1])
        self.weights = np.ones(self.n)
        self.units = {i: scale(x) for i, x in self.xs.items()}
        # beside others a small element must not vanish
        self.shared = {i: np.maximum(u, np.median(u)) for i, u in self.units.items() if u.size}
        self.failures = 0
        self.entered: set[tuple[int, int | None]] = set()

    def along(self, ds: Sequence[Directions], careful: bool) -> Slope:
        """The derivative along directions, of outputs or of sums of them."""
        return along(self.comparison.subject, ds, careful, self.comparison.g)

    def drawn(self) -> Array:
        """Weights for all elements."""
        return np.asarray(_WEIGHTS[self.comparison.rng.integers(0, len(_WEIGHTS), self.n)])

    def alike(self) -> bool:
        """Whether no element's share of a direction is lost beside the others'."""
        shares = np.concatenate(
            [np.ravel(np.abs(self.comparison.c[i]) * unit) for i, unit in self.units.items()]
        )
        shares = shares[shares > 0]
        return bool(shares.size and np.max(shares) <= _LIKE * np.min(shares))

    def extremes(self) -> Array:
        """The first and the last element of each input, and its largest."""
        found: list[int] = []
        start = 0
        for x, end in zip(self.xs.values(), self.ends, strict=True):
            if x.size:
                places = {0, x.size - 1, int(np.argmax(np.abs(x)))}
                found += [start + k for k in sorted(places)]
            start = int(end)
        return np.array(found, dtype=int)

    def check_shared(self, count: int) -> None:
        """Judge all elements along some directions; one by one if these are not clear."""
        ds = []
        for _ in range(count):
            self.weights = self.drawn()
            ds.append(self.direction(np.arange(self.n), True))
        found = self.along(ds, False)
        wrong, unclear = _numbers(self.comparison, ds, found).judged()
        if np.any(wrong | unclear) or np.any(found.kinked):
            self.check_singles(np.arange(self.n))

    def check_singles(self, elements: Array) -> None:
        """Judge elements one by one; those in doubt by all steps, and by steps of size 1."""
        largest = max(float(np.max(units, initial=1.0)) for units in self.units.values())
        # 0 stands for the element's own scale; the last is for what is swallowed by larger ones
        for unit, careful in ((0.0, False), (0.0, True), (1.0, True), (largest, True)):
            if not len(elements):
                return
            ds = [self.single(int(k), unit) for k in elements]
            found = self.along(ds, careful)
            numbers = _numbers(self.comparison, ds, found)
            wrong, unclear = numbers.judged()
            kinked = np.any(found.kinked.reshape(len(ds), -1), axis=1)
            again = unclear & (unit < largest)
            if not careful:
                again = (wrong & ~numbers.gross()) | unclear | kinked
            for row in np.flatnonzero((wrong | unclear | kinked) & ~again).tolist():
                i, flat = self.place(int(elements[row]))
                if kinked[row]:
                    self.comparison.mark_kink(i, flat)
                if wrong[row] or unclear[row]:
                    one = numbers.at(row).per(float(ds[row][i].flat[flat]))
                    self.record(i, flat, one, bool(wrong[row]))
            elements = elements[again]

    def record(self, i: int, flat: int | None, numbers: Numbers, wrong: bool, n: int = 1) -> None:
        """Enter what is wrong or unclear, up to a number that can be read."""
        if self.failures < _MOST_FAILURES and (i, flat) not in self.entered:
            self.entered.add((i, flat))  # another direction may lead to the same element
            enter = self.comparison.wrong if wrong else self.comparison.unclear
            enter(i, flat, numbers, n, self.n)
        self.failures += 1

    def check_groups(self, groups: Sequence[Array]) -> None:
        """Judge elements together, and find the wrong one in a group that is wrong."""
        for group in groups:
            if self.failures >= _MOST_FAILURES:
                return
            self.weights = self.drawn()
            before = self.failures
            ways = [self.roughly_off, self.off]
            for careful, shared in ((False, True), (True, True), (True, False)):
                numbers = self.compare(group, careful, shared)
                wrong, unclear = numbers.judged()
                if wrong and not careful:  # an element alone is confirmed by all steps anyway
                    self.check_singles(self.narrowed(group, ways.pop(0)))
                    if self.failures > before:
                        break
                if not (wrong or unclear) or (wrong and (careful or numbers.gross())):
                    break
            if not (wrong or unclear):
                continue
            for off in ways:
                if self.failures > before:
                    break
                self.check_singles(self.narrowed(group, off))
            if self.failures == before:  # no element alone is to blame
                i, _ = self.place(int(group[0]))
                self.record(i, None, numbers, False, len(group))
            elif len(group) == self.n:
                return  # the other directions would find it again

    def narrowed(self, group: Array, off: Callable[[Array], float]) -> Array:
        """The element whose gradient is most off, by halves."""
        whole = off(group)
        while len(group) > 1:
            half = group[: len(group) // 2]
            mine = off(half)
            if np.isnan(mine) or np.isnan(whole):
                return group[:1]
            if abs(mine) >= abs(whole - mine):
                group, whole = half, mine
            else:
                group, whole = group[len(half) :], whole - mine
        return group

    def off(self, group: Array) -> float:
        """How far the gradient along these elements is from the differences."""
        numbers = self.compare(group)
        return float(numbers.analytic - (numbers.low + numbers.high) / 2)

    def roughly_off(self, group: Array) -> float:
        """The same by a single step, which mostly tells the halves apart."""
        ds, h = self.direction(group, True), 2.0**-8
        ahead, behind = (self.comparison.subject.moved(t, ds) for t in (h, -h))
        slope = float(np.sum(self.comparison.g * (ahead - behind))) / (2 * h)
        return _sent(self.comparison, ds)[0] - slope

    def place(self, k: int) -> tuple[int, int]:
        """The input and the element in it."""
        which = int(np.searchsorted(self.ends, k, side="right"))
        return list(self.xs)[which], k - (int(self.ends[which - 1]) if which else 0)

    def compare(self, group: Array, careful: bool = False, shared: bool = True) -> Numbers:
        """The gradient along these elements together, by the backward and by differences."""
        ds = [self.direction(group, shared)]
        return _numbers(self.comparison, ds, self.along(ds, careful)).at(0)

    def single(self, k: int, unit: float) -> Directions:
        """An element alone, by a unit or by its own scale."""
        i, flat = self.place(k)
        alone = np.zeros(self.xs[i].shape)
        alone.flat[flat] = unit or self.units[i].flat[flat]
        return {i: alone}

    def direction(self, group: Array, shared: bool) -> Directions:
        """These elements with their weights, by what they share or each by its own scale."""
        row = np.zeros(self.n)
        row[group] = self.weights[group]
        ds: Directions = {}
        start = 0
        for (i, x), end in zip(self.xs.items(), self.ends.tolist(), strict=True):
            part, start = row[start:end].reshape(x.shape), end
            if part.any():
                ds[i] = part * (self.shared[i] if shared else self.units[i])
        return ds


def _numbers(comparison: Comparison, ds: Sequence[Directions], found: Slope) -> Numbers:
    """The gradient along each direction, by the backward and by differences."""
    g, rows = comparison.g.ravel(), (len(ds), -1)
    if found.right.size != len(ds) * g.size:  # they are sums, with these weights
        g = np.ones(FOLDS)
    size = np.abs(g)
    right, left = (g * side.reshape(rows) for side in (found.right, found.left))
    error, largest, climb = (
        (size * part.reshape(rows)).sum(1) for part in (found.error, found.size, found.climb)
    )
    terms = np.nansum(np.abs(right), 1) + np.nansum(np.abs(left), 1)
    analytic, sent, most = (
        np.array(column) for column in zip(*(_sent(comparison, d) for d in ds), strict=True)
    )
    lengths = [max(np.max(np.abs(d)) for d in directions.values()) for directions in ds]
    floor = 1e-14 * (sent + terms + most) + comparison.floor * np.array(lengths)
    low, high = np.fmin(right, left).sum(1), np.fmax(right, left).sum(1)
    few = found.few.reshape(rows).min(1)
    # where a sum cancels, its terms say what is small
    return Numbers(analytic, low, high, error, largest + sent, climb, few, floor)


def _sent(comparison: Comparison, direction: Directions) -> tuple[float, float, float]:
    """The gradient along a direction, the sum of its terms and their largest possible size."""
    total = size = most = 0.0
    for i, d in direction.items():
        c = comparison.c[i]
        product = c * d
        whole = float(np.sum(product))
        if np.isnan(whole):  # also of what does not move
            product = product[d != 0]
            whole = float(np.sum(product))
        total += whole
        size += float(np.nansum(np.abs(product)))
        most += float(np.nanmax(np.abs(c), initial=0.0) * np.max(np.abs(d)))
    return total, size, most if np.isfinite(most) else 0.0
