"""Inputs on whose elements an output depends together: directions, whose failures are bisected.

Small inputs are moved element by element. Larger ones move in groups with random signs, the
extreme elements alone as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from micrograd_act.checking.comparison import (
    Array,
    Comparison,
    Directions,
    Numbers,
    along,
    scale,
)
from micrograd_act.checking.differences import Slope

SINGLY = 64  # up to this many elements each is moved alone
IN_GROUPS = 4096  # up to this many they are moved in groups of SINGLY
WHOLE = 3  # directions through all elements, above that
_MOST_FAILURES = 10


def check_directions(comparison: Comparison, inputs: Sequence[int], whole: int = 0) -> None:
    """Judge the gradients of some inputs; along `whole` directions only, if any."""
    search = _Search(comparison, inputs)
    singles, groups = search.groups(whole)
    search.check_singles(singles)
    search.check_groups(groups)


def check_ties(comparison: Comparison) -> None:
    """Judge elements at a kink together: each share of a tie may be fine and their sum not."""
    tied = {i: kinked for i, kinked in comparison.kinked.items() if np.any(kinked)}
    if sum(int(np.sum(kinked)) for kinked in tied.values()) < 2:
        return
    xs = comparison.subject.xs
    ds = {i: np.where(k, scale(xs[i]), 0.0) for i, k in tied.items()}
    found = along(comparison.subject, [ds], careful=True)
    (numbers,) = _numbers(comparison, [ds], found)
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
        for k in np.flatnonzero(d)[: _MOST_FAILURES * 10]
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
        self.signs = np.ones(self.n)
        self.units = {i: scale(x) for i, x in self.xs.items()}
        self.failures = 0

    def groups(self, whole: int) -> tuple[Array, list[Array]]:
        """Which elements move alone, and which together."""
        everything = np.arange(self.n)
        if whole:
            return everything[:0], [everything] * whole
        if self.n <= SINGLY:
            return everything, []
        if self.n <= IN_GROUPS:
            shuffled = self.comparison.rng.permutation(self.n)
            groups = np.split(shuffled, range(SINGLY, self.n, SINGLY))
        else:
            groups = [everything] * WHOLE
        singles: list[int] = []
        start = 0
        for x, end in zip(self.xs.values(), self.ends, strict=True):
            if x.size:
                places = {0, x.size - 1, int(np.argmax(np.abs(x))), int(np.argmin(np.abs(x)))}
                singles += [start + k for k in sorted(places)]
            start = int(end)
        return np.array(singles, dtype=int), groups

    def check_singles(self, elements: Array) -> None:
        """Judge elements one by one; those in doubt by all steps, and by steps of size 1."""
        doubtful = list(range(len(elements)))
        largest = max(float(np.max(units, initial=1.0)) for units in self.units.values())
        # 0 stands for the element's own scale; the last is for what is swallowed by larger ones
        for unit, careful in ((0.0, False), (0.0, True), (1.0, True), (largest, True)):
            if not doubtful:
                return
            chosen = elements[doubtful]
            ds = [self.single(int(k), unit) for k in chosen]
            found = along(self.comparison.subject, ds, careful)
            numbers = _numbers(self.comparison, ds, found)
            again = []
            for row, (k, place) in enumerate(zip(chosen, doubtful, strict=True)):
                d, one = ds[row], numbers[row]
                i, flat = self.place(int(k))
                wrong, unclear = one.judged()
                kinked = bool(np.any(found.kinked[row]))
                if ((wrong or unclear or kinked) and not careful) or (unclear and unit < largest):
                    again.append(place)
                else:
                    if kinked:
                        mask = self.comparison.kinked.setdefault(
                            i, np.zeros(self.xs[i].shape, bool)
                        )
                        mask.flat[flat] = True
                    if wrong or unclear:
                        self.record(i, flat, one.per(float(d[i].flat[flat])), bool(wrong))
            doubtful = again

    def record(self, i: int, flat: int | None, numbers: Numbers, wrong: bool, n: int = 1) -> None:
        """Enter what is wrong or unclear, up to a number that can be read."""
        if self.failures < _MOST_FAILURES:
            enter = self.comparison.wrong if wrong else self.comparison.unclear
            enter(i, flat, numbers, n, self.n)
        self.failures += 1

    def check_groups(self, groups: Sequence[Array]) -> None:
        """Judge elements together, and find the wrong one in a group that is wrong."""
        for group in groups:
            if self.failures >= _MOST_FAILURES:
                return
            self.signs = self.comparison.rng.choice((-1.0, 1.0), self.n)
            numbers = self.compare(group)
            wrong, unclear = numbers.judged()
            if wrong or unclear:
                numbers = self.compare(group, careful=True)
                wrong, unclear = numbers.judged()
            if unclear:
                numbers = self.compare(group, careful=True, relative=False)
                wrong, unclear = numbers.judged()
            if not (wrong or unclear):
                continue
            before = self.failures
            if len(group) == self.n > SINGLY and wrong:
                self.check_singles(self.narrowed(group, numbers))
                if self.failures > before:
                    return  # the other directions find it again
            self.check_singles(self.narrowed(group, numbers))
            if self.failures == before:  # no element alone is to blame
                i, _ = self.place(int(group[0]))
                self.record(i, None, numbers, False, len(group))

    def narrowed(self, group: Array, whole: Numbers) -> Array:
        """The element whose gradient is most off, by halves."""
        off = whole.analytic - (whole.low + whole.high) / 2
        while len(group) > 1:
            half = group[: len(group) // 2]
            numbers = self.compare(half)  # by the same steps as the whole
            mine = numbers.analytic - (numbers.low + numbers.high) / 2
            if np.isnan(mine) or np.isnan(off):
                return group[:1]
            if abs(mine) >= abs(off - mine):
                group, off = half, mine
            else:
                group, off = group[len(half) :], off - mine
        return group

    def place(self, k: int) -> tuple[int, int]:
        """The input and the element in it."""
        which = int(np.searchsorted(self.ends, k, side="right"))
        return list(self.xs)[which], k - (int(self.ends[which - 1]) if which else 0)

    def compare(self, group: Array, careful: bool = False, relative: bool = True) -> Numbers:
        ds = self.direction(group, relative)
        return _numbers(self.comparison, [ds], along(self.comparison.subject, [ds], careful))[0]

    def single(self, k: int, unit: float) -> Directions:
        """An element alone, by a unit or by its own scale."""
        i, flat = self.place(k)
        alone = np.zeros(self.xs[i].shape)
        alone.flat[flat] = unit or self.units[i].flat[flat]
        return {i: alone}

    def direction(self, group: Array, relative: bool) -> Directions:
        """These elements by their scales, or by 1, with their signs."""
        row = np.zeros(self.n)
        row[group] = self.signs[group]
        ds: Directions = {}
        for part, (i, x) in zip(np.split(row, self.ends[:-1]), self.xs.items(), strict=True):
            if np.any(part):
                ds[i] = part.reshape(x.shape)
                if relative:
                    # beside others a small element must not vanish
                    ds[i] *= np.maximum(self.units[i], np.median(self.units[i]))
        return ds


def _numbers(comparison: Comparison, ds: Sequence[Directions], found: Slope) -> list[Numbers]:
    """The gradient along each direction, by the backward and by differences."""
    g, rows = comparison.g.ravel(), (len(ds), -1)
    right, left = (g * side.reshape(rows) for side in (found.right, found.left))
    low, high = np.fmin(right, left).sum(1), np.fmax(right, left).sum(1)
    error = (np.abs(g) * found.error.reshape(rows)).sum(1)
    size = (np.abs(g) * found.size.reshape(rows)).sum(1)
    climb = (np.abs(g) * found.climb.reshape(rows)).sum(1)
    terms = np.nansum(np.abs(right), 1) + np.nansum(np.abs(left), 1)
    numbers = []
    for k, directions in enumerate(ds):
        pairs = [(comparison.c[i], d) for i, d in directions.items()]
        products = [c[d != 0] * d[d != 0] for c, d in pairs]
        analytic = float(sum(np.sum(product) for product in products))
        sent = float(sum(np.nansum(np.abs(product)) for product in products))
        largest = float(sum(np.max(np.abs(c)) * np.max(np.abs(d)) for c, d in pairs))
        floor = 1e-14 * (sent + terms[k] + np.nan_to_num(largest))
        # where a sum cancels, its terms say what is small
        parts = (low[k], high[k], error[k], size[k] + sent, climb[k])
        numbers.append(Numbers(analytic, *parts, floor))
    return numbers
