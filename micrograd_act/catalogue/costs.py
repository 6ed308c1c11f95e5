"""What an activation costs beside relu, measured now or recorded once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from time import process_time

import numpy as np

from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.op import REGISTRY, Op

SIZE = 1_000_000
_ROUNDS = 15
_LARGE = (
    1 << 26
)  # once an array of this many bytes was freed, the allocator keeps what a round frees


def cost_of(op: Op, size: int = SIZE) -> float:
    """Time of value and slope of `size` normal float32 numbers, as a multiple of relu's.

    Rounds of both alternate, and the shortest of each counts: other work on the machine only adds.
    """
    relu = REGISTRY["relu"]
    assert isinstance(relu, Op)
    np.empty(_LARGE, np.uint8)
    x = np.random.default_rng(0).standard_normal(size).astype(np.float32)
    mine, other = zip(*((_seconds(op, x), _seconds(relu, x)) for _ in range(_ROUNDS)), strict=True)
    ratio: float = min(mine) / min(other)
    return ratio


def _seconds(op: Op, x: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    rule: Callable[..., object] | None = op.vjps[0]
    assert rule is not None
    g = np.ones_like(x)
    with np.errstate(all="ignore"):
        before = process_time()
        rule(arrays, g, op.forward(arrays, x), x)
        return process_time() - before


@lru_cache(maxsize=1)
def recorded() -> dict[str, float]:
    """The cost of each built-in activation by the title of its card, from one run."""
    text = files("micrograd_act.catalogue").joinpath("costs.json").read_text("utf-8")
    found: dict[str, float] = json.loads(text)
    return found
