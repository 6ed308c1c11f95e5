"""What a check of an activation found, as data, as text and as an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from micrograd_act.drawing.spelling import spell


class Finding(NamedTuple):
    """One mistake, or a remark.

    Attributes
    ----------
    kind : str
        "branch", "raises", "shape", "dtype", "mutates", "nondeterministic", "elementwise",
        "scalar", "nan", "overflow", "limit", "slope", "curvature", "digits", or "fact: " and the
        name of a claim.
    message : str
        What is wrong, in words.
    x : float or None
        An input at which it shows.
    """

    kind: str
    message: str
    x: float | None = None

    def __str__(self) -> str:
        at = "" if self.x is None else f" at x = {spell(self.x)}"
        return f"{self.kind}{at}: {self.message}"


@dataclass(frozen=True)
class ActivationReport:
    """The outcome of `check_activation`; true if no mistake was found.

    Attributes
    ----------
    name : str
    findings : tuple of Finding
        The mistakes.
    notes : tuple of Finding
        What is true and does no harm to a net: at infinite and at enormous inputs, for the most.
    checked : tuple of str
        What was looked at: after a mistake that spoils the rest, that is not all.
    """

    name: str
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    checked: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """The report in plain types."""
        return {
            "name": self.name,
            "findings": [finding._asdict() for finding in self.findings],
            "notes": [note._asdict() for note in self.notes],
            "checked": list(self.checked),
        }

    def __str__(self) -> str:
        passed = f"passes ({', '.join(self.checked)})" if self else "fails"
        lines = [f"check_activation: {self.name} {passed}"]
        lines += [f"  {finding}" for finding in self.findings]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    __repr__ = __str__


class ActivationError(AssertionError):
    """An activation is not what it has to be; `.report` has the findings."""

    def __init__(self, report: ActivationReport) -> None:
        super().__init__(str(report))
        self.report = report

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.report,)
