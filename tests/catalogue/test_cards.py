"""Cards as a reader meets them: text, LaTeX, HTML and plots, of built-in and of own ones."""

import copy
import pickle
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from micrograd_act import Card, activation, card, gelu, leaky_relu, relu, softmax
from micrograd_act import functional as F  # noqa: N812
from micrograd_act.catalogue import cards
from micrograd_act.catalogue.formulas import formulas_of
from micrograd_act.namespaces.notation import latex, text
from tests.catalogue.own import own, tanh_vjp
from tests.catalogue.reading import TABLE, alike

CARDS = {c.title: c for c in TABLE.cards}

GELU = """\
gelu
Gaussian error linear unit, x Phi(x).

f(x)  = x·Φ(x)
f′(x) = Φ(x) + x·φ(x)
where Φ(x) = (1 + erf(x/√2))/2
where φ(x) = exp(−x²/2)/√(2π)
LaTeX: x \\, \\Phi(x)
       \\Phi(x) + x \\, \\varphi(x)

domain          all x
range           [−0.17, ∞); lowest at x = −0.7518
limits          0 with slope 0 at −∞; ∞ with slope 1 at ∞
symmetry        none
monotone        no: it falls where x < −0.7518
shape           neither convex nor concave
smoothness      smooth: every derivative is continuous (C∞)
slope           positive where x > −0.7518; negative where x < −0.7518; 0 at
                x = −0.7518
largest slope   1.1289 at x = 1.414
dies            no, but in float32 the slope underflows to 0 where x ≤ −14.54
normal input    mean 0.2821, standard deviation 0.5879
initialisation  weights of standard deviation 1.534/√fan_in keep the second
                moment of what flows forward, 1.481/√fan_out that of gradients
"""


def test_a_card_in_a_terminal():
    shown = str(gelu)
    assert alike(shown[: len(GELU)], GELU)
    (row,) = (line for line in shown.splitlines() if line.startswith("float64"))
    assert alike(row, "float64  x ≤ −3.067  x ≤ −4.41   x ≤ −6.213  x ≤ −38.67")
    assert "\npitfalls\n- Where x ≤ −3.067, less than a hundredth of a gradient passes.\n" in shown
    assert shown.endswith("\nsource: Hendrycks & Gimpel 2016, arXiv:1606.08415")


@pytest.mark.parametrize("title", CARDS)
def test_every_card_fits_a_terminal(title):
    lines = str(CARDS[title]).splitlines()
    assert max(map(len, lines)) <= 80
    assert not re.search("nan|None|inf(?!ini)|\N{NO-BREAK SPACE}", "\n".join(lines[1:]))


@pytest.mark.parametrize("title", CARDS)
def test_every_card_is_whole_and_well_formed(title):
    shown = CARDS[title]
    assert shown.summary
    assert shown.measured is not None
    assert [name for name, _ in shown.rows][:3] == ["domain", "range", "limits"]
    assert all(e is not None for e in shown.formulas) != bool(shown.shown_as)
    for piece in (shown.svg, shown.html.replace("<br>", "<br/>")):
        root = ElementTree.fromstring(f"<div>{piece}</div>")
        assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert "href" not in shown.svg


def test_formulas_are_those_of_the_code():
    def written(act):
        return [text(e) for e in card(act).formulas]

    assert written(gelu) == ["x·Φ(x)", "Φ(x) + x·φ(x)"]
    assert written(leaky_relu.bind(negative_slope=0.2))[0] == "max(x, 0) + 0.2·min(x, 0)"
    assert latex(formulas_of(card("tanh").op).derivative) == r"\operatorname{sech}^{2}(x)"


@pytest.mark.parametrize(
    ("fn", "definition", "derivative"),
    [
        (lambda x: x * F.sigmoid(1.5 * x), "x·σ(1.5·x)", None),
        (lambda x: np.exp(-(x**2)), "exp(−x²)", "−2·x·exp(−x²)"),
        (lambda x: np.maximum(x, 0.1 * x), "max(x, 0.1·x)", None),
        (np.tanh, "tanh(x)", "sech²(x)"),
        (lambda x: x / (1 + abs(x)), "x/(1 + |x|)", None),
    ],
)
def test_formulas_of_ones_own(fn, definition, derivative):
    found = card(own(fn)).formulas
    assert text(found.definition) == definition
    assert found.derivative is not None
    if derivative is not None:
        assert text(found.derivative) == derivative


