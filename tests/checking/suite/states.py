"""Faults of contract and of state: what a backward returns, remembers, overwrites or draws.

Each row makes a fresh pair of forward and backward, `fun(*xs) -> (y, vjp)`, right but for one
habit. The table below them says which habits are faults.
"""

from typing import Any

import numpy as np

from tests.checking.suite.case import Habit

X = np.array([0.4, -0.7, 1.2])


def sine(x, pullback):
    """sin(x) with a pullback that is right if it calls `pullback(g, slope)` with g * slope."""
    return np.sin(x), lambda g: (pullback(g, np.cos(x)),)


# What is returned.


def returns(make):
    """A pair whose gradient g * cos x is changed by `make`."""

    def fresh():
        return lambda x: (np.sin(x), lambda g: make(g * np.cos(x)))

    return fresh


def _nan_in_one(c):
    c = np.array(c)
    c[1] = np.nan
    return (c,)


def _inf_in_one(c):
    c = np.array(c)
    c[2] = np.inf
    return (c,)


def _raises(c):
    raise NotImplementedError("no backward yet")


RETURNS = {
    "None": returns(lambda c: (None,)),
    "nothing": returns(lambda c: None),
    "no gradients": returns(lambda c: ()),
    "two gradients": returns(lambda c: (c, c)),
    "a row": returns(lambda c: (c[None],)),
    "a column": returns(lambda c: (c[:, None],)),
    "a number": returns(lambda c: (c.sum(),)),
    "too short": returns(lambda c: (c[:2],)),
    "NaN in one": returns(_nan_in_one),
    "infinite in one": returns(_inf_in_one),
    "NaN": returns(lambda c: (c * np.nan,)),
    "whole numbers": returns(lambda c: (c.astype(int),)),
    "signs": returns(lambda c: (np.sign(c),)),
    "truth values": returns(lambda c: (c > 0,)),
    "complex": returns(lambda c: (c + 0.1j,)),
    "text": returns(lambda c: (["0.1", "0.2", "0.3"],)),
    "raises": returns(_raises),
}


# What is remembered.


def _remembers(change):
    """A pair that hands `change` a memory of its own, which lasts over calls."""

    def fresh():
        memory: dict[str, Any] = {}
        return lambda x: sine(x, lambda g, slope: change(memory, g, slope))

    return fresh


def _not_cleared(memory, g, slope):
    memory["total"] = memory.get("total", 0) + g * slope
    return memory["total"]


def _first_for_all(memory, g, slope):
    return memory.setdefault("first", g * slope)


def _one_late(memory, g, slope):
    before = memory.get("before", g * slope)
    memory["before"] = g * slope
    return before


def _one_buffer(memory, g, slope):
    buffer = memory.setdefault("buffer", np.empty_like(slope))
    return np.multiply(g, slope, out=buffer)


def _right_once(memory, g, slope):
    memory["calls"] = memory.get("calls", 0) + 1
    return g * slope * (1 if memory["calls"] == 1 else 2)


def _every_third(memory, g, slope):
    memory["calls"] = memory.get("calls", 0) + 1
    return g * slope * (1.01 if memory["calls"] % 3 == 0 else 1)


def _drifts(memory, g, slope):
    memory["factor"] = memory.get("factor", 1) * (1 + 1e-10)
    return g * slope * memory["factor"]


def _momentum(memory, g, slope):
    memory["mean"] = 0.9 * memory.get("mean", 0) + 0.1 * g * slope
    return memory["mean"]


def _largest_so_far(memory, g, slope):
    """Loss scaling that is never undone."""
    memory["largest"] = max(memory.get("largest", 1e3), np.max(np.abs(g)))
    return g * slope / memory["largest"] * 1e3


def _residual_of_last():
    """The input is kept in one place for all calls."""
    kept: dict[str, Any] = {}

    def fun(x):
        kept["x"] = np.array(x)
        return np.sin(x), lambda g: (g * np.cos(kept["x"]),)

    return fun


def _residual_of_first():
    kept: dict[str, Any] = {}

    def fun(x):
        kept.setdefault("slope", np.cos(x))
        return np.sin(x), lambda g: (g * kept["slope"],)

    return fun


def _result_buffer():
    """The result of every call is one buffer, from which the backward reads."""
    y = np.empty_like(X)

    def fun(x):
        np.tanh(x, out=y)
        return y, lambda g: (g * (1 - y * y),)

    return fun


def _used_up():
    """The residual is freed after the first backward."""

    def fun(x):
        kept = [np.cos(x)]
        return np.sin(x), lambda g: (g * kept.pop(),)

    return fun


STATES = {
    "gradients not cleared": _remembers(_not_cleared),
    "first result for all": _remembers(_first_for_all),
    "one call late": _remembers(_one_late),
    "one buffer for all": _remembers(_one_buffer),
    "right once": _remembers(_right_once),
    "every third call": _remembers(_every_third),
    "drifts": _remembers(_drifts),
    "momentum": _remembers(_momentum),
    "largest so far": _remembers(_largest_so_far),
    "residual of the last call": _residual_of_last,
    "residual of the first call": _residual_of_first,
    "result in one buffer": _result_buffer,
    "residual used up": _used_up,
}


# What is overwritten.


