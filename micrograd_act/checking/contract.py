"""What a backward owes whatever its numbers are: shapes, purity, and linearity in its cotangent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from micrograd_act.checking.arguments import WrongNumberError, raised
from micrograd_act.checking.comparison import RELATIVE, TINY, Array, Comparison, Directions, scale

_ROUNDINGS = 64  # of code that computes in less than float64, in a row
_NARROW = 1e4  # times the precision of the inputs


class RefusedError(Exception):
    """A failure is entered, and the gradients are not worth a comparison."""


def check_contract(comparison: Comparison) -> Directions | None:
    """The gradients for the cotangent of the comparison; None if the contract is broken."""
    try:
        return _Contract(comparison).check()
    except RefusedError:
        return None


def check_narrow(comparison: Comparison) -> None:
    """Compare what the code computes of the inputs as they are with its results in float64."""
    subject = comparison.subject
    if subject.narrow is None:
        return
    try:
        found, precision = subject.narrow(comparison.g)
    except Exception as error:  # whatever a user's rule raises is a finding
        comparison.fail("raises", f"in less than float64: {raised(error)}")
        return
    comparison.report.note(
        "inputs in less than float64 were evaluated in float64; what the code computes of them "
        f"was held to {_NARROW * precision:.1g} of that"
    )
    for i, mine in zip(subject.checked, found, strict=True):
        c, mine = comparison.c[i], np.asarray(mine)
        if mine.shape != c.shape:
            comparison.fail("shape", f"the input has shape {c.shape}, its gradient {mine.shape}", i)
            continue
        slack = _NARROW * precision * (np.abs(c) + np.max(np.abs(c), initial=0.0))
        finite = np.abs(c) < float(np.finfo(mine.dtype).max) if mine.dtype.kind == "f" else True
        off = ~(np.abs(mine - c) <= slack) & finite
        if np.any(off):
            message = "in less than float64 the gradient is another than in float64"
            flat = int(np.argmax(off))
            numbers = {"analytic": float(mine.flat[flat]), "numeric": float(c.flat[flat])}
            comparison.fail(
                "gradient", message, i, flat=flat, **numbers, error=float(slack.flat[flat])
            )
            return


def check_again(comparison: Comparison) -> None:
    """Ask the backward once more after all else: what it remembers shows here."""
    contract = _Contract(comparison)
    try:
        again = contract.asked(comparison.g)
        for i, c in comparison.c.items():
            if _bytes(c) != _bytes(again[i]):
                for _ in range(4):
                    contract.same(again, contract.asked(comparison.g))
                message = "another gradient after the function was called elsewhere"
                comparison.report.note(
                    "a backward that reads what the last forward kept belongs to that call alone: "
                    "let it call the forward first, or make a new layer in each call"
                )
                flat = _first(c, again[i])
                raise contract.refuse("stale", message, i, flat=flat, guess="stale state")
    except RefusedError:
        return


class _Contract:
    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.subject = comparison.subject
        self.read = (*self.subject.xs, self.subject.y, *self.subject.held)
        self.copies = [_bytes(x) for x in self.read]

    def refuse(self, kind: str, message: str, i: int | None = None, **more: Any) -> RefusedError:
        self.comparison.fail(kind, message, i, **more)
        return RefusedError()

    def check(self) -> Directions:
        g = self.comparison.g
        raw, c = self.answer(g)
        larger = self.asked(g * -4096.0)
        self.kept(raw, c)
        self.scaled(c, larger, -4096.0)
        self.scaled(c, self.asked(g / 4096.0), 1 / 4096.0)
        self.nothing(c)
        for what, part in self.parts():
            self.added(what, c, self.asked(part), self.asked(g - part))
        return c

    def parts(self) -> Iterator[tuple[str, Array]]:
        """Cotangents that code may treat in another way."""
        g = self.comparison.g
        yield "equal numbers", np.ones_like(g)
        if np.min(g) < 0 < np.max(g):
            yield "numbers of one sign", np.maximum(g, 0.0)
        if g.size > 1:
            alone = np.zeros_like(g)
            alone.flat[g.size // 2] = g.flat[g.size // 2]
            yield "a single number", alone

    def asked(self, g: Array) -> Directions:
        """The gradients for a cotangent, which are the caller's own."""
        return self.answer(g)[1]

    def answer(self, g: Array) -> tuple[Any, Directions]:
        """What the backward returned, and that as arrays; or a failure."""
        given = g.copy()
        try:
            raw = self.subject.pullback(given)
        except Exception as error:  # whatever a user's rule raises is a finding
            kind = "number" if isinstance(error, WrongNumberError) else "raises"
            raise self.refuse(kind, raised(error)) from error
        self.untouched(given, g)
        gradients = zip(self.subject.checked, raw, strict=True)
        return raw, {i: self.floats(i, c) for i, c in gradients}

    def untouched(self, given: Array, g: Array) -> None:
        for x, before in zip((*self.read, given), (*self.copies, _bytes(g)), strict=True):
            if _bytes(x) != before:
                message = "the rule changed its inputs, its result or the cotangent"
                raise self.refuse("mutates", message)

    def floats(self, i: int, c: Any) -> Array:
        """A gradient in float64, of its input's shape."""
        found, shape = np.asarray(c), np.shape(self.subject.xs[i])
        whole = found.dtype.kind in "iu" and not isinstance(c, (np.ndarray, np.generic))
        if found.dtype.kind != "f" and not whole:
            what = "None" if c is None else str(found.dtype)
            message = f"the gradient is {what}; a gradient is floating, as its input is"
            raise self.refuse("dtype", message, i)
        if found.shape != shape:
            message = f"the input has shape {shape}, its gradient {found.shape}"
            raise self.refuse("shape", message, i, guess=_of_shapes(shape, found.shape))
        return found.astype(np.float64)

    def kept(self, raw: Any, c: Directions) -> None:
        for i, mine in zip(self.subject.checked, raw, strict=True):
            if _bytes(np.asarray(mine, float)) != _bytes(c[i]):
                message = "the gradient changed when the backward was called again"
                raise self.refuse("stale", message, i, guess="stale state: one buffer for all")

    def same(self, c: Directions, again: Directions) -> None:
        for i, first in c.items():
            if _bytes(first) != _bytes(again[i]):
                message = "the same rule gave two different gradients"
                guess = _remembered(first, again[i])
                flat = _first(first, again[i])
                raise self.refuse("nondeterministic", message, i, flat=flat, guess=guess)

    def scaled(self, c: Directions, other: Directions, factor: float) -> None:
        for i, first in c.items():
            wanted, found = first, other[i] / factor
            if (found == wanted).all():
                continue
            finite = np.isfinite(wanted) & (np.abs(wanted) < 1e300)
            largest = np.max(np.abs(wanted), initial=0.0, where=finite)
            slack = RELATIVE * (largest + np.abs(wanted)) + TINY
            off = finite & ~(np.abs(found - wanted) <= slack)
            if np.any(off):
                message = f"{factor:g} times the cotangent is not {factor:g} times the gradient"
                guess = _of_scaling(first, other[i], factor)
                raise self.nonlinear(c, message, i, off, guess)

    def nothing(self, c: Directions) -> None:
        zeros = self.asked(np.zeros_like(self.comparison.g))
        for i, sent in zeros.items():
            if not sent.any():
                continue
            off = (sent != 0) & np.isfinite(c[i])
            if np.any(off):
                message = "a cotangent of zeros gives a gradient that is not 0"
                raise self.nonlinear(c, message, i, off)

    def added(self, what: str, c: Directions, one: Directions, other: Directions) -> None:
        for i, whole in c.items():
            terms = np.abs(one[i]) + np.abs(other[i])
            apart = np.abs(one[i] + other[i] - whole)
            if (apart <= RELATIVE * terms).all():
                continue
            relative = max(RELATIVE, _ROUNDINGS * self.subject.precision)
            slack = relative * (terms + np.max(terms, initial=0.0, where=np.isfinite(terms)))
            slack += self.rounding(i) + TINY
            finite = np.isfinite(whole) & (terms < 1e300)
            off = finite & ~(apart <= slack)
            off |= np.isfinite(whole) & ~np.isfinite(terms) & (np.abs(whole) < 1e290)
            if np.any(off):
                message = f"not linear in the cotangent: {what} and the rest do not add up"
                raise self.nonlinear(c, message, i, off)

    def rounding(self, i: int) -> Array:
        """What sums inside of a backward may lose, by the sizes of result and input."""
        g, y, x = self.comparison.g, self.subject.y, self.subject.xs[i]
        relative = max(1e-14, _ROUNDINGS * self.subject.precision)
        return np.asarray(relative * np.max(np.abs(g)) * np.max(np.abs(y)) / scale(x))

    def nonlinear(
        self, c: Directions, message: str, i: int, off: Array, guess: str = ""
    ) -> RefusedError:
        """What is random is no function of the cotangent at all."""
        for _ in range(4):
            self.same(c, self.asked(self.comparison.g))
        return self.refuse("nonlinear", message, i, flat=int(np.argmax(off)), guess=guess)


