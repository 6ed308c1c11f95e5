"""Kinks and ties: any slope between those of the two sides is right, every other is wrong.

The same functions serve as hard correct cases and as faults.
"""

import numpy as np

from tests.checking.suite.case import Case


def _relu6(x):
    return np.clip(x, 0, 6)


def _hinge(x):
    return np.maximum(0, 1 - x)


# f, its slope away from the kink, the kink, slopes that are right there, slopes that are not
KINKS = {
    "relu": (lambda x: np.maximum(x, 0), lambda x: x > 0, 0, (0, 0.5, 1), (-0.1, 1.1, 2, np.nan)),
    "abs": (np.abs, np.sign, 0, (-1, 0, 1), (-1.01, 1.5)),
    "leaky relu": (lambda x: np.where(x > 0, x, 0.1 * x), lambda x: np.where(x > 0, 1, 0.1), 0,
                   (0.1, 0.55, 1), (0, 1.1)),
    "falling": (lambda x: np.minimum(-x, 0), lambda x: -1.0 * (x > 0), 0, (-1, 0), (0.1, 1, -2)),
    "relu6": (_relu6, lambda x: (x > 0) & (x < 6), 6, (0, 1), (-1, 6)),
    "hinge": (_hinge, lambda x: -1.0 * (x < 1), 1, (-1, -0.5, 0), (1, -1.2)),
    "clip": (lambda x: np.clip(x, -1e-6, 1e-6), lambda x: np.abs(x) < 1e-6, 1e-6, (0, 1), (-0.5,)),
    "steep and flat": (lambda x: np.where(x > 2, 1e6 * (x - 2), x - 2),
                       lambda x: np.where(x > 2, 1e6, 1), 2, (1, 1e3, 1e6), (0, 1.1e6)),
    "x or x²": (lambda x: np.maximum(x, x * x), lambda x: np.where((x < 0) | (x > 1), 2 * x, 1), 1,
                (1, 1.5, 2), (0.9, 2.1)),
    "|sin|": (lambda x: np.abs(np.sin(x)), lambda x: np.sign(np.sin(x)) * np.cos(x), np.pi,
              (-1, 0, 1), (1.1, -1.1)),
    "shifted": (lambda x: np.abs(x - 1e6), lambda x: np.sign(x - 1e6), 1e6, (-1, 0, 1), (2, -1.5)),
    "no kink: x|x|": (lambda x: x * np.abs(x), lambda x: 2 * np.abs(x), 0, (0,), (0.1, 1)),
    "no kink: relu²": (lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * np.maximum(x, 0), 0, (0,),
                       (1, -0.01)),
    "no kink: huber": (lambda x: np.where(np.abs(x) < 1, x * x / 2, np.abs(x) - 0.5),
                       lambda x: np.clip(x, -1, 1), 1, (1,), (0, 0.5, 1.01)),
    "no kink: |x|^1.5": (lambda x: np.abs(x) ** 1.5,
                         lambda x: 1.5 * np.sign(x) * np.sqrt(np.abs(x)), 0, (0,), (0.1, 1)),
    "no kink: smoothstep": (lambda x: np.clip(x, 0, 1) ** 2 * (3 - 2 * np.clip(x, 0, 1)),
                            lambda x: 6 * np.clip(x, 0, 1) * (1 - np.clip(x, 0, 1)), 1, (0,), (1,)),
}  # fmt: skip

BESIDE = (1e-2, 1e-4, 1e-6, 1e-7)  # beside a kink there is one slope


def _slope_at(slope, kink, value):
    def vjp(g, y, x):
        return g * np.where(x == kink, value, slope(x))

    return vjp


def _other_side(slope, kink, distance):
    """Right, but with the kink at another place."""

    def vjp(g, y, x):
        return g * slope(np.where(np.abs(x - kink) <= 1.01 * distance, 2 * kink - x, x))

    return vjp


def _at_kinks():
    for name, (f, slope, kink, right, wrong) in KINKS.items():
        far = max(abs(kink), 0.5)
        x = np.array([kink - 0.7 * far, kink, kink + 0.4 * far])
        for value in right:
            vjp = _slope_at(slope, kink, value)
            yield Case(f"{name}: slope {value:g} at {kink:g}", f, vjp, (x,), "pass")
        at = {0: np.array([False, True, False])}
        for value in wrong:
            vjp = _slope_at(slope, kink, value)
            kind = "kink" if len(right) > 1 and np.isfinite(value) else ""
            yield Case(f"{name}: slope {value:g} at {kink:g}", f, vjp, (x,), places=at, kind=kind)


