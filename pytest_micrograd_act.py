"""pytest's plugin: the fixtures `gradcheck` and `check_vjp`, with a seed one can set.

It lies outside the package and imports nothing of it until a test asks. pytest loads its plugins
first of all, also in projects that only happen to be installed beside this one: they would all
start later, and coverage would miss every line that runs on import.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import pytest

if "micrograd_act.testing" not in sys.modules:  # a notebook may have it; pytest would warn
    pytest.register_assert_rewrite("micrograd_act.testing")  # an editable install lists no modules

_OPTION = "--gradcheck-seed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting of the same name."""
    words = "seed of the fixtures gradcheck and check_vjp: a number, or 'random' for a new one"
    parser.getgroup("micrograd_act").addoption(_OPTION, metavar="SEED", help=words)
    parser.addini("gradcheck_seed", f"{words} (default: 0)", default="0")


def pytest_configure(config: pytest.Config) -> None:
    """Settle the seed, once for all tests; a worker of a parallel run is told it."""
    given = getattr(config, "workerinput", {}).get("gradcheck_seed", config.getoption(_OPTION))
    given = config.getini("gradcheck_seed") if given is None else given
    if str(given) == "random":
        config.option.gradcheck_seed = random.SystemRandom().randrange(2**32)
        return
    try:
        config.option.gradcheck_seed = int(given)
        if config.option.gradcheck_seed < 0:
            raise ValueError
    except ValueError:
        message = f"{_OPTION}: expected a number from 0 on or 'random', got {given!r}"
        raise pytest.UsageError(message) from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell the seed to a worker of pytest-xdist."""
    node.workerinput["gradcheck_seed"] = node.config.option.gradcheck_seed


@pytest.fixture(scope="session")
def gradcheck_seed(pytestconfig: pytest.Config) -> int:
    """The seed that ``--gradcheck-seed`` or the setting ``gradcheck_seed`` gives, else 0."""
    return int(pytestconfig.option.gradcheck_seed)


@pytest.fixture
def gradcheck(gradcheck_seed: int) -> Callable[..., Any]:
    """`micrograd_act.gradcheck` with the seed of this run, which a failure shows."""
    from micrograd_act import gradcheck

    return partial(gradcheck, seed=gradcheck_seed)


@pytest.fixture
def check_vjp(gradcheck_seed: int) -> Callable[..., Any]:
    """`micrograd_act.check_vjp` with the seed of this run, which a failure shows."""
    from micrograd_act import check_vjp

    return partial(check_vjp, seed=gradcheck_seed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Below a failure, say which seed repeats it."""
    report = yield
    if report.failed and "gradcheck_seed" in getattr(item, "fixturenames", ()):
        seed = item.config.option.gradcheck_seed
        report.sections.append(("gradcheck", f"seed {seed}; {_OPTION}={seed} repeats it"))
    return report
