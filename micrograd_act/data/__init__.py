"""Small data sets that ship with the package, and what a training script needs to use them."""

from micrograd_act.data.datasets import Dataset, load, names
from micrograd_act.data.generated import make_moons
from micrograd_act.data.preparation import standardize, train_test_split

__all__ = ["Dataset", "load", "make_moons", "names", "standardize", "train_test_split"]
