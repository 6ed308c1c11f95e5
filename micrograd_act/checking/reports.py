"""What a gradient check found, as data, as text and as an exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

_SHOWN = 10
_ALIKE = 3  # findings that differ in the element only


@dataclass(frozen=True, slots=True)
class Failure:
    """A gradient that is wrong.

    Attributes
    ----------
    op, label : str
        The guilty node; "engine" as op where the rules are right and their sum is wrong.
    input : int or None
        Which input of the op (for the engine: which leaf) the gradient belongs to.
    index : tuple of int or None
        The element of the input; None where the whole is meant.
    at : float or None
        The number there.
    analytic : float or None
        The gradient under test, for a random cotangent of the result.
    numeric : float, tuple of float or None
        What differences say; at a kink the interval between the slopes of the two sides.
    error : float or None
        The half-width of the error bar of `numeric`.
    kind : str
        "gradient", "kink", "not finite"; of the contract "number", "shape", "dtype", "raises",
        "mutates", "nondeterministic", "nonlinear", "stale"; of a graph "engine" or "detached".
    message : str
        The finding in words.
    guess : str
        A guess at the cause, or "": "sign", "factor 2", "zero, as if left out", "off by a relative
        1e-06", "transposed", "missing sum over axis 0", "cotangent ignored", "wrong side of a
        kink", "stale state".
    line : str
        Where the node was made, ``file:line``, if that happened under `record_lines`.
    node : Node or None
        The guilty node itself.
    trial : tuple or None
        What was compared, for `micrograd_act.testing.error_by_step`.
    """

    op: str
    label: str
    kind: str
    message: str
    input: int | None = None
    index: tuple[int, ...] | None = None
    at: float | None = None
    analytic: float | None = None
    numeric: float | tuple[float, float] | None = None
    error: float | None = None
    guess: str = ""
    line: str = ""
    node: Any = field(default=None, repr=False, compare=False)
    trial: Any = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The finding in plain types, without the node and the trial."""
        kept = (f.name for f in fields(self) if f.name not in ("node", "trial"))
        return {name: getattr(self, name) for name in kept}

    def __str__(self) -> str:
        guess = f"; guess: {self.guess}" if self.guess else ""
        return f"{_place(self)}: {_numbers(self)}{self.message}{guess} [{self.kind}]"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A gradient about which the check can say nothing, and why."""

    op: str
    label: str
    message: str
    input: int | None = None
    index: tuple[int, ...] | None = None
    node: Any = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The finding in plain types, without the node."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "node"}

    def __str__(self) -> str:
        return f"{_place(self)}: {self.message} [inconclusive]"


class Report:
    """The outcome of a gradient check; true only if it passed.

    Attributes
    ----------
    failures : list of Failure
    doubts : list of Doubt
        What could not be decided; without a failure they make the verdict "inconclusive".
    nodes : int
        Nodes whose rules were checked.
    gradients : int
        Elements of inputs whose gradient was compared.
    kinks : int
        Those of them that lie at a kink, where any slope between the two sides is accepted.
    probes : int
        Points of the check's own that were visited besides the given one.
    pieces : dict
        For each piecewise op, which of its pieces, from left to right, the inputs lay in.
    notes : list of str
    root : Node or None
        The result of the graph that was checked; None for plain functions.
    """

    def __init__(self) -> None:
        self.failures: list[Failure] = []
        self.doubts: list[Doubt] = []
        self.nodes = 0
        self.gradients = 0
        self.kinks = 0
        self.probes = 0
        self.pieces: dict[str, list[bool]] = {}
        self.notes: list[str] = []
        self.root: Any = None

    @property
    def verdict(self) -> Literal["pass", "fail", "inconclusive"]:
        """What a caller acts on; "inconclusive" is no pass."""
        if self.failures:
            return "fail"
        return "inconclusive" if self.doubts else "pass"

    def __getstate__(self) -> dict[str, Any]:
        """The report without its nodes, whose ops may be functions of the caller's."""
        return {
            **vars(self),
            "root": None,
            "failures": [replace(failure, node=None, trial=None) for failure in self.failures],
            "doubts": [replace(doubt, node=None) for doubt in self.doubts],
        }

    def note(self, text: str) -> None:
        """Add a remark, once."""
        if text not in self.notes:
            self.notes.append(text)

    def __bool__(self) -> bool:
        return self.verdict == "pass"

    def to_dict(self) -> dict[str, Any]:
        """The report in plain types."""
        return {
            "verdict": self.verdict,
            "nodes": self.nodes,
            "gradients": self.gradients,
            "kinks": self.kinks,
            "probes": self.probes,
            "pieces": {op: list(seen) for op, seen in self.pieces.items()},
            "failures": [failure.to_dict() for failure in self.failures],
            "doubts": [doubt.to_dict() for doubt in self.doubts],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        counts = [_counted(self.nodes, "node")] if self.nodes else []
        counts.append(_counted(self.gradients, "gradient"))
        if self.kinks:
            counts.append(f"{self.kinks} at a kink")
        if self.probes:
            counts.append(_counted(self.probes, "probe"))
        lines = [f"gradcheck: {self.verdict} ({', '.join(counts)})"]
        for findings, word in ((self.failures, "failure"), (self.doubts, "doubt")):
            lines += _listed(findings, word)
        lines += [
            f"  {op}: {sum(seen)} of its {len(seen)} pieces were met"
            for op, seen in self.pieces.items()
            if not all(seen)
        ]
        return "\n".join(lines + [f"  {note}" for note in self.notes])

    __repr__ = __str__


class GradcheckError(AssertionError):
    """A gradient check did not pass; `.report` has the details, below a message of the caller's."""

    __module__ = "micrograd_act"  # what a traceback shows is what one imports

    def __init__(self, report: Report, message: str = "") -> None:
        super().__init__(f"{message}\n{report}" if message else str(report))
        self.report = report
        self._message = message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.report, self._message)


