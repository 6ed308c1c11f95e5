"""Conversions of a tensor to another dtype, under PyTorch's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd_act.graph.operators import ArrayNode, as_untracked
from micrograd_act.ops import shaping


class Conversions(ArrayNode):
    """The methods of `Tensor` that change its dtype."""

    __slots__ = ()

    def to(self, dtype: Any) -> Any:
        """The same numbers in another dtype, with a gradient from float to float only.

        Parameters
        ----------
        dtype : dtype or Tensor
            A tensor stands for its dtype. "cpu" is taken, as it changes nothing.

        Raises
        ------
        TypeError
            If `dtype` is no dtype of real numbers.
        ValueError
            If it names another device.
        """
        if isinstance(dtype, str) and dtype.split(":")[0] in ("cpu", "cuda", "mps"):
            return self.cpu() if dtype == "cpu" else self.cuda()
        try:
            wanted = dtype._data.dtype if isinstance(dtype, ArrayNode) else np.dtype(dtype)
        except TypeError as error:
            raise TypeError(f"to: {error}") from None
        if wanted == self._data.dtype:
            return self
        if wanted.kind not in "fiub":
            raise TypeError(f"to: cannot compute with dtype {wanted}; use real numbers")
        if wanted.kind == "f" and self._data.dtype.kind == "f":
            return self._computed(shaping.astype.bind(wanted))
        return as_untracked(self._data.astype(wanted))

    astype = type = type_as = to

    def half(self) -> Any:
        """In float16."""
        return self.to(np.float16)

    def float(self) -> Any:
        """In float32, PyTorch's default type."""
        return self.to(np.float32)

    def double(self) -> Any:
        """In float64."""
        return self.to(np.float64)

    def int(self) -> Any:
        """In int32."""
        return self.to(np.int32)

    def long(self) -> Any:
        """In int64."""
        return self.to(np.int64)

    def bool(self) -> Any:
        """True where it is not 0."""
        return self.to(np.bool_)

    def cpu(self) -> Any:
        """The tensor itself: all are on the CPU."""
        return self

    def cuda(self) -> Any:
        """Raise: all tensors are on the CPU."""
        raise ValueError(f"{type(self).__name__}: there is no other device; leave it on the CPU")
