"""The page about pictures: its code runs, prints what it says, and draws what it shows."""

import re
from pathlib import Path

import pytest

from tests.test_readme import python_blocks, run_block

PAGE = Path(__file__).parents[2] / "docs" / "pictures.md"


def test_the_page_shows_what_its_code_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text("utf-8")
    names: dict[str, object] = {"__name__": "__main__"}
    compared = sum(run_block(source, line, names) for line, source in python_blocks(text))
    assert compared == 1
    shown = re.findall(r"\]\(pictures/([^)]*)\)", text)
    assert len(shown) == 5
    for name in shown:
        drawn = (tmp_path / name).read_bytes()
        assert drawn == (PAGE.parent / "pictures" / name).read_bytes(), (
            f"docs/pictures/{name} is not what the page's code draws; copy the new one there"
        )
