"""The single affine map that a graph of affine ops is, or one of affine pieces at a point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph import Tensor
from micrograd_act.graph.backward import pull
from micrograd_act.graph.node import Node, no_grad
from micrograd_act.graph.value import Value
from micrograd_act.pathways.dependence import varies
from micrograd_act.pathways.edges import Steps, check_node, op_of, steps_between
from micrograd_act.pathways.pieces import LARGER, Reach, is_piecewise, reach

Net: TypeAlias = Callable[[Any], Any]

_SLACK = 256  # roundings that a net may make


class Difference(NamedTuple):
    """The largest absolute differences between a map and a function, of values and of slopes."""

    value: float
    jacobian: float


class AffineMap:
    """``x`` ↦ ``matrix · x + offset``; made by `affine_map`.

    Calling it with arrays of the input's shape, or of several leading axes more, applies it.

    Attributes
    ----------
    matrix : ndarray, shape (*output, *input)
        The Jacobian.
    offset : ndarray, shape (*output,)
        The result at 0.
    x : Value or Tensor
        The point at which it was made; where it is not valid everywhere, it is valid there.
    """

    def __init__(
        self, matrix: Any, offset: Any, x: Node, steps: Steps, net: Net | None = None
    ) -> None:
        self.matrix = matrix
        self.offset = offset
        self.x = x
        self._steps = steps
        self._net = net

    def __call__(self, x: Any) -> Any:
        """Apply it to an input, or to a batch of them along leading axes."""
        x = np.asarray(x, dtype=self.matrix.dtype)
        axes = self.matrix.ndim - self.offset.ndim
        inner = self.matrix.shape[self.offset.ndim :]
        if x.shape[x.ndim - axes :] != inner:
            raise ValueError(f"affine map: the input has shape {x.shape}, but ends in {inner} here")
        over = range(x.ndim - axes, x.ndim), range(self.offset.ndim, self.matrix.ndim)
        return np.tensordot(x, self.matrix, over) + self.offset

    def reach(self, direction: Any) -> Reach:
        """How far from `x` the map is valid in a direction, and what ends it.

        Parameters
        ----------
        direction : array_like of the shape of `x`

        Returns
        -------
        Reach
            With ``distance`` (infinite where nothing ends it, 0 where `x` stands on a border),
            ``node`` and ``element``: which element of the input of which node changes its piece.

        Raises
        ------
        ValueError
            If the direction has another shape than `x`, or is not finite; or if the function that
            the map is of computes a condition or an index from `x`, so that it ends earlier.

        Examples
        --------
        >>> from micrograd_act import affine_map, relu
        >>> f = affine_map(lambda x: relu(2 * x - 1).sum(), [2.0, 3.0], piecewise=True)
        >>> f.reach([-1.0, 0.0]).distance, f.reach([1.0, 1.0]).distance
        (1.5, inf)
        """
        point = np.asarray(self.x._data)
        step = np.asarray(direction, dtype=point.dtype)
        if step.shape != point.shape or not np.all(np.isfinite(step)):
            raise ValueError(
                f"reach: a direction is finite and has the shape of x, {point.shape}; "
                f"got shape {step.shape}"
            )
        found = reach(self._steps, self.x, step)
        if self._net is not None:
            far = found.distance if np.isfinite(found.distance) else 100.0
            along = "reach: before any op here changes its piece the function"
            self._hold(self._net, [point + share * far * step for share in (0.5, 0.999)], along)
        return found

    def _hold(self, net: Net, points: Any, what: str) -> None:
        """Raise unless the map is what `net` gives there.

        A condition or an index computed from x is a constant of the graph, but not of the net.
        """
        at = np.asarray(self.x._data)
        eps = np.finfo(at.dtype).eps
        for point in points:
            other = np.asarray(point, dtype=at.dtype)
            with no_grad(), np.errstate(all="ignore"):
                y = net(Value(float(other)) if isinstance(self.x, Value) else Tensor(other))
            y = np.asarray(y._data if isinstance(y, Node) else y)
            reached = np.abs(other) + np.abs(at)
            size = np.abs(self.offset) + np.tensordot(np.abs(self.matrix), reached, at.ndim)
            if y.shape != self.offset.shape or np.any(
                np.abs(self(other) - y) > _SLACK * eps * size
            ):
                raise ValueError(
                    f"{what} gives something else: it computes a condition or an index from x, as "
                    "max_pool2d does, or is random"
                )

    def difference(self, function: Net, data: Any) -> Difference:
        """The largest differences from a function over points, of values and of Jacobians.

        Parameters
        ----------
        function : callable
            Makes a node of one point.
        data : array_like, shape (n, *input)

        Returns
        -------
        Difference
            ``value`` and ``jacobian``, both 0 but for rounding if the function is this map.

        Examples
        --------
        >>> from micrograd_act import affine_map, relu
        >>> f = affine_map(lambda x: 3 * x, [0.0])
        >>> f.difference(lambda x: relu(3 * x), [[1.0], [-2.0]])
        Difference(value=6.0, jacobian=3.0)
        """
        value = jacobian = 0.0
        for point in _points(data, self.matrix.shape[self.offset.ndim :], "difference"):
            y, x = _called(function, point)
            found = _jacobian(y, x, steps_between(y, x) if y.requires_grad else {})
            if found.shape != self.matrix.shape:
                raise ValueError(
                    f"difference: the function's result has shape {y.shape}, "
                    f"that of the map {self.offset.shape}"
                )
            value = max(value, float(np.max(np.abs(self(point) - y._data), initial=0.0)))
            jacobian = max(jacobian, float(np.max(np.abs(self.matrix - found), initial=0.0)))
        return Difference(value, jacobian)

    def __repr__(self) -> str:
        shape = self.offset.shape
        return f"AffineMap({self.matrix.shape[len(shape) :]} → {shape})"

    def __str__(self) -> str:
        held = ((name, getattr(self, name)) for name in ("matrix", "offset"))
        lines = (f"{name} {np.array2string(x, precision=4, prefix=name + ' ')}" for name, x in held)
        return "\n".join([repr(self), *lines])


def affine_map(y: Any, x: Any, *, piecewise: bool = False) -> AffineMap:
    """The affine map from `x` to `y`, if every op between them is affine in `x`.

    Whether it is, is told from the formulas and facts of the ops, never from the numbers there.
    Conditions and indices count as constants, as they do in a gradient; of a function it is tried
    that no other point has others.

    Parameters
    ----------
    y : Value or Tensor, or callable
        A result, or a function (a net) that makes it of `x`.
    x : Value or Tensor; for a function also array_like
    piecewise : bool
        Allow ops that are made of affine pieces too (relu, leaky_relu, hardtanh, abs, clamp,
        maximum, amax, …). The map is the one that is valid at `x`; ``map.reach(direction)`` says
        how far.

    Returns
    -------
    AffineMap

    Raises
    ------
    ValueError
        If an op is not affine in `x`; names it and where it stands.
    GradientError
        If `y` or `x` is untracked.
    TypeError
        If `y` or `x` is neither a node nor as above.

    Examples
    --------
    >>> from micrograd_act import Tensor
    >>> from micrograd_act.pathways import affine_map
    >>> A, b = Tensor([[1.0, 2.0], [0.0, 3.0]]), Tensor([1.0, 0.0])
    >>> f = affine_map(lambda x: 2 * (A @ x) + b, [0.0, 0.0])
    >>> f.matrix, f.offset
    (array([[2., 4.],
           [0., 6.]]), array([1., 0.]))
    >>> from micrograd_act import relu
    >>> affine_map(lambda x: relu(x), [3.0, -1.0], piecewise=True).matrix
    array([[1., 0.],
           [0., 0.]])
    """
    net: Net | None = None
    if callable(y) and not isinstance(y, Node):
        net = y
        y, x = _called(net, x)
        if isinstance(y, Node) and not y.requires_grad:
            raise GradientError("affine_map: the function's result does not depend on its input")
    check_node(y, "affine_map", "y")
    check_node(x, "affine_map", "x")
    steps = steps_between(y, x)
    for node, positions in steps.items():
        for i in positions:
            if varies(node, i, steps, x) and not (piecewise and _one_piece(node, i, steps, x)):
                raise ValueError(_curved(node, i, piecewise))
    matrix = _jacobian(y, x, steps)
    value, point = np.asarray(y._data), np.asarray(x._data)
    offset = value - np.tensordot(matrix, point, point.ndim)
    found = AffineMap(matrix, np.asarray(offset), x, steps, net)
    if net is not None and not piecewise:
        away = np.random.default_rng(0).normal(size=point.shape)
        elsewhere = "affine_map: the ops are affine here, but at another point the function"
        found._hold(net, [point + scale * away for scale in (1.0, -1.0, 100.0, -100.0)], elsewhere)
    return found


def _called(net: Net, x: Any) -> tuple[Any, Any]:
    if not (isinstance(x, Node) and x.requires_grad):
        x = Tensor(x, requires_grad=True)
    return net(x), x


def _one_piece(node: Node, i: int, steps: Steps, x: Node) -> bool:
    """Whether only the piece varies with `x`: the other inputs do not, or do so as this one."""
    alone = not any(v is x or v in steps for k, v in enumerate(node.inputs) if k != i)
    return (alone or op_of(node) in LARGER) and is_piecewise(node, i)


def _curved(node: Node, i: int, piecewise: bool) -> str:
    name = f" at '{node.label}'" if node.label else ""
    hints = []
    if not piecewise and is_piecewise(node, i):
        hints.append("; piecewise=True gives the map that is valid at x")
    if op_of(node).is_activation:
        hints.append(f"; replace(y, {{{op_of(node).name}: identity}}) makes an activation affine")
    return (
        f"affine_map: {op_of(node)}{name} is not affine in x "
        f"(its result has shape {node.shape}){''.join(hints)}"
    )


def _jacobian(y: Node, x: Node, steps: Steps) -> Any:
    value, point = np.asarray(y._data), np.asarray(x._data)
    matrix = np.zeros((value.size, point.size), dtype=point.dtype)
    for k in range(value.size):
        seed = np.zeros(value.size, dtype=value.dtype)
        seed[k] = 1.0
        start = seed.reshape(value.shape) if y.ndim or isinstance(y, Tensor) else 1.0
        matrix[k] = np.ravel(pull({y: start}, list(steps)).get(x, 0.0))
    return matrix.reshape(value.shape + point.shape)


def _points(data: Any, shape: tuple[int, ...], what: str) -> Any:
    points = np.asarray(data, dtype=float)
    if points.shape[1:] != shape or not len(points):
        raise ValueError(
            f"{what}: data has shape {points.shape}; pass {(0, *shape)}".replace("(0", "(n")
        )
    return points
