"""Executes every notebook from a clean kernel, in a folder of its own; keeps nothing of it."""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def main() -> int:
    """Run them all; the first that fails ends it."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    if not paths:
        print("notebooks: there are none", file=sys.stderr)
        return 1
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        if any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells):
            print(f"{path.name}: committed with outputs; clear them", file=sys.stderr)
            return 1
        with tempfile.TemporaryDirectory() as folder:
            resources = {"metadata": {"path": folder}}
            NotebookClient(notebook, timeout=300, resources=resources).execute()
        print(f"{path.name}: {len(notebook.cells)} cells ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
