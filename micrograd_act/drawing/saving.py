"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def find_folder(path: Path) -> Path:
    """Follow links to where a file will stand, in a folder that is there."""
    target = path.resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(f"save: there is no folder {str(path.parent)!r}")
    return target


def write_whole(path: Path, content: bytes) -> None:
    """Write `content`; an existing file stays as it is until the new one is complete."""
    target = find_folder(path)
    draft = target.with_name(f".{target.name[:80]}.{os.getpid()}.part")
    try:
        with open(draft, "wb") as file:
            file.write(content)
        os.replace(draft, target)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