def test_what_cannot_be_read_has_a_card_without_formulas():
    shown = card(own(lambda x: np.interp(x, [-1.0, 1.0], [0.0, 1.0]), lambda g, y, x: 0 * g))
    assert shown.formulas.definition is None
    assert shown.measured.low.value == 0.0
    assert "f(x)" not in str(shown)
    assert ElementTree.fromstring(shown.svg) is not None


def test_a_card_of_ones_own_says_where_it_comes_from():
    def hat(x):
        """A hat."""
        return np.exp(-np.abs(x))

    op = activation(hat, vjp=None, source="a lecture", facts={"symmetry": "even"})
    shown = str(op)
    assert shown.startswith("hat\nA hat.\n\nf(x)  = exp(−|x|)\n")
    assert "kinks           at 0: slope 1 left, −1 right, 0 returned" in shown
    assert shown.endswith("source: a lecture")
    assert "cost" not in shown


def test_a_derivative_that_loses_digits_is_not_praised():
    shown = str(own(np.tanh, lambda g, y, x: g * (1 - y * y)))
    assert "this one is not" not in shown
    assert "this one is not" in " ".join(str(own(np.tanh, tanh_vjp)).split())


@pytest.mark.parametrize("act", ["gelu", gelu, gelu.bind()])
def test_what_card_takes(act):
    shown = card(act)
    assert isinstance(shown, Card)
    assert shown.title == "gelu"
    assert repr(shown) == "<Card: gelu>"


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (F.matmul, TypeError, "matmul is no activation"),
        (F.clamp, TypeError, "is no activation"),
        (np.tanh, TypeError, r"ufunc is no activation; make one of it with activation\(fn\)"),
        (None, TypeError, "NoneType is no activation"),
        ("qqq", ValueError, "there are 38"),
    ],
)
def test_what_card_does_not_take(wrong, error, message):
    with pytest.raises(error, match=message):
        card(wrong)


def test_ops_that_are_no_activation_show_their_name():
    assert str(F.matmul) == repr(F.matmul) == "matmul"
    assert F.matmul._repr_html_() is None
    assert f"{gelu}" == "gelu"


def test_saving(tmp_path):
    shown = card("relu")
    for suffix, start in ((".html", "<!DOCTYPE html>"), (".svg", "<svg"), (".txt", "relu\n")):
        path = shown.save(tmp_path / f"relu{suffix}")
        assert path.read_text("utf-8").startswith(start)
    with pytest.raises(ValueError, match=r"cannot write 'relu\.pdf'; the known suffixes"):
        shown.save(tmp_path / "relu.pdf")
    with pytest.raises(FileNotFoundError):
        shown.save(tmp_path / "none" / "relu.svg")
    assert len(list(tmp_path.iterdir())) == 3


def test_displaying_never_raises(monkeypatch):
    def broken(*args):
        raise RuntimeError("broken")

    shown = card(relu)
    monkeypatch.setattr(cards, "measured", broken)
    assert shown._repr_html_() == relu._repr_html_() == "<pre>relu: RuntimeError: broken</pre>"
    assert str(relu) == "relu: RuntimeError: broken"


def raising(x):
    raise ValueError("boom")


def test_a_card_of_what_raises():
    op = activation(raising, name="raising")
    assert str(op) == "raising: ValueError: boom"
    assert op._repr_html_() == "<pre>raising: ValueError: boom</pre>"
    assert repr(op) == "raising"


def test_the_same_bytes_again():
    first, again = Card(relu), Card(relu)
    assert first.html == again.html
    assert first.svg == again.svg
    assert str(first) == str(again)


def test_cuts_of_vectors_can_be_copied():
    op = card(softmax).op
    for other in (pickle.loads(pickle.dumps(op)), copy.deepcopy(op)):
        assert other(np.array([0.5])) == op(np.array([0.5]))


def test_looking_changes_nothing():
    x = np.array([1.0, -2.0])
    before = F.gelu(x)
    str(gelu)
    assert np.array_equal(F.gelu(x), before)
    assert x.tolist() == [1.0, -2.0]


def test_a_plot_marks_what_is_returned_at_a_kink():
    svg = card("hardswish").svg
    filled = svg.count("r='6' fill='#c2410c'")
    hollow = svg.count("r='6' fill='#ffffff'")
    assert (filled, hollow) == (2 + 2 + 1, 2)  # on f, on f′ and in the legend; on f′
    assert "dead: slope 0" in svg
    assert "saturated" in card("gelu").svg
    assert card("gelu").svg.count("<circle") == 0
