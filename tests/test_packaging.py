"""What `import micrograd_act` costs, counted in modules, and what an installation contains."""

import json
import subprocess
import sys
from importlib.metadata import entry_points, requires
from pathlib import Path

import pytest

from micrograd_act import ops

# The rooms above the engine, and packages that only some users have or want.
LATE = {
    f"micrograd_act.{room}"
    for room in (
        "pathways",
        "checking",
        "drawing",
        "nn",
        "optim",
        "data",
        "testing",
        "commands",
        "plotting",
    )
}
EXTRAS = {"graphviz", "matplotlib", "PIL", "pandas", "IPython", "mpmath", "hypothesis", "pytest"}
# 20 small modules cost about a quarter of `import numpy`, 50 almost half.
MAX_OWN = 50
MAX_OTHERS = 12


def modules_after(statement: str) -> set[str]:
    """The modules that a fresh interpreter holds after a statement."""
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(run.stdout))


def import_faults(loaded: set[str], numpy_alone: set[str]) -> list[str]:
    """What is wrong with the set of modules that importing the package leaves behind."""
    roots = {name.split(".")[0] for name in loaded - numpy_alone}
    own = {name for name in loaded if name.split(".")[0] == "micrograd_act"}
    others = loaded - numpy_alone - own
    faults = [f"loads the extra {name}" for name in sorted(roots & EXTRAS)]
    faults += [f"loads {name} at once" for name in sorted(own & LATE)]
    if len(own) > MAX_OWN:
        faults.append(f"loads {len(own)} modules of its own: {sorted(own)}")
    if len(others) > MAX_OTHERS:
        faults.append(f"loads {len(others)} further modules: {sorted(others)}")
    return faults


@pytest.fixture(scope="module")
def numpy_alone():
    return modules_after("import numpy, numpy.typing")


def test_import_loads_the_engine_only(numpy_alone):
    assert import_faults(modules_after("import micrograd_act"), numpy_alone) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("import micrograd_act, graphviz", "loads the extra graphviz"),
        ("import micrograd_act.data", "loads micrograd_act.data at once"),
        ("import micrograd_act, unittest.mock", "further modules"),
    ],
)
def test_a_costly_import_is_found(statement, fault, numpy_alone):
    assert any(fault in found for found in import_faults(modules_after(statement), numpy_alone))


def test_too_many_modules_of_its_own_are_found():
    many = {f"micrograd_act.m{i}" for i in range(MAX_OWN + 1)}
    (fault,) = import_faults(many, set())
    assert fault.startswith(f"loads {MAX_OWN + 1} modules of its own")


@pytest.mark.parametrize(
    "use",
    [
        "assert np.floor(t).tolist() == [0.0]",
        "assert (t % 1).tolist() == [0.5] and t.max().item() == 0.5",
        "assert activation('hardtanh')(t).tolist() == [0.5]",
        "assert grad(grad(functional.sigmoid(t).sum(), t, create_graph=True), t).item() < 0",
    ],
)
def test_what_is_imported_late_is_there_when_it_is_asked_for(use):
    start = "import numpy as np; from micrograd_act import activation, functional, grad, tensor"
    modules_after(f"{start}; t = tensor([0.5], requires_grad=True); {use}")


def test_every_file_of_ops_reaches_the_registry():
    loaded = modules_after("from micrograd_act.ops.op import load_all; load_all()")
    files = {path.stem for path in Path(ops.__file__).parent.glob("*.py")} - {"__init__"}
    assert {f"micrograd_act.ops.{name}" for name in files - {"activations"}} <= loaded


def test_every_public_name_is_there():
    import micrograd_act

    assert [name for name in micrograd_act.__all__ if not hasattr(micrograd_act, name)] == []
    assert sorted(micrograd_act.__all__) == micrograd_act.__all__
    assert set(micrograd_act.__all__) <= set(dir(micrograd_act))
    assert not hasattr(micrograd_act, "no_such_name")


def test_the_installation_needs_numpy_and_graphviz_only():
    needed = {r.split(">")[0] for r in requires("micrograd_act") if "extra ==" not in r}
    assert needed == {"numpy", "graphviz"}


def test_the_command_is_installed():
    (script,) = entry_points(group="console_scripts", name="micrograd-act")
    assert callable(script.load())
