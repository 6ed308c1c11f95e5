"""Texts with measured numbers, whose last digits differ between processors and NumPy's versions."""

import re

_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:e[+−-]?\d+)?)")


def alike(text, said, rel=5e-3):
    """Whether two texts differ by no more than the rounding of their numbers."""
    found, expected = _NUMBER.split(text), _NUMBER.split(said)
    if found[::2] != expected[::2]:
        return False
    pairs = zip(found[1::2], expected[1::2], strict=True)
    numbers = ((float(a.replace("−", "-")), float(b.replace("−", "-"))) for a, b in pairs)
    return all(abs(a - b) <= rel * max(abs(a), abs(b), 1) for a, b in numbers)
