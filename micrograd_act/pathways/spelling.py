"""Numbers and names as a reader wants them in a line of text."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from micrograd_act.graph.naming import name_of
from micrograd_act.graph.node import Node

NOT_COMPUTED = "–"
_EXACT_BITS = 64  # a larger count is given by its power of ten


def spell(x: float | None) -> str:
    """Write a number with at most four significant digits and a real minus sign.

    Examples
    --------
    >>> spell(-0.25391), spell(2.0), spell(1.5e-9), spell(float("-inf")), spell(0.99999)
    ('−0.2539', '2', '1.5e−9', '−∞', '≈1')
    """
    if x is None:
        return NOT_COMPUTED
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if x == 0:
        return "0"
    digits, _, exponent = f"{x:.4g}".partition("e")
    text = digits.replace("-", "−")
    if exponent:
        return f"{text}e{int(exponent)}".replace("-", "−")
    # a saturated activation never reaches its limit
    return "≈" + text if text in ("1", "−1") and abs(abs(x) - 1) > 1e-12 else text


def bracketed(factors: Sequence[str]) -> list[str]:
    """Factors of a product, the negative ones behind the first in brackets.

    Examples
    --------
    >>> " · ".join(bracketed(["−1", "2", "−3"]))
    '−1 · 2 · (−3)'
    """
    return [f"({f})" if i and f.startswith("−") else f for i, f in enumerate(factors)]


def spell_count(n: int) -> str:
    """Write how many there are.

    Examples
    --------
    >>> spell_count(8192), spell_count(2**200)
    ('8,192', 'about 1.6e60')
    """
    if n.bit_length() <= _EXACT_BITS:
        return f"{n:,}"
    shift = n.bit_length() - 53
    power = math.log10(n >> shift) + shift * math.log10(2)
    return f"about {10 ** (power % 1):.1f}e{int(power)}"


def spell_paths(n: int) -> str:
    """Write how many paths there are."""
    return f"{spell_count(n)} path{'' if n == 1 else 's'}"


def summary(x: Any) -> str:
    """Write a number, or what an array holds.

    Examples
    --------
    >>> summary(np.array([0.0, 0.0, -1.0, 3.0]))
    '−1 … 3, mean 0.5, 50 % zero'
    >>> summary(np.array([1.0, np.nan])), summary(np.array([2.0, 2.0]))
    ('1, 50 % NaN', 'all 2')
    """
    if x is None:
        return NOT_COMPUTED
    array = np.asarray(x)
    if array.ndim == 0:
        return spell(array.item())
    if array.size == 0:
        return "empty"
    held = describe(array)
    text = "NaN"
    if held["nan"] < 1:
        low, high = spell(held["min"]), spell(held["max"])
        text = low if low == high else f"{low} … {high}, mean {_mean(held, array.dtype)}"
    shares = [f"{_percent(held[key])} {word}" for key, word in _SHARES.items() if held[key]]
    if "…" not in text and len(shares) == (held["zeros"] == 1 or held["nan"] == 1):
        return f"all {text}"
    return ", ".join([text, *shares])


_SHARES = {"zeros": "zero", "nan": "NaN"}


def _mean(held: Mapping[str, float], dtype: np.dtype[Any]) -> str:
    """The mean, if it is more than what rounding leaves of 0.

    Examples
    --------
    >>> summary(np.array([0.1, 0.2, -0.3])), summary(np.array([1.0, -1.0]))
    ('−0.3 … 0.2, mean ≈0', '−1 … 1, mean 0')
    """
    noise = 4 * np.finfo(dtype).eps if dtype.kind == "f" else 0.0
    mean = held["mean"]
    is_noise = 0 < abs(mean) <= noise * max(abs(held["min"]), abs(held["max"]))
    return "≈0" if is_noise else spell(mean)


def _percent(share: float) -> str:
    """Write a share that is neither none nor all as such.

    Examples
    --------
    >>> _percent(0.484), _percent(0.9999), _percent(0.001)
    ('48 %', '>99 %', '<1 %')
    """
    whole = round(100 * share)
    if whole == 0:
        return "<1 %"
    return ">99 %" if whole == 100 and share < 1 else f"{whole} %"


def describe(x: Any) -> Any:
    """A float as it is; an array as plain data: shape, min, mean, max, share of zeros and of NaN.

    NaN do not count in min, mean and max.
    """
    if x is None or isinstance(x, float):
        return x
    array = np.asarray(x)
    if array.ndim == 0:
        return float(array)
    missing = np.isnan(array)
    there = array[~missing] if missing.any() else array
    size = max(array.size, 1)
    with np.errstate(all="ignore"):
        return {
            "shape": array.shape,
            "min": float(there.min()) if there.size else math.nan,
            "mean": float(there.mean(dtype=float)) if there.size else math.nan,
            "max": float(there.max()) if there.size else math.nan,
            "zeros": (there.size - np.count_nonzero(there)) / size,
            "nan": (array.size - there.size) / size,
        }


def plain(x: Any) -> Any:
    """Arrays as nested lists, all else as it is."""
    return x.tolist() if isinstance(x, (np.ndarray, np.generic)) else x


def norm(c: Any) -> float:
    """The Euclidean norm, also where the squares would overflow."""
    if isinstance(c, float):
        return abs(c)
    values = np.abs(np.asarray(c, dtype=float))
    largest = float(values.max(initial=0.0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm((values / largest).ravel()))


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    none = sum(unicodedata.category(c) in {"Mn", "Me", "Cf"} for c in text)
    return len(text) + wide - none


def printable(text: str) -> str:
    """A user's text as one line of printable characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


class Names:
    """What the nodes of a graph are called: by their labels, else by the caller's variables."""

    def __init__(self, held: Mapping[int, str]) -> None:
        self._held = held

    def name(self, node: Node) -> str:
        """The name of a node, as one line of printable characters; "" if it has none."""
        return printable(name_of(node, self._held))

    def leaf(self, node: Node) -> str:
        """A leaf by its name, else by its number."""
        unnamed = f"a leaf of shape {node.shape}" if node.ndim else summary(node._data)
        return self.name(node) or unnamed

    def result(self, node: Node) -> str:
        """A result as ``h(relu)`` or ``relu``."""
        symbol = node._op
        name = self.name(node)
        return f"{name}({symbol})" if name else symbol

    def any(self, node: Node) -> str:
        """A node by its name, else by its op or its number."""
        return self.name(node) or (node._op if node.op is not None else self.leaf(node))
