"""pytest's plugin: its fixtures, its seed, and that nobody else pays for it."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from types import SimpleNamespace

import pytest

import micrograd_act.testing

pytest_plugins = "pytester"

WRONG = """
    import numpy as np

    X = np.array([-1.0, 0.5, 2.0])

    def cumsum(x):
        return np.cumsum(x), lambda g: (g,)

    def test_gradcheck(gradcheck):
        gradcheck(np.cumsum, X, vjp=lambda g, y, x: g)

    def test_check_vjp(check_vjp):
        check_vjp(cumsum, X)
"""


class Loaded:
    """What an inner run imported, which pytester would import again: ops register once."""

    def __init__(self):
        self.modules = {}

    def pytest_sessionfinish(self):
        self.modules = {
            name: module
            for name, module in sys.modules.items()
            if name.split(".")[0] in ("micrograd_act", "numpy")
        }


@pytest.fixture
def inner(pytester):
    """Run a pytest of its own on a test file."""
    loaded = Loaded()
    pytester.plugins.append(loaded)

    def run(source, *args):
        pytester.makepyfile(source)
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)
        sys.modules.update(loaded.modules)
        return result

    return run


def test_the_plugin_is_installed():
    (plugin,) = entry_points(group="pytest11", name="micrograd_act")
    assert plugin.value == "pytest_micrograd_act"


def test_the_fixtures_are_the_functions(inner):
    source = """
        import numpy as np
        from micrograd_act import Value, tanh

        def test_node(gradcheck):
            assert gradcheck(tanh(Value(0.5)), order=2)

        def test_function(gradcheck):
            assert gradcheck(np.sin, 0.5, grad=np.cos)
            assert not gradcheck(np.sin, 0.5, grad=np.sin, raise_exception=False)

        def test_vjp(check_vjp):
            assert check_vjp(lambda x: (np.sin(x), lambda g: (g * np.cos(x),)), 0.5)
    """
    inner(source).assert_outcomes(passed=3)


def test_a_failure_shows_the_callers_line_the_report_and_the_seed(inner):
    result = inner(WRONG, "--gradcheck-seed=17")
    result.assert_outcomes(failed=2)
    text = result.stdout.str()
    assert text.count("gradcheck: fail (") >= 2
    assert text.count("seed 17; --gradcheck-seed=17 repeats it") == 2
    result.stdout.fnmatch_lines([">       gradcheck(np.cumsum, X, vjp=lambda g, y, x: g)"])
    assert "checker.py" not in text  # no line of the package's own


def test_a_failure_elsewhere_shows_no_seed(inner):
    result = inner("def test(): assert False")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*repeats it*")


def failures(result):
    return [line for line in result.stdout.lines if "analytic" in line]


def test_the_seed_decides_and_the_option_outranks_the_setting(inner, pytester):
    first = failures(inner(WRONG))
    assert first
    assert failures(inner(WRONG, "--gradcheck-seed=0")) == first
    other = failures(inner(WRONG, "--gradcheck-seed=17"))
    assert other != first
    pytester.makeini("[pytest]\ngradcheck_seed = 17")
    assert failures(inner(WRONG)) == other
    assert failures(inner(WRONG, "--gradcheck-seed=0")) == first


def test_a_random_seed_is_one_number_for_all_and_repeats_the_run(inner):
    result = inner(WRONG, "--gradcheck-seed=random")
    (line,) = {line for line in result.stdout.lines if "repeats it" in line}
    option = line.split("; ")[1].split()[0]
    assert failures(inner(WRONG, option)) == failures(result)


def test_workers_of_a_parallel_run_have_one_seed(pytester):
    plugin = sys.modules["pytest_micrograd_act"]
    config = pytester.parseconfigure("--gradcheck-seed=random")
    node = SimpleNamespace(config=config, workerinput={})
    plugin.pytest_configure_node(node)
    worker = pytester.parseconfig("--gradcheck-seed=random")
    worker.workerinput = node.workerinput  # as pytest-xdist hands it over
    plugin.pytest_configure(worker)
    assert worker.option.gradcheck_seed == config.option.gradcheck_seed
    assert isinstance(worker.option.gradcheck_seed, int)


def test_a_test_may_ask_for_the_seed_itself(inner):
    result = inner("def test(gradcheck_seed): assert gradcheck_seed == 4", "--gradcheck-seed=3")
    result.stdout.fnmatch_lines(["seed 3;*"])


@pytest.mark.parametrize("seed", ["abc", "-1", "1.5"])
def test_a_bad_seed_is_refused(inner, seed):
    result = inner("def test(): pass", f"--gradcheck-seed={seed}")
    result.stderr.fnmatch_lines([f"*--gradcheck-seed: expected a number *got '{seed}'*"])


def test_the_package_may_be_imported_before_pytest(inner, pytester, monkeypatch):
    for module in (micrograd_act, micrograd_act.testing):
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(module, "__loader__", None)  # not this pytest's own
    marked = "import pytest; pytest.register_assert_rewrite('micrograd_act')"
    pytester.makeconftest(marked)  # as pytest does with an installed package that has a plugin
    monkeypatch.delitem(sys.modules, "pytest_micrograd_act")
    inner("def test(): pass", "-W", "error").assert_outcomes(passed=1)


SPARED = """
    import sys

    def test_before():
        loaded = {name.split(".")[0] for name in sys.modules}
        assert "pytest_micrograd_act" in loaded
        assert not loaded & {"numpy", "micrograd_act"}

    def test_after(gradcheck):
        import micrograd_act.testing.assertions

        rewritten = type(micrograd_act.testing.assertions.__loader__).__name__
        assert rewritten == "AssertionRewritingHook"
"""


def test_nothing_is_imported_before_a_test_asks(pytester):
    path = pytester.makepyfile(SPARED)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path]
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=os.environ | {"NO_COLOR": "1"}
    )
    assert run.returncode == 0, run.stdout + run.stderr
