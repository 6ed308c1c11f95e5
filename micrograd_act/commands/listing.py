"""``micrograd-act activations``: a card or the table of all, printed or written to a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from micrograd_act.catalogue import Table, card


def show(act: Any, out: Path | None) -> None:
    """Print the card of an activation, or the table if there is none; or save it.

    Raises
    ------
    ValueError
        If the suffix of `out` is not known.
    OSError
        If `out` cannot be written.
    """
    shown = Table() if act is None else card(act)
    if out is None:
        _print(str(shown))
    else:
        _print(f"wrote {shown.save(out)}")


def _print(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), flush=True)
    except BrokenPipeError:  # what reads it, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
