"""Putting the page before the reader: in the notebook's cell, or in the browser."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from base64 import b64encode
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

_HEIGHT = 680
_STILL = 2_000_000  # characters of SVG that a notebook's still may have


def embedded(page: str, svg: str, words: str) -> str:
    """The page as a piece of HTML that a notebook can hold.

    It stands in a frame that may run scripts and nothing else. Where a notebook is not trusted, or
    shown on a page that allows no frames, these are taken out, and the still under the frame is
    what one sees.
    """
    still = ""
    if len(svg) <= _STILL:
        coded = b64encode(svg.encode("utf-8")).decode()
        still = (
            f'<img src="data:image/svg+xml;base64,{coded}" alt="{escape(words)}" '
            'style="max-width: 100%">'
        )
    return (
        f'<div style="position: relative; min-height: {_HEIGHT}px">{still}'
        f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts" title="{escape(words)}" '
        'style="position: absolute; top: 0; left: 0; width: 100%; height: 100%; border: 0; '
        'background: #fff"></iframe></div>'
    )


def show(page: str, svg: str, words: str) -> None:
    """Show a page in the notebook that runs this, else in the browser."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if getattr(shell, "kernel", None) is not None:
        publish: Any = import_module("IPython.display").display
        publish({"text/html": embedded(page, svg, words), "text/plain": words}, raw=True)
        return
    path = Path(tempfile.mkdtemp(prefix="micrograd_act-")) / "graph.html"
    path.write_text(page, encoding="utf-8")
    if not webbrowser.open(path.as_uri()):
        path.unlink()
        path.parent.rmdir()
        raise RuntimeError("show: no browser was found; save('graph.html') writes the same page")
