"""The array node: a NumPy array in a graph, with PyTorch's names."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from micrograd_act.errors import GradientError
from micrograd_act.graph.backward import backpropagate
from micrograd_act.graph.explaining import explained
from micrograd_act.graph.leafdata import LeafData
from micrograd_act.graph.node import Node, is_recording, next_serial
from micrograd_act.graph.printing import tensor_text
from micrograd_act.graph.value import constant_of
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops import activations, arithmetic, elementary, linalg, reductions, shaping
from micrograd_act.ops.op import Op

Array = npt.NDArray[Any]
_new = object.__new__
_ndarray = np.ndarray


def _unary(op: Op) -> Callable[[Tensor], Tensor]:
    def method(self: Tensor) -> Tensor:
        return _result(op, (self,))

    return _named(method, op)


def _binary(op: Op) -> Callable[[Tensor, Any], Any]:
    forward = op.forward

    def method(self: Tensor, other: Any) -> Any:
        if type(other) is not Tensor and not isinstance(other, Node):
            other = lift(other, self._data.dtype)
            if other is None:
                return NotImplemented
        inputs = (self, other)
        try:
            data = forward(arrays, self._data, other._data)
        except (ValueError, TypeError, IndexError) as error:
            raise explained(error, op, inputs) from None
        return _node(data, op, inputs, self._tracked or other._tracked)

    return _named(method, op)


def _reflected(op: Op) -> Callable[[Tensor, Any], Any]:
    def method(self: Tensor, other: Any) -> Any:
        other = other if isinstance(other, Node) else lift(other, self._data.dtype)
        return NotImplemented if other is None else _result(op, (other, self))

    return _named(method, op)


def _in_place(op: Op) -> Callable[[Tensor, Any], Any]:
    """``x += y``: an update of a leaf under `no_grad`, elsewhere a new node."""
    forward = _binary(op)

    def method(self: Tensor, other: Any) -> Any:
        if self.inputs or is_recording():
            return forward(self, other)
        other = other._data if isinstance(other, Node) else other
        try:
            data = op.forward(arrays, self._data, other)
        except (ValueError, TypeError) as error:
            raise explained(error, op, (self, lift(other, None) or self)) from None
        self._update(data)
        return self

    return _named(method, op)


def _compare(relation: Callable[[Any, Any], Any]) -> Callable[[Tensor, Any], Any]:
    def method(self: Tensor, other: Any) -> Any:
        other = other._data if isinstance(other, Node) else other
        if not isinstance(other, (_ndarray, np.generic, int, float, list, tuple)):
            return NotImplemented
        return _node(relation(self._data, other), None, (), False)

    return method


def _named(method: Any, op: Op) -> Any:
    method.__name__ = op.name
    method.__qualname__ = f"Tensor.{op.name}"
    method.__doc__ = op.__doc__
    return method


class Tensor(Node):
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
    xp = arrays

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
        self.label = label
        self._serial = next_serial()
        self.op = None
        self.inputs = ()
        self._tracked = False
        if requires_grad:
            self.requires_grad = True

    @property
    def data(self) -> Array:
        """The array, read-only; for a leaf ``data -= step`` and ``data = array`` update it."""
        if self.inputs:
            view: Array = self._data.view()
            view.flags.writeable = False
            return view
        return LeafData.of(self)

    @data.setter
    def data(self, array: Any) -> None:
        if type(array) is LeafData and array.owner is self:
            return  # written through already: this is the end of `t.data -= step`
        if not isinstance(array, _ndarray):
            raise TypeError(f"data: expected an array, got {type(array).__name__}")
        if array.shape != self._data.shape:
            raise ValueError(
                f"data: shape {array.shape} does not fit this tensor's {self._data.shape}"
            )
        self._update(np.array(array, dtype=self._data.dtype))

    def _update(self, array: Any) -> None:
        """Give a leaf a new buffer; the one that recorded nodes may share stays as it is."""
        if self.inputs:
            raise GradientError(f"data of a result of {self.op} cannot be set; set its leaves'")
        if array.shape != self._data.shape:
            raise ValueError(
                f"update: shape {array.shape} does not fit this tensor's {self._data.shape}"
            )
        self._data = np.asarray(array, dtype=self._data.dtype)
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
        if np.shape(gradient) != self._data.shape:
            raise ValueError(
                f"grad: shape {np.shape(gradient)} does not fit this tensor's {self._data.shape}"
            )
        self._grad = np.array(gradient, dtype=self._data.dtype)

    @property
    def requires_grad(self) -> bool:
        """Whether backward computes a gradient for this node."""
        return self._tracked

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if self.inputs:
            raise GradientError(f"requires_grad of a result of {self.op} cannot be set; detach() it")
        if wanted and self._data.dtype.kind != "f":
            raise TypeError(f"requires_grad: {self._data.dtype} has no gradient; use a float dtype")
        self._tracked = bool(wanted)

    @property
    def size(self) -> int:
        return int(self._data.size)

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = self._data.dtype
        return dtype

    @property
    def T(self) -> Tensor:  # noqa: N802
        """The axes in reverse order."""
        return self.permute(*reversed(range(self.ndim)))

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
            return np.ones_like(data)
        given = gradient._data if isinstance(gradient, Node) else gradient
        if np.shape(given) != data.shape:
            raise ValueError(f"gradient: shape {np.shape(given)}, but the output has {data.shape}")
        return np.array(given, dtype=data.dtype)

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
        if self._data.size != 1:
            raise ValueError(f"item: shape {self._data.shape} has {self._data.size} elements, not 1")
        number: float = self._data.item()
        return number

    def numpy(self) -> Array:
        """The array as a read-only view."""
        view: Array = self._data.view()
        view.flags.writeable = False
        return view

    def tolist(self) -> Any:
        return self._data.tolist()

    def detach(self) -> Tensor:
        """The same numbers as an untracked tensor of its own."""
        return Tensor(self._data, label=self._label)

    def retain_grad(self) -> None:
        """Do nothing: results keep their gradients anyway."""

    @staticmethod
    def _apply(op: Op, xs: tuple[Any, ...]) -> Any:
        dtypes = [x._data.dtype for x in xs if isinstance(x, Tensor)]
        dtype = np.result_type(*dtypes) if dtypes else None
        inputs = tuple(x if isinstance(x, Node) else lift(x, dtype) for x in xs)
        for given, node in zip(xs, inputs, strict=True):
            if node is None:
                raise TypeError(f"{op.name}: cannot compute with {type(given).__name__}")
        return _result(op, inputs)  # type: ignore[arg-type]

    def __getitem__(self, index: Any) -> Any:
        return shaping.getitem(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        if self._tracked or self.inputs:
            raise GradientError(
                "assignment to elements of a tracked tensor would lose its gradient; "
                "use functional.index_put(x, index, y), or x.data[index] = y on a leaf"
            )
        self.data[index] = value._data if isinstance(value, Node) else value

    def __len__(self) -> int:
        if not self._data.shape:
            raise TypeError("len() of a 0-d tensor; it is a single number")
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
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
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __repr__(self) -> str:
        return tensor_text(self)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __pow__(self, exponent: Any) -> Any:
        number = constant_of(exponent)
        if number is not None:
            return _result(arithmetic.power.bind(number._data), (self,))
        return arithmetic.pow(self, exponent)

    def __rpow__(self, base: Any) -> Any:
        return arithmetic.pow(base, self)

    def __pos__(self) -> Tensor:
        return self

    __hash__ = Node.__hash__
    __neg__ = _unary(arithmetic.neg)
    __abs__ = abs = _unary(arithmetic.abs)
    __add__ = _binary(arithmetic.add)
    __radd__ = _reflected(arithmetic.add)
    __iadd__ = _in_place(arithmetic.add)
    __sub__ = _binary(arithmetic.sub)
    __rsub__ = _reflected(arithmetic.sub)
    __isub__ = _in_place(arithmetic.sub)
    __mul__ = _binary(arithmetic.mul)
    __rmul__ = _reflected(arithmetic.mul)
    __imul__ = _in_place(arithmetic.mul)
    __truediv__ = _binary(arithmetic.div)
    __rtruediv__ = _reflected(arithmetic.div)
    __itruediv__ = _in_place(arithmetic.div)
    __matmul__ = matmul = _binary(linalg.matmul)
    __rmatmul__ = _reflected(linalg.matmul)
    __eq__ = _compare(operator.eq)
    __ne__ = _compare(operator.ne)
    __lt__ = _compare(operator.lt)
    __le__ = _compare(operator.le)
    __gt__ = _compare(operator.gt)
    __ge__ = _compare(operator.ge)
    __and__ = _compare(operator.and_)
    __or__ = _compare(operator.or_)

    exp = _unary(elementary.exp)
    log = _unary(elementary.log)
    sqrt = _unary(elementary.sqrt)
    sin = _unary(elementary.sin)
    cos = _unary(elementary.cos)
    relu = _unary(activations.relu)
    sigmoid = _unary(activations.sigmoid)
    tanh = _unary(activations.tanh)

    def clamp(self, min: float | None = None, max: float | None = None) -> Tensor:  # noqa: A002
        return _result(arithmetic.clamp.bind(min, max), (self,))

    def sum(self, axis: Any = None, keepdims: bool = False, **spelled: Any) -> Tensor:
        return _result(_reduction(reductions.sum, axis, keepdims, spelled), (self,))

    def mean(self, axis: Any = None, keepdims: bool = False, **spelled: Any) -> Tensor:
        return _result(_reduction(reductions.mean, axis, keepdims, spelled), (self,))

    def amax(self, axis: Any = None, keepdims: bool = False, **spelled: Any) -> Tensor:
        return _result(_reduction(reductions.amax, axis, keepdims, spelled), (self,))

    def amin(self, axis: Any = None, keepdims: bool = False, **spelled: Any) -> Tensor:
        return _result(_reduction(reductions.amin, axis, keepdims, spelled), (self,))

    def logsumexp(self, axis: Any = None, keepdims: bool = False, **spelled: Any) -> Tensor:
        return _result(_reduction(reductions.logsumexp, axis, keepdims, spelled), (self,))

    def softmax(self, axis: int = -1, **spelled: Any) -> Tensor:
        return _result(_reduction(reductions.softmax, axis, None, spelled), (self,))

    def log_softmax(self, axis: int = -1, **spelled: Any) -> Tensor:
        return _result(_reduction(reductions.log_softmax, axis, None, spelled), (self,))

    def reshape(self, *shape: Any) -> Tensor:
        return _result(shaping.reshape.bind(_as_tuple(shape)), (self,))

    view = reshape

    def transpose(self, dim0: int, dim1: int) -> Tensor:
        """Exchange two axes, as PyTorch's."""
        return _result(shaping.swapaxes.bind(dim0, dim1), (self,))

    swapaxes = transpose

    def permute(self, *axes: Any) -> Tensor:
        return _result(shaping.permute_dims.bind(_as_tuple(axes)), (self,))

    def broadcast_to(self, *shape: Any) -> Tensor:
        return _result(shaping.broadcast_to.bind(_as_tuple(shape)), (self,))


