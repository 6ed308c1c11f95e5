"""Linear algebra: products over named axes, and functions of square matrices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from micrograd_act.graph.arguments import as_node, axis_of
from micrograd_act.graph.operators import as_untracked
from micrograd_act.ops import contraction, factorization
from micrograd_act.ops.linalg import matmul
from micrograd_act.ops.op import evaluate
from micrograd_act.ops.shaping import broadcast_to, permute_dims

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def einsum(equation: str, *operands: Any) -> Any:
    """Sum of products over the axes that `equation` names, as ``"ij,jk->ik"``.

    A letter that occurs twice in an operand takes its diagonal, ``...`` stands for axes that
    broadcast. Without ``->`` the result has the letters that occur once, in alphabetical order.
    Operands are contracted from left to right.

    Raises
    ------
    ValueError
        If the equation is malformed, or does not fit the operands.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import einsum
    >>> einsum("ij,j->i", tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    if not isinstance(equation, str):
        raise TypeError(f"einsum: the equation comes first, got {type(equation).__name__}")
    nodes = [as_node(x) for x in operands]
    terms, out = _parsed(equation, [x.ndim for x in nodes])
    sizes: dict[str, int] = {}
    for i, (x, term) in enumerate(zip(nodes, terms, strict=True)):
        for letter, size in zip(term, x.shape, strict=True):
            if sizes.setdefault(letter, size) == 1:
                sizes[letter] = size
            elif size not in (1, sizes[letter]):
                raise ValueError(
                    f"einsum: subscript {letter} has size {size} in operand {i}, "
                    f"but {sizes[letter]} before"
                )
    result, letters = _operand(nodes[0], terms[0], out, terms[1:], sizes)
    for i, (x, term) in enumerate(zip(nodes[1:], terms[1:], strict=True), 2):
        x, term = _operand(x, term, out, [letters, *terms[i:]], sizes)
        later = "".join([out, *terms[i:]])
        kept = "".join(s for s in dict.fromkeys(letters + term) if s in later)
        result, letters = _summed(result, letters, term + kept)
        result = contraction.contract(result, x, f"{letters},{term}->{kept}")
        letters = kept
    result, letters = _summed(result, letters, out)
    return permute_dims(result, tuple(map(letters.index, out))) if letters != out else result


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Sum of products over axes of `a` and of `b`.

    Parameters
    ----------
    a, b : array_like
    dims : int or pair of sequences of int
        How many of the last axes of `a` meet the first of `b`, or which axes meet which.

    Raises
    ------
    ValueError
        If the sizes of axes that meet differ.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import tensordot
    >>> tensordot(tensor(np.ones((2, 3))), np.ones((3, 4)), dims=1).shape
    (2, 4)
    """
    a, b = as_node(a), as_node(b)
    if isinstance(dims, int):
        if not 0 <= dims <= min(a.ndim, b.ndim):
            raise ValueError(f"tensordot: dims={dims} does not fit {a.shape} and {b.shape}")
        dims = range(a.ndim - dims, a.ndim), range(dims)
    left, right = ((d,) if isinstance(d, int) else tuple(d) for d in dims)
    left = tuple(axis_of("tensordot", d, a.ndim) for d in left)
    right = tuple(axis_of("tensordot", d, b.ndim) for d in right)
    first = list(_LETTERS[: a.ndim])
    second = list(_LETTERS[a.ndim : a.ndim + b.ndim])
    if len(left) != len(right) or any(
        a.shape[i] != b.shape[j] for i, j in zip(left, right, strict=True)
    ):
        raise ValueError(f"tensordot: axes {left} of {a.shape} do not meet {right} of {b.shape}")
    for i, j in zip(left, right, strict=True):
        second[j] = first[i]
    out = [s for s in first if s not in second] + [s for s in second if s not in first]
    return contraction.contract(a, b, f"{''.join(first)},{''.join(second)}->{''.join(out)}")


def outer(input: Any, vec2: Any) -> Any:
    """Every product of an element of one vector with one of another.

    Raises
    ------
    ValueError
        If one is no vector.
    """
    a, b = _vectors("outer", input, vec2)
    return a.reshape(-1, 1) * b


def dot(input: Any, tensor: Any) -> Any:
    """Sum of the products of two vectors.

    Raises
    ------
    ValueError
        If one is no vector, or their sizes differ.
    """
    a, b = _vectors("dot", input, tensor)
    if a.shape != b.shape:
        raise ValueError(f"dot: sizes of {a.shape} and {b.shape} differ")
    return matmul(a, b)


def mm(input: Any, mat2: Any) -> Any:
    """Product of two matrices; `matmul` takes all ranks."""
    return _product("mm", input, mat2, (2, 2))


def bmm(input: Any, mat2: Any) -> Any:
    """Products of the matrices of two batches."""
    a, b = as_node(input), as_node(mat2)
    if a.ndim == b.ndim == 3 and a.shape[0] != b.shape[0]:
        raise ValueError(f"bmm: batches of {a.shape} and {b.shape} differ")
    return _product("bmm", a, b, (3, 3))


def mv(input: Any, vec: Any) -> Any:
    """Product of a matrix and a vector."""
    return _product("mv", input, vec, (2, 1))


def trace(input: Any) -> Any:
    """Sum of the diagonal of a matrix.

    Raises
    ------
    ValueError
        If `input` is no matrix.
    """
    x = as_node(input)
    if x.ndim != 2:
        raise ValueError(f"trace: needs a matrix, got shape {x.shape}")
    diagonal = np.arange(min(x.shape))
    return x[diagonal, diagonal].sum()


def inv(A: Any) -> Any:
    """Inverse of a square matrix, or of each of a batch.

    Raises
    ------
    ValueError
        If the last two axes differ.
    numpy.linalg.LinAlgError
        If a matrix is singular.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import inv
    >>> inv(tensor([[2.0, 0.0], [0.0, 4.0]])).tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    return evaluate(factorization.inv, (_square("inv", A),))


def det(A: Any) -> Any:
    """Determinant of a square matrix, or of each of a batch.

    Raises
    ------
    ValueError
        If the last two axes differ.
    numpy.linalg.LinAlgError
        In the backward pass, if a matrix is singular.
    """
    return evaluate(factorization.det, (_square("det", A),))


def slogdet(A: Any) -> tuple[Any, Any]:
    """Sign and logarithm of the magnitude of the determinant.

    Raises
    ------
    ValueError
        If the last two axes differ.
    numpy.linalg.LinAlgError
        In the backward pass, if a matrix is singular.
    """
    A = _square("slogdet", A)
    sign = np.linalg.slogdet(A._data)[0]
    return as_untracked(sign), evaluate(factorization.logabsdet, (A,))


def solve(A: Any, B: Any) -> Any:
    """The x for which ``A @ x`` is `B`, a vector, a matrix or a batch of matrices.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If a matrix is singular.

    Examples
    --------
    >>> from micrograd_act import tensor
    >>> from micrograd_act.functional import solve
    >>> solve(tensor([[2.0, 0.0], [0.0, 4.0]]), tensor([1.0, 1.0])).tolist()
    [0.5, 0.25]
    """
    A = _square("solve", A)
    B = as_node(B, A._data.dtype)
    vector = B.ndim == 1
    if B.ndim == 0 or B.shape[-1 if vector else -2] != A.shape[-1]:
        raise ValueError(f"solve: A {A.shape} does not fit B {B.shape}")
    found = evaluate(factorization.solve, (A, B.reshape(-1, 1) if vector else B))
    return found[..., 0] if vector else found


def cholesky(input: Any) -> Any:
    """The lower triangular L with ``L @ L.T`` the symmetric positive definite `input`.

    The gradient is symmetric: `input` is taken for its symmetric part.

    Raises
    ------
    ValueError
        If the last two axes differ.
    numpy.linalg.LinAlgError
        If a matrix is not positive definite.
    """
    return evaluate(factorization.cholesky, (_square("cholesky", input),))


def _parsed(equation: str, ndims: list[int]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, with those that an ellipsis stands for."""
    text = equation.replace(" ", "")
    inputs, arrow, out = text.partition("->")
    terms = inputs.split(",")
    for term in [*terms, out]:
        bad = re.sub(r"[a-zA-Z]", "", term.replace("...", "", 1))
        if bad:
            raise ValueError(f"einsum: {bad!r} in {equation!r}; subscripts are letters and one ...")
    if len(terms) != len(ndims):
        raise ValueError(f"einsum: {equation!r} names {len(terms)} operands, got {len(ndims)}")
    extra = []
    for i, (term, ndim) in enumerate(zip(terms, ndims, strict=True)):
        letters = term.replace("...", "")
        extra.append(ndim - len(letters))
        if extra[-1] < 0 or (extra[-1] and "..." not in term):
            raise ValueError(f"einsum: {term!r} does not fit operand {i} with {ndim} axes")
    free = [s for s in _LETTERS if s not in text][: max(extra)]
    if len(free) < max(extra):
        raise ValueError("einsum: there are more axes than letters")
    dots = "".join(free)
    terms = [t.replace("...", dots[len(dots) - n :]) for t, n in zip(terms, extra, strict=True)]
    if not arrow:
        once = "".join(terms)
        out = "".join(sorted(s for s in set(once) - set(dots) if once.count(s) == 1))
        return terms, dots + out
    out = out.replace("...", dots)
    for s in out:
        if out.count(s) > 1 or s not in "".join(terms):
            raise ValueError(f"einsum: the result names {s!r} twice or no operand has it")
    return terms, out


def _operand(
    x: Any, term: str, out: str, others: Sequence[str], sizes: dict[str, int]
) -> tuple[Any, str]:
    """An operand of its full size, with diagonals taken and what only it has summed."""
    full = tuple(sizes[s] for s in term)
    if x.shape != full:
        x = broadcast_to(x, full)
    letters = "".join(dict.fromkeys(term))
    if letters != term:
        grid = np.ogrid[tuple(slice(sizes[s]) for s in letters)]
        x = x[tuple(grid[letters.index(s)] for s in term)]
    return _summed(x, letters, "".join([out, *others]))


def _summed(x: Any, letters: str, needed: str) -> tuple[Any, str]:
    alone = tuple(i for i, s in enumerate(letters) if s not in needed)
    if not alone:
        return x, letters
    return x.sum(alone), "".join(s for s in letters if s in needed)


def _product(name: str, a: Any, b: Any, axes: tuple[int, int]) -> Any:
    a = as_node(a)
    b = as_node(b, a._data.dtype)
    if (a.ndim, b.ndim) != axes:
        raise ValueError(
            f"{name}: needs {axes[0]} and {axes[1]} axes, got shapes {a.shape} and {b.shape}; "
            "matmul takes all ranks"
        )
    return matmul(a, b)


def _vectors(name: str, a: Any, b: Any) -> tuple[Any, Any]:
    a = as_node(a)
    b = as_node(b, a._data.dtype)
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"{name}: needs two vectors, got shapes {a.shape} and {b.shape}")
    return a, b


def _square(name: str, x: Any) -> Any:
    x = as_node(x)
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"{name}: needs square matrices, got shape {x.shape}")
    return x