def _beside_kinks():
    for name, (f, slope, kink, right, _) in KINKS.items():
        if len(right) == 1:
            continue
        for distance in BESIDE:
            d = distance * (abs(kink) or 1)
            x = np.array([kink - d, kink + d, kink + 0.3 * (abs(kink) or 1)])
            vjp = _slope_at(slope, None, 0)
            yield Case(f"{name}: {d:g} beside {kink:g}", f, vjp, (x,), "pass")
            if distance >= 1e-6:
                vjp = _other_side(slope, kink, d)
                at = {0: np.array([True, True, False])}
                yield Case(f"{name}: {d:g} on the wrong side of {kink:g}", f, vjp, (x,), places=at)


# Shares of two or three elements that are equal: f, x, shares that are right, and that are not.
TIES = {
    "amax of 2": (np.max, [1.0, 3.0, 3.0], [(0, 1, 0), (0, 0.5, 0.5), (0, 0.2, 0.8)],
                  [(0, 1, 1), (0, 0, 0), (0, 2, -1), (0, 0.5, 0.4), (0.1, 0.5, 0.5)]),
    "amin of 3": (np.min, [-2.0, -2.0, -2.0], [(0, 0, 1), (1 / 3, 1 / 3, 1 / 3)],
                  [(1, 1, 1), (0.5, 0.5, 0.5), (0, 0, 0)]),
    "norm at 0": (np.linalg.norm, [0.0, 0.0], [(0, 0), (1, 0), (0.7, 0.7)],
                  [(1, 1), (-1.1, 0), (0.8, 0.8), (np.nan, np.nan)]),
    "1-norm at 0": (lambda x: np.abs(x).sum(), [0.0, 0.0, 1.0], [(0, 0, 1), (1, -1, 1)],
                    [(0, 0, 0), (1.5, 0, 1)]),
    "spread": (np.ptp, [1.0, 1.0, 4.0], [(-1, 0, 1), (-0.5, -0.5, 1)], [(-1, -1, 1), (0, 0, 1)]),
    "middle of 3": (np.median, [0.0, 2.0, 5.0], [(0, 1, 0)], [(1 / 3, 1 / 3, 1 / 3), (1, 0, 0)]),
    "second largest": (lambda x: np.sort(x)[-2], [0.0, 2.0, 5.0], [(0, 1, 0)], [(0, 0, 1)]),
}  # fmt: skip


def _shares(shares):
    return lambda g, y, x: g * np.array(shares, dtype=float)


def _ties():
    for name, (f, x, right, wrong) in TIES.items():
        for shares in right:
            yield Case(f"{name}: shares {shares}", f, _shares(shares), (np.array(x),), "pass")
        for shares in wrong:
            yield Case(f"{name}: shares {shares}", f, _shares(shares), (np.array(x),))


# Of two inputs at a tie: f, a, b, shares that are right, and that are not.
PAIRS = {
    "maximum": (np.maximum, 1.0, [(1, 0), (0.5, 0.5), (0, 1), (0.3, 0.7)],
                [(1, 1), (0, 0), (2, -1), (0.5, 0.6)]),
    "minimum": (np.minimum, -3.0, [(1, 0), (0.5, 0.5)], [(1, 1), (0, 0)]),
    "hypot": (np.hypot, 0.0, [(0, 0), (1, 0), (0.6, 0.8)], [(1, 1), (-1, -1)]),
    "absolute error": (lambda a, b: np.abs(a - b), 2.0, [(1, -1), (0, 0)], [(1, 1), (1.2, -1.2)]),
}  # fmt: skip


def _pair_shares(shares):
    return lambda g, y, a, b: (g * shares[0], g * shares[1])


def _pairs():
    for name, (f, at, right, wrong) in PAIRS.items():
        a = np.array(at)
        for shares in right:
            yield Case(f"{name}: {shares} at a tie", f, _pair_shares(shares), (a, a), "pass")
        for shares in wrong:
            yield Case(f"{name}: {shares} at a tie", f, _pair_shares(shares), (a, a))


CASES = [*_at_kinks(), *_beside_kinks(), *_ties(), *_pairs()]
RIGHT = [case for case in CASES if case.verdict == "pass"]
WRONG = [case for case in CASES if case.verdict == "fail"]
