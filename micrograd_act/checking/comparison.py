"""What every check of a subject shares: when a gradient is wrong, and how that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from micrograd_act.checking.differences import Slope, quick_slope, slope
from micrograd_act.checking.reports import Doubt, Failure, Report
from micrograd_act.checking.subjects import Subject

Array: TypeAlias = npt.NDArray[Any]
Directions: TypeAlias = dict[int, Array]  # a direction for some of the inputs

RELATIVE = 1e-9
BARS = 4  # accepted distance in error bars
NEGLIGIBLE = 1e-12  # a bar that is called small, whatever the slope, for results of size 1
TINY = 1e-300  # below, differences are those of subnormal numbers
FOLDS = 512
_AT_ONCE = 1 << 18  # outputs of several directions that are held at a time


@dataclass(slots=True)
class Numbers:
    """An analytic gradient beside the interval and the error bar of the numeric one.

    `size`, `climb` and `few` are those of `Slope`.
    """

    analytic: Any
    low: Any
    high: Any
    error: Any
    size: Any
    climb: Any
    few: Any
    floor: Any = 0.0

    def judged(self) -> tuple[Array, Array]:
        """Which gradients are wrong, and of which nothing can be said."""
        outside = np.fmax(np.fmax(self.low - self.analytic, self.analytic - self.high), 0.0)
        larger = np.fmax(np.abs(self.analytic), self._numeric)
        tolerance = BARS * self.error + RELATIVE * larger + self.floor
        resolved = self.resolved()
        wrong = resolved & ~(np.isfinite(self.analytic) & (outside <= tolerance))
        return wrong, ~wrong & ~resolved

    def resolved(self) -> Array:
        """Whether the bar is small enough to tell."""
        bar = BARS * self.error
        negligible = NEGLIGIBLE * np.clip(self.size, 1.0, 1e3)
        small = bar <= 3e-3 * self._numeric + 1e-5 * self.climb + negligible
        # of a constant nothing more can be seen than that it does not rise
        flat = (np.asarray(self.analytic) == 0) & (bar <= 1e-6 * self.size)
        return np.asarray(np.isfinite(self.error) & (small | flat))

    @property
    def _numeric(self) -> Array:
        return np.asarray(np.fmax(np.abs(self.low), np.abs(self.high)))

    def gross(self) -> Array:
        """Which would be wrong by any steps: the few of them agree far better than that."""
        outside = np.fmax(self.low - self.analytic, self.analytic - self.high)
        larger = np.fmax(np.abs(self.analytic), np.abs(self.low))
        return np.asarray((self.few == 1) & (outside > 1e-6 * larger + 1e-8 * self.size))

    def at(self, k: int) -> Numbers:
        """Those of one element."""
        floor = np.broadcast_to(self.floor, np.shape(self.low))
        parts = (self.low, self.high, self.error, self.size, self.climb, self.few, floor)
        return Numbers(float(np.ravel(self.analytic)[k]), *(float(np.ravel(p)[k]) for p in parts))

    def per(self, unit: float) -> Numbers:
        """The numbers of a direction `unit` times as short."""
        low, high = sorted((self.low / unit, self.high / unit))
        wide = abs(unit)
        error, size, climb = (part / wide for part in (self.error, self.size, self.climb))
        return Numbers(self.analytic / unit, low, high, error, size, climb, self.few)


def cotangent(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Both signs, unequal sizes: ones would hide a sum, and positive numbers an absolute value."""
    return np.asarray(signs(rng, shape) * 2.0 ** rng.uniform(-1, 1, shape))


