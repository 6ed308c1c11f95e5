import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_act import Value, nodes, paths, tanh
from micrograd_act.drawing import draw
from micrograd_act.drawing.dotlanguage import source
from micrograd_act.drawing.spelling import plain
from micrograd_act.drawing.style import Look
from tests.drawing.graphs import neuron, panel, scalar_mlp, skip, square
from tests.drawing.test_svg import HOSTILE, labelled

TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|[A-Za-z_][\w]*|-?\d+(?:\.\d+)?|->|[{}\[\]=;,]|\s+', re.DOTALL
)


def tokens(text: str) -> list[str]:
    """Split DOT by its own lexical rules; what is no token is an error, an HTML string too."""
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match, f"no token at {text[at : at + 40]!r}"
        if not match.group().isspace():
            found.append(match.group())
        at = match.end()
    return found


def unquoted(token: str) -> str:
    """What Graphviz shows of a quoted string; escapes are quotes, backslashes and line ends."""
    inner = re.sub(r'\\"', '"', token[1:-1])
    assert not re.search(r"(?<!\\)(?:\\\\)*\\[^n\\]", inner)
    return inner.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")


def statements(text: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Labels by node and (source, target, label) of edges."""
    found = tokens(text)
    assert found.count("{") == found.count("}") >= 1
    labels: dict[str, str] = {}
    edges = []
    for i, token in enumerate(found):
        if token == "[" and re.fullmatch(r"p?\d*n\d+", found[i - 1]):
            inside = found[i + 1 : found.index("]", i)]
            pairs = dict(zip(inside[::3], inside[2::3], strict=True))
            label = pairs.get("label", "")
            label = unquoted(label) if label.startswith('"') else label
            if found[i - 2] == "->":
                edges.append((found[i - 3], found[i - 1], label))
            else:
                labels[found[i - 1]] = label
    return labels, edges


def test_nodes_and_edges() -> None:
    labels, edges = statements(source([panel(neuron())]))
    assert sorted(label.split("\n")[0] for label in labels.values()) == sorted(
        ["x −0.4", "w 2", "b 1.5", "×", "+", "y = tanh 0.6044"]
    )
    assert sorted(label for *_, label in edges) == sorted(["2", "−0.4", "1", "1", "0.6347"])


def test_both_edges_of_a_square() -> None:
    _, edges = statements(source([panel(square())]))
    assert len(edges) == 2


def test_several_panels_are_clusters() -> None:
    text = source([panel(skip()), panel(skip())])
    labels, _ = statements(text)
    assert text.count("subgraph cluster") == 2
    assert len(labels) == 2 * 7
    assert text.index("p1n0") < text.index("p0n0")  # Graphviz places the first one lowest
    down = source([panel(skip()), panel(skip())], Look(rankdir="TD"))
    assert down.index("p0n0") < down.index("p1n0")


def test_groups_are_clusters() -> None:
    text = draw(scalar_mlp(2, 3, 1), group=lambda node: node.op and 'a "group"').dot
    labels, edges = statements(text)
    assert text.count("subgraph clusterg") == 1
    assert text.count(r'label="a \"group\""') == 1
    inside = text.split("subgraph clusterg0")[1].split("}")[0]
    members = set(re.findall(r"\bn\d+", inside))
    assert members == {target for _, target, _ in edges}
    assert members < set(labels)


def test_a_path_is_marked() -> None:
    y = skip()
    drawn = draw(y, highlight=paths(y, nodes(y)[0]).top(1))
    (only,) = drawn.panels
    lit = sum(box.lit for box in only.boxes), sum(arrow.lit for arrow in only.arrows)
    assert lit == (2, 1)
    marker = drawn.look.colors.marker
    assert drawn.dot.count(f'fillcolor="{marker}"') == 2
    assert drawn.dot.count(f"{marker}:") == 1


@pytest.mark.parametrize(
    "label", [*HOSTILE, r"\N", r"back\slash", "ends in \\", "<b>html</b>", "<", '"', "]; n9 [x"]
)
def test_labels_are_text(label: str) -> None:
    text = source([labelled(label)])
    labels, _ = statements(text)
    assert set(labels) == {"n0", "n1", "n2", "n3"}
    assert "URL" not in tokens(text)
    text.encode("utf-8")


@given(st.text(alphabet=st.characters(), max_size=12))
def test_any_label_comes_back(label: str) -> None:
    labels, _ = statements(source([labelled(label)]))
    if plain(label).strip() and len(label) < 5:
        assert labels["n0"].startswith(plain(label))


def test_it_needs_no_binary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert draw(tanh(Value(1.0))).dot.startswith("digraph")
