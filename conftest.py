"""Settings of every test and doctest: the same examples in every run, nothing on a screen."""

import os
import zlib

import numpy as np
import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

# They need PyTorch; what they stored is enough for the tests.
collect_ignore_glob = ["tests/reference/make_*.py"]

collect_ignore_glob = ["tests/reference/make_*.py"]  # they need PyTorch

settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded from the test's own id, so that neither order nor selection matters."""
    seed = zlib.crc32(request.node.nodeid.encode())
    print(f"rng: np.random.default_rng({seed})")
    return np.random.default_rng(seed)


@pytest.fixture(autouse=True)
def _doctest_folder(request: pytest.FixtureRequest) -> None:
    """Run a doctest as a user's code, in a folder of its own: examples save pictures."""
    if isinstance(request.node, pytest.DoctestItem):
        request.getfixturevalue("doctest_namespace")["__name__"] = "__main__"
        request.getfixturevalue("monkeypatch").chdir(request.getfixturevalue("tmp_path"))
