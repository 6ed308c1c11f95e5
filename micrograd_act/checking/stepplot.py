"""The plot of an error against its step, with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from micrograd_act.checking.stepwise import ErrorByStep

_FORWARD, _CENTRAL, _BAR, _WRONG, _GRID = "#c2410c", "#0f766e", "#6d28d9", "#be123c", "#e2e8f0"
_DOTS = {
    "color": "#111827",
    "lw": 1.2,
    "marker": "o",
    "ms": 6,
    "label": "gradcheck, after each of its steps",
}


def draw_errors(found: ErrorByStep, ax: Any) -> Any:
    """Draw the errors of fixed steps as lines, those of gradcheck as dots with its bar."""
    if ax is None:
        ax = _axes()
    size = found.scale
    for steps, errors, style in (
        (found.steps, found.forward, {"color": _FORWARD, "lw": 1.6, "label": "forward difference"}),
        (found.steps, found.central, {"color": _CENTRAL, "lw": 3.0, "label": "central difference"}),
        (found.checked, found.estimates, _DOTS),
    ):
        shown = errors > 0  # an error of 0 has no place on a logarithmic axis
        ax.plot(steps[shown], errors[shown] / size, **style)
    ax.set_xscale("log")
    ax.set_yscale("log")
    if found.off is not None and found.off > found.error:
        label = f"gradient under test, off by {found.off / size:.1g}"
        ax.axhline(found.off / size, color=_WRONG, lw=2, ls="--", label=label)
    if np.isfinite(found.error):
        bar = found.error / size
        bottom = min(ax.get_ylim()[0], 0.1 * bar)
        bottom = bottom if bottom > 0 else 0.1 * bar  # where every error is 0
        label = f"gradcheck stops here, ± {bar:.0e}"
        ax.plot(found.step, bar, ls="none", marker="D", ms=8, color=_BAR, label=label)
        ax.vlines(found.step, bottom, bar, color=_BAR, lw=2)
        ax.set_ylim(bottom=bottom)
    ax.set_xlabel("step h", fontsize=11)
    ax.set_ylabel(
        "relative error of the slope" if size != 1.0 else "error of the slope", fontsize=11
    )
    ax.set_title(f"{found.name} at {found.x:.6g}", loc="left", fontsize=12)
    ax.grid(color=_GRID, lw=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(facecolor=ax.get_facecolor(), edgecolor="none", framealpha=0.9, fontsize=10)
    return ax


def _axes() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("plot needs matplotlib; pip install 'micrograd_act[plot]'") from error
    return pyplot.subplots(figsize=(8, 4.5), layout="constrained")[1]
