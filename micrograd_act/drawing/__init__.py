"""Pictures of graphs: `draw` gives a `Picture`."""

from micrograd_act.drawing.dispatch import draw, draw_twin
from micrograd_act.drawing.picture import Picture

__all__ = ["Picture", "draw", "draw_twin"]
