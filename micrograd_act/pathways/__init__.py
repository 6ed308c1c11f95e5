"""Where a gradient comes from: the paths it takes, and the same graph with other activations."""

from micrograd_act.pathways.collapse import AffineMap, Difference, affine_map
from micrograd_act.pathways.ledger import Paths, paths
from micrograd_act.pathways.linearity import nonlinearity
from micrograd_act.pathways.path import Path
from micrograd_act.pathways.pieces import Reach
from micrograd_act.pathways.replacing import replace
from micrograd_act.pathways.twin import Twin, compare

__all__ = [
    "AffineMap",
    "Difference",
    "Path",
    "Paths",
    "Reach",
    "Twin",
    "affine_map",
    "compare",
    "nonlinearity",
    "paths",
    "replace",
]
