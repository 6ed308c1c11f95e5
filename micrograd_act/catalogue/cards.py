"""`card`: all that is known of an activation on one page, as text, HTML and a plot."""

from __future__ import annotations

import math
import os
import re
from functools import cached_property
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

from micrograd_act.catalogue import pages
from micrograd_act.catalogue.evaluating import is_curve, section, shown_as
from micrograd_act.catalogue.formulas import Formulas, formulas_of
from micrograd_act.catalogue.measuring import Measured, measured
from micrograd_act.catalogue.plots import plot
from micrograd_act.catalogue.wording import (
    OF_LAYERS,
    SATURATION_HEAD,
    Row,
    pitfalls,
    rows,
    saturation,
    unbroken,
)
from micrograd_act.drawing.saving import write_whole
from micrograd_act.drawing.spelling import spell
from micrograd_act.graph.custom import activation, example_of
from micrograd_act.namespaces.expressions import Expr
from micrograd_act.namespaces.glossary import definitions
from micrograd_act.namespaces.notation import latex, text
from micrograd_act.ops.op import Family, Op

_COLUMNS = 80
_INDENT = 16
_SIGNATURE = re.compile(r"\w+\(.*=")  # of NumPy's functions


class Card:
    """What an activation does to numbers and to gradients.

    It prints as text and shows itself in a notebook. Formulas are read from the code that runs;
    every number is computed from it.

    Attributes
    ----------
    op : Op
        A function of one variable: the activation, or what `shown_as` says of it.
    shown_as : str
        How an activation of several numbers is shown; "" of any other.
    formulas : Formulas
        Definition and derivative as expressions.
    measured : Measured or None
        The numbers; None of what is no function of one variable.
    rows : list of Row
        The facts in words.
    pitfalls : list of str
    svg : str
        The plot of value, slope and curvature.
    html : str
        The card as a piece of an HTML page.
    """

    def __init__(self, op: Op) -> None:
        self.op = section(op)
        self.shown_as = shown_as(op)

    @property
    def title(self) -> str:
        """The name with the parameters."""
        inside = _spelled_params(self.op)
        return f"{self.op.name}({inside})" if inside else self.op.name

    @cached_property
    def summary(self) -> str:
        """The first line of the docstring that is no signature."""
        lines = (line.strip() for line in (self.op.__doc__ or "").splitlines())
        said = (line for line in lines if line and not _SIGNATURE.match(line))
        return next(said, "").replace("`", "")

    @cached_property
    def formulas(self) -> Formulas:
        """Definition and derivative as expressions; None where the code cannot be read."""
        return formulas_of(self.op) if is_curve(self.op) else Formulas(None, None)

    @cached_property
    def glossary(self) -> list[tuple[Expr, Expr]]:
        """The functions that the formulas name, with their definitions."""
        return definitions(*(e for e in self.formulas if e is not None))

    @cached_property
    def measured(self) -> Measured | None:
        """The numbers behind the rows."""
        return measured(self.op) if is_curve(self.op) else None

    @cached_property
    def rows(self) -> list[Row]:
        """The facts in words."""
        if self.measured is None:
            return []
        found = rows(self.op, self.measured, self.title)
        return [row for row in found if not self.shown_as or row.name not in OF_LAYERS]

    @cached_property
    def saturation(self) -> list[tuple[str, list[str]]]:
        """For each dtype, where the slope is below each threshold."""
        return [] if self.measured is None else saturation(self.measured)

    @cached_property
    def pitfalls(self) -> list[str]:
        """What goes wrong with it."""
        if self.measured is None:
            return []
        return pitfalls(self.measured, bool(self.shown_as), "softm" in self.op.name)

    @cached_property
    def svg(self) -> str:
        """The plot; "" where there is none."""
        return "" if self.measured is None else plot(self.op, self.measured)

    @property
    def html(self) -> str:
        """A piece of an HTML page, with its style."""
        return pages.fragment(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the card to a file, whole or not at all.

        Parameters
        ----------
        path : path-like
            The suffix decides: ``.html`` for a page, ``.svg`` for the plot, ``.txt`` for the text.

        Raises
        ------
        ValueError
            If the suffix is not known.
        FileNotFoundError
            If the folder does not exist.
        """
        target = Path(path)
        contents = {".html": pages.page, ".svg": _svg, ".txt": _text}
        make = contents.get(target.suffix.lower())
        if make is None:
            raise ValueError(
                f"save: cannot write {target.name!r}; the known suffixes are .html, .svg and .txt"
            )
        write_whole(target, make(self).encode("utf-8"))
        return target

    def __repr__(self) -> str:
        return f"<Card: {self.op!r}>"

    def __str__(self) -> str:
        try:
            return self._written()
        except Exception as error:  # a display method never raises
            return f"{self.title}: {type(error).__name__}: {error}"

    def _written(self) -> str:
        lines = [self.title]
        if self.summary:
            lines += wrap(self.summary, _COLUMNS)
        definition, derivative = self.formulas
        if definition is not None:
            lines += ["", *_hanging("f(x)  = ", text(definition))]
            if derivative is not None:
                lines += _hanging("f′(x) = ", text(derivative))
            for a, b in self.glossary:
                lines += _hanging("where ", f"{text(a)} = {text(b)}")
            lines += _hanging("LaTeX: ", latex(definition))
            if derivative is not None:
                lines += _hanging("       ", latex(derivative))
        if self.shown_as:
            lines += ["", self.shown_as]
        if self.rows:
            lines.append("")
        for name, words in self.rows:
            lines += _hanging(name.ljust(_INDENT), words)
        if self.saturation:
            lines += ["", *_table(["|slope|", *SATURATION_HEAD], self.saturation)]
        if self.pitfalls:
            lines += ["", "pitfalls"]
            for sentence in self.pitfalls:
                lines += _hanging("- ", sentence)
        if self.op.source:
            lines += ["", *_hanging("source: ", self.op.source)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        try:
            return pages.fragment(self)
        except Exception as error:  # a display method never raises
            return f"<pre>{escape(f'{self.title}: {type(error).__name__}: {error}')}</pre>"


def card(act: Any) -> Card:
    """All that is known of an activation: definition, derivative, facts, saturation, a plot.

    Parameters
    ----------
    act : Op, Family, Module or str
        An activation, a bound one (``leaky_relu.bind(negative_slope=0.2)``), one of your own
        (``activation(fn)``), a module such as ``nn.ReLU()``, or the name of a built-in one.
        Parameters that are not bound have their defaults.

    Returns
    -------
    Card

    Raises
    ------
    TypeError
        If it is no activation.
    ValueError
        If no activation has that name.

    Examples
    --------
    >>> from micrograd_act import card, gelu
    >>> round(card(gelu).measured.lipschitz.value, 4)
    1.1289
    >>> print(card("relu").rows[1].text)
    [0, ∞)
    """
    found = activation(act) if isinstance(act, str) else getattr(act, "op", act)
    if isinstance(found, Family):
        found = example_of(found)
    if not isinstance(found, Op):
        hint = "; make one of it with activation(fn)" if callable(act) else ""
        raise TypeError(f"card: {type(act).__name__} is no activation{hint}")
    if not found.is_activation and not is_curve(found):
        raise TypeError(f"card: {found!r} is no activation")
    return Card(found)


def card_or_none(act: Any) -> Card | None:
    """The card of an activation; None of any other op."""
    op = example_of(act)
    return None if op is None else Card(op)


def _svg(card: Card) -> str:
    return card.svg


def _text(card: Card) -> str:
    return f"{card}\n"


def _hanging(name: str, words: str) -> list[str]:
    """Lines that go on below where they began, broken at spaces alone and not within x ≤ 0."""
    lines = wrap(
        unbroken(words),
        _COLUMNS,
        initial_indent=name,
        subsequent_indent=" " * len(name),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _table(head: list[str], lines: list[tuple[str, list[str]]]) -> list[str]:
    cells = [head, *([name, *row] for name, row in lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells
    ]


def _spelled_params(op: Any) -> str:
    """``negative_slope=0.01, …``, without switches that stand at their defaults."""
    shown = {key: val for key, val in op.params if not _is_default(op, key, val)}
    return ", ".join(f"{key}={_literal(val)}" for key, val in shown.items())


def _is_default(op: Any, name: str, val: Any) -> bool:
    """Whether it is a default that is no finite number, which would say something of the curve."""
    number = isinstance(val, (int, float)) and math.isfinite(val)
    return not number and op.family.signature.parameters[name].default == val


def _literal(val: Any) -> str:
    return spell(val) if isinstance(val, (int, float)) else repr(val)
