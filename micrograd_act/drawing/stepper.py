"""The picture as one HTML page that steps through the passes: no network, no library.

The page holds the same SVG as any other picture, the numbers as JSON, and the script of the folder
``page``. The script makes text nodes only, and the page's policy forbids whatever else might run.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import repeat
from typing import Any

from micrograd_act.drawing.boxes import NOT_COMPUTED, Arrow, Box, Held, Number, Panel
from micrograd_act.drawing.evaluated import evaluated, label
from micrograd_act.drawing.spelling import clip, number, plain
from micrograd_act.drawing.style import DARK, LIGHT, THEMES, Look, Theme

_LISTED = 6  # leaves
_CALL = re.compile(r"\w*(\([^(),]*\))?")  # tanh(z) says no more than the name
_SCRIPTS = ("model", "picture", "paths", "narration", "controls", "pointing", "overview", "start")


def page(panels: Sequence[Panel], svg: str, look: Look) -> str:
    """Write the page around a picture.

    Parameters
    ----------
    panels : sequence of Panel
    svg : str
        The picture of `panels`, with ids without a prefix.
    look : Look
        How it was drawn.
    """
    style, script = _style(look.theme), _script()
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    data = json.dumps(
        {
            "sides": ["left", "right"] if look.turned else ["above", "below"],
            "panels": [_panel(panel, _mark(panels, n)) for n, panel in enumerate(panels)],
        },
        separators=(",", ":"),
    )
    parts = {
        "POLICY": escape(policy),
        "TITLE": escape(_title(panels)),
        "THEME": look.theme,
        "STYLE": style,
        "SVG": svg,
        "DATA": data.replace("<", "\\u003c"),
        "SCRIPT": script,
    }
    pieces = _read("page.html").split("@@")
    return "".join(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces))


def _title(panels: Sequence[Panel]) -> str:
    result = next((box for panel in panels for box in panel.boxes if box.result), None)
    name = "" if result is None else plain(result.label or result.op)
    return f"{name}, step by step" if name else "Step by step"


def _mark(panels: Sequence[Panel], n: int) -> str:
    return f"p{n}" if len(panels) > 1 else ""


def _panel(panel: Panel, prefix: str) -> dict[str, Any]:
    index = {box.id: n for n, box in enumerate(panel.boxes)}
    entering: dict[str, list[Box]] = {box.id: [] for box in panel.boxes}
    for arrow in panel.arrows:
        entering[arrow.target].append(panel.boxes[index[arrow.source]])
    tape = panel.tape
    definitions = zip(panel.boxes, tape.definitions or repeat(""), strict=False)
    rules = zip(panel.arrows, tape.rules or repeat(""), strict=False)
    return {
        "prefix": prefix,
        "boxes": [_box(box, entering[box.id], written) for box, written in definitions],
        "arrows": [
            [*_arrow(arrow, index, panel), _rule(arrow, rule, entering[arrow.target])]
            for arrow, rule in rules
        ],
        "seed": _pair(tape.seed),
        "pulls": [
            [p.arrow, _pair(p.contribution), _pair(p.after), int(p.summed)] for p in tape.pulls
        ],
        "gathered": _gathered(panel),
        "trouble": clip(plain(tape.trouble, 400), 400),
    }


def _gathered(panel: Panel) -> list[str]:
    """The leaves that were drawn with another gradient than this one pass gives them."""
    last = {panel.arrows[pull.arrow].source: _pair(pull.after) for pull in panel.tape.pulls}
    return [
        label(box) or plain(box.value.text)
        for box in panel.boxes
        if not box.op and box.id in last and box.grad not in (None, NOT_COMPUTED)
        if _pair(box.grad or NOT_COMPUTED)[0] != last[box.id][0]
    ][:_LISTED]


def _box(box: Box, inputs: Sequence[Box], written: str) -> dict[str, Any]:
    name = plain(box.op if box.kind == "activation" else box.symbol or box.op, 24)
    found: dict[str, Any] = {
        "id": box.id,
        "name": label(box),
        "op": name,
        "shape": plain(box.detail),
        "value": _pair(box.value),
        "formula": evaluated(box, inputs),
    }
    named = evaluated(box, inputs, named=True)
    if named != found["formula"] and all(x.label or x.kind == "constant" for x in inputs):
        found["named"] = named
    if box.kind == "activation" and not _CALL.fullmatch(written):
        found["definition"] = plain(written, 80)
    if box.result:
        found["result"] = True
    return found


def _arrow(arrow: Arrow, index: dict[str, int], panel: Panel) -> list[Any]:
    """Source, target, local gradient, effect, size, whether it is a number, or elementwise."""
    local = arrow.local
    ends = panel.boxes[index[arrow.source]], panel.boxes[index[arrow.target]]
    one = local is not None and not any(box.detail for box in ends) and _is_number(local.exact)
    gain = local is not None and local.text.startswith("gain ")
    size = arrow.size if arrow.size == arrow.size else 0.0
    return [
        index[arrow.source],
        index[arrow.target],
        None if local is None else _pair(local),
        arrow.effect.replace(" ", "-"),
        min(size, 1e300),
        int(one),
        int(local is not None and not gain),
    ]


def _rule(arrow: Arrow, rule: str, inputs: Sequence[Box]) -> str:
    """The local gradient as one writes it, where all that it speaks of has a name."""
    if arrow.local is None or rule == arrow.local.text:
        return ""
    named = all(x.label or x.kind == "constant" for x in inputs) or rule in {
        plain(x.label) for x in inputs
    }
    return plain(rule, 60) if named or len(inputs) == 1 else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _pair(held: Held) -> list[str]:
    """A number as it is drawn, and in full."""
    shown = held if isinstance(held, Number) else number(held)
    return [plain(shown.text, 200), clip(shown.exact, 400)]


@cache
def _read(name: str) -> str:
    return (files("micrograd_act.drawing") / "page" / name).read_text("utf-8")


@cache
def _script() -> str:
    inside = "\n".join(_read(f"{name}.js") for name in _SCRIPTS)
    return f'\n"use strict";\n(() => {{\n{inside}}})();\n'


@cache
def _style(drawn: str) -> str:
    """The page's style for a picture that was drawn in one theme, in both."""
    light, dark = _colors(LIGHT, "#1d4ed8"), _colors(DARK, "#60a5fa")
    return (
        f"\n:root {{ {light} }}\n:root[data-theme=dark] {{ color-scheme: dark; {dark} }}\n"
        + "".join(_recolored(drawn, "light" if drawn == "dark" else "dark"))
        + _read("page.css")
    )


def _colors(theme: Theme, focus: str) -> str:
    named = {
        "ground": theme.ground,
        "ink": theme.ink,
        "soft": theme.soft,
        "line": theme.lines["constant"].color,
        "marker": theme.marker,
        "focus": focus,
    }
    named |= {effect.replace(" ", "-"): line.ink for effect, line in theme.lines.items()}
    return " ".join(f"--{name}: {color};" for name, color in named.items())


def _recolored(drawn: str, other: str) -> list[str]:
    """Rules that turn each colour of a picture into that of the other theme, and name effects."""
    old, new = THEMES[drawn], THEMES[other]
    pairs = {getattr(old, name): getattr(new, name) for name in _PLAIN}
    for effect, line in old.lines.items():
        pairs |= {line.color: new.lines[effect].color, line.ink: new.lines[effect].ink}
    rules = [
        f"[data-theme={other}] [{key}='{a}'] {{ {key}: {b}; }}\n"
        for a, b in pairs.items()
        for key in ("fill", "stroke")
    ]
    names = [effect.replace(" ", "-") for effect in old.lines]
    return rules + [f"[data-effect={name}] {{ color: var(--{name}); }}\n" for name in names]


_PLAIN = ("ground", "ink", "soft", "axis", "parameter", "marker")


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
