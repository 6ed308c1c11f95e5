"""The scalar node: a float in a graph, micrograd's `Value`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from numbers import Real
from typing import Any, cast

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph.backward import backpropagate
from micrograd_act.graph.elementwise import Elementwise, named
from micrograd_act.graph.late import Late
from micrograd_act.graph.node import UNTRACKED, Node, check_may_leave, is_recording, next_serial
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops import arithmetic, elementary, shaping
from micrograd_act.ops.op import Op, on_floats
from micrograd_act.ops.piecewise import relu
from micrograd_act.ops.sigmoids import sigmoid, tanh

_new = object.__new__


def as_float(data: Any, what: str) -> float:
    """A real number as a float; anything else is an error in the name of `what`."""
    if type(data) is float:
        return data
    if isinstance(data, (Real, np.bool_)) or (
        isinstance(data, np.ndarray) and data.shape == () and data.dtype.kind in "fiub"
    ):
        try:
            return float(data)
        except OverflowError:
            raise ValueError(f"{what}: the integer is too large for a float") from None
    kind = type(data).__name__
    hint = "; use Tensor for arrays" if isinstance(data, (np.ndarray, list, tuple)) else ""
    raise TypeError(f"{what}: expected a real number, got {kind}{hint}")


def constant(data: float) -> Value:
    """An untracked number as a node: what `2` is in ``2 * x``."""
    node = _new(Value)
    node._data = data
    node._grad = None
    node._label = ""
    node._serial = next_serial()
    node._cotangent = UNTRACKED
    node.op = None
    node.inputs = ()
    return node


def number_of(x: object) -> float | None:
    """A real number as a float, or a bool as it is, since a condition stays one; else None."""
    kind = type(x)
    if kind is float:
        return x  # type: ignore[return-value]
    if kind is int:  # isinstance with an abstract base costs more than an op
        return float(x)  # type: ignore[arg-type]
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    return float(x) if isinstance(x, Real) else None


def constant_of(x: object) -> Value | None:
    """A number as a node; None for anything else."""
    number = number_of(x)
    return None if number is None else constant(number)


def _result(op: Op, inputs: tuple[Node, ...]) -> Value:
    node = constant(on_floats(op.forward, tuple(x._data for x in inputs)))
    if is_recording() and any(x.requires_grad for x in inputs):
        node._cotangent = None
        node.op = op
        node.inputs = inputs
    return node


# This and `_binary` say the same as `_result` in line: a call more is a tenth of an op.
def _apply_to_one(op: Op, x: Value) -> Value:
    node = _new(Value)
    try:
        node._data = op.forward(floats, x._data)
    except (ArithmeticError, ValueError):
        node._data = on_floats(op.forward, (x._data,))
    node._grad = None
    node._label = ""
    node._serial = next_serial()
    if x._cotangent is not UNTRACKED and is_recording():
        node._cotangent = None
        node.op = op
        node.inputs = (x,)
    else:
        node._cotangent = UNTRACKED
        node.op = None
        node.inputs = ()
    return node


def _unary(op: Op) -> Callable[[Value], Value]:
    def method(self: Value) -> Value:
        return _apply_to_one(op, self)

    return named("Value", method, op)


def _binary(op: Op) -> Callable[[Value, Any], Any]:
    forward = op.forward

    def method(self: Value, other: Any) -> Any:
        if type(other) is not Value and not isinstance(other, Value):
            number = constant_of(other)
            if number is None:
                return _with_arrays(op, self, other)
            other = number
        node = _new(Value)
        try:
            node._data = forward(floats, self._data, other._data)
        except (ArithmeticError, ValueError):
            node._data = on_floats(forward, (self._data, other._data))
        node._grad = None
        node._label = ""
        node._serial = next_serial()
        if is_recording() and not (self._cotangent is UNTRACKED and other._cotangent is UNTRACKED):
            node._cotangent = None
            node.op = op
            node.inputs = (self, other)
        else:
            node._cotangent = UNTRACKED
            node.op = None
            node.inputs = ()
        return node

    return named("Value", method, op)


def _reflected(op: Op) -> Callable[[Value, Any], Any]:
    forward = _binary(op)

    def method(self: Value, other: Any) -> Any:
        number = constant_of(other)
        return _with_arrays(op, other, self) if number is None else forward(number, self)

    return named("Value", method, op)


def _in_place(forward: Callable[[Value, Any], Any]) -> Callable[[Value, Any], Any]:
    """``x += y``: an update of a leaf under `no_grad`, elsewhere a new node."""

    def method(self: Value, other: Any) -> Any:
        result = forward(self, other)
        if self.inputs or is_recording() or type(result) is not Value:
            return result
        self.data = result._data
        return self

    return method


def _with_arrays(op: Op, a: Any, b: Any) -> Any:
    if any(not isinstance(x, (Node, np.ndarray)) for x in (a, b)):
        return NotImplemented
    return Node.apply_to_arrays(op, (a, b))


def _compare(relation: Callable[[float, float], bool]) -> Callable[[Value, Any], Any]:
    def method(self: Value, other: Any) -> Any:
        if isinstance(other, Value):
            return relation(self._data, other._data)
        if number_of(other) is None:
            return NotImplemented
        return relation(self._data, other)

    return method


class Value(Elementwise):
    """A tracked scalar.

    Parameters
    ----------
    data : float
        An integer becomes a float.
    label : str, optional
        The name shown in pictures and messages.

    Raises
    ------
    TypeError
        If `data` is no real number.

    Examples
    --------
    >>> from micrograd_act import Value
    >>> a, b = Value(-4.0), Value(2.0)
    >>> c = (a * b + b**3).relu()
    >>> c.backward()
    >>> c, a.grad, b.grad
    (Value(data=0.0, grad=1.0), 0.0, 0.0)
    """

    __slots__ = ()
    xp = floats

    def __init__(self, data: float, *, label: str = "") -> None:
        self._data = as_float(data, "Value")
        self._grad = None
        self._label = ""
        if label != "":
            self.label = label
        self._serial = next_serial()
        self._cotangent = None
        self.op = None
        self.inputs = ()

    @property
    def data(self) -> float:
        """The number. Setting it on a leaf counts as an update; a result's cannot be set."""
        number: float = self._data
        return number

    @data.setter
    def data(self, number: float) -> None:
        if self.inputs:
            raise GradientError(f"data of a result of {self.op} cannot be set; set its leaves'")
        self._data = as_float(number, "data")
        self._serial = next_serial()

    @property
    def grad(self) -> float | None:
        """The gradient; None until backward has computed it."""
        gradient: float | None = self._grad
        return gradient

    @grad.setter
    def grad(self, gradient: float | None) -> None:
        self._grad = None if gradient is None else as_float(gradient, "grad")

    def item(self) -> float:
        """The number."""
        check_may_leave(self)
        return self.data

    def numpy(self) -> Any:
        """The number as a read-only array without axes."""
        check_may_leave(self)
        array = np.array(self._data)
        array.flags.writeable = False
        return array

    def detach(self) -> Value:
        """The same number as an untracked constant."""
        return constant(self._data)

    def _local_grad(self, i: int) -> float | None:
        assert self.op is not None
        vjp = self.op.vjps[i]
        if vjp is None or not self.op.elementwise:
            return None
        return on_floats(vjp, (1.0, self._data, *(x._data for x in self.inputs)))

    @staticmethod
    def _apply(op: Op, xs: tuple[Any, ...]) -> Any:
        if len(xs) == 1 and op.elementwise:
            return _apply_to_one(op, xs[0])
        inputs = tuple(x if isinstance(x, Value) else constant_of(x) for x in xs)
        if not op.elementwise or any(x is None for x in inputs):
            return Node.apply_to_arrays(op, xs)
        return _result(op, cast("tuple[Value, ...]", inputs))

    def __repr__(self) -> str:
        return f"Value(data={self._data}, grad={self._grad})"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        check_may_leave(self)
        return np.array(self._data, dtype=dtype)

    def __float__(self) -> float:
        check_may_leave(self)
        return float(self._data)

    def __int__(self) -> int:
        check_may_leave(self)
        return int(self._data)

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def backward(self, gradient: float | None = None) -> None:
        """Compute the gradient of this node with respect to every tracked node it came from.

        Leaves add it to the gradient they have; results show that of the last pass.

        Parameters
        ----------
        gradient : float, optional
            The cotangent of this node; 1 by default.

        Raises
        ------
        GradientError
            If nothing is tracked, or a leaf changed after the forward pass.
        """
        backpropagate(self, 1.0 if gradient is None else as_float(gradient, "gradient"))

    def __pow__(self, exponent: Any) -> Any:
        if isinstance(exponent, (Node, np.ndarray)):
            return arithmetic.pow(self, exponent)
        number = number_of(exponent)
        if number is None:
            return NotImplemented
        return _apply_to_one(arithmetic.power.bind(number), self)

    def __rpow__(self, base: Any) -> Any:
        if number_of(base) is None and not isinstance(base, np.ndarray):
            return NotImplemented
        return arithmetic.pow(base, self)

    def __pos__(self) -> Value:
        return self

    def _computed(self, op: Op) -> Value:
        return _apply_to_one(op, self)

    __hash__ = Node.__hash__
    __neg__ = _unary(arithmetic.neg)
    __abs__ = abs = _unary(arithmetic.abs)
    __add__ = _binary(arithmetic.add)
    __radd__ = _reflected(arithmetic.add)
    __iadd__ = _in_place(__add__)
    __sub__ = _binary(arithmetic.sub)
    __rsub__ = _reflected(arithmetic.sub)
    __isub__ = _in_place(__sub__)
    __mul__ = _binary(arithmetic.mul)
    __rmul__ = _reflected(arithmetic.mul)
    __imul__ = _in_place(__mul__)
    __truediv__ = _binary(arithmetic.div)
    __rtruediv__ = _reflected(arithmetic.div)
    __itruediv__ = _in_place(__truediv__)
    __ipow__ = _in_place(__pow__)
    __eq__ = _compare(operator.eq)
    __ne__ = _compare(operator.ne)
    __lt__ = _compare(operator.lt)
    __le__ = _compare(operator.le)
    __gt__ = _compare(operator.gt)
    __ge__ = _compare(operator.ge)

    exp = _unary(elementary.exp)
    log = _unary(elementary.log)
    sqrt = _unary(elementary.sqrt)
    relu = _unary(relu)
    sigmoid = _unary(sigmoid)
    tanh = _unary(tanh)
    __mod__ = Late("ops.rounding", "remainder", _binary)
    __rmod__ = Late("ops.rounding", "remainder", _reflected)
    __imod__ = Late("ops.rounding", "remainder", lambda op: _in_place(_binary(op)))
    __floordiv__ = Late("ops.rounding", "floor_divide", _binary)
    __rfloordiv__ = Late("ops.rounding", "floor_divide", _reflected)
    __ifloordiv__ = Late("ops.rounding", "floor_divide", lambda op: _in_place(_binary(op)))


def _value_of(tensor: Node) -> Value:
    return _result(shaping.item, (tensor,))


Node.make_value = _value_of
