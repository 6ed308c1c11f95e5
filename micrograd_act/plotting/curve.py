"""An activation, its derivatives, and the points on it that a graph hit."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.catalogue.cards import card
from micrograd_act.catalogue.evaluating import Array, curvature, is_curve, slope, value
from micrograd_act.catalogue.measuring import Measured
from micrograd_act.catalogue.plots import pieces, reach, shades
from micrograd_act.drawing.spelling import brief
from micrograd_act.graph import activation
from micrograd_act.graph.node import Node, nodes
from micrograd_act.ops.op import Family, Op
from micrograd_act.plotting.axes import (
    HATCH,
    SOFT,
    TEAL,
    TINT,
    VERMILION,
    VIOLET,
    clean,
    drawing_on,
)

_MOST = 8.0  # of a value or derivative that is shown
_POINTS = 300
_STYLES = (
    ("f", {"color": TEAL, "lw": 3.5}),
    ("f′", {"color": VERMILION, "lw": 2.5, "ls": "--"}),
    ("f″", {"color": VIOLET, "lw": 2.0, "ls": ":"}),
)


def plot_activation(act: Any, *, graph: Node | None = None, order: int = 2, ax: Any = None) -> Any:
    """Plot an activation with its range, kinks and saturated regions, and its derivatives.

    Regions where the slope is below 0.01 in size are shaded, where it is exactly 0 hatched. Dotted
    lines are the bounds of the range, circles the values returned at kinks.

    Parameters
    ----------
    act : Op, Family, Module, str or Node
        What `card` takes; or a node that an activation made, which stands for that activation at
        the points where this node is.
    graph : Node, optional
        A result: the points at which this activation stands in its graph are marked.
    order : {0, 1, 2}
        The highest derivative; f″ is left out where the rule cannot be differentiated.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new ones by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If `act` is no activation of one variable, or not in the graph.
    ImportError
        If the extra ``plot`` is not installed.

    Examples
    --------
    >>> from micrograd_act import Value, tanh
    >>> from micrograd_act.plotting import plot_activation
    >>> y = tanh(Value(0.5) * 3.0)
    >>> plot_activation(tanh, graph=y).get_title()  # doctest: +SKIP
    'tanh'
    """
    if order not in (0, 1, 2):
        raise ValueError(f"plot_activation: order is 0, 1 or 2, got {order!r}")
    stood = [act] if isinstance(act, Node) else None
    known = card(act)
    act = getattr(act, "op", act)
    op = known.op
    found = known.measured
    if found is None:
        raise TypeError(f"plot_activation: {op.name} is no function of one variable")
    if graph is not None and not isinstance(graph, Node):
        raise TypeError(
            f"plot_activation: graph is a Value or a Tensor, got {type(graph).__name__}"
        )
    if graph is not None:
        stood = [node for node in nodes(graph) if node.op is not None and node.op == _bound(act)]
        if not stood:
            raise ValueError(f"plot_activation: {known.title} is not in this graph")
    if stood and not is_curve(stood[0].op):
        raise TypeError(
            f"plot_activation: {op.name} has other inputs too, so that the points of a graph do "
            "not lie on one curve; leave graph out"
        )
    singular = sorted({x for x, _ in (*found.kinks, *found.jumps)})
    points = _points(stood or [])
    half = max(reach(singular), 1.1 * float(np.abs(points).max(initial=0.0)))
    with drawing_on(ax, "plot_activation") as axes:
        _regions(axes, found, half)
        _curves(axes, op, half, singular, order)
        _marks(axes, op, found, points)
        axes.set_xlim(-half, half)
        axes.set_xlabel("z")
        axes.set_title(known.title, loc="left")
        clean(axes)
        # Below, where it covers no curve, unless other axes may stand there.
        place: Any = {"loc": "upper left", "bbox_to_anchor": (-0.02, -0.17), "ncols": 3}
        place = {"framealpha": 0.85} if ax is not None else place | {"borderaxespad": 0}
        axes.legend(edgecolor="none", **place)
    return axes


def _bound(act: Any) -> Any:
    """The op that stands in a graph."""
    found = activation(act) if isinstance(act, str) else act
    return found.bind() if isinstance(found, Family) else found


def _points(stood: list[Any]) -> Array:
    """Where nodes stand on the curve, in ascending order."""
    held = [np.asarray(node.inputs[0].data, dtype=float).ravel() for node in stood]
    z: Array = np.sort(np.concatenate([np.empty(0), *held]))
    return z[np.isfinite(z)]


def _curves(ax: Any, op: Op, half: float, singular: list[float], order: int) -> None:
    def bend(x: Array) -> Array:
        found = curvature(op, x)
        return np.full(x.shape, np.nan) if found is None else found

    functions = [lambda x: value(op, x), lambda x: slope(op, x)]
    if curvature(op, np.array([0.5])) is not None:
        functions.append(bend)
    low, high = 0.0, 0.0
    for function, (name, style) in zip(functions[: order + 1], _STYLES, strict=False):
        label = name
        for x, y in pieces(function, half, singular):
            shown = np.where(np.abs(y) <= 1.5 * _MOST, y, np.nan)
            ax.plot(x, shown, label=label, zorder=3, **style)
            label = "_"  # one entry in the legend
            if np.isfinite(shown).any():
                low, high = min(low, np.nanmin(shown)), max(high, np.nanmax(shown))
    low, high = max(low, -_MOST), min(high, _MOST)
    room = 0.08 * (high - low or 1.0)
    ax.set_ylim(low - room, high + room)


def _regions(ax: Any, found: Measured, half: float) -> None:
    labels = {True: "dead: slope 0", False: "saturated: |slope| < 0.01"}
    for low, high, dead in shades(found, half):
        ax.axvspan(
            low,
            high,
            facecolor=TINT,
            edgecolor=HATCH if dead else "none",
            hatch="//" if dead else None,
            lw=0,
            zorder=0,
            label=labels.pop(dead, "_"),
        )
    for bound in (found.low.value, found.high.value):
        if np.isfinite(bound):
            ax.axhline(bound, color=SOFT, lw=1.2, ls=(0, (1, 3)), zorder=1)
    ax.axhline(0, color=SOFT, lw=1)
    ax.axvline(0, color=SOFT, lw=1)


def _marks(ax: Any, op: Op, found: Measured, points: Array) -> None:
    kinks = [*found.kinks, *found.jumps]
    if kinks:
        x = np.array([at for at, _ in kinks])
        style = {"mfc": "white", "mec": VERMILION, "mew": 2.5, "ms": 10}
        label = "kink" if found.kinks else "jump"
        ax.plot(x, value(op, x), ls="none", marker="o", zorder=4, label=label, **style)
    if points.size:
        few = points.size <= 20
        style = {"mfc": SOFT, "mec": "white" if few else "none", "alpha": 1 if few else 0.55}
        middle = brief(float(np.mean(np.abs(slope(op, points)))))
        label = f"this graph, mean |slope| {middle}"
        shown = points  # thinned out evenly where there are many
        if points.size > _POINTS:
            shown = points[np.linspace(0, points.size - 1, _POINTS).round().astype(int)]
        dots = {"ls": "none", "marker": "o", "ms": 11 if few else 8}
        ax.plot(shown, value(op, shown), zorder=5, label=label, **dots, **style)
