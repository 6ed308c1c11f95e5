"""One case of the suite: what is checked, and what the checker has to say of it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import micrograd_act
from tests.checking.suite.functions import as_tuple


@dataclass(frozen=True)
class Case:
    """A function of NumPy arrays with the derivative under test.

    `places` are the wrong elements of each input's gradient, by comparison with the right vjp: a
    failure that names another element is a false accusation. `form` is how it is handed over:
    "vjp", "grad" (then `vjp` takes the inputs alone) or "pair" for `check_vjp`.
    """

    name: str
    forward: Callable[..., Any]
    vjp: Callable[..., Any]
    xs: tuple[Any, ...]
    verdict: str = "fail"
    form: str = ""
    places: dict[int, Any] = field(default_factory=dict)
    guess: str = ""
    kind: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def function(self):
        """What the function is called."""
        return self.name.partition(":")[0]

    def report(self):
        """What the checker finds."""
        form = self.form or ("vjp", "pair")[zlib.crc32(self.name.encode()) % 2]
        options = {"raise_exception": False, **self.options}
        if form == "pair":
            return micrograd_act.check_vjp(self.pair(), *self.xs, **options)
        called = _named(self.function, self.forward)
        return micrograd_act.gradcheck(called, self.xs, **{form: self.vjp}, **options)

    def pair(self):
        """The function in JAX's convention: the result and its pullback."""

        def fun(*xs):
            y = self.forward(*xs)

            def pullback(g):
                if self.form == "grad":
                    return (g * self.vjp(*xs),)
                return as_tuple(self.vjp(g, y, *xs))

            return y, pullback

        return _named(self.function, fun)

    def check(self):
        """Assert that the report says what it has to."""
        report = self.report()
        assert report.verdict == self.verdict, report
        if self.verdict == "fail":
            assert {f.op for f in report.failures} == {self.function}
            self._check_places(report.failures)
            said = "; ".join(f.guess for f in report.failures)
            assert self.guess in said, f"guess {self.guess!r} is not in {said!r}\n{report}"
            kinds = {f.kind for f in report.failures}
            assert not self.kind or self.kind in kinds, f"{self.kind} is not in {kinds}"

    def _check_places(self, failures):
        if not self.places:
            return
        for failure in failures:
            assert failure.input in self.places, f"input {failure.input} is right: {failure}"
            if failure.index is not None:
                assert self.places[failure.input][failure.index], f"is right: {failure}"
            named = failure.index is not None or failure.kind not in ("gradient", "kink")
            assert named, f"no element: {failure}"


@dataclass(frozen=True)
class Habit:
    """A case whose pair is made anew for each report."""

    name: str
    fresh: Any
    xs: tuple[Any, ...]
    verdict: str = "fail"
    kinds: frozenset[str] = frozenset()
    options: dict[str, Any] = field(default_factory=dict)

    def pair(self):
        """The function in JAX's convention."""
        return _named(self.name, self.fresh())

    def report(self):
        """What the checker finds."""
        return micrograd_act.check_vjp(self.pair(), *self.xs, raise_exception=False, **self.options)

    def check(self):
        """Assert that the report says what it has to."""
        report = self.report()
        assert report.verdict == self.verdict, report
        kinds = {f.kind for f in report.failures}
        assert not self.kinds or kinds & self.kinds, f"none of {self.kinds} in {kinds}"


def _named(name, function):
    def call(*xs):
        return function(*xs)

    call.__name__ = name
    return call


def places(function, vjp, xs):
    """Which elements of which gradients a vjp gets wrong, for some cotangent."""
    rng = np.random.default_rng(0)
    y = function.forward(*xs)
    found = {i: np.zeros(np.shape(x), bool) for i, x in enumerate(xs)}
    for factor in (1.0, -1.0, 4096.0, -1 / 4096):
        g = np.asarray(rng.choice((-1.0, 1.0), np.shape(y)) * 2 ** rng.uniform(-1, 1, np.shape(y)))
        right = as_tuple(function.vjp(factor * g, y, *xs))
        with np.errstate(all="ignore"):
            wrong = as_tuple(vjp(factor * g, y, *xs))
        for i, (c, d) in enumerate(zip(right, wrong, strict=True)):
            found[i] |= ~(np.abs(d - c) <= 1e-9 * np.abs(c))
    return {i: where for i, where in found.items() if np.any(where)}
