"""How wide a text is, from a table of DejaVu Sans' advances: no font is needed at run time.

Viewers without that font take another one, so a measured width has a margin for the widest of the
usual replacements; characters outside the table are counted at their class's widest.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MARGIN = 1.04  # Verdana's bold digits are 2 % wider than DejaVu's

# Advances in thousandths of the font size, from " " to "~".
_REGULAR = """
318 401 460 838 637 951 780 275 391 391 500 838 318 361 318 337 637 637 637 637 637 637 637 637 637
637 337 337 838 838 838 531 1000 685 687 699 771 632 576 775 752 295 295 656 558 863 749 788 604
788 695 635 611 732 685 989 686 611 686 391 337 391 838 500 500 613 635 550 635 616 353 635 634 278
278 580 278 975 634 612 635 635 412 521 393 634 592 818 592 592 525 637 337 637 838
"""
_BOLD = """
349 457 521 838 696 1002 873 307 458 458 523 838 380 416 380 366 696 696 696 696 696 696 696 696 696
696 400 400 838 838 838 581 1000 774 763 734 831 684 684 821 837 373 373 775 638 996 837 851 733
851 771 721 683 813 774 1104 771 725 726 458 366 458 838 500 500 675 716 593 716 679 436 716 712
343 343 666 343 1042 712 688 716 716 494 596 479 712 652 924 646 652 583 712 366 712 838
"""
# The widest of the two weights; what is not listed is counted by its class.
_OTHERS = (
    dict.fromkeys("·", 380)
    | dict.fromkeys("°²³¹⁰⁴⁵⁶⁷⁸⁹ᵀ", 440)
    | dict.fromkeys("∂–", 545)
    | dict.fromkeys("αβγδεζηθικλμνξοπρστυφχψ", 800)
    | {"…": 1000}
)


def _table(widths: str) -> dict[str, float]:
    table: dict[str, float] = dict(_OTHERS)
    table |= {chr(32 + i): float(width) for i, width in enumerate(widths.split())}
    return table


_TABLES = {False: _table(_REGULAR), True: _table(_BOLD)}


@lru_cache(maxsize=4096)
def _advance(char: str, bold: bool) -> float:
    table = _TABLES[bold]
    if char in table:
        return table[char]
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    base = unicodedata.normalize("NFD", char)[0]
    if base in table:
        return table[base]
    code = ord(char)
    if unicodedata.east_asian_width(char) in "WF" or code >= 0x10000:
        return 1400  # an emoji in colour is wider than the em
    return 1000 if 0x2000 <= code < 0x2E80 or bold else 900


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text in pixels, with a margin."""
    return sum(_advance(char, bold) for char in text) * size * MARGIN / 1000


def shorten(text: str, size: float, limit: float, bold: bool = False) -> str:
    """Cut a text at its end so that it is at most `limit` pixels wide."""
    if text_width(text, size, bold) <= limit:
        return text
    room = limit - text_width("…", size, bold)
    kept = 0
    for kept, char in enumerate(text):  # noqa: B007
        room -= text_width(char, size, bold)
        if room < 0:
            break
    return text[:kept].rstrip() + "…"
