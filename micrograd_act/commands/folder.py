"""A folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(place: Path, files: Collection[str]) -> Iterator[Path]:
    """Give a draft that takes the place of `place` when the block ends without an error.

    Parameters
    ----------
    place : Path
        May hold an older version, of which nothing but `files` may have been there.
    files : collection of str
        Names of all that will be in the folder.

    Raises
    ------
    OSError
        If something else is in its place, or the system refuses.
    """
    target = place.resolve()
    _check(target, files)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
        _check(target, files)  # it may have changed meanwhile
        _swap(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check(target: Path, files: Collection[str]) -> None:
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(target.parent)!r}")
    if Path.cwd().is_relative_to(target):
        raise PermissionError("the current folder would be replaced")
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise FileExistsError("a file is in its place")
    others = sorted({entry.name for entry in target.iterdir()} - set(files))
    if others:
        raise FileExistsError(f"the folder holds something else ({others[0]})")


def _swap(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.rename(target)
        return
    old = draft.with_suffix(".old")
    target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
