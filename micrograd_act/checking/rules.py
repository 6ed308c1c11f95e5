"""The check of one subject: its contract, then its gradients against differences."""

from __future__ import annotations

import numpy as np

from micrograd_act.checking.comparison import RELATIVE, TINY, Comparison, Directions
from micrograd_act.checking.directions import check_directions, check_ties
from micrograd_act.checking.elementwise import check_elements
from micrograd_act.checking.reports import Report
from micrograd_act.checking.subjects import Subject


def check(subject: Subject, rng: np.random.Generator, report: Report) -> bool:
    """Enter into the report what is wrong with a subject; say whether nothing was."""
    before = len(report.failures) + len(report.doubts)
    size = sum(np.size(subject.xs[i]) for i in subject.checked)
    report.gradients += size
    if not size or not subject.y.size:
        report.note("an empty array has no gradient to compare")
        return True
    comparison = Comparison(subject, rng, report)
    with np.errstate(all="ignore"):
        gradients = _contract(comparison)
        if gradients is None:
            return False
        comparison.c = gradients
        if subject.elementwise:
            for i in subject.checked:
                check_elements(comparison, i)
        else:
            check_directions(comparison)
        report.kinks += sum(int(np.sum(kinked)) for kinked in comparison.kinked.values())
        check_ties(comparison)
    return len(report.failures) + len(report.doubts) == before


def _contract(comparison: Comparison) -> Directions | None:
    subject, g = comparison.subject, comparison.g
    held = [np.copy(x) for x in (*subject.xs, subject.y, g)]
    try:
        once, twice = comparison.pulled(g), comparison.pulled(g)
        large, small = comparison.pulled(g * -4096.0), comparison.pulled(g / 4096.0)
    except Exception as error:  # whatever a user's rule raises is a finding
        comparison.fail("raises", f"{type(error).__name__}: {error}")
        return None
    for x, before in zip((*subject.xs, subject.y, g), held, strict=True):
        if not np.array_equal(x, before, equal_nan=np.asarray(x).dtype.kind == "f"):
            comparison.fail("mutates", "the rule changed its inputs, its result or the cotangent")
            return None
    for i, c in once.items():
        if c.shape != np.shape(subject.xs[i]):
            shape = np.shape(subject.xs[i])
            comparison.fail("shape", f"the input has shape {shape}, its gradient {c.shape}", i)
            return None
        if not np.array_equal(c, twice[i], equal_nan=True):
            comparison.fail("nondeterministic", "the same rule gave two different gradients", i)
            return None
        slack = RELATIVE * np.max(np.abs(c), initial=0.0) + TINY
        for other, factor in ((large[i], -4096.0), (small[i], 1 / 4096.0)):
            off = np.abs(other / factor - c) > slack + RELATIVE * np.abs(c)
            if np.any(off):
                comparison.fail(
                    "nonlinear",
                    f"{factor:g} times the cotangent is not {factor:g} times the gradient",
                    i,
                    flat=int(np.argmax(off)),
                )
                return None
    return once
