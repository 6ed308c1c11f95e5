"""The laws of the house that can be read off its files, each seen to catch a planted fault."""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import micrograd_act
from micrograd_act import functional

ROOT = Path(__file__).parents[1]
PACKAGE = "micrograd_act"

# Lowest first; the rooms of one layer do not know each other. FACE is micrograd_act itself: it
# gathers names from below, and only what stands above it may import from it.
FACE = "micrograd_act"
LAYERS = (
    {"errors"},
    {"namespaces"},
    {"ops"},
    {"graph"},
    {"functional"},
    {"pathways", "checking", "replaying", "diagnosis"},
    {"drawing", "nn", "optim", "data", "testing"},
    {"catalogue"},
    {"plotting"},
    {FACE},
    {"claims", "commands"},
    {"__main__"},
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
PUBLIC_MODULES = {"data", "functional", "nn", "optim", "plotting", "testing"}
REQUIRED = {"numpy", "graphviz"}
MAX_LINES = 400

NOT_OURS = re.compile(r"\.(?!ci$|git[ia]).*|__pycache__|.*\.egg-info")
# Assembled, so that this file passes its own check.
MACHINE = re.compile(
    rf"(?<![\w.])/(?:{'|'.join(['work', 'root', 'home', 'Users', 'tmp'])})/"
    rf"|[A-Z]:\\Users|pypi[.]org|pythonhosted[.]org|npmjs[.]"
)


class _Imports(ast.NodeVisitor):
    """Every import of a module as (line, dotted name, runs when the module is imported)."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.deferred = False
        self.found: list[tuple[int, str, bool]] = []

    def _add(self, node: ast.AST, name: str) -> None:
        self.found.append((node.lineno, name, not self.deferred))

    def _absolute(self, name: str | None, level: int) -> str:
        base = self.package.split(".")[: len(self.package.split(".")) - level + 1] if level else []
        return ".".join([*base, *([name] if name else [])])

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = self._absolute(node.module, node.level)
        for alias in node.names:
            self._add(node, f"{base}.{alias.name}")

    def visit_Call(self, node: ast.Call) -> None:
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in ("import_module", "__import__") and node.args:
            name = getattr(node.args[0], "value", None)
            if isinstance(name, str):
                stripped = name.lstrip(".")
                self._add(node, self._absolute(stripped, len(name) - len(stripped)))
        self.generic_visit(node)

    def visit(self, node: ast.AST) -> None:
        before = self.deferred
        self.deferred |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        )
        super().visit(node)
        self.deferred = before


def room_of(dotted: str) -> str:
    """The room that a dotted name below the package lies in."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LEVEL else FACE


def modules(root: Path) -> Iterator[tuple[Path, list[str]]]:
    for path in sorted((root / PACKAGE).rglob("*.py")):
        yield path, list(path.relative_to(root).with_suffix("").parts)


def wrong_imports(root: Path) -> list[str]:
    """Imports that run upward or sideways, and extras that are imported before they are used."""
    faults = []
    for path, parts in modules(root):
        where = path.relative_to(root).as_posix()
        room = FACE if where == f"{PACKAGE}/__init__.py" else parts[1]
        if room not in LEVEL:
            faults.append(f"{where}: '{room}' has no layer; give it one in LAYERS")
            continue
        visitor = _Imports(".".join(parts[:-1]))
        visitor.visit(ast.parse(path.read_text("utf-8")))
        for line, name, at_once in visitor.found:
            top = name.split(".")[0]
            if top != PACKAGE:
                if at_once and top not in REQUIRED and top not in sys.stdlib_module_names:
                    faults.append(f"{where}:{line}: extra '{top}' is imported at once")
                continue
            other = room_of(name)
            if room not in (FACE, other) and LEVEL[other] >= LEVEL[room]:
                way = "upward" if LEVEL[other] > LEVEL[room] else "sideways"
                faults.append(f"{where}:{line}: {room} imports {other}, which runs {way}")
    return faults


def shadowing_modules(root: Path, public: set[str]) -> list[str]:
    """Modules that bear a public name: importing one would replace the function by the module."""
    return [
        path.relative_to(root).as_posix()
        for path, parts in modules(root)
        for name in [parts[-2] if parts[-1] == "__init__" else parts[-1]]
        if name in public - PUBLIC_MODULES
    ]


def long_files(root: Path) -> list[str]:
    counts = {path: len(path.read_text("utf-8").splitlines()) for path, _ in modules(root)}
    return [
        f"{p.relative_to(root).as_posix()}: {n} lines" for p, n in counts.items() if n > MAX_LINES
    ]


def files(root: Path) -> Iterator[Path]:
    """Everything that a checkout may hold, without what tools and installs leave in it."""
    left_by_builds = {root / "build", root / "dist", root / "tour"}
    pending = [root]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if NOT_OURS.fullmatch(path.name) or path in left_by_builds:
                continue
            if path.is_dir():
                pending.append(path)
            else:
                yield path


def notebooks_with_outputs(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root).as_posix()}: cell {i}"
        for path in files(root)
        if path.suffix == ".ipynb"
        for i, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"])
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]


def machine_names(root: Path) -> list[str]:
    """Places where a file names a folder of some machine or the host of a registry."""
    faults = []
    for path in files(root):
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        where = path.relative_to(root).as_posix()
        faults += [f"{where}:{i}: {s.strip()}" for i, s in enumerate(lines, 1) if MACHINE.search(s)]
    return faults


