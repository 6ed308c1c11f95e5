"""What a graph is: nodes that point at their inputs, older inputs first, and the one traversal.

A node knows its op and its inputs and nothing of its consumers, so a graph dies with its last
name; there is no closure and no reference cycle. A buffer is never written once a node holds it:
an update gives a leaf a new one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from operator import attrgetter
from typing import Any, ClassVar, TypeVar

from micrograd_act.errors import GradientError
from micrograd_act.ops.op import Op

_F = TypeVar("_F", bound=Callable[..., Any])

next_serial = itertools.count().__next__
by_serial = attrgetter("_serial")

lines: dict[int, str] = {}
"""Where the node with a serial number was made; filled inside `record_lines`."""

_recording: ContextVar[bool] = ContextVar("recording", default=True)
is_recording = _recording.get


_outer: ContextVar[tuple[bool, ...]] = ContextVar("outer", default=())


class recording(ContextDecorator):  # noqa: N801
    """Record what is computed inside, or do not, whatever the surrounding state."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def __enter__(self) -> None:
        _outer.set((*_outer.get(), _recording.get()))
        _recording.set(self._wanted)

    def __exit__(self, *error: object) -> None:
        outer = _outer.get()
        _outer.set(outer[:-1])
        _recording.set(outer[-1])

    def __call__(self, function: _F) -> _F:
        """Decorate a function whose body runs when it is called."""
        for lazy in (isgeneratorfunction, iscoroutinefunction, isasyncgenfunction):
            if lazy(function):
                raise TypeError(
                    f"no_grad: {function.__name__} runs after the call has returned; "
                    "use `with no_grad():` inside it"
                )
        return super().__call__(function)


def no_grad() -> recording:
    """Inside, results are untracked and ``p -= step`` updates a leaf in place.

    The state belongs to the thread and to the async task that entered it.

    Examples
    --------
    >>> from micrograd_act import Value, no_grad
    >>> w = Value(3.0)
    >>> with no_grad():
    ...     w -= 1.0
    >>> w.data, w.inputs
    (2.0, ())
    """
    return recording(False)


_differentiating: ContextVar[str] = ContextVar("differentiating", default="")


@contextmanager
def differentiating(name: str) -> Iterator[None]:
    """While the graph of the user's function `name` is recorded, no node may turn into a number."""
    token = _differentiating.set(name)
    try:
        yield
    finally:
        _differentiating.reset(token)


def check_may_leave(node: Node) -> None:
    """Raise where the conversion of a tracked node to a number would lose part of a derivative."""
    name = _differentiating.get()
    if name and node.requires_grad:
        raise TypeError(
            f"{name}: its function turns x into a plain number, so part of its derivative would be "
            "lost; write it with operators and this library's functions, or pass vjp="
        )


UNTRACKED = type("Untracked", (), {"__repr__": lambda self: "UNTRACKED"})()
"""Stands in `_cotangent` of a node for which no gradient is computed."""


