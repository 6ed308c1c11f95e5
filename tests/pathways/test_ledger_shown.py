"""Ledgers as text, as HTML and as plain data."""

import subprocess
import sys
import xml.etree.ElementTree as ET

from micrograd_act import Value, identity, nodes, paths, relu, tanh
from tests.pathways.graphs import residual_of_numbers


def test_negative_factors_have_minus_signs_and_brackets():
    x = Value(1.0)
    (path,) = paths(-0.25 * (x * -2.0), x)
    assert str(path).startswith("−0.25 · (−2) = 0.5  ")


def test_long_paths_are_printed_short():
    x = y = Value(0.5)
    for k in range(20_000):
        y = tanh(y) if k % 1000 == 0 else identity(y)
    (path,) = paths(y, x)
    assert len(path.local_grads) == 20_000
    text = str(path)
    assert len(text) < 400
    assert "1 (999 times) · " in text
    assert " more …" in text


def test_as_plain_data():
    x = Value(-0.4)
    y = x + relu(2 * x)
    assert paths(y, x).to_dict() == {
        "y": "y",
        "x": "x",
        "count": 2,
        "total": 1.0,
        "by_activations": [1.0, 0.0],
        "counts_by_activations": [1, 1],
        "uncounted": [],
        "identity": {"count": 1, "total": 1.0},
        "paths": [
            {"nodes": ["y", "x"], "ops": ["add"], "local_grads": [1.0], "product": 1.0, "note": ""},
            {
                "nodes": ["y", "relu", "×", "x"],
                "ops": ["add", "relu", "mul"],
                "local_grads": [1.0, 0.0, 2.0],
                "product": 0.0,
                "note": "dead at relu",
            },
        ],
    }


def test_text_table():
    x = Value(-0.4)
    y = x + relu(2 * x)
    assert str(paths(y, x)).splitlines() == [
        "2 paths from y to x, gradient 1",
        "  1 = 1          y(+) ← x",
        "  1 · 0 · 2 = 0  y(+) ← relu ← × ← x  dead at relu",
        "by activations crossed",
        "  none  1  1 path",
        "  1     0  1 path",
        "identity: 1 path, gradient 1",
    ]
    assert repr(paths(y, x)) == "Paths(y ← x, count=2)"


def test_a_table_of_many_paths_ends():
    y, x = residual_of_numbers(30)
    assert "  … and 1,073,741,814 more" in str(paths(y, x)).splitlines()


def test_many_activations_crossed_are_cut():
    y, x = residual_of_numbers(100)
    lines = str(paths(y, x)).splitlines()
    assert "  … and 61 more" in lines
    assert len(lines) == 1 + 11 + 1 + 41 + 1


def test_entries_without_paths_share_a_line():
    x = Value(0.5, label="x")
    y = x
    for _ in range(5):
        y = tanh(y)
    y = tanh(tanh(y)) + y
    lines = str(paths(y, x)).splitlines()
    start = lines.index("by activations crossed")
    shown = [line.split("  ") for line in lines[start + 1 : start + 5]]
    assert [(cells[1], cells[-1].strip()) for cells in shown] == [
        ("none … 4", "0 paths"),
        ("5", "1 path"),
        ("6", "0 paths"),
        ("7", "1 path"),
    ]
    assert len(paths(y, x).by_activations) == 8


def test_names_come_from_labels_then_variables():
    a, held = Value(1.0), [Value(2.0)]
    y = a * held[0]
    assert repr(paths(y, held[0])) == "Paths(y ← held[0], count=1)"
    a.label = "first"
    assert repr(paths(y, a)) == "Paths(y ← first, count=1)"
    assert repr(paths(y, held[0], names=False)) == "Paths(× ← 2, count=1)"


def test_html_is_escaped_and_never_raises():
    x = Value(1.0, label="<script>\n\x00")
    page = paths(x * 2, x)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\x00" not in page
    ledger = paths(x * 2, x)
    ledger.crossing = None
    assert ledger._repr_html_().startswith("<pre>Paths: ")


def test_html_has_a_table_for_each_section_without_empty_columns():
    x = Value(-0.4)
    page = ET.fromstring(f"<div>{paths(x + relu(2 * x), x)._repr_html_()}</div>")
    sizes = [[len(row) for row in table] for table in page]
    assert sizes == [[1, 3, 3], [1, 3, 3], [1]]  # no norm of a number, nothing uncounted
    assert [row[0].text for row in page[1]] == ["by activations crossed", "none", "1"]


def test_looking_changes_nothing():
    x, w = Value(0.3), Value(-1.2)
    y = tanh(w * x) + x * x
    y.backward()
    before = [(n.data.hex(), n.grad.hex(), n.label) for n in nodes(y) if n.grad is not None]
    ledger = paths(y, x)
    str(ledger), ledger.to_dict(), ledger.split("op"), ledger.identity.total, list(ledger)
    assert [(n.data.hex(), n.grad.hex(), n.label) for n in nodes(y) if n.grad is not None] == before


def test_output_does_not_depend_on_hashes():
    code = (
        "from micrograd_act import *\n"
        "x, w = Value(0.5), Value(1.0)\n"
        "y = x + relu(w * x) + tanh(x) * sigmoid(x) + relu(w * x)\n"
        "p = paths(y, x)\n"
        "print(p, p.split('op'), p.to_dict(), compare(y, {relu: identity, tanh: sigmoid}))\n"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(shown) == 1
