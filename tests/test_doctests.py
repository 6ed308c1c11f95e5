"""Every example in a docstring of the package runs as a user's code and prints what it says."""

import doctest
import io
from importlib import import_module
from pkgutil import walk_packages

import pytest

import micrograd_act

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def examples():
    names = [m.name for m in walk_packages(micrograd_act.__path__, "micrograd_act.")]
    for name in ["micrograd_act", *names]:
        if not name.endswith("__main__"):
            yield from doctest.DocTestFinder().find(import_module(name))


def run(example):
    """The report of what failed; empty if nothing did."""
    report = io.StringIO()
    example.globs["__name__"] = "__main__"
    result = doctest.DocTestRunner(optionflags=FLAGS).run(example, out=report.write)
    return report.getvalue() if result.failed else ""


@pytest.mark.parametrize(
    "example", [e for e in examples() if e.examples], ids=lambda example: example.name
)
def test_example(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some save a picture
    report = run(example)
    assert not report, report


@pytest.mark.parametrize(("source", "wrong"), [(">>> 1 + 1\n2\n", False), (">>> 1 + 1\n3\n", True)])
def test_a_wrong_example_is_found(source, wrong):
    example = doctest.DocTestParser().get_doctest(source, {}, "planted", None, 0)
    assert bool(run(example)) == wrong
