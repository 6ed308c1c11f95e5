"""What every check of a subject shares: when a gradient is wrong, and how that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from micrograd_act.checking.differences import Slope, slope
from micrograd_act.checking.reports import Doubt, Failure, Report
from micrograd_act.checking.subjects import Subject

Array: TypeAlias = npt.NDArray[Any]
Directions: TypeAlias = dict[int, Array]  # a direction for some of the inputs

RELATIVE = 1e-9
BARS = 4  # accepted distance in error bars
TINY = 1e-300  # below, differences are those of subnormal numbers


def cotangent(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Both signs, unequal sizes: ones would hide a sum, and positive numbers an absolute value."""
    return np.asarray(rng.choice((-1.0, 1.0), shape) * 2.0 ** rng.uniform(-1, 1, shape))


def scale(x: Array) -> Array:
    """The power of two below each number's size, that of the typical one for 0."""
    sizes = np.abs(x)
    typical = np.median(sizes[sizes > 0]) if np.any(sizes > 0) else 1.0
    _, exponent = np.frexp(np.where(sizes > 0, sizes, typical))
    return np.asarray(np.ldexp(1.0, np.maximum(exponent - 1, -1000)))


def judge(
    analytic: Array, low: Array, high: Array, error: Array, size: Array, floor: Any = 0.0
) -> tuple[Array, Array]:
    """Which gradients are wrong, and of which nothing can be said."""
    numeric = np.fmax(np.abs(low), np.abs(high))
    outside = np.fmax(np.fmax(low - analytic, analytic - high), 0.0)
    tolerance = BARS * error + RELATIVE * np.fmax(np.abs(analytic), numeric) + floor
    resolved = np.isfinite(error) & (BARS * error <= 1e-3 * numeric + 1e-6 * size + TINY)
    wrong = resolved & ~(np.isfinite(analytic) & (outside <= tolerance))
    return wrong, ~wrong & ~resolved


def along(subject: Subject, ds: Directions) -> Slope:
    """The derivative of every output along a direction."""
    missing = np.full(subject.y.shape, np.nan)

    def function(t: float) -> Array:
        moved = [x + t * ds[i] if i in ds else x for i, x in enumerate(subject.xs)]
        try:
            y = subject.forward(*moved)
        except (ArithmeticError, ValueError):
            return missing
        return y if y.shape == subject.y.shape else missing

    with np.errstate(all="ignore"):
        return slope(function, subject.y)


class Comparison:
    """One subject, a cotangent `g`, the gradients `c` it gives, and where their findings go."""

    def __init__(self, subject: Subject, rng: np.random.Generator, report: Report) -> None:
        self.subject = subject
        self.rng = rng
        self.report = report
        self.g = cotangent(rng, subject.y.shape)
        self.c: Directions = {}
        self.kinked: Directions = {
            i: np.zeros(np.shape(subject.xs[i]), dtype=bool) for i in subject.checked
        }

    def pulled(self, g: Array) -> Directions:
        """The gradient of each checked input for a cotangent."""
        found = self.subject.pullback(g)
        return dict(zip(self.subject.checked, map(np.asarray, found), strict=True))

    def fail(self, kind: str, message: str, i: int | None = None, **more: Any) -> None:
        """Enter a failure, at element `flat` of input `i`."""
        place = self.subject.place(i, more.pop("flat", None))
        self.report.failures.append(Failure(**place, kind=kind, message=message, **more))

    def doubt(self, message: str, i: int | None = None, flat: int | None = None) -> None:
        """Enter what could not be decided."""
        self.report.doubts.append(Doubt(**self.subject.place(i, flat), message=message))

    def enter(self, i: int, low: Array, high: Array, error: Array, size: Array) -> None:
        """Judge each element of the gradient of input `i`."""
        c = self.c[i]
        wrong, unclear = judge(c, low, high, error, size)
        several = self.subject.separate
        for mask, record in ((wrong, self.wrong), (unclear, self.unclear)):
            if not np.any(mask):
                continue
            if several:
                chosen: Sequence[int] = np.flatnonzero(mask).tolist()
            else:
                excess = np.fmax(np.fmax(low - c, c - high), 0) / (
                    BARS * error + np.abs(c) + 1e-300
                )
                chosen = [int(np.argmax(np.where(mask, np.nan_to_num(excess), -1.0)))]
            for flat in chosen:
                a, b, d, e = (float(v.flat[flat]) for v in (c, low, high, error))
                record(i, flat, a, b, d, e, 1 if several else int(np.sum(mask)), c.size)

    def wrong(
        self,
        i: int,
        flat: int | None,
        c: float,
        low: float,
        high: float,
        error: float,
        count: int = 1,
        of: int = 1,
    ) -> None:
        """Enter a wrong gradient, as one of `count`."""
        unit = self._unit(i, flat)
        c, low, high = c / unit, *sorted((low / unit, high / unit))
        error = error / abs(unit)
        kind = "gradient" if low == high else "kink"
        message = "the gradient is wrong" if low == high else "no slope between the two sides"
        if not np.isfinite(c):
            kind, message = "not finite", "the gradient is not finite where the slope is"
        if count > 1:
            message += f", in {count} of {of} elements"
        if unit == 1.0:
            message += ", for a random cotangent"
        self.fail(
            kind,
            message,
            i,
            flat=flat,
            analytic=c,
            numeric=low if low == high else (low, high),
            error=error,
            trial=None if flat is None else (self.subject, self.g / unit, i, flat),
        )

    def _unit(self, i: int, flat: int | None) -> float:
        """The cotangent, where only one output depends on the element: then slopes are shown."""
        if self.g.size == 1:
            return float(self.g.flat[0])
        same = self.g.shape == np.shape(self.subject.xs[i])
        return (
            float(self.g.flat[flat])
            if self.subject.elementwise and same and flat is not None
            else 1.0
        )

    def unclear(
        self,
        i: int,
        flat: int | None,
        c: float,
        low: float,
        high: float,
        error: float,
        count: int = 1,
        of: int = 1,
    ) -> None:
        """Enter a gradient that differences do not decide."""
        message = "differences do not settle on a slope"
        if not np.isfinite(c):
            message = "the gradient is not finite, and differences do not settle either"
        if count > 1:
            message += f", in {count} of {of} elements"
        self.doubt(message, i, flat)
