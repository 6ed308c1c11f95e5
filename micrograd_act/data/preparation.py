"""From a data set to arrays that a net can be trained and tested on."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def standardize(train: ArrayLike, *others: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    """Scale every column to mean 0 and standard deviation 1 over `train`.

    ``(a - train.mean(0)) / train.std(0)`` for `train` and each of `others`, so that nothing
    of the test data enters the scale. A constant column becomes 0 in `train`, not NaN.

    Parameters
    ----------
    train
        Shape (n, d), n at least 1, all entries finite.
    *others
        Arrays of shape (m, d), scaled by the mean and deviation of `train`.

    Returns
    -------
    tuple of ndarray
        New arrays, one for each argument.

    Raises
    ------
    ValueError
        If an argument is not two-dimensional, has another number of columns than `train`,
        or `train` is empty or has an entry that is not finite.

    Examples
    --------
    >>> train, test = standardize([[1.0, 5.0], [3.0, 5.0]], [[2.0, 6.0]])
    >>> train.tolist(), test.tolist()
    ([[-1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0]])
    """
    arrays = [np.asarray(a, dtype=np.float64) for a in (train, *others)]
    first = arrays[0]
    if first.ndim != 2 or first.shape[0] == 0:
        raise ValueError(
            f"standardize: train must have shape (n, d) with n >= 1, got {first.shape}"
        )
    for i, a in enumerate(arrays[1:], start=1):
        if a.ndim != 2 or a.shape[1] != first.shape[1]:
            raise ValueError(
                f"standardize: argument {i} has shape {a.shape}, but train has {first.shape}; "
                "the number of columns must agree"
            )
    bad = np.argwhere(~np.isfinite(first))
    if bad.size:
        row, column = map(int, bad[0])
        raise ValueError(
            f"standardize: train[{row}, {column}] is {first[row, column]} "
            f"({len(bad)} such entries); drop or fill these rows first"
        )
    mean = first.mean(axis=0)
    # A column of equal entries can have a deviation of a few ulp instead of 0.
    constant = (first == first[0]).all(axis=0)
    scale = np.where(constant, 1.0, first.std(axis=0))
    mean = np.where(constant, first[0], mean)
    return tuple((a - mean) / scale for a in arrays)


def train_test_split(
    X: ArrayLike,
    y: ArrayLike,
    *,
    test_size: float = 0.25,
    seed: int | np.random.Generator,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Split rows at random into a training and a test part, class by class.

    Every class gives ``round(test_size * its rows)`` of them to the test part, and at least
    one row to either part.

    Parameters
    ----------
    X, y
        n rows and their n labels.
    test_size
        Share of the rows that are held out, between 0 and 1.
    seed
        An integer or a Generator.

    Returns
    -------
    X_train, X_test, y_train, y_test
        Copies, in random order.

    Raises
    ------
    ValueError
        If the lengths differ, `test_size` is not between 0 and 1, or a class has one row only.

    Examples
    --------
    >>> X, y = np.arange(8.0).reshape(8, 1), [0, 0, 0, 0, 1, 1, 1, 1]
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, seed=0)
    >>> X_test.shape, sorted(y_test.tolist())
    ((2, 1), [0, 1])
    """
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim == 0 or y.ndim != 1 or len(X) != len(y) or len(y) == 0:
        raise ValueError(
            f"train_test_split: X and y need the same number of rows, got {X.shape} and {y.shape}"
        )
    if not 0.0 < test_size < 1.0:
        raise ValueError(f"train_test_split: test_size must lie between 0 and 1, got {test_size}")
    rng = np.random.default_rng(seed)
    held_out = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        if len(rows) < 2:
            raise ValueError(
                f"train_test_split: class {label!s} has one row; each part needs at least one"
            )
        count = min(max(round(test_size * len(rows)), 1), len(rows) - 1)
        held_out[rng.choice(rows, size=count, replace=False)] = True
    train = rng.permutation(np.flatnonzero(~held_out))
    test = rng.permutation(np.flatnonzero(held_out))
    return X[train], X[test], y[train], y[test]
