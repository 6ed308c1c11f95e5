"""Tensors made from sizes: constants, ranges, random numbers; and the generator of the latter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from micrograd_act.graph.arguments import data_of
from micrograd_act.graph.operators import sizes_of
from micrograd_act.graph.tensors import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    Seed: TypeAlias = int | np.random.Generator | None

_generator: np.random.Generator | None = None


def manual_seed(seed: int) -> None:
    """Seed the generator from which whatever is given no generator draws.

    Examples
    --------
    >>> from micrograd_act import manual_seed
    >>> from micrograd_act.functional import randn
    >>> manual_seed(0)
    >>> a = randn(3)
    >>> manual_seed(0)
    >>> (randn(3) == a).all().item()
    True
    """
    global _generator
    _generator = np.random.default_rng(seed)


def generator_of(given: Seed) -> np.random.Generator:
    """A generator as it is, one of a seed, or for None the one that `manual_seed` seeds."""
    global _generator
    if given is not None:
        return np.random.default_rng(given)
    if _generator is None:
        _generator = np.random.default_rng()
    return _generator


def _shape(name: str, sizes: tuple[Any, ...]) -> tuple[int, ...]:
    shape = sizes_of(name, sizes)
    if any(n < 0 for n in shape):
        raise ValueError(f"{name}: a size cannot be negative, got {shape}")
    return shape


def _tensor(data: Any, requires_grad: bool) -> Tensor:
    return Tensor(data, requires_grad=requires_grad)


def zeros(*size: Any, dtype: npt.DTypeLike = float, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros."""
    return _tensor(np.zeros(_shape("zeros", size), dtype), requires_grad)


def ones(*size: Any, dtype: npt.DTypeLike = float, requires_grad: bool = False) -> Tensor:
    """A tensor of ones."""
    return _tensor(np.ones(_shape("ones", size), dtype), requires_grad)


def full(
    size: Any,
    fill_value: Any,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of one number, of that number's type."""
    sizes = size if isinstance(size, (tuple, list)) else (size,)
    return _tensor(np.full(_shape("full", tuple(sizes)), fill_value, dtype), requires_grad)


def zeros_like(
    input: Any, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Zeros of the input's shape and dtype."""
    return _tensor(np.zeros_like(data_of(input), dtype), requires_grad)


def ones_like(
    input: Any, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Ones of the input's shape and dtype."""
    return _tensor(np.ones_like(data_of(input), dtype), requires_grad)


def full_like(
    input: Any,
    fill_value: Any,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """One number in the input's shape and dtype."""
    return _tensor(np.full_like(data_of(input), fill_value, dtype), requires_grad)


def arange(
    start: float,
    end: float | None = None,
    step: float = 1,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from `start` to `end`, without it, in steps; from 0 if only one is given."""
    if step == 0:
        raise ValueError("arange: step must not be 0")
    bounds: tuple[Any, ...] = (0, start, step) if end is None else (start, end, step)
    return _tensor(np.arange(*bounds, dtype=dtype), requires_grad)


def linspace(
    start: float,
    end: float,
    steps: int,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers at equal distances, both ends included."""
    _shape("linspace", (steps,))
    return _tensor(np.linspace(start, end, steps, dtype=dtype), requires_grad)


def eye(
    n: int, m: int | None = None, *, dtype: npt.DTypeLike = float, requires_grad: bool = False
) -> Tensor:
    """Ones on the diagonal of an n by m matrix, zeros elsewhere."""
    shape = _shape("eye", (n, n if m is None else m))
    return _tensor(np.eye(*shape, dtype=np.dtype(dtype)), requires_grad)


def rand(
    *size: Any,
    generator: Seed = None,
    dtype: npt.DTypeLike = float,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform random numbers of [0, 1)."""
    numbers = generator_of(generator).random(_shape("rand", size))
    return _tensor(numbers.astype(dtype, copy=False), requires_grad)


def randn(
    *size: Any,
    generator: Seed = None,
    dtype: npt.DTypeLike = float,
    requires_grad: bool = False,
) -> Tensor:
    """Random numbers of the standard normal distribution."""
    numbers = generator_of(generator).standard_normal(_shape("randn", size))
    return _tensor(numbers.astype(dtype, copy=False), requires_grad)


def randint(
    low: int,
    high: int,
    size: Any,
    *,
    generator: Seed = None,
) -> Tensor:
    """Random integers of [low, high)."""
    if low >= high:
        raise ValueError(f"randint: low={low} must be below high={high}")
    sizes = size if isinstance(size, (tuple, list)) else (size,)
    return _tensor(
        generator_of(generator).integers(low, high, _shape("randint", tuple(sizes))), False
    )
