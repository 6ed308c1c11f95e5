"""The error of a difference against its step: a V for fixed steps, and what extrapolation gains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from micrograd_act.checking.arguments import as_tuple, floats_of, own
from micrograd_act.checking.comparison import Numbers, scale
from micrograd_act.checking.differences import STEPS, Array, slope
from micrograd_act.checking.foreign import name_of, precision_of
from micrograd_act.checking.reports import Failure
from micrograd_act.graph.node import Node

_FIXED = 2.0 ** -np.arange(1.0, 51.0)


@dataclass(frozen=True, slots=True, repr=False)
class ErrorByStep:
    """How far from the derivative a difference is, for each step.

    Attributes
    ----------
    name : str
        The function.
    x : float
        The number that is moved.
    steps : ndarray
        From coarse to fine.
    forward, central : ndarray
        The error of ``(f(x + h) - f(x)) / h`` and of ``(f(x + h) - f(x - h)) / 2h``. At a kink the
        forward one is compared with the slope of its own side, and the central one has no right
        value: its distance from both slopes is shown.
    numeric : float or (float, float)
        The derivative as `gradcheck` estimates it, at a kink those of the two sides; NaN, with an
        infinite error bar, where no steps agree.
    error : float
        The half-width of its error bar.
    step : float
        The smallest step that it was computed from.
    checked, estimates : ndarray
        The steps that `gradcheck` takes, and the error after each of them.
    analytic : float or None
        The gradient under test.
    """

    name: str
    x: float
    steps: Array
    forward: Array
    central: Array
    numeric: float | tuple[float, float]
    error: float
    step: float
    checked: Array
    estimates: Array
    analytic: float | None = None

    @property
    def scale(self) -> float:
        """The size of the derivative, by which errors are divided in a plot; 1 for a slope of 0."""
        return float(np.max(np.abs(self.numeric))) or 1.0

    @property
    def off(self) -> float | None:
        """How far the gradient under test is from the derivative; inside a kink's interval 0."""
        if self.analytic is None:
            return None
        low, high = np.min(self.numeric), np.max(self.numeric)
        return float(max(low - self.analytic, self.analytic - high, 0.0))

    def plot(self, ax: Any = None) -> Any:
        """Draw the errors over the steps, both axes logarithmic.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            A new figure's by default.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        from micrograd_act.checking.stepplot import draw_errors

        return draw_errors(self, ax)

    def __str__(self) -> str:
        lines = [f"{self.name} at {self.x:.6g}: no slope that the steps agree on"]
        if np.isfinite(self.error):
            lines = [f"{self.name} at {self.x:.6g}: {_spelled(self.numeric)} ± {self.error:.1e}"]
            lines.append(f"  from steps down to {self.step:.1e}")
        for kind in ("forward", "central"):
            errors = getattr(self, kind)
            if np.any(np.isfinite(errors)):
                best = int(np.nanargmin(errors))
                text = f"the best fixed step is {self.steps[best]:.1e}, error {errors[best]:.1e}"
                lines.append(f"  {kind} differences: {text}")
        if self.analytic is not None and np.isfinite(self.error):
            lines.append(
                f"  the gradient under test, {self.analytic:.10g}, is off by {self.off:.1e}"
            )
        return "\n".join(lines)

    __repr__ = __str__


def error_by_step(
    failure_or_fn: Failure | Callable[..., Any],
    inputs: Any = (),
    *,
    input: int = 0,
    index: int | tuple[int, ...] | None = None,
    output: int | tuple[int, ...] | None = None,
    analytic: float | None = None,
) -> ErrorByStep:
    """Compute how the error of a difference depends on its step.

    A large step sees the bend of the function, a small one its rounding: between them a fixed step
    has its least error, at a place that is another for each function and each x.

    Parameters
    ----------
    failure_or_fn : Failure or callable
        One of `report.failures` with numbers; or a function of numbers or arrays.
    inputs : array_like, number, or tuple of these
        The arguments of the function.
    input, index
        Which element of which input moves; not needed for a single number.
    output
        Which element of the result is meant; not needed for a single number, nor where the result
        has the input's shape and the same element is meant.
    analytic : float, optional
        The slope under test.

    Returns
    -------
    ErrorByStep
        Prints as a summary; ``.plot()`` draws it.

    Raises
    ------
    ValueError
        If the failure has no numbers, or an element has to be named.
    TypeError
        If an input has no gradient.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act.testing import error_by_step
    >>> found = error_by_step(np.exp, 1.0)
    >>> round(found.numeric, 9), found.error < 1e-11
    (2.718281828, True)
    >>> float(found.forward.min()) > 1e-9  # with the best of all fixed steps
    True
    """
    if isinstance(failure_or_fn, Failure):
        return _of_failure(failure_or_fn)
    xs = tuple(floats_of(x, i, caller="error_by_step") for i, x in enumerate(as_tuple(inputs)))
    if not xs:
        raise TypeError("error_by_step: a function needs inputs")
    if not -len(xs) <= input < len(xs):
        raise IndexError(f"error_by_step: there is no input {input}, the function has {len(xs)}")
    x = xs[input]
    where = _element(x.shape, index, "index", f"input {input} has shape {x.shape}")

    def forward(moved: Array) -> Array:
        arguments = (own(moved if i == input % len(xs) else other) for i, other in enumerate(xs))
        y = failure_or_fn(*arguments)
        return np.asarray(y._data if isinstance(y, Node) else y)

    with np.errstate(all="ignore"):
        y = forward(x)
    shape = y.shape
    if output is None and shape == x.shape:
        output = where
    at = _element(shape, output, "output", f"the function returns shape {shape}")
    name = name_of(failure_or_fn).replace("<lambda>", "f")
    precision = precision_of(y)
    return _measured(name, x, where, lambda moved: forward(moved)[at], analytic, precision)


def _of_failure(failure: Failure) -> ErrorByStep:
    if failure.trial is None:
        raise ValueError(
            "error_by_step: this failure has no element with numbers; "
            "pass the function and its inputs"
        )
    subject, g, i, flat = failure.trial
    x = np.asarray(subject.xs[i])
    where = tuple(int(k) for k in np.unravel_index(flat, x.shape))
    unit = scale(x)[where]
    moves = np.zeros(subject.y.shape, dtype=bool)
    for h in (2.0**-4, -(2.0**-4), 2.0**-20):
        other = x.copy()
        other[where] += h * unit
        moved = subject.forward(*subject.xs[:i], other, *subject.xs[i + 1 :])
        moves |= moved != subject.y

    def forward(moved: Array) -> Any:
        y = subject.forward(*subject.xs[:i], moved, *subject.xs[i + 1 :])
        return np.sum((g * y)[moves])

    name = failure.label or failure.op
    return _measured(name, x, where, forward, failure.analytic, subject.precision)


def _element(
    shape: tuple[int, ...], given: int | tuple[int, ...] | None, name: str, what: str
) -> tuple[int, ...]:
    if given is None:
        if int(np.prod(shape)) != 1:
            raise ValueError(f"error_by_step: {what}; pass {name}=, the element that is meant")
        return (0,) * len(shape)
    place = (given,) if isinstance(given, int) else tuple(given)
    inside = (-n <= k < n for k, n in zip(place, shape, strict=False))
    if len(place) != len(shape) or not all(inside):
        raise IndexError(f"error_by_step: {what}, which has no element {place}")
    return place


def _measured(
    name: str,
    x: Array,
    where: tuple[int, ...],
    forward: Callable[[Array], Any],
    analytic: float | None,
    precision: float,
) -> ErrorByStep:
    unit = float(scale(x)[where])
    known: dict[float, float] = {}

    def function(t: float) -> float:
        if t not in known:
            moved = x.copy()
            moved[where] += t * unit
            try:
                known[t] = float(forward(moved))
            except (ArithmeticError, ValueError):
                known[t] = np.nan
        return known[t]

    with np.errstate(all="ignore"):
        y = function(0.0)
        after = [_estimated(function, y, finest, precision) for finest in STEPS]
        low, high, error = after[-1]
        ahead = np.array([function(h) for h in _FIXED])
        behind = np.array([function(-h) for h in _FIXED])
        steps = _FIXED * unit
        rights, centres = (ahead - y) / steps, (ahead - behind) / (2 * steps)
    low, high, error = low / unit, high / unit, error / unit
    estimates = np.array([max(abs(a / unit - low), abs(b / unit - high)) for a, b, _ in after])
    settled = next((k for k, found in enumerate(after) if found[:2] == after[-1][:2]), -1)
    right = _nearer(rights, low, high)
    return ErrorByStep(
        name,
        float(x[where]),
        steps,
        np.abs(rights - right),
        np.fmax(np.abs(centres - low), np.abs(centres - high)),
        (low, high) if low < high else low,
        error,
        STEPS[settled] * unit,
        np.array(STEPS) * unit,
        estimates,
        analytic,
    )


def _estimated(
    function: Callable[[float], float], y: float, finest: float, precision: float
) -> tuple[float, float, float]:
    """The slopes of the two sides and their error bar, from steps down to `finest`."""

    def limited(t: float) -> Array:
        return np.array([np.nan if abs(t) in STEPS and abs(t) < finest else function(t)])

    found = slope(limited, np.array([y]), precision)
    parts = found.low, found.high, found.error, found.size, found.climb, found.few
    if not Numbers(np.nan, *parts).resolved()[0]:
        return np.nan, np.nan, np.inf
    return float(found.low[0]), float(found.high[0]), float(found.error[0])


def _nearer(differences: Array, low: float, high: float) -> float:
    """The slope of the side on which the differences were taken."""
    if not low < high:
        return low
    off = [np.nanmedian(np.abs(differences[10:30] - side)) for side in (low, high)]
    return low if off[0] <= off[1] else high


def _spelled(numeric: float | tuple[float, float]) -> str:
    if isinstance(numeric, tuple):
        return f"slopes {numeric[0]:.10g} and {numeric[1]:.10g} of the two sides"
    return f"slope {numeric:.10g}"