def _listed(findings: Sequence[Failure | Doubt], word: str) -> list[str]:
    """A line for each finding; of one that is the same in many elements only the first."""
    groups: dict[Any, list[Failure | Doubt]] = {}
    for finding in findings:
        groups.setdefault(_alike(finding), []).append(finding)
    lines, seen = [], 0
    for group in groups.values():
        shown = group if len(group) <= _ALIKE else group[: _ALIKE - 1]
        lines += [f"  {finding}" for finding in shown]
        if len(shown) < len(group):
            more = len(group) - len(shown)
            least = "at least " if len(findings) >= _SHOWN else ""  # the check stopped there
            lines.append(f"  and the same in {least}{_counted(more, 'more element')} of that input")
        seen += len(group)
        if len(lines) >= _SHOWN and seen < len(findings):
            return [*lines, f"  and {_counted(len(findings) - seen, f'more {word}')}"]
    return lines


def _alike(finding: Failure | Doubt) -> tuple[Any, ...]:
    words = (getattr(finding, name, "") for name in ("kind", "guess"))
    place = (finding.op, finding.label, finding.input, finding.index is None)
    return (*place, id(finding.node), finding.message, *words)


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" + "s" * (n != 1)


def _place(finding: Failure | Doubt) -> str:
    parts = [f"{finding.op} '{finding.label}'" if finding.label else finding.op]
    if isinstance(finding, Failure) and finding.line:
        parts.append(finding.line)
    if finding.input is not None:
        parts.append(f"input {finding.input}")
    if finding.index:
        parts.append(f"element {finding.index}")
    return ", ".join(parts)


def _numbers(failure: Failure) -> str:
    if failure.analytic is None or failure.numeric is None:
        return ""
    if isinstance(failure.numeric, tuple):
        low, high = failure.numeric
        numeric = f"between {low + 0.0:.10g} and {high + 0.0:.10g}"
    else:
        numeric = f"{failure.numeric:.10g}"
    return f"analytic {failure.analytic:.10g}, numeric {numeric} ± {failure.error:.1e}; "
