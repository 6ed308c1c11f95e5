"""Settings of every test: the same examples in every run, nothing on a screen."""

import os
import zlib

import numpy as np
import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded from the test's own id, so that neither order nor selection matters."""
    seed = zlib.crc32(request.node.nodeid.encode())
    print(f"rng: np.random.default_rng({seed})")
    return np.random.default_rng(seed)
