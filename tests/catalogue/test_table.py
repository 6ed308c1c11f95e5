"""The table of all activations: in a terminal, as a page to sort, as the page of the docs."""

import math
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest

from micrograd_act.catalogue import Table
from micrograd_act.catalogue.overview import _short
from micrograd_act.ops import REGISTRY
from tests.catalogue.reading import TABLE, alike

DOCS = Path(__file__).parents[2] / "docs"
THE_LIST = """
identity affine step heaviside sign relu relu6 leaky_relu prelu elu celu selu gelu gelu silu swish
mish softplus squareplus sigmoid logsigmoid hardsigmoid hardswish tanh hardtanh atan softsign
tanhshrink softshrink hardshrink threshold sin gaussian erf softmax log_softmax softmin glu swiglu
"""


def test_everything_is_in_it():
    assert sorted(c.op.name for c in TABLE.cards) == sorted(THE_LIST.split())
    assert set(THE_LIST.split()) <= set(REGISTRY)


def test_in_a_terminal():
    lines = str(TABLE).splitlines()
    assert lines[0].split()[0] == "activation"
    assert len(lines) == 1 + len(THE_LIST.split())
    assert max(map(len, lines)) <= 80
    gelu, with_tanh = (line for line in lines if line.startswith("gelu "))
    assert with_tanh.startswith("gelu tanh  ")
    assert re.split(r"\s{2,}", gelu)[:5] == ["gelu", "[−0.17, ∞)", "1.1289", "C∞", "1.534"]


@pytest.mark.parametrize("suffix", [".md", ".svg"])
def test_the_docs_are_what_it_writes(suffix, tmp_path):
    written = TABLE.save(tmp_path / f"activations{suffix}").read_text("utf-8")
    assert alike(written, (DOCS / f"activations{suffix}").read_text("utf-8")), (
        f"write it anew: micrograd-act activations --out docs/activations{suffix}"
    )


@pytest.mark.parametrize("wrong", ["x ≤ −3.2", "x < −3.067", "x ≤ 3.067", "x ≤ −3.067 or"])
def test_what_is_not_alike(wrong):
    assert alike("x ≤ −3.068", "x ≤ −3.067")
    assert not alike("x ≤ −3.067", wrong)


def test_markdown_has_as_many_cells_in_every_line():
    tables = re.findall(r"(?:^\|.*\n)+", TABLE.markdown, re.MULTILINE)
    assert len(tables) == 3
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1
        assert len(table.splitlines()) == 2 + len(TABLE.cards)


class Rows(HTMLParser):
    """The cells of each body row, with the numbers by which they are sorted, and all ids."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.ids, self.links, self.sortable = [], [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []
        self.sortable += "aria-sort" in found
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append(found.get("data-number"))


def test_the_page():
    page = TABLE.html
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/", "")
    found = Rows(page)
    assert len(found.ids) == len(set(found.ids))
    assert [link.removeprefix("#") for link in found.links] == found.ids
    assert len(found.ids) == len(TABLE.cards)
    assert found.sortable == 9  # all but the picture
    numbers = [row for row in found.rows if len(row) == 9]
    assert len(numbers) == len(TABLE.cards)
    for row in numbers:
        assert all(cell is None or not math.isnan(float(cell)) for cell in row)


def test_in_a_notebook(monkeypatch):
    assert "<table>" in TABLE._repr_html_()
    assert repr(TABLE) == f"<Table: {len(TABLE.cards)} activations>"
    broken = Table()
    monkeypatch.setattr(Table, "_table", None)
    assert broken._repr_html_() == "<pre>Table: TypeError</pre>"


def test_the_sheet():
    root = ElementTree.fromstring(TABLE.svg)
    words = [e.text for e in root.iter() if e.tag.endswith("text")]
    assert words == ["f(x)", "f′(x)", *map(_short, TABLE.cards)]


def test_saving(tmp_path):
    assert TABLE.save(tmp_path / "all.txt").read_text("utf-8") == f"{TABLE}\n"
    with pytest.raises(ValueError, match=r"'all\.csv'; the known suffixes are \.html, \.svg"):
        TABLE.save(tmp_path / "all.csv")
