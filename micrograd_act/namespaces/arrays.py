"""The namespace of arrays: the functions of an array module, and accurate primitives over them.

Nothing here writes to its arguments. What `getitem`, `reshape`, `swapaxes`, `permute_dims` and
`expand_dims` return may be a view.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, cast

import numpy as np

from micrograd_act.namespaces.algebraic import AlgebraicKernels, ShrinkKernels
from micrograd_act.namespaces.contract import Namespace
from micrograd_act.namespaces.floats import floats
from micrograd_act.namespaces.gates import MishKernels, TanhGateKernels
from micrograd_act.namespaces.logistic import DampedLogisticKernels, LogisticKernels
from micrograd_act.namespaces.normal import ErrorKernels, NormalKernels
from micrograd_act.namespaces.scaled import ScaledKernels
from micrograd_act.namespaces.selecting import selected
from micrograd_act.namespaces.sums import Sums

__all__ = ["ArrayNamespace", "arrays", "with_numbers"]

Array: TypeAlias = Any
Axis: TypeAlias = int | tuple[int, ...] | None

_SAME_IN_THE_MODULE = (
    *("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tanh", "abs", "sign"),
    *("exp2", "log2", "log10", "tan", "asin", "acos", "atan", "atan2", "hypot", "sinh", "cosh"),
    *("asinh", "acosh", "atanh", "round", "floor", "ceil", "trunc", "remainder"),
    *("prod", "cumsum", "cumprod"),
    *("take_along_axis", "zeros_like", "ones_like"),
)
_KERNELS = (
    LogisticKernels,
    DampedLogisticKernels,
    NormalKernels,
    ErrorKernels,
    MishKernels,
    TanhGateKernels,
    AlgebraicKernels,
    ShrinkKernels,
    ScaledKernels,
)  # each public method is a primitive
_BLOCK_BYTES = 1 << 17  # temporaries of this size stay in the cache
_MANY = 2048  # elements from which on short cuts pay that have more steps
_FEW = 16  # elements up to which numbers one by one take less time than a kernel's many passes


class ArrayNamespace(Sums):
    """The contract over `module`: NumPy, or a module with the functions of the array API."""

    def __init__(self, module: Any) -> None:
        super().__init__(module)
        self._block_bytes = _BLOCK_BYTES if self._native else math.inf
        self._kernels: dict[Any, tuple[Any, ...]] = {}
        for name in _SAME_IN_THE_MODULE:
            setattr(self, name, getattr(module, name))
        for family, kernels in enumerate(_KERNELS):
            for name, kernel in vars(kernels).items():
                if not name.startswith("_"):
                    setattr(self, name, self._primitive(family, kernel))

    def _primitive(self, family: int, kernel: Callable[..., Array]) -> Any:
        kernels_of, block_bytes = self._kernels, self._block_bytes
        few = _FEW if self._native and family > 0 else -1
        of_numbers = getattr(floats, kernel.__name__)

        def primitive(x: Array, *more: Any) -> Array:
            if few > 0 and type(x) is not np.ndarray:
                x = self._floating(x)
            if more:
                x, more = self._fitted(x, more)
            if few > 0 and x.size <= few and x.dtype.kind == "f" and _are_numbers(more):
                found = [of_numbers(number, *more) for number in x.ravel().tolist()]
                return np.array(found, x.dtype).reshape(x.shape)
            try:
                kernels = kernels_of[x.dtype][family]
            except (AttributeError, KeyError):
                x = self._floating(x)
                if x.dtype not in kernels_of:
                    kernels_of[x.dtype] = tuple(make(self.module, x.dtype) for make in _KERNELS)
                kernels = kernels_of[x.dtype][family]
            if x.nbytes > block_bytes:
                return self._in_blocks(kernel, kernels, x, more)
            if not kernels.widen:
                return kernel(kernels, x, *more)
            return kernel(kernels, x.astype(kernels.working), *more).astype(x.dtype)

        primitive.__name__ = primitive.__qualname__ = kernel.__name__
        return primitive

    def _fitted(self, x: Array, more: tuple[Any, ...]) -> tuple[Array, tuple[Any, ...]]:
        """Parameters as numbers, or as arrays of the shape of `x`, which is broadcast."""
        if _are_numbers(more):
            return self._floating(x), more
        x, *others = np.broadcast_arrays(self._floating(x), *more)
        kind = np.result_type(x, *(part for part in more if not isinstance(part, (int, float))))
        return x.astype(kind, copy=False), tuple(part.astype(float) for part in others)

    def _floating(self, x: Any) -> Array:
        if type(x) is np.ndarray and x.dtype.kind == "f":
            return x
        x = self.module.asarray(x)
        if self.module.isdtype(x.dtype, "real floating"):
            return x
        return x.astype(self.module.result_type(x.dtype, self.module.float16))

    def _in_blocks(
        self, kernel: Callable[..., Array], kernels: Any, x: Array, more: tuple[Any, ...]
    ) -> Array:
        flat = x.reshape(-1)
        y = self.module.empty_like(flat)
        others = [part if isinstance(part, (int, float)) else part.reshape(-1) for part in more]
        size = _BLOCK_BYTES // self.module.dtype(kernels.working).itemsize
        for start in range(0, flat.size, size):
            block = slice(start, start + size)
            here = [part if isinstance(part, (int, float)) else part[block] for part in others]
            y[block] = kernel(kernels, flat[block].astype(kernels.working, copy=False), *here)
        return y.reshape(x.shape)

    def maximum(self, a: Array, b: Array) -> Array:
        if type(b) is float and type(a) is np.ndarray and a.size > _MANY and self._native:
            return np.clip(a, b, math.inf)  # a third of the time
        return self.module.maximum(a, b)

    def minimum(self, a: Array, b: Array) -> Array:
        if type(b) is float and type(a) is np.ndarray and a.size > _MANY and self._native:
            return np.clip(a, -math.inf, b)
        return self.module.minimum(a, b)

    def where(self, condition: Array, a: Array, b: Array) -> Array:
        if self._native and type(condition) is np.ndarray and condition.size > _MANY:
            return selected(condition, a, b)
        return self.module.where(condition, a, b)

    def pow(self, a: Array, b: Array) -> Array:
        if isinstance(a, (int, float)):
            return self.module.pow(a, b)
        return a**b  # np.power has no short cuts for squares and roots

    def logaddexp(self, a: Array, b: Array) -> Array:
        """NumPy's warns of NaN."""
        xp = self.module
        if xp is np:
            with np.errstate(invalid="ignore"):
                return np.logaddexp(a, b)
        m = xp.maximum(a, b)
        d = xp.minimum(a, b) - xp.where(xp.isfinite(m), m, 0.0)
        return m + xp.log1p(xp.exp(xp.minimum(d, 0.0)))

    def argmax(self, x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
        return self.module.argmax(x, axis=axis, keepdims=keepdims)

    def matmul(self, a: Array, b: Array) -> Array:
        if type(a) is type(b) is np.ndarray and a.ndim == b.ndim == 2:
            return a.dot(b)  # without the look for a ufunc's overrides
        return self.module.matmul(a, b)

    def windows(
        self, x: Array, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
    ) -> Array:
        nd = len(kernel)
        span = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
        every: Array = np.lib.stride_tricks.sliding_window_view(x, span, tuple(range(-nd, 0)))
        return every[(..., *(slice(None, None, n) for n in (*stride, *dilation)))]

    def fold(
        self, x: Array, size: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
    ) -> Array:
        nd = len(size)
        positions, kernel = x.shape[-2 * nd : -nd], x.shape[-nd:]
        y = self.module.zeros((*x.shape[: -2 * nd], *size), dtype=x.dtype)
        for offset in np.ndindex(*kernel):
            place = tuple(
                slice(o * d, o * d + s * (n - 1) + 1, s)
                for o, d, s, n in zip(offset, dilation, stride, positions, strict=True)
            )
            y[(..., *place)] += x[(..., *offset)]
        return y

    def inv(self, x: Array) -> Array:
        return self.module.linalg.inv(x)

    def det(self, x: Array) -> Array:
        return self.module.linalg.det(x)

    def logabsdet(self, x: Array) -> Array:
        return self.module.linalg.slogdet(x)[1]

    def solve(self, a: Array, b: Array) -> Array:
        return self.module.linalg.solve(a, b)

    def cholesky(self, x: Array) -> Array:
        return self.module.linalg.cholesky(x)

    def reshape(self, x: Array, shape: int | Sequence[int]) -> Array:
        return x.reshape(shape)

    def permute_dims(self, x: Array, axes: Sequence[int]) -> Array:
        return x.transpose(axes)

    def swapaxes(self, x: Array, axis1: int, axis2: int) -> Array:
        return x.swapaxes(axis1, axis2)

    def expand_dims(self, x: Array, axis: int | tuple[int, ...]) -> Array:
        if axis == -1:
            return x[..., None]
        return self.module.expand_dims(x, axis)

    def broadcast_to(self, x: Array, shape: int | tuple[int, ...]) -> Array:
        y = self.module.empty(shape, dtype=x.dtype)
        if y.ndim < x.ndim:  # an assignment would drop leading axes of length 1
            raise ValueError(f"broadcast_to: {x.shape} has more axes than {y.shape}")
        y[...] = x
        return y

    def concatenate(self, arrays: Sequence[Array], axis: int = 0) -> Array:
        return self.module.concat(arrays, axis=axis)

    def stack(self, arrays: Sequence[Array], axis: int = 0) -> Array:
        return self.module.stack(arrays, axis=axis)

    def getitem(self, x: Array, index: Any) -> Array:
        return x[index]

    def put_add(self, g: Array, index: Any, shape: int | tuple[int, ...]) -> Array:
        y = self.module.zeros(shape, dtype=g.dtype)
        if _names_each_element_once(index):
            y[index] = g
        else:
            self.module.add.at(y, index, g)
        return y


def _names_each_element_once(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        isinstance(part, (int, np.integer, slice)) or part is None or part is Ellipsis
        for part in parts
    )


def _are_numbers(parameters: tuple[Any, ...]) -> bool:
    return all(isinstance(part, (int, float)) for part in parameters)


arrays: Final = cast(Namespace, ArrayNamespace(np))


def with_numbers(xs: Sequence[Any], found: Sequence[Any]) -> Sequence[Any]:
    """Arrays made of `xs`, plain numbers in the dtype that they have beside the others.

    A float32 array and 0.5 are both float32, as NumPy has it.
    """
    plain = [isinstance(x, (int, float)) and not isinstance(x, np.generic) for x in xs]
    if not any(plain):
        return found
    dtype = np.result_type(*(x if p else y for x, y, p in zip(xs, found, plain, strict=True)))
    return [y.astype(dtype) if p else y for y, p in zip(found, plain, strict=True)]
