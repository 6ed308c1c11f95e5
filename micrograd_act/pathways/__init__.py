"""Where a gradient comes from: the paths it takes, and the same graph with other activations."""

from micrograd_act.pathways.collapse import AffineMap, affine_map
from micrograd_act.pathways.ledger import Paths, paths
from micrograd_act.pathways.path import Path
from micrograd_act.pathways.replacing import replace
from micrograd_act.pathways.twin import Twin, compare

__all__ = ["AffineMap", "Path", "Paths", "Twin", "affine_map", "compare", "paths", "replace"]
