"""A card, and all cards with a table to sort, as HTML without network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from micrograd_act.catalogue.plots import DARK, dark_rules
from micrograd_act.catalogue.wording import SATURATION_HEAD, unbroken
from micrograd_act.drawing.style import LIGHT
from micrograd_act.namespaces.notation import latex
from micrograd_act.namespaces.presentation import equation, mathml

if TYPE_CHECKING:
    from micrograd_act.catalogue.cards import Card

CLASS = "mga-card"
_RULES = """
.mga-card { max-width: 1060px; padding: 28px 32px; background: var(--ground); color: var(--ink);
  font: 17px/1.5 "DejaVu Sans", Verdana, sans-serif; --ground: GROUND; --ink: INK; --soft: SOFT;
  --line: LINE; --mark: MARK; }
.mga-card * { box-sizing: border-box; }
.mga-card h2 { font-size: 28px; line-height: 1.2; margin: 0; }
.mga-card .mga-params { font-size: 19px; font-weight: normal; color: var(--soft); }
.mga-card .mga-lead { margin: 6px 0 0; color: var(--soft); max-width: 46em; }
.mga-card .mga-math { display: flex; flex-wrap: wrap; gap: 6px 56px; margin: 20px 0 8px;
  font-size: 20px; align-items: baseline; overflow-x: auto; }
.mga-card math { font-family: "STIX Two Math", "Cambria Math", "DejaVu Serif", serif; }
.mga-card mi { font-family: "STIX Two Text", Cambria, "DejaVu Serif", serif; font-style: italic;
  text-transform: none; }
.mga-card mi[mathvariant] { font-style: normal; }
.mga-card .mga-math math { display: inline-block; width: auto; margin: 0; }
.mga-card .mga-where { display: flex; flex-wrap: wrap; gap: 4px 40px; margin: 0 0 12px;
  color: var(--soft); align-items: baseline; overflow-x: auto; }
.mga-card .mga-where math { display: inline-block; width: auto; margin: 0; }
.mga-card svg { display: block; width: 100%; height: auto; margin: 20px 0; }
.mga-card dl { display: grid; grid-template-columns: 9em 1fr; gap: 4px 16px; margin: 20px 0; }
.mga-card dt { color: var(--soft); }
.mga-card dd { margin: 0; }
.mga-card .mga-scroll { overflow-x: auto; }
.mga-card table { border-collapse: collapse; margin: 20px 0; background: none; color: inherit;
  font-size: inherit; font-variant-numeric: tabular-nums; }
.mga-card th, .mga-card td { padding: 3px 28px 3px 0; text-align: left; border: 0;
  background: none; white-space: nowrap; }