def _as_tuple(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(sizes[0]) if len(sizes) == 1 and not isinstance(sizes[0], int) else sizes


def _reduction(family: Any, axis: Any, keepdims: bool | None, spelled: dict[str, Any]) -> Op:
    if spelled:
        return family.bind(**spelled)
    return family.bind(axis) if keepdims is None else family.bind(axis, keepdims)


def as_array(data: Any, dtype: npt.DTypeLike | None = None) -> Array:
    """A copy of numeric data as a native array; anything else raises."""
    if isinstance(data, Node):
        data = data._data
    if isinstance(data, np.ma.MaskedArray | np.matrix):
        raise TypeError(f"Tensor: {type(data).__name__} would lose its meaning; pass a plain array")
    if data is None or isinstance(data, (str, bytes, dict, set)):
        raise TypeError(f"Tensor: cannot make a tensor from {type(data).__name__}")
    if isinstance(data, (list, tuple)) and any(isinstance(x, Node) for x in data):
        raise TypeError("Tensor: a list of nodes would lose their graph; use stack(nodes)")
    try:
        array = np.array(data, dtype=dtype)
    except ValueError as error:
        raise ValueError(f"Tensor: {error}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"Tensor: cannot compute with dtype {array.dtype}; use real numbers")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def lift(x: Any, dtype: np.dtype[Any] | None) -> Node | None:
    """A plain number or array as a constant node that does not change a tensor's float dtype."""
    number = constant_of(x)
    if number is not None:
        return number
    if type(x) is not _ndarray and not isinstance(x, _ndarray):
        return None
    array = as_array(x)
    if dtype is not None and dtype.kind == "f" and array.dtype.kind != "b":
        array = array.astype(dtype, copy=False)
    return _node(array, None, (), False)


def _result(op: Op, inputs: tuple[Node, ...]) -> Tensor:
    try:
        data = op.forward(arrays, *[x._data for x in inputs])
    except (ValueError, TypeError, IndexError) as error:
        raise explained(error, op, inputs) from None
    return _node(data, op, inputs, any(x._tracked for x in inputs))


def _node(data: Any, op: Op | None, inputs: tuple[Node, ...], tracked: bool) -> Tensor:
    node = _new(Tensor)
    node._data = data if type(data) is _ndarray else np.asarray(data)
    node._grad = None
    node._label = ""
    node._serial = next_serial()
    if tracked and is_recording():
        node._tracked = True
        node.op = op
        node.inputs = inputs
    else:
        node._tracked = False
        node.op = None
        node.inputs = ()
    return node


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