def _bytes(x: Any) -> bytes:
    """What equality of each bit is judged by."""
    return np.asarray(x).tobytes()


def _first(a: Array, b: Array) -> int:
    return int(np.argmax((a != b) & ~(np.isnan(a) & np.isnan(b))))


def _remembered(first: Array, again: Array) -> str:
    if np.allclose(again, 2 * first, rtol=1e-9, atol=0):
        return "stale state: gradients are not cleared"
    return "random numbers, or stale state"


def _of_scaling(first: Array, other: Array, factor: float) -> str:
    if np.array_equal(first, other):
        return "cotangent ignored"
    if np.allclose(other, abs(factor) * first, rtol=1e-9, atol=0):
        return "absolute value of the cotangent"
    return ""


def _of_shapes(shape: tuple[int, ...], found: tuple[int, ...]) -> str:
    """Which sum would give the right shape."""
    if len(shape) > 1 and found == shape[::-1]:
        return "transposed"
    extra = len(found) - len(shape)
    if extra < 0:
        return ""
    axes = list(range(extra))
    for k, (n, m) in enumerate(zip(found[extra:], shape, strict=True)):
        if n != m and m != 1:
            return ""
        if n != m:
            axes.append(extra + k)
    return "missing sum over axis " + ", ".join(map(str, axes))
