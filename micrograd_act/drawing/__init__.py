"""Pictures of graphs: `draw` gives a `Picture`."""

from micrograd_act.drawing.dispatch import draw
from micrograd_act.drawing.picture import Picture

__all__ = ["Picture", "draw"]
