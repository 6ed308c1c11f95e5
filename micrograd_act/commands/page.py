"""The tour as one self-contained HTML page: text, tables and pictures, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from micrograd_act.commands.tables import Row

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #111827;
  font: 18px/1.6 "DejaVu Sans", Verdana, sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 72px 32px 96px; }
h1 { font-size: 40px; line-height: 1.2; margin: 0 0 24px; max-width: 20em; }
h2 { font-size: 26px; line-height: 1.3; margin: 88px 0 12px; }
p, ul { max-width: 42em; margin: 0 0 16px; }
.lead { font-size: 21px; color: #334155; }
figure { margin: 28px 0 0; overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 28px 0 0; min-width: 62%;
  font-variant-numeric: tabular-nums; }
th, td { padding: 5px 0 5px 40px; text-align: right; font-weight: normal; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; text-align: left; }
thead th, thead td { border-bottom: 2px solid #111827; font-weight: bold; }
thead th:nth-child(2), .one { color: #115e59; }
thead th:nth-child(3), .two { color: #1e40af; }
tbody th { color: #334155; }
.heading th { padding-top: 22px; font-weight: bold; color: #111827; }
.matrix thead th { color: #111827; }
code { font: 16px/1.5 "DejaVu Sans Mono", Menlo, Consolas, monospace; background: #f1f5f9;
  padding: 2px 6px; border-radius: 4px; white-space: nowrap; }
footer code { white-space: normal; }
footer { margin-top: 96px; padding-top: 20px; border-top: 1px solid #cbd5e1; color: #334155;
  font-size: 16px; }
@media (max-width: 640px) {
  main { padding: 36px 18px; } h1 { font-size: 30px; } th, td { padding-left: 18px; }
  tbody th { white-space: normal; }
  figure svg { max-width: none; }
}
@media print { main { padding: 0; } figure, table { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs of HTML, and what they speak of."""

    title: str
    paragraphs: Sequence[str]
    figure: str = ""


def page(title: str, lead: str, sections: Sequence[Section], footer: str) -> str:
    """The whole page; `lead`, `footer` and the paragraphs are HTML."""
    body = "\n".join(map(_section, sections))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p class="lead">{lead}</p>
{body}
<footer>{footer}</footer>
</main>
</body>
</html>
"""


def _section(section: Section) -> str:
    paragraphs = "\n".join(f"<p>{text}</p>" for text in section.paragraphs)
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{paragraphs}\n{section.figure}</section>"


def figure(svg: str) -> str:
    """A picture in the flow of the page."""
    return f"<figure>\n{svg}</figure>\n"


def table(rows: Sequence[Row], names: Sequence[str]) -> str:
    """The rows as an HTML table."""
    lines = []
    for row in rows:
        title = escape(row.title)
        if row.cells:
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in row.cells)
            lines.append(f'<tr><th scope="row">{title}</th>{cells}</tr>')
        else:
            span = f'<th scope="colgroup" colspan="{len(names) + 1}">{title}</th>'
            lines.append(f'<tr class="heading">{span}</tr>')
    return _table(["", *names], lines, "")


def matrix(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Numbers under named columns."""
    lines = [
        f'<tr><th scope="row">{escape(title)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for title, cells in rows
    ]
    return _table(["", *columns], lines, ' class="matrix"')


def _table(columns: Sequence[str], lines: Sequence[str], kind: str) -> str:
    first, *others = columns
    head = f"<td>{first}</td>" + "".join(f'<th scope="col">{escape(c)}</th>' for c in others)
    body = "\n".join(lines)
    return (
        f'<div class="scroll"><table{kind}>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>\n"
    )
