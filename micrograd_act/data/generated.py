"""Data sets drawn from a definition instead of read from a file."""

import numpy as np
from numpy.typing import NDArray


def make_moons(
    n_samples: int = 100, *, noise: float = 0.0, seed: int | np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Two interleaving half circles, the usual two-class problem that no line separates.

    Class 0 is (cos t, sin t), class 1 is (1 - cos t, 1/2 - sin t), with t evenly spaced
    over [0, π]; the rows come in random order.

    Parameters
    ----------
    n_samples
        Rows in all; class 1 has the odd one.
    noise
        Standard deviation of the normal noise added to both coordinates.
    seed
        An integer or a Generator.

    Returns
    -------
    X, y
        Shapes (n_samples, 2) and (n_samples,); labels 0 and 1.

    Raises
    ------
    ValueError
        If `n_samples` is below 2 or `noise` is negative or not finite.

    Examples
    --------
    >>> X, y = make_moons(100, noise=0.1, seed=0)
    >>> X.shape, int(y.sum())
    ((100, 2), 50)
    """
    if n_samples < 2:
        raise ValueError(f"make_moons: n_samples must be at least 2, one a class, got {n_samples}")
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"make_moons: noise must be finite and not negative, got {noise}")
    rng = np.random.default_rng(seed)
    upper = np.linspace(0.0, np.pi, n_samples // 2)
    lower = np.linspace(0.0, np.pi, n_samples - n_samples // 2)
    X = np.column_stack(
        [
            np.concatenate([np.cos(upper), 1.0 - np.cos(lower)]),
            np.concatenate([np.sin(upper), 0.5 - np.sin(lower)]),
        ]
    )
    y = np.repeat(np.array([0, 1], dtype=np.int64), [upper.size, lower.size])
    order = rng.permutation(n_samples)
    return X[order] + noise * rng.standard_normal(X.shape), y[order]