def plant(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return root


def test_imports_run_downward():
    assert wrong_imports(ROOT) == []


@pytest.mark.parametrize(
    ("file", "source", "fault"),
    [
        ("ops/op.py", "from micrograd_act.graph.node import Node", ":1: ops imports graph.*upward"),
        ("ops/op.py", "\nimport micrograd_act.graph", ":2: ops imports graph.*upward"),
        ("ops/op.py", "from micrograd_act import graph", "ops imports graph.*upward"),
        ("ops/op.py", "from micrograd_act import relu", "ops imports micrograd_act.*upward"),
        ("ops/op.py", "import micrograd_act", "ops imports micrograd_act.*upward"),
        ("ops/op.py", "from ..graph import node", "ops imports graph.*upward"),
        ("ops/op.py", "from .. import graph", "ops imports graph.*upward"),
        ("ops/__init__.py", "from ..graph import node", "ops imports graph.*upward"),
        ("ops/op.py", "def f():\n    import micrograd_act.nn", ":2: ops imports nn.*upward"),
        ("ops/op.py", "if TYPE_CHECKING:\n    from micrograd_act import nn", "ops imports nn"),
        ("graph/node.py", "import_module('micrograd_act.functional')", "graph imports functional"),
        ("graph/node.py", "importlib.import_module('..nn.layers')", "graph imports nn"),
        ("errors.py", "from micrograd_act.ops import op", "errors imports ops.*upward"),
        ("functional/losses.py", "from micrograd_act.pathways import paths", "functional.*upward"),
        ("drawing/svg.py", "from micrograd_act.nn import MLP", "drawing imports nn.*sideways"),
        ("checking/report.py", "import micrograd_act.pathways", "checking.*sideways"),
        ("cellar/wine.py", "", "'cellar' has no layer"),
        ("cellar.py", "", "'cellar' has no layer"),
        ("drawing/png.py", "import PIL.Image", ":1: extra 'PIL' is imported at once"),
        ("__init__.py", "from matplotlib import pyplot", "extra 'matplotlib' is imported at once"),
    ],
)
def test_wrong_imports_are_found(tmp_path, file, source, fault):
    (found,) = wrong_imports(plant(tmp_path, f"{PACKAGE}/{file}", source))
    assert re.search(fault, found)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("__init__.py", "from micrograd_act import nn\nimport_module('micrograd_act.drawing')"),
        ("commands/tour.py", "import os, numpy\nfrom micrograd_act import draw, nn"),
        ("graph/node.py", "from micrograd_act.graph import value\nfrom . import tensor"),
        ("functional/losses.py", "from micrograd_act.graph import Value\nfrom .ops import op"),
        ("drawing/png.py", "def save():\n    from PIL import Image"),
    ],
)
def test_right_imports_are_let_through(tmp_path, file, source):
    assert wrong_imports(plant(tmp_path, f"{PACKAGE}/{file}", source)) == []


def test_no_module_bears_the_name_of_a_public_function():
    public = set(micrograd_act.__all__) | set(functional.__all__)
    assert {"draw", "relu", "nn", "matmul"} <= public
    assert shadowing_modules(ROOT, public) == []


@pytest.mark.parametrize("file", ["draw.py", "draw/__init__.py", "drawing/draw.py"])
def test_a_shadowing_module_is_found(tmp_path, file):
    plant(tmp_path, f"{PACKAGE}/nn/__init__.py", "")
    plant(tmp_path, f"{PACKAGE}/__init__.py", "")
    plant(tmp_path, f"{PACKAGE}/{file}", "")
    assert shadowing_modules(tmp_path, {"draw", "nn"}) == [f"{PACKAGE}/{file}"]


def test_files_can_be_read_in_one_sitting():
    assert long_files(ROOT) == []


def test_a_long_file_is_found(tmp_path):
    plant(tmp_path, f"{PACKAGE}/long.py", "x = 1\n" * (MAX_LINES + 1))
    plant(tmp_path, f"{PACKAGE}/short.py", "x = 1\n" * MAX_LINES)
    assert long_files(tmp_path) == [f"{PACKAGE}/long.py: {MAX_LINES + 1} lines"]


def test_notebooks_are_committed_without_outputs():
    assert notebooks_with_outputs(ROOT) == []


@pytest.mark.parametrize(
    "cell", [{"outputs": [{"text": "1"}], "execution_count": None}, {"execution_count": 3}]
)
def test_a_notebook_with_outputs_is_found(tmp_path, cell):
    clean = {"outputs": [], "execution_count": None}
    plant(tmp_path, "notebooks/a.ipynb", json.dumps({"cells": [clean, {}, cell]}))
    assert notebooks_with_outputs(tmp_path) == ["notebooks/a.ipynb: cell 2"]


def test_no_file_names_a_machine():
    assert machine_names(ROOT) == []


@pytest.mark.parametrize("parts", ["/ho|me/ada/x.py", "'/t|mp/graph.svg'", "https://pypi|.org/x"])
def test_a_machine_name_is_found(tmp_path, parts):
    plant(tmp_path, "docs/a.md", "fine\nsee " + parts.replace("|", ""))
    plant(tmp_path, ".venv/docs/a.md", parts.replace("|", ""))
    plant(tmp_path, "docs/b.md", "a/home/b is relative, example.com/home/ is elsewhere")
    (found,) = machine_names(tmp_path)
    assert found.startswith("docs/a.md:2: see ")
