"""The array node: a NumPy array in a graph, with PyTorch's names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph.absences import say_what_is_absent
from micrograd_act.graph.backward import backpropagate
from micrograd_act.graph.dtypes import as_array
from micrograd_act.graph.leafdata import LeafData, read_only
from micrograd_act.graph.methods import ArrayMethods, Size
from micrograd_act.graph.node import UNTRACKED, Node, check_may_leave, next_serial
from micrograd_act.graph.operators import make_nodes_of
from micrograd_act.graph.printing import tensor_text
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.inputs import check_plain

if TYPE_CHECKING:
    import numpy.typing as npt

    from micrograd_act.graph.dtypes import Array

_ndarray = np.ndarray


class Tensor(ArrayMethods):
    """An array in a graph.

    Parameters
    ----------
    data : array_like
        Real numbers of any shape; copied. Lists of floats are float64, as in NumPy.
    requires_grad : bool
        Whether backward computes a gradient for it; PyTorch's default is not.
    dtype : dtype, optional
    label : str, optional
        The name shown in pictures and messages.

    Raises
    ------
    TypeError
        If `data` is not numeric, is complex, or has integers that should require a gradient.
    ValueError
        If a nested list is ragged.

    Examples
    --------
    >>> from micrograd_act import Tensor
    >>> w = Tensor([[1.0, -2.0], [3.0, 0.5]], requires_grad=True)
    >>> loss = (w.relu() ** 2).sum()
    >>> loss.backward()
    >>> loss.item(), w.grad.tolist()
    (10.25, [[2.0, 0.0], [6.0, 1.0]])
    """

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        *,
        requires_grad: bool = False,
        dtype: npt.DTypeLike | None = None,
        label: str = "",
    ) -> None:
        self._data = as_array(data, dtype)
        self._grad = None
        self._label = ""
        if label != "":
            self.label = label
        self._serial = next_serial()
        self.op = None
        self.inputs = ()
        self._cotangent = UNTRACKED
        if requires_grad:
            self.requires_grad = True

    @property
    def data(self) -> Array:
        """The array, read-only; for a leaf ``data -= step`` and ``data = array`` update it."""
        return read_only(self._data) if self.inputs else LeafData.of(self)

    @data.setter
    def data(self, array: Any) -> None:
        if type(array) is LeafData and array.owner is self:
            return  # written through already: this is the end of `t.data -= step`
        if not isinstance(array, _ndarray):
            raise TypeError(f"data: expected an array, got {type(array).__name__}")
        check_plain("data", array)
        if array.shape != self._data.shape:
            raise ValueError(
                f"data: shape {array.shape} does not fit this tensor's {self._data.shape}"
            )
        self._update(array.copy())

    def _update(self, array: Any) -> None:
        """Give a leaf a new buffer; the one that recorded nodes may share stays as it is."""
        if self.inputs:
            raise GradientError(f"data of a result of {self.op} cannot be set; set its leaves'")
        before = self._data
        if type(array) is not _ndarray:
            array = np.asarray(array)
        if array.shape != before.shape:
            raise ValueError(
                f"update: shape {array.shape} does not fit this tensor's {before.shape}"
            )
        if array.dtype is not before.dtype:
            if not np.can_cast(array.dtype, before.dtype, "same_kind"):
                raise TypeError(f"update: {array.dtype} does not go into a {before.dtype} tensor")
            array = array.astype(before.dtype)
        self._data = array
        self._serial = next_serial()

    @property
    def grad(self) -> Array | None:
        """The gradient, an array of this tensor's shape; None until backward has computed it."""
        if type(self._grad) is tuple:
            self._grad = np.array(self._grad[0])
        gradient: Array | None = self._grad
        return gradient

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is None:
            self._grad = None
            return
        if isinstance(gradient, Node):
            gradient = gradient._data
        if not isinstance(gradient, (_ndarray, np.generic, float, int)):
            raise TypeError(f"grad: expected an array or None, got {type(gradient).__name__}")
        self._grad = self._as_gradient("grad", gradient)

    def _as_gradient(self, what: str, given: Any) -> Array:
        """A copy of `given` as an array like this tensor's."""
        array = as_array(given)
        if array.shape != self._data.shape:
            raise ValueError(
                f"{what}: shape {array.shape} does not fit this tensor's {self._data.shape}"
            )
        return array.astype(self._data.dtype, copy=False)

    @property
    def requires_grad(self) -> bool:
        """Whether backward computes a gradient for this node."""
        return self._cotangent is not UNTRACKED

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if self.inputs:
            raise GradientError(
                f"requires_grad of a result of {self.op} cannot be set; detach() it first"
            )
        if wanted and self._data.dtype.kind != "f":
            raise TypeError(f"requires_grad: {self._data.dtype} has no gradient; use a float dtype")
        self._cotangent = None if wanted else UNTRACKED

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set `requires_grad` and return the tensor."""
        self.requires_grad = requires_grad
        return self

    @property
    def size(self) -> Size:
        """The number of elements; called, PyTorch's shape, or one of its sizes."""
        return Size(self._data)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements."""
        dtype: np.dtype[Any] = self._data.dtype
        return dtype

    @property
    def T(self) -> Tensor:  # noqa: N802
        """The axes in reverse order."""
        return cast(Tensor, self.permute(*reversed(range(self.ndim))))

    def backward(self, gradient: Any = None) -> None:
        """Compute the gradient of this node with respect to every tracked node it came from.

        Leaves add it to the gradient they have; results show that of the last pass.

        Parameters
        ----------
        gradient : array_like, optional
            The cotangent of this node, of its shape; 1 for a single element.

        Raises
        ------
        GradientError
            If nothing is tracked, a leaf changed after the forward pass, or there are several
            elements and no `gradient`.
        ValueError
            If `gradient` has another shape.
        """
        backpropagate(self, self.seed(gradient))

    def seed(self, gradient: Any = None) -> Array:
        """The cotangent with which a backward pass starts."""
        data = self._data
        if gradient is None:
            if data.size != 1:
                raise GradientError(
                    f"backward: the output has shape {data.shape}; pass gradient= or reduce it "
                    "with sum() or mean()"
                )
            return np.ones(data.shape, data.dtype)
        if type(gradient) is Tensor and self.inputs:
            given: Array = gradient._data  # no copy: a buffer that several hold is not written
            if given.shape == data.shape and given.dtype is data.dtype:
                return given
        return self._as_gradient("gradient", gradient)

    def _local_grad(self, i: int) -> Any:
        assert self.op is not None
        slope = self.op.slopes[i]
        vjp = self.op.vjps[i]
        if vjp is None or not self.op.elementwise:
            return None
        one = np.ones_like(self._data)
        if slope is not None:
            return one * slope
        xs = (x._data for x in self.inputs)
        return np.broadcast_to(vjp(arrays, one, self._data, *xs), self._data.shape)

    def item(self) -> float:
        """The number in a tensor of one element."""
        check_may_leave(self)
        if self._data.size != 1:
            raise ValueError(f"item: shape {self.shape} has {self._data.size} elements, not 1")
        number: float = self._data.item()
        return number

    def numpy(self) -> Array:
        """The array as a read-only view."""
        check_may_leave(self)
        return read_only(self._data)

    def tolist(self) -> Any:
        """The numbers as nested lists."""
        check_may_leave(self)
        return self._data.tolist()

    def detach(self) -> Tensor:
        """The same numbers as an untracked tensor of its own."""
        return Tensor(self._data, label=self.label)

    def __setitem__(self, index: Any, value: Any) -> None:
        if self.requires_grad or self.inputs:
            raise GradientError(
                "assignment to elements of a tracked tensor would lose its gradient; "
                "use functional.index_put(x, index, y), or x.data[index] = y on a leaf"
            )
        if self._data.base is not None:
            raise ValueError(
                "this tensor is a part of another, which an assignment would not reach; "
                "index the whole at once, as in x[0, 1] = y, or assign to x.detach()"
            )
        self.data[index] = value._data if isinstance(value, Node) else value

    def __len__(self) -> int:
        if not self._data.shape:
            raise TypeError("len() of a 0-d tensor; it is a single number")
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if not self._data.shape:
            raise TypeError("iteration over a 0-d tensor; it is a single number")
        return (self[i] for i in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        check_may_leave(self)
        if copy or (dtype is not None and dtype != self._data.dtype):
            return np.array(self._data, dtype=dtype)
        return self.numpy()

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self._data.shape} is ambiguous; "
                "compare one element, or use .numpy().any() or .all()"
            )
        return bool(self._data)

    def __float__(self) -> float:
        check_may_leave(self)
        return float(self.item())

    def __int__(self) -> int:
        check_may_leave(self)
        return int(self.item())

    def __repr__(self) -> str:
        return tensor_text(self)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)


make_nodes_of(Tensor)
say_what_is_absent(Node)
Node.apply_to_arrays = Tensor._apply


def tensor(
    data: Any,
    *,
    requires_grad: bool = False,
    dtype: npt.DTypeLike | None = None,
    label: str = "",
) -> Tensor:
    """Make a `Tensor`, as torch.tensor does."""
    return Tensor(data, requires_grad=requires_grad, dtype=dtype, label=label)
