"""A page of the stepper, read by an HTML parser."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "input", "img"}


class Page(HTMLParser):
    """Every element with its attributes, and the texts of scripts and styles.

    Attributes
    ----------
    found : list of (str, dict)
        Tags with attributes, in order.
    inside : dict
        From the tag, with the type of a script, to the text in it.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], f"unclosed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(" ".join([tag, *(v or "" for k, v in attrs if k == "type")]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop().split(" ")[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            name = self.open[-1]
            self.inside[name] = self.inside.get(name, "") + data

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.found]

    @property
    def data(self) -> Any:
        return json.loads(self.inside["script application/json"])

    @property
    def policy(self) -> str:
        (found,) = (a["content"] for t, a in self.found if a.get("http-equiv") and t == "meta")
        assert found is not None
        return found
