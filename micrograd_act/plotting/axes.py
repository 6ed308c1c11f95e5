"""Axes to draw on, and the look that the plots share with the pictures of graphs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from micrograd_act.drawing.style import LIGHT

INK, SOFT, TEAL, VERMILION, VIOLET = LIGHT.ink, LIGHT.soft, "#0f766e", "#c2410c", "#6d28d9"
TINT, HATCH, GRID = "#e2e8f0", "#94a3b8", "#e2e8f0"

# 1,060 pixels wide with no text below 20.
_SIZE, _DPI = (10.6, 5.2), 100
_SETTINGS: Any = {
    "font.size": 14.5,
    "axes.titlesize": 16,
    "axes.labelsize": 14.5,
    "xtick.labelsize": 14.5,
    "ytick.labelsize": 14.5,
    "legend.fontsize": 14.5,
    "figure.titlesize": 16,
    "axes.unicode_minus": True,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "text.color": INK,
    "hatch.color": HATCH,
}


@contextmanager
def drawing_on(ax: Any, what: str, tall: float = _SIZE[1]) -> Iterator[Any]:
    """Give `ax`, or new axes in the look of the pictures; the user's own keep their settings."""
    try:
        import matplotlib
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(f"{what} needs matplotlib; pip install 'micrograd_act[plot]'") from error
    if ax is not None:
        yield ax
        return
    with matplotlib.rc_context(_SETTINGS):
        figure, ax = pyplot.subplots(figsize=(_SIZE[0], tall), dpi=_DPI, layout="constrained")
        try:
            yield ax
        except BaseException:
            pyplot.close(figure)
            raise


def clean(ax: Any, axis: str = "both") -> None:
    """Leave two spines and a quiet grid."""
    ax.grid(axis=axis, color=GRID, lw=1)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