def signs(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random signs."""
    return np.asarray(2.0 * rng.integers(0, 2, shape) - 1.0)


def scale(x: Array) -> Array:
    """The power of two below each number's size, that of the typical one for 0."""
    sizes = np.abs(x)
    if not sizes.all():
        some = sizes[sizes > 0]
        sizes = np.where(sizes > 0, sizes, np.median(some) if some.size else 1.0)
    _, exponent = np.frexp(sizes)
    return np.asarray(np.ldexp(1.0, np.maximum(exponent - 1, -1000)))


def along(
    subject: Subject,
    directions: Sequence[Directions],
    careful: bool = False,
    g: Array | None = None,
) -> Slope:
    """The derivative of every output along each direction, on the first axis.

    `careful` takes all steps also where few seem to settle it. Of very many outputs only sums are
    looked at, with the weights `g`: then the second axis has `FOLDS` of them.
    """
    fold = _Fold(subject.y, g) if g is not None and subject.y.size > 4 * FOLDS else None
    size = FOLDS if fold else max(1, subject.y.size)
    most = max(1, _AT_ONCE // size)
    parts = [
        _along(subject, directions[k : k + most], careful, fold)
        for k in range(0, len(directions), most)
    ]
    if len(parts) == 1:
        return parts[0]
    names = [f.name for f in fields(Slope)]
    return Slope(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class _Fold:
    """Sums of outputs, of which a kink or an edge of the domain spoils one only."""

    def __init__(self, y: Array, g: Array) -> None:
        self.g = g
        self.starts = np.arange(FOLDS) * (y.size // FOLDS)
        self.least = self.sums(np.abs(y), np.abs(g))

    def __call__(self, y: Array) -> Array:
        return self.sums(y, self.g)

    def sums(self, y: Array, g: Array) -> Array:
        """The weighted outputs, added up in turns."""
        return np.asarray(np.add.reduceat((g * y).ravel(), self.starts))


def _along(
    subject: Subject, directions: Sequence[Directions], careful: bool, fold: _Fold | None
) -> Slope:
    one = subject.y if fold is None else fold(subject.y)
    shape = (len(directions), *one.shape)
    y = one[None] if len(directions) == 1 else np.broadcast_to(one, shape)
    every = range(len(directions))

    def values(t: float, rows: Sequence[int] = every) -> Array:
        moved = (subject.moved(t, directions[k]) for k in rows)
        found = np.array([y if fold is None else fold(y) for y in moved])
        finite = np.isfinite(found)
        return found if finite.all() else np.where(finite, found, np.nan)

    with np.errstate(all="ignore"):
        if careful or subject.precision:
            found = Slope.unknown(shape)
            poor = np.ones(shape, dtype=bool)
        else:
            found, settled = quick_slope(values, y, 0.0 if fold is None else fold.least)
            poor = ~settled
        if not poor.any():
            return found
        rows = np.flatnonzero(np.any(poor.reshape(len(directions), -1), axis=1))
        chosen = poor[rows]
        fine = slope(lambda t: values(t, rows.tolist())[chosen], y[rows][chosen], subject.precision)
        for name in [f.name for f in fields(Slope)]:
            part = np.array(getattr(found, name))
            part[poor] = getattr(fine, name)
            setattr(found, name, part)
    return found


class Comparison:
    """One subject, a cotangent `g`, the gradients `c` it gives, and where their findings go."""

    def __init__(self, subject: Subject, rng: np.random.Generator, report: Report) -> None:
        self.subject = subject
        self.rng = rng
        self.report = report
        self.g = cotangent(rng, subject.y.shape)
        self.c: Directions = {}
        self.kinked: Directions = {}
        self.counted = True  # whether messages say in how many elements
        self.floor = 0.0  # of an error that is rounding, whatever the gradient

    def mark_kink(self, i: int, flat: int) -> None:
        """Note that an element lies at a kink."""
        mask = self.kinked.setdefault(i, np.zeros(np.shape(self.subject.xs[i]), dtype=bool))
        mask.flat[flat] = True

    def fail(self, kind: str, message: str, i: int | None = None, **more: Any) -> None:
        """Enter a failure, at element `flat` of input `i`."""
        flat = more.pop("flat", None)
        place = self.subject.place(i, flat)
        if i is not None and flat is not None:
            more["at"] = float(self.subject.xs[i].flat[flat])
        self.report.failures.append(Failure(**place, kind=kind, message=message, **more))

    def doubt(self, message: str, i: int | None = None, flat: int | None = None) -> None:
        """Enter what could not be decided."""
        place = {k: v for k, v in self.subject.place(i, flat).items() if k != "line"}
        self.report.doubts.append(Doubt(**place, message=message))

    def wrong(
        self, i: int, flat: int | None, numbers: Numbers, count: int = 1, of: int = 1
    ) -> None:
        """Enter a wrong gradient, as one of `count`."""
        unit = self._unit(i, flat)
        one = numbers.per(unit)
        smooth = one.low == one.high
        kind = "gradient" if smooth else "kink"
        message = "the gradient is wrong" if smooth else "no slope between the two sides"
        if not np.isfinite(one.analytic):
            kind, message = "not finite", "the gradient is not finite where the slope is"
        if count > 1 and self.counted:
            message += f", in {count} of {of} elements"
        if unit == 1.0:
            message += ", for a random cotangent"
        numeric = one.low if smooth else (one.low, one.high)
        found = {"analytic": one.analytic, "numeric": numeric, "error": one.error}
        trial = None if flat is None else (self.subject, self.g / unit, i, flat)
        self.fail(kind, message, i, flat=flat, **found, trial=trial)

    def _unit(self, i: int, flat: int | None) -> float:
        """The cotangent, where only one output depends on the element: then slopes are shown."""
        if self.g.size == 1:
            return float(self.g.flat[0])
        same = self.g.shape == np.shape(self.subject.xs[i])
        if flat is None or not (same and self.subject.diagonal(i)):
            return 1.0
        return float(self.g.flat[flat])

    def unclear(
        self, i: int, flat: int | None, numbers: Numbers, count: int = 1, of: int = 1
    ) -> None:
        """Enter a gradient that differences do not decide."""
        message = "differences do not settle on a slope"
        if not np.isfinite(numbers.analytic):
            message = "the gradient is not finite, and differences do not settle either"
        elif flat is not None and self._jumps(i, flat):
            message = "the function jumps here, and has no slope"
        if count > 1:
            message += f", in {count} of {of} elements"
        self.doubt(message, i, flat)

    def _jumps(self, i: int, flat: int) -> bool:
        """Whether the smallest steps change the result as much as larger ones do."""
        x = self.subject.xs[i]
        d = np.zeros(np.shape(x))
        d.flat[flat] = scale(x).flat[flat]
        with np.errstate(all="ignore"):
            for sign in (1.0, -1.0):
                steps = (2.0**-44, 2.0**-32)
                near, far = (self.subject.moved(sign * h, {i: d}) - self.subject.y for h in steps)
                if np.any((np.abs(near) > 0.5 * np.abs(far)) & (np.abs(near) > 1e-9)):
                    return True
        return False
