"""The named data sets: each is loaded from its file or definition, with its source and licence."""

import csv
import difflib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from micrograd_act.data.generated import make_moons


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A classification data set: one row of `X` and one label of `y` for each example.

    Attributes
    ----------
    X
        Features, shape (n, d), float64.
    y
        Labels, shape (n,), integers from 0 that index `target_names`.
    feature_names, target_names
        The names of the columns and of the classes.
    name, source, license
        What it is called here, where it comes from, and under which terms.
    """

    X: NDArray[np.float64]
    y: NDArray[np.int64]
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    name: str
    source: str
    license: str

    def __repr__(self) -> str:
        counts = np.bincount(self.y, minlength=len(self.target_names))
        classes = ", ".join(f"{t} {n}" for t, n in zip(self.target_names, counts, strict=True))
        rows, columns = self.X.shape
        return f"<Dataset {self.name}: {rows} rows, {columns} features; {classes}>"


def _moons() -> Dataset:
    X, y = make_moons(200, noise=0.1, seed=0)
    return Dataset(
        X=X,
        y=y,
        feature_names=("x1", "x2"),
        target_names=("upper", "lower"),
        name="moons",
        source="generated: two interleaving half circles, noise 0.1, seed 0",
        license="MIT",
    )


def _penguins() -> Dataset:
    features = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
    species = ("Adelie", "Chinstrap", "Gentoo")
    lines = (files("micrograd_act.data") / "penguins.csv").read_text(encoding="utf-8").splitlines()
    rows = [row for row in csv.DictReader(lines) if all(row[f] != "NA" for f in features)]
    return Dataset(
        X=np.array([[float(row[f]) for f in features] for row in rows]),
        y=np.array([species.index(row["species"]) for row in rows], dtype=np.int64),
        feature_names=features,
        target_names=species,
        name="penguins",
        source="Gorman, Williams & Fraser (2014), PLoS ONE 9(3): e90081; Horst, Hill & Gorman "
        "(2020), palmerpenguins",
        license="CC0 1.0",
    )


_LOADERS: dict[str, Callable[[], Dataset]] = {"moons": _moons, "penguins": _penguins}


def names() -> tuple[str, ...]:
    """The names that `load` knows.

    Examples
    --------
    >>> names()
    ('moons', 'penguins')
    """
    return tuple(_LOADERS)


def load(name: str) -> Dataset:
    """Load a data set that ships with the package.

    ``"penguins"`` are the Palmer penguins: three species from four measurements; the two
    of the 344 birds that were not measured are left out. ``"moons"`` are 200 points of
    `make_moons`. Each call returns arrays of its own.

    Raises
    ------
    ValueError
        If there is no data set of this name; the message lists the near ones.

    Examples
    --------
    >>> load("penguins")
    <Dataset penguins: 342 rows, 4 features; Adelie 151, Chinstrap 68, Gentoo 123>
    """
    loader = _LOADERS.get(name)
    if loader is None:
        near = difflib.get_close_matches(str(name).lower(), _LOADERS)
        hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
        raise ValueError(f"load: no data set {name!r}; {hint}known are {', '.join(_LOADERS)}")
    return loader()