class OnTheClass:
    """A method that NumPy finds on the class; on a node it is None, so that masked arrays yield."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __get__(self, node: object, kind: type) -> Callable[..., Any] | None:
        return self.function if node is None else None


class Node:
    """A value in a graph: what it is, which op made it and from what.

    Attributes
    ----------
    op : Op or None
        The operation that made it; None for a leaf.
    inputs : tuple of Node
        What the op was applied to; empty for a leaf.
    """

    __slots__ = ("_cotangent", "_data", "_grad", "_label", "_serial", "inputs", "op")

    _cotangent: Any  # while a backward pass runs; else None, or UNTRACKED
    _data: Any
    _grad: Any
    _label: str | tuple[str, Any, Any]  # with hooks, and with the calls of modules that gave it
    _serial: int
    inputs: tuple[Node, ...]
    op: Op | None

    xp: ClassVar[Any]  # the namespace in which a node of this kind computes
    apply_to_arrays: ClassVar[Callable[[Op, tuple[Any, ...]], Any]]  # set by Tensor
    make_value: ClassVar[Callable[[Node], Node]]  # a tensor of one element as a Value; set by Value

    @property
    def label(self) -> str:
        """The name shown in pictures and messages; free text."""
        held = self._label
        return held[0] if type(held) is tuple else str(held)

    @label.setter
    def label(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"label: expected a str, got {type(text).__name__}")
        held = getattr(self, "_label", "")
        self._label = (str(text), *held[1:]) if type(held) is tuple else str(text)

    @property
    def created_at(self) -> str | None:
        """The line of code that made it, ``file:line``, if `record_lines` was on; else None."""
        return lines.get(self._serial)

    @property
    def is_leaf(self) -> bool:
        """Whether no op made it."""
        return not self.inputs

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes; ``()`` for a scalar."""
        return getattr(self._data, "shape", ())

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def requires_grad(self) -> bool:
        """Whether backward computes a gradient for this node."""
        return self._cotangent is not UNTRACKED

    @property
    def _prev(self) -> set[Node]:
        return set(self.inputs)

    @property
    def _op(self) -> str:
        return "" if self.op is None else self.op.symbol

    @property
    def local_grads(self) -> tuple[Any, ...]:
        """The local gradient of each input.

        A float, or an array of the result's shape where the Jacobian is diagonal after
        broadcasting; None where it is not (matmul, softmax) and where the op has no derivative.
        """
        if self.op is None:
            return ()
        return tuple(self._local_grad(i) for i in range(len(self.inputs)))

    def _local_grad(self, i: int) -> Any:
        raise NotImplementedError

    def _computed(self, op: Op) -> Any:
        """The node that an op of one input makes of this one."""
        raise NotImplementedError

    def retain_grad(self) -> None:
        """Do nothing: results keep their gradients anyway."""

    # NumPy's functions and operators on a node, so that `array * node` is a node and no object
    # array. The module that knows them is imported by the first call, and replaces both methods.
    @OnTheClass
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        from micrograd_act.graph import protocols

        return protocols.array_ufunc(self, ufunc, method, *inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        from micrograd_act.graph import protocols

        return protocols.array_function(self, function, types, args, options)

    def register_hook(self, hook: Callable[[Any], Any]) -> Any:
        """Call `hook` with the gradient of this node whenever one is computed.

        It is called when the gradient is complete, by `backward` and by `grad`, and what it returns
        replaces the gradient, here and in everything further back; None leaves it.

        Parameters
        ----------
        hook : callable
            Receives a float, a read-only array, or with ``create_graph`` a node. Copies and pickles
            of the node don't have it.

        Returns
        -------
        handle
            ``handle.remove()`` takes the hook off.

        Raises
        ------
        GradientError
            If the node is not tracked.

        Examples
        --------
        >>> from micrograd_act import Value
        >>> x = Value(3.0)
        >>> y = x * x
        >>> handle = y.register_hook(lambda g: g / 2)
        >>> y.backward()
        >>> y.grad, x.grad
        (0.5, 3.0)
        """
        from micrograd_act.graph import hooks  # which knows the passes

        return hooks.register(self, hook)

    __hash__ = object.__hash__  # in C: sets of nodes are what every traversal is made of

    def __bool__(self) -> bool:
        return bool(self._data)

    def __reduce_ex__(self, protocol: object) -> Any:
        from micrograd_act.graph.pickling import reduced  # which builds nodes

        return reduced(self)

    def __copy__(self) -> Node:
        return self._clone(self.inputs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Node:
        for node in unseen(self, memo):
            memo[id(node)] = node._clone(tuple(memo[id(x)] for x in node.inputs))
        clone: Node = memo[id(self)]
        return clone

    def _clone(self, inputs: tuple[Node, ...]) -> Node:
        clone = object.__new__(type(self))
        clone._cotangent = None if self.requires_grad else UNTRACKED
        clone._data = self._data
        clone._grad = _own(self._grad)
        held = self._label
        clone._label = (held[0], None, held[2]) if type(held) is tuple else held  # without hooks
        clone._serial = self._serial  # so that a leaf that changed too late has changed too late
        clone.op = self.op
        clone.inputs = inputs
        return clone


def _own(grad: Any) -> Any:
    """A gradient that nothing else holds; floats are immutable."""
    if type(grad) is tuple:  # a result's gradient that was never read
        grad = grad[0]
    return grad if grad is None or isinstance(grad, float) else grad.copy()


def unseen(root: Node, memo: Container[int]) -> list[Node]:
    """The ancestors of `root` whose ids are not in `memo`, inputs before their readers."""
    leaves, results = split_order((root,), memo)
    return leaves + results


def nodes(*roots: Node) -> list[Node]:
    """Every node that `roots` were computed from, themselves included: leaves, then oldest first.

    Parameters
    ----------
    *roots : Node

    Returns
    -------
    list of Node
        Inputs come before the nodes that read them.

    Examples
    --------
    >>> from micrograd_act import Value, nodes
    >>> x = Value(2.0)
    >>> y = x * x + 1
    >>> [n.data for n in nodes(y)]
    [2.0, 1.0, 4.0, 5.0]
    """
    for root in roots:
        if not isinstance(root, Node):
            raise TypeError(f"nodes: expected nodes, got {type(root).__name__}")
    leaves, results = split_order(roots)
    return leaves + results


def split_order(roots: Sequence[Node], known: Container[int] = ()) -> tuple[list[Node], list[Node]]:
    """The leaves and the results among the ancestors of `roots`, each oldest first.

    Nodes whose ids are in `known`, and what only they lead to, are left out.
    """
    seen = {root for root in roots if id(root) not in known}
    stack = list(seen)
    leaves: list[Node] = []
    results: list[Node] = []
    while stack:
        node = stack.pop()
        inputs = node.inputs
        if inputs:
            results.append(node)
            for x in inputs:
                if x not in seen and id(x) not in known:
                    seen.add(x)
                    stack.append(x)
        else:
            leaves.append(node)
    leaves.sort(key=by_serial)
    results.sort(key=by_serial)
    return leaves, results


def changed_after(node: Node) -> Node | None:
    """The input of `node` whose data was set after `node` read it, if there is one."""
    for x in node.inputs:
        if x._serial > node._serial:
            return x
    return None


def stale(node: Node) -> GradientError:
    """The error for a node whose input changed after the forward pass."""
    x = changed_after(node)
    assert x is not None
    if x.inputs:
        return GradientError(f"{node.op}: a node is its own ancestor; a graph has no cycles")
    which = f"'{x.label}'" if x.label else "a leaf"
    changed = f" (at {x.created_at})" if x.created_at else ""
    read = f" (at {node.created_at})" if node.created_at else ""
    return GradientError(
        f"{node.op}: the data of {which} was changed{changed} after this node read it{read}, "
        "so the gradient would be that of other numbers; compute the result again, then call "
        "backward"
    )
