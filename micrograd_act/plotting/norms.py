"""The norm of the gradient by layer."""

from __future__ import annotations

import math
from typing import Any

from micrograd_act.drawing.grouping import Key
from micrograd_act.drawing.spelling import spell
from micrograd_act.graph.node import Node
from micrograd_act.plotting.axes import SOFT, TEAL, VERMILION, clean, drawing_on
from micrograd_act.plotting.layers import grouped, length


def plot_gradient_norms(result: Node, *, group: Key = "layer", ax: Any = None) -> Any:
    """Plot the norm of the gradient at the results and at the leaves of each layer.

    A line that falls from right to left is a gradient that vanishes on its way back. A norm of 0
    stands on the lower edge, as an open mark.

    Parameters
    ----------
    result : Node
        A loss after ``backward()``.
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
        If no gradient has been computed.
    ImportError
        If the extra ``plot`` is not installed.
    """
    layers = grouped(result, group, "plot_gradient_norms")
    results = [_norm_of_results(members) for members in layers.values()]
    leaves = [_norm_of_leaves(members) for members in layers.values()]
    known = [norm for norm in (*results, *leaves) if not math.isnan(norm)]
    if not known:
        raise ValueError("plot_gradient_norms: no gradient has been computed; call backward first")
    positive = [norm for norm in known if norm > 0]
    floor = min(positive, default=1.0) / 10
    places = list(range(len(layers)))
    with drawing_on(ax, "plot_gradient_norms") as axes:
        for norms, color, marker, label in (
            (results, TEAL, "o", "results"),
            (leaves, VERMILION, "s", "parameters and inputs"),
        ):
            shown = [floor if norm == 0 else norm for norm in norms]
            axes.plot(places, shown, color=color, lw=2.5, marker=marker, ms=10, label=label)
            dead = [place for place, norm in enumerate(norms) if norm == 0]
            axes.plot(
                dead, [floor] * len(dead), ls="none", marker=marker, ms=10, mfc="white", mec=color
            )
        axes.set_yscale("log")
        # In one line: the digits of a raised exponent would be too small on a projector.
        axes.yaxis.set_major_formatter(lambda norm, _: spell(norm))
        axes.set_xticks(places, list(layers), rotation=30 if len(layers) > 8 else 0)
        axes.set_xlim(-0.4, len(layers) - 0.6)
        axes.set_ylabel("norm of the gradient", color=SOFT)
        clean(axes, "y")
        axes.legend(edgecolor="none", framealpha=0.85)
    return axes


def _norm_of_results(members: list[Any]) -> float:
    """Of what leaves the layer: its nodes that no other node of the layer reads."""
    read = {id(x) for node in members for x in node.inputs}
    ends = [node for node in members if id(node) not in read]
    return length([node.grad for node in ends if node.grad is not None])


def _norm_of_leaves(members: list[Any]) -> float:
    leaves = {id(x): x for node in members for x in node.inputs if not x.inputs}
    return length([x.grad for x in leaves.values() if x.requires_grad and x.grad is not None])
