"""The namespace of arrays: the functions of an array module, and accurate primitives over them."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from micrograd_act.namespaces.floats import floats

__all__ = ["ArrayNamespace", "arrays"]

Array = Any


class ArrayNamespace:
    """The contract over an array module, NumPy or one that follows the array API."""

    def __init__(self, module: Any) -> None:
        self.module = module
        for name in ("exp log log1p expm1 sqrt sin cos tanh abs sign maximum minimum where sum amax amin"
                     " argmax matmul reshape expand_dims broadcast_to concatenate stack swapaxes"
                     " take_along_axis zeros_like ones_like").split():
            setattr(self, name, getattr(module, name))
        self.permute_dims = module.permute_dims

    def _scalarwise(self, function: Callable[[float], float], x: Array) -> Array:
        x = _floating(x)
        return np.asarray(np.frompyfunc(function, 1, 1)(x)).astype(x.dtype)[()]

    def pow(self, a: Array, b: Array) -> Array:
        return np.power(a, b)

    def pow_slope_base(self, a: Array, b: Array) -> Array:
        zero = np.equal(b, 0.0)
        return np.where(zero, 0.0, b * np.power(a, np.where(zero, 1.0, b - 1.0)))

    def pow_slope_exponent(self, a: Array, b: Array) -> Array:
        zero = np.equal(a, 0.0) & np.greater_equal(b, 0.0)
        return np.where(zero, 0.0, np.power(a, b) * np.log(np.where(zero, 1.0, a)))

    def step(self, x: Array) -> Array:
        return np.heaviside(x, 0.0)

    def sigmoid(self, x: Array) -> Array:
        return self._scalarwise(floats.sigmoid, x)

    def xsigmoid(self, x: Array) -> Array:
        return self._scalarwise(floats.xsigmoid, x)

    def sech2(self, x: Array) -> Array:
        return self._scalarwise(floats.sech2, x)

    def xsech2(self, x: Array) -> Array:
        return self._scalarwise(floats.xsech2, x)

    def log1pexp(self, x: Array) -> Array:
        return self._scalarwise(floats.log1pexp, x)

    def erf(self, x: Array) -> Array:
        return self._scalarwise(floats.erf, x)

    def erfc(self, x: Array) -> Array:
        return self._scalarwise(floats.erfc, x)

    def erfcx(self, x: Array) -> Array:
        return self._scalarwise(floats.erfcx, x)

    def ndtr(self, x: Array) -> Array:
        return self._scalarwise(floats.ndtr, x)

    def xndtr(self, x: Array) -> Array:
        return self._scalarwise(floats.xndtr, x)

    def npdf(self, x: Array) -> Array:
        return self._scalarwise(floats.npdf, x)

    def xnpdf(self, x: Array) -> Array:
        return self._scalarwise(floats.xnpdf, x)

    def x2npdf(self, x: Array) -> Array:
        return self._scalarwise(floats.x2npdf, x)

    def getitem(self, x: Array, index: Any) -> Array:
        return x[index]

    def put_add(self, g: Array, index: Any, shape: Sequence[int]) -> Array:
        """The adjoint of getitem: zeros of `shape` with g added at index."""
        out = np.zeros(shape, dtype=np.asarray(g).dtype)
        np.add.at(out, index, g)
        return out

    def softmax(self, x: Array, axis: int = -1) -> Array:
        e = np.exp(x - np.max(x, axis=axis, keepdims=True))
        return e / np.sum(e, axis=axis, keepdims=True)

    def log_softmax(self, x: Array, axis: int = -1) -> Array:
        return x - self.logsumexp(x, axis, True)

    def logsumexp(self, x: Array, axis: int = -1, keepdims: bool = False) -> Array:
        m = np.max(x, axis=axis, keepdims=True)
        y = m + np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))
        return y if keepdims else np.squeeze(y, axis=axis)


def _floating(x: Any) -> Array:
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.result_type(x.dtype, np.float16))


arrays: Final = ArrayNamespace(np)
