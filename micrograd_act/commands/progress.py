"""A progress bar of one line on a terminal, and one line for each task elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from micrograd_act.commands.wording import counted

_WIDE = 32


def progress(task: str, total: int, stream: TextIO) -> Callable[[int], None]:
    """Give a function to be called with the steps done, from 0 to `total`."""
    terminal = stream.isatty()

    def tell(done: int) -> None:
        full = _WIDE * done // total
        if terminal and full != _WIDE * (done - 1) // total:
            bar = "#" * full + "." * (_WIDE - full)
            stream.write(f"\r{task} [{bar}] {done}/{total}")
        if done == total:
            stream.write("\n" if terminal else f"{task}: {counted(done, 'epoch')}\n")
        stream.flush()

    return tell
