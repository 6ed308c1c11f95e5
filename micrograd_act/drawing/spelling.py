"""Numbers as a reader wants them: at most four significant digits, one spelling for one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.drawing.boxes import NOT_COMPUTED, Number
from micrograd_act.pathways.spelling import spell

__all__ = ["brief", "clip", "number", "plain", "quantity", "span", "spell"]

_LISTED = 4  # an array of this size is written out
_NOTHING = 1e-6  # of the standard deviation: a mean that is 0 but for rounding
_SHOWN = 200  # characters of an array's exact text


def brief(x: float) -> str:
    """Spell a number that stands for many: three digits.

    Examples
    --------
    >>> brief(-0.25391), brief(0.99999)
    ('−0.254', '≈1')
    """
    rounded = float(f"{x:.3g}")
    return spell(x if abs(rounded) == 1 else rounded)


def number(x: Any) -> Number:
    """Spell a number, with all its digits to point at."""
    return Number(spell(x), str(x) if isinstance(x, np.floating) else repr(float(x)))


def quantity(x: Any) -> Number:
    """Spell a float or summarise an array: its elements, or mean ± standard deviation.

    Examples
    --------
    >>> quantity(np.array([[1.0, -2.0]])).text, quantity(np.array([True, False])).text
    ('[[1, −2]]', '1 of 2 true')
    """
    if x is None:
        return NOT_COMPUTED
    if isinstance(x, np.ndarray) and x.ndim == 0:
        x = x[()]
    if not isinstance(x, np.ndarray):
        return number(x)
    exact = clip(np.array2string(x, threshold=20, edgeitems=2, separator=", "), _SHOWN)
    if x.size == 0:
        return Number("empty", exact)
    if x.dtype == bool:
        return Number(f"{np.count_nonzero(x):,} of {x.size:,} true", exact)
    if x.size <= _LISTED:
        return Number(_elements(x.tolist()), exact)
    values = x.astype(float)
    with np.errstate(all="ignore"):
        if not np.isfinite(values).all():
            bad = "NaN" if np.isnan(values).any() else "∞"
            return Number(f"has {bad}", exact)
        low, high = values.min(), values.max()
        if low == high:
            return Number(f"all {spell(low)}", exact)
        mean, deviation = float(values.mean()), float(values.std())
        middle = "≈0" if 0 < abs(mean) < _NOTHING * deviation else brief(mean)
        return Number(f"{middle} ± {brief(deviation)}", exact)


def _elements(held: Any) -> str:
    return "[" + ", ".join(map(_elements, held)) + "]" if isinstance(held, list) else spell(held)


def span(low: float, high: float) -> Number:
    """Spell a range, or the one number that it is."""
    if low == high:
        return number(low)
    return Number(f"{brief(low)} … {brief(high)}", f"{low!r} … {high!r}")


def clip(text: str, limit: int) -> str:
    """Shorten a text to `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


_DIRECTION = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain(text: object, limit: int = 60) -> str:
    """Make any label one line of characters that every format can hold.

    Control characters and lone surrogates have no place in XML or DOT; marks that turn the writing
    direction would turn the numbers beside the label.
    """
    try:
        raw = str(text)
    except Exception:  # a label may be any object; a picture shows what it can
        raw = f"<{type(text).__name__}>"
    raw = clip(raw, limit).translate(_DIRECTION)
    return "".join(" " if c in "\t\n\r" else c if _drawable(ord(c)) else "\ufffd" for c in raw)


def _drawable(code: int) -> bool:
    control = code < 0x20 or 0x7F <= code <= 0x9F or code in {0x2028, 0x2029}
    return not (control or 0xD800 <= code <= 0xDFFF or (code & 0xFFFE) == 0xFFFE)
