"""Histograms by layer, one above the other over one axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.drawing.grouping import Key
from micrograd_act.drawing.spelling import brief
from micrograd_act.graph.node import Node
from micrograd_act.plotting.axes import HATCH, INK, SOFT, TEAL, VERMILION, clean, drawing_on
from micrograd_act.plotting.layers import Layers, by_layer, grouped

_BINS = 60
_OVERLAP = 0.88  # of the distance between two layers
_DEAD, _SMALL = 0.0, 1e-2


def plot_preactivations(result: Node, *, group: Key = "layer", ax: Any = None) -> Any:
    """Plot what the activations of each layer receive, the first layer on top.

    Parameters
    ----------
    result : Node
        A loss or an output; its graph is read, nothing is computed.
    group : "layer", Module or callable
        What a layer is, as for `draw`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new ones by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If no layer has an activation.
    ImportError
        If the extra ``plot`` is not installed.
    """
    what = "plot_preactivations"
    found = by_layer(grouped(result, group, what), lambda node: node.inputs[0].data)
    return _histograms(found, what, "pre-activation z", _spread, TEAL, ax)


def plot_local_gradients(result: Node, *, group: Key = "layer", ax: Any = None) -> Any:
    """Plot the slopes of each layer's activations, with the share that is dead or saturated.

    Parameters
    ----------
    result : Node
    group : "layer", Module or callable
        What a layer is, as for `draw`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new ones by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If no layer has an activation.
    ImportError
        If the extra ``plot`` is not installed.
    """
    what = "plot_local_gradients"
    found = by_layer(grouped(result, group, what), lambda node: node.local_grads[0])
    return _histograms(found, what, "local gradient", _health, VERMILION, ax)


def _spread(numbers: Any) -> str:
    return f"{brief(float(numbers.mean()))} ± {brief(float(numbers.std()))}"


def _health(numbers: Any) -> str:
    size = np.abs(numbers)
    dead, small = (float(np.mean(size <= limit)) for limit in (_DEAD, _SMALL))
    parts = [f"{100 * dead:.0f} % dead"] if dead else []
    if small > dead:
        parts.append(f"{100 * (small - dead):.0f} % saturated")
    return "\n".join(parts) or "all above 0.01"


def _histograms(
    found: Layers, what: str, label: str, tell: Callable[[Any], str], color: str, ax: Any
) -> Any:
    found = {name: numbers for name, numbers in found.items() if numbers.size}
    if not found:
        raise ValueError(f"{what}: no layer of this graph has an activation on tracked numbers")
    every = np.concatenate(list(found.values()))
    low, high = float(every.min()), float(every.max())
    room = 0.05 * (high - low) or 0.5
    if low == high:
        low, high = low - room / _BINS, high + room / _BINS
    edges = np.linspace(low, high, _BINS + 1)
    # Beside the histograms, unless other axes may stand there.
    within: Any = {"ha": "right", "backgroundcolor": (1, 1, 1, 0.7)}
    side, look = (1.015, {}) if ax is None else (0.99, within)
    count = len(found)
    with drawing_on(ax, what, max(3.2, 1.6 + 0.95 * count)) as axes:
        for place, (_name, numbers) in enumerate(found.items()):
            base = count - 1 - place
            heights = np.histogram(numbers, edges)[0].astype(float)
            heights *= _OVERLAP / heights.max()
            axes.stairs(base + heights, edges, baseline=base, fill=True, color=color, alpha=0.55)
            axes.stairs(base + heights, edges, baseline=base, color=color, lw=1.8)
            axes.axhline(base, color=HATCH, lw=1)
            axes.annotate(
                tell(numbers),
                (side, base + 0.5),
                xycoords=("axes fraction", "data"),
                va="center",
                color=INK,
                **look,
            )
        axes.set_xlim(low - room, high + room)
        axes.axvline(0, color=SOFT, lw=1.2, zorder=0)
        axes.set_yticks([count - 0.5 - place for place in range(count)], list(found))
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.05, count)
        axes.set_xlabel(label)
        clean(axes, "x")
        axes.spines["left"].set_visible(False)
    return axes
