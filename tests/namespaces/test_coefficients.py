"""The coefficients of the normal family, computed again: this is where they come from."""

import numpy as np
import pytest

from micrograd_act.namespaces import normal
from tests.namespaces.exact import mp


def interpolated(function, low, high, degree):
    """The polynomial in powers of t that meets `function` in the Chebyshev points."""
    n = degree + 1
    t = [mp.cos(mp.pi * (2 * j + 1) / (2 * n)) for j in range(n)]
    t = [(low + high) / 2 + (high - low) / 2 * node for node in t]
    matrix = mp.matrix([[node**i for i in range(n)] for node in t])
    return mp.lu_solve(matrix, mp.matrix([function(node) for node in t]))


def tail(t):
    u = mp.mpf(normal._PIVOT) * (1 + t) / (1 - t)
    if u < 60:
        mills = mp.exp(u * u / 2) * mp.erfc(u / mp.sqrt(2)) / 2
    else:  # the asymptotic series, as exp(u**2 / 2) overflows even here
        terms = [mp.fac2(2 * k - 1) / (-u * u) ** k for k in range(20)]
        mills = mp.fsum(terms) / (u * mp.sqrt(2 * mp.pi))
    return mills * (u + mp.mpf(normal._SHIFT))


def centre(t):
    v = mp.sqrt(t)
    return mp.erf(v) / v


@pytest.mark.parametrize(
    ("function", "low", "high", "table"),
    [(tail, -1, 1, normal._TAIL), (centre, 0, mp.mpf(9) / 16, normal._CENTRE)],
)
@pytest.mark.parametrize("bits", [53, 24])
def test_coefficients(function, low, high, table, bits):
    found = interpolated(function, mp.mpf(low), mp.mpf(high), len(table[bits]) - 1)
    np.testing.assert_array_max_ulp(np.array(table[bits]), np.array([float(c) for c in found]), 1)
    points = [low + (high - low) * mp.mpf(j + 0.5) / 100 for j in range(100)]
    errors = [mp.fsum(c * t**i for i, c in enumerate(found)) / function(t) - 1 for t in points]
    assert max(map(abs, errors)) < mp.mpf(2) ** -(bits + 0.4)
