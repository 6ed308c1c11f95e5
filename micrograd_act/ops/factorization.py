"""Inverse, determinant, linear systems and the Cholesky factor, of matrices and batches of them."""

from __future__ import annotations

import numpy as np

from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.op import Op, register


def _turned(xp: Namespace, x: Operand) -> Operand:
    return xp.swapaxes(x, -1, -2)


def _widened(xp: Namespace, g: Operand) -> Operand:
    """One number for each matrix, made to multiply matrices."""
    return xp.reshape(g, (*g.shape, 1, 1))


def _inv(xp: Namespace, x: Operand) -> Operand:
    """Inverse matrix."""
    return xp.inv(x)


def _inv_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    turned = _turned(xp, y)
    return -xp.matmul(xp.matmul(turned, g), turned)


inv = register(Op("inv", _inv, (_inv_vjp,), elementwise=False, symbol="⁻¹"))


def _inverse(xp: Namespace, x: Operand, called: str) -> Operand:
    try:
        return xp.inv(x)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"{called}: its gradient needs the inverse, and a matrix of shape {x.shape} is singular"
        ) from None


def _det(xp: Namespace, x: Operand) -> Operand:
    """Determinant; the gradient at a singular matrix is an error."""
    return xp.det(x)


def _det_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return _widened(xp, g * y) * _turned(xp, _inverse(xp, x, "det"))


det = register(Op("det", _det, (_det_vjp,), elementwise=False))


def _logabsdet(xp: Namespace, x: Operand) -> Operand:
    """``log(abs(det(x)))``, without overflow; -inf of a singular matrix."""
    return xp.logabsdet(x)


def _logabsdet_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    return _widened(xp, g) * _turned(xp, _inverse(xp, x, "slogdet"))


logabsdet = register(Op("logabsdet", _logabsdet, (_logabsdet_vjp,), elementwise=False))


def _solve(xp: Namespace, a: Operand, b: Operand) -> Operand:
    """The x for which ``a @ x`` is b, for matrices b."""
    return xp.solve(a, b)


def _solve_a(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return -xp.matmul(xp.solve(_turned(xp, a), g), _turned(xp, y))


def _solve_b(xp: Namespace, g: Operand, y: Operand, a: Operand, b: Operand) -> Operand:
    return xp.solve(_turned(xp, a), g)


solve = register(Op("solve", _solve, (_solve_a, _solve_b), elementwise=False))


def _cholesky(xp: Namespace, x: Operand) -> Operand:
    """The lower triangular factor of the symmetric part of `x`."""
    return xp.cholesky((x + _turned(xp, x)) / 2)


def _cholesky_vjp(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
    n = x.shape[-1]
    lower = (np.tri(n) - np.eye(n) / 2).astype(g.dtype)
    turned = _turned(xp, y)
    inner = xp.matmul(turned, g) * lower
    c = xp.solve(turned, _turned(xp, xp.solve(turned, _turned(xp, inner))))
    return (c + _turned(xp, c)) / 2


cholesky = register(
    Op("cholesky", _cholesky, (_cholesky_vjp,), elementwise=False, source="Murray 2016")
)