.mga-card thead th { border-bottom: 2px solid var(--ink); }
.mga-card tbody th { font-weight: normal; color: var(--soft); }
.mga-card ul { margin: 20px 0; padding-left: 1.1em; }
.mga-card li { margin: 3px 0; max-width: 52em; }
.mga-card li::marker { color: var(--mark); }
.mga-card details { color: var(--soft); margin: 12px 0; }
.mga-card code { font: 15px/1.5 "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.mga-card .mga-source { margin: 12px 0 0; color: var(--soft); font-size: 16px; }
@media (max-width: 640px) { .mga-card { padding: 16px; }
  .mga-card dl { grid-template-columns: 1fr; gap: 0; } .mga-card dd { margin-bottom: 8px; } }
@media print { .mga-card { break-inside: avoid; padding: 0; } }
"""


def style() -> str:
    """The rules of cards, without the element around them."""
    colours = {
        "GROUND": LIGHT.ground,
        "INK": LIGHT.ink,
        "SOFT": LIGHT.soft,
        "LINE": "#cbd5e1",
        "MARK": "#c2410c",
    }
    rules = _RULES
    for name, colour in colours.items():
        rules = rules.replace(name, colour)
    dark = ";".join(f"--{name.lower()}:{DARK[colour]}" for name, colour in colours.items())
    dark_screen = f"@media screen and (prefers-color-scheme:dark){{.{CLASS}{{{dark}}}}}"
    return f"{rules}{dark_screen}\n{dark_rules()}"


def fragment(card: Card, with_style: bool = True) -> str:
    """A card as an element of a page."""
    parts = [f'<article class="{CLASS}" id="{escape(anchor(card))}">']
    if with_style:
        parts.insert(0, f"<style>{style()}</style>")
    params = f' <span class="mga-params">{escape(_params(card))}</span>' if _params(card) else ""
    parts.append(f"<h2>{escape(card.op.name)}{params}</h2>")
    if card.summary:
        parts.append(f'<p class="mga-lead">{escape(card.summary)}</p>')
    parts += _mathematics(card)
    if card.shown_as:
        parts.append(f'<p class="mga-lead">{escape(card.shown_as)}</p>')
    if card.svg:
        parts.append(card.svg.strip())
    if card.rows:
        entries = "".join(f"<dt>{escape(n)}</dt><dd>{_flowing(t)}</dd>" for n, t in card.rows)
        parts.append(f"<dl>{entries}</dl>")
    if card.saturation:
        parts.append(_table(["|slope|", *SATURATION_HEAD], card.saturation))
    if card.pitfalls:
        parts.append("<ul>" + "".join(f"<li>{_flowing(s)}</li>" for s in card.pitfalls) + "</ul>")
    if card.op.source:
        parts.append(f'<p class="mga-source">{escape(card.op.source)}</p>')
    parts.append("</article>")
    return "\n".join(parts)


def page(card: Card) -> str:
    """A card as a page of its own."""
    return document(card.title, f"<main>\n{fragment(card, with_style=False)}\n</main>")


def document(title: str, body: str, rules: str = "", script: str = "") -> str:
    """A whole page that loads nothing."""
    allowed = "default-src 'none'; style-src 'unsafe-inline'"
    if script:
        allowed += "; script-src 'unsafe-inline'"
        script = f"<script>{script}</script>\n"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_BODY}{style()}{rules}</style>
</head>
<body>
{body}
{script}</body>
</html>
"""


_BODY = f"""
:root {{ color-scheme: light dark; }}
body {{ margin: 0; background: {LIGHT.ground}; }}
main {{ max-width: 1124px; margin: 0 auto; padding: 24px 0 64px; }}
@media screen and (prefers-color-scheme:dark) {{ body {{ background: {DARK[LIGHT.ground]}; }} }}
"""


def anchor(card: Card) -> str:
    """The id of a card's element."""
    return f"activation-{card.title}".replace(" ", "")


def _flowing(words: str) -> str:
    """Escaped, with conditions and quotients that no line breaks."""
    return escape(unbroken(words)).replace("/√", "/\N{WORD JOINER}√")


def _params(card: Card) -> str:
    return card.title.removeprefix(card.op.name).strip("()")


def _mathematics(card: Card) -> list[str]:
    definition, derivative = card.formulas
    if definition is None:
        return []
    x = '<mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo>'
    shown = [equation(f"<mrow><mi>f</mi>{x}</mrow>", definition)]
    code = [latex(definition)]
    if derivative is not None:
        shown.append(equation(f"<mrow><mi>f′</mi>{x}</mrow>", derivative))
        code.append(latex(derivative))
    parts = [f'<div class="mga-math">{"".join(shown)}</div>']
    if card.glossary:
        where = "".join(equation(mathml(a), b) for a, b in card.glossary)
        parts.append(f'<div class="mga-where">{where}</div>')
    lines = "<br>".join(f"<code>{escape(c)}</code>" for c in code)
    parts.append(f"<details><summary>LaTeX</summary>{lines}</details>")
    return parts


def _table(head: Sequence[str], lines: Sequence[tuple[str, Sequence[str]]]) -> str:
    columns = "".join(f'<th scope="col">{escape(c)}</th>' for c in head)
    body = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(c)}</td>" for c in cells)
        + "</tr>"
        for name, cells in lines
    )
    return (
        f'<div class="mga-scroll"><table><thead><tr>{columns}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )
