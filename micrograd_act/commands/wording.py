"""Numbers and lists as the tour words them; what stands in a picture is spelt by `drawing`."""

from __future__ import annotations

from collections.abc import Sequence


def rounded(x: float, digits: int) -> str:
    """A number with few digits; what only rounds to 1 is marked.

    Examples
    --------
    >>> rounded(-8.53e-14, 2), rounded(161.7, 3), rounded(1.0, 3), rounded(0.99999, 3)
    ('−8.5e−14', '162', '1', '≈1')
    """
    text = f"{x:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")
    return f"≈{text}" if text in ("1", "−1") and abs(x) != 1 else text


def percent(share: float) -> str:
    """A share for reading: 0 and 100 % only where it is exactly that.

    Examples
    --------
    >>> percent(0.1219), percent(1.0), percent(0.99999), percent(1e-5), percent(0.0)
    ('12.2 %', '100 %', '99.9 %', '< 0.1 %', '0 %')
    """
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    if share < 0.001:
        return "< 0.1 %"
    return f"{min(100 * share, 99.9):.1f} %"


def counted(n: int, word: str) -> str:
    """A number of things.

    Examples
    --------
    >>> counted(1, "epoch"), counted(200, "epoch")
    ('1 epoch', '200 epochs')
    """
    return f"{n} {word}{'' if n == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Words with commas and an "and".

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
