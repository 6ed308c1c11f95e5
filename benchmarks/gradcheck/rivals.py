"""Other gradient checkers on the same cases: does each accept the function with its backward?

A case is a function `fun(*arrays)` that returns the result and its pullback. Each checker gets it
wrapped in the way that its own documentation shows for code of the user's, with its defaults; an
exception counts as not accepted.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Pair = Callable[..., tuple[Any, Callable[[Any], Any]]]


def arrays(xs: Any) -> list[Array]:
    return [np.array(x, dtype=x.dtype if _floating(x) else float) for x in xs]


def _floating(x: Any) -> bool:
    return isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind == "f" and x.dtype.isnative


def with_torch(fun: Pair, xs: list[Array]) -> bool:
    import torch

    class Wrapped(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *tensors: Any) -> Any:
            y, ctx.pullback = fun(*(t.detach().numpy().copy() for t in tensors))
            return torch.from_numpy(np.array(y, dtype=np.result_type(*xs)))

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            found = tuple(ctx.pullback(g.numpy()))
            return tuple(None if c is None else torch.from_numpy(np.array(c)) for c in found)

    inputs = tuple(torch.from_numpy(x).requires_grad_() for x in xs)
    torch.manual_seed(0)
    return bool(torch.autograd.gradcheck(Wrapped.apply, inputs, raise_exception=False))


def with_jax(fun: Pair, xs: list[Array]) -> bool:
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)
    logging.getLogger("jax").setLevel(logging.CRITICAL)  # it prints what a callback raises
    dtype = np.result_type(*xs)
    pullbacks: list[Any] = []

    def primal(*args: Any) -> Array:
        return np.array(fun(*map(np.array, args))[0], dtype=dtype)

    def kept(*args: Any) -> tuple[Array, Array]:
        y, pullback = fun(*map(np.array, args))
        pullbacks.append(pullback)
        return np.array(y, dtype=dtype), np.array(len(pullbacks) - 1)

    result = jax.ShapeDtypeStruct(np.shape(primal(*xs)), dtype)
    number = jax.ShapeDtypeStruct((), np.dtype(int))
    gradients = tuple(jax.ShapeDtypeStruct(x.shape, x.dtype) for x in xs)

    @jax.custom_vjp
    def wrapped(*args: Any) -> Any:
        return jax.pure_callback(primal, result, *args)

    def forward(*args: Any) -> Any:
        return jax.pure_callback(kept, (result, number), *args)

    def pulled(k: Any, g: Any) -> Any:
        found = tuple(pullbacks[int(k)](np.array(g)))
        if [np.shape(c) for c in found] != [x.shape for x in xs]:
            raise ValueError("wrong shapes")
        return tuple(np.asarray(c, x.dtype) for c, x in zip(found, xs, strict=True))

    def backward(k: Any, g: Any) -> Any:
        return jax.pure_callback(pulled, gradients, k, g)

    wrapped.defvjp(forward, backward)
    check_grads(wrapped, tuple(xs), order=1, modes=("rev",))
    return True


def with_autograd(fun: Pair, xs: list[Array]) -> bool:
    from autograd.extend import defvjp_argnums, primitive
    from autograd.test_util import check_grads

    @primitive
    def wrapped(*args: Any) -> Any:
        return fun(*(np.array(x) for x in args))[0]

    def vjps(argnums: Any, y: Any, args: Any, kwargs: Any) -> Any:
        _, pullback = fun(*(np.array(x) for x in args))
        return lambda g: tuple(np.asarray(pullback(np.asarray(g))[i]) for i in argnums)

    defvjp_argnums(wrapped, vjps)
    check_grads(wrapped, argnum=tuple(range(len(xs))), modes=["rev"], order=1)(*xs)
    return True


def with_package(fun: Pair, xs: list[Array], probes: bool = False) -> str:
    from micrograd_act import check_vjp

    return check_vjp(fun, *xs, probes=probes, raise_exception=False).verdict


CHECKERS: dict[str, Callable[..., bool | str]] = {
    "micrograd_act": with_package,
    "torch": with_torch,
    "jax": with_jax,
    "autograd": with_autograd,
}


def outcome(checker: str, fun: Pair, xs: Any, **options: Any) -> str:
    """What a checker says: "pass", "fail" or "inconclusive"; an exception is a failure."""
    np.random.seed(0)  # autograd draws its directions from there
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = CHECKERS[checker](fun, arrays(xs), **options)
    except Exception:  # whatever a checker or the function under test raises
        return "fail"
    return found if isinstance(found, str) else "pass" if found else "fail"
