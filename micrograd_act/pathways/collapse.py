"""The single affine map that a graph of affine ops is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd_act.errors import GradientError
from micrograd_act.graph import Tensor
from micrograd_act.graph.backward import pull
from micrograd_act.graph.node import Node
from micrograd_act.pathways.dependence import varies
from micrograd_act.pathways.edges import check_node, op_of, steps_between


class AffineMap:
    """``x`` ↦ ``matrix · x + offset``; made by `affine_map`.

    Calling it with arrays of the input's shape, or of several leading axes more, applies it.

    Attributes
    ----------
    matrix : ndarray, shape (*output, *input)
        The Jacobian.
    offset : ndarray, shape (*output,)
        The result at 0.
    """

    def __init__(self, matrix: Any, offset: Any) -> None:
        self.matrix = matrix
        self.offset = offset

    def __call__(self, x: Any) -> Any:
        """Apply it to an input, or to a batch of them along leading axes."""
        x = np.asarray(x, dtype=self.matrix.dtype)
        axes = self.matrix.ndim - self.offset.ndim
        inner = self.matrix.shape[self.offset.ndim :]
        if x.shape[x.ndim - axes :] != inner:
            raise ValueError(f"affine map: the input has shape {x.shape}, but ends in {inner} here")
        over = range(x.ndim - axes, x.ndim), range(self.offset.ndim, self.matrix.ndim)
        return np.tensordot(x, self.matrix, over) + self.offset

    def __repr__(self) -> str:
        shape = self.offset.shape
        return f"AffineMap({self.matrix.shape[len(shape) :]} → {shape})"


def affine_map(y: Any, x: Any) -> AffineMap:
    """The affine map from `x` to `y`, if every op between them is affine in `x`.

    Whether it is, is told from the formulas and facts of the ops, never from numbers.

    Parameters
    ----------
    y : Value or Tensor, or callable
        A result, or a function (a net) that makes it of `x`.
    x : Value or Tensor; for a function also array_like

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
    """
    if callable(y) and not isinstance(y, Node):
        net: Callable[[Any], Any] = y
        if not (isinstance(x, Node) and x.requires_grad):
            x = Tensor(x, requires_grad=True)
        y = net(x)
        if isinstance(y, Node) and not y.requires_grad:
            raise GradientError("affine_map: the function's result does not depend on its input")
    check_node(y, "affine_map", "y")
    check_node(x, "affine_map", "x")
    steps = steps_between(y, x)
    for node, positions in steps.items():
        if any(varies(node, i, steps, x) for i in positions):
            name = f" at '{node.label}'" if node.label else ""
            raise ValueError(
                f"affine_map: {op_of(node)}{name} is not affine in x (its result has shape "
                f"{node.shape}); replace(y, {{relu: identity}}) makes a net affine"
            )
    value, point = np.asarray(y._data), np.asarray(x._data)
    matrix = np.zeros((value.size, point.size), dtype=point.dtype)
    for k in range(value.size):
        seed = np.zeros(value.size, dtype=value.dtype)
        seed[k] = 1.0
        start = seed.reshape(value.shape) if y.ndim or isinstance(y, Tensor) else 1.0
        matrix[k] = np.ravel(pull({y: start}, list(steps)).get(x, 0.0))
    offset = value - (matrix @ point.ravel()).reshape(value.shape)
    return AffineMap(matrix.reshape(value.shape + point.shape), np.asarray(offset))
