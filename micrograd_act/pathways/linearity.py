"""How far a function is from affine on data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.graph.node import Node, no_grad
from micrograd_act.graph.tensors import Tensor


def nonlinearity(function: Callable[[Any], Any], data: Any) -> float:
    """How far a function is from affine on a data set: the variance that no affine map explains.

    The affine map with the least squared error is fitted to the function's results; the sum of
    squares that it leaves, over that about the mean. 0 is affine on these points (but for
    rounding), 1 is a function of which affine maps explain nothing.

    Parameters
    ----------
    function : callable
        A net: makes a node of one point.
    data : array_like, shape (n, *input)
        More points than determine an affine map, which fits those exactly.

    Returns
    -------
    float
        0.0 for a function that is constant on the data.

    Raises
    ------
    ValueError
        If there are too few points, or a result is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import nonlinearity, relu
    >>> x = np.linspace(-1, 1, 101)[:, None]
    >>> round(nonlinearity(lambda x: relu(x), x), 4), nonlinearity(lambda x: 2 * x + 1, x) < 1e-28
    (0.2, True)
    >>> round(nonlinearity(lambda x: relu(x + 2), x), 4)
    0.0
    """
    if not callable(function):
        raise TypeError(f"nonlinearity: expected a function, got {type(function).__name__}")
    points = np.asarray(data, dtype=float)
    if points.ndim == 0 or not points.size:
        raise ValueError(f"nonlinearity: data has shape {points.shape}; pass (n, *input)")
    with no_grad(), np.errstate(all="ignore"):
        try:
            rows = [function(Tensor(point)) for point in points]
        except Exception as error:
            error.add_note(
                f"nonlinearity: data has {len(points)} points of shape {points.shape[1:]}"
            )
            raise
    results = np.array([np.ravel(y._data if isinstance(y, Node) else y) for y in rows], dtype=float)
    bad = np.flatnonzero(~np.all(np.isfinite(results), axis=1))
    if bad.size:
        raise ValueError(f"nonlinearity: the result at point {bad[0]} is not finite")
    inputs = points.reshape(len(points), -1)
    inputs = inputs - inputs.mean(0)
    mean = results.mean(0)
    results = results - mean
    fitted, _, rank, _ = np.linalg.lstsq(inputs, results, rcond=None)
    if rank + 1 >= len(points):
        raise ValueError(
            f"nonlinearity: an affine map fits any {len(points)} points in {inputs.shape[1]} "
            "dimensions; pass more"
        )
    total = float(np.sum(results**2))
    rounding = np.finfo(float).eps * np.max(np.abs(results + mean), initial=0.0)
    if total <= results.size * rounding**2:
        return 0.0
    return float(np.sum((results - inputs @ fitted) ** 2)) / total
