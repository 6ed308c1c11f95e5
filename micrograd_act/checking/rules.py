"""The check of one subject: its contract, then its gradients against differences."""

from __future__ import annotations

import numpy as np

from micrograd_act.checking.comparison import Comparison
from micrograd_act.checking.contract import check_again, check_contract, check_narrow
from micrograd_act.checking.directions import check_directions, check_ties
from micrograd_act.checking.elementwise import check_elements
from micrograd_act.checking.guesses import guess_causes
from micrograd_act.checking.probing import enter_pieces, probe
from micrograd_act.checking.reports import Report
from micrograd_act.checking.subjects import Subject


def check(subject: Subject, rng: np.random.Generator, report: Report, probes: bool = False) -> bool:
    """Enter into the report what is wrong with a subject; say whether nothing was."""
    start = len(report.failures)
    before = start + len(report.doubts)
    size = sum(np.size(subject.xs[i]) for i in subject.checked)
    report.gradients += size
    if not size or not subject.y.size:
        report.note("an empty array has no gradient to compare")
        return True
    comparison = Comparison(subject, rng, report)
    if subject.precision:
        report.note(
            "the function computes in less than float64: its gradients were held to what "
            "differences of it can tell"
        )
    with np.errstate(all="ignore"):
        gradients = check_contract(comparison)
        if gradients is None:
            return False
        comparison.c = gradients
        joined = []
        for i in subject.checked:
            if subject.diagonal(i):
                check_elements(comparison, i)
            else:
                joined.append(i)
        if joined:
            check_directions(comparison, joined)
        report.kinks += sum(int(np.sum(kinked)) for kinked in comparison.kinked.values())
        check_ties(comparison)
        if len(report.failures) > start:
            guess_causes(comparison, start)
        else:
            check_narrow(comparison)
        check_again(comparison)
    enter_pieces(subject, report)
    if probes and len(report.failures) == start:
        probe(subject, rng, report)
    return len(report.failures) + len(report.doubts) == before
