"""Which faults each checker catches and which right functions it accuses, on the same cases.

The cases are those of tests/checking/suite: the ones that the check was developed against, and
others that it was not. Each checker runs in a process of its own, with its defaults. Probe points
are asked for by the cases whose fault is elsewhere; with them everywhere, derivatives that are
right at the given inputs alone are accused, as those of one choice at a tie.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from benchmarks.gradcheck.rivals import CHECKERS, outcome
from benchmarks.harness import Measure, Report, contenders

SUITES = ("suite", "held out")
LARGEST = 3000  # torch fills a matrix of outputs by inputs
SIZES = ("1e-1", "1e-2", "1e-4", "1e-6", "1e-8")


def cases(suite: str) -> list[Any]:
    """The cases of plain NumPy functions, less those that nothing can decide."""
    if suite == "held out":
        from tests.checking.suite import heldout

        found = list(heldout.CASES)
    else:
        from tests.checking.suite import (
            broadcasting,
            faults,
            hard,
            hard_arrays,
            kinks,
            large,
            slips,
            states,
            tape,
        )

        modules = (slips, broadcasting, kinks, states, tape, hard, hard_arrays, large)
        found = [*faults.CASES, *faults.ELSEWHERE_CASES, *hard_arrays.RIGHT_FUNCTIONS]
        found += [case for module in modules for case in module.CASES]
    return [case for case in found if case.verdict != "inconclusive" and _fits(case)]


def _fits(case: Any) -> bool:
    return bool(sum(np.size(x) for x in case.xs) <= LARGEST)


def contender(name: str) -> Measure:
    """The outcomes of one checker, in the order of the cases."""

    def measure(suite: str, probes: str = "") -> list[str]:
        found = []
        for case in cases(suite):
            there = probes == "everywhere" or (probes and case.options.get("probes", False))
            options = {"probes": True} if there else {}
            found.append(outcome(name, case.pair(), case.xs, **options))
        return found

    return measure


def enter(report: Report, suite: str, checker: str, found: list[str], perfect: bool) -> None:
    """Enter what a checker caught, accused and left undecided."""
    pairs = Counter(zip((case.verdict for case in cases(suite)), found, strict=True))
    wrong, right = (
        sum(n for pair, n in pairs.items() if pair[0] == verdict) for verdict in ("fail", "pass")
    )
    where = f"{suite}, {checker}"
    caught, accused = pairs["fail", "fail"], pairs["pass", "fail"]
    report.add(f"{where}: caught", caught, f"of {wrong}", at_least=wrong if perfect else None)
    report.add(f"{where}: falsely accused", accused, f"of {right}", at_most=0 if perfect else None)
    undecided = pairs["fail", "inconclusive"] + pairs["pass", "inconclusive"]
    if undecided:
        report.add(f"{where}: undecided", undecided, "cases")


def enter_sizes(report: Report, checker: str, found: list[str]) -> None:
    """Enter in how many functions a uniform relative error is caught."""
    for size in SIZES:
        hits = [
            verdict == "fail"
            for case, verdict in zip(cases(SUITES[0]), found, strict=True)
            if case.name.endswith(f": relative {size}")
        ]
        report.add(f"relative error {size}, {checker}: caught", sum(hits), f"of {len(hits)}")


def errors(suite: str, found: list[str]) -> dict[str, list[str]]:
    """The names of the cases that a checker gets wrong, and what it says."""
    wrong: dict[str, list[str]] = {}
    for case, verdict in zip(cases(suite), found, strict=True):
        if verdict != case.verdict:
            wrong.setdefault(f"{case.verdict} as {verdict}", []).append(case.name)
    return wrong


def main() -> bool:
    title = "gradcheck: faults caught and right functions accused, each checker with its defaults"
    report = Report("gradcheck_catches", title)
    with contenders("benchmarks.gradcheck.catches", CHECKERS) as running:
        for suite in SUITES:
            outcomes = {}
            for name, one in running.items():
                if name == "micrograd_act":
                    for probes in ("where asked", "everywhere"):
                        found = one.measure(suite=suite, probes=probes)
                        outcomes[f"micrograd_act with probes {probes}"] = found
                outcomes[name] = one.measure(suite=suite)
            for checker, found in outcomes.items():
                perfect = checker.endswith("where asked") and suite == SUITES[0]
                enter(report, suite, checker, found, perfect)
                if checker.startswith("micrograd_act"):
                    print(f"{suite}, {checker}: {errors(suite, found) or 'no error'}")
            if suite == SUITES[0]:
                for checker in running:
                    enter_sizes(report, checker, outcomes[checker])
        return report.finish(running)


if __name__ == "__main__":
    raise SystemExit(not main())