def _overwrites(g, slope):
    g *= slope
    return g


def _clears(g, slope):
    c = g * slope
    g[...] = 0
    return c


def _writes_input():
    def fun(x):
        def pullback(g):
            c = g * np.cos(x)
            x[...] = 0
            return (c,)

        return np.sin(x), pullback

    return fun


def _writes_result():
    def fun(x):
        y = np.tanh(x)

        def pullback(g):
            c = g * (1 - y * y)
            y[...] -= 0.1 * c
            return (c,)

        return y, pullback

    return fun


OVERWRITES = {
    "cotangent overwritten": lambda: lambda x: sine(x, _overwrites),
    "cotangent cleared": lambda: lambda x: sine(x, _clears),
    "input overwritten": _writes_input,
    "result overwritten": _writes_result,
}


# What is drawn.


def _draws(change):
    def fresh():
        rng = np.random.default_rng(0)
        return lambda x: sine(x, lambda g, slope: change(rng, g, slope))

    return fresh


RANDOM = {
    "noise of 1e-6": _draws(lambda rng, g, c: g * c * (1 + 1e-6 * rng.normal(size=3))),
    "noise of 1e-12": _draws(lambda rng, g, c: g * c * (1 + 1e-12 * rng.normal(size=3))),
    "another dropout mask": _draws(lambda rng, g, c: g * c * (rng.random(3) < 0.9)),
    "stochastic rounding": _draws(lambda rng, g, c: np.floor(g * c * 1e6 + rng.random()) / 1e6),
    "global generator": lambda: (
        lambda x: sine(x, lambda g, c: g * c + 1e-3 * np.random.normal(size=3))
    ),
}


# What depends on the cotangent in other ways than by a product.


def _for(condition, factor=1.5):
    def pullback(g, slope):
        return g * slope * (factor if condition(g) else 1)

    return lambda: lambda x: sine(x, pullback)


def _by_its_norm(g, slope):
    size = np.linalg.norm(g)
    with np.errstate(all="ignore"):
        return g / size * slope * size  # NaN for 0


def _plus_for_zeros(g, slope):
    return g * slope + 0.1 * np.all(g == 0)


def _only(pullback):
    return lambda: lambda x: sine(x, pullback)


COTANGENTS = {
    "another way for ones": _for(lambda g: np.all(g == 1)),
    "another way for all but ones": _for(lambda g: not np.all(g == 1)),
    "another way for equal numbers": _for(lambda g: np.ptp(g) == 0),
    "another way for one alone": _for(lambda g: np.count_nonzero(g) == 1),
    "another way for positive": _for(lambda g: np.all(g >= 0)),
    "another way for negative": _for(lambda g: np.all(g <= 0)),
    "another way for large": _for(lambda g: np.max(np.abs(g)) > 50),
    "another way for small": _for(lambda g: np.max(np.abs(g)) < 0.05),
    "NaN for zeros": _only(_by_its_norm),
    "something for zeros": _only(_plus_for_zeros),
    "sorted": _only(lambda g, c: np.sort(g) * c),
    "largest only": _only(lambda g, c: g * c * (np.abs(g) == np.abs(g).max())),
    "squared": _only(lambda g, c: g * g * c),
    "normalised": _only(lambda g, c: g * c / (np.linalg.norm(g) + 1e-12)),
    "narrowed to float32": _only(lambda g, c: g.astype(np.float32) * c),
}


# What a function does that is right.
def _shared_result():
    def fun(a, b):
        return a + b, lambda g: (g, g)  # one array for two inputs

    return fun


def _views():
    return lambda x: (x[::-1], lambda g: (g[::-1],))


def _residuals():
    def fun(x):
        slope = np.cos(x)
        return np.sin(x), lambda g: (g * slope,)

    return fun


def _list_of_gradients():
    return lambda a, b: (a * b, lambda g: [g * b, g * a])


def _counts_calls():
    calls = []

    def fun(x):
        calls.append(x)
        return np.sin(x), lambda g: (g * np.cos(x),)

    return fun


def _numbers():
    return lambda x: (float(np.sin(x).sum()), lambda g: (float(g) * np.cos(x),))


RIGHT = {
    "one array for two inputs": (_shared_result, (X, X)),
    "views": (_views, (X,)),
    "residuals": (_residuals, (X,)),
    "a list of gradients": (_list_of_gradients, (X, X)),
    "counts its calls": (_counts_calls, (X,)),
    "numbers for arrays": (_numbers, (X,)),
}

KINDS = {
    "RETURNS": frozenset(),
    "STATES": frozenset(
        {"stale", "nondeterministic", "nonlinear", "mutates", "gradient", "raises"}
    ),
    "OVERWRITES": frozenset({"mutates"}),
    "RANDOM": frozenset({"nondeterministic"}),
    "COTANGENTS": frozenset({"nonlinear", "gradient", "not finite"}),
}


def _cases():
    for group, kinds in KINDS.items():
        for name, fresh in globals()[group].items():
            yield Habit(f"{group.lower()}: {name}", fresh, (X,), kinds=kinds)
    for name, (fresh, xs) in RIGHT.items():
        yield Habit(f"right: {name}", fresh, xs, "pass")


CASES = list(_cases())
