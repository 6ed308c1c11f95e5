"""The catalogue, read once for all tests, and its texts, whose last digits differ.

Between processors and versions of NumPy measured numbers do.
"""

import re

from micrograd_act.catalogue import Table

TABLE = Table()

_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:e[+−-]?\d+)?)")


def alike(text, said, rel=5e-3):
    """Whether two texts differ by no more than the rounding of their numbers."""
    found, expected = _NUMBER.split(text), _NUMBER.split(said)
    if found[::2] != expected[::2]:
        return False
    pairs = zip(found[1::2], expected[1::2], strict=True)
    numbers = ((float(a.replace("−", "-")), float(b.replace("−", "-"))) for a, b in pairs)
    return all(abs(a - b) <= rel * max(abs(a), abs(b), 1) for a, b in numbers)
